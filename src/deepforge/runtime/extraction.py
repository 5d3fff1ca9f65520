"""Extraction: a figure of matplotlib as a document of Plotly's form, `{"data": [...], "layout": {...}}`.

Told are lines, scatters in two and three dimensions, bars and histograms, filled shapes, error bars, images,
text and annotations. A figure in which anything else is visible gives no document at all: half a figure would
be a lie.
"""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Tuple

from deepforge.runtime import captions, traces
from deepforge.runtime.axes import Place, Untellable, clean, describe_axis, describe_scene, is_visible, rich

Document = Dict[str, Any]


def extract(figure: Any) -> Optional[Document]:
    """The document of a figure that has been drawn; None when something in it cannot be told."""
    try:
        return _extract(figure)
    except Untellable:
        return None


def _extract(figure: Any) -> Document:
    if getattr(figure, "subfigs", None) or figure.lines or figure.patches or figure.images or figure.artists:
        raise Untellable("something lies on the figure beside its axes")
    width, height = figure.get_size_inches() * figure.dpi
    layout: Dict[str, Any] = {
        "width": round(width),
        "height": round(height),
        "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
        "barmode": "overlay",
        "showlegend": False,
    }
    legends = [*figure.legends, *(axes.get_legend() for axes in figure.axes if axes.get_legend() is not None)]
    if legends:
        box = legends[0].get_window_extent().transformed(figure.transFigure.inverted())
        layout["showlegend"] = True
        layout["legend"] = _legend(box)
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
        if place.owns_x:
            layout[place.x_key] = describe_axis(axes, axes.xaxis, place)
        if place.owns_y:
            layout[place.y_key] = describe_axis(axes, axes.yaxis, place)
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
        "bgcolor": "rgba(255,255,255,0.8)",
    }


def _figure_texts(figure: Any) -> List[Dict[str, Any]]:
    annotations = []
    for text in figure.texts:
        if not is_visible(text) or not text.get_text():
            continue
        if text.get_transform() is not figure.transSubfigure:
            raise Untellable("text on the figure that is placed by something else than its size")
        x, y = text.get_position()
        annotations.append(captions.caption(text, x, y, "paper", "paper"))
    return annotations


def _titles(axes: Any) -> List[Dict[str, Any]]:
    left, bottom, width, height = axes.get_position().bounds
    found = []
    for share, anchor, place in ((0.0, "left", "left"), (0.5, "center", "center"), (1.0, "right", "right")):
        text = axes.get_title(loc=place)
        if text:
            found.append(
                {
                    "text": rich(text),
                    "x": clean(left + share * width),
                    "y": clean(bottom + height),
                    "xref": "paper",
                    "yref": "paper",
                    "xanchor": anchor,
                    "yanchor": "bottom",
                    "showarrow": False,
                }
            )
    return found
