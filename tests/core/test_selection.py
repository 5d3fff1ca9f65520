"""Selection: what runs of a pipeline, and what goes through the nodes that are taken out."""

from __future__ import annotations

from dataclasses import replace

from deepforge.core.operation import Input, Operation, Output
from deepforge.core.pipeline import BUILT_INS, Node, Pipeline, Source
from deepforge.core.selection import Carried, bypass_of, carried, idle, only, without_bypassed

LOAD = Operation(
    "Load", "", "", "class", outputs=(Output("images", "np.ndarray"), Output("labels", "list[int]"))
)
SCALE = Operation(
    "Scale",
    "",
    "",
    "class",
    inputs=(Input("factor", "float"), Input("images", "np.ndarray"), Input("more", "np.ndarray")),
    outputs=(Output("scaled", "np.ndarray"), Output("report", "str")),
)
KNOWN = {**BUILT_INS, "Load": LOAD, "Scale": SCALE}


def pipeline(**nodes: Node) -> Pipeline:
    return Pipeline("train", {name: replace(node, name=name) for name, node in nodes.items()})


def scale(images: Source | None, *, bypass: bool = False, mute: bool = False) -> Node:
    inputs = {"images": images} if images else {}
    return Node("", "Scale", inputs=inputs, bypass=bypass, mute=mute)


IMAGES = Source("load", "images")


def test_an_output_gives_the_first_input_that_its_annotation_allows() -> None:
    assert bypass_of(SCALE) == {"scaled": "images", "report": None}


def test_an_output_gives_what_somebody_chose_and_the_rule_holds_for_names_that_are_gone() -> None:
    assert bypass_of(SCALE, {"scaled": "more", "report": "gone"}) == {"scaled": "more", "report": None}
    assert bypass_of(SCALE, {"scaled": None, "gone": "images"}) == {"scaled": None, "report": None}


def test_what_is_not_annotated_fits_everything() -> None:
    plain = Operation(
        "Plain", "", "", "function", inputs=(Input("one"), Input("two")), outputs=(Output("a"), Output("b"))
    )
    assert bypass_of(plain) == {"a": "one", "b": "one"}


def test_sources_go_through_a_row_of_bypassed_nodes() -> None:
    found = pipeline(
        load=Node("", "Load"),
        first=scale(IMAGES, bypass=True),
        second=scale(Source("first", "scaled"), bypass=True),
        last=scale(Source("second", "scaled")),
    )
    assert carried(found, KNOWN, Source("second", "scaled")) == Carried(IMAGES, "first")
    through = without_bypassed(found, KNOWN)
    assert list(through.nodes) == ["load", "last"]
    assert through.nodes["last"].inputs == {"images": IMAGES}


def test_an_output_that_nothing_fits_gives_nothing() -> None:
    found = pipeline(
        load=Node("", "Load"), off=scale(IMAGES, bypass=True), last=scale(Source("off", "report"))
    )
    assert carried(found, KNOWN, Source("off", "report")) == Carried(None, "off", fits=False)
    assert without_bypassed(found, KNOWN).nodes["last"].inputs == {}


def test_an_output_whose_input_takes_nothing_gives_nothing() -> None:
    found = pipeline(off=scale(None, bypass=True), last=scale(Source("off", "scaled")))
    assert carried(found, KNOWN, Source("off", "scaled")) == Carried(None, "off", fits=True)


def test_a_circle_of_bypassed_nodes_comes_to_an_end() -> None:
    found = pipeline(
        one=scale(Source("two", "scaled"), bypass=True), two=scale(Source("one", "scaled"), bypass=True)
    )
    assert carried(found, KNOWN, Source("one", "scaled")).at == "two"


def test_a_bypassed_node_of_an_unknown_operation_is_left_as_it_is() -> None:
    found = pipeline(odd=Node("", "Unknown", bypass=True))
    assert carried(found, KNOWN, Source("odd", "x")) == Carried(Source("odd", "x"))


def test_all_behind_a_muted_node_rests_because_of_it() -> None:
    found = pipeline(
        load=Node("", "Load"),
        off=scale(IMAGES, mute=True),
        next=scale(Source("off", "scaled")),
        last=scale(Source("next", "scaled")),
        other=scale(IMAGES),
    )
    assert idle(found) == {"off": "off", "next": "off", "last": "off"}


def test_only_keeps_the_order_of_the_pipeline() -> None:
    found = pipeline(a=Node("", "Load"), b=Node("", "Load"), c=Node("", "Load"))
    assert list(only(found, ["c", "a"]).nodes) == ["a", "c"]
