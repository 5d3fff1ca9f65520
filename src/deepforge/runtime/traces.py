"""Traces: what is drawn on axes of matplotlib, as the traces and annotations of a Plotly document."""

from __future__ import annotations

import base64
import sys
from typing import Any, Dict, Iterable, Iterator, List, Tuple

from deepforge.runtime.axes import (
    Place,
    Untellable,
    clean,
    colour_of,
    describe_ticks,
    is_visible,
    on_axis,
    pixels_of,
    rich,
)
from deepforge.runtime.pixels import to_png

Trace = Dict[str, Any]

MOST_NUMBERS = 200_000
"""A document with longer lists would be slower to draw than its picture is worth."""
MOST_PIECES = 200
"""Shapes, or colours of line segments, of one artist."""
COLOURS = 16
"""Samples of a colour map."""

DASHES = {"-": "solid", "--": "dash", "-.": "dashdot", ":": "dot"}
STEPS = {"default": "linear", "steps": "vh", "steps-pre": "vh", "steps-post": "hv", "steps-mid": "hvh"}
SYMBOLS = {
    "o": "circle",
    ".": "circle",
    ",": "circle",
    "s": "square",
    "D": "diamond",
    "d": "diamond-tall",
    "^": "triangle-up",
    "v": "triangle-down",
    "<": "triangle-left",
    ">": "triangle-right",
    "x": "x-thin-open",
    "X": "x",
    "+": "cross-thin-open",
    "P": "cross",
    "*": "star",
    "p": "pentagon",
    "h": "hexagon",
    "H": "hexagon2",
    "8": "octagon",
    "|": "line-ns-open",
    "_": "line-ew-open",
}
IN_SPACE = {
    "circle": "circle",
    "square": "square",
    "x": "x",
    "x-thin-open": "x",
    "cross": "cross",
    "cross-thin-open": "cross",
}
"""Space has fewer symbols; whatever else becomes a diamond."""


def in_plane(axes: Any, place: Place) -> Iterator[Trace]:
    """The traces of axes in the plane, from back to front."""
    bars = [each for each in axes.containers if hasattr(each, "orientation") and each.patches]
    of_bars = {id(patch) for container in bars for patch in container.patches}
    drawn: List[Tuple[Any, Iterable[Trace]]] = [(bar.patches[0], [_bars(axes, bar)]) for bar in bars]
    drawn += [(image, [_image(axes, image)]) for image in filter(is_visible, axes.images)]
    drawn += [(each, _collection(axes, each)) for each in filter(is_visible, axes.collections)]
    drawn += [(line, [_line(axes, line)]) for line in filter(is_visible, axes.lines)]
    patches = [patch for patch in axes.patches if id(patch) not in of_bars and is_visible(patch)]
    drawn += [(patch, _patch(axes, patch)) for patch in patches]
    for _, found in sorted(drawn, key=lambda pair: float(pair[0].get_zorder())):
        yield from found


def in_space(axes: Any) -> Iterator[Trace]:
    """The traces of axes in space."""
    if axes.images or axes.patches or any(is_visible(text) and text.get_text() for text in axes.texts):
        raise Untellable("an image, a shape or text in space")
    for collection in axes.collections:
        if type(collection).__name__ != "Path3DCollection":
            raise Untellable("a %s" % type(collection).__name__)
        if is_visible(collection):
            x, y, z = collection._offsets3d
            marker = _markers(collection, getattr(collection, "_sizes3d", collection.get_sizes()))
            marker["symbol"] = IN_SPACE.get(marker["symbol"], "diamond")
            marker["line"].pop("width")
            yield dict(
                _named(collection),
                type="scatter3d",
                mode="markers",
                x=_list(x),
                y=_list(y),
                z=_list(z),
                marker=marker,
            )
    for line in axes.lines:
        if is_visible(line):
            x, y, z = (_list(values) for values in line.get_data_3d())
            trace = _stroke(line)
            trace["line"].pop("shape", None)
            if "marker" in trace:
                trace["marker"]["symbol"] = IN_SPACE.get(trace["marker"]["symbol"], "diamond")
            yield dict(trace, type="scatter3d", x=x, y=y, z=z)


