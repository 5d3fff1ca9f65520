"""Environments: resolved and locked with uv, built once, and what a person reads when that is not
possible."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path

import pytest

from deepforge.core.environment import Declared
from deepforge.core.errors import BadInput
from deepforge.core.ids import Digest
from deepforge.worker.environments import BuildCanceled, Environments, Job, _run
from deepforge.worker.parents import Python
from tests.support.processes import is_there
from tests.support.waiting import until
from tests.worker.conftest import PROJECT, Worker
from tests.worker.fake_server import FakeServer
from tests.worker.packages import add_wheel, offline

DECLARED = Declared(("fortune>=1",), None, "operations/main.py", Digest("d" * 64))


@pytest.fixture
def variables(tmp_path: Path) -> dict[str, str]:
    """A folder with two packages, the first of which requires the second."""
    packages = tmp_path / "packages"
    add_wheel(packages, "fortune", "1.0", "from number import SEVEN\n", requires=("number",))
    add_wheel(packages, "number", "2.0", "SEVEN = 7\n")
    return offline(packages, tmp_path / "cache")


@pytest.fixture
def environments(tmp_path: Path, variables: Mapping[str, str]) -> Environments:
    return Environments(tmp_path / "environments", sys.executable, {**os.environ, **variables})


class Person:
    """Waits for an environment and reads what it is told."""

    def __init__(self) -> None:
        self.notes: list[str] = []
        self.gone = False

    def job(self) -> Job:
        return Job(self.notes.append, lambda: self.gone)


def output_of(python: Python, code: str) -> str:
    return subprocess.run(
        [python.path, "-c", code], capture_output=True, text=True, check=True
    ).stdout.strip()


def test_what_is_declared_is_resolved_locked_and_built(environments: Environments) -> None:
    person = Person()
    python = environments.ensure(DECLARED, person.job())
    assert output_of(python, "import fortune; print(fortune.SEVEN)") == "7"
    told = json.loads((environments.root / str(python.lock) / "deepforge.json").read_text())
    assert told["requirements"] == ["fortune>=1"]
    assert [line.split(" ")[0] for line in told["text"].splitlines() if "==" in line] == [
        "fortune==1.0",
        "number==2.0",
    ]
    assert "--hash=sha256:" in told["text"]
    assert person.notes[:2] == [
        "Resolving 1 requirement of operations/main.py",
        "Building the environment of operations/main.py: 2 packages",
    ]
    assert any(note.startswith("Installed 2 packages") for note in person.notes)


def test_it_is_built_once_and_found_without_a_word(environments: Environments) -> None:
    python = environments.ensure(DECLARED, Person().job())
    built = (environments.root / str(python.lock)).stat().st_ctime_ns
    person = Person()
    assert (environments.known(DECLARED), environments.ensure(DECLARED, person.job())) == (python, python)
    assert ((environments.root / str(python.lock)).stat().st_ctime_ns, person.notes) == (built, [])
    assert environments.locks() == {"d" * 64: python.lock}


def test_different_words_for_the_same_packages_share_an_environment(environments: Environments) -> None:
    other = Declared(("number", "fortune==1.0"), None, "operations/other.py", Digest("e" * 64))
    assert environments.ensure(other, Person().job()) == environments.ensure(DECLARED, Person().job())


def test_a_later_version_in_the_index_does_not_move_what_was_locked(
    environments: Environments, variables: Mapping[str, str]
) -> None:
    python = environments.ensure(DECLARED, Person().job())
    add_wheel(Path(variables["PIP_FIND_LINKS"]), "number", "3.0", "SEVEN = 8\n")
    assert environments.ensure(DECLARED, Person().job()) == python


def test_requirements_that_nothing_satisfies_are_told_in_the_words_of_uv_with_the_file(
    environments: Environments,
) -> None:
    missing = Declared(("fortune>=5",), None, "operations/main.py")
    with pytest.raises(BadInput) as failure:
        environments.ensure(missing, Person().job())
    assert failure.value.message.startswith("The requirements of operations/main.py cannot be resolved:")
    assert "fortune" in failure.value.message
    assert ">=5" in failure.value.message
    assert failure.value.hint == "Correct the requirements in operations/main.py."
    assert environments.known(missing) is None


def test_a_requirement_that_is_none_is_told(environments: Environments) -> None:
    with pytest.raises(BadInput, match=r"operations/main\.py cannot be resolved"):
        environments.ensure(Declared(("what is this",), None, "operations/main.py"), Person().job())


def test_a_python_that_is_not_there_is_told(environments: Environments) -> None:
    later = Declared(("fortune",), ">=3.99", "operations/main.py")
    with pytest.raises(BadInput) as failure:
        environments.ensure(later, Person().job())
    assert failure.value.message == (
        "There is no Python >=3.99 on this machine, which operations/main.py asks for."
    )


def test_a_python_that_is_there_is_taken(environments: Environments) -> None:
    python = environments.ensure(Declared((), ">=3.11", "operations/main.py"), Person().job())
    assert output_of(python, "import sys; print(sys.version_info >= (3, 11))") == "True"


def test_a_half_built_environment_is_built_anew(environments: Environments) -> None:
    python = environments.ensure(DECLARED, Person().job())
    (environments.root / str(python.lock) / "deepforge.json").unlink()
    (environments.root / str(python.lock) / "bin" / "python").unlink()
    assert environments.ensure(DECLARED, Person().job()) == python
    assert output_of(python, "import fortune") == ""


def test_many_that_need_it_at_once_have_it_built_once(environments: Environments) -> None:
    people = [Person() for _ in range(4)]
    found: list[Python] = []
    threads = [
        threading.Thread(
            target=lambda person=person: found.append(environments.ensure(DECLARED, person.job()))
        )  # type: ignore[misc]
        for person in people
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1
    told = [note.split()[0] for person in people for note in person.notes]
    assert (told.count("Resolving"), told.count("Building"), told.count("Waiting")) == (1, 1, 3)


def test_nobody_is_kept_waiting_who_no_longer_wants_it(environments: Environments) -> None:
    person = Person()
    person.gone = True
    with pytest.raises(BuildCanceled):
        environments.ensure(DECLARED, person.job())
    assert environments.known(DECLARED) is None


def test_what_a_canceled_build_has_started_ends_with_it(tmp_path: Path) -> None:
    said = tmp_path / "started"
    program = """
