"""Figures: what is shown is published, as a picture and, where it can be told, as a document."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import deepforge
from deepforge.runtime import figure as figure_module
from deepforge.runtime.figure import PLOTLY, PNG
from tests.runtime.conftest import Bench
from tests.runtime.reading import figures, points

pytest.importorskip("matplotlib")
backend: Any = pytest.importorskip("deepforge.runtime.backend")
import matplotlib.pyplot as plt  # noqa: E402
from matplotlib.lines import Line2D  # noqa: E402


@pytest.fixture(autouse=True)
def backend_of_jobs(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(figure_module, "_numbers", count(1))
    monkeypatch.setattr(figure_module, "_pictures", count(1))
    before = plt.get_backend()
    plt.switch_backend("module://deepforge.runtime.backend")
    yield
    plt.close("all")
    backend._pending.clear()
    plt.switch_backend(before)


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(backend, "time", clock)
    return clock


def size_of(png: bytes) -> tuple[int, int]:
    image_module = pytest.importorskip("PIL.Image")
    with image_module.open(io.BytesIO(png)) as image:
        image.load()
        return image.size


def test_show_publishes_every_open_figure_once_and_closes_them(local: Path) -> None:
    plt.figure(figsize=(3, 2), dpi=100)
    plt.plot([1, 2], [3, 4])
    plt.title("First")
    _, axes = plt.subplots(2)
    axes[0].set_title("Upper")
    axes[1].set_title("Lower")
    plt.show()
    plt.show()
    shown = figures(local)
    assert [(name, title) for name, title, _ in shown] == [("figure-1", "First"), ("figure-2", "figure-2")]
    assert size_of(shown[0][2][PNG]) == (300, 200)
    assert json.loads(shown[0][2][PLOTLY])["data"][0]["y"] == [3.0, 4.0]
    assert plt.get_fignums() == []


def test_a_figure_made_after_others_were_closed_is_another_figure(local: Path) -> None:
    for _ in range(2):
        plt.plot([1, 2])
        plt.show()
    assert [name for name, _, _ in figures(local)] == ["figure-1", "figure-2"]


def test_a_figure_with_a_name_of_its_own_keeps_it_as_versions_of_one(local: Path) -> None:
    for _ in range(2):
        plt.figure("loss")
        plt.plot([1, 2])
        plt.show()
    deepforge.figure(plt.figure(), name="loss")
    assert [name for name, _, _ in figures(local)] == ["loss", "loss", "loss"]


def test_the_title_over_all_axes_names_the_figure(local: Path) -> None:
    _, axes = plt.subplots(1)
    axes.set_title("of the axes")
    plt.suptitle("of the figure")
    plt.show()
    assert [title for _, title, _ in figures(local)] == ["of the figure"]


def test_a_figure_that_cannot_be_told_is_a_picture_alone(local: Path) -> None:
    plt.plot([1, 2])
    plt.yscale("symlog")
    plt.show()
    ((_, _, parts),) = figures(local)
    assert list(parts) == [PNG]


def test_a_figure_in_which_something_fails_to_be_told_is_a_picture_alone_and_the_log_says_so(
    local: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    class Odd(Line2D):
        def get_marker(self) -> str:
            raise KeyError("odd")

    plt.gca().add_line(Odd([1, 2], [1, 2]))
    plt.show()
    ((_, _, parts),) = figures(local)
    assert list(parts) == [PNG]
    assert capsys.readouterr().err == "The figure figure-1 is kept as its picture only: KeyError: 'odd'\n"


def test_a_figure_drawn_again_and_again_has_one_version_a_second_and_the_last_one(
    local: Path, clock: Clock
) -> None:
    (line,) = plt.plot([0.0])
    for step in range(25):
        line.set_ydata([float(step)])
        plt.draw()
        clock.now += 0.1
    backend.publish_pending()
    backend.publish_pending()
    values = [json.loads(parts[PLOTLY])["data"][0]["y"] for _, _, parts in figures(local)]
    assert values == [[0.0], [10.0], [20.0], [24.0]]
    assert {name for name, _, _ in figures(local)} == {"figure-1"}


@pytest.mark.parametrize("how", ["pause", "canvas", "interactive", "show without blocking"])
def test_every_way_of_drawing_live_publishes_and_keeps_the_figure_open(
    local: Path, clock: Clock, how: str
) -> None:
    if how == "interactive":
        plt.ion()
    plt.plot([1, 2])
    if how == "pause":
        plt.pause(1000)
    elif how == "canvas":
        plt.gcf().canvas.draw()
        plt.gcf().canvas.flush_events()
    elif how == "show without blocking":
        plt.show(block=False)
    plt.ioff()
    assert len(figures(local)) == 1
    assert plt.get_fignums() == [1]


def test_saving_a_figure_to_a_file_publishes_nothing(local: Path) -> None:
    plt.plot([1, 2])
    plt.savefig(local / "mine.png")
    assert not (local / "journal").exists()


def test_showing_one_figure_leaves_the_others(local: Path) -> None:
    first, second = plt.figure(), plt.figure()
    second.show()
    first.show()
    assert [name for name, _, _ in figures(local)] == ["figure-1", "figure-2"]
    assert plt.get_fignums() == [1, 2]


def test_a_figure_can_be_shown_by_itself_by_its_axes_or_as_the_current_one(local: Path) -> None:
    from matplotlib.figure import Figure

    alone = Figure()
    axes = alone.subplots()
    deepforge.figure(alone, "Alone")
    deepforge.figure(axes, "By its axes")
    plt.plot([1, 2])
    deepforge.figure()
    assert [(name, title) for name, title, _ in figures(local)] == [
        ("figure-1", "Alone"),
        ("figure-1", "By its axes"),
        ("figure-2", "figure-2"),
    ]


def test_what_was_shown_is_shown_again_only_when_it_has_changed(local: Path) -> None:
    figure, axes = plt.subplots()
    (line,) = axes.plot([1, 2])
    deepforge.figure(figure, name="scatter")
    plt.show(block=False)
    backend.publish_pending()
    line.set_ydata([2, 3])
    plt.figure()
    plt.show()
    plt.show()
    values = [(name, json.loads(parts[PLOTLY])["data"]) for name, _, parts in figures(local)]
    assert [(name, *(trace["y"] for trace in data)) for name, data in values] == [
        ("scatter", [1.0, 2.0]),
        ("scatter", [2.0, 3.0]),
        ("figure-1",),
    ]


def test_for_an_animation_it_is_said_what_can_be_shown(local: Path) -> None:
    from matplotlib.animation import FuncAnimation

    figure, axes = plt.subplots()
    (line,) = axes.plot([1, 2])
    animation = FuncAnimation(figure, lambda _: (line,), frames=2)
    with pytest.raises(TypeError, match="after each frame is drawn; the frames are then versions"):
        deepforge.figure(animation)
    animation._draw_was_started = True  # else matplotlib warns that nobody saw it


def test_without_a_figure_there_is_nothing_to_show(local: Path) -> None:
    with pytest.raises(TypeError, match="pyplot has none open"):
        deepforge.figure()
    with pytest.raises(TypeError, match="a str cannot be shown as a figure"):
        deepforge.figure("figure.png")
    with pytest.raises(TypeError, match=r"numpy\.ndarray cannot be shown"):
        deepforge.figure(np.zeros(3))


class PlotlyFigure:
    """What is asked of a figure of Plotly."""

    def __init__(self, title: Any) -> None:
        self.content = {"data": [], "layout": {"title": title} if title else {}}

    def to_plotly_json(self) -> Any:
        return self.content

    def to_json(self) -> str:
        return json.dumps(self.content)


def test_a_figure_of_plotly_is_published_as_it_is(local: Path) -> None:
    deepforge.figure(PlotlyFigure({"text": "Ours"}))
    deepforge.figure(PlotlyFigure(None))
    assert figures(local) == [
        ("figure-1", "Ours", {PLOTLY: b'{"data": [], "layout": {"title": {"text": "Ours"}}}'}),
        ("figure-2", "figure-2", {PLOTLY: b'{"data": [], "layout": {}}'}),
    ]


def test_images_and_arrays_are_pictures(local: Path) -> None:
    image_module = pytest.importorskip("PIL.Image")
    deepforge.figure(image_module.new("CMYK", (4, 3)))
    deepforge.figure(np.zeros((5, 6)), "Black")
    deepforge.figure(np.zeros((5, 6)), name="same")
    deepforge.figure(np.zeros((5, 7)), name="same")
    assert [(name, title, size_of(parts[PNG])) for name, title, parts in figures(local)] == [
        ("image-1", "image-1", (4, 3)),
        ("image-2", "Black", (6, 5)),
        ("same", "same", (6, 5)),
        ("same", "same", (7, 5)),
    ]


def test_outside_a_run_figures_are_files_as_well(local: Path) -> None:
    deepforge.figure(np.zeros((5, 6)), name="in/out")
    assert size_of((local / "figures" / "in_out.png").read_bytes()) == (6, 5)
    (local / "job.json").write_text("{}")


def test_a_figure_that_is_too_large_is_its_picture_or_nothing_and_the_log_says_so(
    local: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(figure_module, "MOST_BYTES", 6_000_000)
    picture, document = bytes(3_500_000), bytes(2_000_000)
    figure_module.publish("photo", "Photo", {PNG: picture})
    figure_module.publish("both", "Both", {PNG: picture, PLOTLY: document})
    figure_module.publish("cloud", "Cloud", {PLOTLY: bytes(7_000_000)})
    figure_module.publish("wall", "Wall", {PNG: bytes(7_000_000), PLOTLY: document})
    assert [(name, set(parts)) for name, _, parts in figures(local)] == [
        ("photo", {PNG}),
        ("both", {PNG}),
    ]
    assert capsys.readouterr().err.splitlines() == [
        "The figure both has 5 MB. Only its picture is kept.",
        "The figure cloud has 7 MB. It is not kept: show fewer points, or an image of fewer pixels.",
        "The figure wall has 9 MB. Only its picture is kept.",
        "The figure wall has 7 MB. It is not kept: show fewer points, or an image of fewer pixels.",
    ]


def test_the_largest_figure_is_a_record_of_the_journal(local: Path) -> None:
    figure_module.publish("largest", "Largest" * 1000, {PLOTLY: bytes(figure_module.MOST_BYTES)})
    ((name, _, parts),) = figures(local)
    assert (name, len(parts[PLOTLY])) == ("largest", figure_module.MOST_BYTES)


def test_in_a_job_figures_are_in_the_journal_only_and_the_last_state_is_never_lost(bench: Bench) -> None:
    bench.write(
        "operations/live.py",
        """
        import matplotlib.pyplot as plt

        def live(*, fail):
            line, = plt.plot([0.0])
            for step in range(50):
                line.set_ydata([float(step)])
                plt.pause(0.001)
            if fail:
                raise ValueError("in the middle")
            return 1
        """,
    )
    for fail in (False, True):
        folder = bench.prepare("operations.live.live", form="function", attributes={"fail": fail})
        bench.start(folder, preload=("matplotlib",))
        job = bench.ended(folder)
        assert job.exit["code"] == fail
        assert {header["figure"] for header, _ in job.figures} == {"figure-1"}
        assert json.loads(job.figures[-1][1][PLOTLY])["data"][0]["y"] == [49.0]
        assert not (folder / "figures").exists()


def test_a_graph_announces_its_lines_whose_points_are_series(local: Path) -> None:
    graph = deepforge.Graph("My Graph")
    first, second = graph.line("first line"), graph.line("second line")
    first.add(1, 3)
    second.add(1, np.float32(4))
    first.add(2, 5)
    graph.xlabel("x axis")
    graph.ylabel("y axis")
    assert graph.line("first line") is first
    assert points(local) == [
        (("My Graph/first line",), 1.0, (3.0,)),
        (("My Graph/second line",), 1.0, (4.0,)),
        (("My Graph/first line",), 2.0, (5.0,)),
    ]
    shown = figures(local)
    assert {(name, title, *parts) for name, title, parts in shown} == {
        ("graph My Graph", "My Graph", "application/vnd.deepforge.graph+json")
    }
    assert json.loads(shown[-1][2]["application/vnd.deepforge.graph+json"]) == {
        "title": "My Graph",
        "xlabel": "x axis",
        "ylabel": "y axis",
        "lines": [
            {"name": "first line", "series": "My Graph/first line"},
            {"name": "second line", "series": "My Graph/second line"},
        ],
    }


def test_graphs_with_the_same_title_are_one(local: Path) -> None:
    deepforge.Graph("Shared").line("first").add(1, 2)
    again = deepforge.Graph("Shared")
    again.line("second")
    shown = json.loads(figures(local)[-1][2]["application/vnd.deepforge.graph+json"])
    assert [line["name"] for line in shown["lines"]] == ["first", "second"]


def test_an_image_can_change_its_tensor_and_its_title(local: Path) -> None:
    torch = pytest.importorskip("torch")
    image = deepforge.Image("My Example Image", torch.zeros(3, 4, 5))
    image.title("My New Title")
    image.update(torch.zeros(6, 7))
    empty = deepforge.Image("Empty")
    empty.title("Still empty")
    assert [(name, title, size_of(parts[PNG])) for name, title, parts in figures(local)] == [
        ("image My Example Image", "My Example Image", (5, 4)),
        ("image My Example Image", "My New Title", (5, 4)),
        ("image My Example Image", "My New Title", (7, 6)),
    ]
    with pytest.raises(ValueError, match="no picture"):
        image.update(torch.zeros(2, 3, 4, 5))
