"""Lines of the list of artifacts: filtered, sorted, page by page; and what they can be filtered by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Select, exists, func, or_, select

from deepforge.core.artifact import ArtifactFacets, ArtifactFilter, ArtifactSummary, Facet, NeedingRun
from deepforge.core.ids import ArtifactId, ProjectId, RunId
from deepforge.store.artifacts import NEWEST
from deepforge.store.tables import (
    artifact_versions,
    artifacts,
    blob_uses,
    jobs,
    projects,
    run_artifacts,
    runs,
)
from deepforge.store.tags import has_in_tag, has_tag

_RUN = "run:"
Column = Literal["name", "size", "created", "type", "versions"]

_ALL = (
    select(
        artifacts.c.id,
        artifacts.c.project_id,
        projects.c.name.label("project_name"),
        artifacts.c.name,
        artifact_versions.c.version.label("versions"),  # none goes by itself: the newest says how many
        artifact_versions.c.digest,
        artifact_versions.c.size,
        artifact_versions.c.type,
        artifact_versions.c.codec,
        artifact_versions.c.created,
        artifacts.c.tags,
        artifact_versions.c.version.label("newest"),
    )
    .select_from(artifacts)
    .join(projects, projects.c.id == artifacts.c.project_id)
    .join(
        artifact_versions,
        (artifact_versions.c.artifact_id == artifacts.c.id) & (artifact_versions.c.version == NEWEST),
    )
)
_LINES = _ALL.where(artifacts.c.removed.is_(None))
_SORTED: dict[Column, ColumnElement[Any]] = {
    "name": func.lower(artifacts.c.name),
    "size": artifact_versions.c.size,
    "created": artifact_versions.c.created,
    "type": artifact_versions.c.type,
    "versions": artifact_versions.c.version,
}


def page(
    connection: Connection,
    wanted: ArtifactFilter,
    column: Column = "name",
    descending: bool = False,
    limit: int | None = None,
    after: ArtifactId | None = None,
) -> list[ArtifactSummary]:
    """The artifacts behind `after`, each by its newest version; equal ones in the order of their ids.

    `after` may be removed, and nothing is behind what is gone for good.
    """
    key = _SORTED[column]
    query = _filtered(_LINES, wanted)
    if after is not None:
        there = _ALL.with_only_columns(key).where(artifacts.c.id == after)
        place = connection.execute(there).scalar_one_or_none()
        if place is None:
            return []
        further = key < place if descending else key > place
        query = query.where(or_(further, (key == place) & (artifacts.c.id > after)))
    query = query.order_by(key.desc() if descending else key, artifacts.c.id).limit(limit)
    return [_summary(row) for row in connection.execute(query)]


def one(connection: Connection, artifact: ArtifactId) -> ArtifactSummary | None:
    """One artifact; None when there is none, or it is removed."""
    row = connection.execute(_LINES.where(artifacts.c.id == artifact)).first()
    return _summary(row) if row else None


def facets(connection: Connection, project: ProjectId | None) -> ArtifactFacets:
    """The types and tags that artifacts have, most common first."""
    types: Counter[str] = Counter()
    tags: Counter[str] = Counter()
    for line in page(connection, ArtifactFilter(project)):
        types[line.type] += 1
        tags.update(line.tags)
    return ArtifactFacets(_counted(types), _counted(tags))


def count_users(connection: Connection, wanted: Sequence[ArtifactId]) -> dict[ArtifactId, int]:
    """How many runs keep the bytes of a version without having saved one of the artifact: they took it."""
    saved = exists().where(
        run_artifacts.c.artifact_id == artifact_versions.c.artifact_id,
        run_artifacts.c.run_id == func.substr(blob_uses.c.owner, len(_RUN) + 1),
    )
    uses = (
        select(artifact_versions.c.artifact_id, func.count(blob_uses.c.owner.distinct()))
        .join(
            blob_uses,
            (blob_uses.c.digest == artifact_versions.c.digest)
            & (blob_uses.c.project_id == artifact_versions.c.project_id),
        )
        .where(artifact_versions.c.artifact_id.in_(list(wanted)), blob_uses.c.owner.startswith(_RUN), ~saved)
        .group_by(artifact_versions.c.artifact_id)
    )
    found = dict.fromkeys(wanted, 0)
    found.update((artifact, count) for artifact, count in connection.execute(uses))
    return found


def unfinished_users(connection: Connection, project: ProjectId, name: str) -> list[NeedingRun]:
    """The runs of a project that have not ended and have a job that takes the artifact of this name."""
    query = (
        select(runs.c.id, runs.c.pipeline, jobs.c.spec)
        .join(jobs, jobs.c.run_id == runs.c.id)
        .where(
            runs.c.project_id == project,
            runs.c.state.in_(("pending", "running")),
            jobs.c.operation == "Input",
        )
        .order_by(runs.c.id)
    )
    found: dict[RunId, NeedingRun] = {}
    for run, pipeline, spec in connection.execute(query):
        reference = str(spec.get("attributes", {}).get("artifact", ""))
        if reference == name or reference.startswith(f"{name}@"):
            found[run] = NeedingRun(run, pipeline)
    return list(found.values())


def _filtered(query: Select[Any], wanted: ArtifactFilter) -> Select[Any]:
    if wanted.project is not None:
        query = query.where(artifacts.c.project_id == wanted.project)
    if wanted.name is not None:
        query = query.where(artifacts.c.name == wanted.name)
    if wanted.type is not None:
        query = query.where(artifact_versions.c.type == wanted.type)
    if wanted.tag is not None:
        query = query.where(has_tag(artifacts.c.tags, wanted.tag))
    if wanted.q:
        looked_for = wanted.q.strip().lower()
        name = func.lower(artifacts.c.name).contains(looked_for, autoescape=True)
        query = query.where(or_(name, has_in_tag(artifacts.c.tags, looked_for)))
    return query


def _summary(row: Any) -> ArtifactSummary:
    fields = dict(row._mapping)
    return ArtifactSummary(**{**_named(fields), "tags": tuple(fields["tags"])})


def _named(fields: dict[str, Any]) -> dict[str, Any]:
    return {("project" if name == "project_id" else name): value for name, value in fields.items()}


def _counted(found: Counter[str]) -> tuple[Facet, ...]:
    return tuple(Facet(*each) for each in sorted(found.items(), key=lambda each: (-each[1], each[0])))