import pathlib, subprocess, sys
compiler = subprocess.Popen(["sleep", "300"])
said = pathlib.Path(sys.argv[1])
said.with_suffix(".part").write_text(str(compiler.pid))
said.with_suffix(".part").rename(said)
compiler.wait()
"""
    command = [sys.executable, "-c", program, str(said)]
    with pytest.raises(BuildCanceled):
        _run(command, os.environ, "", Job(lambda _: None, said.exists), tell=False)
    compiler = int(said.read_text())
    until(lambda: not is_there(compiler))


def test_a_job_runs_in_the_environment_it_declares(
    server: FakeServer, worker: Worker, variables: Mapping[str, str]
) -> None:
    worker.start(variables)
    source = "import sys\nimport fortune\n\n\ndef tell():\n    return [fortune.SEVEN, sys.prefix]\n"
    snapshot = server.snapshot({"operations/main.py": source})
    lease = server.job(snapshot, "tell", environment=DECLARED)
    server.submit(lease)
    (row,) = server.settle(lease)
    lock = server.locks["d" * 64]
    digest = row.outputs["value"]
    value = json.loads((server.home / "blobs" / digest[:2] / digest).read_bytes())
    assert value == [7, str(server.home / "environments" / lock)]
    assert row.notes[0] == "Resolving 1 requirement of operations/main.py"
    again = server.job(snapshot, "tell", environment=DECLARED)
    server.submit(again)
    assert server.settle(again)[0].notes == []


def test_a_job_whose_environment_cannot_be_had_fails_and_says_why(
    server: FakeServer, worker: Worker, variables: Mapping[str, str]
) -> None:
    worker.start(variables)
    lease = server.job(
        server.snapshot(PROJECT),
        "noop",
        environment=Declared(("nothing-of-that-name",), None, "requirements.txt"),
    )
    server.submit(lease)
    (row,) = server.settle(lease)
    assert row.error is not None
    assert row.error["kind"] == "EnvironmentFailed"
    assert "nothing-of-that-name" in row.error["message"]
    assert row.error["hint"] == "Correct the requirements in requirements.txt."
    assert row.exit is not None
    assert row.exit["code"] == 1


def test_a_job_that_is_stopped_while_its_environment_is_built_ends_at_once(
    server: FakeServer, worker: Worker, variables: Mapping[str, str], tmp_path: Path
) -> None:
    stuck = tmp_path / "stuck"
    stuck.mkdir()
    os.mkfifo(stuck / "fortune-1.0-py3-none-any.whl")  # whoever opens it waits for ever
    worker.start({**variables, "PIP_FIND_LINKS": str(stuck)})
    lease = server.job(server.snapshot(PROJECT), "noop", environment=DECLARED)
    server.submit(lease)
    key = f"{lease.job}.1"
    server.wait(lambda: key in server.rows and bool(server.rows[key].notes), "it is being resolved")
    server.ask_to_stop(lease)
    (row,) = server.settle(lease, seconds=5)
    assert row.exit is not None
    assert row.exit["reason"] == "canceled"
