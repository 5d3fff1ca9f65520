"""Artifacts as rows: named versions, what made them, and which run saved which."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import (
    Connection,
    Row,
    ScalarSelect,
    Select,
    bindparam,
    delete,
    false,
    func,
    insert,
    select,
    update,
)

from deepforge.core.artifact import ArtifactVersion, Lineage
from deepforge.core.ids import ArtifactId, ProjectId, RunId, UserId
from deepforge.core.run import RunArtifact
from deepforge.store.tables import artifact_versions, artifacts, run_artifacts, users

LONGEST_NAME = 200

VERSIONS: Select[Any] = (
    select(artifact_versions, artifacts.c.name, users.c.name.label("author"))
    .join(artifacts, artifacts.c.id == artifact_versions.c.artifact_id)
    .join(users, users.c.id == artifact_versions.c.author_id)
)
NEWEST: ScalarSelect[Any] = (
    select(func.max(artifact_versions.c.version))
    .where(artifact_versions.c.artifact_id == artifacts.c.id)
    .correlate(artifacts)
    .scalar_subquery()
)
"""The number of the newest version of an artifact."""
_NAMED = VERSIONS.where(
    artifacts.c.project_id == bindparam("project"),
    artifacts.c.name == bindparam("wanted"),
    artifacts.c.removed.is_(None),
)
_NEWEST = _NAMED.order_by(artifact_versions.c.version.desc()).limit(1)
_ONE = _NAMED.where(artifact_versions.c.version == bindparam("number"))
_SAVED = (
    select(
        run_artifacts.c.run_id,
        artifacts.c.name,
        artifact_versions.c.version,
        artifact_versions.c.digest,
        artifact_versions.c.type,
        artifact_versions.c.size,
        func.coalesce(artifact_versions.c.run_id == run_artifacts.c.run_id, false()),
    )
    .join(artifacts, artifacts.c.id == run_artifacts.c.artifact_id)
    .join(
        artifact_versions,
        (artifact_versions.c.artifact_id == run_artifacts.c.artifact_id)
        & (artifact_versions.c.version == run_artifacts.c.version),
    )
    .where(run_artifacts.c.run_id.in_(bindparam("wanted", expanding=True)), artifacts.c.removed.is_(None))
    .order_by(artifacts.c.name, artifact_versions.c.version)
)


def find(
    connection: Connection, project: ProjectId, name: str, version: int | None = None
) -> ArtifactVersion | None:
    """A version of an artifact by name, the newest when `version` is None; None when there is none."""
    if version is None:
        row = connection.execute(_NEWEST, {"project": project, "wanted": name}).first()
    else:
        row = connection.execute(_ONE, {"project": project, "wanted": name, "number": version}).first()
    return version_in(row) if row else None


def add_version(connection: Connection, version: ArtifactVersion, author: UserId) -> None:
    """Record a version, and the artifact itself when it is new.

    A removed artifact gives its name away, as it would be confused with this one.
    """
    known = connection.execute(select(artifacts.c.id).where(artifacts.c.id == version.artifact)).first()
    if known is None:
        give_name_away(connection, version.project, version.name)
        connection.execute(
            insert(artifacts),
            {
                "id": version.artifact,
                "project_id": version.project,
                "author_id": author,
                "name": version.name,
                "created": version.created,
            },
        )
    connection.execute(
        insert(artifact_versions),
        {
            "artifact_id": version.artifact,
            "version": version.version,
            "project_id": version.project,
            "author_id": author,
            "run_id": version.lineage.run,
            "digest": version.digest,
            "size": version.size,
            "type": version.type,
            "codec": version.codec,
            "lineage": version.lineage,
            "created": version.created,
        },
    )


def find_id(connection: Connection, project: ProjectId, name: str) -> ArtifactId | None:
    """The artifact of that name that is not removed, also one whose versions are all gone."""
    query = select(artifacts.c.id).where(
        artifacts.c.project_id == project, artifacts.c.name == name, artifacts.c.removed.is_(None)
    )
    found = connection.execute(query).scalar_one_or_none()
    return ArtifactId(found) if found else None


def numbers(connection: Connection, project: ProjectId) -> dict[str, range]:
    """The artifacts of a project by name, each with the numbers of its versions, which go on without gaps."""
    query = select(artifacts.c.name, NEWEST).where(
        artifacts.c.project_id == project, artifacts.c.removed.is_(None)
    )
    return {name: range(1, newest + 1) for name, newest in connection.execute(query) if newest}


def version_of(
    connection: Connection, artifact: ArtifactId, number: int | None = None
) -> ArtifactVersion | None:
    """One version of an artifact, also of a removed one; the newest when `number` is None."""
    query = VERSIONS.where(artifact_versions.c.artifact_id == artifact)
    if number is not None:
        query = query.where(artifact_versions.c.version == number)
    row = connection.execute(query.order_by(artifact_versions.c.version.desc()).limit(1)).first()
    return version_in(row) if row else None


def versions(connection: Connection, artifact: ArtifactId) -> list[ArtifactVersion]:
    """All versions of an artifact, newest first; none when there is no such artifact."""
    query: Select[Any] = VERSIONS.where(artifact_versions.c.artifact_id == artifact)
    query = query.order_by(artifact_versions.c.version.desc())
    return [version_in(row) for row in connection.execute(query)]


def remove(connection: Connection, artifact: ArtifactId) -> None:
    """Forget an artifact with all its versions."""
    connection.execute(delete(artifacts).where(artifacts.c.id == artifact))


@dataclass(frozen=True)
class ArtifactRecord:
    """An artifact without its versions; `removed` is when it was hidden."""

    id: ArtifactId
    project: ProjectId
    name: str
    tags: tuple[str, ...]
    removed: str | None


def record(connection: Connection, artifact: ArtifactId) -> ArtifactRecord | None:
    """An artifact, also a removed one; None when there is none."""
    row = connection.execute(select(artifacts).where(artifacts.c.id == artifact)).first()
    if row is None:
        return None
    return ArtifactRecord(row.id, row.project_id, row.name, tuple(row.tags), row.removed)


def removed_named(connection: Connection, project: ProjectId, name: str) -> ArtifactId | None:
    """The removed artifact that still has this name; None when there is none."""
    query = select(artifacts.c.id).where(
        artifacts.c.project_id == project, artifacts.c.name == name, artifacts.c.removed.is_not(None)
    )
    found = connection.execute(query).scalar_one_or_none()
    return ArtifactId(found) if found else None


def removed_before(connection: Connection, moment: str) -> list[ArtifactId]:
    """The artifacts that were hidden before a moment."""
    query = select(artifacts.c.id).where(artifacts.c.removed < moment).order_by(artifacts.c.id)
    return [ArtifactId(found) for found in connection.execute(query).scalars()]


def rename(connection: Connection, artifact: ArtifactId, name: str) -> None:
    """Call an artifact otherwise; nothing else may have the name."""
    connection.execute(update(artifacts).where(artifacts.c.id == artifact).values(name=name))


def tag(connection: Connection, artifact: ArtifactId, tags: Sequence[str]) -> None:
    """Give an artifact these tags and no others."""
    connection.execute(update(artifacts).where(artifacts.c.id == artifact).values(tags=list(tags)))


def hide(connection: Connection, artifact: ArtifactId, at: str | None) -> None:
    """Hide an artifact from now on; None: show it again."""
    connection.execute(update(artifacts).where(artifacts.c.id == artifact).values(removed=at))


def give_name_away(connection: Connection, project: ProjectId, name: str) -> None:
    """Let a removed artifact of this name be called otherwise, if there is one."""
    removed = removed_named(connection, project, name)
    if removed is not None:
        rename(connection, removed, f"{name[: LONGEST_NAME - len(removed) - 1]}~{removed}")


def note_saved(connection: Connection, run: RunId, saved: Iterable[tuple[ArtifactId, int]]) -> None:
    """Note that a run saved these versions; what is noted already, or gone, stays as it is."""
    for artifact, version in saved:
        row = {"run_id": run, "artifact_id": artifact, "version": version}
        known = select(run_artifacts.c.version).filter_by(**row)
        there = select(artifact_versions.c.version).filter_by(artifact_id=artifact, version=version)
        if connection.execute(known).first() is None and connection.execute(there).first() is not None:
            connection.execute(insert(run_artifacts), row)


def saved_by(connection: Connection, wanted: Sequence[RunId]) -> dict[RunId, list[RunArtifact]]:
    """For each run the versions it saved, by name."""
    found: dict[RunId, list[RunArtifact]] = {run: [] for run in wanted}
    for run, *fact in connection.execute(_SAVED, {"wanted": list(wanted)}):
        found[run].append(RunArtifact(*fact))
    return found


def version_in(row: Row[Any]) -> ArtifactVersion:
    """The version that a row of `VERSIONS` holds."""
    return ArtifactVersion(
        artifact=row.artifact_id,
        project=row.project_id,
        name=row.name,
        version=row.version,
        digest=row.digest,
        size=row.size,
        type=row.type,
        codec=row.codec,
        created=row.created,
        author=row.author,
        lineage=msgspec.convert(row.lineage, Lineage),
    )
