"""The judge of a run: it steps the machine, checks every promise, and keeps books to know what must come."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from deepforge.core import job as machine
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
    Stop,
    Stopped,
    Submitted,
    Succeeded,
    Withdraw,
)
from deepforge.core.ids import Digest, JobId
from deepforge.core.job import MAX_LOSSES, JobStatus, RunStatus
from deepforge.core.run import JOB_ENDS, RUN_ENDS, OutputFact

ONCE = "a job succeeds at most once"
NEWEST = "only the newest attempt publishes"
INPUTS = "no job runs before its inputs succeeded"
ENDS = "a run ends once faults stop"
STALE = "a stale event changes nothing"
COUNT = "unfinished is the true count"
QUEUE = "the queue holds exactly the queued jobs"
CANCEL = "nothing starts after a cancel, and what runs is stopped"
FINAL = "what has ended stays as it is"
FENCES = "every lease raises the fence"
TAKEN = "what the newest attempt says is taken"
VERDICT = "a run ends as its jobs did"
SKIPPED = "a job is skipped only behind one that did not succeed"
TRIES = "a job is tried as often as it may be, and not more"
FORGOTTEN = "no attempt outlives its run"

PROMISES = frozenset(
    {
        *(ONCE, NEWEST, INPUTS, ENDS, STALE, COUNT, QUEUE, CANCEL),
        *(FINAL, FENCES, TAKEN, VERDICT, SKIPPED, TRIES, FORGOTTEN),
    }
)

Attempt = tuple[JobId, int]


class Broken(AssertionError):
    """The machine broke these promises."""

    def __init__(self, broken: Iterable[str], story: str) -> None:
        self.broken = frozenset(broken)
        super().__init__(f"{', '.join(sorted(self.broken))}: {story}")


def outputs_of(job: JobId, fence: int) -> tuple[OutputFact, ...]:
    """What an attempt publishes; each attempt something else, so that they can be told apart."""
    return (OutputFact("result", Digest(f"{job}.{fence}"), 1, "int", "json"),)


class Judge:
    """Steps the machine and checks every promise; stops at the first step that breaks some."""

    def __init__(self, status: RunStatus, promises: frozenset[str]) -> None:
        self.status = status
        self.promises = promises
        self.queue: set[JobId] = set()
        self.granted: dict[JobId, int] = {}
        self.settled: set[Attempt] = set()
        self.successes: dict[JobId, int] = {}
        self.steps = 0

    def step(self, event: Event) -> list[Instruction]:
        """Apply an event. Raises Broken when a promise is."""
        before = self.status
        stale = self._is_stale(event)
        after, instructions = machine.step(before, event)
        self.status = after
        self.steps += 1
        broken: set[str] = set()
        if after is not before:
            self._check_jobs(before, after, event, broken)
            self._check_run(before, after, broken)
        self._check_queue(after, instructions, broken)
        if stale and (after != before or not all(isinstance(told, Refuse) for told in instructions)):
            broken.add(STALE)
        if not stale:
            self._take(before, after, event, instructions, broken)
        if broken & self.promises:
            changed = {name: job for name, job in after.jobs.items() if job is not before.jobs[name]}
            raise Broken(
                broken & self.promises, f"{event} told {instructions} and made {changed} of {before}"
            )
        return instructions

    def _is_stale(self, event: Event) -> bool:
        if isinstance(event, Heard | Lost | Interrupted | Succeeded | Failed | Stopped):
            job = self.status.jobs[event.job]
            if job.state in JOB_ENDS:
                return True
            if isinstance(event, Failed) and event.fence == 0:
                return bool(job.waits_for) or job.state != "pending"
            if event.fence != self.granted.get(event.job) or (event.job, event.fence) in self.settled:
                return True
            return isinstance(event, Lost) and job.state != "running"
        if isinstance(event, Judged | Performed):
            return self.status.jobs[event.job].state != "pending"
        if isinstance(event, Leased):
            return event.job not in self.queue
        return False

    def _check_jobs(self, before: RunStatus, after: RunStatus, event: Event, broken: set[str]) -> None:
        for name, job in after.jobs.items():
            was = before.jobs[name]
            if job is was:
                continue
            if was.state in JOB_ENDS and replace(job, waits_for=was.waits_for) != was:
                broken.add(FINAL)
            if job.fence < was.fence or (
                isinstance(event, Leased) and event.job == name and job.fence <= was.fence
            ):
                broken.add(FENCES)
            if job.state == "success" and (was.state != "success" or job.ended != was.ended):
                self._check_success(name, job, event, broken)
            befores = [after.jobs[other].state for other in job.plan.after]
            if job.state in ("queued", "running", "success") and any(state != "success" for state in befores):
                broken.add(INPUTS)
            if job.state == "pending" and job.waits_for != sum(state != "success" for state in befores):
                broken.add(COUNT)
            if job.state == "skipped" and not {"failed", "skipped", "canceled"} & set(befores):
                broken.add(SKIPPED)
            if before.canceling and job.state in ("queued", "running") and job.state != was.state:
                broken.add(CANCEL)
            if job.failures > job.plan.resources.retries + 1 or not 0 <= job.losses <= MAX_LOSSES + 1:
                broken.add(TRIES)

    def _check_success(self, name: JobId, job: JobStatus, event: Event, broken: set[str]) -> None:
        self.successes[name] = self.successes.get(name, 0) + 1
        if self.successes[name] > 1:
            broken.add(ONCE)
        if isinstance(event, Succeeded):
            newest = self.granted.get(name, 0)
            if event.fence != newest or job.outputs != outputs_of(name, newest):
                broken.add(NEWEST)

    def _check_run(self, before: RunStatus, after: RunStatus, broken: set[str]) -> None:
        states = [job.state for job in after.jobs.values()]
        unfinished = sum(state not in JOB_ENDS for state in states)
        if after.unfinished != unfinished:
            broken.add(COUNT)
        if before.state in RUN_ENDS and after.state != before.state:
            broken.add(FINAL)
        if unfinished == 0:
            verdict = (
                "success" if set(states) == {"success"} else "canceled" if "canceled" in states else "failed"
            )
            if after.state != verdict or after.ended is None:
                broken.add(VERDICT)
        elif after.state in RUN_ENDS:
            broken.add(VERDICT)
        if "canceled" in states and not after.canceling:
            broken.add(VERDICT)

    def _check_queue(self, after: RunStatus, instructions: list[Instruction], broken: set[str]) -> None:
        for told in instructions:
            if isinstance(told, Enqueue):
                if told.job in self.queue:
                    broken.add(QUEUE)
                self.queue.add(told.job)
            elif isinstance(told, Withdraw):
                if told.job not in self.queue:
                    broken.add(QUEUE)
                self.queue.discard(told.job)
            if after.canceling and isinstance(told, Enqueue | LookUp | Perform):
                broken.add(CANCEL)
        if self.queue != {name for name, job in after.jobs.items() if job.state == "queued"}:
            broken.add(QUEUE)

    def _take(
        self,
        before: RunStatus,
        after: RunStatus,
        event: Event,
        instructions: list[Instruction],
        broken: set[str],
    ) -> None:
        """Enter a timely event into the books, and see that it had its effect."""
        if isinstance(event, CancelAsked):
            stopped = {(told.job, told.fence) for told in instructions if isinstance(told, Stop)}
            running = {(name, job.fence) for name, job in before.jobs.items() if job.state == "running"}
            left = any(job.state in ("pending", "queued") for job in after.jobs.values())
            fresh = before.state not in RUN_ENDS and not before.canceling
            if fresh and (stopped != running or left or not after.canceling):
                broken.add(CANCEL)
            return
        if isinstance(event, Submitted):
            return
        state = after.jobs[event.job].state
        if isinstance(event, Leased):
            self.granted[event.job] = after.jobs[event.job].fence
            expected: tuple[str, ...] = ("running",)
        elif isinstance(event, Heard):
            expected = ("running",)
        elif isinstance(event, Lost):
            expected = ("canceled",) if after.canceling else ("queued", "failed")
        elif isinstance(event, Judged | Performed):
            expected = ("queued",) if event.outputs is None else ("success",)
        elif isinstance(event, Succeeded):
            expected = ("success",)
        elif isinstance(event, Failed):
            tries = before.jobs[event.job].failures + 1
            again = event.fence > 0 and tries <= before.jobs[event.job].plan.resources.retries
            expected = ("canceled",) if after.canceling else ("queued",) if again else ("failed",)
        else:
            expected = ("canceled",) if after.canceling else ("queued",)
        if isinstance(event, Interrupted | Succeeded | Failed | Stopped):
            self.settled.add((event.job, event.fence))
        if state not in expected:
            broken.add(TAKEN)
