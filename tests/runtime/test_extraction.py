"""Extraction: figures of matplotlib as documents, faithfully or not at all."""

from __future__ import annotations

import base64
import datetime
import io
import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from deepforge.runtime.extraction import extract

matplotlib: Any = pytest.importorskip("matplotlib")
from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: E402
from matplotlib.figure import Figure  # noqa: E402

BLUE, RED = "rgba(31,119,180,1)", "rgba(255,0,0,1)"


def draw(figure: Figure) -> dict[str, Any] | None:
    """The document of a figure, as it travels; checked by Plotly's own schema where Plotly is installed."""
    FigureCanvasAgg(figure).draw()
    document = extract(figure)
    if document is None:
        return None
    document = json.loads(json.dumps(document, allow_nan=False))
    check(document)
    return document


def check(document: dict[str, Any]) -> None:
    try:
        from plotly import graph_objects
    except ImportError:
        layout = document["layout"]
        for trace in document["data"]:
            if trace["type"] == "scatter3d":
                assert trace["scene"] in layout
            else:
                assert "xaxis" + trace["xaxis"][1:] in layout
                assert "yaxis" + trace["yaxis"][1:] in layout
        return
    graph_objects.Figure(document)


def told(figure: Figure) -> dict[str, Any]:
    document = draw(figure)
    assert document is not None
    return document


def traces(figure: Figure) -> list[dict[str, Any]]:
    return told(figure)["data"]


def axes_of(figure: Figure | None = None, **how: Any) -> tuple[Figure, Any]:
    figure = figure or Figure()
    return figure, figure.subplots(**how)


@pytest.fixture(autouse=True)
def default_style() -> Iterator[None]:
    with matplotlib.rc_context(matplotlib.rcParamsDefault):
        yield


def test_lines_have_their_numbers_names_strokes_and_markers() -> None:
    figure, axes = axes_of()
    axes.plot([1, 2, 3], [4.0, np.nan, 6], "r--o", label="loss <b>", linewidth=2)
    axes.plot([1, 2], [1, 2], drawstyle="steps-post", alpha=0.5)
    axes.legend()
    assert traces(figure) == [
        {
            "type": "scatter",
            "name": "loss &lt;b&gt;",
            "showlegend": True,
            "mode": "lines+markers",
            "x": [1.0, 2.0, 3.0],
            "y": [4.0, None, 6.0],
            "line": {"color": RED, "width": 2.778, "dash": "dash", "shape": "linear"},
            "marker": {"symbol": "circle", "size": 8.333, "color": RED},
            "xaxis": "x",
            "yaxis": "y",
        },
        {
            "type": "scatter",
            "name": "",
            "showlegend": False,
            "mode": "lines",
            "x": [1.0, 2.0],
            "y": [1.0, 2.0],
            "line": {"color": "rgba(31,119,180,0.5)", "width": 2.083, "dash": "solid", "shape": "hv"},
            "xaxis": "x",
            "yaxis": "y",
        },
    ]
    assert told(figure)["layout"]["showlegend"] is True


def test_axes_have_ranges_scales_labels_and_places() -> None:
    figure, axes = axes_of(Figure(figsize=(4, 3), dpi=100))
    axes.plot([1, 10], [1, 100])
    axes.set(xlabel="x < y", ylabel="y\nz", yscale="log", xlim=(10, 0), ylim=(1, 1000), title="A & B")
    layout = told(figure)["layout"]
    left, bottom, width, height = axes.get_position().bounds
    assert (layout["width"], layout["height"], layout["showlegend"]) == (400, 300, False)
    across, up = layout["xaxis"], layout["yaxis"]
    assert (across["type"], across["range"]) == ("linear", [10.0, 0.0])
    assert (up["type"], up["range"]) == ("log", [0.0, 3.0])
    assert up["ticktext"] == ["10<sup>0</sup>", "10<sup>1</sup>", "10<sup>2</sup>", "10<sup>3</sup>"]
    assert across["domain"] == pytest.approx([left, left + width])
    assert up["domain"] == pytest.approx([bottom, bottom + height])
    title, below, beside = layout["annotations"]
    assert [each["text"] for each in (title, below, beside)] == ["A &amp; B", "x &lt; y", "y<br>z"]
    assert (title["xref"], title["xanchor"], title["x"]) == (
        "paper",
        "center",
        pytest.approx(left + width / 2, abs=0.01),
    )
    assert title["y"] > bottom + height
    assert (below["y"] < bottom, beside["x"] < left, beside["textangle"]) == (True, True, -90.0)


