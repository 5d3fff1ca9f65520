"""Memory: what the one writer keeps of the rows, so that moving a run on does not read them again.

It belongs to whoever holds the house's writing lock. Rows are the truth: what is here can be dropped at any
moment between two transactions, and after a transaction that failed it has to be.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

import msgspec
from sqlalchemy import Connection

from deepforge.core.environment import Declared
from deepforge.core.errors import NotFound
from deepforge.core.fingerprint import Fingerprint
from deepforge.core.ids import Digest, JobId, RunId, WorkerId
from deepforge.core.job import JobStatus, RunStatus
from deepforge.core.messages import Exchange
from deepforge.core.preview import PreviewAsk
from deepforge.core.run import RUN_ENDS, Progress
from deepforge.engine.cache import (
    EnvironmentFact,
    Past,
    Recipe,
    declared_environment,
    installed_environment,
)
from deepforge.engine.queue import Waiting
from deepforge.store import jobs, locks, previews, queue, runs, workers
from deepforge.store.jobs import JobRecord
from deepforge.store.runs import RunRecord
from deepforge.store.workers import WorkerRecord

ENDED_RUNS = 8
"""How many runs that have ended are remembered, for what workers still send of them."""
EARLIER_RUNS = 5
"""How many runs back a node is looked for that is compared with."""


@dataclass
class JobCard:
    """A job besides where it stands."""

    position: int
    recipe: Recipe
    fingerprint: Fingerprint | None = None
    source: JobId | None = None
    progress: Progress | None = None
    leased: EnvironmentFact | None = None
    """The environment on its worker when that took the job; None when it was not seen by this process."""

    def record(self, status: JobStatus) -> JobRecord:
        """The row of the job."""
        return JobRecord(
            status=status,
            position=self.position,
            spec=msgspec.to_builtins(self.recipe),
            fingerprint=msgspec.to_builtins(self.fingerprint),
            source=self.source,
            progress=self.progress,
        )


@dataclass
class RunCard:
    """A run: its row, where it stands, and its jobs."""

    record: RunRecord
    status: RunStatus
    jobs: dict[JobId, JobCard]
    names: dict[JobId, str] = field(default_factory=dict)
    past: dict[str, Past] | None = None
    """The last time each node was looked up, in earlier runs; None until somebody asks."""


@dataclass
class WorkerCard:
    """A worker, and what its environments resolved to."""

    record: WorkerRecord
    locks: dict[str, str]
    seen: float
    """Unix seconds; newer than the row."""
    reconcile: bool = False
    """Whether it came back as a new process, so that what it no longer holds is lost."""
    looked: float = -math.inf
    """When all that concerns it was last gone through, by the house's clock."""
    installed: dict[tuple[str, ...], EnvironmentFact] = field(default_factory=dict)


@dataclass
class WantedPreview:
    """A preview that no worker has made yet, and who was asked last."""

    ask: PreviewAsk
    worker: WorkerId | None = None
    given: float = 0.0
    """Unix seconds."""
    tries: int = 0


