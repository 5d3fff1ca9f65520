"""What goes wrong between a worker and its server, and what becomes of the jobs: nothing."""

from __future__ import annotations

import os
import shutil
import signal
from dataclasses import replace

import pytest

from deepforge.core.ids import ulid
from deepforge.core.messages import Lease
from deepforge.runtime.journal import ERROR, EXIT, POINT, PUBLISHED, STARTED, read_records, unpack_point
from deepforge.runtime.process import read_pid_file
from tests.support.processes import is_there
from tests.worker.conftest import PROJECT, Worker
from tests.worker.fake_server import FakeServer, Faults, Row


def begin(server: FakeServer, worker: Worker, function: str, **attributes: object) -> Lease:
    """A worker that has started, with a job that runs."""
    worker.start()
    lease = server.job(server.snapshot(PROJECT), function, attributes=attributes)
    server.submit(lease)
    key = f"{lease.job}.1"
    server.wait(lambda: key in server.rows and bool(server.rows[key].contents(STARTED)), "it has started")
    return lease


def steps_of(row: Row) -> list[float]:
    """The steps of the points that came."""
    return [unpack_point(record.payload)[1] for record in read_records(row.journal) if record.kind == POINT]


def kinds_of(row: Row) -> list[int]:
    """The kinds of the last records."""
    return [record.kind for record in read_records(row.journal)][-2:]


def test_answers_that_are_lost_after_the_commit_change_nothing(server: FakeServer, worker: Worker) -> None:
    server.faults.drop_answers = 4
    lease = begin(server, worker, "steps", count=20, pause=0.03)
    (row,) = server.settle(lease)
    assert server.faults.drop_answers == 0
    assert steps_of(row) == list(range(20))
    assert row.log == b"".join(b"step %d\n" % number for number in range(20))
    assert kinds_of(row) == [EXIT, PUBLISHED]


def test_a_job_does_not_notice_that_the_server_is_away(server: FakeServer, worker: Worker) -> None:
    lease = begin(server, worker, "steps", count=40, pause=0.02)
    server.go_away()
    seen = len(server.row(lease).journal)
    pid = server.row(lease).contents(STARTED)[0]["pid"]
    folder = server.folder(lease)
    server.wait(lambda: b"step 39" in (folder / "log").read_bytes(), "it has gone on to its end")
    assert len(server.row(lease).journal) == seen
    server.start()
    (row,) = server.settle(lease)
    assert steps_of(row) == list(range(40))
    assert row.contents(STARTED)[0]["pid"] == pid
    assert row.exit is not None
    assert row.exit["code"] == 0


def test_a_server_that_comes_back_elsewhere_is_found(server: FakeServer, worker: Worker) -> None:
    lease = begin(server, worker, "steps", count=10, pause=0.02)
    server.go_away()
    server.port = 0
    server.start()
    server.settle(lease)


def test_a_new_token_is_taken_up_while_jobs_run(server: FakeServer, worker: Worker) -> None:
    lease = begin(server, worker, "steps", count=20, pause=0.02)
    server.take_token("dfx_another_secret")
    (row,) = server.settle(lease)
    assert steps_of(row) == list(range(20))


def test_a_server_that_refuses_for_a_while_gets_everything_afterwards(
    server: FakeServer, worker: Worker
) -> None:
    lease = begin(server, worker, "steps", count=20, pause=0.02)
    server.faults.refuse = 5
    (row,) = server.settle(lease)
    assert steps_of(row) == list(range(20))


def test_a_job_that_the_server_chokes_on_does_not_hold_up_the_others(
    server: FakeServer, worker: Worker
) -> None:
    poison = begin(server, worker, "steps", count=20, pause=0.01)
    server.faults.poison = poison.job
    others = [server.job(server.snapshot(PROJECT), "noop") for _ in range(10)]
    server.submit(*others)
    server.settle(*others)
    assert not server.row(poison).settled
    server.faults.poison = ""
    (row,) = server.settle(poison)
    assert steps_of(row) == list(range(20))


def test_a_slow_server_gets_everything_in_few_exchanges(server: FakeServer, worker: Worker) -> None:
    server.faults.delay = 0.3
    lease = begin(server, worker, "steps", count=100, pause=0.01)
    before = server.exchanges
    (row,) = server.settle(lease)
    assert steps_of(row) == list(range(100))
    assert server.exchanges - before < 20


