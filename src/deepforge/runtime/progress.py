"""Progress: how far a job is, by number or around a loop."""

from __future__ import annotations

import time
from numbers import Real
from operator import length_hint
from typing import Any, Iterable, Iterator, Optional, Tuple, TypeVar, Union, overload

from deepforge.runtime import session
from deepforge.runtime.journal import PROGRESS, frame_json

Item = TypeVar("Item")

INTERVAL = 0.1
"""Seconds between two records of the same piece of work; its first and its last are always written."""

_last: Tuple[float, Optional[float], str] = (0.0, None, "")
"""When the last record was written, and of what."""


@overload
def progress(done: float, total: Optional[float] = None, label: str = "") -> None: ...
@overload
def progress(done: Iterable[Item], total: Optional[float] = None, label: str = "") -> Iterator[Item]: ...
def progress(
    done: Union[float, Iterable[Any]], total: Optional[float] = None, label: str = ""
) -> Optional[Iterator[Any]]:
    """Tell that `done` of `total` is done, or tell it while going through a loop: `for x in progress(xs):`.

    Without `total`, that of something with a length is its length. Numbers that come too fast to see are left
    out.
    """
    if isinstance(done, Real):
        _tell(float(done), None if total is None else float(total), label)
        return None
    if getattr(done, "ndim", None) == 0:  # a tensor or an array that holds one number
        _tell(float(done.item()), total, label)  # type: ignore[union-attr]
        return None
    return _around(done, total, label)  # type: ignore[arg-type]


def _around(items: Iterable[Any], total: Optional[float], label: str) -> Iterator[Any]:
    if total is None:
        total = length_hint(items) or None
    done = 0
    _tell(0.0, total, label, always=True)
    for item in items:
        yield item
        done += 1
        _tell(done, total, label)
    _tell(done, total, label, always=True)


def _tell(value: float, total: Optional[float], label: str, always: bool = False) -> None:
    global _last
    now = time.monotonic()
    written, last_total, last_label = _last
    finished = total is not None and value >= total
    if not (always or finished or (total, label) != (last_total, last_label) or now - written >= INTERVAL):
        return
    _last = (now, total, label)
    of = None if total is None else float(total)
    content = {"value": value, "total": of, "label": str(label), "time": time.time()}
    session.active().journal.append(frame_json(PROGRESS, content))
