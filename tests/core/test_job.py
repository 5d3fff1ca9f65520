"""The life of a run, turn by turn, and the races that are known."""

from __future__ import annotations

import pytest

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
from deepforge.core.ids import Digest, JobId, RunId, WorkerId
from deepforge.core.job import MAX_LOSSES, JobPlan, JobStatus, RunStatus, counts, is_over, new_run, step
from deepforge.core.resources import Resources
from deepforge.core.run import Failure, OutputFact

LOAD, TRAIN, TEST = JobId("load"), JobId("train"), JobId("test")
ANN, BOB = WorkerId("ann"), WorkerId("bob")
AT = "2026-01-01T00:00:00.000Z"
LATER = "2026-01-01T00:01:00.000Z"
RAISED = Failure("ValueError", "no such digit")
DIGITS = (OutputFact("digits", Digest("d" * 64), 10, "numpy.ndarray", "npy"),)
MODEL = (OutputFact("model", Digest("e" * 64), 20, "torch.nn.Module", "torch"),)


def chain(retries: int = 0) -> RunStatus:
    """Load, then train, then test."""
    resources = Resources(retries=retries)
    return new_run(
        RunId("run"),
        [
            JobPlan(LOAD, "load", "LoadDigits", resources=resources),
            JobPlan(TRAIN, "train", "Train", after=(LOAD,), resources=resources),
            JobPlan(TEST, "test", "Test", after=(TRAIN,), resources=resources),
        ],
    )


def one(retries: int = 0, *, built_in: bool = False) -> RunStatus:
    """Just load."""
    plan = JobPlan(LOAD, "load", "LoadDigits", built_in=built_in, resources=Resources(retries=retries))
    return new_run(RunId("run"), [plan])


def after(status: RunStatus, *events: Event) -> RunStatus:
    for event in events:
        status, _ = step(status, event)
    return status


def told(status: RunStatus, event: Event) -> list[Instruction]:
    return step(status, event)[1]


def running(status: RunStatus) -> RunStatus:
    """Load runs on Ann's machine, as its first attempt."""
    return after(status, Submitted(AT), Judged(LOAD, None, "it never ran", AT), Leased(LOAD, ANN, AT))


def states(status: RunStatus) -> dict[str, str]:
    return {name: job.state for name, job in status.jobs.items()}


# One turn at a time


def test_a_new_run_waits_and_knows_what_follows_what() -> None:
    status = chain()
    assert status == RunStatus(
        id=RunId("run"),
        jobs={
            name: JobStatus(status.jobs[name].plan, waits_for)
            for name, waits_for in ((LOAD, 0), (TRAIN, 1), (TEST, 1))
        },
        followers={LOAD: (TRAIN,), TRAIN: (TEST,), TEST: ()},
        unfinished=3,
    )


def test_a_submitted_run_looks_up_the_jobs_that_wait_for_nothing() -> None:
    status, instructions = step(chain(), Submitted(AT))
    assert instructions == [LookUp(LOAD)]
    assert status == chain()


def test_a_built_in_job_is_performed() -> None:
    assert told(one(built_in=True), Submitted(AT)) == [Perform(LOAD)]


def test_a_run_without_jobs_is_a_success_at_once() -> None:
    status = after(new_run(RunId("run"), []), Submitted(AT))
    assert (status.state, status.started, status.ended) == ("success", AT, AT)


def test_a_job_that_has_to_run_is_queued() -> None:
    status, instructions = step(chain(), Judged(LOAD, None, "it never ran", AT))
    assert instructions == [Enqueue(LOAD)]
    assert (status.jobs[LOAD].state, status.jobs[LOAD].reason) == ("queued", "it never ran")
    assert status.state == "pending"


def test_a_job_that_the_cache_answers_succeeds_and_the_next_is_looked_up() -> None:
    status, instructions = step(chain(), Judged(LOAD, DIGITS, "nothing changed", AT))
    assert instructions == [LookUp(TRAIN)]
    assert status.jobs[LOAD] == JobStatus(
        chain().jobs[LOAD].plan,
        waits_for=0,
        state="success",
        cached=True,
        reason="nothing changed",
        outputs=DIGITS,
        started=AT,
        ended=AT,
    )
    assert (status.state, status.unfinished, status.jobs[TRAIN].waits_for) == ("running", 2, 0)


