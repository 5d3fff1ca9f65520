"""Frozen: what a run was made of, shown, compared, and taken up again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from deepforge.core.errors import BadInput, Conflict, NotFound
from deepforge.core.frozen import FromRun
from deepforge.core.ids import ProjectId
from deepforge.core.project import NodeView
from deepforge.core.run import RunView
from deepforge.core.user import Caller
from deepforge.services import frozen
from deepforge.services.frozen import LARGEST_TEXT
from deepforge.services.house import House
from tests.services.conftest import LOAD, PIPELINE, write_project

Start = Callable[..., RunView]


@pytest.fixture
def house(quick_house: House) -> House:
    """On one database: nothing here depends on it."""
    return quick_house


def test_a_run_keeps_its_pipeline_as_it_was_with_the_attributes_that_were_asked_for(
    house: House, caller: Caller, folder: Path, start: Start
) -> None:
    run = start(attributes={"train": {"epochs": 9}})
    write_project(folder, **{"pipelines/train.yaml": "nodes: {}\n"})
    document = frozen.document(house, caller, run.id)
    assert (document.run, document.pipeline, document.file) == (run.id, "train", "pipelines/train.yaml")
    assert document.nodes == (
        NodeView("load", "load"),
        NodeView("train", "Train", {"epochs": 9}, inputs={"numbers": "load"}),
        NodeView("keep", "Output", {"name": "model"}, inputs={"data": "train.model"}),
    )


def test_a_run_tells_the_values_that_attributes_had_though_none_was_given(
    house: House, caller: Caller, folder: Path, start: Start
) -> None:
    write_project(
        folder,
        **{
            "operations/load.py": LOAD.replace("*, count", "*, seed=None, where: str = str(1), count"),
            "pipelines/train.yaml": PIPELINE.replace("attributes: {epochs: 5}, ", ""),
        },
    )
    run = start(attributes={"load": {"seed": 7}})
    write_project(folder, **{"operations/load.py": LOAD.replace("3", "4")})
    document = frozen.document(house, caller, run.id)
    assert document.nodes[0].attributes == {"seed": 7}
    assert document.defaults == {"load": {"count": 3}, "train": {"epochs": 5}}
    assert document.computed == {"load": {"where": "str(1)"}}
    part = frozen.document(house, caller, start(to=("load",)).id)
    assert part.defaults == {"load": {"count": 4}}, "train was not run"


def test_the_files_of_a_run_are_shown_as_they_were_and_compared_with_today(
    house: House, caller: Caller, folder: Path, start: Start
) -> None:
    (folder / "data.bin").write_bytes(b"\0\1\xff")
    (folder / "notes.txt").write_bytes(b"a\0b")
    (folder / "long.txt").write_bytes(b"x" * (LARGEST_TEXT + 1))
    run = start()
    write_project(folder, **{"operations/load.py": LOAD + "\n# more\n"})
    (folder / "utils/scale.py").unlink()
    found = {file.path: file for file in frozen.files(house, caller, run.id)}
    assert [found[path].now for path in ("operations/load.py", "operations/train.py", "utils/scale.py")] == [
        "changed",
        "same",
        "gone",
    ]
    shown = frozen.file(house, caller, run.id, "operations/load.py")
    assert (shown.text, shown.reason, shown.size) == (LOAD, None, len(LOAD))
    told = {
        path: frozen.file(house, caller, run.id, path).reason
        for path in ("data.bin", "notes.txt", "long.txt")
    }
    assert told == {
        "data.bin": "It is no text.",
        "notes.txt": "It is no text.",
        "long.txt": "It is larger than 2 MB.",
    }
    with pytest.raises(NotFound):
        frozen.file(house, caller, run.id, "../secret")


def test_a_file_of_two_runs_is_compared_line_by_line(
    house: House, caller: Caller, folder: Path, start: Start
) -> None:
    one = start().id
    write_project(folder, **{"operations/load.py": LOAD.replace("3", "4"), "utils/new.py": "a = 1\n"})
    (folder / "utils/scale.py").unlink()
    (folder / "operations/train.py").write_text(
        "def Train(numbers, *, epochs=5):\n    model = score = 1\n    return model, score\n"
    )
    other = start().id
    compared = frozen.compare_file(house, caller, (one, other), "operations/load.py")
    assert (compared.texts, compared.reason) == ((LOAD, LOAD.replace("3", "4")), None)
    assert "-def load(*, count: int = 3):\n+def load(*, count: int = 4):" in compared.diff
    gone = frozen.compare_file(house, caller, (one, other), "utils/scale.py")
    assert gone.diff.startswith("--- utils/scale.py\n+++ /dev/null\n")
    new = frozen.compare_file(house, caller, (one, other), "utils/new.py")
    assert (new.texts, new.diff.splitlines()[-1]) == ((None, "a = 1\n"), "+a = 1")
    with pytest.raises(NotFound):
        frozen.compare_file(house, caller, (one, other), "nothing.py")


def test_the_pipeline_of_a_run_is_taken_up_as_a_new_one(
    house: House, caller: Caller, project: ProjectId, folder: Path, start: Start
) -> None:
    plain, changed = start().id, start(attributes={"train": {"epochs": 9}, "load": {"count": 4}}).id
    write_project(folder, **{"operations/load.py": LOAD + "# more\n", "pipelines/train.yaml": "nodes: {}\n"})
    written = frozen.take_up(house, caller, project, FromRun(plain, "train as it was"))
    assert (written.name, written.file) == ("train as it was", "pipelines/train as it was.yaml")
    assert [(file.path, file.now) for file in written.differs] == [("operations/load.py", "changed")]
    assert (folder / written.file).read_text() == PIPELINE
    again = frozen.take_up(house, caller, project, FromRun(changed, "older/train"))
    expected = PIPELINE.replace("epochs: 5", "epochs: 9").replace(
        "{operation: load}", "{operation: load, attributes: {count: 4}}"
    )
    assert (folder / again.file).read_text() == expected
    with pytest.raises(Conflict):
        frozen.take_up(house, caller, project, FromRun(plain, "train"))
    for name in ("", "../train", " ", "a/../b", ".hidden", "sub/.x"):
        with pytest.raises(BadInput):
            frozen.take_up(house, caller, project, FromRun(plain, name))
    with pytest.raises(BadInput, match="another project"):
        frozen.take_up(house, caller, ProjectId("0" * 26), FromRun(plain, "new"))
