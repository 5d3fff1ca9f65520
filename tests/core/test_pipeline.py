"""Pipelines, read from the documents of YAML files."""

from __future__ import annotations

from dataclasses import replace
from textwrap import dedent

import pytest
from ruamel.yaml import YAML

from deepforge.core.graph import Edge
from deepforge.core.operation import Attribute, Operation, Output
from deepforge.core.pipeline import (
    BUILT_INS,
    Node,
    Note,
    Pipeline,
    Source,
    plain,
    read_pipeline,
    resolved,
    with_attributes,
)

FILE = "pipelines/train.yaml"
TRAIN = """\
# How digits are learned
nodes:
  digits:  {operation: LoadDigits, attributes: {test_fraction: 0.2}, at: [80, 40]}
  train:   {operation: Train, attributes: {epochs: 5, layers: [1, 2], note: null}, cache: false,
            references: {model: architectures/convnet}, resources: {cpus: 2, memory: 4 GB},
            inputs: {images: digits.train_images, labels: digits.train_labels}, at: [80, 200.5]}
  model:
    operation: Output
    attributes: {name: digits-convnet}
    inputs:
      data: train
"""


def load(text: str) -> object:
    return YAML().load(dedent(text))


def read(text: str) -> Pipeline:
    pipeline, problems = read_pipeline(load(text), "train", FILE)
    assert problems == []
    return pipeline


def problems_of(text: str) -> list[str]:
    return [str(problem) for problem in read_pipeline(load(text), "train", FILE)[1]]


def test_a_pipeline_is_read_whole() -> None:
    assert read(TRAIN) == Pipeline(
        "train",
        {
            "digits": Node("digits", "LoadDigits", {"test_fraction": 0.2}, at=(80.0, 40.0)),
            "train": Node(
                "train",
                "Train",
                attributes={"epochs": 5, "layers": [1, 2], "note": None},
                references={"model": "architectures/convnet"},
                inputs={
                    "images": Source("digits", "train_images"),
                    "labels": Source("digits", "train_labels"),
                },
                resources={"cpus": 2, "memory": "4 GB"},
                cache=False,
                at=(80.0, 200.5),
            ),
            "model": Node(
                "model", "Output", {"name": "digits-convnet"}, inputs={"data": Source("train", None)}
            ),
        },
        FILE,
    )


def test_the_lines_of_nodes_and_their_parts_are_known() -> None:
    nodes = read(TRAIN).nodes
    assert nodes["digits"].lines == {"": 3, "attributes.test_fraction": 3}
    assert nodes["model"].lines == {"": 7, "attributes.name": 9, "inputs.data": 11}


def test_a_document_without_lines_reads_the_same() -> None:
    document = YAML(typ="safe").load(TRAIN)
    pipeline, problems = read_pipeline(document, "train", FILE)
    assert problems == []
    assert pipeline == read(TRAIN)
    assert pipeline.nodes["train"].lines == {}


def test_values_leave_the_words_of_the_yaml_library_behind() -> None:
    attributes = (
        read("nodes: {a: {operation: A, attributes: {x: 1.50, y: 0x1F, z: &anchor 'q', w: {k: [true]}}}}")
        .nodes["a"]
        .attributes
    )
    assert attributes == {"x": 1.5, "y": 31, "z": "q", "w": {"k": [True]}}
    assert [type(value) for value in attributes.values()] == [float, int, str, dict]
    assert plain(load("!!bool yes")) is True


def test_whole_numbers_may_have_64_bits() -> None:
    assert plain([2**64 - 1, -(2**63)]) == [2**64 - 1, -(2**63)]
    for value in (2**64, -(2**63) - 1):
        with pytest.raises(ValueError, match="too large a number"):
            plain(value)


def test_nodes_know_what_is_built_in() -> None:
    nodes = read(TRAIN).nodes
    assert (nodes["train"].built_in, nodes["model"].built_in) == (False, True)
    assert sorted(BUILT_INS) == ["Input", "Output"]


