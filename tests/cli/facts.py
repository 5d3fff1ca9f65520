"""Runs and jobs for the tests of what the command line draws."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from deepforge.core.ids import Digest, JobId, ProjectId, RunId, ulid
from deepforge.core.run import JobState, JobView, RunState, RunView

STARTED = "2026-11-20T12:00:00.000Z"
ENDED = "2026-11-20T12:00:08.100Z"


def make_id(number: int) -> str:
    """A ULID that is told apart by its end."""
    return ulid(1_763_640_000_000, number.to_bytes(10, "big"))


def make_job(name: str, state: JobState = "pending", *, number: int = 0, **more: Any) -> JobView:
    """A job of a run."""
    times = {
        "started": STARTED if state in ("running", "success", "failed") else None,
        "ended": ENDED if state in ("success", "failed") else None,
        "fence": 1 if state in ("running", "success", "failed") else 0,
    }
    return replace(JobView(JobId(make_id(number)), name, name.title(), state), **(times | more))


def make_run(*jobs: JobView, state: RunState = "running", **more: Any) -> RunView:
    """A run of these jobs, which are numbered."""
    run = RunView(
        id=RunId(make_id(999)),
        project=ProjectId(make_id(1)),
        project_name="digits",
        pipeline="train",
        state=state,
        jobs=tuple(replace(job, id=JobId(make_id(number))) for number, job in enumerate(jobs)),
        artifacts=(),
        metrics={},
        created=STARTED,
        started=STARTED,
        ended=None if state == "running" else ENDED,
        snapshot=Digest("0" * 64),
    )
    return replace(run, **more)
