"""The live document of a pipeline as plain facts: nodes and notes by ids that outlive a change of names.

`read` makes it from the content of a pipeline's file, `core.document_file` turns it into such content again.
"""

from __future__ import annotations

import math
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeGuard

from deepforge.core.errors import InvalidProject
from deepforge.core.order import spread

LONGEST_NAME = 200
_REFUSED = frozenset("./\\=")


@dataclass(frozen=True)
class Wire:
    """An input that takes an output of a node, by its id; None: the only one that its operation has."""

    node: str
    output: str | None = None


@dataclass(frozen=True)
class Loose:
    """An input that names no node of the pipeline, as it is written."""

    text: str


Input = Wire | Loose


@dataclass(frozen=True)
class DocumentNode:
    """One node."""

    id: str
    name: str
    operation: str = ""
    attributes: Mapping[str, Any] = field(default_factory=dict)
    references: Mapping[str, str] = field(default_factory=dict)
    inputs: Mapping[str, Input] = field(default_factory=dict)
    resources: Mapping[str, Any] = field(default_factory=dict)
    cache: bool | None = None
    at: tuple[float, float] | None = None
    bypass: bool = False
    through: Mapping[str, str | None] = field(default_factory=dict)
    """Which input an output gives while the node is bypassed, where the person chose; None: nothing."""
    mute: bool = False
    pin: bool = False
    order: str = ""


@dataclass(frozen=True)
class Note:
    """A text that lies on the canvas."""

    id: str
    text: str = ""
    at: tuple[float, float] = (0.0, 0.0)
    size: tuple[float, float] | None = None


@dataclass(frozen=True)
class PipelineDocument:
    """All of a pipeline that is edited together. Nodes are in their order."""

    nodes: Mapping[str, DocumentNode] = field(default_factory=dict)
    notes: Mapping[str, Note] = field(default_factory=dict)

    @property
    def names(self) -> dict[str, str]:
        """The name of each node by its id."""
        return {node.id: node.name for node in self.nodes.values()}


def in_order(nodes: Iterable[DocumentNode]) -> dict[str, DocumentNode]:
    """Nodes by id, as they come in the pipeline."""
    return {node.id: node for node in sorted(nodes, key=lambda node: (node.order, node.id))}


def read(content: object, known: PipelineDocument | None = None, file: str = "") -> PipelineDocument:
    """The document in the content of a pipeline's file; what cannot be a part of one is left out.

    A node that `known` has by that name keeps its id and its order, and so does one that only has another
    name now. Raises InvalidProject when the content is no pipeline at all.
    """
    content = as_pipeline(content, file)
    listed = content.get("nodes") or {}
    entries = {name: entry for name, entry in listed.items() if isinstance(name, str)}
    ids = _ids(entries, known or PipelineDocument())
    orders = _orders([ids[name] for name in entries], known or PipelineDocument())
    nodes = in_order(_node(name, entry, ids, orders) for name, entry in entries.items())
    notes = content.get("notes")
    read_notes = [_note(str(id), entry) for id, entry in (notes if _is_map(notes) else {}).items()]
    return PipelineDocument(nodes, {note.id: note for note in read_notes if note is not None})


def as_pipeline(content: object, file: str) -> Mapping[Any, Any]:
    """The content of a pipeline's file, whose nodes are given by name. Raises InvalidProject when it is no
    pipeline at all.
    """
    if content is None:
        return {}
    if not isinstance(content, Mapping):
        raise InvalidProject(
            f"{file}:1 is no pipeline", "Begin the file with nodes: and put each node below."
        )
    listed = content.get("nodes")
    if listed is not None and not isinstance(listed, Mapping):
        raise InvalidProject(f"{file}:1 has no nodes by name", "Write them as name: {operation: …}.")
    return content


def settled(document: PipelineDocument, names: Mapping[str, str]) -> PipelineDocument:
    """The document as a file can say it: each name once and well formed, inputs that name a node take from
    it, and inputs that take from no node name it.

    `names` are those that the file has now; a node that still has its name there keeps it.
    """
    kept = {node.id for node in document.nodes.values() if names.get(node.id) == node.name}
    ids = {document.nodes[id].name: id for id in kept}
    for node in document.nodes.values():
        if node.id not in kept:
            ids[_free_name(node, ids)] = node.id
    now = {id: name for name, id in ids.items()}

    def settle(source: Input) -> Input:
        if isinstance(source, Wire) and source.node not in now:
            name = names.get(source.node, source.node.removeprefix("n-"))
            source = Loose(written(source, {source.node: name}))
        return parse_source(source.text, ids) if isinstance(source, Loose) else source

    nodes = {
        id: replace(node, name=now[id], inputs={port: settle(source) for port, source in node.inputs.items()})
        for id, node in document.nodes.items()
    }
    return replace(document, nodes=nodes)


def parse_source(text: str, ids: Mapping[str, str]) -> Input:
    """What an input takes, from how a file names it: `digits` or `digits.images`."""
    name, dot, output = text.partition(".")
    name, output = name.strip(), output.strip()
    if name not in ids or bool(dot) != bool(output):
        return Loose(text)
    return Wire(ids[name], output or None)


