"""What is left of a machine beside the jobs on it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from deepforge.core.resources import Gpu, Machine, Resources
from deepforge.worker.attempt import Attempt, new_attempt
from deepforge.worker.capacity import Capacity
from tests.worker.test_shipping import a_lease

GPUS = tuple(Gpu(index, "NVIDIA", 1) for index in (0, 2, 3))
MACHINE = Machine("here", "linux", cpus=4, memory=1000, gpus=GPUS, labels=("fast",))
CAPACITY = Capacity(slots=3, machine=MACHINE)


def asking(**resources: object) -> Attempt:
    lease = a_lease()
    return new_attempt(
        Path("jobs"), replace(lease, spec=replace(lease.spec, resources=Resources(**resources)))
    )  # type: ignore[arg-type]


def test_what_jobs_ask_for_is_taken_from_the_machine() -> None:
    left = CAPACITY.left([asking(cpus=2.5, gpus=1, memory=300), asking(memory=100)])
    assert left == Resources(cpus=0.5, gpus=2, memory=600, labels=("fast",))


def test_it_is_never_less_than_nothing() -> None:
    assert CAPACITY.left([asking(cpus=9, gpus=9, memory=9000)]) == Resources(
        cpus=0, gpus=0, memory=0, labels=("fast",)
    )


def test_more_slots_than_processors_let_jobs_share() -> None:
    assert Capacity(16, MACHINE).left([asking()] * 10).cpus == 6


def test_there_is_a_place_while_slots_and_resources_last() -> None:
    assert CAPACITY.has_place(asking(), [asking(), asking()])
    assert not CAPACITY.has_place(asking(), [asking(), asking(), asking()])
    assert not CAPACITY.has_place(asking(gpus=3), [asking(gpus=1)])
    assert CAPACITY.has_place(asking(memory=5000), [])


def test_gpus_are_given_to_one_job_at_a_time_the_lowest_first() -> None:
    first, second = asking(gpus=1), asking(gpus=2)
    first.gpus = CAPACITY.take_gpus(first, [])
    second.gpus = CAPACITY.take_gpus(second, [first])
    assert (first.gpus, second.gpus, CAPACITY.take_gpus(asking(), [])) == ((0,), (2, 3), ())
