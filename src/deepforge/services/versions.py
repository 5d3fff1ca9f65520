"""Versions of artifacts: found by reference, saved with their lineage, never twice for the same data."""

from __future__ import annotations

from sqlalchemy import Connection

from deepforge.core.artifact import (
    MANIFEST,
    REFERENCE,
    ArtifactVersion,
    Lineage,
    parse_artifact_reference,
)
from deepforge.core.errors import Damaged, NotFound, UnknownName, did_you_mean
from deepforge.core.ids import ArtifactId, Digest, JobId, ProjectId, UserId
from deepforge.core.job import RunStatus
from deepforge.core.manifest import decode_manifest
from deepforge.core.run import OutputFact
from deepforge.engine.cache import inputs_of
from deepforge.services.memory import RunCard
from deepforge.store import artifacts
from deepforge.store.blobs import Blobs
from deepforge.store.database import fresh_id


def find(connection: Connection, project: ProjectId, reference: str) -> ArtifactVersion:
    """The version that `name` (the newest) or `name@3` names in a project.

    Raises BadInput for what is no reference, UnknownName when there is no such artifact, NotFound when it
    has no such version.
    """
    name, number = parse_artifact_reference(reference)
    version = artifacts.find(connection, project, name, number)
    if version is not None:
        return version
    known = artifacts.numbers(connection, project)
    if name not in known:
        if artifacts.removed_named(connection, project, name) is not None:
            raise UnknownName(
                f"The artifact {name} was removed.",
                f"Bring it back with `deepforge artifacts restore {name}` while it is kept.",
            )
        raise UnknownName(f"The project has no artifact {name}.", did_you_mean(name, known))
    raise NotFound(
        f"The artifact {name} has no version {number}.", f"Its newest is {name}@{known[name][-1]}."
    )


def save(
    connection: Connection,
    project: ProjectId,
    author: UserId,
    name: str,
    data: OutputFact,
    lineage: Lineage,
    at: str,
) -> tuple[ArtifactVersion, bool]:
    """The version of an artifact with this data, and whether it is new: what is equal to the newest makes
    no other.
    """
    newest = artifacts.find(connection, project, name)
    if newest and (newest.digest, newest.type, newest.codec) == (data.digest, data.type, data.codec):
        return newest, False
    version = ArtifactVersion(
        artifact=artifacts.find_id(connection, project, name) or ArtifactId(fresh_id()),
        project=project,
        name=name,
        version=newest.version + 1 if newest else 1,
        digest=data.digest,
        size=data.size,
        type=data.type,
        codec=data.codec,
        created=at,
        lineage=lineage,
    )
    artifacts.add_version(connection, version, author)
    return version, True


def bytes_of(blobs: Blobs, data: OutputFact) -> dict[Digest, int]:
    """The blobs that some data consists of, with their sizes: of a folder its manifest and all its files.

    Raises Damaged when the manifest is none, BlobDamaged when it is gone.
    """
    if data.codec == REFERENCE:  # the size is that of what lies elsewhere
        return {data.digest: blobs.size(data.digest)}
    sizes = {data.digest: data.size}
    if data.codec == MANIFEST:
        sizes |= {entry.digest: entry.size for entry in decode_manifest(blobs.read(data.digest)).values()}
    return sizes


def is_there(blobs: Blobs, data: OutputFact) -> bool:
    """Whether the bytes of some data are kept, as many as were recorded; of a folder, all its files."""
    try:
        return all(blobs.size(digest) == size for digest, size in bytes_of(blobs, data).items())
    except Damaged:
        return False


def owner_of(version: ArtifactVersion) -> str:
    """Under which name a version uses its blob."""
    return f"artifact:{version.artifact}:{version.version}"


def lineage_of(card: RunCard, run: RunStatus, job: JobId, output: str) -> Lineage:
    """What made an output of a job of a run, which stands at `run`."""
    status, job_card = run.jobs[job], card.jobs[job]
    recipe, fingerprint = job_card.recipe, job_card.fingerprint
    environment = fingerprint.parts.get("environment") if fingerprint else None
    return Lineage(
        run=card.record.id,
        job=job,
        job_name=status.plan.name,
        operation=recipe.operation,
        output=output,
        snapshot=card.record.snapshot,
        source=recipe.source,
        attributes=recipe.effective,
        environment=environment.digest if environment else None,
        inputs={name: Digest(data.digest) for name, data in inputs_of(run, recipe).items() if data},
    )
