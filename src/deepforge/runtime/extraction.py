"""Extraction: a figure of matplotlib as a document of Plotly's form, `{"data": [...], "layout": {...}}`.

Told are lines, scatters in two and three dimensions, bars and histograms, filled shapes, error bars, images,
text and annotations. A figure in which anything else is visible gives no document at all: half a figure would
be a lie.
"""

from __future__ import annotations

from typing import Any, Dict, Iterator, List, Optional, Tuple

from deepforge.runtime import captions, traces
from deepforge.runtime.axes import (
    Place,
    Untellable,
    clean,
    describe_axis,
    describe_scene,
    has_free_ticks,
    is_visible,
    pixels_of,
)

Document = Dict[str, Any]

MOST_AXES = 12
"""More of them are too small in an editor for anything but their picture, and slow to draw."""


def extract(figure: Any) -> Optional[Document]:
    """The document of a figure that has been drawn; None when something in it cannot be told."""
    try:
        return _extract(figure)
    except Untellable:
        return None


def _extract(figure: Any) -> Document:
    if getattr(figure, "subfigs", None) or figure.lines or figure.patches or figure.images or figure.artists:
        raise Untellable("something lies on the figure beside its axes")
    if sum(axes.get_visible() for axes in figure.axes) > MOST_AXES:
        raise Untellable("many axes")
    width, height = figure.get_size_inches() * figure.dpi
    free: List[str] = []
    layout: Dict[str, Any] = {
        "width": round(width),
        "height": round(height),
        "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
        "barmode": "overlay",
        "showlegend": False,
        "meta": {"source": "matplotlib", "free": free},
    }
    legends = [*figure.legends, *(axes.get_legend() for axes in figure.axes if axes.get_legend() is not None)]
    if legends:
        box = legends[0].get_window_extent().transformed(figure.transFigure.inverted())
        layout["showlegend"] = True
        layout["legend"] = _legend(box)
        sizes = [pixels_of(text, float(text.get_fontsize())) for text in legends[0].get_texts()]
        layout["legend"]["font"] = {"size": max(sizes, default=10.0)}
    annotations = _figure_texts(figure)
    data: List[Dict[str, Any]] = []
    places: List[Tuple[Any, Place]] = []
    for axes in figure.axes:
        if not axes.get_visible() or axes.get_label() == "<colorbar>":
            continue
        place = _place(axes, places)
        places.append((axes, place))
        _check(axes)
        annotations.extend(_titles(axes))
        if place.scene is not None:
            layout[place.scene] = describe_scene(axes)
            data.extend(dict(trace, scene=place.scene) for trace in traces.in_space(axes))
            continue
        data.extend(dict(trace, xaxis=place.x, yaxis=place.y) for trace in traces.in_plane(axes, place))
        annotations.extend(captions.texts(axes, place))
        for axis, key, owned in (
            (axes.xaxis, place.x_key, place.owns_x),
            (axes.yaxis, place.y_key, place.owns_y),
        ):
            if not owned:
                continue
            layout[key] = describe_axis(axes, axis, place)
            if has_free_ticks(axis):
                free.append(key)
            if axes.axison and is_visible(axis):
                annotations.extend(_labels(axis, key))
    if annotations:
        layout["annotations"] = annotations
    return {"data": data, "layout": layout}


def _check(axes: Any) -> None:
    if axes.name not in ("rectilinear", "3d"):
        raise Untellable("a %s projection" % axes.name)
    if axes.tables or axes.child_axes or any(is_visible(artist) for artist in axes.artists):
        raise Untellable("a table, an inset, or an artist of its own")


def _place(axes: Any, places: List[Tuple[Any, Place]]) -> Place:
    """Which axes of the layout belong to these axes; twins share one."""
    bounds = tuple(round(edge, 6) for edge in axes.get_position().bounds)
    if axes.name == "3d":
        number = 1 + sum(place.scene is not None for _, place in places)
        return Place(bounds, scene="scene" if number == 1 else "scene%d" % number)
    number = 1 + sum(place.scene is None for _, place in places)
    own = "" if number == 1 else str(number)
    for other, place in places:
        if place.scene is None and place.bounds == bounds:
            if axes.get_shared_x_axes().joined(axes, other):
                return Place(bounds, x=place.x, y="y" + own, owns_x=False, over=place.y)
            if axes.get_shared_y_axes().joined(axes, other):
                return Place(bounds, x="x" + own, y=place.y, owns_y=False, over=place.x)
            raise Untellable("axes that lie on others")
    return Place(bounds, x="x" + own, y="y" + own)


def _legend(box: Any) -> Dict[str, Any]:
    """Held at the corner that is nearest to a corner of the figure: the viewer's text may be larger."""
    right, top = bool(box.x0 + box.x1 > 1), bool(box.y0 + box.y1 > 1)
    return {
        "x": clean(float(box.x1 if right else box.x0)),
        "y": clean(float(box.y1 if top else box.y0)),
        "xanchor": "right" if right else "left",
        "yanchor": "top" if top else "bottom",
    }


def _figure_texts(figure: Any) -> List[Dict[str, Any]]:
    annotations = []
    for text in figure.texts:
        if not is_visible(text) or not text.get_text():
            continue
        if text.get_transform() is not figure.transSubfigure:
            raise Untellable("text on the figure that is placed by something else than its size")
        annotations.append(captions.on_figure(text))
    return annotations


def _titles(axes: Any) -> Iterator[captions.Caption]:
    for text in (axes._left_title, axes.title, axes._right_title):
        if text.get_text() and is_visible(text):
            yield captions.on_figure(text)


def _labels(axis: Any, key: str) -> Iterator[captions.Caption]:
    """The name of an axis, and what all of its ticks are multiplied by or begin at."""
    if axis.label.get_text() and is_visible(axis.label):
        yield captions.on_figure(axis.label)
    common = axis.get_offset_text()
    if common.get_text() and is_visible(common):
        yield dict(captions.on_figure(common), name="common " + key)