def test_a_built_in_job_that_was_performed_succeeds() -> None:
    status, instructions = step(
        one(built_in=True), Performed(LOAD, DIGITS, "saved as version 3", AT, cached=False)
    )
    assert instructions == []
    job = status.jobs[LOAD]
    assert (job.state, job.outputs, job.cached, job.reason) == (
        "success",
        DIGITS,
        False,
        "saved as version 3",
    )
    assert (status.state, status.ended) == ("success", AT)


def test_a_job_that_cannot_be_prepared_fails_under_fence_0() -> None:
    for status in (one(built_in=True), one(retries=3)):
        status = after(status, Failed(LOAD, 0, RAISED, AT))
        assert (status.jobs[LOAD].state, status.jobs[LOAD].failure, status.state) == (
            "failed",
            RAISED,
            "failed",
        )


def test_a_leased_job_runs_under_the_next_fence_and_leaves_the_queue() -> None:
    status, instructions = step(after(chain(), Judged(LOAD, None, "", AT)), Leased(LOAD, ANN, LATER))
    job = status.jobs[LOAD]
    assert instructions == [Withdraw(LOAD)]
    assert (job.state, job.fence, job.worker, job.started) == ("running", 1, ANN, LATER)
    assert (status.state, status.started) == ("running", LATER)


def test_a_success_is_remembered_and_the_next_job_is_looked_up() -> None:
    status, instructions = step(running(chain()), Succeeded(LOAD, 1, DIGITS, LATER))
    assert instructions == [LookUp(TRAIN), Remember(LOAD)]
    assert (status.jobs[LOAD].state, status.jobs[LOAD].outputs, status.jobs[LOAD].ended) == (
        "success",
        DIGITS,
        LATER,
    )


def test_a_job_waits_for_all_that_it_takes() -> None:
    left, right = JobId("left"), JobId("right")
    plans = [
        JobPlan(left, "left", "Op"),
        JobPlan(right, "right", "Op"),
        JobPlan(TEST, "test", "Op", after=(left, right)),
    ]
    status = after(new_run(RunId("run"), plans), Judged(left, DIGITS, "", AT))
    assert (status.jobs[TEST].waits_for, status.jobs[TEST].state) == (1, "pending")
    assert told(status, Judged(right, DIGITS, "", AT)) == [LookUp(TEST)]


def test_a_job_that_takes_two_outputs_of_one_job_waits_for_it_once() -> None:
    plans = [JobPlan(LOAD, "load", "Op"), JobPlan(TRAIN, "train", "Op", after=(LOAD, LOAD))]
    assert told(new_run(RunId("run"), plans), Judged(LOAD, DIGITS, "", AT)) == [LookUp(TRAIN)]


def test_a_failure_skips_what_is_behind_and_lets_siblings_finish() -> None:
    other = JobId("other")
    plans = [*(job.plan for job in chain().jobs.values()), JobPlan(other, "other", "Op")]
    status = after(running(new_run(RunId("run"), plans)), Failed(LOAD, 1, RAISED, LATER))
    assert states(status) == {"load": "failed", "train": "skipped", "test": "skipped", "other": "pending"}
    assert (status.jobs[TEST].reason, status.jobs[TEST].ended) == ("load did not succeed", LATER)
    assert (status.state, status.unfinished) == ("running", 1)
    assert after(status, Judged(other, DIGITS, "", LATER)).state == "failed"


def test_a_failure_with_retries_left_queues_the_job_again() -> None:
    status, instructions = step(running(one(retries=1)), Failed(LOAD, 1, RAISED, LATER))
    job = status.jobs[LOAD]
    assert instructions == [Enqueue(LOAD)]
    assert (job.state, job.failures, job.worker) == ("queued", 1, None)
    assert job.reason == "try 1 of 2 failed: no such digit"
    status = after(status, Leased(LOAD, BOB, LATER), Failed(LOAD, 2, RAISED, LATER))
    assert (status.jobs[LOAD].state, status.jobs[LOAD].failures, status.state) == ("failed", 2, "failed")


