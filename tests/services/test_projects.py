"""Projects: what lies in the projects folder, and what its files say."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from deepforge.core.errors import InvalidProject, NotFound, UnknownName
from deepforge.core.ids import ProjectId
from deepforge.core.project import AttributeView, NodeView, PortView
from deepforge.core.run import RunView
from deepforge.core.user import Caller
from deepforge.services import projects, readings
from deepforge.services.house import House
from deepforge.services.interfaces import Interfaces
from tests.services.conftest import TRAIN, write_project


def test_folders_and_links_in_the_projects_folder_are_projects(
    house: House, caller: Caller, tmp_path: Path
) -> None:
    (house.data.projects / "linked").symlink_to(write_project(tmp_path / "elsewhere"))
    (house.data.projects / "a file").write_text("")
    (house.data.projects / ".hidden").mkdir()
    os.mkdir(os.fsencode(house.data.projects) + b"/\xff")
    found = projects.listing(house, caller)
    assert [(project.name, project.pipelines) for project in found] == [
        ("digits", ("train",)),
        ("linked", ("train",)),
    ]
    assert projects.listing(house, caller) == found


def test_a_project_keeps_its_id_while_its_folder_is_away(house: House, caller: Caller, folder: Path) -> None:
    before = projects.find(house, caller, "digits")
    folder.rename(house.data.home / "away")
    assert projects.listing(house, caller) == ()
    with pytest.raises(InvalidProject, match="bring it back"):
        projects.show(house, caller, before.id)
    (house.data.home / "away").rename(folder)
    assert projects.listing(house, caller) == (before,)


def test_a_project_is_listed_with_its_last_run(
    house: House, caller: Caller, start: Callable[..., RunView]
) -> None:
    run = start()
    (view,) = projects.listing(house, caller)
    assert view.last_run is not None
    assert (view.last_run.id, view.last_run.jobs) == (run.id, {"queued": 1, "pending": 2})


def test_unknown_projects_are_told_with_the_nearest_name(house: House, caller: Caller) -> None:
    with pytest.raises(UnknownName, match="Did you mean digits"):
        projects.find(house, caller, "digit")
    with pytest.raises(NotFound):
        projects.show(house, caller, ProjectId("0" * 26))


def test_a_project_is_shown_with_its_operations_and_pipelines(
    house: House, caller: Caller, project: ProjectId, folder: Path
) -> None:
    (folder / "deepforge.toml").write_text('description = "Reads digits."\n')
    shown = projects.show(house, caller, project)
    assert (shown.name, shown.description, shown.problems) == ("digits", "Reads digits.", ())
    output, train, load = (view for view in shown.operations if view.name != "Input")
    assert (output.name, output.form, output.file) == ("Output", "built-in", "")
    assert (train.name, train.file, train.form) == ("Train", "operations/train.py", "class")
    assert train.inputs == (PortView("numbers", None, required=True),)
    assert train.outputs == (PortView("model"), PortView("score"))
    assert train.attributes == (AttributeView("epochs", "int", required=False, default=5, written="5"),)
    assert (load.name, load.doc) == ("load", "")
    (pipeline,) = shown.pipelines
    assert (pipeline.name, pipeline.file, pipeline.problems) == ("train", "pipelines/train.yaml", ())
    assert pipeline.nodes[1] == NodeView("train", "Train", {"epochs": 5}, {}, {"numbers": "load"}, None)


@pytest.mark.parametrize(
    ("file", "text", "rule", "said"),
    [
        (
            "operations/train.py",
            "class Train:\n    def execute(self, x:\n",
            "syntax",
            "operations/train.py:2",
        ),
        (
            "operations/other.py",
            TRAIN,
            "unique_operation",
            "also the name of the operation in operations/other.py",
        ),
        ("pipelines/other.yaml", "nodes: [", "yaml", "pipelines/other.yaml"),
        ("deepforge.toml", "nmae = 'x'", "project_settings", "Did you mean name"),
        (
            "deepforge.toml",
            "environment = 'requirement.txt'",
            "project_settings",
            "There is no file requirement.txt",
        ),
        ("requirements.txt", "-r other.txt", "declared_environment", "requirements.txt:1"),
    ],
)
def test_what_is_wrong_is_shown_with_its_place(
    house: House, caller: Caller, project: ProjectId, folder: Path, file: str, text: str, rule: str, said: str
) -> None:
    write_project(folder, **{file: text})
    (problem,) = projects.show(house, caller, project).problems
    assert problem.rule == rule
    assert said in str(problem)


def test_a_file_that_is_no_text_is_told(
    house: House, caller: Caller, project: ProjectId, folder: Path
) -> None:
    (folder / "utils/scale.py").write_bytes(b"x = 1\ny = '\xff'\n")
    (problem,) = projects.show(house, caller, project).problems
    assert (problem.rule, str(problem.place)) == ("encoding", "utils/scale.py:2")


def test_the_problems_of_a_pipeline_stand_with_it(
    house: House, caller: Caller, project: ProjectId, folder: Path
) -> None:
    write_project(folder, **{"pipelines/broken.yaml": "nodes:\n  a: {operation: Trian}\n"})
    broken, train = projects.show(house, caller, project).pipelines
    assert ([problem.rule for problem in broken.problems], train.problems) == (["known_operation"], ())


def test_nothing_of_a_project_is_run_by_looking_at_it(
    house: House, caller: Caller, project: ProjectId, folder: Path
) -> None:
    canary = folder / "canary"
    evil = (
        f"open({str(canary)!r}, 'w')\ndef evil(*, x=open({str(canary)!r}, 'w')):\n    y = x\n    return y\n"
    )
    write_project(folder, **{"operations/evil.py": evil, "utils/evil.py": evil, "serialization.py": evil})
    projects.show(house, caller, project)
    assert not canary.exists()


def test_a_file_is_read_again_only_when_its_content_changes(
    house: House, caller: Caller, project: ProjectId, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    real = readings.read_operation
    monkeypatch.setattr(
        readings, "read_operation", lambda source, file: (read.append(file), real(source, file))[1]
    )
    projects.show(house, caller, project)
    projects.show(house, caller, project)
    assert read == ["operations/load.py", "operations/train.py"]
    write_project(folder, **{"operations/train.py": TRAIN + "\n"})
    projects.show(house, caller, project)
    assert read == ["operations/load.py", "operations/train.py", "operations/train.py"]


BROKEN = "class Train:\n    def execute(self, x:\n"


def test_an_operation_that_cannot_be_read_any_more_keeps_its_last_interface(
    house: House, caller: Caller, project: ProjectId, folder: Path
) -> None:
    (before,) = (view for view in projects.show(house, caller, project).operations if view.name == "Train")
    write_project(folder, **{"operations/train.py": BROKEN})
    shown = projects.show(house, caller, project)
    assert [view for view in shown.operations if not view.current] == [replace(before, current=False)]
    assert [str(problem.place) for problem in shown.problems] == ["operations/train.py:2"]
    write_project(folder)
    assert before in projects.show(house, caller, project).operations


def test_after_a_restart_the_last_interface_is_still_known(
    house: House, caller: Caller, project: ProjectId, folder: Path, start: Callable[..., RunView]
) -> None:
    projects.show(house, caller, project)
    write_project(folder, **{"operations/train.py": TRAIN.replace("epochs: int", "rounds: int")})
    (before,) = (view for view in projects.show(house, caller, project).operations if view.name == "Train")
    write_project(
        folder,
        **{"operations/train.py": BROKEN, "pipelines/other.yaml": "nodes:\n  load: {operation: load}\n"},
    )
    start("other")  # freezes the file as it is now
    for _ in range(2):
        house.interfaces = Interfaces(house.data)
        shown = projects.show(house, caller, project)
        assert [view for view in shown.operations if not view.current] == [replace(before, current=False)]


def test_a_run_remembers_interfaces_that_nobody_looked_at(
    house: House, caller: Caller, project: ProjectId, folder: Path, start: Callable[..., RunView]
) -> None:
    start()
    house.interfaces = Interfaces(house.data)
    write_project(folder, **{"operations/train.py": BROKEN})
    shown = projects.show(house, caller, project)
    assert [view.name for view in shown.operations if not view.current] == ["Train"]


def test_what_is_remembered_of_interfaces_may_be_lost_and_is_forgotten_with_the_project(
    house: House, caller: Caller, project: ProjectId, folder: Path
) -> None:
    projects.show(house, caller, project)
    file = house.data.sources_of(project)
    assert file.stat().st_mode & 0o777 == 0o600
    file.write_text('{"operations/tr')
    house.interfaces = Interfaces(house.data)
    assert all(view.current for view in projects.show(house, caller, project).operations)
    house.interfaces.forget(project)
    assert not file.exists()
    assert house.interfaces.last(project, "operations/train.py") is None


def test_a_file_that_was_never_right_has_no_interface(
    house: House, caller: Caller, project: ProjectId, folder: Path
) -> None:
    write_project(folder, **{"operations/new.py": BROKEN})
    assert all(view.current for view in projects.show(house, caller, project).operations)
