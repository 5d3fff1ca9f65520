"""Cache keys, and what two of them say about each other."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from deepforge.core.digest import digest_of
from deepforge.core.fingerprint import (
    Fingerprint,
    Referred,
    changes,
    describe,
    effective_attributes,
    files_part,
    fingerprint,
)
from deepforge.core.ids import Digest
from deepforge.core.operation import Attribute, Enumeration, Expression, Operation, read_operation
from deepforge.core.run import Change, OutputFact

SOURCE = """
class Train:
    def __init__(self, epochs=5, sizes=[1, 2], seed=new_seed()):
        pass
    def execute(self, images, weights=None):
        return model
"""
IMAGES = OutputFact("train_images", Digest("a" * 64), 100, "numpy.ndarray", "npy")
ENVIRONMENT = ("e1", {"numpy": "1.26.4", "torch": "2.6.0"})


def operation(source: str = SOURCE, file: str = "operations/train.py") -> Operation:
    found = read_operation(source, file).operation
    assert found is not None
    return found


def key(**changed: Any) -> Fingerprint:
    parts: dict[str, Any] = {
        "operation": operation(),
        "modules": {"utils.data": "d1"},
        "attributes": {},
        "inputs": {"images": IMAGES, "weights": None},
        "environment": ENVIRONMENT,
        "codecs_version": 1,
    }
    return fingerprint(**parts | changed)


def test_a_fingerprint_has_named_parts() -> None:
    assert {name: part.shown for name, part in key().parts.items() if name != "operation"} == {
        "module utils.data": "d1",
        "attribute epochs": "5",
        "attribute sizes": "[1, 2]",
        "input images": "numpy.ndarray aaaaaaaa",
        "input weights": "nothing",
        "environment": "numpy 1.26.4, torch 2.6.0",
        "codecs": "1",
    }


def test_the_same_parts_give_the_same_key() -> None:
    assert key().key == key().key
    assert len(key().key) == 64


def test_comments_and_formatting_do_not_matter() -> None:
    assert key(operation=operation("# new\n" + SOURCE.replace("pass", "pass  # why"))).key == key().key


def test_writing_a_default_out_changes_nothing() -> None:
    assert (
        key(attributes={"epochs": 5}).key == key(attributes={"sizes": [1, 2], "epochs": 5}).key == key().key
    )


def test_a_reference_counts_by_its_name_and_by_the_code_it_reaches() -> None:
    def referring(target: str, **code: str) -> Fingerprint:
        return key(references={"epochs": Referred(target, code)})

    focal = referring("utils.losses.focal", losses="d1", maths="d2")
    assert focal.parts["reference epochs"].shown == "utils.losses.focal"
    assert "attribute epochs" not in focal.parts, "its default does not count"
    assert focal.key == referring("utils.losses.focal", maths="d2", losses="d1").key
    assert describe(changes(focal, referring("utils.losses.focal", losses="d1", maths="d3"))) == (
        "reference epochs: focal's code changed"
    )
    assert describe(changes(focal, referring("utils.losses.dice", losses="d1", maths="d2"))) == (
        "reference epochs: focal → dice"
    )
    assert describe(changes(focal, referring("utils.others.focal", others="d1"))) == (
        "reference epochs: utils.losses.focal → utils.others.focal"
    )
    assert describe(changes(key(), focal)) == (
        "attribute epochs is gone, reference epochs: utils.losses.focal is new"
    )


def test_the_member_of_an_enumeration_counts_by_its_name() -> None:
    chosen = Attribute("optimizer", "Optimizer", Expression("Optimizer.ADAM"))
    members = Enumeration("utils.options.Optimizer", ("ADAM", "SGD"))
    train = replace(operation(), attributes=(replace(chosen, enumeration=members),))
    assert effective_attributes(train, {}) == {"optimizer": "ADAM"}
    assert key(operation=train).key == key(operation=train, attributes={"optimizer": "ADAM"}).key


def test_the_order_of_attributes_does_not_matter() -> None:
    assert key(attributes={"a": 1, "b": 2}).key == key(attributes={"b": 2, "a": 1}).key


def test_what_is_shown_does_not_count_in_the_key() -> None:
    assert key(environment=("e1", {})).key == key().key


@pytest.mark.parametrize(
    "changed",
    [
        {"operation": operation(SOURCE.replace("pass", "print()"))},
        {"operation": operation(SOURCE.replace("Train", "Fit"))},
        {"modules": {"utils.data": "d2"}},
        {"modules": {}},
        {"attributes": {"epochs": 6}},
        {"attributes": {"epochs": 5.0}},
        {"attributes": {"epochs": "5"}},
        {"attributes": {"sizes": (1, 2)}},
        {"attributes": {"epochs": True}},
        {"attributes": {"more": None}},
        {"inputs": {"images": None, "weights": None}},
        {"inputs": {"images": None, "weights": IMAGES}},
        {"inputs": {"images": OutputFact("x", Digest("b" * 64), 1, "numpy.ndarray", "npy"), "weights": None}},
        {"inputs": {"images": OutputFact("x", Digest("a" * 64), 1, "list", "npy"), "weights": None}},
        {
            "inputs": {
                "images": OutputFact("x", Digest("a" * 64), 1, "numpy.ndarray", "pickle"),
                "weights": None,
            }
        },
        {"environment": ("e2", {})},
        {"codecs_version": 2},
    ],
    ids=str,
)
def test_everything_that_can_change_a_result_changes_the_key(changed: dict[str, Any]) -> None:
    assert key(**changed).key != key().key


def test_the_order_inside_a_value_counts() -> None:
    assert (
        key(attributes={"layers": {"a": 1, "b": 2}}).key != key(attributes={"layers": {"b": 2, "a": 1}}).key
    )


def test_where_the_data_came_from_does_not_matter() -> None:
    renamed = OutputFact("other", IMAGES.digest, 100, IMAGES.type, IMAGES.codec)
    assert key(inputs={"images": renamed, "weights": None}).key == key().key


def test_defaults_fill_in_what_is_not_given_unless_they_are_expressions() -> None:
    assert effective_attributes(operation(), {"epochs": 6}) == {"epochs": 6, "sizes": [1, 2]}


def test_nothing_differs_from_itself() -> None:
    assert changes(key(), key()) == ()
    assert describe(()) == "nothing changed"


def test_there_is_nothing_to_say_without_a_comparison() -> None:
    assert changes(None, key()) == ()


@pytest.mark.parametrize(
    ("changed", "found", "words"),
    [
        ({"attributes": {"epochs": 6}}, Change("attribute epochs", "5", "6"), "attribute epochs: 5 → 6"),
        ({"attributes": {"rate": 0.1}}, Change("attribute rate", None, "0.1"), "attribute rate: 0.1 is new"),
        (
            {"modules": {"utils.data": "d2"}},
            Change("module utils.data", "d1", "d2"),
            "module utils.data changed",
        ),
        ({"modules": {}}, Change("module utils.data", "d1", None), "module utils.data is gone"),
        (
            {"modules": {"utils.data": "d1", "utils.new": "n1"}},
            Change("module utils.new", None, "n1"),
            "module utils.new is new",
        ),
        (
            {"inputs": {"images": IMAGES, "weights": IMAGES}},
            Change("input weights", "nothing", "numpy.ndarray aaaaaaaa"),
            "input weights changed",
        ),
        (
            {"environment": ("e2", {"numpy": "2.0.0", "torch": "2.6.0"})},
            Change("environment", "numpy 1.26.4", "numpy 2.0.0"),
            "environment: numpy 1.26.4 → numpy 2.0.0",
        ),
        (
            {"environment": ("e2", ENVIRONMENT[1])},
            Change("environment", None, None),
            "environment changed",
        ),
        (
            {"environment": ("e2", {**ENVIRONMENT[1], "zarr": "3.0"})},
            Change("environment", None, "zarr 3.0"),
            "environment: nothing → zarr 3.0",
        ),
        ({"codecs_version": 2}, Change("codecs", "1", "2"), "codecs: 1 → 2"),
    ],
)
def test_what_changed_is_told_part_by_part(changed: dict[str, Any], found: Change, words: str) -> None:
    assert changes(key(), key(**changed)) == (found,)
    assert describe([found]) == words


def with_files(**digests: str) -> Fingerprint:
    return Fingerprint({**key().parts, "files": files_part(digests)})


MANY = {f"f{number}": "1" for number in range(60)}


@pytest.mark.parametrize(
    ("was", "now", "found", "words"),
    [
        (
            {"a.csv": "1", "b.csv": "2"},
            {"a.csv": "1", "b.csv": "3", "c.csv": "4"},
            [Change("files", "b.csv 2", "b.csv 3, c.csv 4")],
            "data files b.csv, c.csv changed",
        ),
        ({"a": "1", "b": "2"}, {"a": "1"}, [Change("files", "b 2", None)], "data file b changed"),
        (MANY, {**MANY, "f7": "2"}, [Change("files", None, None)], "data files of the project changed"),
        (
            MANY,
            {"f1": "1"},
            [Change("files", "60 files", "f1 1")],
            "data files of the project changed",
        ),
        (MANY, MANY, [], "nothing changed"),
    ],
)
def test_data_files_that_changed_are_told_by_their_names_where_they_are_few(
    was: dict[str, str], now: dict[str, str], found: list[Change], words: str
) -> None:
    assert list(changes(with_files(**was), with_files(**now))) == found
    assert describe(found) == words
    assert (with_files(**was).key == with_files(**now).key) == (not found)


def test_the_code_is_told_first() -> None:
    other = operation(SOURCE.replace("pass", "print()"))
    found = changes(key(), key(operation=other, attributes={"epochs": 6}, modules={"utils.data": "d2"}))
    assert (
        describe(found)
        == "the code of the operation changed, module utils.data changed, attribute epochs: 5 → 6"
    )


def test_a_long_value_is_shown_shortened() -> None:
    shown = key(attributes={"epochs": "x" * 1000}).parts["attribute epochs"].shown
    assert (len(shown), shown[-1]) == (120, "…")


def test_a_digest_is_that_of_the_bytes() -> None:
    assert digest_of("ä") == digest_of("ä".encode())
    assert digest_of(b"") == "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262"
