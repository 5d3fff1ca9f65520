"""Axes of matplotlib as axes of Plotly's layout: ranges, scales, dates and ticks."""

from __future__ import annotations

import html
import math
import re
import sys
from typing import Any, Dict, List, NamedTuple, Optional, Tuple

DISTANCE = 2.2
"""Of the eye from the middle of axes in space, in lengths of their sides: near enough to fill the picture."""


class Untellable(Exception):
    """Something in a figure has no counterpart in a document."""


class Place(NamedTuple):
    """Where axes stand: their share of the figure, and the names of their axes in the layout."""

    bounds: Tuple[float, ...]
    x: str = "x"
    y: str = "y"
    owns_x: bool = True
    owns_y: bool = True
    over: Optional[str] = None
    """The axis that a twin lies over."""
    scene: Optional[str] = None

    @property
    def x_key(self) -> str:
        """`xaxis`, `xaxis2` …"""
        return "xaxis" + self.x[1:]

    @property
    def y_key(self) -> str:
        """`yaxis`, `yaxis2` …"""
        return "yaxis" + self.y[1:]


def clean(value: Any) -> Any:
    """A number, or lists of numbers in any depth, as JSON takes them: what is not finite is None."""
    if isinstance(value, list):
        return [clean(item) for item in value]
    if hasattr(value, "tolist"):
        filled = value.filled(float("nan")) if hasattr(value, "filled") and value.dtype.kind == "f" else value
        return clean(filled.tolist())
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value


def rich(text: str) -> str:
    """Text as Plotly takes it: no markup by accident, and lines kept. Raises Untellable for formulas that are
    more than letters, numbers, powers and indices.
    """
    parts = re.split(r"(?<!\\)\$", text)
    if len(parts) % 2 == 0:  # a dollar that is not closed is a dollar
        parts = [text]
    told = [_formula(part) if number % 2 else _escaped(part) for number, part in enumerate(parts)]
    return "".join(told)


def _escaped(text: str) -> str:
    return html.escape(text.replace("\\$", "$"), quote=False).replace("\n", "<br>")


def _formula(text: str) -> str:
    while (inner := re.sub(r"\\math(?:default|rm)\{((?:[^{}]|\{[^{}]*\})*)\}", r"\1", text)) != text:
        text = inner
    text = html.escape(text.replace("\\times", "×").replace("-", "−"), quote=False)
    for sign, tag in (("^", "sup"), ("_", "sub")):
        told = r"<%s>\1</%s>" % (tag, tag)
        text = re.sub(r"%s(\w)" % re.escape(sign), told, text)
        text = re.sub(r"%s\{([^{}]*)\}" % re.escape(sign), told, text)
    if re.search(r"[\\{}^_]", text):
        raise Untellable("a formula")
    return text


def ink(text: Any) -> Dict[str, str]:
    """The colour of text that lies on no picture: black is left to the viewer, whose paper may be dark."""
    colour = colour_of(text.get_color(), text.get_alpha())
    return {} if colour == "rgba(0,0,0,1)" else {"color": colour}


def colour_of(value: Any, alpha: Optional[float] = None) -> str:
    """A colour of any of matplotlib's notations, as Plotly takes it."""
    red, green, blue, opacity = sys.modules["matplotlib.colors"].to_rgba(value, alpha)
    return "rgba(%d,%d,%d,%.3g)" % (round(red * 255), round(green * 255), round(blue * 255), opacity)


def pixels_of(artist: Any, points: float) -> float:
    """Points, 72 of which are an inch, as pixels of the figure."""
    return round(points * float(artist.get_figure().dpi) / 72, 3)


def is_visible(artist: Any) -> bool:
    """Whether it is drawn."""
    return bool(artist.get_visible())


def is_date(axis: Any) -> bool:
    """Whether the numbers of an axis are days. Raises Untellable for units of another kind."""
    converter = axis.get_converter() if hasattr(axis, "get_converter") else axis.converter
    module = type(converter).__module__
    if converter is None or module == "matplotlib.category":
        return False
    if module == "matplotlib.dates":
        return True
    raise Untellable("units of %s" % module)


def on_axis(axis: Any, values: Any) -> List[Any]:
    """Numbers of an axis as the document takes them: dates as text, the rest as they are."""
    numbers = clean(values)
    if not is_date(axis):
        return list(numbers)
    dates = sys.modules["matplotlib.dates"]
    return [
        None if number is None else dates.num2date(number).strftime("%Y-%m-%dT%H:%M:%S.%f")
        for number in numbers
    ]


def point_on_axis(axis: Any, value: float) -> Any:
    """One number of an axis, as annotations and ranges take it: on a logarithmic axis its logarithm."""
    if axis.get_scale() == "log":
        return clean(math.log10(value)) if value > 0 else None
    return on_axis(axis, [float(value)])[0]


