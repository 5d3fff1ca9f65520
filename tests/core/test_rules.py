"""The rules of a pipeline, each by what breaks it."""

from __future__ import annotations

from dataclasses import replace
from textwrap import dedent

import pytest
from ruamel.yaml import YAML

from deepforge.core.catalogue import catalogue_of
from deepforge.core.enumeration import with_enumerations
from deepforge.core.module import read_module
from deepforge.core.operation import Operation, read_operation
from deepforge.core.pipeline import read_pipeline
from deepforge.core.problem import CORRECT, Place, Problem
from deepforge.core.rules import RULES, validate

FILE = "pipelines/train.yaml"
ARTIFACTS = {"digits": frozenset({1, 2, 4}), "weights": frozenset({1})}


def operations(**sources: str) -> dict[str, Operation]:
    found = {}
    for name, source in sources.items():
        reading = read_operation(dedent(source), f"operations/{name.lower()}.py")
        assert reading.operation is not None, reading.problems
        found[reading.operation.name] = reading.operation
    return found


KNOWN = operations(
    Load="""
    class Load:
        def __init__(self, fraction=0.2, folder="digits", shuffle=True, seed=None, sizes=[1], count=3):
            pass
        def execute(self) -> tuple[np.ndarray, list[int]]:
            return images, labels
    """,
    Train="""
    class Train:
        def __init__(self, epochs: int, rate: float = 0.1, optimizer: Literal["sgd", "adam"] = "adam",
                     model=None, limit: int | None = None):
            pass
        def execute(self, images: np.ndarray, labels: list[int], weights=None) -> nn.Module:
            return model
    """,
    Show="""
    class Show:
        def execute(self, text: str):
            print(text)
    """,
    Heavy="""
    class Heavy:
        resources = {"cpu": 2}
        def execute(self):
            return x
    """,
)


FIT = """
from collections.abc import Callable
from enum import Enum

class Optimizer(Enum):
    ADAM = 1
    SGD = 2

class Fit:
    def __init__(self, network: type, loss: Callable, augment: Callable | None,
                 optimizer: Optimizer = Optimizer.ADAM):
        pass
    def execute(self):
        pass
"""
FIT_MODULE = read_module(FIT, "operations/fit.py")
KNOWN["Fit"] = with_enumerations(operations(Fit=FIT)["Fit"], {"operations.fit": FIT_MODULE})
CATALOGUE = catalogue_of([read_module("def focal(): ...\nclass Dice: ...\n", "utils/losses.py")])


def problems_of(text: str, unreadable: tuple[Problem, ...] = ()) -> list[Problem]:
    pipeline, shape = read_pipeline(YAML().load(dedent(text)), "train", FILE)
    assert shape == []
    found = validate(pipeline, KNOWN, ARTIFACTS, unreadable, CATALOGUE)
    assert all(problem.hint for problem in found), "what to do next"
    return found


def told(text: str) -> list[tuple[str, str]]:
    """Rule and words of each problem."""
    return [(problem.rule, str(problem).removeprefix(FILE)) for problem in problems_of(text)]


GOOD = """
nodes:
  old: {operation: Input, attributes: {artifact: weights}}
  load: {operation: Load, attributes: {fraction: 0.1}}
  train:
    operation: Train
    attributes: {epochs: 5, rate: 1, optimizer: sgd, limit: null}
    inputs: {images: load.images, labels: load.labels, weights: old}
    resources: {cpus: 2, memory: 4 GB, timeout: 1 h, retries: 1}
  model: {operation: Output, attributes: {name: digits-convnet}, inputs: {data: train}}
"""


def test_a_good_pipeline_has_no_problems() -> None:
    assert problems_of(GOOD) == []


def test_every_rule_has_a_name_and_says_what_it_asks() -> None:
    assert [rule.__name__ for rule in RULES] == [  # type: ignore[attr-defined]
        *("has_nodes", "operation_readable", "known_operation", "known_attribute", "required_attribute"),
        *("attribute_type", "known_member", "known_reference", "required_reference", "literal_reference"),
        *("known_input", "known_output", "connected_or_optional"),
        *("bypass", "through", "port_types", "acyclic", "known_artifact", "output_name", "known_resources"),
    ]
    assert all(rule.__doc__ for rule in RULES)