class Memory:
    """Runs, the queue and workers, loaded from rows when first asked for."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Drop everything."""
        self._runs: dict[RunId, RunCard] = {}
        self._ended: OrderedDict[RunId, None] = OrderedDict()
        self._lines: dict[RunId, dict[JobId, Waiting]] | None = None
        self._line_of: dict[JobId, RunId] = {}
        self._workers: dict[WorkerId, WorkerCard] | None = None
        self._previews: dict[tuple[Digest, str], WantedPreview] | None = None
        self.series_names: dict[tuple[JobId, int], dict[int, tuple[str, ...]]] = {}
        self.served: dict[RunId, int] = {}
        self._turn = 0

    # Runs

    def run(self, connection: Connection, run: RunId) -> RunCard:
        """The run. Raises NotFound."""
        card = self._runs.get(run)
        if card is None:
            card = _load(connection, run)
            self.keep(card)
        return card

    def keep(self, card: RunCard) -> None:
        """Remember a run."""
        run = card.status.id
        self._runs[run] = card
        if card.status.state in RUN_ENDS:
            self._ended[run] = None
            self._ended.move_to_end(run)

    def note(self, record: RunRecord) -> None:
        """Note that a run's row has changed, if it is remembered."""
        if record.id in self._runs:
            self._runs[record.id].record = record

    def trim(self) -> None:
        """Of the runs that have ended, remember only the last few. Called when all is written."""
        while len(self._ended) > ENDED_RUNS:
            self.drop(next(iter(self._ended)))

    def drop(self, run: RunId) -> None:
        """Forget one run."""
        self._runs.pop(run, None)
        self._ended.pop(run, None)
        self.served.pop(run, None)

    def past(self, connection: Connection, card: RunCard, node: str) -> Past | None:
        """The last time a node of that name was looked up, in the runs of the same pipeline before this
        one.
        """
        if card.past is None:
            card.past = past_of(connection, card.record, {job.plan.name for job in card.status.jobs.values()})
        return card.past.get(node)

    # The queue

    def lines(self, connection: Connection) -> dict[RunId, dict[JobId, Waiting]]:
        """The jobs in the queue by run, in their order."""
        if self._lines is None:
            self._lines, self._line_of = {}, {}
            for record in queue.all_waiting(connection):
                self.enqueue(connection, Waiting(record.job, record.run, record.resources))
        return self._lines

    def enqueue(self, connection: Connection, waiting: Waiting) -> None:
        """Put a job at the end of its run's line."""
        self.lines(connection).setdefault(waiting.run, {})[waiting.job] = waiting
        self._line_of[waiting.job] = waiting.run

    def withdraw(self, connection: Connection, job: JobId) -> None:
        """Take a job out of its run's line; nothing happens when it is not in the queue."""
        lines = self.lines(connection)
        run = self._line_of.pop(job, None)
        if run is not None:
            del lines[run][job]
            if not lines[run]:
                del lines[run]

    def serve(self, run: RunId) -> None:
        """Note that a job of the run was given to a worker."""
        self._turn += 1
        self.served[run] = self._turn

    # Workers

    def workers(self, connection: Connection) -> dict[WorkerId, WorkerCard]:
        """All workers, the one that came last at the end."""
        if self._workers is None:
            self._workers = {
                record.id: WorkerCard(record, locks.of_worker(connection, record.id), record.seen)
                for record in reversed(workers.every(connection))
            }
        return self._workers

    def put_worker(self, connection: Connection, card: WorkerCard) -> None:
        """Remember a worker that came."""
        known = self.workers(connection)
        known.pop(card.record.id, None)
        known[card.record.id] = card

    def previews(self, connection: Connection) -> dict[tuple[Digest, str], WantedPreview]:
        """The previews that are wanted, the oldest wish first."""
        if self._previews is None:
            self._previews = {
                (ask.digest, ask.codec): WantedPreview(ask) for ask in previews.wanted(connection)
            }
        return self._previews

    def _wants_previews(self) -> bool:
        return self._previews is None or any(one.worker is None for one in self._previews.values())

    def has_news_for(self, worker: WorkerId, said: Exchange, since: float) -> bool:
        """Whether an exchange may have something to do or to say; else it is answered without a transaction.

        All that concerns the worker has to have been gone through after `since`.

        May be called without the lock: what another thread has not committed yet is told by its signal.
        """
        card = (self._workers or {}).get(worker)
        if card is None or card.record.incarnation != said.incarnation or card.reconcile:
            return True
        asks = (said.free is not None and said.free_slots > 0) or said.ahead is not None
        if said.previews or (said.preview_slots > 0 and self._wants_previews()):
            return True
        return bool(said.shipments or said.locks or (asks and self._lines != {}) or card.looked <= since)

    def environment(
        self, connection: Connection, recipe: Recipe, worker: WorkerId | None = None
    ) -> EnvironmentFact | None:
        """The environment of a job on a worker, or on the one that came last; None when there never was a
        worker.
        """
        known = self.workers(connection)
        card = known.get(worker) if worker else next(reversed(known.values()), None)
        return environment_on(card, recipe.environment, recipe.imports) if card else None


def knows_environment(card: WorkerCard, declared: Declared) -> bool:
    """Whether a worker has resolved what is declared."""
    return declared.digest in card.locks


def environment_on(card: WorkerCard, declared: Declared | None, imports: tuple[str, ...]) -> EnvironmentFact:
    """The environment of a job on a worker."""
    if declared is not None:
        return declared_environment(declared, card.locks.get(declared.digest))
    fact = card.installed.get(imports)
    if fact is None:
        fact = card.installed[imports] = installed_environment(card.record.interpreter, imports)
    return fact


def past_of(connection: Connection, run: RunRecord, names: set[str]) -> dict[str, Past]:
    """For each node, the last time it was looked up in the few runs of the same pipeline before this one."""
    found: dict[str, Past] = {}
    for earlier in runs.earlier(connection, run.project, run.pipeline, run.id, EARLIER_RUNS):
        for name, content in jobs.fingerprints(connection, earlier).items():
            if name in names and name not in found:
                found[name] = Past(earlier, msgspec.convert(content, Fingerprint))
        if len(found) == len(names):
            break
    return found


def names_of(status: RunStatus) -> dict[JobId, str]:
    """The names of the nodes of a run by job."""
    return {job: found.plan.name for job, found in status.jobs.items()}


def recipe_of(spec: dict[str, Any]) -> Recipe:
    """A recipe from the plain values it is kept as."""
    return msgspec.convert(spec, Recipe)


def card_of(record: RunRecord, records: list[JobRecord]) -> RunCard:
    """A run from its rows."""
    statuses = {job.status.plan.id: job.status for job in records}
    followers: dict[JobId, list[JobId]] = {job: [] for job in statuses}
    for job, found in statuses.items():
        for before in found.plan.after:
            followers[before].append(job)
    status = RunStatus(
        id=record.id,
        jobs=statuses,
        followers={job: tuple(after) for job, after in followers.items()},
        unfinished=sum(job.ended is None for job in statuses.values()),
        state=record.state,
        canceling=record.canceling,
        started=record.started,
        ended=record.ended,
    )
    cards = {
        job.status.plan.id: JobCard(
            position=job.position,
            recipe=recipe_of(job.spec),
            fingerprint=msgspec.convert(job.fingerprint, Fingerprint | None),
            source=job.source,
            progress=job.progress,
        )
        for job in records
    }
    return RunCard(record, status, cards, names_of(status))


def _load(connection: Connection, run: RunId) -> RunCard:
    record = runs.find(connection, run, removed=True)
    if record is None:
        raise NotFound(f"There is no run {run}.", "List the runs with `deepforge runs list`.")
    return card_of(record, jobs.of_run(connection, run))