def test_a_lost_job_is_queued_under_the_number_it_had() -> None:
    status, instructions = step(running(one()), Lost(LOAD, 1, LATER))
    job = status.jobs[LOAD]
    assert instructions == [Enqueue(LOAD)]
    assert (job.state, job.fence, job.worker, job.losses) == ("queued", 1, ANN, 1)
    assert job.reason == "its worker became unreachable"


def test_a_job_that_loses_too_many_workers_fails() -> None:
    status = running(one())
    for fence in range(1, MAX_LOSSES + 1):
        status = after(status, Lost(LOAD, fence, LATER), Leased(LOAD, BOB, LATER))
    status = after(status, Lost(LOAD, MAX_LOSSES + 1, LATER))
    failure = status.jobs[LOAD].failure
    assert failure is not None
    assert (status.state, failure.kind) == ("failed", "WorkerLost")
    assert failure.message == "The worker became unreachable 4 times while it ran this job."


def test_an_interrupted_job_is_queued_again_however_often() -> None:
    status = running(one())
    for fence in range(1, 10):
        status = after(status, Interrupted(LOAD, fence, LATER))
        job = status.jobs[LOAD]
        assert (job.state, job.worker, job.reason) == ("queued", None, "its worker was shut down")
        status = after(status, Leased(LOAD, ANN, LATER))
    assert (status.jobs[LOAD].failures, status.jobs[LOAD].losses) == (0, 0)


def test_a_job_that_was_given_back_before_it_began_waits_for_what_it_waited_for() -> None:
    before = running(one())
    status = after(before, Interrupted(LOAD, 1, LATER, begun=False))
    job = status.jobs[LOAD]
    assert (job.state, job.worker) == ("queued", None)
    assert (job.failures, job.losses, job.reason) == (0, 0, before.jobs[LOAD].reason)


def test_a_cancel_ends_what_waits_and_stops_what_runs() -> None:
    status, instructions = step(running(chain()), CancelAsked(LATER))
    assert instructions == [Stop(LOAD, 1)]
    assert states(status) == {"load": "running", "train": "canceled", "test": "canceled"}
    assert (status.canceling, status.state, status.unfinished) == (True, "running", 1)
    status, instructions = step(status, Stopped(LOAD, 1, LATER))
    assert instructions == []
    assert (states(status)["load"], status.state, status.ended) == ("canceled", "canceled", LATER)


def test_a_cancel_takes_queued_jobs_from_the_queue() -> None:
    queued = after(chain(), Judged(LOAD, None, "", AT))
    status, instructions = step(queued, CancelAsked(LATER))
    assert instructions == [Withdraw(LOAD)]
    assert set(states(status).values()) == {"canceled"}
    assert (status.state, status.started, status.ended) == ("canceled", LATER, LATER)


@pytest.mark.parametrize(
    "event",
    [Failed(LOAD, 1, RAISED, LATER), Lost(LOAD, 1, LATER), Interrupted(LOAD, 1, LATER)],
    ids=lambda e: type(e).__name__,
)
def test_a_job_that_ends_otherwise_while_it_is_stopped_is_canceled(event: Event) -> None:
    status, instructions = step(after(running(one(retries=5)), CancelAsked(AT)), event)
    assert instructions == []
    assert (status.jobs[LOAD].state, status.state) == ("canceled", "canceled")


def test_a_job_that_nobody_asked_to_stop_is_queued_again() -> None:
    status, instructions = step(running(one()), Stopped(LOAD, 1, LATER))
    assert instructions == [Enqueue(LOAD)]
    assert (status.jobs[LOAD].state, status.jobs[LOAD].worker, status.state) == ("queued", None, "running")


