"""Runs: started from a project's files, shown, listed, stopped and removed."""

from __future__ import annotations

from typing import get_args

import msgspec
from sqlalchemy import Connection

from deepforge.core.errors import BadInput, Conflict, NotFound, did_you_mean
from deepforge.core.event import CancelAsked
from deepforge.core.ids import ProjectId, RunId
from deepforge.core.job import new_run
from deepforge.core.run import RUN_ENDS, RUN_STATES, RunRequest, RunState, RunSummary, RunView
from deepforge.core.user import Caller
from deepforge.engine.queue import Place, place_of
from deepforge.services.comparing import compare, explain
from deepforge.services.house import House
from deepforge.services.ledger import Ledger
from deepforge.services.memory import JobCard, RunCard, names_of
from deepforge.services.planning import plan
from deepforge.services.projects import folder_of
from deepforge.services.run_lines import summaries
from deepforge.services.views import job_view
from deepforge.store import (
    artifacts,
    attempts,
    blob_index,
    database,
    figures,
    history,
    jobs,
    project_files,
    projects,
    runs,
    series,
    workers,
)
from deepforge.store.database import fresh_id
from deepforge.store.project_files import Snapshot
from deepforge.store.runs import Filter, RunRecord

__all__ = ["compare", "explain", "listing", "remove", "show", "start", "stop"]

LONGEST_KEY = 200
NAMED_RUNS = 5
"""How many runs a hint names."""
COLUMNS: tuple[runs.Column, ...] = get_args(runs.Column)


def start(house: House, caller: Caller, request: RunRequest) -> RunView:
    """Start a run of a pipeline of a project as its files are now.

    The same idempotency key of the same person gives the run that it started. Raises NotFound, UnknownName,
    InvalidProject, InvalidPipeline with all problems, Conflict when the key was used for another request.
    """
    if request.key is not None and not (0 < len(request.key) <= LONGEST_KEY and request.key.isprintable()):
        raise BadInput(
            f"The idempotency key has {len(request.key)} letters, or some that cannot be shown.",
            f"It may have 1 to {LONGEST_KEY} plain ones.",
        )
    with house.database.read() as connection:
        known = _started_before(connection, caller, request)
        project = projects.find(connection, request.project)
        numbers = artifacts.numbers(connection, request.project)
        folders = artifacts.folders(connection, request.project)
    if known is not None:
        return show(house, caller, known)
    if project is None:
        raise NotFound(
            f"There is no project {request.project}.", "List the projects with `deepforge runs list`."
        )
    folder = folder_of(house, project)
    snapshot = project_files.snapshot(folder, house.blobs)
    files = {path: entry.digest for path, entry in snapshot.files.items()}
    reading = house.readings.read(files, lambda path: house.blobs.read(files[path]))
    planned = plan(reading, request, numbers, files, folders)
    document = msgspec.to_builtins(reading.pipeline(request.pipeline).pipeline.nodes)
    with house.writing() as ledger:
        known = _started_before(ledger.connection, caller, request)
        if known is None:
            record = RunRecord(
                id=RunId(fresh_id()),
                project=request.project,
                author_id=caller.user,
                pipeline=request.pipeline,
                request=msgspec.to_builtins(request),
                document=document,
                snapshot=snapshot.manifest,
                commit=history.commit_of(folder),
                idempotency_key=request.key,
                created=ledger.at,
                project_name=project.name,
                author=caller.name,
            )
            status = new_run(record.id, [job.plan for job in planned])
            cards = {job.plan.id: JobCard(place, job.recipe) for place, job in enumerate(planned)}
            ledger.introduce(RunCard(record, status, cards, names_of(status)))
            _hold_snapshot(ledger, record, snapshot)
            ledger.scheduler.submit(status)
            known = record.id
    return show(house, caller, known)


def show(house: House, caller: Caller, run: RunId) -> RunView:
    """One run, whole. Raises NotFound."""
    with house.database.read() as connection:
        record = _record(connection, run)
        found = jobs.of_run(connection, run)
        of_jobs = series.last_values_of_jobs(connection, run)
        of_run = series.last_values(connection, [run]).get(run, {})
        saved = artifacts.saved_by(connection, [run])[run]
        drawn = figures.count(connection, [run]).get(run, 0)
        waits = any(job.status.state == "queued" for job in found)
        places = _places(connection, house.settings.lease_seconds) if waits else []
    names = {job.status.plan.id: job.status.plan.name for job in found}
    return RunView(
        id=record.id,
        project=record.project,
        project_name=record.project_name,
        pipeline=record.pipeline,
        state=record.state,
        jobs=tuple(
            job_view(job.status, names, job.progress, of_jobs.get(job.status.plan.id), places)
            for job in found
        ),
        artifacts=tuple(saved),
        metrics=of_run,
        created=record.created,
        started=record.started,
        ended=record.ended,
        snapshot=record.snapshot,
        commit=record.commit,
        author=record.author,
        figures=drawn,
    )


