"""Pixels: pictures from arrays and tensors, as PNG files, with nothing but the standard library."""

from __future__ import annotations

import struct
import sys
import zlib
from typing import Any, Tuple

_COLOUR_TYPES = {1: 0, 2: 4, 3: 2, 4: 6}
"""Channels → the colour type of the PNG specification (section 11.2.1): grey, grey and alpha, RGB, RGBA."""


def is_picture(value: Any) -> bool:
    """Whether it is an array or a tensor that could be one picture."""
    return hasattr(value, "shape") and hasattr(value, "dtype") and len(value.shape) in (2, 3)


def to_png(value: Any) -> bytes:
    """The PNG file of an array or tensor [height, width], with 1 to 4 channels last or, as in PyTorch, first.

    Bytes are taken as they are; other numbers are stretched so that the whole range shows, unless all lie in
    0..1. Raises ValueError for any other shape and when there are no pixels.
    """
    height, width, channels, content = _to_bytes(value)
    stride = width * channels
    rows = b"".join(b"\0" + content[start : start + stride] for start in range(0, len(content), stride))
    head = struct.pack(">IIBBBBB", width, height, 8, _COLOUR_TYPES[channels], 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(rows, 6)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in chunks)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _to_bytes(value: Any) -> Tuple[int, int, int, bytes]:
    channels_first = type(value).__module__.split(".")[0] == "torch"
    if hasattr(value, "detach"):
        value = value.detach().cpu()
        if str(value.dtype) == "torch.bfloat16":
            value = value.float()
    # A value with a shape and a dtype comes from a library that brought NumPy along.
    numpy = sys.modules["numpy"]
    array = numpy.asarray(value)
    shape = array.shape
    if array.ndim == 3 and _is_channels_first(shape, channels_first):
        array = numpy.moveaxis(array, 0, -1)
    elif array.ndim == 2:
        array = array[:, :, None]
    if (
        array.ndim != 3
        or array.shape[2] not in _COLOUR_TYPES
        or array.size == 0
        or array.dtype.kind not in "buif"
    ):
        raise ValueError("an array of %s of shape %s is no picture" % (array.dtype, shape))
    height, width, channels = array.shape
    return height, width, channels, _to_eight_bits(numpy, array).tobytes()


def _is_channels_first(shape: Tuple[int, ...], preferred: bool) -> bool:
    first, last = shape[0] in _COLOUR_TYPES, shape[2] in _COLOUR_TYPES
    return first and (preferred or not last)


def _to_eight_bits(numpy: Any, array: Any) -> Any:
    if array.dtype == numpy.uint8:
        return array
    array = numpy.nan_to_num(array.astype(numpy.float64), nan=0.0, posinf=0.0, neginf=0.0)
    low, high = float(array.min()), float(array.max())
    if low < 0.0 or high > 1.0:
        array = (array - low) / ((high - low) or 1.0)
    return numpy.rint(array * 255.0).astype(numpy.uint8)
