"""Figures: what the jobs of a run drew, version by version, and the documents that are shown in a frame."""

from __future__ import annotations

from typing import BinaryIO

from deepforge.core.errors import NotFound
from deepforge.core.ids import JobId, RunId
from deepforge.core.run import FigureVersions, FigureView
from deepforge.core.user import Caller
from deepforge.services import blobs
from deepforge.services.house import House
from deepforge.store import figures, runs

MOST_VERSIONS = 500
"""Versions of a figure in one answer at most."""


def listing(house: House, caller: Caller, run: RunId) -> tuple[FigureView, ...]:
    """The newest version of each figure of each job of a run; of a cached job, those of the one that
    answers for it.

    Raises NotFound.
    """
    with house.database.read() as connection:
        if runs.find(connection, run) is None:
            raise NotFound(f"There is no run {run}.", "List the runs with `deepforge runs list`.")
        return figures.of_run(connection, run, all_versions=False)


def versions(
    house: House, caller: Caller, run: RunId, job: JobId, figure: str, first: int = 1, count: int = 100
) -> FigureVersions:
    """At most `count` versions of a figure from the number `first` on. Raises NotFound."""
    most = max(1, min(count, MOST_VERSIONS))
    with house.database.read() as connection:
        found = figures.versions(connection, run, job, figure, first, most)
    if not found.total:
        raise NotFound(f"The job has no figure {figure}.", "List the figures of the run.")
    return found


def document(
    house: House, caller: Caller, run: RunId, job: JobId, figure: str, version: int, media: str
) -> tuple[BinaryIO, int]:
    """A part of one version of a figure, to be closed by the caller, and how many bytes it has.

    Raises NotFound, BlobDamaged.
    """
    found = versions(house, caller, run, job, figure, version, 1).versions
    if not found or found[0].version != version or media not in found[0].parts:
        raise NotFound(f"Version {version} of {figure} has no part of the type {media}.")
    return blobs.open(house, caller, found[0].parts[media])
