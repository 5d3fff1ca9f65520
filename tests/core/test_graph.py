"""Directed graphs of named nodes."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepforge.core.errors import BadInput
from deepforge.core.graph import Edge, descendants, find_cycle, topological_order

DIAMOND = [Edge("a", "b"), Edge("a", "c"), Edge("b", "d"), Edge("c", "d")]


def test_each_node_stands_behind_all_it_depends_on() -> None:
    assert topological_order(["d", "c", "b", "a"], DIAMOND) == ["a", "c", "b", "d"]


def test_where_there_is_a_choice_the_given_order_stays() -> None:
    assert topological_order(["z", "m", "a"], []) == ["z", "m", "a"]
    assert topological_order(["z", "m", "a"], [Edge("a", "z")]) == ["m", "a", "z"]


def test_edges_of_other_nodes_are_left_aside_and_doubled_ones_count_once() -> None:
    edges = [Edge("a", "b"), Edge("a", "b"), Edge("ghost", "a"), Edge("b", "ghost")]
    assert topological_order(["b", "a"], edges) == ["a", "b"]


def test_an_order_of_a_circle_is_refused_with_its_path() -> None:
    with pytest.raises(BadInput, match="The graph goes in a circle: b → c → b"):
        topological_order(["a", "b", "c"], [Edge("a", "b"), Edge("b", "c"), Edge("c", "b")])


def test_a_cycle_is_named_by_its_path() -> None:
    assert find_cycle(["a", "b", "c"], [Edge("a", "b"), Edge("b", "c"), Edge("c", "b")]) == ["b", "c", "b"]
    assert find_cycle(["a"], [Edge("a", "a")]) == ["a", "a"]
    assert find_cycle(["a", "b", "c", "d"], DIAMOND) is None
    assert find_cycle([], []) is None


def test_a_long_chain_is_no_trouble() -> None:
    nodes = [str(number) for number in range(5000)]
    edges = [Edge(one, other) for one, other in pairwise(nodes)]
    assert find_cycle(nodes, edges) is None
    assert topological_order(nodes[::-1], edges) == nodes
    assert find_cycle(nodes, [*edges, Edge("4999", "0")]) == [*nodes, "0"]


def test_a_lattice_with_very_many_paths_is_no_trouble() -> None:
    layers = [[f"{layer}{side}" for side in "ab"] for layer in range(60)]
    edges = [Edge(one, other) for here, there in pairwise(layers) for one in here for other in there]
    nodes = [node for layer in layers for node in layer]
    assert find_cycle(nodes, edges) is None
    assert topological_order(nodes, edges) == nodes
    assert len(descendants("0a", edges)) == 118


def test_what_lies_before_and_behind_a_node() -> None:
    assert descendants("a", DIAMOND) == {"b", "c", "d"}
    assert descendants("d", DIAMOND) == set()
    assert descendants("a", [Edge("a", "b"), Edge("b", "a")]) == {"a", "b"}


@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=20))
def test_a_graph_has_either_an_order_or_a_cycle(pairs: list[tuple[int, int]]) -> None:
    nodes = [str(number) for number in range(8)]
    edges = [Edge(str(source), str(target)) for source, target in pairs]
    cycle = find_cycle(nodes, edges)
    if cycle is None:
        order = topological_order(nodes, edges)
        assert sorted(order) == nodes
        assert all(order.index(edge.source) < order.index(edge.target) for edge in edges)
    else:
        assert cycle[0] == cycle[-1]
        assert all(Edge(one, other) in edges for one, other in pairwise(cycle))