def _list(values: Any) -> List[Any]:
    numpy = sys.modules["numpy"]
    array = numpy.ma.asarray(values)
    if array.size > MOST_NUMBERS:
        raise Untellable("%d numbers" % array.size)
    if array.dtype.kind not in "buif":
        raise Untellable("values of %s" % array.dtype)
    return list(clean(array.astype(float).filled(float("nan")).reshape(-1)))


def _colours(values: Any) -> Any:
    """One colour when all are the same, else the list of them; None when there is none."""
    found = [colour_of(value) for value in values]
    return (found[0] if len(set(found)) == 1 else found) if found else None


def _named(artist: Any) -> Trace:
    label = str(artist.get_label())
    named = bool(label) and not label.startswith("_")
    return {"name": rich(label) if named else "", "showlegend": named}


def _line(axes: Any, line: Any) -> Trace:
    # Lines such as `axhline` run along a share of the axes instead of along their data.
    data_x, data_y = line.get_transform().contains_branch_seperately(axes.transData)
    x, y = (_list(line.get_xdata(orig=False)), _list(line.get_ydata(orig=False)))
    if not data_x:
        x = _shares(axes.xaxis, axes.get_xlim(), x)
    if not data_y:
        y = _shares(axes.yaxis, axes.get_ylim(), y)
    if not data_x and not data_y:
        raise Untellable("a line that is placed by the size of its axes")
    return dict(_stroke(line), type="scatter", x=on_axis(axes.xaxis, x), y=on_axis(axes.yaxis, y))


def _shares(axis: Any, limits: Tuple[float, float], shares: List[Any]) -> List[Any]:
    low, high = limits
    if axis.get_scale() == "log":
        return [low * (high / low) ** share for share in shares]
    return [low + (high - low) * share for share in shares]


def _stroke(line: Any) -> Trace:
    if line.get_markevery() is not None or line.get_linestyle() not in (*DASHES, "None"):
        raise Untellable("a line of its own style")
    marker, dash = line.get_marker(), DASHES.get(line.get_linestyle())
    has_marker = marker not in (None, "None", "none", "", " ")
    modes = [mode for mode, there in (("lines", dash), ("markers", has_marker)) if there]
    colour = colour_of(line.get_color(), line.get_alpha())
    trace = dict(_named(line), mode="+".join(modes) or "none")
    trace["line"] = {
        "color": colour,
        "width": pixels_of(line, float(line.get_linewidth())),
        "dash": dash or "solid",
        "shape": STEPS[line.get_drawstyle()],
    }
    if has_marker:
        if marker not in SYMBOLS:
            raise Untellable("the marker %r" % (marker,))
        trace["marker"] = {
            "symbol": SYMBOLS[marker],
            "size": pixels_of(line, float(line.get_markersize()) * (0.5 if marker == "." else 1.0)),
            "color": colour
            if line.get_markerfacecolor() == "none"
            else colour_of(line.get_markerfacecolor()),
        }
    return trace


def _collection(axes: Any, collection: Any) -> Iterator[Trace]:
    kinds = [base.__name__ for base in type(collection).__mro__]
    if "PathCollection" in kinds and len(collection.get_paths()) == 1:
        if not collection.get_offset_transform().contains_branch(axes.transData):
            raise Untellable("a scatter that is not placed by its data")
        offsets = sys.modules["numpy"].ma.asarray(collection.get_offsets())
        x, y = on_axis(axes.xaxis, _list(offsets[:, 0])), on_axis(axes.yaxis, _list(offsets[:, 1]))
        marker = _markers(collection, collection.get_sizes())
        yield dict(_named(collection), type="scatter", mode="markers", x=x, y=y, marker=marker)
    elif "LineCollection" in kinds:
        yield from _segments(axes, collection)
    elif kinds[0] in ("PolyCollection", "FillBetweenPolyCollection") and collection.get_array() is None:
        faces = list(collection.get_facecolor())
        for number, path in enumerate(_few(collection.get_paths())):
            face = faces[number % len(faces)] if faces else (0, 0, 0, 0)
            yield _filled(axes, collection, path.vertices, face, collection.get_transform())
    else:
        raise Untellable("a %s" % type(collection).__name__)


def _few(pieces: List[Any]) -> List[Any]:
    if len(pieces) > MOST_PIECES:
        raise Untellable("%d pieces" % len(pieces))
    return pieces


