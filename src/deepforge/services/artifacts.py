"""Artifacts: listed, found by reference, saved from uploaded bytes, renamed, tagged, removed and restored."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import get_args

from sqlalchemy import Connection

from deepforge.core.artifact import (
    MANIFEST,
    REFERENCE,
    ArtifactFacets,
    ArtifactFilter,
    ArtifactSummary,
    ArtifactVersion,
    Lineage,
    RemovedArtifact,
    clean_tags,
    plain_name,
)
from deepforge.core.errors import BadInput, Conflict, Damaged, NotFound, did_you_mean
from deepforge.core.ids import ArtifactId, Digest, ProjectId, is_digest
from deepforge.core.manifest import LARGEST, decode_manifest
from deepforge.core.moment import moment
from deepforge.core.run import OutputFact
from deepforge.core.user import Caller
from deepforge.services import versions as saving
from deepforge.services.house import House
from deepforge.services.projects import known_project
from deepforge.store import artifact_lines, artifacts, blob_index, database
from deepforge.store.artifacts import ArtifactRecord

COLUMNS: tuple[artifact_lines.Column, ...] = get_args(artifact_lines.Column)
EVERYTHING = ArtifactFilter()
LONGEST_TYPE = 400
LONGEST_CODEC = 40


def listing(
    house: House,
    caller: Caller,
    wanted: ArtifactFilter = EVERYTHING,
    *,
    sort: str = "name",
    limit: int | None = None,
    after: ArtifactId | None = None,
) -> tuple[ArtifactSummary, ...]:
    """A stretch of the artifacts, each by its newest version, from behind `after` on.

    `sort` is name, size, created, type or versions; with a minus in front the largest come first. Raises
    BadInput, and NotFound when the artifact to go on from is gone for good.
    """
    key = sort.removeprefix("-")
    column = next((known for known in COLUMNS if known == key), None)
    if column is None:
        raise BadInput(f"Artifacts cannot be sorted by {key}.", did_you_mean(key, COLUMNS))
    with house.database.read() as connection:
        if after is not None and artifacts.record(connection, after) is None:
            raise NotFound(f"There is no artifact {after} any more.", "Read the list from its beginning.")
        found = artifact_lines.page(connection, wanted, column, sort.startswith("-"), limit, after)
        return _completed(house, connection, found)


def show(house: House, caller: Caller, artifact: ArtifactId) -> ArtifactSummary:
    """One artifact by its newest version. Raises NotFound."""
    with house.database.read() as connection:
        found = artifact_lines.one(connection, artifact)
        if found is None:
            raise _no_artifact(connection, artifact)
        return _completed(house, connection, [found])[0]


def facets(house: House, caller: Caller, project: ProjectId | None) -> ArtifactFacets:
    """What artifacts can be filtered by."""
    with house.database.read() as connection:
        return artifact_lines.facets(connection, project)


def _completed(
    house: House, connection: Connection, found: list[ArtifactSummary]
) -> tuple[ArtifactSummary, ...]:
    """The lines with who used them, and whether their bytes are there."""
    users = artifact_lines.count_users(connection, [line.id for line in found]) if found else {}
    return tuple(
        replace(line, used_by=users[line.id], gone=_is_gone(house, line.digest, line.size, line.codec))
        for line in found
    )


def _is_gone(house: House, digest: Digest, size: int, codec: str) -> bool:
    return not house.blobs.seems_whole(digest, None if codec == REFERENCE else size)


def versions(house: House, caller: Caller, artifact: ArtifactId) -> tuple[ArtifactVersion, ...]:
    """All versions of an artifact with their lineage, newest first. Raises NotFound."""
    with house.database.read() as connection:
        known = artifacts.record(connection, artifact)
        found = artifacts.versions(connection, artifact)
        if known is None or known.removed is not None or not found:
            raise _no_artifact(connection, artifact)
    return tuple(
        replace(version, gone=_is_gone(house, version.digest, version.size, version.codec))
        for version in found
    )


def version(house: House, caller: Caller, artifact: ArtifactId, number: int | None = None) -> ArtifactVersion:
    """One version of an artifact, the newest when `number` is None. Raises NotFound."""
    with house.database.read() as connection:
        known = _record(connection, artifact)
        found = artifacts.version_of(connection, artifact, number)
        newest = found or artifacts.version_of(connection, artifact)
    if newest is None:
        raise NotFound(f"The artifact {known.name} has no versions.", "Save it anew.")
    if found is None:
        raise NotFound(
            f"The artifact {known.name} has no version {number}.",
            f"Its newest is {known.name}@{newest.version}.",
        )
    return replace(found, gone=_is_gone(house, found.digest, found.size, found.codec))


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

    Raises BadInput for an unusable name or kind, NotFound when there is no such project, or the bytes were
    not uploaded, TooLarge for the list of a folder that is none.
    """
    plain_name(name)
    check_kind(type, codec)
    if not is_digest(digest):
        raise BadInput(f"{digest!r} is not a digest.", "A digest has 64 characters of 0-9 and a-f.")
    with house.writing() as ledger:
        known_project(ledger.connection, project)
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


def check_kind(type: str, codec: str) -> None:
    """Raise BadInput for a type or a codec that cannot be recorded for bytes that were uploaded."""
    if codec == REFERENCE:
        raise BadInput("Bytes are no reference.", "Give the URL to /api/v1/artifacts/reference.")
    for what, text, longest in (("type", type, LONGEST_TYPE), ("codec", codec, LONGEST_CODEC)):
        if not 0 < len(text) <= longest or not text.isprintable():
            raise BadInput(f"The {what} is {text!r}.", f"Write 1 to {longest} plain letters.")


