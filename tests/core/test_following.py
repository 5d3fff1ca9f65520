"""Pipelines follow names: connections and values stay, and nothing else changes."""

from __future__ import annotations

from typing import Any

import pytest

from deepforge.core.code import OperationRename
from deepforge.core.following import followed

PIPELINE: dict[str, Any] = {
    "notes": {"a": {"text": "numbers of make"}},
    "nodes": {
        "make": {"operation": "make", "attributes": {"count": 3}},
        "numbers": {
            "operation": "scale",
            "inputs": {"numbers": "make.numbers", "by": "make"},
            "attributes": {"factor": "numbers"},
            "references": {"model": "architectures/net"},
            "through": {"scaled": "numbers", "rest": None},
        },
        "again": {"operation": "scale", "inputs": {"numbers": "numbers.scaled", "by": ["no port"]}},
        "last": {"operation": "show", "inputs": {"scaled": "again.scaled", "numbers": "make.numbers"}},
        "odd": "no node",
    },
}


def node(pipeline: Any, name: str) -> Any:
    return pipeline["nodes"][name]


def test_an_operation_is_called_by_its_new_name() -> None:
    made = followed(PIPELINE, OperationRename("scale", "stretch"))
    assert [node(made, name)["operation"] for name in ("make", "numbers", "again", "last")] == [
        *("make", "stretch", "stretch", "show")
    ]
    assert made["notes"] == PIPELINE["notes"]
    assert node(made, "numbers")["inputs"] == node(PIPELINE, "numbers")["inputs"]


def test_an_input_keeps_its_connection_and_its_place() -> None:
    made = followed(PIPELINE, OperationRename("scale", "values", "input", "numbers"))
    assert list(node(made, "numbers")["inputs"].items()) == [("values", "make.numbers"), ("by", "make")]
    assert node(made, "numbers")["through"] == {"scaled": "values", "rest": None}
    assert node(made, "again")["inputs"] == {"values": "numbers.scaled", "by": ["no port"]}
    assert node(made, "last") == node(PIPELINE, "last")


def test_an_output_keeps_all_that_takes_it() -> None:
    made = followed(PIPELINE, OperationRename("scale", "result", "output", "scaled"))
    assert node(made, "again")["inputs"]["numbers"] == "numbers.result"
    assert node(made, "last")["inputs"] == {"scaled": "again.result", "numbers": "make.numbers"}
    assert node(made, "numbers")["through"] == {"result": "numbers", "rest": None}


def test_an_attribute_or_a_reference_keeps_its_value() -> None:
    made = followed(PIPELINE, OperationRename("scale", "times", "attribute", "factor"))
    assert node(made, "numbers")["attributes"] == {"times": "numbers"}
    made = followed(PIPELINE, OperationRename("scale", "net", "attribute", "model"))
    assert node(made, "numbers")["references"] == {"net": "architectures/net"}


def test_a_name_that_stands_for_something_else_is_not_written_over() -> None:
    change = OperationRename("scale", "by", "input", "numbers")
    assert node(followed(PIPELINE, change), "numbers")["inputs"] == node(PIPELINE, "numbers")["inputs"]


@pytest.mark.parametrize(
    "content", [None, [], "text", {}, {"nodes": None}, {"nodes": []}, {"nodes": {"a": 1}}]
)
def test_what_is_no_pipeline_stays_as_it_is(content: Any) -> None:
    assert followed(content, OperationRename("scale", "stretch")) is content


def test_there_and_back_is_where_it_was() -> None:
    for there, back in (
        (OperationRename("scale", "new"), OperationRename("new", "scale")),
        (
            OperationRename("scale", "n", "input", "numbers"),
            OperationRename("scale", "numbers", "input", "n"),
        ),
        (
            OperationRename("scale", "n", "output", "scaled"),
            OperationRename("scale", "scaled", "output", "n"),
        ),
    ):
        assert followed(followed(PIPELINE, there), back) == PIPELINE
