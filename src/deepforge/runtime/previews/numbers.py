"""Numbers: statistics and histograms, of all of an array or of a sample of a large one."""

from __future__ import annotations

import math
from typing import Any, Dict, List, Optional

LARGEST = 4_000_000
"""Elements that are all looked at; of more, a sample of BLOCKS stretches that lie evenly over the array."""
BLOCKS = 256
BINS = 40


def finite(value: Any) -> Optional[float]:
    """A number as JSON can say it; None for one that is not finite."""
    number = float(value)
    return number if math.isfinite(number) else None


def sample(numpy: Any, array: Any) -> Any:
    """The elements in one row, or a sample of them; a mapped file is read only where it is looked at."""
    if array.size <= LARGEST:
        return array.reshape(-1)
    flat = array.reshape(-1, order="F") if _is_fortran(array) else array.reshape(-1)
    length = LARGEST // BLOCKS
    starts = numpy.linspace(0, array.size - length, BLOCKS).astype(numpy.int64)
    return numpy.concatenate([flat[start : start + length] for start in starts])


def _is_fortran(array: Any) -> bool:
    return bool(array.flags.f_contiguous and not array.flags.c_contiguous)


def summarise(numpy: Any, values: Any) -> Dict[str, Any]:
    """Statistics and histogram of a row of numbers; `nan` and `infinite` are counted and else left out."""
    if values.dtype.kind == "c":
        values = numpy.abs(values)
    counted = {"count": int(values.size), "nan": 0, "infinite": 0}
    numbers = values.astype(numpy.float64)
    if values.dtype.kind in "fc":
        counted["nan"] = int(numpy.isnan(numbers).sum())
        usable = numpy.isfinite(numbers)
        counted["infinite"] = int(values.size - usable.sum()) - counted["nan"]
        numbers = numbers[usable]
    if numbers.size == 0:
        return {"statistics": counted, "histogram": None}
    low, high = float(numbers.min()), float(numbers.max())
    with numpy.errstate(all="ignore"):
        statistics = {
            **counted,
            "min": finite(low),
            "max": finite(high),
            "mean": finite(numbers.mean()),
            "std": finite(numbers.std()),
            "zeros": int((numbers == 0).sum()),
        }
    return {"statistics": statistics, "histogram": _histogram(numpy, numbers, low, high, values.dtype.kind)}


def _histogram(numpy: Any, numbers: Any, low: float, high: float, kind: str) -> Optional[Dict[str, Any]]:
    if not math.isfinite(high - low):
        return None
    bins = BINS
    if kind in "bui" and high - low < BINS:  # a bin for each whole number
        bins, low, high = int(high - low) + 1, low - 0.5, high + 0.5
    elif low == high:
        bins, low, high = 1, low - 0.5, high + 0.5
    try:
        counts, edges = numpy.histogram(numbers, bins=bins, range=(low, high))
    except (ValueError, FloatingPointError):  # the range is too fine to be divided
        return None
    listed: List[float] = [float(edge) for edge in edges]
    return {"edges": listed, "counts": [int(count) for count in counts]}
