"""Luigi: a task a job, each with its target on disk; one worker in process (`1`), or two that fork (`2`)."""

from __future__ import annotations

import os
from pathlib import Path

import luigi
from laps import answer, asked, upstream

laps = asked()


class NoOp(luigi.Task):
    """One job."""

    lap = luigi.IntParameter()
    job = luigi.IntParameter()

    def requires(self) -> list[luigi.Task]:
        """The job before it."""
        source = upstream(laps.shape, self.job)
        return [] if source is None else [NoOp(lap=self.lap, job=source)]

    def output(self) -> luigi.LocalTarget:
        """A file that says it is done."""
        return luigi.LocalTarget(Path(os.environ["HOME"], "targets", str(self.lap), str(self.job)))

    def run(self) -> None:
        """Hand the value on."""
        value = "0"
        for source in self.input():
            with source.open() as file:
                value = file.read()
        with self.output().open("w") as file:
            file.write(value)


def run(lap: int) -> None:
    """Build the last job of a chain, or all leaves of a fan."""
    wanted = [laps.jobs - 1] if laps.shape == "chain" else range(1, laps.jobs)
    tasks = [NoOp(lap=lap, job=job) for job in wanted]
    if not luigi.build(tasks, workers=int(laps.variant), local_scheduler=True, log_level="ERROR"):
        raise SystemExit("a task of Luigi failed")


answer(laps, run)