def test_ticks_are_those_that_matplotlib_drew_as_large_as_it_drew_them() -> None:
    figure, axes = axes_of()
    axes.plot([1, 2, 3, 4], [10, 20, 15, 30])
    twin = axes.twinx()
    twin.plot([1, 4], [10, 19.8])
    twin.set_ylim(9.6, 20.4)
    axes.tick_params(axis="x", rotation=30, labelsize=18)
    layout = told(figure)["layout"]
    assert layout["yaxis2"]["tickvals"] == [10.0, 12.0, 14.0, 16.0, 18.0, 20.0]
    assert layout["yaxis2"]["ticktext"] == ["10", "12", "14", "16", "18", "20"]
    assert (layout["xaxis"]["tickangle"], layout["xaxis"]["tickfont"]) == (-30.0, {"size": 25.0})
    assert layout["meta"] == {"source": "matplotlib", "free": ["xaxis", "yaxis", "yaxis2"]}


def test_ticks_that_are_numbers_are_told_as_text() -> None:
    figure, (boxes, axes) = axes_of(ncols=2)
    boxes.boxplot([[1, 2, 3], [2, 3, 4]])
    axes.plot([0, 2], [0, 2])
    axes.set_xticks([0, 2])
    axes.xaxis.set_major_formatter(lambda value, place: value + 2024)
    layout = told(figure)["layout"]
    assert layout["xaxis"]["ticktext"] == ["1", "2"]
    assert layout["xaxis2"]["ticktext"] == ["2024.0", "2026.0"]


def test_what_all_ticks_are_multiplied_by_is_told() -> None:
    figure, axes = axes_of()
    axes.plot([1e6, 2e6, 3e6], [1, 2, 3])
    axes.set_yticks([1, 3], ["low", "$R^2$"])
    layout = told(figure)["layout"]
    assert [(each["text"], each["name"]) for each in layout["annotations"]] == [("1e6", "common xaxis")]
    assert layout["yaxis"]["ticktext"] == ["low", "R<sup>2</sup>"]
    assert layout["meta"]["free"] == ["xaxis"]


def test_subplots_have_axes_of_their_own_and_the_title_over_all_is_told() -> None:
    figure, axes = axes_of(nrows=2, ncols=2, sharex=True)
    for number, each in enumerate(axes.flat):
        each.plot([number])
    figure.suptitle("All")
    document = told(figure)
    assert [trace["xaxis"] for trace in document["data"]] == ["x", "x2", "x3", "x4"]
    assert [document["layout"][f"xaxis{n}"]["showticklabels"] for n in ("", 2, 3, 4)] == [
        False,
        False,
        True,
        True,
    ]
    assert [each["text"] for each in document["layout"]["annotations"]] == ["All"]


def test_twins_share_one_axis_and_lie_over_the_other() -> None:
    figure, axes = axes_of()
    axes.plot([1, 2], [3, 4])
    axes.twinx().plot([1, 2], [30, 40])
    document = told(figure)
    assert [(trace["xaxis"], trace["yaxis"]) for trace in document["data"]] == [("x", "y"), ("x", "y2")]
    assert document["layout"]["yaxis2"]["overlaying"] == "y"
    assert document["layout"]["yaxis2"]["side"] == "right"
    assert "xaxis2" not in document["layout"]


def test_dates_are_told_as_dates_and_categories_by_their_names() -> None:
    figure, (dates, names) = axes_of(ncols=2)
    dates.plot([datetime.datetime(2026, 11, 20, 12), datetime.datetime(2026, 11, 21)], [1, 2])
    names.bar(["cat", "dog"], [1, 2])
    document = told(figure)
    assert document["data"][0]["x"] == ["2026-11-20T12:00:00.000000", "2026-11-21T00:00:00.000000"]
    assert document["layout"]["xaxis"]["type"] == "date"
    assert document["layout"]["xaxis2"]["ticktext"] == ["cat", "dog"]
    assert document["layout"]["xaxis2"]["tickvals"] == [0, 1]


def test_bars_and_histograms_are_bars_where_they_stand() -> None:
    figure, (upright, lying, counted) = axes_of(ncols=3)
    upright.bar([1, 2], [3, -4], width=0.5, color=["red", "blue"], label="bars")
    lying.barh([1, 2], [3, 4], left=1)
    counted.hist([0.0, 0.1, 0.9], bins=[0, 0.5, 1])
    first, second, third = traces(figure)
    assert first["marker"]["color"] == [RED, "rgba(0,0,255,1)"]
    keys = ("type", "orientation", "x", "y", "base", "width", "name")
    assert {key: first[key] for key in keys} == {
        "type": "bar",
        "orientation": "v",
        "x": [1.0, 2.0],
        "y": [3.0, -4.0],
        "base": [0.0, 0.0],
        "width": [0.5, 0.5],
        "name": "bars",
    }
    assert (second["orientation"], second["x"], second["y"]) == ("h", [3.0, 4.0], [1.0, 2.0])
    assert (second["base"], second["width"]) == ([1.0, 1.0], [0.8, 0.8])
    assert (third["x"], third["y"], third["width"]) == ([0.25, 0.75], [2.0, 1.0], [0.5, 0.5])


