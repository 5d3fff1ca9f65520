"""Runs: started from a project's files, shown and stopped."""

from __future__ import annotations

from dataclasses import replace

import msgspec
from sqlalchemy import Connection

from deepforge.core.event import CancelAsked
from deepforge.core.ids import RunId
from deepforge.core.run import RUN_ENDS, JobView, RunRequest, RunView
from deepforge.core.user import Caller
from deepforge.services import starting
from deepforge.services.house import House
from deepforge.services.shelf import known
from deepforge.store import artifacts, figures, series
from deepforge.store.runs import RunRecord

_decode_jobs = msgspec.json.Decoder(tuple[JobView, ...]).decode
_encode = msgspec.json.Encoder().encode


def start(house: House, caller: Caller, request: RunRequest) -> RunView:
    """Start a run of a pipeline of a project as its files are now.

    The same idempotency key of the same person gives the run that it started. Raises NotFound, UnknownName,
    InvalidProject, InvalidPipeline with all problems, Conflict when the key was used for another request.
    """
    run = starting.started_before(house, caller, request)
    if run is None:
        run = starting.begin(house, caller, request, starting.freeze(house, request.project))
    return show(house, caller, run)


def show(house: House, caller: Caller, run: RunId) -> RunView:
    """One run, whole. Raises NotFound."""
    view, jobs = _look(house, run)
    return replace(view, jobs=_decode_jobs(jobs))


def show_encoded(house: House, caller: Caller, run: RunId) -> bytes:
    """One run, whole, as JSON: what has not changed since it was last asked for is not made again. Raises
    NotFound.
    """
    view, jobs = _look(house, run)
    return _encode(replace(view, jobs=msgspec.Raw(jobs)))  # type: ignore[arg-type]


def stop(house: House, caller: Caller, run: RunId) -> RunView:
    """Have a run end: what waits does not start, and workers end what runs. A run that has ended stays as
    it is. Raises NotFound.
    """
    with house.writing() as ledger:
        known(ledger.connection, run)
        ledger.scheduler.apply(run, CancelAsked(ledger.at))
    return show(house, caller, run)


def _look(house: House, run: RunId) -> tuple[RunView, bytes]:
    """A run without its jobs, and those as JSON, both of the same moment."""
    with house.database.read() as connection:
        record = known(connection, run)
        return _without_jobs(connection, record), house.jobs_shown.of(
            connection, record, house.settings.lease_seconds
        )


def _without_jobs(connection: Connection, record: RunRecord) -> RunView:
    return RunView(
        id=record.id,
        project=record.project,
        project_name=record.project_name,
        pipeline=record.pipeline,
        state=record.state,
        jobs=(),
        artifacts=tuple(artifacts.saved_by(connection, [record.id])[record.id]),
        metrics=series.last_values(connection, [record.id]).get(record.id, {}),
        created=record.created,
        started=record.started,
        ended=record.ended,
        snapshot=record.snapshot,
        commit=record.commit,
        author=record.author,
        figures=figures.count(connection, [record.id]).get(record.id, 0),
        tags=record.tags,
        origin=record.origin,
        stopping=record.canceling and record.state not in RUN_ENDS,
    )
