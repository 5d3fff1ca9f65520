"""Changing YAML: the difference is as small as the change."""

from __future__ import annotations

import copy
import difflib
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from deepforge.core.errors import InvalidProject
from deepforge.store.yaml_edit import rewrite
from deepforge.store.yaml_text import parse, same, write
from tests.store.test_yaml_text import letters, plain

PIPELINE = """\
# The pipeline of the tutorial.
nodes:
  digits:  {operation: LoadDigits, attributes: {split: 0.2}, at: [80, 40]}   # the data

  # The heart of it.
  train:   {operation: Train, attributes: {epochs: 5, "rate": 1e-3},
            inputs: {images: digits.train}, at: [80, 200]}
  # Written by hand.
  by_hand:
    operation: 'Evaluate'   # quoted
    attributes:
      # inner comment
      threshold: 0.5
      labels:
        - one
        - two
    inputs:
    note: |
      several
      lines
# The end.
"""

Change = Callable[[dict[str, Any]], object]


def difference(text: str, change: Change) -> list[str]:
    """The lines that a change of the values takes away and adds."""
    value = parse(text, "train.yaml")
    change(value)
    changed = rewrite(text, value, "train.yaml")
    assert same(parse(changed, "train.yaml"), value)
    lines = difflib.unified_diff(text.splitlines(), changed.splitlines(), n=0, lineterm="")
    return [line for line in lines if not line.startswith(("---", "+++", "@@"))]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda nodes: None, []),
        (
            lambda nodes: nodes["train"]["attributes"].update(epochs=6),
            [
                '-  train:   {operation: Train, attributes: {epochs: 5, "rate": 1e-3},',
                '+  train:   {operation: Train, attributes: {epochs: 6, "rate": 1e-3},',
            ],
        ),
        (
            lambda nodes: nodes["train"].update(at=[90, 210]),
            [
                "-            inputs: {images: digits.train}, at: [80, 200]}",
                "+            inputs: {images: digits.train}, at: [90, 210]}",
            ],
        ),
        (
            lambda nodes: nodes["train"]["inputs"].update(labels="digits.target"),
            [
                "-            inputs: {images: digits.train}, at: [80, 200]}",
                "+            inputs: {images: digits.train, labels: digits.target}, at: [80, 200]}",
            ],
        ),
        (
            lambda nodes: nodes["digits"].pop("operation"),
            [
                "-  digits:  {operation: LoadDigits, attributes: {split: 0.2}, at: [80, 40]}   # the data",
                "+  digits:  {attributes: {split: 0.2}, at: [80, 40]}   # the data",
            ],
        ),
        (
            lambda nodes: nodes["digits"].pop("at"),
            [
                "-  digits:  {operation: LoadDigits, attributes: {split: 0.2}, at: [80, 40]}   # the data",
                "+  digits:  {operation: LoadDigits, attributes: {split: 0.2}}   # the data",
            ],
        ),
        (
            lambda nodes: nodes.update(save={"operation": "Output", "attributes": {"name": "net"}}),
            ["+  save: {operation: Output, attributes: {name: net}}"],
        ),
        (
            lambda nodes: nodes.pop("digits"),
            ["-  digits:  {operation: LoadDigits, attributes: {split: 0.2}, at: [80, 40]}   # the data"],
        ),
        (
            lambda nodes: nodes.update(data=nodes.pop("digits")),
            [
                "-  digits:  {operation: LoadDigits, attributes: {split: 0.2}, at: [80, 40]}   # the data",
                "+  data:  {operation: LoadDigits, attributes: {split: 0.2}, at: [80, 40]}   # the data",
            ],
        ),
        (
            lambda nodes: nodes["by_hand"].update(operation="Evaluate it's"),
            ["-    operation: 'Evaluate'   # quoted", "+    operation: 'Evaluate it''s'   # quoted"],
        ),
        (
            lambda nodes: nodes["by_hand"]["attributes"].update(threshold=1),
            ["-      threshold: 0.5", "+      threshold: 1"],
        ),
        (
            lambda nodes: nodes["by_hand"]["attributes"].update(more=True),
            ["+      more: true"],
        ),
        (
            lambda nodes: nodes["by_hand"]["attributes"].pop("labels"),
            ["-      labels:", "-        - one", "-        - two"],
        ),
        (
            lambda nodes: nodes["by_hand"]["attributes"]["labels"].append("three"),
            ["+        - three"],
        ),
        (
            lambda nodes: nodes["by_hand"]["attributes"]["labels"].__setitem__(0, "null"),
            ["-        - one", '+        - "null"'],
        ),
        (
            lambda nodes: nodes["by_hand"].update(inputs={"model": "train.model"}),
            ["-    inputs:", "+    inputs: {model: train.model}"],
        ),
        (
            lambda nodes: nodes["by_hand"].update(note="short"),
            ["-    note: |", "-      several", "-      lines", "+    note: short"],
        ),
        (
            lambda nodes: nodes["by_hand"].pop("note"),
            ["-    note: |", "-      several", "-      lines"],
        ),
    ],
)
def test_a_change_is_a_small_difference(change: Change, expected: list[str]) -> None:
    assert difference(PIPELINE, lambda document: change(document["nodes"])) == expected


