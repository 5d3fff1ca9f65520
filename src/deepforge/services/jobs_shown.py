"""The jobs of runs as JSON, each made once for as long as what it shows stays the same.

A page asks for a run of a thousand jobs again and again while few of them move. So a look reads a short row
of each job, and makes anew only what differs from the last look. A run that has ended is kept whole.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection

from deepforge.core.ids import JobId, RunId
from deepforge.core.resources import Resources
from deepforge.core.run import JOB_ENDS, RUN_ENDS
from deepforge.engine.queue import Place, place_of, why_waiting
from deepforge.services.views import job_view
from deepforge.store import attempts, database, jobs, series, workers
from deepforge.store.jobs import JobLine
from deepforge.store.runs import RunRecord

KEPT_JOBS = 50_000
"""How many jobs are remembered, some 600 bytes each."""

_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True)
class _Job:
    """A job as it was last shown, and what that was made from."""

    sign: Hashable
    content: bytes
    after: tuple[JobId, ...]
    resources: Resources


@dataclass(frozen=True)
class _Run:
    """The jobs of a run as one JSON list, and while it goes on also each by itself."""

    content: bytes
    size: int
    jobs: Mapping[JobId, _Job]


class JobsShown:
    """Remembers the jobs of the runs that were looked at last. Safe for threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._runs: OrderedDict[RunId, _Run] = OrderedDict()
        self._size = 0

    def of(self, connection: Connection, record: RunRecord, lease_seconds: float) -> bytes:
        """The jobs of a run as a JSON list of JobView, as the connection's transaction sees them."""
        with self._lock:
            known = self._runs.get(record.id)
            if known is not None:
                self._runs.move_to_end(record.id)
        if known is not None and not known.jobs:  # it had ended
            return known.content
        found = _look(connection, record, known.jobs if known else {}, lease_seconds)
        with self._lock:
            before = self._runs.pop(record.id, None)
            self._size += found.size - (before.size if before else 0)
            self._runs[record.id] = found
            while self._size > KEPT_JOBS and len(self._runs) > 1:
                self._size -= self._runs.popitem(last=False)[1].size
        return found.content


def _look(
    connection: Connection, record: RunRecord, known: Mapping[JobId, _Job], lease_seconds: float
) -> _Run:
    lines = jobs.lines(connection, record.id)
    now = _Moment(connection, record.id, lines, lease_seconds)
    stale = [line.id for line in lines if not now.shows(known.get(line.id), line)]
    made = now.show(connection, record.id, stale)
    every = {line.id: made.get(line.id) or known[line.id] for line in lines}
    content = b"[" + b",".join(job.content for job in every.values()) + b"]"
    return _Run(content, len(every), {} if record.state in RUN_ENDS else every)


class _Moment:
    """How the jobs of a run stand in one transaction."""

    def __init__(
        self, connection: Connection, run: RunId, lines: Sequence[JobLine], lease_seconds: float
    ) -> None:
        self.lines = {line.id: line for line in lines}
        self.names = {line.id: line.name for line in lines}
        self.succeeded = {line.id for line in lines if line.state == "success"}
        running = {line.id for line in lines if line.state == "running"}
        self.metrics = series.last_values_of_jobs(connection, run, running)
        waits = any(line.state == "queued" for line in lines)
        self.places = _places(connection, lease_seconds) if waits else []
        self.waiting: dict[int, str] = {}

    def shows(self, job: _Job | None, line: JobLine) -> bool:
        """Whether what was made of a job is as it stands now."""
        return job is not None and job.sign == self.sign(line, job.after, job.resources)

    def sign(self, line: JobLine, after: tuple[JobId, ...], resources: Resources) -> Hashable:
        """All that can change of what is shown of a job while its line stays in the same state."""
        waits: Hashable = None
        if line.state == "queued":
            waits = self.why(resources)
        elif line.state == "pending":
            waits = sum(before not in self.succeeded for before in after)
        metrics = self.metrics.get(line.id)
        return line, tuple(metrics.items()) if metrics else (), waits

    def why(self, resources: Resources) -> str:
        """Why a queued job waits for these resources."""
        why = self.waiting.get(id(resources))
        if why is None:
            why = self.waiting[id(resources)] = why_waiting(resources, self.places)
        return why

    def show(self, connection: Connection, run: RunId, wanted: Sequence[JobId]) -> dict[JobId, _Job]:
        """These jobs, made anew."""
        ended = [job for job in wanted if self.lines[job].state in JOB_ENDS]
        metrics = self.metrics | series.last_values_of_jobs(connection, run, ended)
        made: dict[JobId, _Job] = {}
        alike: dict[Resources, Resources] = {}  # jobs that ask for the same share one object
        for found in jobs.chosen(connection, wanted, self.succeeded):
            plan, places = found.status.plan, self.places if found.status.state == "queued" else None
            view = job_view(found.status, self.names, found.progress, metrics.get(plan.id), places)
            resources = alike.setdefault(plan.resources, plan.resources)
            sign = self.sign(self.lines[plan.id], plan.after, resources)
            made[plan.id] = _Job(sign, _encode(view), plan.after, resources)
        return made


def _places(connection: Connection, lease_seconds: float) -> list[Place]:
    """The workers that are there."""
    clock, running = database.seconds(connection), attempts.running(connection)
    return [
        place_of(record.name, record.machine, record.slots, running.get(record.id, 0))
        for record in workers.lines(connection)
        if clock - record.seen <= lease_seconds
    ]
