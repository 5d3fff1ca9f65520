"""Leases are judged by the clock that gave them."""

from __future__ import annotations

from deepforge.core.event import Lost
from deepforge.core.ids import JobId, RunId
from deepforge.engine.leases import LeaseFact, expired, renewed

A, B = RunId("A"), RunId("B")


def lease(run: RunId, job: str, until: float) -> LeaseFact:
    return LeaseFact(run, JobId(job), 2, until)


def test_a_lease_holds_for_its_seconds() -> None:
    assert renewed(now=100.0, seconds=30.0) == 130.0


def test_leases_that_ran_out_are_lost_by_run() -> None:
    leases = [lease(A, "a1", 99.0), lease(B, "b1", 99.9), lease(A, "a2", 50.0), lease(A, "a3", 101.0)]
    assert expired(leases, now=100.0, at="t") == {
        A: [Lost(JobId("a1"), 2, "t"), Lost(JobId("a2"), 2, "t")],
        B: [Lost(JobId("b1"), 2, "t")],
    }


def test_the_last_instant_of_a_lease_still_counts() -> None:
    assert expired([lease(A, "a1", 100.0)], now=100.0, at="t") == {}