def test_error_bars_and_lines_across_are_lines() -> None:
    figure, axes = axes_of()
    axes.errorbar([1, 2], [1, 2], yerr=0.5, fmt="none", ecolor="red")
    axes.axhline(1.5)
    axes.set_xlim(0, 4)
    bars, across = traces(figure)
    assert (bars["line"]["color"], across["line"]["color"]) == (RED, BLUE)
    assert (bars["x"], bars["y"]) == ([1.0, 1.0, None, 2.0, 2.0], [0.5, 1.5, None, 1.5, 2.5])
    assert (across["x"], across["y"]) == ([0.0, 4.0], [1.5, 1.5])


def test_areas_and_shapes_are_filled() -> None:
    figure, axes = axes_of()
    axes.fill_between([1, 2], [1, 2], color="red", alpha=0.5)
    axes.axvspan(0, 1)
    area, span = traces(figure)
    assert (area["fill"], area["fillcolor"]) == ("toself", "rgba(255,0,0,0.5)")
    assert (min(area["x"]), max(area["x"]), max(area["y"])) == pytest.approx((1, 2, 2))
    assert (min(span["x"]), max(span["x"])) == pytest.approx((0, 1))


def test_a_scatter_has_places_sizes_colours_and_symbols() -> None:
    figure, axes = axes_of()
    axes.scatter([1, 2], [3, 4], s=[36, 144], c=["red", "blue"], marker="^")
    axes.scatter([1], [2], facecolors="none", edgecolors="red")
    mixed, hollow = traces(figure)
    assert (mixed["mode"], mixed["x"], mixed["y"]) == ("markers", [1.0, 2.0], [3.0, 4.0])
    assert mixed["marker"]["symbol"] == "triangle-up"
    assert mixed["marker"]["color"] == [RED, "rgba(0,0,255,1)"]
    assert mixed["marker"]["size"] == pytest.approx([8.333, 16.667])
    assert (hollow["marker"]["symbol"], hollow["marker"]["color"]) == ("circle-open", RED)


def test_a_scatter_with_a_colour_bar_is_told_by_its_numbers() -> None:
    figure, axes = axes_of()
    drawn = axes.scatter([1, 2, 3], [1, 2, 3], c=[10.0, 20.0, 30.0])
    figure.colorbar(drawn, label="depth")
    (trace,) = traces(figure)
    marker = trace["marker"]
    assert (marker["color"], marker["cmin"], marker["cmax"]) == ([10.0, 20.0, 30.0], 10.0, 30.0)
    assert (marker["showscale"], marker["colorbar"]["title"]["text"]) == (True, "depth")
    assert [marker["colorscale"][0][0], marker["colorscale"][-1][0]] == [0.0, 1.0]


def test_an_image_of_numbers_is_a_heat_map_the_right_way_up() -> None:
    figure, (upper, lower) = axes_of(ncols=2)
    upper.imshow([[1.0, 2.0, 3.0], [4.0, 5.0, np.nan]], cmap="gray", vmin=0, vmax=10)
    lower.imshow([[1, 2]], origin="lower", extent=(0, 4, 10, 12))
    first, second = traces(figure)
    assert first["z"] == [[1.0, 2.0, 3.0], [4.0, 5.0, None]]
    assert (first["x0"], first["dx"], first["y0"], first["dy"]) == (0.0, 1.0, 0.0, 1.0)
    assert (first["zmin"], first["zmax"], first["showscale"]) == (0.0, 10.0, False)
    assert (first["colorscale"][0][1], first["colorscale"][-1][1]) == ("rgba(0,0,0,1)", "rgba(255,255,255,1)")
    assert (second["x0"], second["dx"], second["y0"], second["dy"]) == (1.0, 2.0, 11.0, 2.0)
    layout = told(figure)["layout"]
    assert layout["yaxis"]["range"] == [1.5, -0.5]
    assert layout["yaxis"]["scaleanchor"] == "x"


@pytest.mark.parametrize("kind", [float, np.uint8])
def test_an_image_of_colours_is_an_image(kind: Any) -> None:
    image_module = pytest.importorskip("PIL.Image")
    figure, axes = axes_of()
    colours = np.array([[[0, 0, 0], [1, 1, 1]]]) * (1 if kind is float else 255)
    axes.imshow(colours.astype(kind))
    (trace,) = traces(figure)
    assert (trace["type"], trace["dx"], trace["dy"]) == ("image", 1.0, 1.0)
    head, _, data = trace["source"].partition(",")
    assert head == "data:image/png;base64"
    with image_module.open(io.BytesIO(base64.b64decode(data))) as image:
        assert np.asarray(image)[..., :3].tolist() == [[[0, 0, 0], [255, 255, 255]]]