def test_a_cancel_of_a_run_that_has_ended_changes_nothing() -> None:
    status = after(one(), Judged(LOAD, DIGITS, "", AT))
    assert step(status, CancelAsked(LATER)) == (status, [])


def test_a_second_cancel_changes_nothing() -> None:
    status = after(running(one()), CancelAsked(AT))
    assert step(status, CancelAsked(LATER)) == (status, [])


def test_the_states_of_the_jobs_are_counted() -> None:
    assert counts(running(chain())) == {"running": 1, "pending": 2}


def test_only_ends_are_over() -> None:
    over = {
        state
        for state in ("pending", "queued", "running", "success", "failed", "canceled", "skipped")
        if is_over(state)
    }
    assert over == {"success", "failed", "canceled", "skipped"}


def test_an_event_that_changes_nothing_gives_the_very_same_status() -> None:
    status = running(one())
    assert step(status, Heard(LOAD, 1, ANN, LATER))[0] is status
    assert step(status, Succeeded(LOAD, 7, DIGITS, LATER))[0] is status


# Stories of races


def test_story_1_a_worker_comes_back_before_anyone_took_its_job_and_goes_on() -> None:
    status = running(one())  # 1. Ann runs the job,
    status = after(status, Lost(LOAD, 1, AT))  # 2. is not heard of for the time of a lease,
    status, instructions = step(status, Heard(LOAD, 1, ANN, LATER))  # 3. and comes back.
    job = status.jobs[LOAD]
    assert instructions == [Withdraw(LOAD)]
    assert (job.state, job.fence, job.worker, job.losses) == ("running", 1, ANN, 0)
    assert told(status, Succeeded(LOAD, 1, DIGITS, LATER)) == [Remember(LOAD)]


def test_story_2_a_worker_comes_back_after_another_took_its_job_and_is_refused() -> None:
    status = after(running(one()), Lost(LOAD, 1, AT))  # 1. Ann was lost,
    status = after(status, Leased(LOAD, BOB, AT))  # 2. Bob took over under fence 2,
    assert status.jobs[LOAD].fence == 2
    for late in (
        Heard(LOAD, 1, ANN, LATER),
        Succeeded(LOAD, 1, MODEL, LATER),
        Failed(LOAD, 1, RAISED, LATER),
    ):
        assert step(status, late) == (status, [Refuse(LOAD, 1)])  # 3. and whatever Ann says is refused.
    status = after(status, Succeeded(LOAD, 2, DIGITS, LATER))  # 4. Bob publishes.
    assert (status.jobs[LOAD].outputs, status.jobs[LOAD].worker) == (DIGITS, BOB)


def test_story_3_a_lost_worker_finished_meanwhile_and_its_success_counts() -> None:
    status = after(running(chain()), Lost(LOAD, 1, AT))  # 1. Ann was lost, nobody took the job,
    status, instructions = step(status, Succeeded(LOAD, 1, DIGITS, LATER))  # 2. and she ships her success.
    assert instructions == [Withdraw(LOAD), LookUp(TRAIN), Remember(LOAD)]
    assert (status.jobs[LOAD].state, status.jobs[LOAD].losses) == ("success", 0)


def test_story_4_the_same_failure_arrives_twice_and_costs_one_try() -> None:
    status = after(running(one(retries=2)), Failed(LOAD, 1, RAISED, AT))  # 1. The first try failed,
    assert step(status, Failed(LOAD, 1, RAISED, LATER)) == (
        status,
        [Refuse(LOAD, 1)],
    )  # 2. and is told again.
    assert status.jobs[LOAD].failures == 1


def test_story_5_a_late_sign_of_life_does_not_bring_back_an_attempt_that_ended() -> None:
    for end in (Failed(LOAD, 1, RAISED, AT), Interrupted(LOAD, 1, AT)):
        status = after(running(one(retries=1)), end)  # 1. The attempt ended and the job is queued;
        assert step(status, Heard(LOAD, 1, ANN, LATER)) == (
            status,
            [Refuse(LOAD, 1)],
        )  # 2. an old message comes.