def test_a_server_that_was_set_back_gets_the_rest_again(server: FakeServer, worker: Worker) -> None:
    lease = begin(server, worker, "steps", count=30, pause=0.02)
    row = server.row(lease)
    server.wait(lambda: len(steps_of(row)) > 5, "some points came")
    server.go_away()
    row.journal, row.log = b"", b""
    server.start()
    server.settle(lease)
    assert steps_of(row) == list(range(30))
    assert row.log.startswith(b"step 0\n")


def test_a_fenced_attempt_is_ended_and_publishes_nothing(server: FakeServer, worker: Worker) -> None:
    lease = begin(server, worker, "stubborn")
    folder = server.folder(lease)
    server.fence(lease)
    server.wait(lambda: not folder.exists(), "its folder is gone")
    assert not server.row(lease).settled
    assert [record for record in read_records(server.row(lease).journal) if record.kind == PUBLISHED] == []


def test_a_newer_lease_of_the_same_job_takes_the_place_of_the_older(
    server: FakeServer, worker: Worker
) -> None:
    lease = begin(server, worker, "sleep", seconds=600)
    newer = Lease(lease.job, 2, lease.run, lease.project, server.job(server.snapshot(PROJECT), "noop").spec)
    server.fence(lease)
    server.submit(newer)
    (row,) = server.settle(newer)
    assert row.exit is not None
    assert (row.exit["code"], server.row(lease).settled) == (0, False)


def test_a_lease_whose_answer_was_lost_is_given_again(server: FakeServer, worker: Worker) -> None:
    worker.start()
    server.wait(lambda: server.hello is not None, "it has introduced itself")
    server.faults.lose_leases, server.faults.drop_answers = True, 1
    lease = server.job(server.snapshot(PROJECT), "noop")
    server.submit(lease)
    server.wait(lambda: server.faults.drop_answers == 0, "the answer was lost")
    server.submit(lease)
    (row,) = server.settle(lease)
    assert (row.exit and row.exit["code"], len(row.contents(STARTED))) == (0, 1)


def test_a_lease_that_comes_twice_is_one(server: FakeServer, worker: Worker) -> None:
    lease = begin(server, worker, "steps", count=30, pause=0.02)
    server.submit(lease)
    (row,) = server.settle(lease)
    assert (steps_of(row), len(row.contents(STARTED))) == (list(range(30)), 1)
    assert (row.exit and row.exit["reason"]) is None


def test_the_older_of_two_processes_with_one_identity_ends_with_its_jobs(
    server: FakeServer, worker: Worker
) -> None:
    lease = begin(server, worker, "sleep", seconds=600)
    pid = server.row(lease).contents(STARTED)[0]["pid"]
    assert server.hello is not None
    server.register(replace(server.hello, incarnation=ulid(9, b"younger---")))
    assert worker.process is not None
    assert worker.process.wait(timeout=20) == 1
    server.wait(lambda: not is_there(pid), "its child is gone")


def test_a_worker_that_the_server_has_forgotten_introduces_itself_again(
    server: FakeServer, worker: Worker
) -> None:
    worker.start()
    server.wait(lambda: server.hello is not None, "it has introduced itself")
    server.forget()
    server.wait(lambda: server.hello is not None, "it has introduced itself again", seconds=30)


def test_a_job_whose_warm_parent_does_not_come_to_it_is_stopped_at_once_and_never_starts(
    server: FakeServer, worker: Worker
) -> None:
    server.settle(begin(server, worker, "noop"))
    (parent,) = worker.parents()
    parent.suspend()
    lease = server.job(server.snapshot(PROJECT), "noop")
    server.submit(lease)
    folder = server.folder(lease)
    server.wait(lambda: (folder / "job.json").exists(), "the warm parent was told")
    server.ask_to_stop(lease)
    (row,) = server.settle(lease)
    parent.resume()
    after = server.job(server.snapshot(PROJECT), "noop")
    server.submit(after)
    server.settle(after)
    assert (row.exit and row.exit["reason"], row.contents(STARTED)) == ("canceled", [])


def test_a_worker_asked_to_end_gives_its_jobs_back(server: FakeServer, worker: Worker) -> None:
    lease = begin(server, worker, "sleep", seconds=600)
    assert worker.end() == 0
    row = server.row(lease)
    assert (row.settled, row.exit and row.exit["reason"]) == (True, "interrupted")


def test_a_worker_asked_to_end_while_the_server_is_away_leaves_its_jobs_to_the_next(
    server: FakeServer, worker: Worker
) -> None:
    lease = begin(server, worker, "sleep", seconds=600)
    server.go_away()
    assert worker.end() == 0
    server.start()
    worker.start()
    (row,) = server.settle(lease)
    assert (row.exit and row.exit["reason"]) == "interrupted"


