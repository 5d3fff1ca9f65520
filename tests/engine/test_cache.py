"""The key of a job: what it is made of, what comes in, where it runs; and why it runs."""

from __future__ import annotations

from dataclasses import replace

from deepforge.core.environment import Declared, Distribution, Interpreter
from deepforge.core.fingerprint import Fingerprint, Part
from deepforge.core.ids import Digest, JobId, RunId
from deepforge.core.job import JobPlan, new_run
from deepforge.core.operation import read_operation
from deepforge.core.run import Change, OutputFact
from deepforge.engine.cache import (
    EnvironmentFact,
    Past,
    Recipe,
    Wire,
    code_parts,
    declared_environment,
    fingerprint_of,
    inputs_of,
    installed_environment,
    shown_attributes,
    what_changed,
    why_it_runs,
)

SOURCE = """
def train(images, *, epochs: int = 5, sizes=(3, 3), when=len("x")):
    model = images
    return model
"""
OPERATION = read_operation(SOURCE, "operations/train.py").operation
assert OPERATION is not None
HERE = EnvironmentFact(Digest("e" * 64), {"python": "3.11", "numpy": "2.1"})
IMAGES = OutputFact("images", Digest("a" * 64), 10, "numpy.ndarray", "npy")


def recipe(**attributes: object) -> Recipe:
    assert OPERATION is not None
    return Recipe(
        operation="train",
        module="operations.train",
        form="function",
        attributes=attributes,
        inputs={"images": Wire(JobId("load"), "images")},
        outputs=("model",),
        parts=code_parts(OPERATION, {"utils.data": "d" * 64}, attributes),
    )


def test_a_key_has_a_part_for_each_thing_that_can_change() -> None:
    found = fingerprint_of(recipe(), {"images": IMAGES}, HERE)
    assert list(found.parts) == [
        "operation",
        "module utils.data",
        "attribute epochs",
        "attribute sizes",
        "input images",
        "environment",
        "codecs",
    ]
    assert found.parts["environment"] == Part(HERE.digest, "numpy 2.1, python 3.11")


def test_each_part_changes_the_key_and_the_same_parts_give_the_same() -> None:
    made = recipe()

    def key(
        of: Recipe = made, data: OutputFact | None = IMAGES, environment: EnvironmentFact = HERE
    ) -> Digest:
        return fingerprint_of(of, {"images": data}, environment).key

    assert key(recipe()) == key() == key(recipe(epochs=5))
    others = [
        key(recipe(epochs=6)),
        key(replace(recipe(), parts=recipe().parts | {"operation": Part(Digest("0" * 64))})),
        key(replace(recipe(), parts=recipe().parts | {"module utils.data": Part(Digest("0" * 64))})),
        key(data=replace(IMAGES, digest=Digest("b" * 64))),
        key(data=replace(IMAGES, type="list")),
        key(data=None),
        key(environment=EnvironmentFact(Digest("f" * 64))),
    ]
    assert len({key(), *others}) == len(others) + 1


def test_names_of_nodes_and_jobs_do_not_count() -> None:
    moved = replace(recipe(), inputs={"images": Wire(JobId("another"), "pictures")})
    one, other = (
        fingerprint_of(each, {"images": replace(IMAGES, name=name)}, HERE)
        for each, name in ((recipe(), "images"), (moved, "pictures"))
    )
    assert one.key == other.key


def test_the_inputs_of_a_job_are_what_left_the_outputs_they_are_wired_to() -> None:
    run = new_run(RunId("R"), [JobPlan(JobId("load"), "load", "Load")])
    done = replace(run.jobs[JobId("load")], outputs=(replace(IMAGES, name="labels"), IMAGES))
    run = replace(run, jobs={JobId("load"): done})
    wired = replace(recipe(), inputs={"images": Wire(JobId("load"), "images"), "mask": None})
    assert inputs_of(run, wired) == {"images": IMAGES, "mask": None}


def test_attributes_are_shown_with_their_defaults_as_plain_values() -> None:
    assert OPERATION is not None
    assert shown_attributes(OPERATION, {"epochs": 7}) == {"epochs": 7, "sizes": [3, 3]}


def test_without_a_declared_environment_what_stands_behind_the_imports_counts_and_nothing_else() -> None:
    interpreter = Interpreter(
        "3.11.2",
        "linux",
        {"numpy": Distribution("2.1"), "torch": Distribution("2.5", ("numpy",)), "rich": Distribution("13")},
        {"torch": ("torch",), "numpy": ("numpy",), "rich": ("rich",)},
    )
    fact = installed_environment(interpreter, ("torch", "missing"))
    assert fact.shown == {"python": "3.11.2", "numpy": "2.1", "torch": "2.5"}
    newer = replace(interpreter, distributions=interpreter.distributions | {"rich": Distribution("14")})
    assert installed_environment(newer, ("torch",)).digest == fact.digest
    newer = replace(interpreter, distributions=interpreter.distributions | {"numpy": Distribution("2.2")})
    assert installed_environment(newer, ("torch",)).digest != fact.digest
    assert installed_environment(replace(interpreter, platform="mac"), ("torch",)).digest != fact.digest


def test_a_declared_environment_counts_by_its_lock_once_that_is_known() -> None:
    declared = Declared(("numpy>=2",), digest=Digest("d" * 64))
    assert declared_environment(declared, None).digest == "declared:" + "d" * 64
    assert declared_environment(declared, "l" * 64).digest == "l" * 64


def past(**parts: str) -> Past:
    return Past(
        RunId("before"),
        Fingerprint({name.replace("_", " "): Part(Digest(text), text) for name, text in parts.items()}),
    )


def test_why_a_job_runs() -> None:
    now = past(operation="o", attribute_epochs="6").fingerprint
    assert why_it_runs(None, now) == "it has not run before"
    assert why_it_runs(past(operation="o", attribute_epochs="5"), now) == "attribute epochs: 5 → 6"
    same = past(operation="o", attribute_epochs="6")
    assert why_it_runs(same, now) == "nothing changed, but no earlier job that succeeded is kept"


def test_what_changed_is_told_part_by_part() -> None:
    now = past(operation="o", attribute_epochs="6").fingerprint
    assert what_changed(past(operation="o", attribute_epochs="5"), now) == (
        Change("attribute epochs", "5", "6"),
    )
    assert what_changed(None, now) == what_changed(past(operation="o"), None) == ()
