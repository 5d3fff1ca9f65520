"""Codecs: how values become files and come back, each chosen by the value's type.

A codec is a module with `accepts(value)`, `write(value, file)` and `read(path, type_name)`. Libraries are
imported when a value of theirs is met, never before.
"""

from __future__ import annotations

import os
from types import ModuleType
from typing import Any, Dict, NamedTuple, Optional

from deepforge.runtime import disk
from deepforge.runtime.codecs import arrow, custom, folder, json, keras, npy, pickle, png, raw, torch
from deepforge.runtime.values import type_name

CODECS_VERSION = 2
"""Raised when a codec writes the same value differently; it is a part of every cache key."""

CODECS: Dict[str, ModuleType] = {
    "custom": custom,
    "json": json,
    "bytes": raw,
    "npy": npy,
    "keras": keras,  # before torch: with PyTorch as its backend, a model is a module too
    "torch": torch,
    "arrow": arrow,
    "png": png,
    "manifest": folder,
    "pickle": pickle,
}
"""By name, in the order in which they are asked; the last takes everything."""


class Saved(NamedTuple):
    """A value that was written: the file, the full name of the value's class, and the codec."""

    path: str
    type: str
    codec: str


class CannotSave(Exception):
    """A value cannot be written to a file."""


class CannotLoad(Exception):
    """A file cannot be read back into a value."""


def choose(value: Any) -> str:
    """The name of the codec for a value."""
    return next(name for name, codec in CODECS.items() if codec.accepts(value))


def save(value: Any, path: str) -> Saved:
    """Write a value to `path`: whole, or nothing is there.

    Raises CannotSave when the value is of a kind that no file can hold, and OSError when the disk is full;
    its hint then says how much room there was.
    """
    name = choose(value)
    unfinished = path + ".part"
    try:
        with open(unfinished, "wb") as file:
            CODECS[name].write(value, file)
        os.replace(unfinished, path)
    except Exception as error:
        full = disk.refusal(unfinished, error, _size(value))
        if full is not None and full is not error:
            raise full from error
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise CannotSave("%s: %s" % (type(error).__name__, error)) from error
    finally:
        if os.path.exists(unfinished):
            os.unlink(unfinished)
    return Saved(path, type_name(value), name)


def _size(value: Any) -> Optional[int]:
    """The bytes that a value takes up in a file at least; None when that is not known."""
    size = len(value) if isinstance(value, bytes) else getattr(value, "nbytes", None)
    return size if isinstance(size, int) else None


def load(path: str, name: str, codec: str) -> Any:
    """Read the value of the class `name` back from a file that `save` wrote with this codec.

    Raises CannotLoad, whose cause says why.
    """
    if codec not in CODECS:
        raise CannotLoad("it was written by the codec %r, which this version does not know" % codec)
    try:
        return CODECS[codec].read(path, name)
    except Exception as error:
        raise CannotLoad("%s: %s" % (type(error).__name__, error)) from error
