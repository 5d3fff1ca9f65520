"""Keeping logs of documents short: what one person did within an hour becomes one update."""

from __future__ import annotations

from itertools import groupby

from pycrdt import merge_updates

from deepforge.services.documents.replica import Replica
from deepforge.store import documents
from deepforge.store.database import Database
from deepforge.store.documents import UpdateRecord

ENOUGH = 200
"""Updates in a log from which on it is made shorter."""
MOST = 400
"""Updates that a log keeps apart; those before become one, whose author is nobody in particular."""
LARGEST = 8 << 20
"""Bytes of a log from which on all but the newest become one, without what was deleted meanwhile."""
HOUR = len("2026-01-01T00")


def compact(database: Database, document: str) -> int:
    """Make the log of a document shorter, all of it or nothing, and say how many updates it has then."""
    with database.read() as connection:
        had, size = documents.extent(connection, document)
        if had < ENOUGH and size <= LARGEST:
            return had
    with database.write() as connection:
        kept = documents.log(connection, document)
        groups = [list(group) for _, group in groupby(kept, key=lambda one: (one.author, one.at[:HOUR]))]
        size = sum(len(record.data) for record in kept)
        cut = len(groups) - (1 if size > LARGEST else MOST // 2)
        if cut > 1 and (size > LARGEST or len(groups) > MOST):
            oldest = [record for group in groups[:cut] for record in group]
            merged = Replica(record.data for record in oldest).update_since()
            documents.replace_updates(
                connection, document, oldest, UpdateRecord(oldest[-1].number, None, merged, oldest[-1].at)
            )
            groups = groups[cut:]
        for group in groups:
            if len(group) > 1:
                newest = group[-1]
                data = merge_updates(*(record.data for record in group))
                documents.replace_updates(
                    connection,
                    document,
                    group,
                    UpdateRecord(newest.number, newest.author, data, newest.at),
                )
        return documents.extent(connection, document)[0]
