"""Runs as lines of a list."""

from __future__ import annotations

from sqlalchemy import Connection

from deepforge.core.run import RunSummary
from deepforge.services.views import summary
from deepforge.store import jobs, series
from deepforge.store.runs import RunLine


def summaries(connection: Connection, lines: list[RunLine]) -> tuple[RunSummary, ...]:
    """Runs as lines of a list, with their jobs counted and the last values of their metrics."""
    wanted = [line.id for line in lines]
    counted = jobs.counts(connection, wanted)
    metrics = series.last_values(connection, wanted)
    return tuple(summary(line, *counted[line.id], metrics.get(line.id, {})) for line in lines)
