"""Changing a YAML text: only the places whose values differ are written anew.

Comments, order, quotes, spaces and line breaks of everything else stay as the person wrote them, so that a
change on the canvas is a small difference in git.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ruamel.yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode, SequenceNode

from deepforge.core.errors import InvalidProject
from deepforge.store.yaml_text import compose, entries, flow, parse, same, value_of, write

__all__ = ["rewrite"]


@dataclass(frozen=True)
class _Edit:
    """Put `text` in place of the letters from `start` to `end`."""

    start: int
    end: int
    text: str


class _CannotEdit(Exception):
    """A change that this module does not know how to make in place."""


def rewrite(text: str, value: Any, file: str = "") -> str:
    """The text, changed where need be so that it means `value`.

    Where a change cannot be made in place, the whole is written anew. Raises InvalidProject when the text
    cannot be read, so that nothing of what a person wrote is lost unseen.
    """
    node = compose(text, file)
    if node is None:
        return write(value)
    value_of(node, file)  # what is wrong with the old text is said
    if not _shares_names(node, value):
        return write(value)
    try:
        edited = _apply(text, list(_Editor(text).edits(node, value)))
        right = same(parse(edited, file), value)
    except (_CannotEdit, InvalidProject):
        right = False
    return edited if right else write(value)


def _shares_names(node: Node, value: Any) -> bool:
    return (
        isinstance(node, MappingNode)
        and isinstance(value, dict)
        and any(name in value for name, _ in entries(node))
    )


def _apply(text: str, edits: list[_Edit]) -> str:
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end), reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


class _Editor:
    """Finds the edits that make a text mean something else."""

    def __init__(self, text: str) -> None:
        self._text = text

    def edits(self, node: Node, value: Any) -> Iterator[_Edit]:
        """What to change so that the node means `value`."""
        if same(value_of(node), value):
            return
        if isinstance(node, MappingNode) and node.value and isinstance(value, dict) and value:
            yield from self._mapping(node, value)
        elif isinstance(node, SequenceNode) and isinstance(value, list) and len(node.value) == len(value):
            for item, content in zip(node.value, value, strict=True):
                yield from self.edits(item, content)
        else:
            yield self._replacement(node, value)

    def _replacement(self, node: Node, value: Any) -> _Edit:
        start, end = node.start_mark.index, self._end(node)
        if start == end:
            raise _CannotEdit("a place where nothing is written")
        if isinstance(node, ScalarNode):
            if node.style in ("|", ">"):
                return _Edit(start, end, flow(value) + "\n" * self._text[start:end].endswith("\n"))
            if node.style == "'" and isinstance(value, str) and value.isprintable():
                return _Edit(start, end, "'" + value.replace("'", "''") + "'")
        elif _is_block(node) and isinstance(value, list) and value:
            margin = "\n" + " " * node.start_mark.column
            return _Edit(start, end, margin.join(f"- {flow(item)}" for item in value))
        return _Edit(start, end, flow(value))

    def _mapping(self, node: MappingNode, value: dict[str, Any]) -> Iterator[_Edit]:
        present = list(entries(node))
        if len(present) != len(node.value):
            raise _CannotEdit("a mapping that merges another one")
        keys = [key for key, _ in node.value]
        renamed = self._renamed(present, value)
        names = [renamed.get(name, name) for name, _ in present]
        kept = [place for place, name in enumerate(names) if name in value]
        if not kept:
            yield self._replacement(node, value)
            return
        for place in kept:
            name, content = present[place]
            if name in renamed:
                start = keys[place].start_mark.index
                yield _Edit(start, keys[place].end_mark.index, flow(renamed[name]))
            if not _is_empty(content):
                yield from self.edits(content, value[names[place]])
            elif value[names[place]] is not None:
                colon = self._end_of_entry(keys[place], content)
                yield _Edit(colon, colon, f" {flow(value[names[place]])}")
        for place in range(len(present)):
            if place not in kept:
                yield self._removal(node, place, after_kept=place > kept[0])
        added = {name: content for name, content in value.items() if name not in names}
        if added:
            yield self._addition(node, kept[-1], added)

    def _renamed(self, present: list[tuple[str, Node]], value: dict[str, Any]) -> dict[str, str]:
        """Old name → new name, for entries that are the same but for that."""
        known = {name for name, _ in present}
        new = [name for name in value if name not in known]
        renamed: dict[str, str] = {}
        for name, content in present:
            if name not in value:
                match = next((one for one in new if same(value_of(content), value[one])), None)
                if match is not None:
                    new.remove(match)
                    renamed[name] = match
        return renamed

    def _removal(self, node: MappingNode, place: int, *, after_kept: bool) -> _Edit:
        key, content = node.value[place]
        if not _is_block(node):
            if after_kept:
                return _Edit(self._end_of_entry(*node.value[place - 1]), self._end_of_entry(key, content), "")
            return _Edit(key.start_mark.index, node.value[place + 1][0].start_mark.index, "")
        start = self._text.rfind("\n", 0, key.start_mark.index) + 1
        if self._text[start : key.start_mark.index].strip():
            raise _CannotEdit("an entry that does not begin its line")
        return _Edit(start, self._line_end(self._end_of_entry(key, content)), "")

    def _addition(self, node: MappingNode, last: int, added: dict[str, Any]) -> _Edit:
        written = [f"{flow(name)}: {flow(content)}" for name, content in added.items()]
        end = self._end_of_entry(*node.value[last])
        if not _is_block(node):
            return _Edit(end, end, "".join(f", {entry}" for entry in written))
        margin = " " * node.value[0][0].start_mark.column
        at, stop = self._line_end(end), "\r\n" if "\r\n" in self._text else "\n"
        lead = "" if self._text[:at].endswith("\n") else stop
        return _Edit(at, at, lead + "".join(f"{margin}{entry}{stop}" for entry in written))

    def _end_of_entry(self, key: Node, content: Node) -> int:
        if _is_empty(content):
            return self._text.index(":", key.end_mark.index) + 1
        if content.start_mark.index > key.end_mark.index:
            return self._end(content)
        # An alias has the place of its anchor; the entry ends with its name.
        star = self._text.index("*", key.end_mark.index)
        return next(
            (place for place in range(star, len(self._text)) if self._text[place] in " ,]}\n"),
            len(self._text),
        )

    def _end(self, node: Node) -> int:
        """Where what is written for a node ends, without the comments behind it."""
        if not _is_block(node) or not node.value:
            return int(node.end_mark.index)
        last = node.value[-1]
        return self._end_of_entry(*last) if isinstance(node, MappingNode) else self._end(last)

    def _line_end(self, at: int) -> int:
        """Where the line ends in which something ends, its line break included."""
        if at > 0 and self._text[at - 1] == "\n":
            return at
        found = self._text.find("\n", at)
        return len(self._text) if found < 0 else found + 1


def _is_block(node: Node) -> bool:
    """Whether it is a mapping or a list that is written on lines of its own."""
    return isinstance(node, CollectionNode) and not node.flow_style


def _is_empty(node: Node) -> bool:
    """Whether nothing at all is written for it, which means null."""
    return bool(node.start_mark.index == node.end_mark.index)
