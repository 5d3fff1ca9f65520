"""What a live document and its file have in common: two kinds, pipelines and texts.

A manuscript remembers what the file said when it and the document last agreed. It tells what a change of the
file means for the document, and what the document's changes mean for the file.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Literal, Protocol

from deepforge.core.document import PipelineDocument, read, settled
from deepforge.core.document_changes import difference
from deepforge.core.document_file import content_of
from deepforge.core.errors import InvalidProject
from deepforge.core.text_changes import apply, carried_over, unified, with_line_ends_of
from deepforge.services.documents.replica import Replica
from deepforge.store import yaml_edit, yaml_text

MARK = "\ufeff"
Kind = Literal["pipeline", "text"]
MOST_FORMER = 20
"""How many texts are remembered from which nodes were removed."""
_LINE = re.compile(r":(\d+) ")


class Manuscript(Protocol):
    """The file's side of a document."""

    kind: Kind
    base: str

    def seed(self, replica: Replica) -> None:
        """Put what the file says into an empty document."""

    def take(self, replica: Replica, written: str) -> None:
        """Put into the document what another program changed in the file, which says `written` now."""

    def render(self, replica: Replica) -> str:
        """What the file has to say to mean the document. May put the document into a form that can be
        written.
        """

    def agreed(self, replica: Replica, written: str) -> None:
        """The file says what `render` gave."""


def manuscript_of(path: str, base: str) -> Manuscript:
    """The manuscript of a file, by where it lies."""
    if path.startswith("pipelines/") and path.endswith((".yaml", ".yml")):
        return PipelineManuscript(path, base)
    return TextManuscript(base)


class TextManuscript:
    """A file that is a text."""

    kind: Kind = "text"

    def __init__(self, base: str) -> None:
        self.base = base

    def seed(self, replica: Replica) -> None:
        """Put what the file says into an empty document."""
        replica.set_text(shown(self.base))

    def take(self, replica: Replica, written: str) -> None:
        """Carry the difference over."""
        replica.edit_text(carried_over(shown(self.base), shown(written), replica.text))
        self.base = written

    def render(self, replica: Replica) -> str:
        """The text, with the line ends and the mark that the file has."""
        return as_file(self.base, replica.text)

    def agreed(self, replica: Replica, written: str) -> None:
        """The file says what `render` gave."""
        self.base = written


@dataclass(frozen=True)
class _Text:
    """What a file said: its text, the content in it, and the document that was."""

    text: str
    content: Any
    said: PipelineDocument

    @property
    def ids(self) -> set[str]:
        return {*self.said.nodes, *self.said.notes}


