"""Figures as rows: each showing of a figure is a version, its parts blobs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select

from deepforge.core.ids import Digest, JobId, ProjectId, RunId
from deepforge.core.run import FigureVersions, FigureView
from deepforge.store.tables import blobs, figures, jobs

_NEWEST = select(func.max(figures.c.version)).where(
    figures.c.job_id == bindparam("of_job"),
    figures.c.fence == bindparam("of_fence"),
    figures.c.figure == bindparam("of_figure"),
)
_ADD = insert(figures)
# A cached job shows the figures of the job that answers for it. A job that was tried again shows its newest
# attempt's.
_SHOWN = (
    select(
        jobs.c.id.label("job"),
        jobs.c.name.label("job_name"),
        figures.c.fence,
        figures.c.figure,
        figures.c.title,
        figures.c.version,
        figures.c.created,
        figures.c.parts,
    )
    .join(figures, figures.c.job_id == func.coalesce(jobs.c.source_job, jobs.c.id))
    .where(jobs.c.run_id == bindparam("of_run"))
)
_OF_RUN = _SHOWN.order_by(
    jobs.c.position, figures.c.fence, figures.c.created, figures.c.figure, figures.c.version
)
_OF_FIGURE = _SHOWN.where(jobs.c.id == bindparam("shown_by"), figures.c.figure == bindparam("of_figure"))
_NEWEST_OF = _OF_FIGURE.order_by(figures.c.fence.desc(), figures.c.version.desc()).limit(1)
_VERSIONS = (
    _OF_FIGURE.where(figures.c.fence == bindparam("of_fence"), figures.c.version >= bindparam("number"))
    .order_by(figures.c.version)
    .limit(bindparam("at_most"))
)
_AT_ONCE = 500  # in one IN (...), far below what either engine takes


def add(
    connection: Connection,
    project: ProjectId,
    run: RunId,
    job: JobId,
    fence: int,
    figure: str,
    title: str,
    parts: Mapping[str, Digest],
    at: str,
) -> int:
    """Add what a figure of an attempt shows now, by media type, and say which version that is, from 1 on."""
    which = {"of_job": job, "of_fence": fence, "of_figure": figure}
    version = int(connection.execute(_NEWEST, which).scalar_one() or 0) + 1
    row = {"job_id": job, "fence": fence, "figure": figure, "version": version, "project_id": project}
    row |= {"run_id": run, "title": title, "parts": dict(parts), "created": at}
    connection.execute(_ADD, row)
    return version


def of_run(connection: Connection, run: RunId, *, all_versions: bool = True) -> tuple[FigureView, ...]:
    """The figures of a run by the jobs' places in the pipeline, oldest first.

    All versions, or only the newest.
    """
    newest_fence: dict[JobId, int] = {}
    found: dict[tuple[JobId, str, int], Any] = {}
    for row in connection.execute(_OF_RUN, {"of_run": run}):
        if row.fence > newest_fence.get(row.job, 0):
            newest_fence[row.job] = row.fence
            found = {key: kept for key, kept in found.items() if key[0] != row.job}
        found[row.job, row.figure, row.version if all_versions else 0] = row
    return _views(connection, list(found.values()))


def versions(
    connection: Connection, run: RunId, job: JobId, figure: str, first: int, most: int
) -> FigureVersions:
    """At most `most` versions of a figure from the number `first` on, of the newest attempt that showed
    it.
    """
    which = {"of_run": run, "shown_by": job, "of_figure": figure}
    newest = connection.execute(_NEWEST_OF, which).first()
    if newest is None:
        return FigureVersions(0, ())
    rows = connection.execute(
        _VERSIONS, {**which, "of_fence": newest.fence, "number": first, "at_most": most}
    ).all()
    return FigureVersions(newest.version, _views(connection, rows))


def _views(connection: Connection, rows: Sequence[Any]) -> tuple[FigureView, ...]:
    wanted = list({digest for row in rows for digest in row.parts.values()})
    sizes: dict[str, int] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        query = select(blobs.c.digest, blobs.c.size).where(
            blobs.c.digest.in_(wanted[start : start + _AT_ONCE])
        )
        sizes |= dict(map(tuple, connection.execute(query)))
    return tuple(
        FigureView(
            job=row.job,
            job_name=row.job_name,
            figure=row.figure,
            title=row.title,
            version=row.version,
            created=row.created,
            parts=row.parts,
            sizes={media: sizes[digest] for media, digest in row.parts.items() if digest in sizes},
        )
        for row in rows
    )


def count(connection: Connection, runs: Iterable[RunId]) -> dict[RunId, int]:
    """How many figures each run has, whatever their versions; runs without any are left out."""
    each = (
        select(jobs.c.run_id, figures.c.job_id, figures.c.figure)
        .join(figures, figures.c.job_id == func.coalesce(jobs.c.source_job, jobs.c.id))
        .where(jobs.c.run_id.in_(list(runs)))
        .distinct()
        .subquery()
    )
    query = select(each.c.run_id, func.count()).group_by(each.c.run_id)
    return {RunId(run): number for run, number in connection.execute(query)}
