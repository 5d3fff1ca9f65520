"""Garbage: blobs that nothing refers to any more, and events that nobody asks for any more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

from deepforge.core.ids import Digest
from deepforge.services import artifacts, recording, removed_projects, shelf, uploads
from deepforge.services.house import House
from deepforge.services.live import KEPT
from deepforge.store import blob_index, events, previews, runs
from deepforge.store.blobs import Collected

GRACE_SECONDS = 3600.0
"""For how long bytes are kept that something may be about to refer to."""

AT_ONCE = 64
"""Snapshots or blobs that are removed under one taking of the writing lock: others write in between."""

_T = TypeVar("_T")


def collect(house: House, grace: float = GRACE_SECONDS) -> Collected:
    """Remove what nothing refers to, and say how much that was. Called now and then.

    What may go is looked for without the writing lock, and looked at again under it before it goes.
    """
    with house.writing() as ledger:
        events.prune(ledger.connection, KEPT)
        previews.prune(ledger.connection)
    artifacts.forget_removed(house)
    shelf.forget_removed(house)
    uploads.forget_abandoned(house)
    removed_projects.collect(house)
    recording.pack(house)
    _release_snapshots(house)
    with house.database.read() as connection:
        keep = blob_index.all_used(connection)
    # What is used from now on is found out under the lock.
    blobs = size = 0
    for digests in _batches([digest for digest in house.blobs.older(grace) if digest not in keep]):
        gone = _remove(house, digests, grace)
        blobs, size = blobs + gone.blobs, size + gone.bytes
    _forget_missing(house)
    house.blobs.sweep(grace)
    return Collected(blobs, size)


def _release_snapshots(house: House) -> None:
    """Let go of the files of snapshots that no run refers to."""
    with house.database.read() as connection:
        unused = runs.unused_snapshots(connection)
    for owners in _batches(unused):
        with house.writing() as ledger:
            for owner in runs.unused_snapshots(ledger.connection, owners):
                blob_index.release(ledger.connection, owner)


def _remove(house: House, digests: Sequence[Digest], grace: float) -> Collected:
    """Remove those of these blobs that nobody uses, under the lock that whoever begins to use one takes."""
    with house.writing() as ledger:
        used = blob_index.used_among(ledger.connection, digests)
        unused = [digest for digest in digests if digest not in used]
        gone = house.blobs.collect(unused, grace)
        blob_index.forget(ledger.connection, [digest for digest in unused if not house.blobs.has(digest)])
    return gone


def _forget_missing(house: House) -> None:
    """Strike out blobs that nobody uses and whose bytes are gone."""
    with house.database.read() as connection:
        unused = blob_index.unused(connection)
    for digests in _batches([digest for digest in unused if not house.blobs.has(digest)]):
        with house.writing() as ledger:
            blob_index.forget(ledger.connection, [one for one in digests if not house.blobs.has(one)])


def _batches(items: Sequence[_T]) -> Iterator[Sequence[_T]]:
    for first in range(0, len(items), AT_ONCE):
        yield items[first : first + AT_ONCE]