def test_a_worker_that_was_paused_for_long_ends_what_is_no_longer_its_own(
    server: FakeServer, worker: Worker
) -> None:
    lease = begin(server, worker, "sleep", seconds=600)
    pid = server.row(lease).contents(STARTED)[0]["pid"]
    assert worker.process is not None
    worker.process.send_signal(signal.SIGSTOP)
    server.fence(lease)
    worker.process.send_signal(signal.SIGCONT)
    server.wait(lambda: not is_there(pid), "its child is gone")
    assert not server.row(lease).settled


IMPATIENT = """
import os, pathlib, sys
from deepforge.core.settings import Settings
from deepforge.worker.main import Lodging, build
loop = build(Lodging(pathlib.Path(os.environ["DEEPFORGE_HOME"])), Settings(slots=2), os.environ)
loop.orphan_seconds = 0.5
sys.exit(loop.run())
"""


def test_a_worker_without_server_and_without_jobs_ends_by_itself(server: FakeServer, worker: Worker) -> None:
    worker.start(main=("-c", IMPATIENT))
    lease = server.job(server.snapshot(PROJECT), "steps", attributes={"count": 100, "pause": 0.02})
    server.submit(lease)
    key = f"{lease.job}.1"
    server.wait(lambda: key in server.rows and b"step 1" in server.rows[key].log, "it runs")
    server.go_away()
    folder = server.home / "worker" / "jobs" / key
    server.wait(lambda: b"step 99" in (folder / "log").read_bytes(), "the job has gone on without a server")
    server.start()
    server.settle(lease)
    server.go_away()
    assert worker.process is not None
    assert worker.process.wait(timeout=30) == 0


def test_a_worker_whose_folder_was_removed_ends_its_jobs_and_itself(
    server: FakeServer, worker: Worker
) -> None:
    lease = begin(server, worker, "sleep", seconds=600)
    pid = server.row(lease).contents(STARTED)[0]["pid"]
    (server.home / "worker").rename(server.home / "gone")
    assert worker.process is not None
    assert worker.process.wait(timeout=30) == 1
    server.wait(lambda: not is_there(pid), "its child is gone")


def test_two_workers_never_share_a_folder(server: FakeServer, worker: Worker) -> None:
    worker.start()
    server.wait(lambda: server.hello is not None, "the first has introduced itself")
    second = Worker(server.home)
    second.start()
    assert second.process is not None
    assert second.process.wait(timeout=20) == 0
    assert "Another worker owns" in worker.log


def check_that_it_failed_as_removed(server: FakeServer, lease: Lease) -> Row:
    """It ends with that reason, behind what had come before; and the worker goes on."""
    (ended,) = server.settle(lease)
    (error,) = ended.contents(ERROR)
    assert (error["kind"], kinds_of(ended)) == ("FolderRemoved", [EXIT, PUBLISHED])
    following = server.job(server.snapshot(PROJECT), "noop")
    server.submit(following)
    server.settle(following)
    return ended


@pytest.mark.parametrize(
    "faults",
    [Faults(), Faults(delay=0.3), Faults(delay=0.3, drop_answers=2)],
    ids=["at-once", "while-a-stretch-is-on-its-way", "and-its-answer-is-lost"],
)
def test_a_job_whose_folder_is_removed_and_that_is_killed_fails_and_keeps_what_came_before(
    server: FakeServer, worker: Worker, faults: Faults
) -> None:
    lease = begin(server, worker, "steps", count=1000, pause=0.05)
    row = server.row(lease)
    server.wait(lambda: len(steps_of(row)) > 3 and b"step 3" in row.log, "some of it came")
    server.faults = faults
    exchanges = server.exchanges
    server.wait(lambda: server.exchanges > exchanges, "the faults have begun")
    child = read_pid_file(str(server.folder(lease)))
    assert child is not None
    shutil.rmtree(server.folder(lease))
    os.kill(child.pid, signal.SIGKILL)
    ended = check_that_it_failed_as_removed(server, lease)
    assert steps_of(ended)[:4] == [0, 1, 2, 3]
    assert ended.log.startswith(b"step 0\nstep 1\n")


def test_a_job_whose_folder_is_removed_before_its_end_was_told_fails(
    server: FakeServer, worker: Worker
) -> None:
    lease = begin(server, worker, "steps", count=4, pause=0.05)
    server.go_away()
    journal = server.folder(lease) / "journal"
    server.wait(lambda: any(r.kind == PUBLISHED for r in read_records(journal.read_bytes())), "it is over")
    shutil.rmtree(server.folder(lease))
    server.start()
    check_that_it_failed_as_removed(server, lease)
