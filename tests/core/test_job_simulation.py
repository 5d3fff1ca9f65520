"""The life of a run under every misfortune: thousands of small worlds, each from a seed, and one judge.

DEEPFORGE_SIMULATION_SEEDS says how many: `DEEPFORGE_SIMULATION_SEEDS=10000 pytest tests/core`.
"""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from deepforge.core import job as machine
from deepforge.core.event import (
    CancelAsked,
    Event,
    Failed,
    Heard,
    Interrupted,
    Leased,
    Lost,
    Refuse,
    Submitted,
    Succeeded,
    Withdraw,
)
from tests.core import judge
from tests.core.judge import Broken, Judge
from tests.core.simulation import World

SEEDS = int(os.environ.get("DEEPFORGE_SIMULATION_SEEDS", "2000"))


def run_worlds(seeds: int, promises: frozenset[str] = judge.PROMISES) -> None:
    for seed in range(seeds):
        try:
            World(seed, promises).run()
        except Exception as error:
            error.add_note(f"Tell the story again: World({seed}).run()")
            raise


def test_every_promise_is_kept_whatever_goes_wrong() -> None:
    run_worlds(SEEDS)


def test_the_same_seed_tells_the_same_story() -> None:
    assert World(7).run() == World(7).run()


def test_the_worlds_reach_the_rare_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise the judge might only see what is easy."""
    turns: set[tuple[str, str, str, bool]] = set()
    step = Judge.step

    def watched(watcher: Judge, event: Event) -> list[machine.Instruction]:
        before, stale = watcher.status, watcher._is_stale(event)
        told = step(watcher, event)
        if not isinstance(event, Submitted | CancelAsked):
            was, now = before.jobs[event.job].state, watcher.status.jobs[event.job].state
            turns.add((type(event).__name__, was, now, stale))
        return told

    monkeypatch.setattr(Judge, "step", watched)
    for seed in range(400):
        World(seed).run()

    assert turns >= {
        ("Heard", "queued", "running", False),
        ("Heard", "queued", "queued", True),
        ("Heard", "canceled", "canceled", True),
        ("Heard", "running", "running", True),
        ("Lost", "running", "queued", False),
        ("Lost", "running", "failed", False),
        ("Lost", "running", "canceled", False),
        ("Interrupted", "running", "queued", False),
        ("Interrupted", "queued", "queued", False),
        ("Interrupted", "queued", "queued", True),
        ("Stopped", "running", "queued", False),
        ("Stopped", "running", "canceled", False),
        ("Succeeded", "queued", "success", False),
        ("Succeeded", "running", "running", True),
        ("Succeeded", "success", "success", True),
        ("Succeeded", "canceled", "canceled", True),
        ("Failed", "running", "queued", False),
        ("Failed", "queued", "queued", False),
        ("Failed", "queued", "failed", False),
        ("Failed", "queued", "queued", True),
        ("Failed", "running", "running", True),
        ("Failed", "pending", "failed", False),
        ("Leased", "running", "running", True),
        ("Judged", "queued", "queued", True),
    }


Handler = Callable[[machine._Change, machine.Event], None]


def handling(kind: type, handler: Callable[..., None]) -> Callable[[pytest.MonkeyPatch], None]:
    """A machine that deals with one kind of event in another way."""
    return lambda patch: patch.setitem(machine._HANDLERS, kind, handler)


def changing(method: str, instead: Callable[..., object]) -> Callable[[pytest.MonkeyPatch], None]:
    """A machine whose changes do one thing in another way."""
    return lambda patch: patch.setattr(machine._Change, method, instead)


def nothing(change: machine._Change, event: Event) -> None:
    """Deaf to the event."""


def succeed_always(change: machine._Change, event: Succeeded) -> None:
    change.end(event.job, "success", outputs=event.outputs)


def any_fence(change: machine._Change, job: machine.JobId, fence: int) -> machine.JobStatus | None:
    status = change.jobs[job]
    if status.state in ("running", "queued"):
        return status
    change.tell(Refuse(job, fence))
    return None


def dead_may_come_back(change: machine._Change, job: machine.JobId, fence: int) -> machine.JobStatus | None:
    status = change.jobs[job]
    if fence and status.fence == fence and status.state in ("running", "queued"):
        return status
    change.tell(Refuse(job, fence))
    return None


def release_early(change: machine._Change, job: machine.JobId) -> None:
    for follower in change.before.followers[job]:
        change.set(follower, waits_for=0)
        if change.jobs[follower].state == "pending":
            change.consider(follower)


def abandon_uncounted(change: machine._Change, job: machine.JobId, state: machine.JobState) -> None:
    for follower in change.before.followers[job]:
        if change.jobs[follower].state == "pending":
            change.set(follower, state=state)
            change._abandon(follower, state)


def skip_all(change: machine._Change, job: machine.JobId, state: machine.JobState) -> None:
    for other, status in change.jobs.items():
        if status.state == "pending":
            change.set(other, state=state)
            change.unfinished -= 1


def offer_after_cancel(change: machine._Change, job: machine.JobId, **fields: object) -> None:
    if change.jobs[job].state != "queued":
        change.tell(machine.Enqueue(job))
    change.set(job, state="queued", **fields)


def offer_twice(change: machine._Change, job: machine.JobId, **fields: object) -> None:
    if change.canceling:
        change.end(job, "canceled", **fields)
        return
    change.tell(machine.Enqueue(job))
    change.set(job, state="queued", **fields)


def lease_without_withdrawing(change: machine._Change, event: Leased) -> None:
    status = change.jobs[event.job]
    if status.state == "queued":
        change.set(event.job, state="running", fence=status.fence + 1, worker=event.worker)


def lease_under_the_old_fence(change: machine._Change, event: Leased) -> None:
    status = change.jobs[event.job]
    if status.state == "queued":
        change.tell(Withdraw(event.job))
        change.set(event.job, state="running", fence=max(1, status.fence), worker=event.worker)


def cancel_without_stopping(change: machine._Change, event: CancelAsked) -> None:
    change.canceling = True
    for job, status in change.before.jobs.items():
        if status.state in ("pending", "queued") and change.jobs[job].state == status.state:
            change.end(job, "canceled")


def retry_for_ever(change: machine._Change, event: Failed) -> None:
    status = change.current(event.job, event.fence) if event.fence else None
    if status:
        change.offer(event.job, worker=None, failures=status.failures + 1)


def lose_for_ever(change: machine._Change, event: Lost) -> None:
    status = change.jobs[event.job]
    if status.state == "running" and status.fence == event.fence:
        change.offer(event.job, losses=status.losses + 1)


def fail_always(change: machine._Change, event: Failed) -> None:
    change.set(event.job, state="failed", failure=event.failure)


def verdict_by_hope(change: machine._Change) -> machine.RunState:
    return "success"


def refuse_nothing(change: machine._Change, job: machine.JobId, fence: int) -> machine.JobStatus | None:
    status = change.jobs[job]
    return status if fence and status.fence == fence and status.state == "running" else None


BROKEN_MACHINES = {
    "it takes every success": (judge.ONCE, handling(Succeeded, succeed_always)),
    "it looks at no fence": (judge.NEWEST, changing("current", any_fence)),
    "it starts a job with its first input": (judge.INPUTS, changing("_release", release_early)),
    "it does not notice a lost worker": (judge.ENDS, handling(Lost, nothing)),
    "it lets an ended attempt come back": (judge.STALE, changing("current", dead_may_come_back)),
    "it does not count the skipped": (judge.COUNT, changing("_abandon", abandon_uncounted)),
    "it leaves a leased job in the queue": (judge.QUEUE, handling(Leased, lease_without_withdrawing)),
    "it queues a queued job again": (judge.QUEUE, changing("offer", offer_twice)),
    "it tries again after a cancel": (judge.CANCEL, changing("offer", offer_after_cancel)),
    "it lets run what runs at a cancel": (judge.CANCEL, handling(CancelAsked, cancel_without_stopping)),
    "it leases again under the old fence": (judge.FENCES, handling(Leased, lease_under_the_old_fence)),
    "it lets a success fail": (judge.FINAL, handling(Failed, fail_always)),
    "it hears no success": (judge.TAKEN, handling(Succeeded, nothing)),
    "it does not take back what comes back": (judge.TAKEN, handling(Heard, nothing)),
    "it does not take what is given back": (judge.TAKEN, handling(Interrupted, nothing)),
    "it calls every end a success": (judge.VERDICT, changing("_verdict", verdict_by_hope)),
    "it skips what has nothing to do with it": (judge.SKIPPED, changing("_abandon", skip_all)),
    "it retries for ever": (judge.TRIES, handling(Failed, retry_for_ever)),
    "it does not tell whom it refuses": (judge.FORGOTTEN, changing("current", refuse_nothing)),
    "it loses workers for ever": (judge.TRIES, handling(Lost, lose_for_ever)),
}


@pytest.mark.parametrize("name", BROKEN_MACHINES)
def test_the_judge_notices_a_broken_machine(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    promise, breaking = BROKEN_MACHINES[name]
    breaking(monkeypatch)
    with pytest.raises(Broken) as broken:
        run_worlds(400, frozenset({promise}))
    assert broken.value.broken == {promise}


def test_every_promise_has_a_machine_that_breaks_it() -> None:
    assert {promise for promise, _ in BROKEN_MACHINES.values()} == judge.PROMISES
