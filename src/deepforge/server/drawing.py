"""The drawing of a graph of jobs or nodes: where each box stands and how the lines between them run.

Left to right by the longest way from the start; within a column as near as possible to what comes before. A
line that passes a column gets a lane of its own there, so that it runs between boxes and never behind one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

WIDTH = 212
HEIGHT = 78
LANE = 10
"""The height that a passing line takes of a column."""
GAP_X = 60
GAP_Y = 22
MARGIN = 20
MOST_BOXES = 150
"""A graph with more is not drawn: the list reads better."""

_Slot = tuple[str, int]
"""A box, or the lane of the lines from a box, in a column: its name and the column."""


@dataclass(frozen=True)
class Box:
    """One job or node: the place of its upper left corner."""

    name: str
    x: int
    y: int


@dataclass(frozen=True)
class Line:
    """One line from a box to another, as the path of an SVG."""

    source: str
    target: str
    path: str


@dataclass(frozen=True)
class Drawing:
    """A drawn graph, and the size of its surface."""

    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    width: int
    height: int


def draw(after: Mapping[str, Sequence[str]]) -> Drawing | None:
    """Draw a graph, given as name → names of those before it; None when it is empty or too large."""
    if not 0 < len(after) <= MOST_BOXES:
        return None
    known = {name: _known(before, after) for name, before in after.items()}
    depths = _depths(known)
    columns = _columns(known, depths)
    height = max(_tall(column, depths) for column in columns)
    places = _places(columns, depths, height)
    boxes = tuple(Box(name, *places[name, depths[name]]) for name in after)
    lines = tuple(
        Line(source, target, _path(source, target, depths, places))
        for target, before in known.items()
        for source in before
    )
    return Drawing(boxes, lines, 2 * MARGIN + len(columns) * (WIDTH + GAP_X) - GAP_X, 2 * MARGIN + height)


def _known(names: Sequence[str], after: Mapping[str, object]) -> list[str]:
    return [name for name in dict.fromkeys(names) if name in after]


def _depths(after: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """The column of each name. What goes round, as in a pipeline with problems, stands in the first."""
    depths: dict[str, int] = {}
    waiting = list(after)
    while waiting:
        left = []
        for name in waiting:
            if all(other in depths for other in after[name]):
                depths[name] = max((depths[other] for other in after[name]), default=-1) + 1
            else:
                left.append(name)
        if len(left) == len(waiting):
            depths |= dict.fromkeys(left, 0)
            break
        waiting = left
    return depths


def _columns(after: Mapping[str, Sequence[str]], depths: Mapping[str, int]) -> list[list[_Slot]]:
    """The boxes and lanes of each column, from top to bottom."""
    columns: list[list[_Slot]] = [[] for _ in range(max(depths.values()) + 1)]
    before: dict[_Slot, list[_Slot]] = {}
    for name, others in after.items():
        depth = depths[name]
        columns[depth].append((name, depth))
        before[name, depth] = [(other, max(depths[other], depth - 1)) for other in others]
        for other in others:
            for lane in range(depths[other] + 1, depth):
                if (other, lane) not in before:
                    columns[lane].append((other, lane))
                    before[other, lane] = [(other, lane - 1)]
    ranks: dict[_Slot, float] = {}
    for column in columns:
        column.sort(key=lambda slot: _middle([ranks[other] for other in before[slot] if other in ranks]))
        ranks |= {slot: rank - (len(column) - 1) / 2 for rank, slot in enumerate(column)}
    return columns


def _places(
    columns: Sequence[Sequence[_Slot]], depths: Mapping[str, int], height: int
) -> dict[_Slot, tuple[int, int]]:
    places: dict[_Slot, tuple[int, int]] = {}
    for index, column in enumerate(columns):
        y = MARGIN + (height - _tall(column, depths)) // 2
        for slot in column:
            places[slot] = (MARGIN + index * (WIDTH + GAP_X), y)
            y += _height(slot, depths) + GAP_Y
    return places


def _path(
    source: str, target: str, depths: Mapping[str, int], places: Mapping[_Slot, tuple[int, int]]
) -> str:
    """From the right of a box to the left of another, straight along its lanes between."""
    x, y = places[source, depths[source]]
    x, y = x + WIDTH, y + HEIGHT // 2
    path = f"M{x} {y}"
    for depth in range(depths[source] + 1, depths[target]):
        lane_x, lane_y = places[source, depth]
        path += _curve(x, y, lane_x, lane_y + LANE // 2) + f"H{lane_x + WIDTH}"
        x, y = lane_x + WIDTH, lane_y + LANE // 2
    to_x, to_y = places[target, depths[target]]
    return path + _curve(x, y, to_x, to_y + HEIGHT // 2)


def _curve(x: int, y: int, to_x: int, to_y: int) -> str:
    bend = max(24, (to_x - x) // 2)
    return f"C{x + bend} {y} {to_x - bend} {to_y} {to_x} {to_y}"


def _tall(column: Sequence[_Slot], depths: Mapping[str, int]) -> int:
    return sum(_height(slot, depths) for slot in column) + GAP_Y * (len(column) - 1)


def _height(slot: _Slot, depths: Mapping[str, int]) -> int:
    return HEIGHT if depths[slot[0]] == slot[1] else LANE


def _middle(places: Sequence[float]) -> float:
    return sum(places) / len(places) if places else 0.0
