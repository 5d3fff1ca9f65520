"""The scheduler: applies events to a run and has their instructions carried out through a ledger."""

from __future__ import annotations

from collections import deque

from deepforge.core.errors import DeepForgeError
from deepforge.core.event import (
    Enqueue,
    Event,
    Failed,
    Instruction,
    Judged,
    LookUp,
    Perform,
    Performed,
    Refuse,
    Remember,
    Stop,
    Submitted,
    Withdraw,
)
from deepforge.core.ids import JobId, RunId
from deepforge.core.job import RunStatus, step
from deepforge.core.ports import Ledger
from deepforge.core.run import Failure


class Scheduler:
    """Moves runs on. It keeps nothing itself: what it knows is in the ledger, and lives and dies with its
    transaction.
    """

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger

    def submit(self, status: RunStatus) -> RunStatus:
        """Record a new run and start what can start. Returns where it stands then."""
        self.ledger.save(None, status)
        return self._settle(status, [Submitted(self.ledger.now())])

    def apply(self, run: RunId, *events: Event) -> RunStatus:
        """Let events happen to a run, and all that follows from them. Raises NotFound when there is no such
        run.
        """
        return self._settle(self.ledger.load(run), list(events))

    def _settle(self, before: RunStatus, events: list[Event]) -> RunStatus:
        status, waiting = before, deque(events)
        while waiting:
            status, instructions = step(status, waiting.popleft())
            for instruction in instructions:
                answer = self._perform(status, instruction)
                if answer is not None:
                    waiting.append(answer)
        self.ledger.save(before, status)
        return status

    def _perform(self, run: RunStatus, instruction: Instruction) -> Event | None:
        """Carry out one instruction; what came of it, when that is an event."""
        ledger = self.ledger
        match instruction:
            case LookUp(job) | Perform(job):
                return self._answer(run, job, built_in=isinstance(instruction, Perform))
            case Enqueue(job):
                ledger.enqueue(run, run.jobs[job])
            case Withdraw(job):
                ledger.withdraw(job)
            case Stop(job, fence):
                ledger.stop(job, fence)
            case Remember(job):
                ledger.remember(run, run.jobs[job])
            case Refuse():
                pass  # the sender learns it from its receipt
        return None

    def _answer(self, run: RunStatus, job: JobId, built_in: bool) -> Event:
        """What is known of a job whose inputs are there; when that cannot be found out, the job fails with
        the reason.
        """
        ledger, status = self.ledger, run.jobs[job]
        try:
            if built_in:
                outputs, reason, unchanged = ledger.perform(run, status)
                return Performed(job, outputs, reason, ledger.now(), unchanged)
            found, reason = ledger.look_up(run, status)
            return Judged(job, found, reason, ledger.now())
        except DeepForgeError as error:
            failure = Failure(type(error).__name__, error.message, hint=error.hint)
            return Failed(job, 0, failure, ledger.now())
