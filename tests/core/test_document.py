"""Pipelines as live documents: read from the content of a file, changed, and written again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepforge.core.document import (
    DocumentNode,
    Loose,
    Note,
    PipelineDocument,
    Wire,
    alike,
    in_order,
    read,
    settled,
)
from deepforge.core.document_changes import Drop, Put, apply, difference, plain
from deepforge.core.document_file import content_of
from deepforge.core.errors import InvalidProject

TRAIN: dict[str, Any] = {
    "nodes": {
        "digits": {"operation": "LoadDigits", "attributes": {"share": 0.2}, "at": [80, 40]},
        "train": {
            "operation": "Train",
            "attributes": {"epochs": 5, "rate": 1.0},
            "references": {"model": "architectures/convnet"},
            "inputs": {"images": "digits.train", "labels": "digits", "extra": "nobody.here"},
            "colour": "red",
        },
    },
    "notes": {"k": {"text": "Hello", "at": [1, 2], "size": [100, 50]}},
    "author": "me",
}

PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**6), 10**6)
    | st.floats(-10, 10)
    | st.text("ab .", max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("xyz"), inner, max_size=3),
    max_leaves=5,
)
NAMES = st.sampled_from(["a", "b", "c", "a b", "d"])
ENTRIES = st.fixed_dictionaries(
    {},
    optional={
        "operation": st.sampled_from(["Load", "Train"]) | PLAIN,
        "attributes": st.dictionaries(st.sampled_from("pqr"), PLAIN, max_size=3) | PLAIN,
        "references": st.dictionaries(st.sampled_from("pqr"), PLAIN, max_size=2),
        "inputs": st.dictionaries(
            st.sampled_from("uvw"), st.sampled_from(["a", "b.x", "q.y", " c . z ", "a."]) | PLAIN, max_size=3
        )
        | PLAIN,
        "resources": st.dictionaries(st.sampled_from("pqr"), PLAIN, max_size=2),
        "cache": PLAIN,
        "bypass": PLAIN,
        "mute": st.booleans(),
        "at": st.lists(st.integers(-9, 9) | st.floats(-9, 9), min_size=1, max_size=3),
        "other": PLAIN,
    },
)
CONTENTS = st.none() | st.fixed_dictionaries(
    {},
    optional={
        "nodes": st.none() | st.dictionaries(NAMES, ENTRIES | PLAIN, max_size=5),
        "notes": st.dictionaries(
            st.sampled_from("kl"), PLAIN | st.just({"text": "t", "at": [1, 2]}), max_size=2
        ),
        "more": PLAIN,
    },
)


@given(CONTENTS)
def test_a_file_that_is_read_and_written_says_exactly_what_it_said(content: Any) -> None:
    document = read(content)
    assert settled(document, document.names) == document
    assert content_of(document, content, document) == content


@given(CONTENTS, CONTENTS)
def test_a_document_becomes_another_one_by_the_differences(one: Any, other: Any) -> None:
    old = read(one)
    new = read(other, old)
    nested = plain(old)
    apply(nested, difference(old, new))
    assert alike(nested, plain(new))


@given(CONTENTS, CONTENTS)
def test_what_is_written_means_the_document(one: Any, other: Any) -> None:
    old = read(one)
    new = settled(read(other, old), old.names)
    assert settled(new, old.names) == new
    written = content_of(new, one, old)
    again = read(written, new)
    assert alike(plain(again), plain(new))


@pytest.mark.parametrize("content", [[], "text", 3, {"nodes": []}, {"nodes": "x"}])
def test_what_is_no_pipeline_is_refused(content: Any) -> None:
    with pytest.raises(InvalidProject):
        read(content)


def test_inputs_are_wired_by_ids_and_dangling_ones_kept_as_they_are_written() -> None:
    document = read(TRAIN)
    assert document.nodes["n-train"].inputs == {
        "images": Wire("n-digits", "train"),
        "labels": Wire("n-digits"),
        "extra": Loose("nobody.here"),
    }


def test_ids_are_made_of_names_and_orders_follow_the_file() -> None:
    document = read(TRAIN)
    assert list(document.nodes) == ["n-digits", "n-train"]
    assert list(in_order(reversed(document.nodes.values()))) == ["n-digits", "n-train"]
    assert read(TRAIN) == document


def test_a_change_of_one_attribute_changes_one_value_of_the_file() -> None:
    document = read(TRAIN)
    train = document.nodes["n-train"]
    changed = replace(train, attributes={**train.attributes, "epochs": 7.0})
    written = content_of(with_node(document, changed), TRAIN, document)
    entry = TRAIN["nodes"]["train"]
    expected = {**entry, "attributes": {"epochs": 7, "rate": 1.0}}
    assert written == {**TRAIN, "nodes": {**TRAIN["nodes"], "train": expected}}
    assert isinstance(written["nodes"]["train"]["attributes"]["epochs"], int)


def test_a_real_number_stays_real_when_an_editor_sends_a_whole_one() -> None:
    document = read(TRAIN)
    train = document.nodes["n-train"]
    changed = replace(train, attributes={**train.attributes, "rate": 2})
    rate = content_of(with_node(document, changed), TRAIN, document)["nodes"]["train"]["attributes"]["rate"]
    assert (rate, type(rate)) == (2.0, float)


def test_of_two_nodes_with_one_name_the_later_gets_a_number_in_the_file() -> None:
    document = read(TRAIN)
    twin = DocumentNode("n-x", "train", "Train", inputs={"images": Wire("n-train")}, order="zzz")
    found = settled(with_node(document, twin), document.names)
    assert [node.name for node in found.nodes.values()] == ["digits", "train", "train-2"]
    assert content_of(found, TRAIN, document)["nodes"]["train-2"] == {
        "operation": "Train",
        "inputs": {"images": "train"},
    }


def test_a_node_that_has_its_name_in_the_file_keeps_it_though_a_new_one_comes_before_it() -> None:
    document = read(TRAIN)
    first = DocumentNode("n-x", "train", "Train", order="0")
    found = settled(with_node(document, first), document.names)
    assert (found.nodes["n-train"].name, found.nodes["n-x"].name) == ("train", "train-2")


@pytest.mark.parametrize(
    ("name", "settled_name"), [("a.b", "a_b"), ("", "node"), (" x ", "x"), ("a/b=c", "a_b_c")]
)
def test_a_name_that_no_file_can_have_is_made_one(name: str, settled_name: str) -> None:
    found = settled(with_node(PipelineDocument(), DocumentNode("n-x", name, "Train")), {})
    assert found.nodes["n-x"].name == settled_name


def test_an_input_whose_node_is_gone_names_it_still_and_takes_from_it_when_it_is_back() -> None:
    document = read(TRAIN)
    without = PipelineDocument({"n-train": document.nodes["n-train"]})
    loose = settled(without, document.names)
    assert loose.nodes["n-train"].inputs["images"] == Loose("digits.train")
    back = settled(with_node(loose, document.nodes["n-digits"]), {})
    assert back.nodes["n-train"].inputs["images"] == Wire("n-digits", "train")


def test_a_node_that_only_has_another_name_in_the_file_keeps_its_id() -> None:
    document = read(TRAIN)
    entries = dict(TRAIN["nodes"])
    renamed = {**TRAIN, "nodes": {"numbers": entries["digits"], "train": entries["train"]}}
    found = read(renamed, document)
    assert found.nodes["n-digits"].name == "numbers"


def test_differences_are_as_small_as_they_can_be() -> None:
    document = read(TRAIN)
    entry = TRAIN["nodes"]["train"]
    other = {
        **TRAIN,
        "nodes": {
            "train": {
                **entry,
                "attributes": {"epochs": 6, "rate": 1.0},
                "at": [5, 6],
                "inputs": {"images": "x"},
            }
        },
    }
    assert difference(document, read(other, document)) == [
        Drop(("nodes", "n-digits")),
        Put(("nodes", "n-train", "attributes", "epochs"), 6),
        Drop(("nodes", "n-train", "inputs", "labels")),
        Drop(("nodes", "n-train", "inputs", "extra")),
        Put(("nodes", "n-train", "inputs", "images"), {"text": "x"}),
        Put(("nodes", "n-train", "at"), [5.0, 6.0]),
    ]


def test_notes_are_written_with_their_place_and_size() -> None:
    document = read(TRAIN)
    notes = {"k": Note("k", "Other", (1.0, 2.0), (100.0, 50.0)), "l": Note("l", "New", (0.5, 2.0))}
    written = content_of(replace(document, notes=notes), TRAIN, document)
    assert written["notes"] == {
        "k": {"text": "Other", "at": [1, 2], "size": [100, 50]},
        "l": {"text": "New", "at": [0.5, 2]},
    }


def with_node(document: PipelineDocument, node: DocumentNode) -> PipelineDocument:
    return replace(document, nodes=in_order({**document.nodes, node.id: node}.values()))


def test_settling_settles() -> None:
    """A node is gone and another one has got its name: what took from the first takes from that, as the file
    says."""
    gone = DocumentNode("n-x", "fit", "Train", inputs={"data": Wire("n-fit")}, order="a")
    found = settled(PipelineDocument({"n-x": gone}), {"n-fit": "fit"})
    assert found == settled(found, {"n-fit": "fit"})
    assert found.nodes["n-x"].inputs == {"data": Wire("n-x")}
