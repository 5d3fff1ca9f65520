"""Locks of environments: what a declared environment resolved to on a worker."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, delete, insert, select

from deepforge.core.ids import WorkerId
from deepforge.store.tables import environment_locks


def put(connection: Connection, worker: WorkerId, locks: Mapping[str, str], created: str) -> None:
    """Keep the digests of locks by the digests of what was declared; the newest counts."""
    if not locks:
        return
    connection.execute(
        delete(environment_locks).where(
            environment_locks.c.worker_id == worker, environment_locks.c.declared.in_(list(locks))
        )
    )
    connection.execute(
        insert(environment_locks),
        [
            {"declared": declared, "worker_id": worker, "lock": lock, "created": created}
            for declared, lock in locks.items()
        ],
    )


def of_worker(connection: Connection, worker: WorkerId) -> dict[str, str]:
    """All locks a worker told of: digest of what was declared → digest of the lock."""
    query = select(environment_locks.c.declared, environment_locks.c.lock).where(
        environment_locks.c.worker_id == worker
    )
    return {row.declared: row.lock for row in connection.execute(query)}
