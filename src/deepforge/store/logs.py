"""Logs: what attempts wrote to standard output and error, as compressed stretches of bytes."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select

from deepforge.core.errors import Damaged
from deepforge.core.ids import JobId
from deepforge.store.tables import log_chunks

CHUNK_BYTES = 64 * 1024
"""No chunk has more; a shorter one at the end grows with what comes."""


@dataclass(frozen=True)
class LogStretch:
    """Bytes of a log from `offset` on; the log has `size` of them."""

    offset: int
    data: bytes
    size: int

    @property
    def next(self) -> int:
        """The offset to go on from."""
        return self.offset + len(self.data)


@dataclass(frozen=True)
class LogEnd:
    """How far a log is: its bytes, and the line breaks in them."""

    size: int
    lines: int


_OF_ATTEMPT = (log_chunks.c.job_id == bindparam("of_job"), log_chunks.c.fence == bindparam("of_fence"))
_LAST = (
    select(log_chunks.c.offset, log_chunks.c.size, log_chunks.c.first_line, log_chunks.c.lines)
    .where(*_OF_ATTEMPT)
    .order_by(log_chunks.c.offset.desc())
    .limit(1)
)
_DATA = select(log_chunks.c.data).where(*_OF_ATTEMPT, log_chunks.c.offset == bindparam("at"))
_DROP = delete(log_chunks).where(*_OF_ATTEMPT, log_chunks.c.offset == bindparam("at"))
_ADD = insert(log_chunks)
_FIRST = select(func.max(log_chunks.c.offset)).where(*_OF_ATTEMPT, log_chunks.c.offset <= bindparam("start"))
_PAGE = (
    select(log_chunks.c.offset, log_chunks.c.data)
    .where(
        *_OF_ATTEMPT,
        log_chunks.c.offset >= _FIRST.scalar_subquery(),
        log_chunks.c.offset < bindparam("end"),
    )
    .order_by(log_chunks.c.offset)
)


def append(connection: Connection, job: JobId, fence: int, offset: int, data: bytes) -> LogEnd:
    """Add the bytes that follow, and say where the log ends then; what of them is already there is skipped.

    Raises Damaged when bytes would be missing between what is there and `offset`.
    """
    attempt = {"of_job": job, "of_fence": fence}
    last = connection.execute(_LAST, attempt).one_or_none()
    before = _end_of(last)
    if offset > before.size:
        raise Damaged(
            f"a log of {before.size:,} bytes cannot go on at byte {offset:,}", "Send it from its end on."
        )
    data = data[before.size - offset :]
    if not data:
        return before
    start, line = before.size, before.lines
    if last and last.size < CHUNK_BYTES:
        at = {**attempt, "at": last.offset}
        data = unpack(connection.execute(_DATA, at).scalar_one()) + data
        start, line = last.offset, last.first_line
        connection.execute(_DROP, at)
    rows = []
    for place in range(0, len(data), CHUNK_BYTES):
        part = data[place : place + CHUNK_BYTES]
        lines = part.count(b"\n")
        rows.append(
            {
                "offset": start + place,
                "size": len(part),
                "first_line": line,
                "lines": lines,
                "data": zlib.compress(part, 1),
            }
        )
        line += lines
    connection.execute(_ADD, [{"job_id": job, "fence": fence, **row} for row in rows])
    return LogEnd(start + len(data), line)


def end(connection: Connection, job: JobId, fence: int) -> LogEnd:
    """Where the log of an attempt ends."""
    return _end_of(connection.execute(_LAST, {"of_job": job, "of_fence": fence}).one_or_none())


def size(connection: Connection, job: JobId, fence: int) -> int:
    """How many bytes the log of an attempt has."""
    return end(connection, job, fence).size


def page(connection: Connection, job: JobId, fence: int, offset: int, limit: int) -> LogStretch:
    """At most `limit` bytes from `offset` on; a negative offset counts from the end.

    A letter of several bytes is not cut at the end, unless it alone is longer than `limit` or still
    incomplete. Nor does a negative offset begin within one.
    """
    total = size(connection, job, fence)
    start = min(offset, total) if offset >= 0 else max(total + offset, 0)
    end = min(start + limit, total)
    which = {"of_job": job, "of_fence": fence, "start": start, "end": end}
    data = b""
    for at, packed in connection.execute(_PAGE, which) if end > start else ():
        found = unpack(packed)
        data += found[max(start - at, 0) : end - at]
    if offset < 0 and start > 0:
        skipped = _continuation(data)
        start, data = start + skipped, data[skipped:]
    if end < total:
        data = data[: whole_letters(data)] or data
    return LogStretch(start, data, total)


def whole_letters(data: bytes) -> int:
    """How many bytes of the text are whole letters of UTF-8: all, or some less when one is cut at the end."""
    for back in range(1, min(4, len(data)) + 1):
        byte = data[-back]
        if byte & 0xC0 == 0x80:  # within a letter
            continue
        length = 4 if byte >= 0xF0 else 3 if byte >= 0xE0 else 2 if byte >= 0xC0 else 1
        return len(data) - back if length > back else len(data)
    return len(data)


def _continuation(data: bytes) -> int:
    """How many bytes at the beginning belong to a letter that began before."""
    return next((place for place, byte in enumerate(data[:3]) if byte & 0xC0 != 0x80), min(3, len(data)))


def _end_of(last: Any) -> LogEnd:
    return LogEnd(last.offset + last.size, last.first_line + last.lines) if last else LogEnd(0, 0)


def unpack(packed: bytes) -> bytes:
    """The bytes of a chunk. Raises Damaged."""
    try:
        return zlib.decompress(packed)
    except zlib.error as error:
        raise Damaged(
            f"a stretch of a log cannot be read: {error}", "Put back a copy of the database."
        ) from error
