"""Captions: text and arrows of matplotlib's axes, as a Plotly document places them."""

from __future__ import annotations

from typing import Any, Dict, Iterator

from deepforge.runtime.axes import (
    Place,
    Untellable,
    clean,
    colour_of,
    ink,
    is_visible,
    pixels_of,
    point_on_axis,
    rich,
)

Caption = Dict[str, Any]


def texts(axes: Any, place: Place) -> Iterator[Caption]:
    """The annotations of axes in the plane."""
    for text in axes.texts:
        if not is_visible(text) or not text.get_text():
            continue
        if hasattr(text, "xycoords"):
            yield _arrow(axes, text, place)
            continue
        x, y = text.get_position()
        if text.get_transform() == axes.transData:
            x, y = text.convert_xunits(x), text.convert_yunits(y)
            yield caption(text, point_on_axis(axes.xaxis, x), point_on_axis(axes.yaxis, y), place.x, place.y)
        elif text.get_transform() == axes.transAxes:
            yield caption(text, clean(float(x)), clean(float(y)), place.x + " domain", place.y + " domain")
        else:
            raise Untellable("text that is placed by neither data nor axes")


def _arrow(axes: Any, text: Any, place: Place) -> Caption:
    if text.xycoords != "data" or text.anncoords not in ("data", "offset points"):
        raise Untellable("an arrow that is not placed by data")
    x, y = text.convert_xunits(text.xy[0]), text.convert_yunits(text.xy[1])
    described = caption(text, point_on_axis(axes.xaxis, x), point_on_axis(axes.yaxis, y), place.x, place.y)
    away = text.get_position()
    if text.anncoords == "offset points":
        shift: Dict[str, Any] = {"ax": pixels_of(text, away[0]), "ay": -pixels_of(text, away[1])}
    else:
        tail = (text.convert_xunits(away[0]), text.convert_yunits(away[1]))
        shift = {"ax": point_on_axis(axes.xaxis, tail[0]), "ay": point_on_axis(axes.yaxis, tail[1])}
        shift.update(axref=place.x, ayref=place.y)
    described.update(shift, showarrow=True)
    if text.arrow_patch is None:
        described["arrowwidth"] = 0.1
        described["arrowcolor"] = "rgba(0,0,0,0)"
    return described


def caption(text: Any, x: Any, y: Any, x_reference: str, y_reference: str) -> Caption:
    """A piece of text at a place."""
    middle = {"center": "middle", "center_baseline": "middle", "baseline": "bottom"}
    upright = text.get_verticalalignment()
    lies_on_picture = text.axes is not None and bool(text.axes.images)
    colour = {"color": colour_of(text.get_color(), text.get_alpha())} if lies_on_picture else ink(text)
    return {
        "text": rich(text.get_text()),
        "x": x,
        "y": y,
        "xref": x_reference,
        "yref": y_reference,
        "xanchor": text.get_horizontalalignment(),
        "yanchor": middle.get(upright, upright),
        "showarrow": False,
        "textangle": -float(text.get_rotation()),
        "font": dict(colour, size=pixels_of(text, float(text.get_fontsize()))),
    }


def on_figure(text: Any) -> Caption:
    """A piece of text where it was drawn: a title, the label of an axis, whatever does not move with data."""
    figure = text.get_figure()
    box = text.get_window_extent()
    width, height = figure.get_size_inches() * figure.dpi
    x, y = (box.x0 + box.x1) / 2 / width, (box.y0 + box.y1) / 2 / height
    described = caption(text, clean(float(x)), clean(float(y)), "paper", "paper")
    described.update(xanchor="center", yanchor="middle")
    return described
