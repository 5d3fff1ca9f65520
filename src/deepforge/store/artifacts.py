"""Artifacts as rows: named versions, what made them, and which run saved which."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, Select, bindparam, delete, func, insert, select

from deepforge.core.artifact import MANIFEST, ArtifactSummary, ArtifactVersion, Lineage
from deepforge.core.ids import ArtifactId, ProjectId, RunId, UserId
from deepforge.core.run import RunArtifact
from deepforge.store.tables import artifact_versions, artifacts, projects, run_artifacts, users

_VERSION = (
    select(artifact_versions, artifacts.c.name, users.c.name.label("author"))
    .join(artifacts, artifacts.c.id == artifact_versions.c.artifact_id)
    .join(users, users.c.id == artifact_versions.c.author_id)
)
_NEWEST = (
    _VERSION.where(artifacts.c.project_id == bindparam("project"), artifacts.c.name == bindparam("wanted"))
    .order_by(artifact_versions.c.version.desc())
    .limit(1)
)
_ONE = _VERSION.where(
    artifacts.c.project_id == bindparam("project"),
    artifacts.c.name == bindparam("wanted"),
    artifact_versions.c.version == bindparam("number"),
)
_SAVED = (
    select(
        run_artifacts.c.run_id,
        artifacts.c.name,
        artifact_versions.c.version,
        artifact_versions.c.digest,
        artifact_versions.c.type,
        artifact_versions.c.size,
    )
    .join(artifacts, artifacts.c.id == run_artifacts.c.artifact_id)
    .join(
        artifact_versions,
        (artifact_versions.c.artifact_id == run_artifacts.c.artifact_id)
        & (artifact_versions.c.version == run_artifacts.c.version),
    )
    .where(run_artifacts.c.run_id.in_(bindparam("wanted", expanding=True)))
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
    return _version(row) if row else None


def add_version(connection: Connection, version: ArtifactVersion, author: UserId) -> None:
    """Record a version, and the artifact itself when it is new."""
    known = connection.execute(select(artifacts.c.id).where(artifacts.c.id == version.artifact)).first()
    if known is None:
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
    """The artifact of that name, also one whose versions are all gone."""
    query = select(artifacts.c.id).where(artifacts.c.project_id == project, artifacts.c.name == name)
    found = connection.execute(query).scalar_one_or_none()
    return ArtifactId(found) if found else None


def numbers(connection: Connection, project: ProjectId) -> dict[str, frozenset[int]]:
    """The artifacts of a project by name, each with the numbers of its versions."""
    query = (
        select(artifacts.c.name, artifact_versions.c.version)
        .join(artifact_versions, artifact_versions.c.artifact_id == artifacts.c.id)
        .where(artifacts.c.project_id == project)
    )
    found: dict[str, set[int]] = {}
    for name, version in connection.execute(query):
        found.setdefault(name, set()).add(version)
    return {name: frozenset(versions) for name, versions in found.items()}


def folders(connection: Connection, project: ProjectId) -> frozenset[str]:
    """The references to versions that are folders, `name@3`; and `name` where the newest is one."""
    columns = (artifacts.c.name, artifact_versions.c.version, artifact_versions.c.codec)
    query = (
        select(*columns)
        .join(artifact_versions, artifact_versions.c.artifact_id == artifacts.c.id)
        .where(artifacts.c.project_id == project)
        .order_by(artifact_versions.c.version)
    )
    rows = connection.execute(query).all()
    newest = {name: codec for name, _, codec in rows}
    numbered = {f"{name}@{version}" for name, version, codec in rows if codec == MANIFEST}
    return frozenset(numbered | {name for name, codec in newest.items() if codec == MANIFEST})


def listing(
    connection: Connection, project: ProjectId | None = None, name: str | None = None
) -> list[ArtifactSummary]:
    """The artifacts, each by its newest version, by project and name."""
    newest = (
        select(
            artifact_versions.c.artifact_id,
            func.max(artifact_versions.c.version).label("newest"),
            func.count().label("versions"),
        )
        .group_by(artifact_versions.c.artifact_id)
        .subquery()
    )
    query = (
        select(
            artifacts.c.id,
            artifacts.c.project_id,
            projects.c.name,
            artifacts.c.name,
            newest.c.versions,
            artifact_versions.c.digest,
            artifact_versions.c.size,
            artifact_versions.c.type,
            artifact_versions.c.codec,
            artifact_versions.c.created,
        )
        .select_from(artifacts)
        .join(projects, projects.c.id == artifacts.c.project_id)
        .join(newest, newest.c.artifact_id == artifacts.c.id)
        .join(
            artifact_versions,
            (artifact_versions.c.artifact_id == artifacts.c.id)
            & (artifact_versions.c.version == newest.c.newest),
        )
        .order_by(projects.c.name, artifacts.c.name)
    )
    if project is not None:
        query = query.where(artifacts.c.project_id == project)
    if name is not None:
        query = query.where(artifacts.c.name == name)
    return [ArtifactSummary(*tuple(row)) for row in connection.execute(query)]


def versions(connection: Connection, artifact: ArtifactId) -> list[ArtifactVersion]:
    """All versions of an artifact, newest first; none when there is no such artifact."""
    query: Select[Any] = _VERSION.where(artifact_versions.c.artifact_id == artifact)
    query = query.order_by(artifact_versions.c.version.desc())
    return [_version(row) for row in connection.execute(query)]


def remove(connection: Connection, artifact: ArtifactId) -> None:
    """Forget an artifact with all its versions."""
    connection.execute(delete(artifacts).where(artifacts.c.id == artifact))


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


def _version(row: Row[Any]) -> ArtifactVersion:
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
