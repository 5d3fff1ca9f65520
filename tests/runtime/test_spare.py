"""The spare: a child of the warm parent that is there before its job comes."""

from __future__ import annotations

import errno
import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from deepforge.runtime import process
from deepforge.runtime.zygote import CALM_SECONDS, Child, Spare, Zygote
from tests.runtime.conftest import Bench, WarmParent
from tests.support.waiting import until

WHOAMI = """
import os

def whoami():
    return [os.getpid(), os.getpgid(0), os.getsid(0), os.getppid(), os.getcwd()]
"""


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """A warm parent for this test alone, which has had its first job."""
    parent = WarmParent(tmp_path)
    bench = Bench(tmp_path / "code", tmp_path / "jobs", parent)
    bench.write("operations/whoami.py", WHOAMI)
    bench.run("operations.whoami.whoami", form="function")
    yield bench
    if parent.process.poll() is None:
        parent.process.kill()
        parent.close()


def children(bench: Bench) -> list[int]:
    return [each.pid for each in process.descendants([bench.parent.process.pid])]


def spare_of(bench: Bench) -> int:
    """The child that waits; no job runs."""
    return until(lambda: children(bench), "a spare is there")[0]


def rest(bench: Bench) -> None:
    """Wait until the warm parent has nothing more to do: it had the time to fork a spare."""
    for number in range(3):
        nowhere = str(bench.jobs / f"nowhere-{number}")
        bench.parent.say(spawn=nowhere)
        bench.parent.hear("refused", nowhere)


def test_without_a_job_there_is_no_spare_and_after_the_first_there_is_one(
    bench: Bench, tmp_path: Path
) -> None:
    spare_of(bench)
    assert len(children(bench)) == 1
    bench.parent = WarmParent(tmp_path)
    rest(bench)
    assert children(bench) == []
    bench.parent.close()


def test_a_job_is_given_to_the_spare_and_the_next_one_is_forked(bench: Bench) -> None:
    spare = spare_of(bench)
    folder = bench.prepare("operations.whoami.whoami", form="function")
    told = bench.start(folder)
    started = process.look(bench.parent.process.pid)
    assert told["pid"] == spare
    pid, group, session, parent, place = bench.ended(folder).outputs["result"]
    assert (pid, group, session, parent) == (spare, spare, spare, bench.parent.process.pid)
    assert place == str(folder / "work")
    assert started is not None
    assert process.read_pid_file(str(folder)) == (spare, told["started"], started.pid, started.started)
    assert spare_of(bench) != spare


def test_a_spare_is_forked_at_once_at_rest_and_after_a_calm_while_jobs_run() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        zygote = Zygote(ours)
        assert zygote._calm() is None, "no job has come yet"
        zygote.wants_spare = True
        assert zygote._calm() == 0
        zygote.children[1] = Child("folder", 1, 0)
        assert zygote._calm() == CALM_SECONDS
        zygote.spare = Spare(process.Process(os.getpid(), 0, 0, "S", 0), -1)
        assert zygote._calm() is None, "there is one"


def test_two_jobs_at_once_have_two_processes(bench: Bench) -> None:
    spare_of(bench)
    folders = [bench.prepare("operations.whoami.whoami", form="function") for _ in range(2)]
    for folder in folders:
        bench.parent.say(spawn=str(folder))
    first, second = (bench.ended(folder).outputs["result"][0] for folder in folders)
    assert first != second


def test_a_spare_that_has_not_imported_what_a_job_needs_makes_room_for_one_that_has(bench: Bench) -> None:
    bench.write("operations/warm.py", "import sys\ndef warm():\n    return 'colorsys' in sys.modules\n")
    spare = spare_of(bench)
    folder = bench.prepare("operations.warm.warm", form="function")
    assert bench.start(folder, preload=("colorsys",))["pid"] != spare
    assert bench.ended(folder).outputs == {"result": True}
    assert bench.run("operations.warm.warm", form="function").outputs == {"result": True}
    until(lambda: not process.look(spare), "the former one is gone")


def test_when_somebody_ends_the_spare_there_is_another_only_after_the_next_job(bench: Bench) -> None:
    spare = spare_of(bench)
    os.kill(spare, signal.SIGKILL)
    until(lambda: not process.look(spare), "it is gone")
    rest(bench)
    assert children(bench) == [], "what ends a spare may end each of them"
    assert bench.run("operations.whoami.whoami", form="function").exit["code"] == 0
    assert spare_of(bench) != spare


@pytest.mark.parametrize("fails", ["pipe", "fork"])
def test_where_no_spare_can_be_forked_none_is_wanted_until_the_next_job(
    monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    def full() -> None:
        raise OSError(errno.EAGAIN, os.strerror(errno.EAGAIN))

    ours, theirs = socket.socketpair()
    with ours, theirs:
        zygote = Zygote(ours)
        zygote.wants_spare = True
        descriptors = os.listdir("/proc/self/fd")
        monkeypatch.setattr(os, fails, full)
        zygote._fork_spare()
        assert (zygote.spare, zygote.wants_spare) == (None, False)
        assert os.listdir("/proc/self/fd") == descriptors


def test_a_spare_that_has_just_ended_takes_no_order() -> None:
    ours, theirs = socket.socketpair()
    reading, writing = os.pipe()
    os.close(reading)
    with ours, theirs:
        zygote = Zygote(ours)
        zygote.spare = Spare(process.Process(os.getpid(), 0, 0, "Z", 0), writing)
        assert zygote._employ_spare(("folder", {})) is None
        assert zygote.spare is None


def test_the_spare_is_not_taken_for_something_that_a_job_left(bench: Bench) -> None:
    bench.write(
        "operations/leave.py",
        """
        import subprocess

        def leave():
            open("../go").read()
            return subprocess.Popen(["sleep", "600"], start_new_session=True).pid
        """,
    )
    folder = bench.prepare("operations.leave.leave", form="function")
    os.mkfifo(folder / "go")
    job = bench.start(folder)["pid"]
    until(lambda: len(children(bench)) == 2, "a spare is there")
    (spare,) = {*children(bench)} - {job}
    (folder / "go").write_text("")
    left = bench.ended(folder).outputs["result"]
    killed = process.look(left)
    assert killed is None or not killed.is_running
    assert children(bench) == [spare]


def test_the_spare_is_gone_before_its_warm_parent_when_that_is_no_longer_needed(bench: Bench) -> None:
    spare = spare_of(bench)
    assert bench.parent.close() == 0
    assert process.look(spare) is None, "nobody else has to wait for it"


def test_the_spare_of_a_warm_parent_that_was_killed_ends(bench: Bench) -> None:
    spare = spare_of(bench)
    bench.parent.process.kill()
    bench.parent.close()
    until(lambda: not process.look(spare), "it is gone")


def test_while_a_job_outlives_the_worker_there_is_no_spare(bench: Bench) -> None:
    bench.write("operations/sleep.py", "import time\ndef sleep():\n    time.sleep(600)\n")
    folder = bench.prepare("operations.sleep.sleep", form="function")
    job = bench.start(folder)["pid"]
    until(lambda: len(children(bench)) == 2, "a spare is there")
    bench.parent.lines.close()
    bench.parent.socket.close()
    until(lambda: children(bench) == [job], "only the job is left")
    os.kill(job, signal.SIGKILL)
    bench.parent.process.wait(30)
