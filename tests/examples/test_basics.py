"""The basics example: as plain classes, and as runs."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from deepforge.runtime.figure import PLOTLY, PNG
from deepforge.runtime.graph import GRAPH
from tests.examples.conftest import EXAMPLES, Installation, Shown

BOTH = frozenset({PNG, PLOTLY})


@pytest.fixture(autouse=True)
def basics(inside: Callable[[str], None]) -> None:
    """Work in the project's folder."""
    inside("basics")


def test_an_array_is_made_and_printed(capsys: pytest.CaptureFixture[str]) -> None:
    from operations.gen_array import GenArray
    from operations.print_array import PrintArray

    array = GenArray(length=3).execute()
    PrintArray().execute(array)
    assert (len(array), capsys.readouterr().out) == (3, f"{array}\n")


def test_an_image_is_shown_and_one_of_many_is_picked(shown: Callable[[], Shown]) -> None:
    from operations.display_image import DisplayImage
    from operations.gen_image import GenImage

    image = GenImage(height=4, width=6).execute()
    DisplayImage().execute(image)
    DisplayImage().execute(np.stack([image, image]))
    assert image.shape == (4, 6, 3)
    assert [media for _, media in shown().figures] == [BOTH, BOTH]


def test_predictions_are_drawn_in_a_grid(shown: Callable[[], Shown]) -> None:
    from operations.gen_predictions import GenPredictions
    from operations.pred_vis import PredVis

    pt, gt, pdfs = GenPredictions(count=20).execute()
    assert (pt.shape, gt.shape, pdfs.shape) == ((20,), (20,), (20, 180))
    assert np.allclose(pdfs.sum(axis=1), 1)
    PredVis(num_rows=2, num_cols=3).execute(pt, gt, pdfs)
    assert PNG in shown().figures[0][1]


def test_points_in_space_are_drawn_so_that_they_can_be_turned(shown: Callable[[], Shown]) -> None:
    from operations.scatter3d_plots import Scatter3DPlots

    Scatter3DPlots().execute()
    assert [media for _, media in shown().figures] == [BOTH]


def test_a_graph_has_two_lines_and_labels(shown: Callable[[], Shown]) -> None:
    from operations.show_graph import ShowGraph

    ShowGraph().execute()
    seen = shown()
    assert seen.points == {"My Graph/first line": [(1, 3), (2, 5)], "My Graph/second line": [(1, 4), (2, 6)]}
    assert seen.figures[-1] == ("My Graph", frozenset({GRAPH}))


def test_an_image_changes_its_title_and_its_pixels(shown: Callable[[], Shown]) -> None:
    from operations.show_image import ShowImage

    ShowImage().execute(np.zeros((2, 2, 3)), np.ones((2, 2, 3)))
    assert [title for title, _ in shown().figures] == ["My Example Image", "My New Title", "My New Title"]


def test_every_operation_belongs_to_a_pipeline() -> None:
    pipelines = "".join(path.read_text() for path in (EXAMPLES / "basics" / "pipelines").iterdir())
    for path in (EXAMPLES / "basics" / "operations").glob("*.py"):
        (operation,) = [
            node.name for node in ast.parse(path.read_text()).body if isinstance(node, ast.ClassDef)
        ]
        assert f"operation: {operation}" in pipelines


@pytest.mark.acceptance
def test_an_array_goes_from_job_to_job_and_as_an_artifact_from_run_to_run(installation: Installation) -> None:
    made = installation.run("basics", "basic-input-output")
    read = installation.run("basics", "print-artifact")

    assert (made["state"], read["state"]) == ("success", "success")
    (artifact,) = made["artifacts"]
    assert (artifact["name"], artifact["version"], artifact["type"]) == ("random-numbers", 1, "list")
    printed = installation.log_of(made, "print")
    assert printed.count(",") == 9
    assert installation.log_of(read, "print") == printed


@pytest.mark.acceptance
@pytest.mark.parametrize(
    ("pipeline", "titles"),
    [
        ("display-random-image", None),
        ("subplots", None),
        ("scatter-3d", None),
        ("graph", ["My Graph"]),
        ("image", ["My New Title"]),
    ],
)
def test_a_pipeline_shows_its_figure(
    installation: Installation, pipeline: str, titles: list[str] | None
) -> None:
    run = installation.run("basics", pipeline)
    with installation.client() as client:
        figures = client.runs.figures(run["id"])
    assert (run["state"], len(figures)) == ("success", 1)
    assert titles in (None, [figure.title for figure in figures])


@pytest.mark.acceptance
def test_noise_is_new_each_time_although_nothing_changed(installation: Installation) -> None:
    runs = [installation.run("basics", "display-random-image") for _ in range(2)]
    noises = {output["digest"] for run in runs for job in run["jobs"] for output in job["outputs"]}
    assert len(noises) == 2
    assert [job["cached"] for job in runs[1]["jobs"]] == [False, False]


def test_the_examples_are_listed_in_their_readme() -> None:
    readme = (EXAMPLES / "basics" / "README.md").read_text()
    names = {path.stem for path in Path(EXAMPLES / "basics" / "pipelines").glob("*.yaml")}
    assert {name for name in names if f"| `{name}` |" not in readme} == set()