def describe_axis(axes: Any, axis: Any, place: Place) -> Dict[str, Any]:
    """The layout of the x or the y axis of axes in the plane."""
    across = axis is axes.xaxis
    if axis.get_scale() not in ("linear", "log"):
        raise Untellable("a %s scale" % axis.get_scale())
    start, size = (place.bounds[0], place.bounds[2]) if across else (place.bounds[1], place.bounds[3])
    low, high = axis.get_view_interval()
    if (axes.xaxis_inverted() if across else axes.yaxis_inverted()) and low < high:
        low, high = high, low
    described: Dict[str, Any] = {
        "type": "date" if is_date(axis) else axis.get_scale(),
        "range": [point_on_axis(axis, low), point_on_axis(axis, high)],
        "domain": [max(0.0, start), min(1.0, start + size)],
        "anchor": place.y if across else place.x,
        "showgrid": bool(_of_ticks(axis, "gridOn", False)),
        "showticklabels": bool(_of_ticks(axis, "label1On", True) or _of_ticks(axis, "label2On", False)),
        "zeroline": False,
        "ticks": "outside",
        "showline": axes.get_frame_on() and is_visible(axes.spines["bottom" if across else "left"]),
        "mirror": axes.get_frame_on() and is_visible(axes.spines["top" if across else "right"]),
    }
    if not axes.axison or not is_visible(axis):
        described["visible"] = False
    if axis.get_ticks_position() in ("right", "top"):
        described["side"] = axis.get_ticks_position()
    if place.over is not None and place.over[0] == ("x" if across else "y"):
        described["overlaying"] = place.over
    if not across and place.owns_x and axes.get_aspect() in (1.0, "equal"):
        described.update(scaleanchor=place.x, constrain="domain")
    described.update(describe_ticks(axis))
    return described


def _of_ticks(axis: Any, setting: str, default: bool) -> Any:
    return axis._major_tick_kw.get(setting, default)


def describe_ticks(axis: Any) -> Dict[str, Any]:
    """Where the ticks stand that are drawn, what is written at them and how large, in pixels."""
    places = [float(place) for place in axis.get_majorticklocs()]
    low, high = sorted(axis.get_view_interval())
    slack = (high - low) * 1e-9
    named = zip(places, axis.get_major_formatter().format_ticks(places))  # noqa: B905 — `strict` is newer
    # A formatter may give numbers, as that of a box plot does: matplotlib writes what it gives as text.
    shown = [(place, rich(str(label))) for place, label in named if low - slack <= place <= high + slack]
    described: Dict[str, Any] = {
        "tickmode": "array",
        "tickvals": on_axis(axis, [place for place, _ in shown]),
        "ticktext": [label for _, label in shown],
    }
    labels = axis.get_majorticklabels()
    if labels:
        size = pixels_of(axis, float(labels[0].get_fontsize()))
        described.update(tickfont=dict(ink(labels[0]), size=size), tickangle=-float(labels[0].get_rotation()))
    return described


def has_free_ticks(axis: Any) -> bool:
    """Whether ticks were left to matplotlib: then they may be others where the viewer looks closer."""
    ticker = sys.modules["matplotlib.ticker"]
    chosen = isinstance(axis.get_major_locator(), (ticker.FixedLocator, ticker.NullLocator))
    plain = isinstance(axis.get_major_formatter(), (ticker.ScalarFormatter, ticker.LogFormatter))
    return is_date(axis) or (plain and not chosen)


def describe_scene(axes: Any) -> Dict[str, Any]:
    """The layout of axes in space: domain, ranges, labels, and from where one looks."""
    left, bottom, width, height = axes.get_position().bounds
    elevation, azimuth = math.radians(axes.elev), math.radians(axes.azim)
    described: Dict[str, Any] = {
        "domain": {
            "x": [max(0.0, left), min(1.0, left + width)],
            "y": [max(0.0, bottom), min(1.0, bottom + height)],
        },
        "aspectmode": "manual",
        "aspectratio": {"x": 1, "y": 1, "z": 0.75},
        "camera": {
            "eye": {
                "x": DISTANCE * math.cos(elevation) * math.cos(azimuth),
                "y": DISTANCE * math.cos(elevation) * math.sin(azimuth),
                "z": DISTANCE * math.sin(elevation),
            }
        },
    }
    for name in ("x", "y", "z"):
        axis = getattr(axes, name + "axis")
        if axis.get_scale() != "linear":
            raise Untellable("a %s scale in space" % axis.get_scale())
        described[name + "axis"] = {
            **_ticks_in_space(axis),
            "title": {"text": rich(axis.label.get_text()), "font": _font(axis.label)},
            "range": clean([float(edge) for edge in getattr(axes, "get_%slim" % name)()]),
            "visible": bool(getattr(axes, "_axis3don", True)),
        }
    return described


def _ticks_in_space(axis: Any) -> Dict[str, Any]:
    described = describe_ticks(axis)
    described.pop("tickangle", None)  # labels in space turn with their axis
    return described


def _font(text: Any) -> Dict[str, Any]:
    return dict(ink(text), size=pixels_of(text, float(text.get_fontsize())))
