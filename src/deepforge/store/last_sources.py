"""Last sources: of each operation of a project the last text that could be read, in a file of their own."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

import msgspec


def read(file: Path) -> dict[str, str]:
    """The texts by path; none when the file is not there, or damaged. Raises OSError."""
    try:
        return msgspec.json.decode(file.read_bytes(), type=dict[str, str])
    except (FileNotFoundError, msgspec.DecodeError):
        return {}


def write(file: Path, texts: Mapping[str, str]) -> None:
    """Write the texts: whole or not at all. Raises OSError."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor, temporary = tempfile.mkstemp(dir=file.parent, prefix=".sources-")
    try:
        with open(descriptor, "wb") as opened:
            opened.write(msgspec.json.encode(texts))
        os.replace(temporary, file)
    except BaseException:
        os.unlink(temporary)
        raise