@pytest.mark.parametrize(
    ("rule", "text", "words"),
    [
        (
            "has_nodes",
            "nodes: {}",
            ": The pipeline has no nodes. Add one: nodes: {train: {operation: Train}}.",
        ),
        (
            "known_operation",
            "nodes: {a: {operation: Laod}}",
            ":1 (a): There is no operation Laod. Did you mean Load?",
        ),
        (
            "known_attribute",
            "nodes: {a: {operation: Load, attributes: {fracton: 1}}}",
            ":1 (a.fracton): Load has no attribute fracton. Did you mean fraction?",
        ),
        (
            "known_attribute",
            "nodes: {a: {operation: Input, attributes: {artifact: digits, version: 3}}}",
            ":1 (a.version): Input has no attribute version. There is artifact.",
        ),
        (
            "attribute_type",
            "nodes: {a: {operation: Load, attributes: {folder: 3}}}",
            ":1 (a.folder): folder of a is 3, but Load wants a text. "
            "Correct the value, or leave it out for the default.",
        ),
        (
            "attribute_type",
            "nodes: {a: {operation: Load, attributes: {count: true}}}",
            ":1 (a.count): count of a is True, but Load wants a number.",
        ),
        (
            "attribute_type",
            "nodes: {a: {operation: Load, attributes: {shuffle: 1}}}",
            ":1 (a.shuffle): shuffle of a is 1, but Load wants true or false.",
        ),
        (
            "attribute_type",
            "nodes: {a: {operation: Load, attributes: {sizes: many}}}",
            ":1 (a.sizes): sizes of a is 'many', but Load wants a list.",
        ),
        (
            "attribute_type",
            "nodes: {a: {operation: Input, attributes: {artifact: 3}}}",
            ":1 (a.artifact): artifact of a is 3, but Input wants a text. Correct the value.",
        ),
        (
            "required_attribute",
            "nodes: {a: {operation: Input}}",
            ":1 (a.artifact): a needs a value for the attribute artifact of Input. "
            "Write attributes: {artifact: …}.",
        ),
        (
            "known_input",
            "nodes: {a: {operation: Load}, b: {operation: Load, inputs: {image: a.images}}}",
            ":1 (b.image): Load has no input image. Load takes no inputs: remove the connection.",
        ),
        (
            "known_attribute",
            "nodes: {a: {operation: Input, attributes: {artifact: digits}}, "
            "b: {operation: Show, attributes: {font: big}, inputs: {text: a}}}",
            ":1 (b.font): Show has no attribute font. Show has no attributes: remove it.",
        ),
        (
            "known_output",
            "nodes: {b: {operation: Show, inputs: {text: load.images}}}",
            ":1 (b.text): text of b takes load.images, but there is no node load. "
            "Add it, or remove the connection.",
        ),
        (
            "known_input",
            "nodes: {a: {operation: Load}, b: {operation: Load, inputs: {folder: a.images}}}",
            ":1 (b.folder): Load has no input folder. folder is an attribute: give it under attributes.",
        ),
        (
            "known_output",
            "nodes: {load: {operation: Load}, b: {operation: Show, inputs: {text: laod.images}}}",
            ":1 (b.text): text of b takes laod.images, but there is no node laod. Did you mean load?",
        ),
        (
            "known_output",
            "nodes: {load: {operation: Load}, b: {operation: Show, inputs: {text: load.image}}}",
            ":1 (b.text): text of b takes load.image, but Load has no output image. Did you mean images?",
        ),
        (
            "known_output",
            "nodes: {load: {operation: Load}, b: {operation: Show, inputs: {text: load}}}",
            ":1 (b.text): text of b takes load, but Load has 2 outputs. "
            "Name one: load.images or load.labels.",
        ),
        (
            "known_output",
            "nodes: {a: {operation: Input, attributes: {artifact: digits}}, "
            "b: {operation: Show, inputs: {text: a}}, "
            "c: {operation: Show, inputs: {text: b}}}",
            ":1 (c.text): text of c takes b, but Show has no outputs. "
            "Show returns nothing: let it, or remove the connection.",
        ),
        (
            "connected_or_optional",
            "nodes: {a: {operation: Show}}",
            ":1 (a.text): The input text of a is not connected. "
            "Connect it: inputs: {text: node.output}; or let Show do without: text=None.",
        ),
        (
            "connected_or_optional",
            "nodes: {a: {operation: Output, attributes: {name: x}}}",
            ":1 (a.data): The input data of a is not connected. Connect it: inputs: {data: node.output}.",
        ),
        (
            "port_types",
            "nodes: {load: {operation: Load}, b: {operation: Show, inputs: {text: load.images}}}",
            ":1 (b.text): text of b wants str, but load.images gives np.ndarray. "
            "Connect another output, or correct the annotation.",
        ),
        (
            "known_artifact",
            "nodes: {a: {operation: Input, attributes: {artifact: digist}}}",
            ":1 (a.artifact): There is no artifact digist. Did you mean digits?",
        ),
        (
            "known_artifact",
            "nodes: {a: {operation: Input, attributes: {artifact: digits@3}}}",
            ":1 (a.artifact): The artifact digits has no version 3. "
            "Its newest is 4: write digits@4, or digits for whatever is the newest.",
        ),
        (
            "known_artifact",
            "nodes: {a: {operation: Input, attributes: {artifact: digits@new}}}",
            ":1 (a.artifact): 'digits@new' names no version of an artifact.",
        ),
        (
            "known_resources",
            "nodes: {a: {operation: Load, resources: {gpu: 1}}}",
            ":1 (a.gpu): In the resources of a, 'gpu' is not something a job can ask for. Did you mean gpus?",
        ),
        (
            "known_resources",
            "nodes: {a: {operation: Input, attributes: {artifact: digits}, resources: {gpus: 1}}}",
            ":1 (a.resources): a asks for resources, but Input runs on no worker. Remove them.",
        ),
    ],
)
def test_a_rule_tells_what_breaks_it(rule: str, text: str, words: str) -> None:
    (found,) = told(text)
    assert found[0] == rule
    assert found[1].startswith(words)


