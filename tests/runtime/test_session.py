"""The session: inside a job its folder, outside a run a local one; and what the package offers."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import deepforge
from deepforge.runtime import session
from tests.runtime.conftest import SOURCE
from tests.runtime.reading import figures, points

SCRIPT = """
import os, sys
import deepforge
deepforge.log(loss=1.0)
deepforge.progress(1, 2)
deepforge.artifact("model").write_text("weights")
deepforge.Graph("Loss").line("train").add(1, 2)
if os.fork() == 0:
    deepforge.log(step=7, loss=2.0)
    os._exit(0)
os.wait()
print(os.environ["DEEPFORGE_JOB_DIR"])
"""


def run_script(folder: Path, script: str = SCRIPT, **environment: str) -> str:
    variables = {"PYTHONPATH": str(SOURCE), "PATH": os.environ["PATH"], **environment}
    ended = subprocess.run(
        [sys.executable, "-c", script], cwd=folder, env=variables, capture_output=True, text=True, check=True
    )
    return ended.stdout.strip()


def test_outside_a_run_the_same_calls_write_to_a_local_folder(tmp_path: Path) -> None:
    folder = Path(run_script(tmp_path))
    assert folder.parent == tmp_path / "deepforge-output"
    assert points(folder) == [
        (("loss",), 0.0, (1.0,)),
        (("Loss/train",), 1.0, (2.0,)),
        (("loss",), 7.0, (2.0,)),
    ]
    assert [name for name, _, _ in figures(folder)] == ["graph Loss", "graph Loss"]
    assert (folder / "artifacts" / "model").read_text() == "weights"
    assert (folder / "figures" / "graph Loss.json").exists()


def test_each_script_has_a_folder_of_its_own_even_in_the_same_second(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(session.time, "strftime", lambda form: "2026-11-20T10-00-00")
    folders = [Path(session._local_folder()).name for _ in range(3)]
    assert folders == ["2026-11-20T10-00-00", "2026-11-20T10-00-00-2", "2026-11-20T10-00-00-3"]


def test_nothing_is_written_before_the_first_call(tmp_path: Path) -> None:
    run_script(tmp_path, "import deepforge, deepforge.runtime.figure")
    assert list(tmp_path.iterdir()) == []


def test_a_program_that_a_job_starts_writes_to_the_jobs_journal(tmp_path: Path) -> None:
    (tmp_path / "job.json").write_text("{}")
    run_script(tmp_path, "import deepforge; deepforge.log(loss=3.0)", DEEPFORGE_JOB_DIR=str(tmp_path))
    assert points(tmp_path) == [(("loss",), 0.0, (3.0,))]


def test_the_folder_may_be_named_from_where_the_program_starts(tmp_path: Path) -> None:
    (tmp_path / "job").mkdir()
    script = "import deepforge, os; deepforge.log(a=1.0); os.chdir('/'); deepforge.artifact('x').touch()"
    run_script(tmp_path, script, DEEPFORGE_JOB_DIR="job")
    assert (tmp_path / "job" / "artifacts" / "x").exists()


def test_changing_the_working_folder_changes_nothing(tmp_path: Path) -> None:
    before = "import deepforge, os; deepforge.log(a=1.0)"
    after = "deepforge.log(a=2.0); deepforge.artifact('x').touch()"
    run_script(tmp_path, f"{before}; os.chdir('/'); {after}")
    (folder,) = (tmp_path / "deepforge-output").iterdir()
    assert len(points(folder)) == 2
    assert (folder / "artifacts" / "x").exists()


@pytest.mark.parametrize(
    "tag", ["", ".", "..", "a/b", "a\\b", "a\nb", "x" * 201, "\x00", "model@3", "ä" * 128]
)
def test_a_tag_that_cannot_name_an_artifact_is_refused(local: Path, tag: str) -> None:
    with pytest.raises(ValueError, match="cannot name an artifact"):
        deepforge.artifact(tag)
    assert not (local / "artifacts").exists()


@pytest.mark.parametrize(
    ("tag", "shown"), [(None, "None"), (3, "3"), (b"model", "b'model'"), (Path("m"), "PosixPath('m')")]
)
def test_a_tag_that_is_no_text_is_refused(local: Path, tag: Any, shown: str) -> None:
    with pytest.raises(TypeError, match="cannot name an artifact: write a text of 1 to 200") as raised:
        deepforge.artifact(tag)
    assert str(raised.value).startswith(shown)
    assert not (local / "artifacts").exists()


@pytest.mark.parametrize("tag", ["model", "my model.pt", "häß", "x" * 200, "..."])
def test_an_artifact_is_a_path_in_the_folder_of_artifacts(local: Path, tag: str) -> None:
    assert deepforge.artifact(tag) == local / "artifacts" / tag
    assert not deepforge.artifact(tag).exists()


def test_the_package_offers_exactly_what_its_manual_names() -> None:
    assert sorted(deepforge.__all__) == deepforge.__all__
    assert {
        name: getattr(deepforge, name).__module__ for name in deepforge.__all__ if name[0] not in "_s"
    } == {
        "Graph": "deepforge.runtime.graph",
        "Image": "deepforge.runtime.graph",
        "artifact": "deepforge.runtime.artifact",
        "figure": "deepforge.runtime.figure",
        "log": "deepforge.runtime.log",
        "progress": "deepforge.runtime.progress",
    }
    with pytest.raises(AttributeError, match="no attribute 'logs'"):
        deepforge.logs  # type: ignore[attr-defined]


def test_importing_the_package_loads_next_to_nothing(tmp_path: Path) -> None:
    script = (
        "import sys; before = set(sys.modules); import deepforge; print(*sorted(set(sys.modules) - before))"
    )
    assert [name for name in run_script(tmp_path, script).split() if name.startswith("deepforge")] == [
        "deepforge"
    ]


def test_it_travels_alone(tmp_path: Path) -> None:
    """What a worker copies beside user code is the package's `__init__` and the run-time library."""
    (tmp_path / "deepforge").mkdir()
    (tmp_path / "deepforge" / "__init__.py").write_bytes(Path(deepforge.__file__).read_bytes())
    (tmp_path / "deepforge" / "runtime").symlink_to(SOURCE / "deepforge" / "runtime")
    folder = Path(run_script(tmp_path, SCRIPT, PYTHONPATH=str(tmp_path)))
    assert len(points(folder)) == 3
