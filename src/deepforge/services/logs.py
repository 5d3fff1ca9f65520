"""Logs: what a job printed, by bytes and by lines, searched, and whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection

from deepforge.core.errors import BadInput, NotFound
from deepforge.core.ids import JobId, RunId
from deepforge.core.run import JOB_ENDS, AttemptView, LogLines, LogMatches, LogPage
from deepforge.core.user import Caller
from deepforge.services.house import House
from deepforge.store import attempts, jobs, log_lines, logs

LONGEST_PAGE = 1 << 20
"""Bytes of one page at most."""
MOST_LINES = 2000
"""Lines of one answer at most."""
MOST_MATCHES = 1000
LONGEST_SEARCH = 1000
"""Letters of what can be searched for."""


@dataclass(frozen=True)
class _Log:
    """Whose log is shown, and whether more of it may come."""

    job: JobId
    fence: int
    ended: bool


def page(
    house: House,
    caller: Caller,
    run: RunId,
    job: JobId,
    offset: int = 0,
    limit: int = 1 << 16,
    attempt: int | None = None,
) -> LogPage:
    """A stretch of a job's log, of its newest attempt or of another; of a cached job, the log of the one that
    answers for it.

    Offsets and `limit` are in bytes; a negative offset counts from the end. A page never ends within a
    letter. Raises NotFound.
    """
    with house.database.read() as connection:
        log = _find(connection, run, job, attempt)
        stretch = logs.page(connection, log.job, log.fence, offset, max(1, min(limit, LONGEST_PAGE)))
    text, end = stretch.data.decode("utf-8", "replace"), stretch.next
    done = log.ended and end >= stretch.size
    return LogPage(job, stretch.offset, text, end, stretch.size, done)


def lines(
    house: House,
    caller: Caller,
    run: RunId,
    job: JobId,
    first: int = 0,
    count: int = 500,
    attempt: int | None = None,
) -> LogLines:
    """At most `count` lines of a job's log from `first` on, as a terminal would show them; a negative
    `first` counts from the end.

    There may be fewer when they are long. Raises NotFound.
    """
    with house.database.read() as connection:
        log = _find(connection, run, job, attempt)
        end = logs.end(connection, log.job, log.fence)
        total = log_lines.count(connection, log.job, log.fence)
        begin = first if first >= 0 else max(total + first, 0)
        found = log_lines.lines(connection, log.job, log.fence, begin, max(1, min(count, MOST_LINES)))
    return LogLines(
        job=job,
        attempt=log.fence,
        first=begin,
        lines=found.lines,
        cut=found.cut,
        total=total,
        size=end.size,
        done=log.ended,
    )


def search(
    house: House,
    caller: Caller,
    run: RunId,
    job: JobId,
    wanted: str,
    first: int = 0,
    count: int = 200,
    attempt: int | None = None,
    *,
    case: bool = False,
) -> LogMatches:
    """Lines of a job's log that have a text, from `first` on, with capitals told apart or not.

    One call does a bounded piece of the work and says where to go on. Raises NotFound, BadInput.
    """
    if not wanted or len(wanted) > LONGEST_SEARCH:
        raise BadInput(f"A text of 1 to {LONGEST_SEARCH:,} letters can be searched for.")
    most = max(1, min(count, MOST_MATCHES))
    with house.database.read() as connection:
        log = _find(connection, run, job, attempt)
        return log_lines.search(connection, log.job, log.fence, wanted, max(first, 0), most, case=case)


def whole(
    house: House, caller: Caller, run: RunId, job: JobId, attempt: int | None = None
) -> tuple[str, Iterator[bytes]]:
    """A job's log as far as it has come, as bytes that are read while they are sent; and the name of its
    job. Raises NotFound.
    """
    with house.database.read() as connection:
        log = _find(connection, run, job, attempt)
        record = jobs.one(connection, run, job)
        size = logs.size(connection, log.job, log.fence)
    assert record is not None

    def stretches() -> Iterator[bytes]:
        offset = 0
        while offset < size:
            with house.database.read() as connection:
                found = logs.page(connection, log.job, log.fence, offset, min(LONGEST_PAGE, size - offset))
            if not found.data:  # it was removed meanwhile
                return
            offset = found.next
            yield found.data

    return record.status.plan.name, stretches()


def tries(house: House, caller: Caller, run: RunId, job: JobId) -> tuple[AttemptView, ...]:
    """The attempts at a job, the first in front; of a cached job, those at the one that answers for it.

    Raises NotFound.
    """
    with house.database.read() as connection:
        log = _find(connection, run, job, None)
        return tuple(
            AttemptView(
                number=attempt.fence,
                started=attempt.started,
                ended=attempt.ended,
                size=attempt.log_offset,
                ending=_ending(attempt),
            )
            for attempt in attempts.of_job(connection, log.job)
        )


def _ending(attempt: attempts.Attempt) -> str | None:
    """How an attempt ended, when it did not end well."""
    error, left = attempt.ending.get("error"), attempt.ending.get("exit") or {}
    if error:
        return f"{error['kind']}: {error['message']}"
    return left.get("reason") or attempt.damage


def _find(connection: Connection, run: RunId, job: JobId, attempt: int | None) -> _Log:
    record = jobs.one(connection, run, job)
    if record is None:
        raise NotFound(f"The run {run} has no job {job}.", "Show the run to see its jobs.")
    shown, newest = job, record.status.fence
    if record.source is not None:
        shown = record.source
        newest = jobs.fence_of(connection, record.source) or 0
    fence = newest if attempt is None else attempt
    tried = attempts.find(connection, shown, fence)
    if attempt is not None and tried is None:
        there = f"There are attempts 1 to {newest}." if newest else "It has not run yet."
        raise NotFound(f"{record.status.plan.name} has no attempt {attempt}.", there)
    over = record.status.state in JOB_ENDS or fence < newest
    return _Log(shown, fence, over and not (tried and tried.is_awaited))