class PipelineManuscript:
    """A file that is a pipeline; while it cannot be read, it is a text.

    Texts from which something was removed are remembered until another program changes the file, so that what
    is put back by undo comes back with its comments and in its place.
    """

    kind: Kind = "pipeline"

    def __init__(self, path: str, base: str) -> None:
        self.path = path
        self.base = base
        self._content: Any = None
        self._target: Any = None
        self._said: PipelineDocument | None = None
        """What the file said when it could last be read; None: that is not known."""
        self._former: deque[_Text] = deque(maxlen=MOST_FORMER)
        with suppress(InvalidProject):
            self._content, self._said = self._read(base, None)

    def seed(self, replica: Replica) -> None:
        """Put what the file says into an empty document."""
        if self._said is None:
            self._be_text(replica, self.base)
        else:
            replica.change(difference(PipelineDocument(), self._said))

    def take(self, replica: Replica, written: str) -> None:
        """Carry the difference over, or make it a text when it cannot be read."""
        self._former.clear()
        if replica.unreadable and self._take_as_text(replica, written):
            return
        try:
            self._be_pipeline(replica, written)
        except InvalidProject:
            self._be_text(replica, written)
        self.base = written

    def render(self, replica: Replica) -> str:
        """The pipeline as YAML; while it cannot be read, the text that people edit."""
        if replica.unreadable:
            return as_file(self.base, replica.text)
        now = replica.pipeline()
        said = self._known(replica)
        settled_now = settled(now, said.names)
        replica.change(difference(now, settled_now))
        return self._rewritten(self._nearest(said, settled_now), settled_now)

    def agreed(self, replica: Replica, written: str) -> None:
        """The file says what `render` gave; as a text it may have become readable by that."""
        if replica.unreadable:
            self.take(replica, written)
            return
        now = replica.pipeline()
        if self._said is not None:
            before = _Text(self.base, self._content, self._said)
            if before.ids - {*now.nodes, *now.notes}:
                self._former.append(before)
        self.base = written
        self._said = now
        self._content = self._target

    def _read(self, text: str, known: PipelineDocument | None) -> tuple[Any, PipelineDocument]:
        content = yaml_text.parse(text.removeprefix(MARK), self.path)
        return content, read(content, known, self.path)

    def _known(self, replica: Replica) -> PipelineDocument:
        """What the file says, with the ids that the document has for it."""
        if self._said is None:
            now = replica.pipeline()
            return settled(now, {})
        return self._said

    def adopt(self, replica: Replica) -> None:
        """Take over the ids of a document that comes from its log, where the file's names tell them."""
        if self._said is not None:
            self._said = read(self._content, replica.pipeline(), self.path)

    def _take_as_text(self, replica: Replica, written: str) -> bool:
        """Carry the difference over into the text that people are correcting; False when there is no need,
        or when the file can be read now and what they are at cannot.
        """
        both = apply(replica.text, carried_over(shown(self.base), shown(written), replica.text))
        if both == shown(written):
            return False
        if not self._readable(written):
            self._be_text(replica, both)
        elif self._readable(both):
            self._be_pipeline(replica, written)
            known = self._known(replica)
            replica.change(difference(known, self._read(both, known)[1]))
        else:
            return False
        self.base = written
        return True

    def _readable(self, text: str) -> bool:
        try:
            self._read(text, None)
        except InvalidProject:
            return False
        return True

    def _be_pipeline(self, replica: Replica, written: str) -> None:
        """Have the document mean what a text says. Raises InvalidProject."""
        known = self._known(replica)
        content, said = self._read(written, known)
        replica.change(difference(known, said))
        if replica.unreadable:
            replica.mark_unreadable(None)
            replica.set_text("")
        self._content, self._said = content, said

    def _be_text(self, replica: Replica, written: str) -> None:
        try:
            self._read(written, None)
        except InvalidProject as error:
            found = _LINE.search(error.message)
            message = error.message.removeprefix(f"{self.path}:").lstrip("0123456789 ")
            replica.mark_unreadable(message, int(found[1]) if found else None)
        replica.set_text(shown(written))

    def _nearest(self, said: PipelineDocument, now: PipelineDocument) -> _Text:
        """The text to start from: the file's, or an earlier one that has what is back now."""
        here = _Text(self.base, self._content, said)
        back = {*now.nodes, *now.notes} - here.ids
        if not back:
            return here
        return next((text for text in reversed(self._former) if back <= text.ids), here)

    def _rewritten(self, start: _Text, now: PipelineDocument) -> str:
        """A text changed in as few places as can be: first the names, then the rest."""
        text, content, said = start.text, start.content, start.said
        names = {id: now.nodes[id].name if id in now.nodes else node.name for id, node in said.nodes.items()}
        if len(set(names.values())) == len(names) and names != said.names:
            renamed = replace(
                said, nodes={id: replace(node, name=names[id]) for id, node in said.nodes.items()}
            )
            target = content_of(renamed, content, said)
            text = _with_content(text, content, target, self.path)
            content, said = target, renamed
        self._target = content_of(now, content, said)
        return _with_content(text, content, self._target, self.path)


def _with_content(text: str, content: Any, target: Any, path: str) -> str:
    if yaml_text.same(content, target):
        return text
    if not _has_nodes(content) and isinstance(target, dict) and set(target) <= {"nodes", "notes"}:
        comments = "".join(line for line in text.splitlines(True) if line.lstrip().startswith("#"))
        return comments + yaml_text.write(target)
    return yaml_edit.rewrite(text, target, path)


def _has_nodes(content: Any) -> bool:
    return isinstance(content, Mapping) and bool(content.get("nodes"))


def shown(written: str) -> str:
    """A file's text as editors show it."""
    return unified(written.removeprefix(MARK))


def as_file(base: str, text: str) -> str:
    """A text as the file would have it that said `base`."""
    bare = base.removeprefix(MARK)
    return MARK * base.startswith(MARK) + with_line_ends_of(bare, text)
