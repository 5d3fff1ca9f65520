"""Blobs: bytes by digest, out and in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO

from deepforge.core.artifact import BlobFact
from deepforge.core.errors import NotFound
from deepforge.core.ids import Digest
from deepforge.core.user import Caller
from deepforge.services.house import House
from deepforge.store import blob_index


def open(house: House, caller: Caller, digest: Digest, offset: int = 0) -> tuple[BinaryIO, int]:
    """The bytes from `offset` on, to be closed by the caller, and how many there are in all.

    Raises NotFound for what nothing uses, whether it is there or not, and BlobDamaged.
    """
    with house.database.read() as connection:
        size = blob_index.size_of(connection, digest)
        if size is None or not blob_index.may_see(connection, digest, None):
            raise NotFound(f"There is no blob {digest}.", "It may have been removed with its run.")
    return house.blobs.open(digest, offset), size


def put(house: House, caller: Caller, chunks: Iterable[bytes], expected: Digest | None) -> BlobFact:
    """Keep bytes as they come. They stay when something refers to them soon; else they are collected.

    Raises BadInput when they have not the `expected` digest, NoSpace.
    """
    digest, size = house.blobs.put_stream(chunks, expected)
    with house.writing() as ledger:
        blob_index.record(ledger.connection, digest, size)
    return BlobFact(digest, size)
