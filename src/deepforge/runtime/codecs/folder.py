"""Folders: an operation is given the path of one to read from. No value is written as one."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, BinaryIO


def accepts(value: Any) -> bool:
    """Nothing: a folder is kept by `deepforge.artifact`."""
    return False


def write(value: Any, file: BinaryIO) -> None:
    """Never called, since nothing is accepted."""
    raise TypeError("a folder is kept by deepforge.artifact()")


def read(path: str, name: str) -> Any:
    """The path of the folder, which is only to be read from."""
    return Path(os.path.realpath(path))
