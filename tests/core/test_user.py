"""Who asks, and what they may do."""

from __future__ import annotations

from deepforge.core.ids import UserId
from deepforge.core.user import OWNER, PERMISSIONS, WORKER, Caller


def test_the_owner_may_everything_but_what_workers_do() -> None:
    assert {"workers:exchange"} == PERMISSIONS - OWNER


def test_a_worker_takes_jobs_and_moves_bytes_and_no_more() -> None:
    assert {"workers:exchange", "blobs:read", "blobs:write"} == WORKER
    assert WORKER <= PERMISSIONS


def test_a_caller_may_what_the_token_allows() -> None:
    caller = Caller(UserId("ann"), "Ann", frozenset({"runs:read"}))
    assert caller.may("runs:read")
    assert not caller.may("runs:write")