def test_the_resources_of_an_operation_are_told_at_their_place() -> None:
    assert [(problem.rule, problem.place) for problem in problems_of("nodes: {a: {operation: Heavy}}")] == [
        ("known_resources", Place("operations/heavy.py", 2, "a", "resources"))
    ]


def test_a_circle_is_named_by_its_path() -> None:
    text = """
    nodes:
      a: {operation: Train, attributes: {epochs: 1}, inputs: {images: x.data, labels: x.data, weights: b}}
      x: {operation: Input, attributes: {artifact: digits}}
      b: {operation: Train, attributes: {epochs: 1}, inputs: {images: x.data, labels: x.data, weights: a}}
    """
    assert told(text) == [
        ("acyclic", ":3 (a): The pipeline goes in a circle: a → b → a. Remove one of these connections.")
    ]


def test_two_outputs_cannot_save_the_same_artifact_nor_choose_a_version_nor_any_name() -> None:
    text = """
    nodes:
      x: {operation: Input, attributes: {artifact: digits}}
      a: {operation: Output, attributes: {name: model}, inputs: {data: x}}
      b: {operation: Output, attributes: {name: model}, inputs: {data: x}}
      c: {operation: Output, attributes: {name: model@3}, inputs: {data: x}}
      d: {operation: Output, attributes: {name: a/b}, inputs: {data: x}}
    """
    assert told(text) == [
        ("output_name", ":5 (b.name): b and a both save the artifact model. Give one of them another name."),
        (
            "output_name",
            ":6 (c.name): c cannot choose the version. "
            "Write model; every run that makes other data saves a new version.",
        ),
        (
            "output_name",
            ":7 (d.name): 'a/b' cannot name an artifact. "
            "A name has 1 to 200 characters, without slashes or control characters.",
        ),
    ]


def test_a_reference_names_an_attribute_that_can_be_one_and_a_resource_of_the_project() -> None:
    text = """
    nodes:
      x: {operation: Input, attributes: {artifact: digits}}
      a: {operation: Train, attributes: {epochs: 1}, inputs: {images: x, labels: x},
          references: {model: architectures/convnet, modl: utils.losses.focal, limit: utils.losses.focal}}
      b: {operation: Train, attributes: {epochs: 1}, inputs: {images: x, labels: x},
          references: {model: utils.losses.focal}}
    """
    assert [words for rule, words in told(text) if rule == "known_reference"] == [
        ":5 (a.model): model of a refers to architectures/convnet, which is no class or function of the "
        "project. Write the import path of a class or function, such as utils.losses.focal.",
        ":5 (a.modl): Train has no attribute modl that could refer to utils.losses.focal. "
        "Did you mean model?",
        ":5 (a.limit): limit of Train is int | None, and cannot be a reference. "
        "Give it a value under attributes, or annotate it as Callable.",
    ]