def test_a_file_without_an_end_of_line_gets_one_only_where_it_grows() -> None:
    assert difference("a: 1", lambda document: document.update(a=2)) == ["-a: 1", "+a: 2"]
    assert rewrite("a: 1", {"a": 1, "b": 2}) == "a: 1\nb: 2\n"


def test_a_file_with_the_line_ends_of_windows_keeps_them() -> None:
    text = "a: 1  # one\r\nb:\r\n  c: 2\r\n"
    assert rewrite(text, {"a": 5, "b": {"c": 3, "d": 4}}) == "a: 5  # one\r\nb:\r\n  c: 3\r\n  d: 4\r\n"


def test_a_file_that_shares_nothing_with_what_it_is_to_say_is_written_anew() -> None:
    assert rewrite("a: 1\n", {"b": {"c": 2}}) == "b:\n  c: 2\n"
    assert rewrite("[1, 2]\n", {"b": 2}) == "b: 2\n"
    assert difference("a:\n  b: 1\n", lambda document: document.update(a={"c": 2, "d": 3})) == [
        "-  b: 1",
        "+  {c: 2, d: 3}",
    ]


def test_an_empty_file_is_written_anew() -> None:
    assert rewrite("", {"nodes": {}}) == "nodes: {}\n"
    assert rewrite("# nothing yet\n", {"nodes": {}}) == "nodes: {}\n"


def test_aliases_and_merges_are_kept_where_nothing_changes_and_never_change_the_meaning() -> None:
    text = "base: &base {epochs: 5}\nfirst: *base\nsecond: {<<: *base, rate: 1}\nthird: 3\n"
    assert difference(text, lambda document: document.update(third=4)) == ["-third: 3", "+third: 4"]
    assert difference(text, lambda document: document.update(fourth=4)) == ["+fourth: 4"]
    for change in (
        lambda document: document.update(first={"epochs": 6}),
        lambda document: document.update(base={"epochs": 6}),
        lambda document: document.update(second={"epochs": 6, "rate": 1}),
        lambda document: document.pop("base"),
        lambda document: document.pop("first"),
    ):
        difference(text, change)


def test_a_file_that_cannot_be_read_is_not_written_over() -> None:
    for text in ("a: [1\n", "a: .inf\n", "a: 1\n<<<<<<< HEAD\n=======\n>>>>>>> other\n"):
        with pytest.raises(InvalidProject):
            rewrite(text, {"a": 2}, "train.yaml")


@given(plain, plain)
def test_whatever_a_file_said_and_is_to_say_it_says_it(before: Any, after: Any) -> None:
    assert same(parse(rewrite(write(before), after), "file"), after)


@given(
    some.dictionaries(
        letters, some.dictionaries(letters, plain, min_size=1, max_size=3), min_size=1, max_size=4
    ),
    some.data(),
)
def test_any_one_change_leaves_all_other_lines_alone(
    document: dict[str, dict[str, Any]], data: some.DataObject
) -> None:
    text = "".join(f"# about it\n{line}  # and more\n" for line in write(document).splitlines())
    if not same(parse(text, "file"), document):
        return  # an end-of-line comment cannot stand behind every line that is written
    changed = copy.deepcopy(document)
    outer = data.draw(some.sampled_from(sorted(document)))
    inner = data.draw(some.sampled_from(sorted(document[outer])))
    changed[outer][inner] = data.draw(plain)
    lines = difflib.unified_diff(text.splitlines(), rewrite(text, changed).splitlines(), n=0, lineterm="")
    removed = [line for line in lines if line.startswith("-") and not line.startswith("---")]
    assert len(removed) <= 1
