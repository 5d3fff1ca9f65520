"""The ledger: what the scheduler needs to know and have done, over the store, in one write transaction."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import cached_property
from typing import Any

import msgspec
from sqlalchemy import Connection

from deepforge.core.artifact import ArtifactVersion, Lineage
from deepforge.core.errors import BadInput
from deepforge.core.ids import ArtifactId, Digest, JobId, ProjectId, RunId
from deepforge.core.job import JobStatus, RunStatus
from deepforge.core.moment import moment
from deepforge.core.run import OutputFact
from deepforge.engine.cache import fingerprint_of, inputs_of, output_of, why_it_runs
from deepforge.engine.queue import Waiting
from deepforge.engine.scheduler import Scheduler
from deepforge.services import versions
from deepforge.services.memory import Memory, RunCard
from deepforge.services.views import job_event, summary_now
from deepforge.store import (
    artifacts,
    attempts,
    blob_index,
    cache,
    database,
    events,
    jobs,
    queue,
    runs,
    series,
)
from deepforge.store.blobs import Blobs
from deepforge.store.cache import CacheEntry
from deepforge.store.events import NewEvent
from deepforge.store.queue import QueueRecord

AS_IT_WAS = "taken from the run that this one was restarted from"


class Ledger:
    """One write transaction. What it is told is kept back and written by `flush`, so that many changes cost
    one write.

    Implements `core.ports.Ledger`. It is used by one thread, under the house's writing lock.
    """

    def __init__(self, connection: Connection, memory: Memory, blobs: Blobs) -> None:
        self.connection = connection
        self.memory = memory
        self.blobs = blobs
        self.scheduler = Scheduler(self)
        self.news = False
        """Whether something happened that others wait for."""
        self._before: dict[RunId, RunStatus] = {}
        self._new: set[RunId] = set()
        self._queued: dict[JobId, QueueRecord] = {}
        self._withdrawn: dict[JobId, None] = {}
        self._entries: dict[tuple[ProjectId, Digest], CacheEntry] = {}
        self._saved: dict[JobId, list[tuple[ArtifactId, int]]] = {}
        self._sizes: dict[Digest, int] = {}
        self._uses: dict[tuple[ProjectId, str], dict[Digest, None]] = {}
        self._events: list[NewEvent] = []

    # What core.ports.Ledger asks for

    def load(self, run: RunId) -> RunStatus:
        """Where the run stands. Raises NotFound."""
        return self.card(run).status

    def save(self, before: RunStatus | None, after: RunStatus) -> None:
        """Keep where the run stands. A new run has to be introduced first, and its rows are written at
        once.
        """
        card = self.card(after.id)
        card.status = after
        if before is None:
            record = card.record
            runs.add(self.connection, record)
            rows = [card.jobs[job].record(status) for job, status in after.jobs.items()]
            jobs.add(self.connection, record.project, record.id, record.author_id, rows)
            self._new.add(after.id)
        self._before.setdefault(after.id, before or after)
        self.memory.keep(card)

    def look_up(self, run: RunStatus, job: JobStatus) -> tuple[tuple[OutputFact, ...] | None, str]:
        """The outputs that answer for the job's key, if there are any; and why it runs or does not."""
        card = self.card(run.id)
        job_card = card.jobs[job.plan.id]
        recipe = job_card.recipe
        if recipe.answer is not None and (given := self._given(card, recipe.answer)) is not None:
            series.adopt(
                self.connection, card.record.project, run.id, job.plan.id, job_card.source or recipe.answer
            )
            return given, AS_IT_WAS
        environment = self.memory.environment(self.connection, recipe)
        if environment is None:
            ran = self.memory.past(self.connection, card, job.plan.name) is not None
            return None, "it is not known yet what is installed" if ran else "it has not run before"
        job_card.fingerprint = fingerprint_of(recipe, inputs_of(run, recipe), environment)
        if not job.plan.use_cache:
            return None, "its outputs are not to be taken from the cache"
        entry = self._find_entry(card.record.project, job_card.fingerprint.key)
        if entry is None:
            past = self.memory.past(self.connection, card, job.plan.name)
            return None, why_it_runs(past, job_card.fingerprint)
        job_card.source = entry.job
        series.adopt(self.connection, card.record.project, run.id, job.plan.id, entry.job)
        self.note_saved(card, entry.artifacts)
        self.hold(card, entry.outputs)
        return entry.outputs, "nothing changed since it ran"

    def perform(self, run: RunStatus, job: JobStatus) -> tuple[tuple[OutputFact, ...], str, bool]:
        """Do a built-in operation. Raises DeepForgeError when it cannot be done."""
        card = self.card(run.id)
        recipe = card.jobs[job.plan.id].recipe
        if job.plan.operation == "Input":
            if recipe.answer is not None and (given := self._given(card, recipe.answer)) is not None:
                return given, AS_IT_WAS, True
            version = versions.find(self.connection, card.record.project, str(recipe.attributes["artifact"]))
            data = OutputFact("data", version.digest, version.size, version.type, version.codec)
            self.hold(card, [data])
            return (data,), f"is {version.name}@{version.version}", True
        wire = recipe.inputs["data"]
        if wire is None:
            raise BadInput(
                f"Nothing is connected to the input of {job.plan.name}.", "Connect what it is to save."
            )
        data = output_of(run.jobs[wire.job], wire.output)
        lineage = versions.lineage_of(card, run, wire.job, wire.output)
        version, is_new = self.save_version(card, str(recipe.attributes["name"]), data, lineage)
        name = f"{version.name}@{version.version}"
        return (), f"saved as {name}" if is_new else f"is the same as {name}", not is_new

    def remember(self, run: RunStatus, job: JobStatus) -> None:
        """Enter a job's outputs into the cache, under the environment it really ran in."""
        card = self.card(run.id)
        job_card = card.jobs[job.plan.id]
        environment = self.memory.environment(self.connection, job_card.recipe, job.worker)
        if environment is None:
            return
        if job_card.recipe.environment is None and job_card.leased not in (None, environment):
            return  # something was installed while it ran: nobody knows under which of the two
        job_card.fingerprint = fingerprint_of(job_card.recipe, inputs_of(run, job_card.recipe), environment)
        if job_card.recipe.remember:
            project, key = card.record.project, job_card.fingerprint.key
            saved = tuple(self._saved.get(job.plan.id, ()))
            self._entries[project, key] = CacheEntry(project, key, job.plan.id, run.id, job.outputs, saved)

    def enqueue(self, run: RunStatus, job: JobStatus) -> None:
        """Offer the job to workers."""
        waiting = Waiting(job.plan.id, run.id, job.plan.resources)
        self.memory.enqueue(self.connection, waiting)
        project = self.card(run.id).record.project
        self._queued[waiting.job] = QueueRecord(waiting.job, waiting.run, project, waiting.resources)

    def withdraw(self, job: JobId) -> None:
        """No longer offer it."""
        self.memory.withdraw(self.connection, job)
        if self._queued.pop(job, None) is None:
            self._withdrawn[job] = None

    def stop(self, job: JobId, fence: int) -> None:
        """Have the worker end the attempt."""
        attempts.ask_to_stop(self.connection, job, fence)
        for worker in self.memory.workers(self.connection).values():
            worker.looked = -math.inf
        self.news = True

    def now(self) -> str:
        """The database's clock at the start of this transaction."""
        return moment(self.clock)

    # What services ask for besides

    @property
    def is_untouched(self) -> bool:
        """Whether nothing has changed by it, so that what is remembered still holds when it is undone."""
        return not (self.news or self._before or self._withdrawn or self._sizes or self._events)

    @cached_property
    def clock(self) -> float:
        """The database's clock in Unix seconds, read once for the whole transaction."""
        return database.seconds(self.connection)

    @cached_property
    def at(self) -> str:
        """`now`, made once."""
        return self.now()

    def card(self, run: RunId) -> RunCard:
        """The run with its jobs. Raises NotFound."""
        return self.memory.run(self.connection, run)

    def introduce(self, card: RunCard) -> None:
        """Make a new run known, before it is submitted."""
        self.memory.keep(card)

    def tell(self, topic: str, project: ProjectId | None, kind: str, data: dict[str, Any]) -> None:
        """Tell who watches."""
        self._events.append(NewEvent(topic, project, kind, data))

    def hold(self, card: RunCard, outputs: Iterable[OutputFact]) -> None:
        """Keep the bytes of outputs for as long as the run is kept."""
        for fact in outputs:
            sizes = versions.bytes_of(self.blobs, fact)
            self.hold_blobs(card.record.project, f"run:{card.record.id}", sizes)

    def hold_blobs(self, project: ProjectId, owner: str, sizes: dict[Digest, int]) -> None:
        """Keep blobs, given with their sizes in bytes, for as long as their owner is kept."""
        self._sizes.update(sizes)
        self._uses.setdefault((project, owner), {}).update(dict.fromkeys(sizes))

    def note_saved(self, card: RunCard, saved: Iterable[tuple[ArtifactId, int]]) -> None:
        """Note versions of artifacts that a run saved."""
        artifacts.note_saved(self.connection, card.record.id, saved)

    def save_version(
        self, card: RunCard, name: str, data: OutputFact, lineage: Lineage
    ) -> tuple[ArtifactVersion, bool]:
        """The version of an artifact with this data, saved by this run; and whether it is new.

        Data that is equal to the newest version makes no other one.
        """
        record = card.record
        version, is_new = versions.save(
            self.connection, record.project, record.author_id, name, data, lineage, self.at
        )
        sizes = versions.bytes_of(self.blobs, data)
        self.hold_blobs(record.project, versions.owner_of(version), sizes)
        self.note_saved(card, [(version.artifact, version.version)])
        return version, is_new

    def save_artifact(self, card: RunCard, job: JobStatus, data: OutputFact) -> None:
        """Save what a job kept by itself while it ran, under the name it gave."""
        lineage = versions.lineage_of(card, card.status, job.plan.id, output="")
        version, _ = self.save_version(card, data.name, data, lineage)
        self._saved.setdefault(job.plan.id, []).append((version.artifact, version.version))

    def flush(self) -> None:
        """Write what was kept back. Called once, at the end."""
        connection = self.connection
        for run, before in self._before.items():
            self._flush_run(self.card(run), before)
        queue.remove(connection, self._withdrawn)
        queue.add(connection, self._queued.values())
        cache.put(connection, self._entries.values(), self.at)
        blob_index.record_all(connection, self._sizes, self.at)
        for (project, owner), digests in self._uses.items():
            blob_index.use_all(connection, digests, project, owner)
        events.emit_all(connection, self._events, self.at)
        self.news = self.news or bool(self._events or self._queued)
        self.memory.trim()

    def _flush_run(self, card: RunCard, before: RunStatus) -> None:
        after, topic, project = card.status, f"run:{card.record.id}", card.record.project
        moved = [status for job, status in after.jobs.items() if status is not before.jobs[job]]
        jobs.move(self.connection, [card.jobs[status.plan.id].record(status) for status in moved])
        is_new = card.record.id in self._new
        if not is_new:
            for status in moved:
                self.tell(topic, project, "job", job_event(status, card.names))
        if (after.state, after.canceling, after.ended) != (before.state, before.canceling, before.ended):
            runs.move(self.connection, after)
            self.tell(topic, project, "run", {"state": after.state})
        if is_new or after.state != before.state:
            metrics = series.last_values(self.connection, [card.record.id]).get(card.record.id, {})
            content = msgspec.to_builtins(summary_now(card.record, after, metrics))
            self.tell("runs", project, "run", content)

    def _given(self, card: RunCard, job: JobId) -> tuple[OutputFact, ...] | None:
        """What a job of an earlier run gave, if all of its bytes are still there."""
        outputs = jobs.outputs_of(self.connection, job)
        if not all(versions.is_there(self.blobs, fact) for fact in outputs):
            return None
        self.hold(card, outputs)
        return outputs

    def _find_entry(self, project: ProjectId, key: Digest) -> CacheEntry | None:
        """What answers for a key, if its bytes are still there, and all of them."""
        pending = self._entries.get((project, key))
        if pending is not None:
            return pending
        entry = cache.find(self.connection, project, key)
        if entry is not None and not all(versions.is_there(self.blobs, fact) for fact in entry.outputs):
            cache.remove(self.connection, project, key)
            return None
        return entry