def listing(
    house: House,
    caller: Caller,
    *,
    project: ProjectId | None = None,
    state: RunState | None = None,
    pipeline: str | None = None,
    limit: int = 50,
    after: RunId | None = None,
    sort: str = "-created",
) -> tuple[RunSummary, ...]:
    """A stretch of the runs, from behind `after` on.

    `sort` is a column (`created`, `started`, `ended`, `pipeline`, `state`) or `metric:loss`, which shows
    only the runs that have the metric; with a minus in front the largest come first. Raises BadInput.
    """
    if state is not None and state not in RUN_STATES:
        raise BadInput(f"A run is never {state}.", did_you_mean(state, RUN_STATES))
    descending = sort.startswith("-")
    key = sort.removeprefix("-")
    wanted = Filter(project, state, pipeline)
    with house.database.read() as connection:
        if key.startswith("metric:"):
            metric = key.removeprefix("metric:")
            lines = runs.page_by_metric(connection, wanted, metric, descending, limit, after)
        else:
            column = next((known for known in COLUMNS if known == key), None)
            if column is None:
                raise BadInput(
                    f"Runs cannot be sorted by {key}.", did_you_mean(key, (*COLUMNS, "metric:<name>"))
                )
            lines = runs.page(connection, wanted, column, descending, limit, after)
        return summaries(connection, lines)


def stop(house: House, caller: Caller, run: RunId) -> RunView:
    """Have a run end: what waits does not start, and workers end what runs. A run that has ended stays as
    it is.
    """
    with house.writing() as ledger:
        ledger.scheduler.apply(run, CancelAsked(ledger.at))
    return show(house, caller, run)


def remove(house: House, caller: Caller, run: RunId) -> None:
    """Forget a run that has ended; artifacts that it saved stay.

    Raises NotFound, Conflict while it goes on, or when other runs show logs, metrics and figures of its jobs.
    """
    with house.writing() as ledger:
        record = _record(ledger.connection, run)
        if record.state not in RUN_ENDS:
            raise Conflict(f"The run is {record.state}.", f"Stop it first: deepforge runs stop {run}")
        _refuse_while_shown(ledger.connection, run)
        blob_index.release(ledger.connection, f"run:{run}")
        runs.remove(ledger.connection, run)
        ledger.memory.drop(run)
        ledger.tell("runs", record.project, "removed", {"id": run})


def _refuse_while_shown(connection: Connection, run: RunId) -> None:
    """A cached job shows the logs and figures of the job that did run: they are not taken from under it."""
    showing = jobs.answered(connection, run)
    if showing:
        count = "1 later run shows" if len(showing) == 1 else f"{len(showing)} later runs show"
        named = " ".join(showing[:NAMED_RUNS]) + (" …" if len(showing) > NAMED_RUNS else "")
        what = "it" if len(showing) == 1 else "those"
        raise Conflict(
            f"{count} the logs and figures of the run.", f"Remove {what} first: deepforge runs rm {named}"
        )


def _started_before(connection: Connection, caller: Caller, request: RunRequest) -> RunId | None:
    """The run that the idempotency key has started."""
    record = runs.find_by_key(connection, caller.user, request.key) if request.key is not None else None
    if record is None:
        return None
    if record.request != msgspec.json.decode(msgspec.json.encode(request)):
        raise Conflict(
            "The idempotency key was used for another request.", "Use a new key for each run that you want."
        )
    return record.id


def _hold_snapshot(ledger: Ledger, record: RunRecord, snapshot: Snapshot) -> None:
    """Keep the project's files as they are now, for as long as a run refers to them."""
    ledger.hold_blobs(record.project, f"{runs.SNAPSHOT}{record.snapshot}", snapshot.sizes)


def _record(connection: Connection, run: RunId) -> RunRecord:
    record = runs.find(connection, run)
    if record is None:
        raise NotFound(f"There is no run {run}.", "List the runs with `deepforge runs list`.")
    return record


def _places(connection: Connection, lease_seconds: float) -> list[Place]:
    """The workers that are there."""
    clock, running = database.seconds(connection), attempts.running(connection)
    return [
        place_of(record.name, record.machine, record.slots, running.get(record.id, 0))
        for record in workers.lines(connection)
        if clock - record.seen <= lease_seconds
    ]
