"""Capacity: what is left of the machine beside the attempts on it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from deepforge.core.resources import Machine, Resources
from deepforge.worker.attempt import Attempt


@dataclass(frozen=True)
class Capacity:
    """What the worker may use: so many jobs at once, and the machine's resources for them."""

    slots: int
    machine: Machine

    def whole(self) -> Resources:
        """Everything. More slots than processors mean that jobs of one processor may share."""
        machine = self.machine
        return Resources(
            cpus=float(max(machine.cpus, self.slots)),
            gpus=len(machine.gpus),
            memory=machine.memory,
            labels=machine.labels,
        )

    def left(self, attempts: Iterable[Attempt]) -> Resources:
        """What these attempts leave; never less than nothing."""
        asked = [attempt.lease.spec.resources for attempt in attempts]
        whole = self.whole()
        return Resources(
            cpus=max(0.0, whole.cpus - sum(one.cpus for one in asked)),
            gpus=max(0, whole.gpus - sum(one.gpus for one in asked)),
            memory=max(0, whole.memory - sum(one.memory for one in asked)),
            labels=whole.labels,
        )

    def has_place(self, attempt: Attempt, others: list[Attempt]) -> bool:
        """Whether an attempt can start beside the others. One that the machine could never take whole starts
        alone."""
        if len(others) >= self.slots:
            return False
        return not others or attempt.lease.spec.resources.fits(self.left(others))

    def take_gpus(self, attempt: Attempt, others: Iterable[Attempt]) -> tuple[int, ...]:
        """The indices of the graphics processors an attempt gets: those with the lowest number that nobody
        has."""
        taken = {index for other in others for index in other.gpus}
        free = [gpu.index for gpu in self.machine.gpus if gpu.index not in taken]
        return tuple(free[: attempt.lease.spec.resources.gpus])
