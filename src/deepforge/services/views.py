"""Views: runs and jobs as the API shows them, made from rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from deepforge.core.ids import JobId
from deepforge.core.job import JobStatus, RunStatus, counts
from deepforge.core.run import JobView, Progress, RunSummary
from deepforge.engine.queue import Place, why_waiting
from deepforge.store.run_lines import RunLine
from deepforge.store.runs import RunRecord

Metrics = dict[str, float | None]


def job_view(
    status: JobStatus,
    names: Mapping[JobId, str],
    progress: Progress | None = None,
    metrics: Metrics | None = None,
    places: Sequence[Place] | None = None,
) -> JobView:
    """A job. `names` gives the names of the jobs before it, `places` the workers that are there, to say why
    it waits.
    """
    plan = status.plan
    return JobView(
        id=plan.id,
        name=plan.name,
        operation=plan.operation,
        state=status.state,
        cached=status.cached,
        reason=_reason(status, places),
        started=status.started,
        ended=status.ended,
        error=status.failure,
        fence=status.fence,
        worker=status.worker,
        progress=progress if status.state == "running" else None,
        after=tuple(names[job] for job in plan.after),
        outputs=status.outputs,
        metrics=metrics or {},
    )


def _reason(status: JobStatus, places: Sequence[Place] | None) -> str | None:
    if status.state == "queued" and places is not None:
        waits = why_waiting(status.plan.resources, places)
        return f"{status.reason}; {waits}" if status.reason else waits
    if status.state == "pending" and status.waits_for:
        return f"waits for {status.waits_for} {'job' if status.waits_for == 1 else 'jobs'} before it"
    return status.reason


def job_event(status: JobStatus, names: Mapping[JobId, str]) -> dict[str, Any]:
    """What the live view is told of a job: the view without what events of its own tell."""
    content: dict[str, Any] = msgspec.to_builtins(job_view(status, names))
    for part in ("outputs", "metrics", "progress"):
        del content[part]
    return content


def summary(line: RunLine, states: dict[str, int], cached: int, metrics: Metrics) -> RunSummary:
    """A run as a line of a list."""
    return RunSummary(
        id=line.id,
        project=line.project,
        project_name=line.project_name,
        pipeline=line.pipeline,
        state=line.state,
        created=line.created,
        started=line.started,
        ended=line.ended,
        jobs=states,
        cached=cached,
        metrics=metrics,
        author=line.author,
        tags=line.tags,
        origin=line.origin,
    )


def summary_now(record: RunRecord, status: RunStatus, metrics: Metrics) -> RunSummary:
    """A run that is being moved on as a line of a list."""
    line = RunLine(
        id=record.id,
        project=record.project,
        project_name=record.project_name,
        pipeline=record.pipeline,
        state=status.state,
        created=record.created,
        started=status.started,
        ended=status.ended,
        author=record.author,
        tags=record.tags,
        origin=record.origin,
    )
    states = {str(state): number for state, number in counts(status).items()}
    return summary(line, states, sum(job.cached for job in status.jobs.values()), metrics)