def test_story_6_a_lost_worker_gives_its_job_back_and_the_job_stays_queued_once() -> None:
    status = after(running(one()), Lost(LOAD, 1, AT))  # 1. Ann was lost,
    status, instructions = step(status, Interrupted(LOAD, 1, LATER))  # 2. and says that she had shut down.
    assert instructions == []
    assert (status.jobs[LOAD].state, status.jobs[LOAD].worker, status.jobs[LOAD].losses) == (
        "queued",
        None,
        0,
    )
    assert told(status, Heard(LOAD, 1, ANN, LATER)) == [
        Refuse(LOAD, 1)
    ]  # 3. What she says later is too late.


def test_story_7_a_lost_worker_failed_meanwhile_and_the_job_stays_queued_once() -> None:
    status = after(running(one(retries=1)), Lost(LOAD, 1, AT))
    status, instructions = step(status, Failed(LOAD, 1, RAISED, LATER))
    assert instructions == []
    assert (status.jobs[LOAD].state, status.jobs[LOAD].failures, status.jobs[LOAD].losses) == ("queued", 1, 0)


def test_story_8_a_success_crosses_a_cancel_and_nothing_starts_behind_it() -> None:
    status = after(running(chain()), CancelAsked(AT))  # 1. The run is to end,
    status, instructions = step(status, Succeeded(LOAD, 1, DIGITS, LATER))  # 2. but the job was done already.
    assert instructions == [Remember(LOAD)]
    assert states(status) == {"load": "success", "train": "canceled", "test": "canceled"}
    assert status.state == "canceled"


def test_story_9_a_cancel_comes_when_every_job_was_done_but_the_last() -> None:
    status = after(running(one()), CancelAsked(AT), Succeeded(LOAD, 1, DIGITS, LATER))
    assert (status.state, status.canceling) == ("success", True)  # Nothing was left to be canceled.


def test_story_10_a_lost_worker_comes_back_after_a_cancel_and_is_refused() -> None:
    status = after(running(one()), Lost(LOAD, 1, AT), CancelAsked(AT))  # 1. Lost, queued, and canceled there.
    assert status.state == "canceled"
    assert step(status, Heard(LOAD, 1, ANN, LATER)) == (status, [Refuse(LOAD, 1)])  # 2. It is told to stop.


def test_story_11_two_workers_ask_for_the_same_job_and_one_gets_it() -> None:
    status = running(one())
    assert step(status, Leased(LOAD, BOB, LATER)) == (status, [Refuse(LOAD, 0)])


def test_story_12_the_judgement_of_a_lease_is_late_and_the_worker_was_heard_of() -> None:
    status = after(running(one()), Lost(LOAD, 1, AT), Leased(LOAD, BOB, AT))
    assert step(status, Lost(LOAD, 1, LATER)) == (status, [])


def test_story_13_a_flaky_network_loses_the_same_attempt_often_and_it_is_not_counted() -> None:
    status = running(one())
    for _ in range(3 * MAX_LOSSES):
        status = after(status, Lost(LOAD, 1, AT), Heard(LOAD, 1, ANN, LATER))
    assert (status.jobs[LOAD].state, status.jobs[LOAD].losses) == ("running", 0)


def test_story_14_a_server_starts_again_and_asks_again_for_what_was_not_answered() -> None:
    status = after(chain(), Submitted(AT), Judged(LOAD, DIGITS, "", AT))  # 1. It asked about train, and died.
    assert told(status, Submitted(LATER)) == [LookUp(TRAIN)]  # 2. Up again, it asks about train alone,
    status = after(status, Judged(TRAIN, None, "", LATER))
    assert step(status, Judged(TRAIN, None, "", LATER)) == (
        status,
        [],
    )  # 3. and a second answer changes nothing.


def test_story_15_an_answer_comes_for_a_job_that_was_canceled_meanwhile() -> None:
    status = after(one(), Submitted(AT), CancelAsked(AT))
    assert step(status, Judged(LOAD, DIGITS, "", LATER)) == (status, [])
    assert step(status, Failed(LOAD, 0, RAISED, LATER)) == (status, [])
