"""The server's replica of a live document: the CRDT, read as facts and changed by small changes.

Not safe for threads by itself; its room sees to that.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pycrdt import Doc, Map, Text

from deepforge.core.document import (
    DocumentNode,
    Input,
    Loose,
    Note,
    PipelineDocument,
    Wire,
    in_order,
    passed,
    place,
)
from deepforge.core.document_changes import MAPS, Change, Put
from deepforge.core.text_changes import Replacement, difference

NODES, NOTES, META, TEXT = "nodes", "notes", "meta", "text"
UNREADABLE = "unreadable"


class Fallen(Exception):
    """The CRDT's library gave up over an update; the replica is of no use any more."""


class Replica:
    """A document as a log of updates makes it. `fresh` holds the updates that came since it was emptied."""

    def __init__(self, updates: Iterable[bytes] = ()) -> None:
        self._doc: Doc[Any] = Doc(allow_multithreading=True)
        self._nodes: Map[Any] = self._doc.get(NODES, type=Map)
        self._notes: Map[Any] = self._doc.get(NOTES, type=Map)
        self._meta: Map[Any] = self._doc.get(META, type=Map)
        self._text: Text = self._doc.get(TEXT, type=Text)
        for update in updates:
            self._doc.apply_update(update)
        self.fresh: list[bytes] = []
        self._watch = self._doc.observe(lambda event: self.fresh.append(event.update))

    @property
    def client(self) -> int:
        """The id that the server's own changes carry."""
        return int(self._doc.client_id)

    @property
    def state(self) -> bytes:
        """What the replica knows, as a state vector."""
        return bytes(self._doc.get_state())

    def update_since(self, state: bytes | None = None) -> bytes:
        """All that somebody lacks who knows `state`. Raises ValueError when that is no state vector."""
        return bytes(self._doc.get_update(state))

    def apply(self, update: bytes) -> None:
        """Take an update in. Raises ValueError when it is none, and Fallen."""
        try:
            self._doc.apply_update(update)
        except BaseException as error:
            if (
                type(error).__name__ == "PanicException"
            ):  # it is no Exception, and its class cannot be imported
                raise Fallen from None
            raise

    @property
    def text(self) -> str:
        """The document's text."""
        return str(self._text)

    def edit_text(self, changes: Iterable[Replacement]) -> None:
        """Change the text; offsets are in letters, no two touch the same."""
        with self._doc.transaction():
            for start, stop, put in reversed(_in_bytes(self.text, changes)):
                if stop > start:
                    del self._text[start:stop]
                if put:
                    self._text.insert(start, put)

    def set_text(self, text: str) -> None:
        """Make the text another one, with as little change as can be."""
        self.edit_text(difference(self.text, text))

    @property
    def unreadable(self) -> bool:
        """Whether it is marked as a file that cannot be read."""
        return UNREADABLE in self._meta

    @property
    def why_unreadable(self) -> dict[str, Any]:
        """The message, and the line where it is known."""
        said = self._meta.get(UNREADABLE)
        known = said if isinstance(said, dict) else {}
        line = known.get("line")
        return {
            "message": str(known.get("message", "")),
            "line": int(line) if isinstance(line, int | float) else None,
        }

    def mark_unreadable(self, message: str | None, line: int | None = None) -> None:
        """Tell everybody why the file cannot be read; None: it can."""
        said = None if message is None else {"message": message, "line": line}
        if said == self._meta.get(UNREADABLE):
            return
        with self._doc.transaction():
            if said is None:
                del self._meta[UNREADABLE]
            else:
                self._meta[UNREADABLE] = said

    def pipeline(self) -> PipelineDocument:
        """The document's nodes and notes. What is malformed, as only a faulty program can make it, is left
        out.
        """
        nodes = (_node(id, entry) for id, entry in _entries(self._nodes.to_py()))
        notes = (_note(id, entry) for id, entry in _entries(self._notes.to_py()))
        return PipelineDocument(in_order(nodes), {note.id: note for note in notes})

    def change(self, changes: Iterable[Change]) -> None:
        """Make changes of nodes and notes; one inside of something that is gone is left out."""
        with self._doc.transaction():
            for change in changes:
                self._change(change)

    def _change(self, change: Change) -> None:
        target: Any = self._nodes if change.path[0] == NODES else self._notes
        for step in change.path[1:-1]:
            inner = target.get(step)
            if inner is None and step in MAPS and isinstance(change, Put):
                target[step] = inner = Map({})
            if not isinstance(inner, Map):
                return
            target = inner
        key = change.path[-1]
        if isinstance(change, Put):
            target[key] = _shared(change.value, change.path)
        elif key in target:
            del target[key]


def _shared(value: Any, path: tuple[str, ...]) -> Any:
    """A value as the document shares it: nodes and notes are maps, and so are the parts of a node."""
    if len(path) == 2:
        return Map({key: _shared(part, (*path, key)) for key, part in value.items()})
    return Map(value) if len(path) == 3 and path[-1] in MAPS else value


def _in_bytes(text: str, changes: Iterable[Replacement]) -> list[tuple[int, int, str]]:
    """Where changes begin and end in bytes, as the CRDT counts, and what they put in; by rising offset."""
    found = []
    letters = count = 0
    for change in sorted(changes, key=lambda change: change.at):
        count += len(text[letters : change.at].encode())
        removed = len(text[change.at : change.end].encode())
        found.append((count, count + removed, change.text))
        letters = change.at
    return found


def _entries(shared: dict[str, Any] | None) -> list[tuple[str, dict[str, Any]]]:
    return [(id, entry) for id, entry in (shared or {}).items() if isinstance(entry, dict)]


def _node(id: str, entry: dict[str, Any]) -> DocumentNode:
    def part(key: str) -> dict[str, Any]:
        value = entry.get(key)
        return value if isinstance(value, dict) else {}

    cache, order = entry.get("cache"), entry.get("order")
    inputs = {port: _input(value) for port, value in part("inputs").items()}
    return DocumentNode(
        id=id,
        name=_text_of(entry, "name"),
        operation=_text_of(entry, "operation"),
        attributes=part("attributes"),
        references={key: text for key, text in part("references").items() if isinstance(text, str)},
        inputs={port: source for port, source in inputs.items() if source is not None},
        resources=part("resources"),
        cache=cache if isinstance(cache, bool) else None,
        at=place(entry.get("at")),
        bypass=entry.get("bypass") is True,
        through=passed(part("through")),
        mute=entry.get("mute") is True,
        pin=entry.get("pin") is True,
        order=order if isinstance(order, str) else "",
    )


def _input(value: Any) -> Input | None:
    if not isinstance(value, dict):
        return None
    node, output, text = value.get("node"), value.get("output"), value.get("text")
    if isinstance(node, str):
        return Wire(node, output if isinstance(output, str) else None)
    return Loose(text) if isinstance(text, str) else None


def _note(id: str, entry: dict[str, Any]) -> Note:
    at = place(entry.get("at")) or (0.0, 0.0)
    return Note(id, _text_of(entry, "text"), at, place(entry.get("size")))


def _text_of(entry: dict[str, Any], key: str) -> str:
    value = entry.get(key)
    return value if isinstance(value, str) else ""
