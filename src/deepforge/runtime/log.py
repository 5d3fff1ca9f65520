"""The log of metrics: `log(step=…, loss=…)` appends one point to each series it names."""

from __future__ import annotations

from itertools import count
from time import time
from typing import Any, Dict, Iterator, Mapping, Tuple

from deepforge.runtime import session
from deepforge.runtime.values import full_name

_counters: Dict[Tuple[str, ...], Iterator[int]] = {}
_LARGE = 2**53
"""Integers between this and its negative are written as they are."""


def log(*given: Any, step: Any = None, **metrics: Any) -> None:
    """Record one value of each metric at `step`; without a step, at 0, 1, 2 … for each set of names.

    Metrics are named, as in `log(step=3, loss=0.1)`, or come as a dictionary, as in
    `log({"train/loss": 0.1}, step=3)`. Values are numbers, or hold just one (tensors, arrays). When the call
    has returned, the point survives the death of this process. Raises TypeError for a value that is no
    number, and OSError when the disk is full.
    """
    if given:
        step, metrics = _named(given, step, metrics)
    values = tuple(metrics.values())
    for value in values:
        if value.__class__ is not float:
            values = tuple([_number(name, value) for name, value in metrics.items()])
            break
    names = tuple(metrics)
    if step is None:
        step = next(_counters.get(names) or _count(names))
    elif step.__class__ is not float and not (step.__class__ is int and -_LARGE < step < _LARGE):
        step = _number("step", step)
    if names:
        journal = (session.current or session.active()).journal
        journal.point(names, step, time(), values)


def _named(given: Tuple[Any, ...], step: Any, metrics: Dict[str, Any]) -> Tuple[Any, Dict[str, Any]]:
    """The step and the metrics of a call that gives a dictionary of metrics, a step or both by position."""
    for each in given:
        if isinstance(each, Mapping):
            for name in each:
                if not isinstance(name, str):
                    raise TypeError("metrics are named by text, not by %s" % _describe(name))
            metrics = {**each, **metrics}
        elif step is None:
            step = each
        else:
            raise TypeError("log() takes one step, not both %s and %s" % (_describe(each), _describe(step)))
    return step, metrics


def _count(names: Tuple[str, ...]) -> Iterator[int]:
    """The counter of a set of names, whatever their order."""
    counter = _counters.setdefault(tuple(sorted(names)), count())
    return _counters.setdefault(names, counter)


def _number(name: str, value: Any) -> float:
    if not isinstance(value, (str, bytes, bytearray)):
        try:
            # `item` before `float`: a tensor that requires a gradient warns about the latter.
            return float(value.item() if hasattr(value, "item") else value)
        except (TypeError, ValueError, RuntimeError, OverflowError):
            pass
    raise TypeError("%s is %s, which is not one number" % (name, _describe(value)))


def _describe(value: Any) -> str:
    shape = getattr(value, "shape", None)
    try:
        shown = "of shape %s" % (tuple(shape),) if shape is not None else repr(value)[:80]
    except ValueError:  # Python writes no integer of more than some thousand digits
        shown = "of too many digits"
    return "%s %s" % (full_name(type(value)), shown)
