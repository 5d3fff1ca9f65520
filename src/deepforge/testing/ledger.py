"""A ledger in memory, for tests of the scheduler: what it was told is there to be looked at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from deepforge.core.errors import DeepForgeError, NotFound
from deepforge.core.ids import JobId, RunId
from deepforge.core.job import JobStatus, RunStatus
from deepforge.core.run import OutputFact

Key = Callable[[RunStatus, JobStatus], str]


def name_and_inputs(run: RunStatus, job: JobStatus) -> str:
    """A key for a cache of tests: the operation, and what the jobs before gave."""
    inputs = [fact.digest for before in job.plan.after for fact in run.jobs[before].outputs]
    return " ".join([job.plan.operation, *inputs])


@dataclass
class InMemoryLedger:
    """Implements `core.ports.Ledger`. The clock stands still until a test moves it."""

    clock: str = "2026-01-01T00:00:00.000Z"
    key: Key = name_and_inputs
    runs: dict[RunId, RunStatus] = field(default_factory=dict)
    saves: list[tuple[RunStatus | None, RunStatus]] = field(default_factory=list)
    cache: dict[str, tuple[OutputFact, ...]] = field(default_factory=dict)
    queue: list[JobId] = field(default_factory=list)
    stopped: list[tuple[JobId, int]] = field(default_factory=list)
    built_in: dict[str, tuple[OutputFact, ...]] = field(default_factory=dict)
    """What built-in operations give, by the name of the node."""
    refused: dict[str, DeepForgeError] = field(default_factory=dict)
    """What goes wrong when a job is looked up or performed, by the name of the node."""

    def load(self, run: RunId) -> RunStatus:
        """Where the run stands. Raises NotFound."""
        if run not in self.runs:
            raise NotFound(f"There is no run {run}.")
        return self.runs[run]

    def save(self, before: RunStatus | None, after: RunStatus) -> None:
        """Keep where the run stands."""
        self.saves.append((before, after))
        self.runs[after.id] = after

    def look_up(self, run: RunStatus, job: JobStatus) -> tuple[tuple[OutputFact, ...] | None, str]:
        """The outputs under the job's key."""
        self._refuse(job)
        if not job.plan.use_cache:
            return None, "not from the cache"
        found = self.cache.get(self.key(run, job))
        return found, "new" if found is None else "unchanged"

    def perform(self, run: RunStatus, job: JobStatus) -> tuple[tuple[OutputFact, ...], str, bool]:
        """What was laid down for the node."""
        self._refuse(job)
        return self.built_in.get(job.plan.name, ()), "performed", True

    def remember(self, run: RunStatus, job: JobStatus) -> None:
        """Enter a job's outputs under its key."""
        self.cache[self.key(run, job)] = job.outputs

    def enqueue(self, run: RunStatus, job: JobStatus) -> None:
        """Offer the job; one that is offered already keeps its place."""
        if job.plan.id not in self.queue:
            self.queue.append(job.plan.id)

    def withdraw(self, job: JobId) -> None:
        """No longer offer it."""
        if job in self.queue:
            self.queue.remove(job)

    def stop(self, job: JobId, fence: int) -> None:
        """Note that the attempt is to end."""
        self.stopped.append((job, fence))

    def now(self) -> str:
        """The clock."""
        return self.clock

    def _refuse(self, job: JobStatus) -> None:
        if job.plan.name in self.refused:
            raise self.refused[job.plan.name]
