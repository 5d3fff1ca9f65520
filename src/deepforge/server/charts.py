"""Charts of series as the paths of an SVG: a line through the means, a band from the least to the greatest
value.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from deepforge.core.series import SeriesPoints

WIDTH = 320
HEIGHT = 120
POINTS = 160
"""About how many points a chart asks for."""


@dataclass(frozen=True)
class Curve:
    """What is to be drawn as one line: its label, its points, and the last value there is."""

    label: str
    points: SeriesPoints
    last: float | None


@dataclass(frozen=True)
class Stroke:
    """One line of a chart: its label, its path, the path of its band (empty: none), its last value."""

    label: str
    path: str
    band: str
    last: float | None
    alone: bool = False
    """It is a single point, to be drawn as a dot."""


@dataclass(frozen=True)
class Chart:
    """A chart: strokes on a surface of WIDTH × HEIGHT, and the values at its edges."""

    title: str
    strokes: tuple[Stroke, ...]
    low: float
    high: float
    first: float
    last: float
    points: int
    x_label: str = "step"
    y_label: str = ""


def chart(title: str, curves: Iterable[Curve], *, x_label: str = "step", y_label: str = "") -> Chart | None:
    """A chart of some curves; None when none has a point with a value."""
    drawn = [curve for curve in curves if any(value is not None for value in curve.points.mean)]
    if not drawn:
        return None
    low = min(value for curve in drawn for value in curve.points.min if value is not None)
    high = max(value for curve in drawn for value in curve.points.max if value is not None)
    first = min(curve.points.x[0] for curve in drawn)
    last = max(curve.points.x[-1] for curve in drawn)
    scale = _Scale(low, high, first, last)
    if not all(curve.points.exact for curve in drawn):  # the middles of what was summed up
        first, last = math.floor(first), math.ceil(last)
    strokes = tuple(_stroke(curve, scale) for curve in drawn)
    total = sum(curve.points.points for curve in drawn)
    return Chart(title, strokes, low, high, first, last, total, x_label or "step", y_label)


class _Scale:
    """From values to the surface, which has its origin at the upper left."""

    def __init__(self, low: float, high: float, first: float, last: float) -> None:
        self.low, self.first = low, first
        self.tall = high - low
        self.wide = last - first

    def x(self, value: float) -> float:
        return round((value - self.first) / self.wide * WIDTH, 1) if self.wide > 0 else WIDTH / 2

    def y(self, value: float) -> float:
        if not (self.tall > 0 and math.isfinite(self.tall)):
            return HEIGHT / 2
        return round(HEIGHT - (value - self.low) / self.tall * HEIGHT, 1)


def _stroke(curve: Curve, scale: _Scale) -> Stroke:
    points = curve.points
    places = [
        None if value is None else (scale.x(x), scale.y(value))
        for x, value in zip(points.x, points.mean, strict=True)
    ]
    alone = sum(place is not None for place in places) == 1
    return Stroke(curve.label, _line(places), _band(points, scale), curve.last, alone)


def _line(places: Sequence[tuple[float, float] | None]) -> str:
    """A path that is broken where values are missing; a single point is a line of no length."""
    parts: list[str] = []
    pen_up = True
    for place in places:
        if place is None:
            pen_up = True
            continue
        parts.append(f"{'M' if pen_up else 'L'}{place[0]:g} {place[1]:g}")
        pen_up = False
    return "".join(parts) + "h.01" if len(parts) == 1 else "".join(parts)


def _band(points: SeriesPoints, scale: _Scale) -> str:
    if points.exact:
        return ""
    rims = [
        (scale.x(x), scale.y(low), scale.y(high))
        for x, low, high in zip(points.x, points.min, points.max, strict=True)
        if low is not None and high is not None
    ]
    if len(rims) < 2:
        return ""
    there = "L".join(f"{x:g} {top:g}" for x, _, top in rims)
    back = "L".join(f"{x:g} {bottom:g}" for x, bottom, _ in reversed(rims))
    return f"M{there}L{back}Z"
