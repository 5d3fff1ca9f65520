"""Starting: from a project's files, frozen, and a request to a run that goes on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import msgspec
from sqlalchemy import Connection

from deepforge.core.errors import BadInput, Conflict
from deepforge.core.ids import ProjectId, RunId
from deepforge.core.job import new_run
from deepforge.core.manifest import decode_manifest
from deepforge.core.run import RunRequest
from deepforge.core.user import Caller
from deepforge.services.house import House
from deepforge.services.memory import JobCard, RunCard, names_of
from deepforge.services.planning import PlannedJob, plan
from deepforge.services.projects import folder_of, record_of
from deepforge.services.readings import ProjectReading
from deepforge.store import artifacts, history, project_files, runs
from deepforge.store.database import fresh_id
from deepforge.store.jobs import JobRecord
from deepforge.store.project_files import Snapshot
from deepforge.store.projects import ProjectRecord
from deepforge.store.runs import RunRecord

LONGEST_KEY = 200


@dataclass(frozen=True)
class Frozen:
    """A project as its files say it at one moment, and the git commit it stood on."""

    project: ProjectRecord
    snapshot: Snapshot
    reading: ProjectReading
    commit: str | None


def started_before(house: House, caller: Caller, request: RunRequest) -> RunId | None:
    """The run that the request's idempotency key has started.

    Raises BadInput for an unusable key, Conflict when it was used for another request.
    """
    if request.key is not None and not (0 < len(request.key) <= LONGEST_KEY and request.key.isprintable()):
        raise BadInput(
            f"The idempotency key has {len(request.key)} letters, or some that cannot be shown.",
            f"It may have 1 to {LONGEST_KEY} plain ones.",
        )
    with house.database.read() as connection:
        return _started_before(connection, caller, request)


def freeze(house: House, project: ProjectId) -> Frozen:
    """The project as its files are now. Raises NotFound, InvalidProject."""
    record = record_of(house, project)
    folder = folder_of(house, record)
    house.documents.flush(project)
    snapshot = project_files.snapshot(folder, house.blobs)
    reading = _read(house, snapshot)
    house.interfaces.keep(project, reading)
    return Frozen(record, snapshot, reading, history.commit_of(folder))


def thaw(house: House, run: RunRecord) -> Frozen:
    """The project as its files were when a run froze them. Raises NotFound, BlobDamaged."""
    manifest = house.blobs.read(run.snapshot)
    files = decode_manifest(manifest)
    sizes = {entry.digest: entry.size for entry in files.values()} | {run.snapshot: len(manifest)}
    snapshot = Snapshot(run.snapshot, files, sizes, ())
    return Frozen(record_of(house, run.project), snapshot, _read(house, snapshot), run.commit)


def begin(
    house: House,
    caller: Caller,
    request: RunRequest,
    frozen: Frozen,
    answers: Mapping[str, JobRecord] | None = None,
) -> RunId:
    """Record a run of the frozen files and let it go.

    `answers`: jobs of an earlier run that answer for the nodes of these names, whatever their keys.

    Raises UnknownName, InvalidPipeline with all problems, Conflict when the key was used for another request.
    """
    files = {path: entry.digest for path, entry in frozen.snapshot.files.items()}
    with house.database.read() as connection:
        numbers = artifacts.numbers(connection, request.project)
    planned = plan(frozen.reading, request, numbers, files)
    document = msgspec.to_builtins(frozen.reading.pipeline(request.pipeline).pipeline.nodes)
    with house.writing() as ledger:
        known = _started_before(ledger.connection, caller, request)
        if known is not None:
            return known
        record = RunRecord(
            id=RunId(fresh_id()),
            project=request.project,
            author_id=caller.user,
            pipeline=request.pipeline,
            request=msgspec.to_builtins(request),
            document=document,
            snapshot=frozen.snapshot.manifest,
            commit=frozen.commit,
            idempotency_key=request.key,
            created=ledger.at,
            project_name=frozen.project.name,
            author=caller.name,
            origin=request.origin,
        )
        status = new_run(record.id, [job.plan for job in planned])
        cards = {
            job.plan.id: _card(place, job, (answers or {}).get(job.plan.name))
            for place, job in enumerate(planned)
        }
        ledger.introduce(RunCard(record, status, cards, names_of(status)))
        owner = f"{runs.SNAPSHOT}{record.snapshot}"
        ledger.hold_blobs(record.project, owner, frozen.snapshot.sizes)
        ledger.scheduler.submit(status)
        return record.id


def _card(place: int, job: PlannedJob, answer: JobRecord | None) -> JobCard:
    if answer is None:
        return JobCard(place, job.recipe)
    given = {fact.name for fact in answer.status.outputs}
    if answer.status.state != "success" or not given.issuperset(job.recipe.outputs):
        return JobCard(place, job.recipe)
    of = answer.status.plan.id
    return JobCard(place, replace(job.recipe, answer=of), source=answer.source or of)


def _read(house: House, snapshot: Snapshot) -> ProjectReading:
    files = {path: entry.digest for path, entry in snapshot.files.items()}
    return house.readings.read(files, lambda path: house.blobs.read(files[path]))


def _started_before(connection: Connection, caller: Caller, request: RunRequest) -> RunId | None:
    record = runs.find_by_key(connection, caller.user, request.key) if request.key is not None else None
    if record is None:
        return None
    if record.request != msgspec.json.decode(msgspec.json.encode(request)):
        raise Conflict(
            "The idempotency key was used for another request.", "Use a new key for each run that you want."
        )
    return record.id