def _markers(collection: Any, sizes: Any) -> Trace:
    base = sys.modules["matplotlib.collections"].Collection
    faces = base.get_facecolor(collection)  # in space, the collection's own would be shaded by depth
    edges = faces if _is_of_face(collection) else base.get_edgecolor(collection)
    symbol = _symbol(collection.get_paths()[0])
    diameters = [pixels_of(collection, float(size) ** 0.5) for size in sizes]
    marker: Trace = {
        "symbol": symbol,
        "size": diameters[0] if len(set(diameters)) == 1 else diameters,
        "color": _colours(faces) or _colours(edges) or "rgba(0,0,0,0)",
        "line": {
            "color": _colours(edges) or "rgba(0,0,0,0)",
            "width": pixels_of(collection, float(max(collection.get_linewidths(), default=0))),
        },
    }
    if len(faces) == 0 and not symbol.endswith("-open"):
        marker["symbol"] = symbol + "-open"
    if collection.get_array() is not None and getattr(collection, "colorbar", None) is not None:
        low, high = (clean(float(edge)) for edge in collection.get_clim())
        marker.update(color=_list(collection.get_array()), cmin=low, cmax=high, showscale=True)
        marker.update(colorscale=_scale(collection), colorbar=_colour_bar(collection.colorbar))
        marker["line"].pop("color")
    return marker


def _is_of_face(collection: Any) -> bool:
    edges = getattr(collection, "_original_edgecolor", None)
    return edges is None or (isinstance(edges, str) and edges == "face")


def _symbol(path: Any) -> str:
    markers, numpy = sys.modules["matplotlib.markers"], sys.modules["numpy"]
    for name, symbol in SYMBOLS.items():
        style = markers.MarkerStyle(name)
        known = style.get_path().transformed(style.get_transform()).vertices
        if known.shape == path.vertices.shape and numpy.allclose(known, path.vertices):
            return symbol
    raise Untellable("a marker of its own")


def _segments(axes: Any, collection: Any) -> Iterator[Trace]:
    if not collection.get_transform().contains_branch(axes.transData):
        raise Untellable("lines that are not placed by their data")
    colours = [colour_of(colour) for colour in collection.get_colors()] or ["rgba(0,0,0,1)"]
    pieces = [
        (colours[number % len(colours)], piece) for number, piece in enumerate(collection.get_segments())
    ]
    across, up = collection.get_transform().contains_branch_seperately(axes.transData)
    for colour in _few(list(dict.fromkeys(colour for colour, _ in pieces))):
        x: List[Any] = []
        y: List[Any] = []
        for piece in (piece for own, piece in pieces if own == colour):
            xs, ys = _list(piece[:, 0]), _list(piece[:, 1])
            x += [*on_axis(axes.xaxis, xs if across else _shares(axes.xaxis, axes.get_xlim(), xs)), None]
            y += [*on_axis(axes.yaxis, ys if up else _shares(axes.yaxis, axes.get_ylim(), ys)), None]
        width = pixels_of(collection, float(max(collection.get_linewidths(), default=1)))
        line = {"color": colour, "width": width}
        yield dict(_named(collection), type="scatter", mode="lines", x=x[:-1], y=y[:-1], line=line)


def _patch(axes: Any, patch: Any) -> Iterator[Trace]:
    if type(patch).__name__ in ("FancyArrowPatch", "ConnectionPatch", "Shadow"):
        raise Untellable("a %s" % type(patch).__name__)
    # Curves become polygons in pixels, where their steps cannot be seen.
    for polygon in _few(patch.get_path().transformed(patch.get_transform()).to_polygons(closed_only=False)):
        yield _filled(axes, patch, polygon, patch.get_facecolor() if patch.get_fill() else (0, 0, 0, 0), None)


def _filled(axes: Any, artist: Any, vertices: Any, face: Any, transform: Any) -> Trace:
    placed = transform.transform(vertices) if transform is not None else vertices
    corners = axes.transData.inverted().transform(placed)
    edges = artist.get_edgecolor()
    edge = (edges[0] if len(edges) else (0, 0, 0, 0)) if getattr(edges, "ndim", 1) == 2 else edges
    widths = artist.get_linewidth()
    width = widths if isinstance(widths, (int, float)) else max(widths, default=0)
    return dict(
        _named(artist),
        type="scatter",
        mode="lines",
        x=on_axis(axes.xaxis, _list(corners[:, 0])),
        y=on_axis(axes.yaxis, _list(corners[:, 1])),
        fill="toself",
        fillcolor=colour_of(face),
        line={"color": colour_of(edge), "width": pixels_of(artist, float(width))},
        hoverinfo="skip",
    )


