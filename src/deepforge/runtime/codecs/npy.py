"""NumPy arrays without Python objects in them, as `.npy`; read by mapping the file, never by copying it."""

from __future__ import annotations

import importlib
import sys
from typing import Any, BinaryIO


def accepts(value: Any) -> bool:
    """Whether it is exactly an array, of a dtype that the format can name."""
    numpy = sys.modules.get("numpy")
    return numpy is not None and type(value) is numpy.ndarray and _is_portable(numpy, value.dtype)


def _is_portable(numpy: Any, dtype: Any) -> bool:
    # Types that other libraries add (bfloat16) would come back as raw bytes.
    if dtype.hasobject or dtype.metadata:
        return False
    described = numpy.lib.format.dtype_to_descr(dtype)
    return bool(numpy.lib.format.descr_to_dtype(described) == dtype)


def write(value: Any, file: BinaryIO) -> None:
    """Write in the order of axes it has in memory."""
    sys.modules["numpy"].lib.format.write_array(file, value, allow_pickle=False)


def read(path: str, name: str) -> Any:
    """Map it, copy on write: changing the array changes neither the file nor what others see."""
    numpy = importlib.import_module("numpy")
    mapped = numpy.load(path, mmap_mode="c", allow_pickle=False)
    return mapped.view(numpy.ndarray)
