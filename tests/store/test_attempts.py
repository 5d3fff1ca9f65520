"""Attempts as rows: leases, offsets and endings."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection

from deepforge.core.environment import Interpreter
from deepforge.core.ids import JobId, UserId, WorkerId
from deepforge.core.resources import Machine
from deepforge.store import attempts, workers
from deepforge.store.attempts import JUDGED, Attempt
from deepforge.store.database import Database
from deepforge.store.workers import WorkerRecord
from tests.store.seed import AT, Seeded, add_run


def add_worker(connection: Connection, author: UserId) -> WorkerId:
    machine, interpreter = Machine("h", "linux", 1, 1), Interpreter("3.11", "linux")
    worker = WorkerId("W" * 26)
    workers.put(
        connection, WorkerRecord(worker, author, "bench", "1", machine, interpreter, 1, True, "3", 0.0, AT)
    )
    return worker


def attempt(seeded: Seeded, worker: WorkerId, fence: int = 1, until: float = 100.0) -> Attempt:
    return Attempt(seeded.job, fence, seeded.run, seeded.project, worker, until, AT)


def test_an_attempt_is_read_as_it_was_written_and_committed(database: Database) -> None:
    with database.write() as connection:
        seeded = add_run(connection)
        worker = add_worker(connection, seeded.user)
        made = attempt(seeded, worker)
        attempts.add(connection, [made])
        assert attempts.find(connection, seeded.job, 1) == made
        assert attempts.find(connection, seeded.job, 2) is None
        grown = replace(
            made,
            journal_offset=2**40,
            log_offset=7,
            ending={"result": True},
            damage="d",
            open=False,
            ended=AT,
        )
        attempts.commit(connection, grown)
        assert attempts.find(connection, seeded.job, 1) == grown


def test_leases_are_renewed_judged_and_started_anew(database: Database) -> None:
    with database.write() as connection:
        seeded = add_run(connection)
        worker = add_worker(connection, seeded.user)
        attempts.add(connection, [attempt(seeded, worker, 1), attempt(seeded, worker, 2)])
        attempts.lease(connection, [(seeded.job, 1)], JUDGED)
        attempts.lease(connection, [(seeded.job, 2)], 200.0)
        assert [(found.fence, found.lease_until) for found in attempts.leased(connection)] == [(2, 200.0)]
        attempts.lease_all(connection, 300.0)
        assert [(found.fence, found.lease_until) for found in attempts.leased(connection)] == [(2, 300.0)]


def test_a_newer_attempt_closes_the_older_ones(database: Database) -> None:
    with database.write() as connection:
        seeded = add_run(connection)
        worker = add_worker(connection, seeded.user)
        attempts.add(connection, [attempt(seeded, worker, fence) for fence in (1, 2, 3)])
        attempts.supersede(connection, seeded.job, 3, AT)
        assert [found.fence for found in attempts.open_of(connection, worker)] == [3]
        assert attempts.running(connection) == {worker: 1}
        assert attempts.open_of(connection, WorkerId("0" * 26)) == []


def test_an_attempt_is_asked_to_stop(database: Database) -> None:
    with database.write() as connection:
        seeded = add_run(connection)
        worker = add_worker(connection, seeded.user)
        attempts.add(connection, [attempt(seeded, worker)])
        attempts.ask_to_stop(connection, seeded.job, 1)
        attempts.ask_to_stop(connection, JobId("0" * 26), 1)
        assert [found.stop_asked for found in attempts.open_of(connection, worker)] == [True]
