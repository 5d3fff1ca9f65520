"""Everything else, as a pickle: marked as such, and only ever loaded in a job."""

from __future__ import annotations

import pickle
from typing import Any, BinaryIO

PROTOCOL = 5
"""The newest that Python 3.9 reads."""


def accepts(value: Any) -> bool:
    """Everything; some values will fail to be written."""
    return True


def write(value: Any, file: BinaryIO) -> None:
    """Write by `pickle.dump`."""
    pickle.dump(value, file, protocol=PROTOCOL)


def read(path: str, name: str) -> Any:
    """Read by `pickle.load`."""
    with open(path, "rb") as file:
        return pickle.load(file)
