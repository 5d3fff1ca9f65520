"""What becomes of running jobs when their worker, their warm parent or they themselves are killed."""

from __future__ import annotations

import os
import random
import time
from pathlib import Path

import psutil
import pytest

from deepforge.core.ids import attempt_key
from deepforge.core.messages import Lease
from deepforge.core.resources import Resources
from deepforge.runtime.journal import (
    EXIT,
    POINT,
    PUBLISHED,
    RESULT,
    STARTED,
    frame,
    frame_json,
    read_records,
    unpack_point,
)
from deepforge.worker.attempt import keep, new_attempt
from deepforge.worker.supervision import age
from tests.support.processes import kill, lives
from tests.support.waiting import until
from tests.worker.conftest import PROJECT, Worker
from tests.worker.fake_server import FakeServer, Row


def begin(
    server: FakeServer,
    worker: Worker,
    function: str,
    resources: Resources | None = None,
    **attributes: object,
) -> Lease:
    """A worker that has started, with a job that runs."""
    worker.start()
    lease = server.job(
        server.snapshot(PROJECT), function, attributes=attributes, resources=resources or Resources()
    )
    server.submit(lease)
    key = attempt_key(lease.job, lease.fence)
    server.wait(lambda: key in server.rows and bool(server.rows[key].contents(STARTED)), "it has started")
    return lease


def child_of(server: FakeServer, lease: Lease) -> psutil.Process:
    return psutil.Process(server.row(lease).contents(STARTED)[0]["pid"])


def steps_of(row: Row) -> list[float]:
    return [unpack_point(record.payload)[1] for record in read_records(row.journal) if record.kind == POINT]


def ending(row: Row) -> tuple[object, object, object]:
    assert row.exit is not None
    return row.exit["code"], row.exit["signal"], row.exit["reason"]


def wait_until_gone(process: psutil.Process) -> None:
    until(lambda: not lives(process), "it is gone")


def test_a_job_goes_on_under_the_next_worker(server: FakeServer, worker: Worker) -> None:
    lease = begin(server, worker, "steps", count=60, pause=0.02)
    worker.kill()
    worker.start()
    (row,) = server.settle(lease)
    assert steps_of(row) == list(range(60))
    assert len(row.contents(STARTED)) == 1
    assert ending(row) == (0, None, None)


def test_a_job_that_ended_without_a_worker_is_published_by_the_next(
    server: FakeServer, worker: Worker
) -> None:
    lease = begin(server, worker, "steps", count=30, pause=0.01)
    child = child_of(server, lease)
    worker.kill()
    wait_until_gone(child)
    worker.start()
    (row,) = server.settle(lease)
    assert steps_of(row) == list(range(30))
    assert row.outputs == {"value": server.blob(b"30")}


def test_a_job_killed_without_a_worker_still_says_by_which_signal(server: FakeServer, worker: Worker) -> None:
    lease = begin(server, worker, "sleep", seconds=600)
    child = child_of(server, lease)
    worker.kill()
    kill(child)
    wait_until_gone(child)
    worker.start()
    (row,) = server.settle(lease)
    assert ending(row) == (None, 9, None)


def test_when_worker_warm_parent_and_job_are_killed_the_job_is_lost(
    server: FakeServer, worker: Worker
) -> None:
    lease = begin(server, worker, "sleep", seconds=600)
    child, parents = child_of(server, lease), worker.parents()
    for process in parents:
        process.suspend()
    worker.kill()
    for process in (*parents, child):
        kill(process)
        wait_until_gone(process)
    worker.start()
    (row,) = server.settle(lease)
    assert ending(row) == (None, None, "lost")


def test_a_job_outlives_its_warm_parent_and_keeps_its_result(server: FakeServer, worker: Worker) -> None:
    lease = begin(server, worker, "steps", count=60, pause=0.01)
    for process in worker.parents():
        kill(process)
    (row,) = server.settle(lease)
    assert ending(row) == (None, None, "lost")
    assert steps_of(row) == list(range(60))
    assert row.outputs == {"value": server.blob(b"60")}
    after = server.job(server.snapshot(PROJECT), "noop")
    server.submit(after)
    assert ending(server.settle(after)[0]) == (0, None, None)


