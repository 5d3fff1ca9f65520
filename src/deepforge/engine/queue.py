"""The queue: which waiting jobs a worker gets, and why the others wait."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from deepforge.core.ids import JobId, RunId
from deepforge.core.resources import Machine, Resources


@dataclass(frozen=True)
class Waiting:
    """A job that workers may take."""

    job: JobId
    run: RunId
    resources: Resources


@dataclass(frozen=True)
class Place:
    """A worker that is there: what its machine has, how many jobs it runs at once, how many it has now."""

    name: str
    whole: Resources
    slots: int
    running: int = 0


def place_of(name: str, machine: Machine, slots: int, running: int = 0) -> Place:
    """A worker on a machine."""
    whole = Resources(
        cpus=float(machine.cpus), gpus=len(machine.gpus), memory=machine.memory, labels=machine.labels
    )
    return Place(name, whole, slots, running)


def choose(
    lines: Mapping[RunId, Iterable[Waiting]], served: Mapping[RunId, int], free: Resources, slots: int
) -> list[Waiting]:
    """The jobs to give to a worker with this much left: one of each run in turn, each run's own in their
    order.

    `lines` holds the waiting jobs of each run, the longest waiting first; `served` when a run was last
    given something, as a number that grows. The run that was served longest ago comes first, so a large run
    does not hold up a small one. A job that does not fit what is left is passed over, so that a large job
    does not hold up the small ones behind it.
    """
    chosen: list[Waiting] = []
    turn = deque(iter(lines[run]) for run in sorted(lines, key=lambda run: served.get(run, 0)))
    while turn and len(chosen) < slots:
        line = turn.popleft()
        found = next((entry for entry in line if entry.resources.fits(free)), None)
        if found is None:
            continue
        chosen.append(found)
        free = _without(free, found.resources)
        turn.append(line)
    return chosen


def _without(free: Resources, taken: Resources) -> Resources:
    return replace(
        free, cpus=free.cpus - taken.cpus, gpus=free.gpus - taken.gpus, memory=free.memory - taken.memory
    )


def why_waiting(asked: Resources, places: Sequence[Place]) -> str:
    """One sentence: why a job that asks for this is in the queue and not on one of these workers."""
    if not places:
        return "no worker is connected"
    able = [place for place in places if place.slots > 0 and asked.fits(place.whole)]
    if any(place.running == 0 for place in able):
        return "a worker is about to take it"
    if able:
        return "every worker that can take it is busy"
    lacks = sorted({lack for place in places for lack in _lacks(asked, place.whole)})
    if len(places) == 1:
        return f"the worker {places[0].name} cannot take it: {'; '.join(lacks) or 'it runs no jobs'}"
    return f"none of the {len(places)} workers can take it: {'; '.join(lacks) or 'they run no jobs'}"


def _lacks(asked: Resources, whole: Resources) -> Iterable[str]:
    if asked.cpus > whole.cpus:
        yield f"it asks for {asked.cpus:g} CPUs, there are {whole.cpus:g}"
    if asked.gpus > whole.gpus:
        plural = "" if asked.gpus == 1 else "s"
        yield f"it asks for {asked.gpus} GPU{plural}, there are {whole.gpus or 'none'}"
    if asked.memory > whole.memory:
        yield f"it asks for {_gigabytes(asked.memory)} of memory, there are {_gigabytes(whole.memory)}"
    for label in sorted(set(asked.labels) - set(whole.labels)):
        yield f"it asks for the label {label}"


def _gigabytes(size: int) -> str:
    return f"{size / 10**9:.3g} GB"