def test_edges_go_from_node_to_node_once() -> None:
    assert read(TRAIN).edges() == (Edge("digits", "train"), Edge("train", "model"))


def test_a_source_without_an_output_means_the_only_one() -> None:
    operations = {"Train": Operation("Train", "", "", "class", outputs=(Output("model"),))}
    nodes = resolved(read(TRAIN), operations).nodes
    assert nodes["model"].inputs == {"data": Source("train", "model")}
    several = {"Train": Operation("Train", "", "", "class", outputs=(Output("model"), Output("loss")))}
    assert resolved(read(TRAIN), several) == read(TRAIN)
    assert resolved(read(TRAIN), {}) == read(TRAIN)


def test_attributes_can_be_changed() -> None:
    pipeline, problems = with_attributes(read(TRAIN), {"train": {"epochs": 6}, "digits": {"seed": 1}})
    assert problems == []
    assert pipeline.nodes["train"].attributes == {"epochs": 6, "layers": [1, 2], "note": None}
    assert pipeline.nodes["digits"].attributes == {"test_fraction": 0.2, "seed": 1}


def test_a_text_for_an_attribute_that_is_a_reference_changes_that() -> None:
    train = Operation("Train", "operations/train.py", "operations.train", "class")
    train = replace(train, attributes=(Attribute("loss", "Callable"), Attribute("epochs", "int")))
    changes = {"train": {"loss": "utils.losses.dice", "epochs": "5", "model": "utils.models.ConvNet"}}
    pipeline, problems = with_attributes(read(TRAIN), changes, {"Train": train})
    assert problems == []
    assert pipeline.nodes["train"].references == {
        "loss": "utils.losses.dice",
        "model": "utils.models.ConvNet",
    }
    assert pipeline.nodes["train"].attributes == {"epochs": "5", "layers": [1, 2], "note": None}
    back, _ = with_attributes(pipeline, {"train": {"loss": None}}, {"Train": train})
    assert back.nodes["train"].references == {"model": "utils.models.ConvNet"}
    assert back.nodes["train"].attributes["loss"] is None


def test_attributes_of_a_node_that_is_not_there_are_a_problem() -> None:
    pipeline, problems = with_attributes(read(TRAIN), {"trian": {"epochs": 6}})
    assert pipeline == read(TRAIN)
    assert [str(problem) for problem in problems] == [
        "pipelines/train.yaml: The pipeline has no node trian. Did you mean train?"
    ]


