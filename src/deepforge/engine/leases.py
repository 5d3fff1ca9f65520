"""Leases: for how long a worker holds an attempt, judged by the database's clock alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from deepforge.core.event import Lost
from deepforge.core.ids import JobId, RunId


@dataclass(frozen=True)
class LeaseFact:
    """One lease: the attempt, and until when it holds in Unix seconds."""

    run: RunId
    job: JobId
    fence: int
    until: float


def renewed(now: float, seconds: float) -> float:
    """Until when a lease holds that is given or renewed now."""
    return now + seconds


def expired(leases: Iterable[LeaseFact], now: float, at: str) -> dict[RunId, list[Lost]]:
    """What became of leases that ran out, by run. A lease holds up to and including its last instant."""
    lost: dict[RunId, list[Lost]] = {}
    for lease in leases:
        if lease.until < now:
            lost.setdefault(lease.run, []).append(Lost(lease.job, lease.fence, at))
    return lost