def test_a_warm_parent_that_dies_before_it_starts_a_job_is_replaced(
    server: FakeServer, worker: Worker
) -> None:
    lease = begin(server, worker, "noop")
    server.settle(lease)
    (parent,) = worker.parents()
    parent.suspend()
    second = server.job(server.snapshot(PROJECT), "noop")
    server.submit(second)
    folder = server.folder(second)
    server.wait(lambda: (folder / "job.json").exists(), "the warm parent was told")
    parent.kill()
    (row,) = server.settle(second)
    assert (ending(row), len(row.contents(STARTED))) == ((0, None, None), 1)


def test_a_worker_killed_while_its_warm_parent_is_told_leaves_a_job_that_runs_once(
    server: FakeServer, worker: Worker
) -> None:
    lease = begin(server, worker, "noop")
    server.settle(lease)
    (parent,) = worker.parents()
    parent.suspend()
    second = server.job(server.snapshot(PROJECT), "sleep", attributes={"seconds": 0.5})
    server.submit(second)
    folder = server.folder(second)
    server.wait(lambda: (folder / "job.json").exists(), "the warm parent was told")
    worker.kill()
    worker.start()
    parent.resume()
    (row,) = server.settle(second)
    assert (ending(row), len(row.contents(STARTED))) == ((0, None, None), 1)


def test_an_adopted_job_is_stopped_with_everything_it_started(server: FakeServer, worker: Worker) -> None:
    lease = begin(server, worker, "stubborn")
    server.wait(lambda: b"ready" in server.row(lease).log, "it is ready")
    child = child_of(server, lease)
    family = [child, *child.children(recursive=True)]
    worker.kill()
    worker.start()
    server.ask_to_stop(lease)
    (row,) = server.settle(lease)
    assert ending(row) == (None, 9, "canceled")
    for process in family:
        wait_until_gone(process)


def test_an_adopted_job_is_ended_when_its_time_is_over(server: FakeServer, worker: Worker) -> None:
    lease = begin(server, worker, "sleep", Resources(timeout=1.5), seconds=600)
    worker.kill()
    worker.start()
    (row,) = server.settle(lease)
    assert ending(row)[2] == "timeout"


def test_the_time_of_a_job_counts_from_when_its_child_had_it(tmp_path: Path) -> None:
    assert age(tmp_path) == 0
    (tmp_path / "pid").write_text("1 1 1 1")  # a child as old as the machine
    let_pass(tmp_path, 100)
    assert 100 <= age(tmp_path) < 200


def test_the_time_of_a_job_that_lives_goes_on_while_there_is_no_worker(
    server: FakeServer, worker: Worker
) -> None:
    lease = begin(server, worker, "sleep", Resources(timeout=600), seconds=600)
    worker.kill()
    let_pass(server.folder(lease), 1000)
    worker.start()
    (row,) = server.settle(lease)
    assert ending(row)[2] == "timeout"


@pytest.mark.parametrize("ended", ["by a signal", "with all that watched it"])
def test_a_job_that_ended_while_there_was_no_worker_ended_as_it_did_however_late_that_is_seen(
    server: FakeServer, worker: Worker, ended: str
) -> None:
    lease = begin(server, worker, "sleep", Resources(timeout=600), seconds=600)
    child, parents = child_of(server, lease), worker.parents()
    worker.kill()
    for process in [child] if ended == "by a signal" else [*parents, child]:
        kill(process)
        wait_until_gone(process)
    let_pass(server.folder(lease), 1000)
    worker.start()
    (row,) = server.settle(lease)
    assert ending(row) == ((None, 9, None) if ended == "by a signal" else (None, None, "lost"))


def let_pass(folder: Path, seconds: float) -> None:
    """Make it so long ago that the child had its job."""
    then = time.time() - seconds
    os.utime(folder / "pid", (then, then))


def test_a_fenced_job_that_was_adopted_is_ended(server: FakeServer, worker: Worker) -> None:
    lease = begin(server, worker, "sleep", seconds=600)
    child = child_of(server, lease)
    worker.kill()
    server.fence(lease)
    worker.start()
    wait_until_gone(child)
    server.wait(lambda: not server.folder(lease).exists(), "its folder is gone")


