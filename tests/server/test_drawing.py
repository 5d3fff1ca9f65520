"""The drawing of a graph."""

from __future__ import annotations

from deepforge.server.drawing import GAP_X, HEIGHT, MARGIN, MOST_BOXES, WIDTH, draw

STEP = WIDTH + GAP_X


def test_what_follows_stands_to_the_right() -> None:
    drawn = draw({"a": [], "b": ["a"], "c": ["b", "a"]})
    assert drawn is not None
    assert [(box.name, box.x) for box in drawn.boxes] == [
        ("a", MARGIN),
        ("b", MARGIN + STEP),
        ("c", MARGIN + 2 * STEP),
    ]
    assert [(line.source, line.target) for line in drawn.lines] == [("a", "b"), ("b", "c"), ("a", "c")]


def test_no_box_covers_another_and_all_are_on_the_surface() -> None:
    graph = {f"j{index}": [f"j{index // 3}"] if index else [] for index in range(40)}
    drawn = draw(graph)
    assert drawn is not None
    places = [(box.x, box.y) for box in drawn.boxes]
    assert not any(
        abs(x - other_x) < WIDTH and abs(y - other_y) < HEIGHT
        for at, (x, y) in enumerate(places)
        for other_x, other_y in places[:at]
    )
    assert all(
        x + WIDTH <= drawn.width and y + HEIGHT <= drawn.height and x >= 0 and y >= 0 for x, y in places
    )


def test_a_line_runs_from_the_right_of_a_box_to_the_left_of_the_next() -> None:
    drawn = draw({"a": [], "b": ["a"]})
    assert drawn is not None
    a, b = drawn.boxes
    middle = a.y + HEIGHT // 2
    path = drawn.lines[0].path
    assert path.startswith(f"M{a.x + WIDTH} {middle}C")
    assert path.endswith(f" {b.x} {middle}")


def test_nothing_and_too_much_are_not_drawn() -> None:
    assert draw({}) is None
    assert draw({str(index): [] for index in range(MOST_BOXES + 1)}) is None


def test_a_pipeline_with_a_cycle_or_a_missing_node_is_drawn_all_the_same() -> None:
    drawn = draw({"a": ["c"], "b": ["a"], "c": ["b", "nobody"], "d": []})
    assert drawn is not None
    assert [box.name for box in drawn.boxes] == ["a", "b", "c", "d"]
    assert ("nobody", "c") not in [(line.source, line.target) for line in drawn.lines]
