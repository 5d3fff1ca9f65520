"""Logs: what a job printed, page by page."""

from __future__ import annotations

from deepforge.core.errors import NotFound
from deepforge.core.ids import JobId, RunId
from deepforge.core.run import JOB_ENDS, LogPage
from deepforge.core.user import Caller
from deepforge.services.house import House
from deepforge.store import attempts, jobs, logs

LONGEST_PAGE = 1 << 20
"""Bytes of one page at most."""


def page(
    house: House, caller: Caller, run: RunId, job: JobId, offset: int = 0, limit: int = 1 << 16
) -> LogPage:
    """A stretch of a job's log, of its newest attempt; of a cached job, the log of the one that answers for
    it.

    Offsets and `limit` are in bytes; a negative offset counts from the end. A page never ends within a
    letter. Raises NotFound.
    """
    with house.database.read() as connection:
        record = jobs.one(connection, run, job)
        if record is None:
            raise NotFound(f"The run {run} has no job {job}.", "Show the run to see its jobs.")
        shown, fence = job, record.status.fence
        if record.source is not None:
            shown = record.source
            fence = jobs.fence_of(connection, record.source) or 0
        attempt = attempts.find(connection, shown, fence)
        stretch = logs.page(connection, shown, fence, offset, max(1, min(limit, LONGEST_PAGE)))
    ended = record.status.state in JOB_ENDS and not (attempt and attempt.is_awaited)
    text, end = stretch.data.decode("utf-8", "replace"), stretch.next
    return LogPage(job, stretch.offset, text, end, stretch.size, done=ended and end >= stretch.size)
