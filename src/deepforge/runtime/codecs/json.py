"""Plain values that JSON gives back exactly: None, bool, int, float, str, and lists and dicts of them."""

from __future__ import annotations

import json
from typing import Any, BinaryIO, Set

LONGEST_INTEGER = 8192
"""Bits; Python refuses to read longer ones from text."""

DEEPEST = 100
"""Levels of lists and dicts; deeper ones are left to pickle."""


def accepts(value: Any) -> bool:
    """Whether nothing would be lost: exact types, text as keys, no list or dict in two places."""
    return _is_plain(value, set(), 0)


def _is_plain(value: Any, seen: Set[int], depth: int) -> bool:
    kind = type(value)
    if kind is int:
        return bool(value.bit_length() <= LONGEST_INTEGER)
    if kind in (str, float, bool) or value is None:
        return True
    if (kind is not list and kind is not dict) or depth == DEEPEST or id(value) in seen:
        return False
    seen.add(id(value))
    if kind is dict:
        return all(type(key) is str and _is_plain(item, seen, depth + 1) for key, item in value.items())
    return all(_is_plain(item, seen, depth + 1) for item in value)


def write(value: Any, file: BinaryIO) -> None:
    """Write as one line of ASCII."""
    file.write(json.dumps(value, separators=(",", ":")).encode("ascii"))


def read(path: str, name: str) -> Any:
    """Read it back."""
    with open(path, "rb") as file:
        return json.load(file)
