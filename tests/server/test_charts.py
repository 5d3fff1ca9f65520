"""Charts of series."""

from __future__ import annotations

from typing import Any

from deepforge.core.ids import JobId
from deepforge.core.series import SeriesPoints
from deepforge.server.charts import HEIGHT, WIDTH, Chart, Curve, Stroke, chart


def _points(*values: float | None, exact: bool = True, spread: float = 0.0) -> SeriesPoints:
    return SeriesPoints(
        name="loss",
        job=JobId("J"),
        points=len(values),
        x=tuple(float(x) for x in range(len(values))),
        min=tuple(None if value is None else value - spread for value in values),
        max=tuple(None if value is None else value + spread for value in values),
        mean=values,
        exact=exact,
    )


def _curve(*values: float | None, **more: Any) -> Curve:
    return Curve("", _points(*values, **more), values[-1])


def test_a_line_fills_its_surface() -> None:
    assert chart("loss", [_curve(1.0, 0.5, 0.0)]) == Chart(
        title="loss",
        strokes=(Stroke("", f"M0 0L{WIDTH // 2} {HEIGHT // 2}L{WIDTH} {HEIGHT}", "", 0.0),),
        low=0.0,
        high=1.0,
        first=0.0,
        last=2.0,
        points=3,
    )


def test_a_line_is_broken_where_a_value_is_missing() -> None:
    drawn = chart("loss", [_curve(0.0, None, 1.0, 0.0, None)])
    assert drawn is not None
    assert drawn.strokes[0].path == "M0 120M160 0L240 120"


def test_summed_up_points_have_a_band_from_least_to_greatest() -> None:
    drawn = chart("loss", [_curve(0.0, 0.0, exact=False, spread=1.0)])
    assert drawn is not None
    assert (drawn.low, drawn.high) == (-1.0, 1.0)
    assert drawn.strokes[0].band == "M0 0L320 0L320 120L0 120Z"


def test_one_point_is_a_dot_and_equal_values_run_in_the_middle() -> None:
    drawn = chart("loss", [_curve(3.0)])
    assert drawn is not None
    assert (drawn.strokes[0].path, drawn.strokes[0].alone) == ("M160 60h.01", True)


def test_lines_of_several_jobs_share_one_scale() -> None:
    drawn = chart("loss", [_curve(0.0, 1.0), _curve(2.0, 4.0)])
    assert drawn is not None
    assert [stroke.path for stroke in drawn.strokes] == ["M0 120L320 90", "M0 60L320 0"]


def test_without_a_value_there_is_no_chart() -> None:
    assert chart("loss", [_curve(None, None)]) is None
    assert chart("loss", []) is None
