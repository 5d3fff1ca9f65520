"""Arrays and tensors: shape, type, statistics, first values, and pictures when they look like some."""

from __future__ import annotations

import base64
import io
import math
import sys
from typing import Any, Dict, List, Optional, Tuple

from deepforge.runtime.pixels import to_png
from deepforge.runtime.previews.numbers import sample, summarise
from deepforge.runtime.previews.trees import say

FIRST_ROWS, FIRST_COLUMNS = 20, 20
MOST_PICTURES = 36
LARGEST_PICTURE = 512
"""Pixels of the longer edge of one picture; of several together, of the grid."""
SMALLEST_EDGE = 8

Document = Dict[str, Any]


def describe(value: Any) -> Optional[Document]:
    """The document of an array or a tensor; None for anything else."""
    array, facts = _as_array(value)
    if array is None:
        return facts
    numpy = sys.modules["numpy"]
    document: Document = {
        "kind": "array",
        "shape": [int(length) for length in array.shape],
        "dtype": str(array.dtype),
        "bytes": int(array.nbytes),
        **(facts or {}),
        "first": _first(array),
    }
    if array.dtype.kind in "buifc" and array.size:
        looked_at = sample(numpy, array)
        document.update(summarise(numpy, looked_at))
        document["sampled"] = int(looked_at.size) if looked_at.size < array.size else None
        document.update(_pictures(numpy, array))
    return document


def describe_image(value: Any) -> Optional[Document]:
    """The document of a picture of Pillow; None for anything else."""
    pillow = sys.modules.get("PIL.Image")
    if pillow is None or not isinstance(value, pillow.Image):
        return None
    width, height = value.size
    shown = value.convert("RGBA" if "A" in value.mode or "transparency" in value.info else "RGB")
    shown.thumbnail((1600, 1600))
    file = io.BytesIO()
    shown.save(file, format="PNG")
    png = base64.b64encode(file.getvalue()).decode("ascii")
    return {"kind": "image", "width": width, "height": height, "mode": value.mode, "png": png}


def _as_array(value: Any) -> Tuple[Any, Optional[Document]]:
    """An array of NumPy with facts besides; (None, document) when the values cannot be had as one."""
    numpy, torch = sys.modules.get("numpy"), sys.modules.get("torch")
    if torch is not None and hasattr(torch, "Tensor") and isinstance(value, torch.Tensor):
        facts = {"dtype": str(value.dtype), "device": str(value.device)}
        shape = [int(length) for length in value.shape]
        if value.layout != torch.strided or value.is_quantized or value.device.type == "meta":
            return None, {"kind": "array", "shape": shape, "layout": str(value.layout), **facts}
        plain = value.detach().cpu()
        plain = plain.float() if plain.dtype == torch.bfloat16 else plain.resolve_conj().resolve_neg()
        return plain.numpy(), dict(facts, bytes=int(value.nelement() * value.element_size()))
    if numpy is not None and isinstance(value, (numpy.ndarray, numpy.generic)):
        array = numpy.asarray(value)
        return (None, None) if array.dtype.names else (array, {})
    return None, None


def _first(array: Any) -> Any:
    """The first rows and columns, of more than two axes those of the first matrix."""
    if array.ndim == 0:
        return _cell(array[()])
    while array.ndim > 2:
        if array.shape[0] == 0:
            return []
        array = array[0]
    if array.ndim == 1:
        return [_cell(item) for item in array[: FIRST_ROWS * 5]]
    return [[_cell(item) for item in row] for row in array[:FIRST_ROWS, :FIRST_COLUMNS]]


def _cell(item: Any) -> Any:
    plain = item.item() if hasattr(item, "item") else item
    if type(plain) is bool or (type(plain) is int and abs(plain) < 1 << 53):
        return plain
    if type(plain) is float:
        return plain if math.isfinite(plain) else str(plain)
    return plain[:200] if type(plain) is str else say(plain, 200)


def _pictures(numpy: Any, array: Any) -> Document:
    """A grid of the first pictures in the array; nothing when it holds none."""
    batch = _as_batch(array)
    if batch is None:
        return {}
    count = min(len(batch), MOST_PICTURES)
    columns = max(1, math.ceil(math.sqrt(count)))
    height, width = batch.shape[1:3]
    step = max(1, math.ceil(max(height, width) * columns / (LARGEST_PICTURE * (2 if count > 1 else 1))))
    tiles = numpy.stack([_bytes(numpy, numpy.asarray(one[::step, ::step])) for one in batch[:count]])
    height, width, channels = tiles.shape[1:]
    rows = math.ceil(count / columns)
    gap = 1 if count > 1 else 0
    grid = numpy.full(
        (rows * (height + gap) - gap, columns * (width + gap) - gap, channels), 127, numpy.uint8
    )
    for number in range(count):
        top, left = number // columns * (height + gap), number % columns * (width + gap)
        grid[top : top + height, left : left + width] = tiles[number]
    png = base64.b64encode(to_png(grid)).decode("ascii")
    facts = {
        "shown": count,
        "of": len(batch),
        "columns": columns,
        "width": grid.shape[1],
        "height": grid.shape[0],
    }
    return {"pictures": facts, "png": png}


def _as_batch(array: Any) -> Any:
    """The array as pictures [number, height, width, channels]; None when it does not look like some."""
    shape: List[int] = list(array.shape)
    if array.dtype.kind not in "buif" or 0 in shape:
        return None
    if array.ndim == 4:
        if shape[3] in (1, 3, 4) and _is_area(shape[1:3]):
            return array
        if shape[1] in (1, 3, 4) and _is_area(shape[2:4]):
            return array.transpose(0, 2, 3, 1)
        return None
    if array.ndim == 3:
        if shape[2] in (3, 4) and _is_area(shape[:2]):
            return array[None]
        if shape[0] in (1, 3, 4) and _is_area(shape[1:]):
            return array.transpose(1, 2, 0)[None]
        return array[..., None] if _is_area(shape[1:]) else None
    if array.ndim == 2 and array.dtype == "uint8" and _is_area(shape) and min(shape) >= 2 * SMALLEST_EDGE:
        return array[None, :, :, None]
    return None


def _is_area(edges: List[int]) -> bool:
    low, high = min(edges), max(edges)
    return low >= SMALLEST_EDGE and high <= 16384 and high <= 8 * low


def _bytes(numpy: Any, picture: Any) -> Any:
    """One picture [height, width, channels] in bytes, stretched to its own range unless it lies in 0..1."""
    if picture.dtype == numpy.uint8:
        return picture
    numbers = numpy.nan_to_num(picture.astype(numpy.float64), nan=0.0, posinf=0.0, neginf=0.0)
    low, high = float(numbers.min()), float(numbers.max())
    if low < 0.0 or high > 1.0:
        numbers = (numbers - low) / ((high - low) or 1.0)
    return numpy.rint(numbers * 255.0).astype(numpy.uint8)
