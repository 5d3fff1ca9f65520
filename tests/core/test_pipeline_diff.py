"""What differs between two pipelines."""

from __future__ import annotations

from deepforge.core.pipeline import Pipeline, read_pipeline
from deepforge.core.pipeline_diff import LinkDiff, NodeDiff, PipelineDiff, ValueChange, compare_pipelines
from deepforge.store.project_files import parse_yaml

FILE = "pipelines/train.yaml"
BEFORE = """
nodes:
  load: {operation: Load, at: [0, 0]}
  train: {operation: Train, attributes: {epochs: 5, rate: 0.1}, inputs: {data: load.data}, at: [200, 0]}
  save: {operation: Output, attributes: {name: net}, inputs: {data: train.model}}
"""


def pipeline(text: str) -> Pipeline:
    found, problems = read_pipeline(parse_yaml(text.encode(), FILE), "train", FILE)
    assert not problems
    return found


def difference(after: str) -> PipelineDiff:
    return compare_pipelines(pipeline(BEFORE), pipeline(after))


def nodes(found: PipelineDiff) -> dict[str, str]:
    return {node.name: node.change for node in found.nodes}


def test_the_same_pipeline_does_not_differ() -> None:
    found = difference(BEFORE)
    assert set(nodes(found).values()) == {"same"}
    assert {link.change for link in found.links} == {"same"}


def test_values_that_were_changed_added_and_removed_are_told() -> None:
    found = difference(BEFORE.replace("epochs: 5, rate: 0.1", "epochs: 9, seed: 1"))
    assert nodes(found) == {"load": "same", "train": "changed", "save": "same"}
    assert found.nodes[1].values == (
        ValueChange("attributes.epochs", 5, 9),
        ValueChange("attributes.rate", 0.1, None),
        ValueChange("attributes.seed", None, 1),
    )


def test_a_node_that_only_lies_elsewhere_was_moved() -> None:
    found = difference(BEFORE.replace("[200, 0]", "[300, 40]"))
    assert found.nodes[1] == NodeDiff("train", "moved", "Train", (), (200.0, 0.0), (300.0, 40.0))


def test_nodes_and_links_that_came_and_went_are_told() -> None:
    found = difference(
        """
nodes:
  load: {operation: Load, at: [0, 0]}
  clean: {operation: Clean, inputs: {data: load.data}}
  train: {operation: Train, attributes: {epochs: 5, rate: 0.1}, inputs: {data: clean.data}, at: [200, 0]}
"""
    )
    assert nodes(found) == {"load": "same", "clean": "added", "train": "same", "save": "removed"}
    assert found.links == (
        LinkDiff("clean", "data", "train", "data", "added"),
        LinkDiff("load", "data", "clean", "data", "added"),
        LinkDiff("load", "data", "train", "data", "removed"),
        LinkDiff("train", "model", "save", "data", "removed"),
    )


def test_a_node_that_only_has_another_name_is_recognised_with_its_links() -> None:
    found = difference(BEFORE.replace("train: {", "fit: {").replace("train.model", "fit.model"))
    assert nodes(found) == {"load": "same", "fit": "changed", "save": "same"}
    assert found.nodes[1].was == "train"
    assert {link.change for link in found.links} == {"same"}


def test_a_whole_pipeline_comes_and_goes() -> None:
    there = pipeline(BEFORE)
    come, gone = compare_pipelines(None, there), compare_pipelines(there, None)
    assert (come.change, set(nodes(come).values())) == ("added", {"added"})
    assert (gone.change, set(nodes(gone).values())) == ("removed", {"removed"})
    assert {link.change for link in gone.links} == {"removed"}
