"""The queue as rows: first come, first served."""

from __future__ import annotations

from deepforge.core.resources import Resources
from deepforge.store import queue
from deepforge.store.database import Database
from deepforge.store.queue import QueueRecord
from tests.store.seed import add_job, add_run


def test_jobs_wait_in_the_order_they_came(database: Database) -> None:
    with database.write() as connection:
        seeded = add_run(connection)
        names = [add_job(connection, seeded.user, seeded.project, seeded.run, name) for name in "abc"]
        asked = Resources(2.0, 1, 3, 4.0, 5, ("x",))
        records = [QueueRecord(job, seeded.run, seeded.project, asked) for job in names]
        queue.add(connection, records[:2])
        queue.add(connection, records[2:])
        queue.add(connection, [])
        assert queue.all_waiting(connection) == records
        queue.remove(connection, [names[0], names[2]])
        queue.add(connection, records[:1])
        assert [record.job for record in queue.all_waiting(connection)] == [names[1], names[0]]
