"""Artifacts: listed, found by reference, saved from uploaded bytes, removed."""

from __future__ import annotations

from sqlalchemy import Connection

from deepforge.core.artifact import (
    MANIFEST,
    ArtifactSummary,
    ArtifactVersion,
    Lineage,
    parse_artifact_reference,
)
from deepforge.core.errors import BadInput, NotFound
from deepforge.core.ids import ArtifactId, Digest, ProjectId, is_digest
from deepforge.core.manifest import decode_manifest
from deepforge.core.run import OutputFact
from deepforge.core.user import Caller
from deepforge.services import versions as saving
from deepforge.services.house import House
from deepforge.store import artifacts, blob_index, projects

LONGEST_TYPE = 400
LONGEST_CODEC = 40


def listing(
    house: House, caller: Caller, project: ProjectId | None = None, name: str | None = None
) -> tuple[ArtifactSummary, ...]:
    """The artifacts, each by its newest version."""
    with house.database.read() as connection:
        return tuple(artifacts.listing(connection, project, name))


def versions(house: House, caller: Caller, artifact: ArtifactId) -> tuple[ArtifactVersion, ...]:
    """All versions of an artifact with their lineage, newest first. Raises NotFound."""
    with house.database.read() as connection:
        found = artifacts.versions(connection, artifact)
    if not found:
        raise _no_artifact(artifact)
    return tuple(found)


def find(house: House, caller: Caller, project: ProjectId, reference: str) -> ArtifactVersion:
    """The version that `name` (the newest) or `name@3` names. Raises BadInput, UnknownName, NotFound."""
    with house.database.read() as connection:
        return saving.find(connection, project, reference)


def put(
    house: House,
    caller: Caller,
    project: ProjectId,
    name: str,
    digest: Digest,
    size: int,
    type: str,
    codec: str,
) -> ArtifactVersion:
    """Save bytes that were uploaded before as a version of an artifact; the same bytes again make no other
    one.

    Raises BadInput for an unusable name, NotFound when there is no such project, or the bytes were not
    uploaded.
    """
    if parse_artifact_reference(name)[1] is not None:
        raise BadInput(f"{name!r} names a version.", "Give the name alone: the number is counted up.")
    for what, text, longest in (("type", type, LONGEST_TYPE), ("codec", codec, LONGEST_CODEC)):
        if not 0 < len(text) <= longest or not text.isprintable():
            raise BadInput(f"The {what} is {text!r}.", f"Write 1 to {longest} plain letters.")
    if not is_digest(digest):
        raise BadInput(f"{digest!r} is not a digest.", "A digest has 64 characters of 0-9 and a-f.")
    with house.writing() as ledger:
        if projects.find(ledger.connection, project) is None:
            raise NotFound(f"There is no project {project}.", "List the projects at /api/v1/projects.")
        known = blob_index.size_of(ledger.connection, digest)
        if known is None or known != size:
            raise NotFound(f"The bytes {digest} were not uploaded.", "Send them first, to /api/v1/blobs/new.")
        files = _files_of(house, ledger.connection, digest) if codec == MANIFEST else {}
        data = OutputFact(name, digest, size, type, codec)
        version, is_new = saving.save(
            ledger.connection, project, caller.user, name, data, Lineage(), ledger.at
        )
        ledger.hold_blobs(project, saving.owner_of(version), {digest: size} | files)
        if is_new:
            ledger.tell("artifacts", project, "version", {"name": name, "version": version.version})
    with house.database.read() as connection:
        return saving.find(connection, project, f"{name}@{version.version}")


def _files_of(house: House, connection: Connection, manifest: Digest) -> dict[Digest, int]:
    """The files that a manifest names, with their sizes. Raises NotFound when one is missing, Damaged."""
    files = {entry.digest: entry.size for entry in decode_manifest(house.blobs.read(manifest)).values()}
    for digest, size in files.items():
        if blob_index.size_of(connection, digest) != size:
            raise NotFound(f"The file {digest} of the folder was not uploaded.", "Send it first.")
    return files


def remove(house: House, caller: Caller, artifact: ArtifactId) -> None:
    """Forget an artifact with all its versions; runs that used it keep their own copies. Raises NotFound."""
    with house.writing() as ledger:
        found = artifacts.versions(ledger.connection, artifact)
        if not found:
            raise _no_artifact(artifact)
        for version in found:
            blob_index.release(ledger.connection, saving.owner_of(version))
        artifacts.remove(ledger.connection, artifact)
        ledger.tell("artifacts", found[0].project, "removed", {"name": found[0].name})


def _no_artifact(artifact: ArtifactId) -> NotFound:
    return NotFound(
        f"There is no artifact {artifact}.", "List the artifacts with `deepforge artifacts list`."
    )
