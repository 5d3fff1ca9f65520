"""Directed graphs of named nodes: their order, their cycles, and what lies before and behind."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

from deepforge.core.errors import BadInput


@dataclass(frozen=True)
class Edge:
    """Data goes from the source node to the target node."""

    source: str
    target: str


def topological_order(nodes: Sequence[str], edges: Iterable[Edge]) -> list[str]:
    """The nodes, each behind all it depends on; where that leaves a choice, in the given order.

    Edges from or to other nodes are left aside. Raises BadInput, which names the path, when there is a cycle.
    """
    edges = list(edges)
    position = {node: index for index, node in enumerate(nodes)}
    targets = _neighbours(nodes, ((edge.source, edge.target) for edge in edges))
    waits_for = dict.fromkeys(nodes, 0)
    for followers in targets.values():
        for follower in followers:
            waits_for[follower] += 1
    ready = [position[node] for node in nodes if waits_for[node] == 0]
    heapify(ready)
    order: list[str] = []
    while ready:
        node = nodes[heappop(ready)]
        order.append(node)
        for follower in targets[node]:
            waits_for[follower] -= 1
            if waits_for[follower] == 0:
                heappush(ready, position[follower])
    if len(order) < len(position):
        cycle = find_cycle(nodes, edges) or []
        raise BadInput(
            f"The graph goes in a circle: {' → '.join(cycle)}.", "Remove one of these connections."
        )
    return order


def find_cycle(nodes: Sequence[str], edges: Iterable[Edge]) -> list[str] | None:
    """A path that ends where it begins, such as `["a", "b", "a"]`; None when there is none."""
    targets = _neighbours(nodes, ((edge.source, edge.target) for edge in edges))
    done: set[str] = set()
    for start in nodes:
        if start in done:
            continue
        path = [start]
        on_path = {start: 0}
        branches = [iter(targets[start])]
        while branches:
            follower = next(branches[-1], None)
            if follower is None:
                branches.pop()
                finished = path.pop()
                del on_path[finished]
                done.add(finished)
            elif follower in on_path:
                return [*path[on_path[follower] :], follower]
            elif follower not in done:
                on_path[follower] = len(path)
                path.append(follower)
                branches.append(iter(targets[follower]))
    return None


def descendants(node: str, edges: Iterable[Edge]) -> set[str]:
    """All nodes which data from the node reaches, itself left out (unless it lies on a cycle)."""
    return _reached([node], ((edge.source, edge.target) for edge in edges))


def upstream(nodes: Iterable[str], edges: Iterable[Edge]) -> set[str]:
    """These nodes, and all from which data reaches them."""
    wanted = set(nodes)
    return wanted | _reached(wanted, ((edge.target, edge.source) for edge in edges))


def downstream(nodes: Iterable[str], edges: Iterable[Edge]) -> set[str]:
    """These nodes, and all which data from them reaches."""
    wanted = set(nodes)
    return wanted | _reached(wanted, ((edge.source, edge.target) for edge in edges))


def _neighbours(nodes: Iterable[str], pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Each node's targets, each once, in the order of the pairs."""
    found: dict[str, dict[str, None]] = {node: {} for node in nodes}
    for source, target in pairs:
        if source in found and target in found:
            found[source][target] = None
    return {node: list(targets) for node, targets in found.items()}


def _reached(nodes: Iterable[str], pairs: Iterable[tuple[str, str]]) -> set[str]:
    ahead: dict[str, list[str]] = {}
    for source, target in pairs:
        ahead.setdefault(source, []).append(target)
    found: set[str] = set()
    waiting = [follower for node in nodes for follower in ahead.get(node, ())]
    while waiting:
        reached = waiting.pop()
        if reached not in found:
            found.add(reached)
            waiting.extend(ahead.get(reached, ()))
    return found
