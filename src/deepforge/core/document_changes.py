"""Differences of two pipeline documents, as small changes that can be made in a third one.

A change names its place as the live document has it: `("nodes", id)`, `("nodes", id, "name")`,
`("nodes", id, "attributes", "epochs")`, `("notes", id, "text")`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from deepforge.core.document import DocumentNode, Input, Note, PipelineDocument, Wire, alike

Path = tuple[str, ...]
MAPS: Final = frozenset({"attributes", "references", "inputs", "resources", "through"})
"""Parts of a node whose entries change one by one."""


@dataclass(frozen=True)
class Put:
    """A value that is new, or another one now."""

    path: Path
    value: Any


@dataclass(frozen=True)
class Drop:
    """A value that is there no longer."""

    path: Path


Change = Put | Drop


def plain(document: PipelineDocument) -> dict[str, dict[str, Any]]:
    """The document in nested dicts, as it is shared: `{"nodes": {id: {…}}, "notes": {id: {…}}}`."""
    return {
        "nodes": {id: plain_node(node) for id, node in document.nodes.items()},
        "notes": {id: plain_note(note) for id, note in document.notes.items()},
    }


def plain_node(node: DocumentNode) -> dict[str, Any]:
    """A node in nested dicts; what is not set is left out."""
    made: dict[str, Any] = {
        "name": node.name,
        "operation": node.operation,
        "attributes": dict(node.attributes),
        "references": dict(node.references),
        "inputs": {port: plain_input(source) for port, source in node.inputs.items()},
        "resources": dict(node.resources),
        "order": node.order,
    }
    if node.through:
        made["through"] = dict(node.through)
    if node.cache is not None:
        made["cache"] = node.cache
    if node.at is not None:
        made["at"] = list(node.at)
    return made | {mark: True for mark in ("bypass", "mute", "pin") if getattr(node, mark)}


def plain_input(source: Input) -> dict[str, Any]:
    """An input as a dict."""
    if isinstance(source, Wire):
        return {"node": source.node, "output": source.output}
    return {"text": source.text}


def plain_note(note: Note) -> dict[str, Any]:
    """A note as a dict."""
    made: dict[str, Any] = {"text": note.text, "at": list(note.at)}
    return made | ({"size": list(note.size)} if note.size is not None else {})


def difference(old: PipelineDocument, new: PipelineDocument) -> list[Change]:
    """What to change in the old document so that it becomes the new one."""
    return list(_differences(plain(old), plain(new), (), 2))


def apply(document: dict[str, Any], changes: list[Change]) -> None:
    """Make changes in nested dicts. A change inside of something that is gone is left out."""
    for change in changes:
        place: Any = document
        for step in change.path[:-1]:
            place = place.get(step) if isinstance(place, dict) else None
        if not isinstance(place, dict):
            continue
        if isinstance(change, Put):
            place[change.path[-1]] = change.value
        else:
            place.pop(change.path[-1], None)


def _differences(old: Mapping[str, Any], new: Mapping[str, Any], at: Path, depth: int) -> Iterator[Change]:
    for key in old:
        if key not in new:
            yield Drop((*at, key))
    for key, value in new.items():
        here = (*at, key)
        if key not in old:
            yield Put(here, value)
        elif depth > 0 or key in MAPS:
            yield from _differences(old[key], value, here, depth - 1)
        elif not alike(old[key], value):
            yield Put(here, value)
