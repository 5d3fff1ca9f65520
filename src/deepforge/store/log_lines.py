"""The lines of a log: found by number, and searched, without reading more than is shown.

A line is what stands between two line feeds; the last one may still grow. Lines are numbered from 0.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from deepforge.core.ids import JobId
from deepforge.core.run import CutLine, LogMatch, LogMatches
from deepforge.core.terminal import plain_lines, visible
from deepforge.store import logs
from deepforge.store.tables import log_chunks

LONGEST_LINE = 20_000
"""Bytes of a line that are shown."""
MOST_BYTES = 1 << 20
"""Of lines in one answer; at least one line is given."""
SEARCHED_BYTES = 2 << 20
"""Bytes that one call looks through."""
AROUND = 120
"""Letters of a line that are shown before what was found, and twice as many behind it."""

_OF_ATTEMPT = (log_chunks.c.job_id == bindparam("of_job"), log_chunks.c.fence == bindparam("of_fence"))
_CHUNK = (
    log_chunks.c.offset,
    log_chunks.c.size,
    log_chunks.c.first_line,
    log_chunks.c.lines,
    log_chunks.c.data,
)
# Line n begins behind the n-th line feed: in the one chunk with first_line < n <= first_line + lines.
_WITH_LINE = select(func.max(log_chunks.c.offset)).where(
    *_OF_ATTEMPT, log_chunks.c.lines > 0, log_chunks.c.first_line < bindparam("line")
)
_NEXT_FEED = select(func.min(log_chunks.c.offset)).where(
    *_OF_ATTEMPT, log_chunks.c.lines > 0, log_chunks.c.offset >= bindparam("start")
)
_BEFORE = select(func.max(log_chunks.c.offset)).where(*_OF_ATTEMPT, log_chunks.c.offset <= bindparam("place"))
_FROM = (
    select(*_CHUNK)
    .where(*_OF_ATTEMPT, log_chunks.c.offset >= bindparam("start"))
    .order_by(log_chunks.c.offset)
    .limit(8)
)


@dataclass(frozen=True)
class FoundLines:
    """Lines as a terminal would show them, and which of them are longer than what is shown."""

    lines: tuple[str, ...]
    cut: tuple[CutLine, ...]


@dataclass
class _Line:
    """A line while it is read: what it begins and ends with, and how long it is, in bytes."""

    head: bytes = b""
    tail: bytes = b""
    length: int = 0

    def add(self, data: bytes) -> None:
        if len(self.head) < LONGEST_LINE:
            self.head += data[: LONGEST_LINE - len(self.head)]
        self.tail = (self.tail + data)[-LONGEST_LINE:]
        self.length += len(data)

    def skip(self, count: int) -> None:
        self.tail = b""
        self.length += count

    @property
    def is_long(self) -> bool:
        return self.length >= LONGEST_LINE

    def shown(self) -> str:
        """Its beginning; of a progress bar that has written over that again and again, how it stands."""
        written_over = self.tail.rstrip(b"\r").find(b"\r")
        if self.length > LONGEST_LINE and written_over >= 0:
            data = self.tail[written_over + 1 :]
        else:
            data = self.head[: logs.whole_letters(self.head)] if self.length > LONGEST_LINE else self.head
        return visible(data.decode("utf-8", "replace"))

    @property
    def is_cut(self) -> bool:
        return self.length > LONGEST_LINE and b"\r" not in self.tail.rstrip(b"\r")


@dataclass
class _Reader:
    """Reads the chunks of one log."""

    connection: Connection
    job: JobId
    fence: int

    def one(self, query: Any, **where: int) -> int | None:
        found = self.connection.execute(query, {"of_job": self.job, "of_fence": self.fence, **where})
        place: int | None = found.scalar_one_or_none()
        return place

    def chunks(self, start: int) -> Iterator[Any]:
        """The chunks from an offset on, some at a time."""
        which = {"of_job": self.job, "of_fence": self.fence}
        while True:
            rows = self.connection.execute(_FROM, {**which, "start": start}).all()
            if not rows:
                return
            yield from rows
            start = rows[-1].offset + rows[-1].size

    def from_line(self, first: int) -> Iterator[tuple[Any, bytes]]:
        """The chunks from where a line begins; of the first, what stands before the line is left out."""
        skip: int | None = None
        for row in self.chunks(self.one(_WITH_LINE, line=first) or 0):
            if skip is None:
                skip = first - row.first_line
                if skip > row.lines:
                    return
                yield row, logs.unpack(row.data).split(b"\n", skip)[-1]
            else:
                yield row, logs.unpack(row.data)

    def behind(self, offset: int) -> int:
        """Where to read on in a line that is long already: shortly before its end."""
        feed = self.one(_NEXT_FEED, start=offset)
        end = logs.size(self.connection, self.job, self.fence) if feed is None else feed
        return max(self.one(_BEFORE, place=max(end - LONGEST_LINE, 0)) or 0, offset)


def count(connection: Connection, job: JobId, fence: int) -> int:
    """How many lines the log of an attempt has; an unfinished one at the end counts."""
    end = logs.end(connection, job, fence)
    last = logs.page(connection, job, fence, end.size - 1, 1).data if end.size else b"\n"
    return end.lines + (last != b"\n")


def lines(connection: Connection, job: JobId, fence: int, first: int, most: int) -> FoundLines:
    """At most `most` lines from `first` on.

    There may be fewer when they are long, but at least one when there is any.
    """
    found: list[str] = []
    cut: list[CutLine] = []
    size = 0
    for line in _lines(_Reader(connection, job, fence), first):
        if line.is_cut:
            cut.append(CutLine(first + len(found), line.length))
        found.append(line.shown())
        size += len(found[-1])
        if len(found) >= most or size >= MOST_BYTES:
            break
    return FoundLines(tuple(found), tuple(cut))


def search(
    connection: Connection, job: JobId, fence: int, wanted: str, first: int, most: int, *, case: bool
) -> LogMatches:
    """Look for a text in the lines from `first` on, as they are shown: at most `most` lines that have it.

    One call looks through SEARCHED_BYTES at most; of a line that is longer, its beginning alone.
    """
    pattern = re.compile(re.escape(wanted), 0 if case else re.IGNORECASE)
    data, whole = _window(_Reader(connection, job, fence), first)
    text = plain_lines(_LONG.sub(_shorten, data).decode("utf-8", "replace"))
    matches: list[LogMatch] = []
    line, at = first, 0
    while (found := pattern.search(text, at)) is not None:
        line += text.count("\n", at, found.start())
        begin, end = text.rfind("\n", 0, found.start()) + 1, text.find("\n", found.start())
        end = len(text) if end < 0 else end
        matches.append(_match(line, text[begin:end], found.start() - begin, found.end() - found.start()))
        at = end
        if len(matches) >= most:
            return LogMatches(tuple(matches), line + 1 if end < len(text) or not whole else None)
    return LogMatches(tuple(matches), None if whole else first + max(text.count("\n"), 1))


_LONG = re.compile(rb"[^\n]{%d,}" % (LONGEST_LINE + 1))


def _shorten(found: re.Match[bytes]) -> bytes:
    """Of a long line that wrote over itself, how it stands."""
    line = found[0].rstrip(b"\r")
    written_over = line.find(b"\r", -LONGEST_LINE)
    return line if written_over < 0 else line[written_over + 1 :]


def _match(line: int, text: str, at: int, length: int) -> LogMatch:
    begin = max(at - AROUND, 0)
    return LogMatch(line, text[begin : at + length + 2 * AROUND], at - begin)


def _lines(reader: _Reader, first: int) -> Iterator[_Line]:
    """The lines from `first` on; the middle of a very long one is not read."""
    line = _Line()
    chunks = reader.from_line(first)
    jumped = False
    while (found := next(chunks, None)) is not None:
        row, data = found
        *whole, rest = data.split(b"\n")
        for part in whole:
            line.add(part)
            yield line
            line, jumped = _Line(), False
        line.add(rest)
        behind = row.offset + row.size
        if line.is_long and not jumped:
            jumped = True
            on = reader.behind(behind)
            line.skip(on - behind) if on > behind else None
            chunks = ((more, logs.unpack(more.data)) for more in reader.chunks(on))
    if line.length:
        yield line


def _window(reader: _Reader, first: int) -> tuple[bytes, bool]:
    """Whole lines from `first` on, and whether the log ends with them; of one line that is longer than a
    window, its beginning.
    """
    parts: list[bytes] = []
    size = 0
    for _, data in reader.from_line(first):
        if size >= SEARCHED_BYTES:
            joined = b"".join(parts)
            return joined[: joined.rfind(b"\n") + 1] or joined, False
        parts.append(data)
        size += len(data)
    return b"".join(parts), True
