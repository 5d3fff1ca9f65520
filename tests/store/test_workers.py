"""Workers as rows, and what their environments resolved to."""

from __future__ import annotations

from dataclasses import replace

from deepforge.core.environment import Distribution, Interpreter
from deepforge.core.ids import WorkerId
from deepforge.core.resources import Gpu, Machine
from deepforge.store import locks, workers
from deepforge.store.database import Database
from deepforge.store.users import first_user
from deepforge.store.workers import WorkerRecord
from tests.store.seed import AT


def test_a_worker_that_comes_again_keeps_when_it_first_came(database: Database) -> None:
    with database.write() as connection:
        record = WorkerRecord(
            id=WorkerId("W" * 26),
            author=first_user(connection).id,
            name="bench",
            incarnation="1",
            machine=Machine("h", "linux", 4, 10**12, (Gpu(0, "A100", 8 * 10**10),), ("a100",)),
            interpreter=Interpreter(
                "3.11", "linux", {"torch": Distribution("2", ("numpy",))}, {"torch": ("torch",)}
            ),
            slots=4,
            shares_blobs=True,
            version="3",
            seen=5.25,
            created=AT,
        )
        workers.put(connection, record)
        workers.put(connection, replace(record, incarnation="2", seen=7.5, created="later"))
        other = replace(record, id=WorkerId("X" * 26))
        workers.put(connection, other)
        again = replace(record, incarnation="2", seen=7.5)
        assert workers.every(connection) == [again, other]
        workers.see(connection, other.id, 9.0)
        assert workers.every(connection) == [replace(other, seen=9.0), again]


def test_the_newest_lock_of_an_environment_counts(database: Database) -> None:
    with database.write() as connection:
        one, other = WorkerId("W" * 26), WorkerId("X" * 26)
        locks.put(connection, one, {"a" * 64: "1" * 64, "b" * 64: "2" * 64}, AT)
        locks.put(connection, other, {"a" * 64: "3" * 64}, AT)
        locks.put(connection, one, {"a" * 64: "4" * 64}, AT)
        locks.put(connection, one, {}, AT)
        assert locks.of_worker(connection, one) == {"a" * 64: "4" * 64, "b" * 64: "2" * 64}
        assert locks.of_worker(connection, other) == {"a" * 64: "3" * 64}
