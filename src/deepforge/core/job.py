"""The life of a run: `step(status, event) -> (status, [instruction])`, and nothing else decides.

    pending ─► queued ─► running ─► success | failed | canceled
       │         ▲          │
       │         └──────────┘  lost, interrupted, or failed with retries left
       └─► success (from cache, or built in) | skipped | canceled

Time comes with the events; instructions are what the caller has to do next, and some are answered by an event
(`LookUp` by `Judged`, `Perform` by `Performed`, either by `Failed` with fence 0). Every event of an attempt
carries its fencing number: one of an older attempt changes nothing and is answered with `Refuse`. A lost job
is queued again under the number it had and keeps its worker, and only the next lease raises the number; so a
worker that comes back before anyone else took the job simply goes on. A job whose attempt ended is queued
without a worker: nothing that attempt still says counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from deepforge.core.event import (
    CancelAsked,
    Enqueue,
    Event,
    Failed,
    Heard,
    Instruction,
    Interrupted,
    Judged,
    Leased,
    LookUp,
    Lost,
    Perform,
    Performed,
    Refuse,
    Remember,
    Stop,
    Stopped,
    Submitted,
    Succeeded,
    Withdraw,
)
from deepforge.core.ids import JobId, RunId, WorkerId
from deepforge.core.resources import MODEST, Resources
from deepforge.core.run import JOB_ENDS, RUN_ENDS, Failure, JobState, OutputFact, RunState

__all__ = [
    "MAX_LOSSES",
    "CancelAsked",
    "Enqueue",
    "Event",
    "Failed",
    "Heard",
    "Instruction",
    "Interrupted",
    "JobPlan",
    "JobStatus",
    "Judged",
    "Leased",
    "LookUp",
    "Lost",
    "Perform",
    "Performed",
    "Refuse",
    "Remember",
    "RunStatus",
    "Stop",
    "Stopped",
    "Submitted",
    "Succeeded",
    "Withdraw",
    "counts",
    "is_over",
    "new_run",
    "step",
]

MAX_LOSSES = 3
"""How many workers a job may lose for good before it counts as failed."""


@dataclass(frozen=True)
class JobPlan:
    """What is known of a job before it starts."""

    id: JobId
    name: str
    operation: str
    after: tuple[JobId, ...] = ()
    built_in: bool = False
    use_cache: bool = True
    resources: Resources = MODEST


@dataclass(frozen=True)
class JobStatus:
    """Where a job stands."""

    plan: JobPlan
    waits_for: int
    """How many of the jobs before it have not succeeded yet."""
    state: JobState = "pending"
    fence: int = 0
    """The number of the newest attempt; 0 before the first."""
    worker: WorkerId | None = None
    """Who has the attempt, or had it last. A queued job with a worker was lost, and may come back."""
    failures: int = 0
    losses: int = 0
    """How many attempts were lost; one that came back does not count."""
    cached: bool = False
    reason: str | None = None
    outputs: tuple[OutputFact, ...] = ()
    failure: Failure | None = None
    started: str | None = None
    ended: str | None = None


@dataclass(frozen=True)
class RunStatus:
    """Where a run stands."""

    id: RunId
    jobs: Mapping[JobId, JobStatus]
    followers: Mapping[JobId, tuple[JobId, ...]]
    unfinished: int
    state: RunState = "pending"
    canceling: bool = False
    started: str | None = None
    ended: str | None = None


def new_run(run: RunId, plans: Iterable[JobPlan]) -> RunStatus:
    """A run that nothing has happened to yet. The plans must be free of cycles and name only each other."""
    jobs = {plan.id: JobStatus(plan, waits_for=len(plan.after)) for plan in plans}
    followers: dict[JobId, list[JobId]] = {job: [] for job in jobs}
    for status in jobs.values():
        for before in status.plan.after:
            followers[before].append(status.plan.id)
    return RunStatus(run, jobs, {job: tuple(after) for job, after in followers.items()}, unfinished=len(jobs))


def step(status: RunStatus, event: Event) -> tuple[RunStatus, list[Instruction]]:
    """What a run becomes by an event, and what to do about it.

    Never raises for an event that came late or twice: such a one changes nothing, and the status is given
    back as is.
    """
    change = _Change(status, event.at)
    _HANDLERS[type(event)](change, event)
    return change.result()


class _Change:
    """The run while one event is applied to it: jobs replaced, instructions collected."""

    def __init__(self, status: RunStatus, at: str) -> None:
        self.before = status
        self.at = at
        self.jobs: Mapping[JobId, JobStatus] = status.jobs
        self.changed: dict[JobId, JobStatus] | None = None
        self.unfinished = status.unfinished
        self.canceling = status.canceling
        self.instructions: list[Instruction] = []
        self.begun = False

    def set(self, job: JobId, **fields: Any) -> None:
        if self.changed is None:
            self.jobs = self.changed = dict(self.before.jobs)
        self.changed[job] = replace(self.changed[job], **fields)
        if self.changed[job].state not in ("pending", "queued"):
            self.begun = True

    def tell(self, instruction: Instruction) -> None:
        self.instructions.append(instruction)

    def offer(self, job: JobId, **fields: Any) -> None:
        """Queue a job, or end it when the run is being canceled."""
        if self.canceling:
            self.end(job, "canceled", **fields)
            return
        if self.jobs[job].state != "queued":
            self.tell(Enqueue(job))
        self.set(job, state="queued", **fields)

    def end(self, job: JobId, state: JobState, **fields: Any) -> None:
        """Bring a job to an end, and what follows from that to those behind it."""
        if self.jobs[job].state == "queued":
            self.tell(Withdraw(job))
        self.set(job, state=state, ended=self.at, **fields)
        self.unfinished -= 1
        if state == "success":
            self._release(job)
        else:
            self._abandon(job, "canceled" if state == "canceled" else "skipped")

    def _release(self, job: JobId) -> None:
        for follower in self.before.followers[job]:
            left = self.jobs[follower].waits_for - 1
            self.set(follower, waits_for=left)
            if left == 0 and self.jobs[follower].state == "pending":
                self.consider(follower)

    def _abandon(self, job: JobId, state: JobState) -> None:
        name = self.jobs[job].plan.name
        waiting = list(self.before.followers[job])
        while waiting:
            follower = waiting.pop()
            if self.jobs[follower].state != "pending":
                continue
            reason = f"{name} did not succeed" if state == "skipped" else self.jobs[follower].reason
            self.set(follower, state=state, ended=self.at, reason=reason)
            self.unfinished -= 1
            waiting.extend(self.before.followers[follower])

    def consider(self, job: JobId) -> None:
        """A job whose inputs are there: find out whether it has to run."""
        self.tell(Perform(job) if self.jobs[job].plan.built_in else LookUp(job))

    def considered(self, job: JobId) -> bool:
        """Whether the job still waits for what was asked by `LookUp` or `Perform`."""
        status = self.jobs[job]
        return status.state == "pending" and status.waits_for == 0

    def current(self, job: JobId, fence: int) -> JobStatus | None:
        """The job, if this attempt still counts: it runs, or was lost and may come back. Else refuse."""
        status = self.jobs[job]
        may_come_back = status.state == "queued" and status.worker is not None
        if fence and status.fence == fence and (status.state == "running" or may_come_back):
            return status
        self.tell(Refuse(job, fence))
        return None

    def result(self) -> tuple[RunStatus, list[Instruction]]:
        before = self.before
        over = self.unfinished == 0 and before.state not in RUN_ENDS
        if self.changed is None and self.canceling == before.canceling and not over:
            return before, self.instructions
        state = before.state
        if state not in RUN_ENDS:
            if self.unfinished == 0:
                state = self._verdict()
            elif state == "pending" and self.begun:
                state = "running"
        status = replace(
            before,
            jobs=self.jobs,
            unfinished=self.unfinished,
            state=state,
            canceling=self.canceling,
            started=before.started or (self.at if state != "pending" else None),
            ended=before.ended or (self.at if state in RUN_ENDS else None),
        )
        return status, self.instructions

    def _verdict(self) -> RunState:
        states = {job.state for job in self.jobs.values()}
        if "canceled" in states:
            return "canceled"
        return "failed" if states & {"failed", "skipped"} else "success"


def _submitted(change: _Change, event: Submitted) -> None:
    for job in change.before.jobs:
        if change.considered(job):
            change.consider(job)


def _judged(change: _Change, event: Judged) -> None:
    if not change.considered(event.job):
        return
    if event.outputs is None:
        change.offer(event.job, reason=event.reason)
    else:
        _answered(change, event.job, event.outputs, event.reason, cached=True)


def _performed(change: _Change, event: Performed) -> None:
    if change.considered(event.job):
        _answered(change, event.job, event.outputs, event.reason, cached=event.cached)


def _answered(
    change: _Change, job: JobId, outputs: tuple[OutputFact, ...], reason: str, *, cached: bool
) -> None:
    """The job is done without a worker."""
    change.end(job, "success", cached=cached, outputs=outputs, reason=reason, started=change.at)


def _leased(change: _Change, event: Leased) -> None:
    status = change.jobs[event.job]
    if status.state != "queued":
        change.tell(Refuse(event.job, 0))
        return
    change.tell(Withdraw(event.job))
    change.set(event.job, state="running", fence=status.fence + 1, worker=event.worker, started=event.at)


def _heard(change: _Change, event: Heard) -> None:
    status = change.current(event.job, event.fence)
    if status and status.state == "queued":
        change.tell(Withdraw(event.job))
        reason = "its worker was unreachable for a while"
        change.set(event.job, state="running", losses=_kept_losses(status), reason=reason)


def _lost(change: _Change, event: Lost) -> None:
    status = change.jobs[event.job]
    if status.state != "running" or status.fence != event.fence:
        return
    losses = status.losses + 1
    if losses > MAX_LOSSES and not change.canceling:
        failure = Failure(
            "WorkerLost",
            f"The worker became unreachable {losses} times while it ran this job.",
            hint="Look at the worker's machine: its memory, its network and the worker's own log.",
        )
        change.end(event.job, "failed", failure=failure, losses=losses)
    else:
        change.offer(event.job, losses=losses, reason="its worker became unreachable")


def _interrupted(change: _Change, event: Interrupted) -> None:
    status = change.current(event.job, event.fence)
    if status:
        reason = "its worker was shut down" if event.begun else status.reason
        change.offer(event.job, worker=None, losses=_kept_losses(status), reason=reason)


def _succeeded(change: _Change, event: Succeeded) -> None:
    status = change.current(event.job, event.fence)
    if status:
        change.end(event.job, "success", outputs=event.outputs, losses=_kept_losses(status))
        change.tell(Remember(event.job))


def _failed(change: _Change, event: Failed) -> None:
    if event.fence == 0:
        if change.considered(event.job):
            change.end(event.job, "failed", failure=event.failure, started=event.at)
        return
    status = change.current(event.job, event.fence)
    if status is None:
        return
    tries = status.plan.resources.retries + 1
    counted = {"failures": status.failures + 1, "losses": _kept_losses(status)}
    if change.canceling:
        change.end(event.job, "canceled", **counted)
    elif counted["failures"] < tries:
        reason = f"try {counted['failures']} of {tries} failed: {event.failure.message}"
        change.offer(event.job, worker=None, reason=reason, **counted)
    else:
        change.end(event.job, "failed", failure=event.failure, **counted)


def _stopped(change: _Change, event: Stopped) -> None:
    status = change.current(event.job, event.fence)
    if status:  # canceled, unless nobody asked for that
        reason = "the run was stopped" if change.canceling else "its worker stopped it"
        change.offer(event.job, worker=None, losses=_kept_losses(status), reason=reason)


def _kept_losses(status: JobStatus) -> int:
    """The losses of a job whose attempt was heard of: that it was taken for lost counts no more."""
    return status.losses - (status.state == "queued")


def _cancel_asked(change: _Change, event: CancelAsked) -> None:
    if change.before.state in RUN_ENDS or change.canceling:
        return
    change.canceling = True
    for job in change.before.jobs:
        status = change.jobs[job]
        if status.state in ("pending", "queued"):
            change.end(job, "canceled")
        elif status.state == "running":
            change.tell(Stop(job, status.fence))


_HANDLERS: dict[type[Any], Callable[[_Change, Any], None]] = {
    Submitted: _submitted,
    Judged: _judged,
    Performed: _performed,
    Leased: _leased,
    Heard: _heard,
    Lost: _lost,
    Interrupted: _interrupted,
    Succeeded: _succeeded,
    Failed: _failed,
    Stopped: _stopped,
    CancelAsked: _cancel_asked,
}


def counts(status: RunStatus) -> dict[JobState, int]:
    """How many jobs are in each state; states with none are left out."""
    found: dict[JobState, int] = {}
    for job in status.jobs.values():
        found[job.state] = found.get(job.state, 0) + 1
    return found


def is_over(state: JobState) -> bool:
    """Whether a job in this state stays in it."""
    return state in JOB_ENDS
