"""Prefect: a task a job in a flow of the process, its state kept by the server that it starts for itself."""

from __future__ import annotations

from laps import answer, asked
from prefect import flow, task

laps = asked()


@task
def no_op(value: int) -> int:
    """One job."""
    return value


@flow
def whole() -> None:
    """A chain of calls, or a fan of submitted tasks."""
    value = no_op(0)
    if laps.shape == "chain":
        for _ in range(1, laps.jobs):
            value = no_op(value)
    else:
        for future in [no_op.submit(value) for _ in range(1, laps.jobs)]:
            future.result()


answer(laps, lambda _: whole())
