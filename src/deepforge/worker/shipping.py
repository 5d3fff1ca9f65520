"""Shipping: the next stretch of an attempt's journal and log, and what the server's receipt makes of it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from deepforge.core.messages import Receipt, Shipment
from deepforge.runtime.journal import HEADER
from deepforge.worker.attempt import LOG, Attempt

STRETCH = 1 << 20
"""Bytes of a journal, and of a log, that go in one shipment; a longer record goes whole."""

_PROBE = 64 << 10


@dataclass(frozen=True)
class Behind:
    """Bytes that the server has not committed yet."""

    journal: int
    log: int

    def __bool__(self) -> bool:
        return self.journal > 0 or self.log > 0


def behind(attempt: Attempt) -> Behind:
    """How much of an attempt is still to be shipped; reads the journal on, unless it is closed."""
    if attempt.phase != "published":
        attempt.journal.read_on()
    return Behind(
        attempt.journal.offset - attempt.journal_committed,
        _size(attempt.folder / LOG) - attempt.log_committed,
    )


def next_shipment(attempt: Attempt, limit: int = STRETCH) -> Shipment | None:
    """The next stretch, or None when there is nothing to say. Never ends inside the first record of the
    stretch."""
    if attempt.removed:
        return _question(attempt)
    missing = behind(attempt)
    closed = attempt.phase == "published"
    if not (missing or closed):
        return None
    if not attempt.offsets_known and max(missing.journal, missing.log) > _PROBE:
        return _question(attempt)
    held = attempt.held
    journal = _read_journal(attempt.journal.path, attempt.journal_committed, missing.journal, limit)
    log = _read(attempt.folder / LOG, attempt.log_committed, min(missing.log, limit))
    return Shipment(
        held.job,
        held.fence,
        attempt.journal_committed,
        journal,
        attempt.log_committed,
        log,
        final=closed and len(journal) >= missing.journal and len(log) >= missing.log,
    )


def apply_receipt(attempt: Attempt, receipt: Receipt) -> bool:
    """Take over the server's offsets. Whether it got on, or said where it is for the first time."""
    before = (attempt.journal_committed, attempt.log_committed)
    attempt.journal_committed = receipt.journal_offset
    attempt.log_committed = receipt.log_offset
    first = not attempt.offsets_known
    attempt.offsets_known = True
    return first or (receipt.journal_offset, receipt.log_offset) != before


def _question(attempt: Attempt) -> Shipment:
    """Nothing at all: the receipt tells how far the server is."""
    return Shipment(attempt.held.job, attempt.held.fence, 0, b"", 0, b"")


def _size(path: Path) -> int:
    try:
        return os.stat(path).st_size
    except FileNotFoundError:
        return 0


def _read(path: Path, offset: int, count: int) -> bytes:
    """What is there of these bytes: none of a file that somebody removed."""
    if count <= 0:
        return b""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return b""
    try:
        return os.pread(descriptor, count, offset)
    finally:
        os.close(descriptor)


def _read_journal(path: Path, offset: int, missing: int, limit: int) -> bytes:
    data = _read(path, offset, min(missing, limit))
    if missing > limit and len(data) >= HEADER.size:
        whole = HEADER.size + HEADER.unpack_from(data)[0]
        if whole > len(data):
            return _read(path, offset, min(whole, missing))
    return data
