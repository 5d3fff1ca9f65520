"""Rows that other rows need: a person, a project, a run with a job."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, insert

from deepforge.core.ids import JobId, ProjectId, RunId, UserId
from deepforge.store.database import fresh_id
from deepforge.store.tables import jobs, projects, runs
from deepforge.store.users import first_user

AT = "2026-01-02T03:04:05.678Z"


@dataclass(frozen=True)
class Seeded:
    """What was added."""

    user: UserId
    project: ProjectId
    run: RunId
    job: JobId


def add_run(connection: Connection, project: ProjectId | None = None) -> Seeded:
    """Add a run with one job, in a new project when none is given."""
    user = first_user(connection).id
    if project is None:
        project = ProjectId(fresh_id())
        values = {"id": project, "name": project, "folder": project, "author_id": user}
        connection.execute(insert(projects).values(**values, created=AT, updated=AT))
    run = RunId(fresh_id())
    connection.execute(
        insert(runs).values(
            id=run,
            project_id=project,
            author_id=user,
            pipeline="train",
            state="running",
            request={},
            document={},
            snapshot="",
            created=AT,
        )
    )
    return Seeded(user, project, run, add_job(connection, user, project, run))


def add_job(
    connection: Connection, user: UserId, project: ProjectId, run: RunId, name: str = "train"
) -> JobId:
    """Add a job to a run."""
    job = JobId(fresh_id())
    connection.execute(
        insert(jobs).values(
            id=job,
            project_id=project,
            run_id=run,
            author_id=user,
            position=0,
            name=name,
            operation="Train",
            state="running",
            built_in=False,
            use_cache=True,
            cached=False,
            after=[],
            resources={},
            spec={},
            fence=1,
            failures=0,
            losses=0,
            outputs=[],
        )
    )
    return job