def written(source: Input, names: Mapping[str, str]) -> str:
    """An input as a file names it."""
    if isinstance(source, Loose):
        return source.text
    name = names.get(source.node, source.node)
    return f"{name}.{source.output}" if source.output else name


def alike(one: object, other: object) -> bool:
    """Whether two values mean the same to an editor that has one kind of number: 1 and 1.0, but not true."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, int | float) and isinstance(other, int | float):
        return one == other
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(alike(value, other[key]) for key, value in one.items())
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(alike, one, other))
    return one == other


def passed(through: Mapping[str, Any]) -> dict[str, str | None]:
    """What a node lets through, without what names no input."""
    return {output: port for output, port in through.items() if port is None or isinstance(port, str)}


def place(value: object) -> tuple[float, float] | None:
    """A pair of finite numbers, to the hundredth; None when it is none."""
    if not isinstance(value, list | tuple) or len(value) != 2:
        return None
    x, y = value
    return (round(float(x), 2), round(float(y), 2)) if _is_number(x) and _is_number(y) else None


def _ids(entries: Mapping[str, Any], known: PipelineDocument) -> dict[str, str]:
    """Name → id, the same for the same names."""
    by_name = {node.name: node.id for node in known.nodes.values()}
    ids = {name: by_name[name] for name in entries if name in by_name}
    gone = [node for node in known.nodes.values() if node.name not in entries]
    names, taken = known.names, set(known.nodes) | set(ids.values())
    for name, entry in entries.items():
        if name in ids:
            continue
        same = next((node for node in gone if _is_renamed(node, entry, names)), None)
        if same is not None:
            gone.remove(same)
            ids[name] = same.id
            continue
        ids[name] = free_id(f"n-{name}", taken)
        taken.add(ids[name])
    return ids


def free_id(wanted: str, taken: Container[str]) -> str:
    """The id, or the first of it with a number that is not taken."""
    found, number = wanted, 2
    while found in taken:
        found, number = f"{wanted}-{number}", number + 1
    return found


def _is_renamed(node: DocumentNode, entry: object, names: Mapping[str, str]) -> bool:
    """Whether an entry of another name says what the node said."""
    if not _is_map(entry) or entry.get("operation") != node.operation:
        return False
    sources = {port: written(source, names) for port, source in node.inputs.items()}
    return (
        alike(_map(entry, "attributes"), node.attributes)
        and place(entry.get("at")) == node.at
        and alike(_map(entry, "inputs"), sources)
    )


def _orders(ids: list[str], known: PipelineDocument) -> dict[str, str]:
    """Id → order: the one it has, and behind all others for those that are new."""
    if not known.nodes:
        return dict(zip(ids, spread(len(ids)), strict=True))
    orders = {id: known.nodes[id].order for id in ids if id in known.nodes}
    last = max(node.order for node in known.nodes.values())
    new = [id for id in ids if id not in orders]
    return orders | {id: last + index for id, index in zip(new, spread(len(new)), strict=True)}


def _node(name: str, entry: object, ids: Mapping[str, str], orders: Mapping[str, str]) -> DocumentNode:
    id = ids[name]
    if not _is_map(entry):
        return DocumentNode(id, name, order=orders[id])
    operation, cache = entry.get("operation"), entry.get("cache")
    sources = {port: text for port, text in _map(entry, "inputs").items() if isinstance(text, str)}
    references = {key: text for key, text in _map(entry, "references").items() if isinstance(text, str)}
    return DocumentNode(
        id=id,
        name=name,
        operation=operation if isinstance(operation, str) else "",
        attributes=_map(entry, "attributes"),
        references=references,
        inputs={port: parse_source(text, ids) for port, text in sources.items()},
        resources=_map(entry, "resources"),
        cache=cache if isinstance(cache, bool) else None,
        at=place(entry.get("at")),
        bypass=entry.get("bypass") is True,
        through=passed(_map(entry, "through")),
        mute=entry.get("mute") is True,
        pin=entry.get("pin") is True,
        order=orders[id],
    )


def _note(id: str, entry: object) -> Note | None:
    if not _is_map(entry):
        return None
    text = entry.get("text")
    at = place(entry.get("at")) or (0.0, 0.0)
    return Note(id, text if isinstance(text, str) else "", at, place(entry.get("size")))


def _free_name(node: DocumentNode, taken: Mapping[str, str]) -> str:
    """The node's name, well formed and not taken."""
    letters = (letter if letter.isprintable() and letter not in _REFUSED else "_" for letter in node.name)
    wanted = "".join(letters).strip()[: LONGEST_NAME - 8] or "node"
    found, number = wanted, 2
    while found in taken:
        found, number = f"{wanted}-{number}", number + 1
    return found


def _map(entry: Mapping[Any, Any], key: str) -> dict[str, Any]:
    value = entry.get(key)
    return {name: part for name, part in value.items() if isinstance(name, str)} if _is_map(value) else {}


def _is_map(value: object) -> TypeGuard[Mapping[Any, Any]]:
    return isinstance(value, Mapping)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
