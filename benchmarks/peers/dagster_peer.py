"""Dagster: an op a job; all in one process (`in-process`), or a process each, two at once."""

from __future__ import annotations

import os

from dagster import (
    DagsterInstance,
    In,
    JobDefinition,
    execute_job,
    job,
    multiprocess_executor,
    op,
    reconstructable,
)
from laps import answer, asked, upstream


@op
def first() -> int:
    """The job at the head."""
    return 0


@op(ins={"value": In(int)})
def no_op(value: int) -> int:
    """Every other job."""
    return value


def make_job() -> JobDefinition:
    """The graph; made again in each process of a job, from the same command line."""
    shape, jobs = os.environ["PEER_SHAPE"], int(os.environ["PEER_JOBS"])

    @job(executor_def=multiprocess_executor.configured({"max_concurrent": 2}))
    def whole() -> None:
        values = [first()]
        for number in range(1, jobs):
            values.append(no_op.alias(f"no_op_{number}")(values[upstream(shape, number) or 0]))

    return whole


def main() -> None:
    """Run the graph as often as asked."""
    laps = asked()
    os.environ["PEER_SHAPE"], os.environ["PEER_JOBS"] = laps.shape, str(laps.jobs)
    instance = DagsterInstance.get()

    def run(_: int) -> None:
        if laps.variant == "in-process":
            done = make_job().execute_in_process(instance=instance)
        else:
            done = execute_job(reconstructable(make_job), instance=instance)
        if not done.success:
            raise SystemExit("a run of Dagster failed")

    answer(laps, run)


if __name__ == "__main__":
    main()
