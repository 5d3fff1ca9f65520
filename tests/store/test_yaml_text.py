"""YAML as plain values: what is read, what is refused and where, and what is written."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from deepforge.core.errors import InvalidProject
from deepforge.store import yaml_text
from deepforge.store.yaml_text import MOST_VALUES, flow, parse, same, write

letters = some.text(some.characters(codec="utf-8"), max_size=12)
scalars = (
    some.none()
    | some.booleans()
    | some.integers()
    | some.floats(allow_nan=False, allow_infinity=False)
    | letters
)
plain = some.recursive(
    scalars,
    lambda inner: some.lists(inner, max_size=4) | some.dictionaries(letters, inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("# only a comment\n", None),
        ("a: 1\nb: [1.5, true, null, ~, x y]\n", {"a": 1, "b": [1.5, True, None, None, "x y"]}),
        ("{a: {b: []}, c: {}}", {"a": {"b": []}, "c": {}}),
        ("a:\n  - 0x1F\n  - 0o17\n  - -12\n  - 1_000\n", {"a": [31, 15, -12, 1000]}),
        ("a: 1e3\nb: 1.0e-05\nc: .5\n", {"a": 1000.0, "b": 1e-05, "c": 0.5}),
        ("a: yes\nb: no\nc: on\n", {"a": "yes", "b": "no", "c": "on"}),
        ("a: 2020-01-01\nb: 12:30:45\n", {"a": "2020-01-01", "b": "12:30:45"}),
        ("a: '1'\nb: \"true\"\nc: |\n  one\n  two\n", {"a": "1", "b": "true", "c": "one\ntwo\n"}),
        ("a: &x {b: 1}\nc: *x\n", {"a": {"b": 1}, "c": {"b": 1}}),
        ("a: &x {b: 1, c: 2}\nd: {<<: *x, b: 3}\n", {"a": {"b": 1, "c": 2}, "d": {"b": 3, "c": 2}}),
        ("\ufeffa: é😀\n".removeprefix("\ufeff"), {"a": "é😀"}),
    ],
)
def test_plain_values_are_read_as_they_are_meant(text: str, value: Any) -> None:
    assert same(parse(text, "file.yaml"), value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\nb: [1, 2\nc: 3\n", r"file\.yaml:\d+ is not YAML"),
        ("a: 1\n b: 2\n", r"file\.yaml:2 is not YAML"),
        ("a: 1\nb: 'open\n", r"file\.yaml:\d+ is not YAML"),
        ("a: 1\n\tb: 2\n", r"file\.yaml:2 is not YAML"),
        ("a: *unknown\n", r"file\.yaml:1 is not YAML: .*unknown"),
        ("a: 1\nb: 2\na: 3\n", r"file\.yaml:3 has 'a' twice"),
        ("a: {b: 1, b: 1}\n", r"file\.yaml:1 has 'b' twice"),
        ("a: 1\n1: b\n", r"file\.yaml:2 has 1 for a name"),
        ("? [a, b]\n: 1\n", r"file\.yaml:1 has \['a', 'b'\] for a name"),
        ("a: 1\nb: .inf\n", r"file\.yaml:2 has \.inf, which is not a finite number"),
        ("a: .nan\n", r"not a finite number"),
        ("a: !!python/object/apply:os.system [ls]\n", r"file\.yaml:1 has the tag .*python"),
        ("a: !custom 1\n", r"has the tag !custom"),
        ("a: !!binary aGk=\n", r"has the tag .*binary"),
        ("a: !!set {b}\n", r"has the tag .*set"),
        ("a: {<<: 1}\n", r"merges something that is not a mapping"),
        ("a: 1\n--- \nb: 2\n", r"file\.yaml:\d+ is not YAML"),
        ("a: \x01\n", r"file\.yaml:1 is not YAML"),
        ("a: &x [*x]\n", r"values within values"),
        ("[" * 500 + "]" * 500, r"values within values"),
        (
            "a: 1\n<<<<<<< HEAD\nb: 2\n=======\nb: 3\n>>>>>>> other\n",
            r"file\.yaml:2 has the marks of a merge conflict",
        ),
    ],
)
def test_what_cannot_be_read_or_kept_is_refused_with_its_line(text: str, message: str) -> None:
    with pytest.raises(InvalidProject, match=message) as caught:
        parse(text, "file.yaml")
    assert caught.value.hint


def test_aliases_of_aliases_do_not_fill_the_memory() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    with pytest.raises(InvalidProject, match=f"more than {MOST_VALUES:,} values"):
        parse("\n".join(lines), "file.yaml")


@given(plain)
def test_whatever_is_written_is_read_back_the_same(value: Any) -> None:
    assert same(parse(flow(value) + "\n", "file.yaml"), value)
    assert same(parse(write(value), "file.yaml"), value)


def test_a_new_pipeline_is_written_with_one_line_a_node() -> None:
    document = {
        "nodes": {
            "digits": {"operation": "LoadDigits", "attributes": {"test_fraction": 0.2}, "at": [80, 40]},
            "train": {"operation": "Train", "inputs": {"images": "digits.train_images"}, "at": [80, 200]},
        }
    }
    assert write(document) == (
        "nodes:\n"
        "  digits: {operation: LoadDigits, attributes: {test_fraction: 0.2}, at: [80, 40]}\n"
        "  train: {operation: Train, inputs: {images: digits.train_images}, at: [80, 200]}\n"
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1e-05, "1.0e-05"),
        (1e22, "1.0e+22"),
        ("yes", '"yes"'),
        ("Null", '"Null"'),
        ("12", '"12"'),
        ("a: b", '"a: b"'),
        ("# no", '"# no"'),
        ("two words", "two words"),
        ("ends with space ", '"ends with space "'),
        ("é", "é"),
        ("line\nbreak", '"line\\nbreak"'),
        ("\x00\u2028\U000e0001", '"\\U00000000\\U00002028\\U000e0001"'),
        ([1, [None, True]], "[1, [null, true]]"),
    ],
)
def test_values_are_written_so_that_every_reader_of_yaml_takes_them_for_the_same(
    value: Any, text: str
) -> None:
    assert flow(value) == text


@pytest.mark.parametrize("value", [float("inf"), float("nan"), {1: 2}, object(), b"bytes", {"a": {1, 2}}])
def test_what_is_not_plain_is_not_written(value: Any) -> None:
    with pytest.raises(ValueError, match=re.escape("cannot be written as YAML")):
        flow(value)


def test_numbers_and_truth_are_never_taken_for_each_other() -> None:
    assert not same(1, True)
    assert not same(1, 1.0)
    assert not same({"a": [0]}, {"a": [False]})
    assert same({"a": 1, "b": 2}, {"b": 2, "a": 1})


def test_a_large_text_is_read_once_and_nobody_changes_what_others_get(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = "nodes:\n" + "".join(f"  n{number}: {{at: [0, {number}]}}\n" for number in range(2000))
    first = yaml_text.parse(text, "large.yaml")
    monkeypatch.setattr(yaml_text, "compose", pytest.fail)
    first["nodes"]["n7"]["at"].append(1)
    again = yaml_text.parse(text, "large.yaml")
    assert again["nodes"]["n7"] == {"at": [0, 7]}
    assert len(again["nodes"]) == 2000
