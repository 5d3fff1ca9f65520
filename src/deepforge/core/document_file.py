"""A pipeline's document as the content of its file: what did not change stays as the file says it, also what
the document knows nothing of.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from deepforge.core.document import DocumentNode, Note, PipelineDocument, alike, written

_MAPS = ("attributes", "references", "inputs", "resources", "through")
_MARKS = ("bypass", "mute", "pin")
_PARTS = ("operation", *_MAPS, "cache", *_MARKS, "at")


def content_of(document: PipelineDocument, old: object = None, was: PipelineDocument | None = None) -> Any:
    """The content of a file that means the document. `old` is what the file says now, `was` the document in
    it. The document is settled, so its names are unique and its inputs can be written.
    """
    was = was or PipelineDocument()
    said: Mapping[Any, Any] = old if isinstance(old, Mapping) else {}
    listed = said.get("nodes")
    entries: Mapping[Any, Any] = listed if isinstance(listed, Mapping) else {}
    nodes: dict[Any, Any] = {name: entry for name, entry in entries.items() if not isinstance(name, str)}
    names, names_before = document.names, was.names
    for node in document.nodes.values():
        before = was.nodes.get(node.id)
        entry = entries.get(before.name) if before else None
        nodes[node.name] = _entry(node, names, entry, before, names_before)
    content = dict(said)
    if nodes or listed is not None:
        content["nodes"] = nodes if nodes or entries else listed
    if document.notes != was.notes:
        _put(content, "notes", _notes(document, said.get("notes"), was))
    return content if content or old is not None else None


def _entry(
    node: DocumentNode,
    names: Mapping[str, str],
    entry: object,
    before: DocumentNode | None,
    names_before: Mapping[str, str],
) -> Any:
    """What the file says of a node: the old entry, changed where the node means something else now."""
    new = _said(node, names)
    old = _said(before, names_before) if before else {}
    if before and all(alike(new.get(part), old.get(part)) for part in _PARTS):
        return entry
    said = dict(entry) if isinstance(entry, Mapping) else {}
    for part in _PARTS:
        if alike(new.get(part), old.get(part)):
            continue
        if part in _MAPS:
            _put(said, part, _changed(said.get(part), old.get(part, {}), new.get(part, {})))
        else:
            _put(said, part, as_written(new.get(part), said.get(part)))
    return said


def _said(node: DocumentNode, names: Mapping[str, str]) -> dict[str, Any]:
    """A node as a new file would say it."""
    said: dict[str, Any] = {
        "operation": node.operation,
        "attributes": dict(node.attributes),
        "references": dict(node.references),
        "inputs": {port: written(source, names) for port, source in node.inputs.items()},
        "resources": dict(node.resources),
        "through": dict(node.through),
        "cache": node.cache,
        "at": _pair(node.at),
        **{mark: True for mark in _MARKS if getattr(node, mark)},
    }
    return {part: value for part, value in said.items() if value is not None and value not in ("", {})}


def _changed(said: object, old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """One part of an entry: what changed, and the rest as it is written."""
    was: Mapping[Any, Any] = said if isinstance(said, Mapping) else {}
    made = {key: value for key, value in was.items() if key in new or key not in old}
    for key, value in new.items():
        if key not in old or key not in was or not alike(value, old[key]):
            made[key] = as_written(value, was.get(key))
    return made


def _notes(document: PipelineDocument, said: object, was: PipelineDocument) -> dict[str, Any]:
    entries: Mapping[Any, Any] = said if isinstance(said, Mapping) else {}
    made = {id: entry for id, entry in entries.items() if id not in was.notes}
    for note in document.notes.values():
        if note.id in entries and was.notes.get(note.id) == note:
            made[note.id] = entries[note.id]
        else:
            made[note.id] = as_written(_note(note), entries.get(note.id))
    return made


def _note(note: Note) -> dict[str, Any]:
    said = {"text": note.text, "at": _pair(note.at), "size": _pair(note.size)}
    return {part: value for part, value in said.items() if value is not None}


def as_written(value: Any, old: Any = None) -> Any:
    """A value as the file would have it: numbers that mean the same stay whole or real as they were, a real
    number stays real, and other whole ones are written without a fraction.
    """
    if alike(value, old):
        return old
    if isinstance(value, float) and not isinstance(old, float):
        return int(value) if value.is_integer() and abs(value) < 2**53 else value
    if isinstance(value, int) and not isinstance(value, bool) and isinstance(old, float):
        return float(value)
    if isinstance(value, Mapping):
        was: Mapping[Any, Any] = old if isinstance(old, Mapping) else {}
        return {key: as_written(part, was.get(key)) for key, part in value.items()}
    if isinstance(value, list | tuple):
        had = old if isinstance(old, list) and len(old) == len(value) else [None] * len(value)
        return [as_written(part, one) for part, one in zip(value, had, strict=True)]
    return value


def _put(said: dict[Any, Any], part: str, value: Any) -> None:
    if value is None or value == {}:
        said.pop(part, None)
    else:
        said[part] = value


def _pair(place: tuple[float, float] | None) -> list[float] | None:
    return None if place is None else list(place)
