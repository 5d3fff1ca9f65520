"""The scheduler carries out what `core.job` decides, through a ledger in memory."""

from __future__ import annotations

import pytest

from deepforge.core.errors import NotFound, UnknownName
from deepforge.core.event import CancelAsked, Leased, Lost, Succeeded
from deepforge.core.ids import Digest, JobId, RunId, WorkerId
from deepforge.core.job import JobPlan, RunStatus, new_run
from deepforge.core.run import Failure, OutputFact
from deepforge.engine.scheduler import Scheduler
from deepforge.testing.ledger import InMemoryLedger

RUN, WORKER = RunId("R"), WorkerId("W")
LOAD, TRAIN, KEEP = JobId("load"), JobId("train"), JobId("keep")


def fact(name: str, digest: str) -> OutputFact:
    return OutputFact(name, Digest(digest), 1, "int", "json")


def pipeline(run: RunId = RUN) -> RunStatus:
    """load → train → keep, of which the last is done by the server."""
    return new_run(
        run,
        [
            JobPlan(LOAD, "load", "Load"),
            JobPlan(TRAIN, "train", "Train", after=(LOAD,)),
            JobPlan(KEEP, "keep", "Output", after=(TRAIN,), built_in=True),
        ],
    )


def states(run: RunStatus) -> dict[str, str]:
    return {job: status.state for job, status in run.jobs.items()}


def test_a_new_run_offers_the_jobs_that_wait_for_nothing() -> None:
    ledger = InMemoryLedger()
    run = Scheduler(ledger).submit(pipeline())
    assert states(run) == {"load": "queued", "train": "pending", "keep": "pending"}
    assert ledger.queue == [LOAD]
    assert ledger.saves == [(None, pipeline()), (pipeline(), run)]


def test_a_job_that_succeeds_lets_the_next_one_be_looked_up_and_offered() -> None:
    ledger = InMemoryLedger()
    scheduler = Scheduler(ledger)
    scheduler.submit(pipeline())
    scheduler.apply(RUN, Leased(LOAD, WORKER, "t1"))
    assert ledger.queue == []
    run = scheduler.apply(RUN, Succeeded(LOAD, 1, (fact("data", "a"),), "t2"))
    assert states(run) == {"load": "success", "train": "queued", "keep": "pending"}
    assert ledger.queue == [TRAIN]
    assert ledger.cache == {"Load": (fact("data", "a"),)}


def test_what_the_cache_answers_for_runs_to_the_end_in_one_step() -> None:
    ledger = InMemoryLedger(cache={"Load": (fact("data", "a"),), "Train a": (fact("model", "b"),)})
    run = Scheduler(ledger).submit(pipeline())
    assert states(run) == {"load": "success", "train": "success", "keep": "success"}
    assert [job.cached for job in run.jobs.values()] == [True, True, True]
    assert (run.state, ledger.queue) == ("success", [])


def test_a_built_in_operation_that_cannot_be_done_fails_its_job_with_the_reason() -> None:
    refusal = UnknownName("The project has no artifact x.", "Did you mean y?")
    ledger = InMemoryLedger(refused={"keep": refusal}, cache={"Load": (), "Train": ()})
    run = Scheduler(ledger).submit(pipeline())
    failure = Failure("UnknownName", "The project has no artifact x.", hint="Did you mean y?")
    assert (run.state, run.jobs[KEEP].failure) == ("failed", failure)


def test_a_job_that_cannot_be_looked_up_fails_with_the_reason() -> None:
    ledger = InMemoryLedger(refused={"load": UnknownName("The storage does not answer.")})
    run = Scheduler(ledger).submit(pipeline())
    assert states(run) == {"load": "failed", "train": "skipped", "keep": "skipped"}


def test_canceling_withdraws_what_waits_and_stops_what_runs() -> None:
    ledger = InMemoryLedger()
    scheduler = Scheduler(ledger)
    scheduler.submit(pipeline())
    scheduler.apply(RUN, Leased(LOAD, WORKER, "t1"))
    run = scheduler.apply(RUN, CancelAsked("t2"))
    assert states(run) == {"load": "running", "train": "canceled", "keep": "canceled"}
    assert ledger.stopped == [(LOAD, 1)]


def test_a_lost_job_is_offered_again() -> None:
    ledger = InMemoryLedger()
    scheduler = Scheduler(ledger)
    scheduler.submit(pipeline())
    scheduler.apply(RUN, Leased(LOAD, WORKER, "t1"), Lost(LOAD, 1, "t2"))
    assert ledger.queue == [LOAD]


def test_an_attempt_that_no_longer_counts_changes_nothing() -> None:
    ledger = InMemoryLedger()
    scheduler = Scheduler(ledger)
    before = scheduler.submit(pipeline())
    assert scheduler.apply(RUN, Succeeded(LOAD, 7, (fact("data", "a"),), "t2")) == before
    assert ledger.cache == {}


def test_a_run_that_is_not_there_is_not_moved_on() -> None:
    with pytest.raises(NotFound, match="There is no run R"):
        Scheduler(InMemoryLedger()).apply(RUN, CancelAsked("t1"))