def _files_of(house: House, connection: Connection, manifest: Digest) -> dict[Digest, int]:
    """The files that a manifest names, with their sizes.

    Raises BadInput when it is none, NotFound when a file is missing, BlobDamaged, TooLarge.
    """
    data = house.blobs.read(manifest, LARGEST)
    try:
        listed = decode_manifest(data)
    except Damaged as error:
        raise BadInput(
            f"The bytes do not list the files of a folder: {error}", "Upload the files with their paths."
        ) from None
    files = {entry.digest: entry.size for entry in listed.values()}
    for digest, size in files.items():
        if blob_index.size_of(connection, digest) != size:
            raise NotFound(f"The file {digest} of the folder was not uploaded.", "Send it first.")
    return files


def rename(house: House, caller: Caller, artifact: ArtifactId, name: str) -> ArtifactSummary:
    """Call an artifact otherwise; pipelines that name it are to be changed by who wrote them.

    Raises BadInput for an unusable name, NotFound, Conflict when another artifact of the project has it.
    """
    plain_name(name)
    with house.writing() as ledger:
        known = _record(ledger.connection, artifact)
        other = artifacts.find_id(ledger.connection, known.project, name)
        if other not in (None, artifact):
            raise Conflict(f"The project has an artifact {name} already.", "Choose another name.")
        if other is None:
            artifacts.give_name_away(ledger.connection, known.project, name)
            artifacts.rename(ledger.connection, artifact, name)
            ledger.tell("artifacts", known.project, "renamed", {"id": artifact, "name": name})
    return show(house, caller, artifact)


def tag(house: House, caller: Caller, artifact: ArtifactId, tags: Iterable[str]) -> ArtifactSummary:
    """Give an artifact these tags and no others. Raises BadInput for an unusable one, NotFound."""
    wanted = clean_tags(tags)
    with house.writing() as ledger:
        known = _record(ledger.connection, artifact)
        if wanted != known.tags:
            artifacts.tag(ledger.connection, artifact, wanted)
            ledger.tell("artifacts", known.project, "tags", {"id": artifact, "tags": wanted})
    return show(house, caller, artifact)


def remove(house: House, caller: Caller, artifact: ArtifactId) -> RemovedArtifact:
    """Hide an artifact with all its versions, and say which runs that go on take it.

    It can be restored for a while; then it is gone for good. Runs that used it keep their own copies. Raises
    NotFound.
    """
    with house.writing() as ledger:
        known = _record(ledger.connection, artifact)
        needing = artifact_lines.unfinished_users(ledger.connection, known.project, known.name)
        artifacts.hide(ledger.connection, artifact, ledger.at)
        ledger.tell("artifacts", known.project, "removed", {"id": artifact, "name": known.name})
        until = moment(ledger.clock + _kept(house))
    return RemovedArtifact(artifact, known.name, until, tuple(needing))


def restore(house: House, caller: Caller, artifact: ArtifactId) -> ArtifactSummary:
    """Show an artifact again that was removed. One that is not removed stays as it is.

    When another has taken its name meanwhile, it is called `name (restored)`. Raises NotFound when it is gone
    for good.
    """
    with house.writing() as ledger:
        connection = ledger.connection
        known = artifacts.record(connection, artifact)
        if known is None:
            raise _no_artifact(connection, artifact)
        if known.removed is not None:
            name = known.name.removesuffix(f"~{artifact}")
            free, count = name, 1
            while artifacts.find_id(connection, known.project, free) is not None:
                free = f"{name} (restored)" if count == 1 else f"{name} (restored {count})"
                count += 1
            if artifacts.removed_named(connection, known.project, free) not in (None, artifact):
                artifacts.give_name_away(connection, known.project, free)
            artifacts.rename(connection, artifact, free)
            artifacts.hide(connection, artifact, None)
            ledger.tell("artifacts", known.project, "restored", {"id": artifact, "name": free})
    return show(house, caller, artifact)


def find_removed(house: House, caller: Caller, project: ProjectId, name: str) -> ArtifactId:
    """The removed artifact that had this name. Raises NotFound."""
    with house.database.read() as connection:
        found = artifacts.removed_named(connection, project, name)
    if found is None:
        raise NotFound(f"No artifact {name} was removed lately.")
    return found


def forget_removed(house: House, kept: float | None = None) -> int:
    """Forget for good what was removed more than `kept` seconds ago (None: as the setting says), and say how
    many that were.
    """
    with house.database.read() as connection:
        limit = database.seconds(connection) - (_kept(house) if kept is None else kept)
        found = artifacts.removed_before(connection, moment(limit))
    for artifact in found:
        with house.writing() as ledger:
            for each in artifacts.versions(ledger.connection, artifact):
                blob_index.release(ledger.connection, saving.owner_of(each))
            artifacts.remove(ledger.connection, artifact)
    return len(found)


def _kept(house: House) -> float:
    """For how many seconds a removed artifact can be restored."""
    return house.settings.keep_removed_hours * 3600.0


def _record(connection: Connection, artifact: ArtifactId) -> ArtifactRecord:
    known = artifacts.record(connection, artifact)
    if known is None or known.removed is not None:
        raise _no_artifact(connection, artifact)
    return known


def _no_artifact(connection: Connection, artifact: ArtifactId) -> NotFound:
    known = artifacts.record(connection, artifact)
    if known is not None and known.removed is not None:
        name = known.name.removesuffix(f"~{artifact}")
        return NotFound(
            f"The artifact {name} was removed.", f"Bring it back with `deepforge artifacts restore {name}`."
        )
    return NotFound(
        f"There is no artifact {artifact}.", "List the artifacts with `deepforge artifacts list`."
    )