def test_references_are_chosen_and_no_literals() -> None:
    text = """
    nodes:
      a: {operation: Fit, references: {network: utils.losses.focal, loss: utils.losses.focl}}
      b: {operation: Fit, attributes: {loss: utils.losses.focal, augment: null, optimizer: ADM},
          references: {network: utils.losses.Dice, augment: utils.losses.focal}}
      c: {operation: Fit, attributes: {loss: 3, augment: null, optimizer: SGD}}
      d: {operation: Fit, attributes: {optimizer: null}, references: {network: utils.losses.Dice,
          loss: utils.losses.focal}}
    """
    assert told(text) == [
        (
            "known_member",
            ":4 (b.optimizer): optimizer of b is 'ADM', which is no member of Optimizer. Did you mean ADAM?",
        ),
        (
            "known_member",
            ":7 (d.optimizer): optimizer of d is None, which is no member of Optimizer. There is ADAM, SGD.",
        ),
        (
            "known_reference",
            ":3 (a.network): network of a refers to utils.losses.focal, which is a function and no class. "
            "Choose a class.",
        ),
        (
            "known_reference",
            ":3 (a.loss): loss of a refers to utils.losses.focl, but utils/losses.py has no class or "
            "function focl. Did you mean utils.losses.focal?",
        ),
        (
            "required_reference",
            ":6 (c.network): The reference network of c is not chosen. "
            "Write references: {network: utils.module.name}, or give it a default.",
        ),
        (
            "literal_reference",
            ":4 (b.loss): loss of b is 'utils.losses.focal', but Fit wants a class or a function. "
            "Write it under references: {loss: utils.losses.focal}.",
        ),
        (
            "literal_reference",
            ":4 (b.augment): augment of b stands under attributes and under references. Remove one of them.",
        ),
        (
            "literal_reference",
            ":6 (c.loss): loss of c is 3, but Fit wants a class or a function. "
            "Write it under references: {loss: utils.module.name}.",
        ),
    ]


def test_what_cannot_name_anything_is_no_reference_either() -> None:
    text = """
    nodes:
      a: {operation: Fit, attributes: {loss: {ref: utils.losses.focal}, augment: null, optimizer: SGD},
          references: {network: utils.losses.Dice}}
    """
    assert told(text) == [
        (
            "literal_reference",
            ":3 (a.loss): loss of a is {'ref': 'utils.losses.focal'}, but Fit wants a class or a function. "
            "Write it under references: {loss: utils.module.name}.",
        )
    ]


def test_a_value_equal_to_the_default_always_fits() -> None:
    known = operations(
        Odd="""
        class Odd:
            def __init__(self, size: int = None, name: str = 3): pass
            def execute(self): pass
        """
    )
    pipeline, _ = read_pipeline(
        {"nodes": {"a": {"operation": "Odd", "attributes": {"size": None, "name": 3}}}}, "p", FILE
    )
    assert validate(pipeline, known, {}) == []


def test_an_operation_that_cannot_be_read_is_told_in_place_of_unknown() -> None:
    syntax = Problem("syntax", "This is not Python.", Place("operations/load_images.py", 3), CORRECT)
    other = Problem("syntax", "This is not Python.", Place("operations/unused.py", 1), CORRECT)
    for name in ("LoadImages", "load_images"):
        assert problems_of(
            f"nodes: {{a: {{operation: {name}}}, b: {{operation: {name}}}}}", (syntax, other)
        ) == [syntax]


@pytest.mark.parametrize("given", ["attributes: {rate: 0.1}", "references: {loss: utils.losses.focal}"])
def test_an_attribute_that_a_base_class_may_have_is_told_with_that(given: str) -> None:
    unseen = Problem(
        "unseen_attributes", "Load inherits.", Place("operations/load.py", 1), "Write it.", severity="warning"
    )
    elsewhere = replace(unseen, place=Place("operations/other.py", 1))
    text = f"nodes: {{a: {{operation: Load, {given}}}}}"
    assert [one.hint for one in problems_of(text, (elsewhere, unseen))] == ["Load inherits. Write it."]
    assert all(one.hint.startswith("There is count, ") for one in problems_of(text, (elsewhere,)))
    meant = "nodes: {a: {operation: Load, attributes: {fractoin: 0.1}}}"
    assert [one.hint for one in problems_of(meant, (unseen,))] == ["Did you mean fraction?"]


def test_all_problems_are_told_at_once() -> None:
    text = """
    nodes:
      load: {operation: Laod}
      train:
        {operation: Train, attributes: {epoch: five, rate: fast}, inputs: {images: load.images, image: lod}}
      model: {operation: Output, inputs: {data: train.modle}}
    """
    assert [rule for rule, _ in told(text)] == [
        *("known_operation", "known_attribute", "required_attribute", "required_attribute", "attribute_type"),
        *("known_input", "known_output", "known_output", "connected_or_optional"),
    ]


