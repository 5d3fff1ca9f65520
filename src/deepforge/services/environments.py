"""Environments: what the jobs of a run ran with, as it was declared, as it was resolved, and where."""

from __future__ import annotations

from sqlalchemy import Connection

from deepforge.core.fingerprint import distributions
from deepforge.core.frozen import RunEnvironment
from deepforge.core.ids import JobId, RunId, WorkerId
from deepforge.core.user import Caller
from deepforge.services.house import House
from deepforge.services.memory import RunCard, card_of
from deepforge.services.shelf import known
from deepforge.store import jobs, workers


def of_run(house: House, caller: Caller, run: RunId) -> tuple[RunEnvironment, ...]:
    """The environments of a run, each with the jobs that have it in common. Raises NotFound."""
    with house.database.read() as connection:
        card = card_of(known(connection, run), jobs.of_run(connection, run))
        places = {line.id: line for line in workers.lines(connection)}
        ran_on = {job: _ran_on(connection, card, job) for job in card.jobs}
    found: list[RunEnvironment] = []
    of_jobs: list[list[str]] = []
    for job, job_card in card.jobs.items():
        if card.status.jobs[job].plan.built_in:
            continue
        part = job_card.fingerprint.parts.get("environment") if job_card.fingerprint else None
        place = places.get(worker) if (worker := ran_on[job]) else None
        environment = RunEnvironment(
            jobs=(),
            declared=job_card.recipe.environment,
            resolved=distributions(part.shown if part else ""),
            worker=place.name if place else None,
            machine=place.machine if place else None,
        )
        if environment not in found:
            found.append(environment)
            of_jobs.append([])
        of_jobs[found.index(environment)].append(card.names[job])
    return tuple(
        RunEnvironment(tuple(names), each.declared, each.resolved, each.worker, each.machine)
        for each, names in zip(found, of_jobs, strict=True)
    )


def _ran_on(connection: Connection, card: RunCard, job: JobId) -> WorkerId | None:
    """The worker of a job, or of the one that answers for it."""
    source = card.jobs[job].source
    return jobs.worker_of(connection, source) if source else card.status.jobs[job].worker
