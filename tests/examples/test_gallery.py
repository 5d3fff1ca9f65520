"""Every example of the gallery: explained, drawn, without problems, and run; most on a smaller setting."""

from __future__ import annotations

from pathlib import Path

import pytest

from deepforge.core.settings import Settings
from deepforge.services import identity, new_projects, projects, templates
from deepforge.services.house import open_house
from deepforge.store.data_directory import DataDirectory
from deepforge.store.examples import Example, gallery
from tests.examples.conftest import Installation

EXAMPLES = {example.name: example for example in gallery()}
UNREADY = {("basics", "print-artifact"), ("empty", "main")}
"""One takes an artifact that another of the example saves, the other has no nodes."""

SMALLER = {
    "tabular": ("logistic.folds=2", "forest.folds=2", "boosting.folds=2"),
    "uncertainty": (),
    "sonnets": ("train.steps=5",),
    "starter": (),
}
IN_FULL = {"basics", "digits"}
"""Those have tests of their own."""

IMPORTED = {"scikit-learn": "sklearn"}


@pytest.mark.parametrize("example", EXAMPLES.values(), ids=EXAMPLES)
def test_an_example_says_what_it_is_and_how_long_it_takes(example: Example) -> None:
    readme = (example.folder / "README.md").read_text()
    assert readme.startswith("# ")
    if example.pipeline is not None:
        assert f"deepforge run {example.pipeline}" in readme
        assert example.seconds is not None
        assert example.seconds < 60


def test_no_example_has_a_problem_and_each_has_a_picture(tmp_path: Path) -> None:
    data = DataDirectory(tmp_path / "home")
    data.prepare()
    with open_house(Settings(home=data.home), data) as house:
        caller = identity.owner(house)
        for name in EXAMPLES:
            made = new_projects.create(house, caller, name, name)
            detail = projects.show(house, caller, made.id)
            assert detail.problems == (), name
            for pipeline in detail.pipelines:
                problems = [problem.message for problem in pipeline.problems]
                assert (problems != []) == ((name, pipeline.name) in UNREADY), problems
        drawn = {template.name: template.pipeline for template in templates.listing(house, caller)}
    assert {name for name, pipeline in drawn.items() if pipeline is None} == {"empty"}
    for pipeline in drawn.values():
        places = [node.at for node in pipeline.nodes] if pipeline else []
        assert None not in places
        assert len(set(places)) == len(places)


@pytest.mark.acceptance
@pytest.mark.parametrize("name", SMALLER)
def test_an_example_runs_to_success(installation: Installation, name: str) -> None:
    example = EXAMPLES[name]
    for package in example.needs:
        pytest.importorskip(IMPORTED.get(package, package))
    assert example.pipeline is not None
    settings = [word for setting in SMALLER[name] for word in ("--set", setting)]
    run = installation.run(name, example.pipeline, *settings)
    assert run["state"] == "success"
    assert {job["state"] for job in run["jobs"]} == {"success"}
    assert run["artifacts"] or run["metrics"]


def test_every_example_that_has_a_pipeline_is_run() -> None:
    assert SMALLER.keys() | IN_FULL == {name for name, example in EXAMPLES.items() if example.pipeline}
