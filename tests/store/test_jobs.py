"""Jobs as rows: what is written is what is read, whatever it is."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import update

from deepforge.core.ids import Digest, JobId, RunId, WorkerId
from deepforge.core.job import JobPlan, JobStatus
from deepforge.core.resources import Resources
from deepforge.core.run import Failure, Frame, OutputFact, Progress
from deepforge.store import jobs
from deepforge.store.database import Database, fresh_id
from deepforge.store.jobs import JobRecord
from deepforge.store.tables import jobs as rows
from tests.store.seed import add_job, add_run

FIRST, SECOND = JobId("A" * 26), JobId("B" * 26)
OUTPUT = OutputFact("model", Digest("d" * 64), 3, "torch.Tensor", "torch")


def pair() -> list[JobRecord]:
    """Two jobs of which one follows the other, with something in every field."""
    first = JobStatus(JobPlan(FIRST, "load", "Load"), 0, "success", outputs=(OUTPUT,), cached=True)
    plan = JobPlan(
        SECOND,
        "train",
        "Train",
        after=(FIRST,),
        use_cache=False,
        resources=Resources(2.0, 1, 3, 4.5, 5, ("a100",)),
    )
    failure = Failure("E", "m", "t", (Frame("f", 1, "g", "code", "p"),), "h")
    second = JobStatus(plan, 0, "failed", 2, WorkerId("W" * 26), 1, 3, False, "why", (), failure, "s", "e")
    parts = {"parts": {"operation": {"digest": "d", "shown": "s"}}}
    return [
        JobRecord(first, 0, {"operation": "Load"}, source=SECOND),
        JobRecord(
            second,
            1,
            {"attributes": {"rate": 0.1, "sizes": [1, None]}},
            parts,
            None,
            Progress(1.0, None, "x"),
        ),
    ]


def test_jobs_are_read_as_they_were_written(database: Database) -> None:
    with database.write() as connection:
        seeded = add_run(connection)
        run = add_run(connection, seeded.project).run
        jobs.add(connection, seeded.project, run, seeded.user, pair())
        found = [job for job in jobs.of_run(connection, run) if job.status.plan.id in (FIRST, SECOND)]
        assert found == pair()
        one = jobs.one(connection, run, SECOND)
        assert one is not None
        assert one.status.failure == pair()[1].status.failure
        assert jobs.one(connection, seeded.run, SECOND) is None
        assert jobs.fence_of(connection, SECOND) == 2


def test_a_job_is_moved_on_with_its_key_and_its_source(database: Database) -> None:
    with database.write() as connection:
        seeded = add_run(connection)
        jobs.add(connection, seeded.project, seeded.run, seeded.user, pair())
        moved = [
            replace(
                job,
                status=replace(job.status, state="canceled", fence=7, reason=None, failure=None),
                fingerprint=None,
                source=JobId("C" * 26),
            )
            for job in pair()
        ]
        jobs.move(connection, moved)
        jobs.report(connection, FIRST, Progress(2.0, 4.0, "half"))
        found = {job.status.plan.id: job for job in jobs.of_run(connection, seeded.run)}
        assert found[FIRST].progress == Progress(2.0, 4.0, "half")
        assert replace(found[FIRST], progress=None) == moved[0]
        # Nothing that came before it has succeeded any more.
        assert replace(found[SECOND], status=replace(found[SECOND].status, waits_for=0)) == moved[1]
        assert found[SECOND].status.waits_for == 1


def test_a_job_waits_for_those_before_it_that_have_not_succeeded(database: Database) -> None:
    with database.write() as connection:
        seeded = add_run(connection)
        first, second = pair()
        running = replace(first, status=replace(first.status, state="running", outputs=()))
        jobs.add(connection, seeded.project, seeded.run, seeded.user, [running, second])
        assert [job.status.waits_for for job in jobs.of_run(connection, seeded.run)][-1] == 1


def test_jobs_are_counted_by_state_and_cache(database: Database) -> None:
    with database.write() as connection:
        seeded = add_run(connection)
        other = add_run(connection, seeded.project).run
        jobs.add(connection, seeded.project, seeded.run, seeded.user, pair())
        nothing = RunId(fresh_id())
        counted = jobs.counts(connection, [seeded.run, other, nothing])
        assert counted[seeded.run][0]["success"] == counted[seeded.run][0]["failed"] == 1
        assert counted[seeded.run][1] == 1
        assert (sum(counted[other][0].values()), counted[nothing]) == (1, ({}, 0))


def test_the_runs_that_a_run_answers_for_are_known_each_once(database: Database) -> None:
    with database.write() as connection:
        first = add_run(connection)
        later, own, alone = (add_run(connection, first.project).run for _ in range(3))
        for run, source in ((later, first.job), (later, first.job), (own, first.job), (first.run, first.job)):
            job = add_job(connection, first.user, first.project, run)
            connection.execute(update(rows).where(rows.c.id == job).values(source_job=source))
        assert jobs.answered(connection, first.run) == sorted([later, own])
        assert jobs.answered(connection, alone) == []


def test_only_jobs_that_were_looked_up_have_keys(database: Database) -> None:
    with database.write() as connection:
        seeded = add_run(connection)
        jobs.add(connection, seeded.project, seeded.run, seeded.user, pair())
        assert jobs.fingerprints(connection, seeded.run) == {"train": pair()[1].fingerprint}
