"""A run as it is known from the live channel: the newest fact about each job, for whoever draws it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, get_args

import msgspec

from deepforge.core.ids import JobId, RunId
from deepforge.core.run import RUN_ENDS, JobState, JobView, Progress, RunState, RunView


@dataclass(frozen=True)
class Row:
    """One job, and what its worker last said it does for it, such as building its environment."""

    job: JobView
    note: str = ""


class Board:
    """The rows of one run. One thread applies events, others may read: each change replaces a whole row."""

    def __init__(self, run: RunView) -> None:
        self.run: RunId = run.id
        self.title = f"{run.project_name} / {run.pipeline}"
        self.state: RunState = run.state
        self.created = run.created
        self.started = run.started
        self.ended = run.ended
        self.message = ""
        """What the person is to know now, such as that the run is being stopped."""
        self.rows: dict[JobId, Row] = {job.id: Row(job) for job in run.jobs}

    def has_ended(self) -> bool:
        """Whether the run has ended."""
        return self.state in RUN_ENDS

    def unfinished(self, names: Iterable[str]) -> list[str]:
        """Those of the named jobs that have not succeeded."""
        done = {row.job.name for row in self.rows.values() if row.job.state == "success"}
        return [name for name in names if name not in done]

    def refresh(self, run: RunView) -> None:
        """Take the whole run, as the API shows it."""
        self.state, self.started, self.ended = run.state, run.started, run.ended
        for job in run.jobs:
            self._put(job)

    def apply(self, kind: str, data: Mapping[str, Any]) -> JobView | None:
        """Take one event of the topic `run:<id>`; give the job when its state is another one now.

        Kinds that a later server may send are left alone.
        """
        if kind == "run":
            if data.get("state") in get_args(RunState):
                self.state = data["state"]
                self.started = data.get("started") or self.started
                self.ended = data.get("ended", self.ended)
            return None
        if kind == "job":
            return self._put(msgspec.convert(dict(data), JobView))
        row = self.rows.get(JobId(str(data.get("job", ""))))
        if row is not None:
            self.rows[row.job.id] = _changed(row, kind, data)
        return None

    def _put(self, job: JobView) -> JobView | None:
        was = self.rows.get(job.id, Row(job))
        self.started = self.started or job.started
        metrics = was.job.metrics | job.metrics
        note = was.note if job.state == "running" else ""
        self.rows[job.id] = Row(
            replace(job, metrics=metrics, progress=job.progress or was.job.progress), note
        )
        return self.rows[job.id].job if was.job.state != job.state else None

    def counts(self) -> dict[JobState, int]:
        """How many jobs are in each state; states with none are left out."""
        found: dict[JobState, int] = {}
        for row in self.rows.values():
            found[row.job.state] = found.get(row.job.state, 0) + 1
        return found


def _changed(row: Row, kind: str, data: Mapping[str, Any]) -> Row:
    if kind == "metrics":
        return replace(row, job=replace(row.job, metrics=row.job.metrics | dict(data["values"])))
    if kind == "progress":
        progress = Progress(data["value"], data.get("total"), data.get("label") or "")
        return replace(row, job=replace(row.job, progress=progress))
    if kind == "note":
        return replace(row, note=str(data["text"]))
    return row
