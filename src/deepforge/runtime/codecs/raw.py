"""Bytes, as they are."""

from __future__ import annotations

from typing import Any, BinaryIO


def accepts(value: Any) -> bool:
    """Whether these are bytes."""
    return type(value) is bytes


def write(value: Any, file: BinaryIO) -> None:
    """Write them."""
    file.write(value)


def read(path: str, name: str) -> Any:
    """Read them."""
    with open(path, "rb") as file:
        return file.read()