def test_numbers_written_into_a_picture_are_annotations() -> None:
    figure, axes = axes_of()
    axes.imshow([[1, 2]])
    axes.text(1, 0, "7 < 8", ha="center", va="center", color="red")
    axes.text(0.5, 1.0, "above", transform=axes.transAxes)
    inside, above = told(figure)["layout"]["annotations"]
    assert (inside["text"], inside["x"], inside["y"], inside["xref"]) == ("7 &lt; 8", 1.0, 0.0, "x")
    assert (inside["xanchor"], inside["yanchor"], inside["font"]["color"]) == ("center", "middle", RED)
    assert (above["xref"], above["yref"]) == ("x domain", "y domain")


def test_arrows_point_at_their_data() -> None:
    figure, axes = axes_of()
    axes.plot([1, 10], [1, 100])
    axes.set_yscale("log")
    axes.annotate("here", (10, 100), xytext=(5, 10), arrowprops={"arrowstyle": "->"})
    (arrow,) = told(figure)["layout"]["annotations"]
    assert (arrow["x"], arrow["y"], arrow["ax"], arrow["ay"]) == (10.0, 2.0, 5.0, 1.0)
    assert (arrow["showarrow"], arrow["axref"], arrow["ayref"]) == (True, "x", "y")


def test_points_and_lines_in_space_have_three_coordinates() -> None:
    figure = Figure()
    axes = figure.add_subplot(projection="3d")
    axes.scatter([1, 2], [3, 4], [5, 6], marker="^", color="red")
    axes.plot([1, 2], [3, 4], [5, 6])
    axes.set_zlabel("z")
    points, line = traces(figure)
    assert (points["type"], points["mode"], points["scene"]) == ("scatter3d", "markers", "scene")
    assert (points["x"], points["y"], points["z"]) == ([1.0, 2.0], [3.0, 4.0], [5.0, 6.0])
    assert points["marker"]["color"] == RED
    assert (line["mode"], line["z"], line["line"]["color"]) == ("lines", [5.0, 6.0], BLUE)
    assert told(figure)["layout"]["scene"]["zaxis"]["title"]["text"] == "z"


def test_what_is_not_visible_is_not_told() -> None:
    figure, (shown, hidden) = axes_of(ncols=2)
    shown.plot([1, 2])[0].set_visible(False)
    shown.axis("off")
    hidden.plot([1, 2])
    hidden.set_visible(False)
    document = told(figure)
    assert document["data"] == []
    assert document["layout"]["xaxis"]["visible"] is False
    assert "xaxis2" not in document["layout"]


def test_an_empty_figure_is_an_empty_document() -> None:
    assert traces(Figure()) == []


UNTELLABLE = {
    "symlog scale": lambda axes: axes.set_yscale("symlog"),
    "contours": lambda axes: axes.contourf(np.arange(16).reshape(4, 4)),
    "mesh": lambda axes: axes.pcolormesh(np.arange(16).reshape(4, 4)),
    "arrows": lambda axes: axes.quiver([1], [1], [1], [1]),
    "table": lambda axes: axes.table([["a"]]),
    "inset": lambda axes: axes.inset_axes([0, 0, 0.5, 0.5]),
    "marker of its own": lambda axes: axes.plot([1], marker="$a$"),
    "some markers": lambda axes: axes.plot([1, 2, 3], "o", markevery=2),
    "logarithmic colours": lambda axes: axes.imshow([[1, 10]], norm="log"),
    "an image without pixels": lambda axes: axes.imshow(np.zeros((0, 0)), extent=(0, 1, 0, 1)),
    "too many numbers": lambda axes: axes.plot(np.zeros(300_000)),
    "text in the margin": lambda axes: axes.text(1, 1, "x", transform=None),
    "a formula": lambda axes: axes.set_title(r"$\frac{1}{2}$"),
    "many axes": lambda axes: axes.get_figure().subplots(4, 4),
    "hexagons": lambda axes: axes.hexbin([1, 2], [1, 2], gridsize=2),
}


@pytest.mark.parametrize("what", UNTELLABLE)
def test_what_has_no_counterpart_gives_no_document(what: str) -> None:
    figure, axes = axes_of()
    axes.plot([1, 2])
    UNTELLABLE[what](axes)
    assert draw(figure) is None


@pytest.mark.parametrize("projection", ["polar", "3d"])
def test_surfaces_and_round_axes_give_no_document(projection: str) -> None:
    figure = Figure()
    axes: Any = figure.add_subplot(projection=projection)
    if projection == "3d":
        axes.plot_surface(*np.meshgrid([0.0, 1.0], [0.0, 1.0]), np.ones((2, 2)))
    assert draw(figure) is None
