"""Pillow's images, as PNG files, in the modes that PNG keeps without loss."""

from __future__ import annotations

import importlib
import sys
from typing import Any, BinaryIO

MODES = frozenset({"1", "L", "LA", "P", "RGB", "RGBA", "I;16"})


def accepts(value: Any) -> bool:
    """Whether it is a still image in one of these modes."""
    pillow = sys.modules.get("PIL.Image")
    if pillow is None or not isinstance(value, pillow.Image):
        return False
    return value.mode in MODES and 0 not in value.size and getattr(value, "n_frames", 1) == 1


def write(value: Any, file: BinaryIO) -> None:
    """Write as PNG."""
    value.save(file, format="PNG")


def read(path: str, name: str) -> Any:
    """Read it into memory, as a plain `PIL.Image.Image`."""
    with importlib.import_module("PIL.Image").open(path) as image:
        image.load()
        return image.copy()
