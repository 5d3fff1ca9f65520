"""The charts of a run: a graph that user code composed of several lines is one chart, any other metric its
own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec

from deepforge.core.errors import DeepForgeError
from deepforge.core.ids import RunId
from deepforge.core.run import FigureView
from deepforge.core.series import SeriesSummary
from deepforge.core.user import Caller
from deepforge.server.charts import POINTS, Chart, Curve, chart
from deepforge.services import blobs, series
from deepforge.services.house import House

MEDIA = "application/vnd.deepforge.graph+json"
MOST_CHARTS = 24
MOST_BYTES = 1 << 16
"""Of the document of a graph."""


class _Graph(msgspec.Struct):
    """A graph as user code announced it: its lines are the series `<title>/<line>`."""

    title: str
    xlabel: str = ""
    ylabel: str = ""
    lines: list[str] = []


@dataclass(frozen=True)
class _Plan:
    """A chart to be drawn: labels and the names of their series."""

    title: str
    lines: tuple[tuple[str, str], ...]
    x_label: str = "step"
    y_label: str = ""


def charts_of_run(
    house: House, caller: Caller, run: RunId, figures: Sequence[FigureView]
) -> tuple[tuple[Chart, ...], int]:
    """The charts of a run, and how many more there would be."""
    summaries = series.names(house, caller, run)
    plans = tuple(_plans(summaries, _graphs(house, caller, figures)))
    drawn = (_draw(house, caller, run, summaries, plan) for plan in plans[:MOST_CHARTS])
    return tuple(found for found in drawn if found is not None), max(0, len(plans) - MOST_CHARTS)


def _graphs(house: House, caller: Caller, figures: Sequence[FigureView]) -> Iterator[_Graph]:
    for figure in figures:
        if MEDIA not in figure.parts:
            continue
        try:
            stream, _ = blobs.open(house, caller, figure.parts[MEDIA], 0)
            with stream:
                yield msgspec.json.decode(stream.read(MOST_BYTES), type=_Graph)
        except (DeepForgeError, msgspec.DecodeError):
            continue  # its lines are then drawn one by one


def _plans(summaries: Sequence[SeriesSummary], graphs: Iterator[_Graph]) -> Iterator[_Plan]:
    names = list(dict.fromkeys(summary.name for summary in summaries))
    taken: set[str] = set()
    for graph in graphs:
        lines = tuple(
            (line, f"{graph.title}/{line}") for line in graph.lines if f"{graph.title}/{line}" in names
        )
        if lines:
            taken.update(name for _, name in lines)
            yield _Plan(graph.title, lines, graph.xlabel, graph.ylabel)
    for name in names:
        if name not in taken:
            yield _Plan(name, (("", name),))


def _draw(
    house: House, caller: Caller, run: RunId, summaries: Sequence[SeriesSummary], plan: _Plan
) -> Chart | None:
    known = {(summary.name, summary.job): summary for summary in summaries}
    curves: list[Curve] = []
    for label, name in plan.lines:
        view = series.points(house, caller, run, name, POINTS, None, None)
        for points in view.lines:
            summary = known.get((name, points.job))
            job = summary.job_name if summary and (len(view.lines) > 1 or not label) else ""
            curves.append(Curve(f"{label} {job}".strip(), points, summary.last if summary else None))
    return chart(plan.title, curves, x_label=plan.x_label, y_label=plan.y_label)