BYPASS = """
nodes:
  load: {operation: Load}
  train: {operation: Train, attributes: {epochs: 5}, inputs: {images: load.images, labels: load.labels}}
  again: {operation: Train, attributes: {epochs: 5}, inputs: {images: load.images, labels: load.labels,
          weights: train.model}}
  model: {operation: Output, attributes: {name: net}, inputs: {data: again}}
"""


def test_what_a_bypassed_node_needs_forbids_nothing() -> None:
    text = BYPASS.replace(
        "train: {operation: Train, attributes: {epochs: 5}", "train: {operation: Train, bypass: true"
    )
    (problem,) = problems_of(text)
    assert (problem.rule, problem.severity, problem.place.node) == ("required_attribute", "warning", "train")


def test_types_are_compared_through_a_bypassed_node() -> None:
    text = """
    nodes:
      load: {operation: Load}
      train: {operation: Train, bypass: true, inputs: {images: load.images, labels: load.labels}}
      show: {operation: Train, attributes: {epochs: 5}, inputs: {images: load.images, labels: train}}
    """
    assert [words for rule, words in told(text) if rule == "port_types"] == [
        ":5 (show.labels): labels of show wants list[int], but load.images, through train, gives np.ndarray. "
        "Connect another output, or correct the annotation."
    ]


def test_a_bypassed_node_that_takes_nothing_fitting_is_a_problem_only_where_something_is_taken() -> None:
    text = """
    nodes:
      load: {operation: Load, bypass: true}
      show: {operation: Show, inputs: {text: load.images}}
    """
    assert told(text) == [
        (
            "bypass",
            ":3 (load.bypass): load is bypassed, but takes nothing that show could be given for load.images. "
            "Switch the bypass off, or connect show to something else.",
        )
    ]
    assert told("nodes: {load: {operation: Load, bypass: true}, other: {operation: Load}}") == []


def test_what_is_let_through_has_the_names_of_ports() -> None:
    text = """
    nodes:
      load: {operation: Load}
      train:
        operation: Train
        bypass: true
        through: {model: lables, other: images}
        inputs: {images: load.images, labels: load.labels}
    """
    assert [words for rule, words in told(text) if rule == "through"] == [
        ":7 (train.model): Train has no input lables to let through as model. Did you mean labels?",
        ":7 (train.other): Train has no output other to let anything through. There is model.",
    ]


def test_what_a_bypassed_node_does_not_take_is_missing_behind_it() -> None:
    text = """
    nodes:
      train: {operation: Train, bypass: true}
      model: {operation: Output, attributes: {name: net}, inputs: {data: train}}
    """
    assert [(problem.rule, problem.severity, problem.message) for problem in problems_of(text)][-1] == (
        "connected_or_optional",
        "error",
        "The input data of model gets nothing through train.",
    )


def test_what_is_wrong_with_a_muted_node_and_behind_it_is_a_warning() -> None:
    text = """
    nodes:
      load: {operation: Laod, mute: true}
      train: {operation: Train, inputs: {images: load.images, labels: load.labels}}
      other: {operation: Load}
    """
    assert {problem.severity for problem in problems_of(text)} == {"warning"}
    assert [problem.rule for problem in problems_of(text)] == ["known_operation", "required_attribute"]


def test_muted_outputs_may_share_a_name() -> None:
    text = """
    nodes:
      load: {operation: Load}
      one: {operation: Output, attributes: {name: net}, inputs: {data: load.images}, mute: true}
      two: {operation: Output, attributes: {name: net}, inputs: {data: load.images}}
    """
    assert problems_of(text) == []


def test_of_several_operations_in_one_file_it_is_told_which_one_it_gives() -> None:
    pipeline, _ = read_pipeline({"nodes": {"a": {"operation": "shuffle"}}}, "train", FILE)
    catalogue = catalogue_of([read_module("class Load: ...\n\ndef shuffle(): ...\n", KNOWN["Load"].file)])
    (problem,) = validate(pipeline, KNOWN, ARTIFACTS, (), catalogue)
    assert problem.message == "There is no operation shuffle."
    assert problem.hint == (
        f"{KNOWN['Load'].file} makes it in line 3, but gives the operation Load, and a file gives one: "
        "move it to a file of its own."
    )


def test_what_is_wrong_with_an_operation_is_told_whatever_its_file_is_called() -> None:
    pipeline, _ = read_pipeline({"nodes": {"a": {"operation": "Make"}}}, "train", FILE)
    wrong = Problem("signature", "__init__ takes *args.", Place("operations/mix.py", 2), CORRECT)
    catalogue = catalogue_of([read_module("class Make: ...\n", "operations/mix.py")])
    assert validate(pipeline, KNOWN, ARTIFACTS, [wrong], catalogue) == [wrong]