def test_an_empty_file_is_a_pipeline_without_nodes() -> None:
    assert read("") == read("nodes:") == read("nodes: {}") == Pipeline("train", {}, FILE)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "[a, b]",
            ":1: A pipeline is a mapping, not a list. Begin the file with nodes: and put each node below.",
        ),
        ("nodes: {}\nnode: {}", ":2: A pipeline has no 'node'. Did you mean nodes or notes?"),
        ("nodes: true", ":1: nodes is true or false. Write them as name: {operation: …}."),
        ("nodes: 3", ":1: nodes is a number. Write them as name: {operation: …}."),
        ("nodes: [a]", ":1: nodes is a list. Write them as name: {operation: …}."),
        ("nodes: {a: Train}", ":1 (a): The node a is a text. Write {operation: Train, …}."),
        ("nodes: {1: {operation: A}}", ':1: A node is named 1. Write it in quotation marks: "1".'),
        ("nodes: {a.b: {operation: A}}", ":1: 'a.b' cannot name a node."),
        ("nodes: {a: {}}", ":1 (a): The node a names no operation. Write operation: and its name."),
        ("nodes: {a: {operation: 3}}", ":1 (a): The node a has the operation 3."),
        (
            "nodes: {a: {operation: A, input: {}}}",
            ":1 (a): The node a says input, which means nothing. Did you mean inputs?",
        ),
        (
            "nodes: {a: {operation: A, inputs: [b]}}",
            ":1 (a.inputs): inputs of a is a list. Write it as {name: value}.",
        ),
        (
            "nodes: {a: {operation: A, inputs: {x: 3}}}",
            ":1 (a.x): x of a takes 3. Write the node and its output,",
        ),
        ("nodes: {a: {operation: A, inputs: {x: b.}}}", ":1 (a.x): x of a takes 'b.'."),
        (
            "nodes: {a: {operation: A, attributes: {1: 2}}}",
            ":1 (a.attributes): attributes of a has the name 1.",
        ),
        (
            "nodes: {a: {operation: A, attributes: {x: 2024-01-01}}}",
            ":1 (a.x): The attribute x of a is a date; write it in",
        ),
        (
            "nodes: {a: {operation: A, attributes: {x: .inf}}}",
            ":1 (a.x): The attribute x of a is inf, which cannot be kept",
        ),
        (
            "nodes: {a: {operation: A, attributes: {x: {1: 2}}}}",
            ":1 (a.x): The attribute x of a has the key 1, which is no",
        ),
        (
            "nodes: {a: {operation: A, attributes: {x: 99999999999999999999}}}",
            ":1 (a.x): The attribute x of a is 9999999999",
        ),
        ("nodes: {a: {operation: A, references: {x: 3}}}", ":1 (a.x): x of a refers to 3."),
        (
            "nodes: {a: {operation: A, cache: maybe}}",
            ":1 (a.cache): cache of a is 'maybe'. Write true or false.",
        ),
        ("nodes: {a: {operation: A, at: 3}}", ":1 (a.at): a is drawn at 3. Write [x, y]."),
        ("nodes: {a: {operation: A, at: [1, .nan]}}", ":1 (a.at): a is drawn at [1, nan]. Write [x, y]."),
    ],
)
def test_a_shape_that_is_wrong_is_told_with_its_line(text: str, message: str) -> None:
    (told,) = problems_of(text)
    assert told.startswith(FILE + message)


def test_everything_that_is_wrong_is_told_and_the_rest_is_read() -> None:
    pipeline, problems = read_pipeline(
        load("nodes:\n  a: {operation: A, at: here}\n  b: 3\n  c: {operation: C, inputs: {x: a.y, z: []}}\n"),
        "train",
        FILE,
    )
    assert [problem.place.line for problem in problems] == [2, 3, 4]
    assert pipeline.nodes == {"a": Node("a", "A"), "c": Node("c", "C", inputs={"x": Source("a", "y")})}


def test_a_pipeline_says_what_is_bypassed_and_muted_and_holds_notes() -> None:
    text = """
    nodes:
      a: {operation: A, bypass: true, through: {one: two, three: null}}
      b: {operation: B, mute: true, bypass: false, pin: true}
    notes:
      n-1: {text: "Try a *wider* net", at: [20, 40], size: [180, 60]}
      n-2: {text: here}
    """
    assert read(text) == Pipeline(
        "train",
        {
            "a": Node("a", "A", bypass=True, through={"one": "two", "three": None}),
            "b": Node("b", "B", mute=True, pin=True),
        },
        FILE,
        {"n-1": Note("Try a *wider* net", (20.0, 40.0), (180.0, 60.0)), "n-2": Note("here")},
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "nodes: {a: {operation: A, bypass: yes please}}",
            ":1 (a.bypass): bypass of a is 'yes please'. Write true",
        ),
        ("nodes: {a: {operation: A, mute: 1}}", ":1 (a.mute): mute of a is 1. Write true or false."),
        ("notes: [1]", ":1: notes is a list. Write them as id:"),
        ("notes: {a: {text: 3}}", ":1: The note a is a mapping without a text. Write {text: …, at: [x, y]}."),
        ("notes: {a: {txt: hello}}", ":1: The note a says txt, which means nothing. Did you mean text?"),
        ("notes: {a: {text: b, size: [1, x]}}", ":1: size of the note a is [1, 'x']. Write [width, height]."),
    ],
)
def test_what_is_wrong_with_notes_and_switches_is_told(text: str, message: str) -> None:
    (told,) = problems_of(text)
    assert told.startswith(FILE + message)
