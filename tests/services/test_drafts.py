"""Drafts: pipelines checked as they are being drawn."""

from __future__ import annotations

from pathlib import Path

import pytest

from deepforge.core.errors import NotFound, UnknownName
from deepforge.core.ids import ProjectId
from deepforge.core.outlook import CheckRequest, PackagePlan, PlannedFile
from deepforge.core.problem import Place, Problem
from deepforge.core.user import Caller
from deepforge.services import drafts
from deepforge.services.house import House
from tests.services.conftest import write_project
from tests.services.hand_worker import HandWorker

NODES = {
    "load": {"operation": "load"},
    "train": {"operation": "Train", "attributes": {"epochs": 5}, "inputs": {"numbers": "load.numbers"}},
}


@pytest.fixture
def house(quick_house: House) -> House:
    return quick_house


def check(house: House, caller: Caller, project: ProjectId, nodes: object) -> list[tuple[str, str]]:
    request = CheckRequest("train", nodes)  # type: ignore[arg-type]
    return [(each.rule, each.message) for each in drafts.check(house, caller, project, request).problems]


def test_a_good_draft_has_no_problems(house: House, caller: Caller, project: ProjectId) -> None:
    assert check(house, caller, project, NODES) == []


def test_without_nodes_the_file_is_checked(house: House, caller: Caller, project: ProjectId) -> None:
    assert check(house, caller, project, None) == []
    with pytest.raises(UnknownName):
        drafts.check(house, caller, project, CheckRequest("trian"))
    with pytest.raises(NotFound):
        drafts.check(house, caller, ProjectId("none"), CheckRequest("train"))


def test_a_new_pipeline_can_be_checked_before_it_has_a_file(
    house: House, caller: Caller, project: ProjectId
) -> None:
    assert drafts.check(house, caller, project, CheckRequest("other", NODES)).problems == ()


def test_all_that_is_wrong_is_told_with_its_place(house: House, caller: Caller, project: ProjectId) -> None:
    nodes = {
        "old": {"operation": "Input", "attributes": {"artifact": "modle"}},
        "train": {"operation": "Train", "attributes": {"epochs": "many"}, "inputs": {"numbers": "again"}},
        "again": {"operation": "Train", "inputs": {"numbers": "train.model"}, "at": "here"},
    }
    assert check(house, caller, project, nodes) == [
        ("shape", "again is drawn at 'here'."),
        ("attribute_type", "epochs of train is 'many', but Train wants a whole number."),
        ("known_output", "numbers of train takes again, but Train has 2 outputs."),
        ("acyclic", "The pipeline goes in a circle: train → again → train."),
        ("known_artifact", "There is no artifact modle."),
    ]


def test_a_change_of_the_code_is_seen_by_the_next_check(
    house: House, folder: Path, caller: Caller, project: ProjectId
) -> None:
    assert check(house, caller, project, NODES) == []
    write_project(folder, **{"operations/load.py": "def load(images):\n    return images\n"})
    assert ("connected_or_optional", "The input images of load is not connected.") in check(
        house, caller, project, NODES
    )


def test_files_that_did_not_change_are_not_read_again(
    house: House, folder: Path, caller: Caller, project: ProjectId
) -> None:
    assert house.current.read(folder) is house.current.read(folder)
    before = house.current.read(folder)
    write_project(folder, **{"notes.md": "hello"})
    assert house.current.read(folder) is not before


def test_a_package_that_is_not_installed_is_told_with_where_to_declare_it(
    house: House, folder: Path, caller: Caller, project: ProjectId, worker: HandWorker
) -> None:
    write_project(
        folder,
        **{
            "operations/load.py": "import pandas\nimport deepforge, numpy\n\ndef load():\n    return pandas\n"
        },
    )
    assert drafts.check(house, caller, project, CheckRequest("train")).problems == (
        Problem(
            "missing_package",
            "load imports pandas, which is not installed where it would run.",
            Place("operations/load.py", 4, "load"),
            'Declare what it imports at the head of operations/load.py: # dependencies = ["numpy", "pandas"]',
            "warning",
        ),
    )
    assert drafts.plan_packages(house, caller, project, CheckRequest("train")) == PackagePlan(
        (
            PlannedFile(
                "operations/load.py",
                ("pandas",),
                ("numpy", "pandas"),
                '# /// script\n# dependencies = [\n#   "numpy",\n#   "pandas",\n# ]\n# ///\n',
            ),
        )
    )
    write_project(folder, **{"requirements.txt": "pandas\n"})
    assert drafts.check(house, caller, project, CheckRequest("train")).problems == ()


def test_an_operation_that_is_unknown_is_told_with_the_nearest_name(
    house: House, caller: Caller, project: ProjectId
) -> None:
    (problem,) = drafts.check(
        house, caller, project, CheckRequest("train", {"a": {"operation": "Trian"}})
    ).problems
    assert isinstance(problem, Problem)
    assert (problem.message, problem.hint, problem.place.node) == (
        "There is no operation Trian.",
        "Did you mean Train?",
        "a",
    )