def _bars(axes: Any, container: Any) -> Trace:
    bars = [patch for patch in container.patches if is_visible(patch)]
    boxes = [(bar.get_x(), bar.get_y(), bar.get_width(), bar.get_height()) for bar in bars]
    if any(getattr(bar, "angle", 0) for bar in bars):
        raise Untellable("bars at an angle")
    faces, edges = (
        _colours(bar.get_facecolor() for bar in bars),
        _colours(bar.get_edgecolor() for bar in bars),
    )
    marker = {
        "color": faces,
        "line": {
            "color": edges,
            "width": pixels_of(bars[0], float(bars[0].get_linewidth())) if bars else 0.0,
        },
    }
    trace = dict(_named(container), type="bar", marker=marker)
    if container.orientation == "horizontal":
        centres = on_axis(axes.yaxis, _list([y + height / 2 for _, y, _, height in boxes]))
        spans = [(x, width, height) for x, _, width, height in boxes]
        trace.update(orientation="h", x=_list([width for _, width, _ in spans]), y=centres)
    else:
        centres = on_axis(axes.xaxis, _list([x + width / 2 for x, _, width, _ in boxes]))
        spans = [(y, height, width) for _, y, width, height in boxes]
        trace.update(orientation="v", x=centres, y=_list([height for _, height, _ in spans]))
    trace.update(
        base=_list([start for start, _, _ in spans]), width=_list([across for _, _, across in spans])
    )
    return trace


def _image(axes: Any, image: Any) -> Trace:
    numpy = sys.modules["numpy"]
    if type(image).__name__ != "AxesImage" or image.get_transform() != axes.transData:
        raise Untellable("an image that is not placed by its data")
    array = numpy.ma.asarray(image.get_array())
    if not array.size:
        raise Untellable("an image without pixels")
    left, right, bottom, top = (float(edge) for edge in image.get_extent())
    first, last = (top, bottom) if image.origin == "upper" else (bottom, top)
    dx, dy = (right - left) / array.shape[1], (last - first) / array.shape[0]
    trace: Trace = {"name": "", "x0": left + dx / 2, "dx": dx, "y0": first + dy / 2, "dy": dy}
    if image.get_alpha() is not None:
        trace["opacity"] = float(numpy.mean(image.get_alpha()))
    if array.ndim == 3:
        data = array.filled(0)
        picture = to_png(numpy.clip(data, 0.0, 1.0) if data.dtype.kind == "f" else data.astype(numpy.uint8))
        return dict(trace, type="image", source="data:image/png;base64," + base64.b64encode(picture).decode())
    low, high = image.get_clim()
    _list(array)
    rows = clean(array.astype(float).filled(float("nan")))
    bar = getattr(image, "colorbar", None)
    trace.update(
        type="heatmap", z=rows, zmin=clean(float(low)), zmax=clean(float(high)), colorscale=_scale(image)
    )
    trace["showscale"] = bar is not None
    if bar is not None:
        trace["colorbar"] = _colour_bar(bar)
    return trace


def _colour_bar(bar: Any) -> Trace:
    left, bottom, width, height = bar.ax.get_position().bounds
    across = bar.orientation == "horizontal"
    axis = bar.ax.xaxis if across else bar.ax.yaxis
    size = pixels_of(bar.ax, float(axis.label.get_fontsize()))
    return {
        **describe_ticks(axis),
        "title": {
            "text": rich(axis.label.get_text()),
            "side": "bottom" if across else "right",
            "font": {"size": size},
        },
        "orientation": "h" if across else "v",
        "x": clean(left),
        "y": clean(bottom),
        "xanchor": "left",
        "yanchor": "bottom",
        "xpad": 0,
        "ypad": 0,
        "lenmode": "fraction",
        "len": clean(width if across else height),
        "thicknessmode": "fraction",
        "thickness": clean(height if across else width),
    }


def _scale(mappable: Any) -> List[List[Any]]:
    if type(mappable.norm).__name__ != "Normalize":
        raise Untellable("colours by %s" % type(mappable.norm).__name__)
    steps = [step / (COLOURS - 1) for step in range(COLOURS)]
    return [[step, colour_of(mappable.cmap(step))] for step in steps]