@pytest.mark.parametrize("linked", [False, True])
def test_a_worker_that_died_while_publishing_is_carried_on(
    server: FakeServer, worker: Worker, linked: bool
) -> None:
    lease = server.job(server.snapshot(PROJECT), "noop")
    worker.start()
    server.submit(lease)
    server.settle(lease)
    worker.end()
    other = server.job(server.snapshot(PROJECT), "noop")
    _leave(server, other, output=b"[1,2]")
    if linked:
        server.blob(b"[1,2]")
    worker.start()
    (row,) = server.settle(other)
    assert row.outputs == {"value": server.blob(b"[1,2]")}


def test_the_torn_end_of_a_journal_is_cut_off(server: FakeServer, worker: Worker) -> None:
    lease = server.job(server.snapshot(PROJECT), "noop")
    folder = _leave(server, lease, output=b"1", exit=False)
    with (folder / "journal").open("ab") as journal:
        journal.write(frame(POINT, b"x" * 100)[:50])
    worker.start()
    (row,) = server.settle(lease)
    assert [record.kind for record in read_records(row.journal)] == [STARTED, RESULT, EXIT, PUBLISHED]
    assert ending(row) == (None, None, "lost")


def test_a_folder_without_a_readable_lease_is_thrown_away(server: FakeServer, worker: Worker) -> None:
    lease = server.job(server.snapshot(PROJECT), "noop")
    folder = _leave(server, lease, output=b"1")
    (folder / "job.json").write_bytes(b"\xff\xfe")
    worker.start()
    server.wait(lambda: not folder.exists(), "it is gone")


def test_a_job_that_was_only_being_prepared_is_prepared_again(server: FakeServer, worker: Worker) -> None:
    lease = server.job(server.snapshot(PROJECT), "noop")
    folder = server.folder(lease)
    folder.mkdir(parents=True)
    keep(new_attempt(folder.parent, lease))
    server.rows[attempt_key(lease.job, 1)] = Row(lease)
    server.fences[lease.job] = 1
    worker.start()
    (row,) = server.settle(lease)
    assert ending(row) == (0, None, None)


@pytest.mark.parametrize("seed", range(6))
def test_kill_minus_nine_at_any_moment_loses_nothing_and_doubles_nothing(
    server: FakeServer, worker: Worker, seed: int
) -> None:
    """Twenty jobs of which each two depend on one another; the worker is killed four times, wherever it
    stands."""
    chance = random.Random(seed)
    worker.start()
    server.wait(lambda: server.hello is not None, "it has introduced itself")
    attributes = {"count": 5, "pause": 0.005}
    jobs = [server.job(server.snapshot(PROJECT), "steps", attributes=attributes) for _ in range(20)]
    server.chain(jobs[:10])
    server.chain(jobs[10:])
    for _ in range(4):
        time.sleep(chance.uniform(0.0, 0.25))
        worker.kill()
        worker.start()
    for row in server.settle(*jobs):
        assert steps_of(row) == list(range(5)), f"seed {seed}"
        assert row.log == b"step 0\nstep 1\nstep 2\nstep 3\nstep 4\n"
        assert row.outputs == {"value": server.blob(b"5")}
        kinds = [record.kind for record in read_records(row.journal)]
        assert (kinds.count(STARTED), kinds.count(RESULT), kinds[-2:]) == (1, 1, [EXIT, PUBLISHED])


def _leave(server: FakeServer, lease: Lease, output: bytes, exit: bool = True) -> Path:
    """The folder of an attempt that returned, as a killed worker leaves it."""
    key = attempt_key(lease.job, lease.fence)
    folder = server.home / "worker" / "jobs" / key
    folder.mkdir(parents=True)
    (folder / "output-value").write_bytes(output)
    (folder / "pid").write_text("999999999 1 999999999 1\n")
    keep(new_attempt(folder.parent, lease))
    outputs = [{"name": "value", "file": "output-value", "type": "int", "codec": "json"}]
    records = frame_json(STARTED, {"pid": 1, "time": 0.0, "python": "3"})
    records += frame_json(RESULT, {"outputs": outputs, "time": 0.0})
    if exit:
        records += frame_json(EXIT, {"code": 0, "signal": None, "reason": None, "time": 0.0})
    (folder / "journal").write_bytes(records)
    server.rows[key] = Row(lease)
    server.fences[lease.job] = lease.fence
    return folder
