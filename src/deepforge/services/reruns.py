"""Reruns: a run once more from the files it froze, or a job of it anew with the project's files of today."""

from __future__ import annotations

from dataclasses import replace

import msgspec

from deepforge.core.errors import NotFound
from deepforge.core.frozen import Again
from deepforge.core.graph import downstream
from deepforge.core.ids import JobId, RunId
from deepforge.core.run import Origin, RunRequest, RunView
from deepforge.core.user import Caller
from deepforge.services import runs, starting
from deepforge.services.house import House
from deepforge.services.planning import choose
from deepforge.services.shelf import known
from deepforge.store import jobs

UNSUCCESSFUL = frozenset({"failed", "canceled"})


def again(house: House, caller: Caller, run: RunId, wish: Again) -> RunView:
    """The same run once more, from the files it froze; the cache answers for what has been done.

    Raises NotFound, InvalidPipeline, Conflict when the key was used for another request.
    """
    with house.database.read() as connection:
        record = known(connection, run)
    before = msgspec.convert(record.request, RunRequest)
    only_failed = record.state in UNSUCCESSFUL and not (wish.attributes or wish.refresh)
    how = "from" if wish.refresh else "failed" if only_failed else "again"
    attributes = {name: {**values} for name, values in before.attributes.items()}
    for name, values in wish.attributes.items():
        attributes[name] = {**attributes.get(name, {}), **values}
    request = replace(
        before,
        attributes=attributes,
        cache=before.cache or how != "again",
        refresh=wish.refresh,
        key=wish.key,
        origin=Origin(run, how, wish.refresh),  # type: ignore[arg-type]
    )
    begun = starting.started_before(house, caller, request)
    if begun is None:
        begun = starting.begin(house, caller, request, starting.thaw(house, record))
    return runs.show(house, caller, begun)


def restart(house: House, caller: Caller, run: RunId, job: JobId) -> RunView:
    """A job of a run, and what depends on it, with the project's files of today; what they need besides is
    taken from the run, as far as it has it.

    Raises NotFound, UnknownName, InvalidPipeline.
    """
    with house.database.read() as connection:
        record = known(connection, run)
        found = {each.status.plan.name: each for each in jobs.of_run(connection, run)}
    name = next((name for name, each in found.items() if each.status.plan.id == job), None)
    if name is None:
        raise NotFound(f"The run has no job {job}.", f"List its jobs: deepforge runs show {run}")
    frozen = starting.freeze(house, record.project)
    pipeline = frozen.reading.pipeline(record.pipeline).pipeline
    running = choose(pipeline, frozen.reading.operations).running
    anew = downstream([name], running.edges())
    before = msgspec.convert(record.request, RunRequest)
    request = replace(
        before,
        attributes={node: values for node, values in before.attributes.items() if node in pipeline.nodes},
        cache=True,
        to=tuple(node for node in running.nodes if node in anew) or (name,),
        refresh=(name,),
        key=None,
        origin=Origin(run, "restart", (name,)),
    )
    answers = {node: each for node, each in found.items() if node not in anew}
    return runs.show(house, caller, starting.begin(house, caller, request, frozen, answers))
