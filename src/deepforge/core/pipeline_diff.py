"""What differs between two pipelines: nodes, their values, and the links between them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from deepforge.core.pipeline import Node, Pipeline

Change = Literal["added", "removed", "changed", "moved", "same"]


@dataclass(frozen=True)
class ValueChange:
    """A value of a node that differs: an attribute, a reference, a resource, `operation` or `cache`.

    None: there is none on that side.
    """

    part: str
    before: Any
    after: Any


@dataclass(frozen=True)
class NodeDiff:
    """A node of either pipeline. `was` is its former name when only that has changed."""

    name: str
    change: Change
    operation: str
    values: tuple[ValueChange, ...] = ()
    before_at: tuple[float, float] | None = None
    after_at: tuple[float, float] | None = None
    was: str | None = None


@dataclass(frozen=True)
class LinkDiff:
    """A link of either pipeline, between names of the new one where a node was renamed."""

    source: str
    output: str | None
    target: str
    input: str
    change: Literal["added", "removed", "same"]


@dataclass(frozen=True)
class PipelineDiff:
    """Two states of a pipeline laid over each other."""

    name: str
    change: Literal["added", "removed", "changed"]
    nodes: tuple[NodeDiff, ...]
    links: tuple[LinkDiff, ...]
    problem: str | None = None
    """Why the file could not be read on one of the sides, so that only its text can be compared."""


def compare_pipelines(before: Pipeline | None, after: Pipeline | None) -> PipelineDiff:
    """What differs between two states of a pipeline; None: it is not there on that side."""
    known = before or after
    assert known is not None, "one of the two is there"
    old = before.nodes if before else {}
    new = after.nodes if after else {}
    renamed = _renamed(old, new)  # new name → old name
    gone = [name for name in old if name not in new and name not in renamed.values()]
    nodes = [_compared(name, old.get(renamed.get(name, name)), node) for name, node in new.items()]
    nodes += [_compared(name, old[name], None) for name in gone]
    names = {former: name for name, former in renamed.items()}
    old_links = {_renamed_link(link, names) for node in old.values() for link in _links(node)}
    new_links = {link for node in new.values() for link in _links(node)}
    sides: tuple[tuple[Literal["added", "removed"], set[_Link]], ...] = (
        ("added", new_links),
        ("removed", old_links - new_links),
    )
    links = [
        LinkDiff(*link, "same" if link in old_links and link in new_links else side)
        for side, found in sides
        for link in sorted(found, key=lambda link: tuple(part or "" for part in link))
    ]
    change: Literal["added", "removed", "changed"] = (
        "added" if before is None else "removed" if after is None else "changed"
    )
    return PipelineDiff((after or known).name, change, tuple(nodes), tuple(links))


_Link = tuple[str, str | None, str, str]


def _links(node: Node) -> Iterator[_Link]:
    for name, source in node.inputs.items():
        yield source.node, source.output, node.name, name


def _renamed_link(link: _Link, names: dict[str, str]) -> _Link:
    source, output, target, name = link
    return names.get(source, source), output, names.get(target, target), name


def _renamed(old: dict[str, Node], new: dict[str, Node]) -> dict[str, str]:
    """The new nodes that are an old one under another name: all but the name is equal, and only one is."""
    gone = [node for name, node in old.items() if name not in new]
    come = [node for name, node in new.items() if name not in old]
    found = {}
    for node in come:
        same = [former for former in gone if _facts(former) == _facts(node)]
        alike = [other for other in come if _facts(other) == _facts(node)]
        if len(same) == len(alike) == 1:
            found[node.name] = same[0].name
    return found


def _facts(node: Node) -> dict[str, Any]:
    """The values of a node by part; what stands only on one side is not among the other's."""
    values: dict[str, Any] = {"operation": node.operation}
    for name, found in (
        ("attributes", node.attributes),
        ("references", node.references),
        ("resources", node.resources),
        ("through", node.through),
    ):
        values |= {f"{name}.{key}": value for key, value in found.items()}
    for name in ("cache", "bypass", "mute"):
        value = getattr(node, name, None)
        if value not in (None, False) or (name == "cache" and value is False):
            values[name] = value
    return values


def _compared(name: str, before: Node | None, after: Node | None) -> NodeDiff:
    node = after or before
    assert node is not None, "it is on one of the sides"
    before_at, after_at = before.at if before else None, after.at if after else None
    if before is None or after is None:
        change: Change = "added" if before is None else "removed"
        return NodeDiff(name, change, node.operation, (), before_at, after_at)
    old, new = _facts(before), _facts(after)
    values = tuple(
        ValueChange(part, old.get(part), new.get(part))
        for part in dict.fromkeys([*old, *new])
        if old.get(part) != new.get(part) or (part in old) != (part in new)
    )
    was = before.name if before.name != name else None
    change = "changed" if values or was else "moved" if before_at != after_at else "same"
    return NodeDiff(name, change, node.operation, values, before_at, after_at, was)
