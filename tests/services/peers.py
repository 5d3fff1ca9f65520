"""A peer: somebody in a room without a network between, with a replica of the document."""

from __future__ import annotations

from typing import Any

from pycrdt import Doc, Map, Text

from deepforge.core.ids import ProjectId, UserId
from deepforge.services.documents import Member, Room, Rooms
from deepforge.services.documents.wire import (
    MISSING,
    STATE,
    SYNC,
    UPDATE,
    WORD,
    read_sync,
    read_word,
    sync_message,
)


class Peer:
    """One replica, in a room while it is entered."""

    def __init__(self, user: str = "01M7ZAZRRH27RW2CEZGQC4X09P", *, writable: bool = True) -> None:
        self.doc: Doc[Any] = Doc()
        self.text: Text = self.doc.get("text", type=Text)
        self.nodes: Map[Any] = self.doc.get("nodes", type=Map)
        self.notes: Map[Any] = self.doc.get("notes", type=Map)
        self.meta: Map[Any] = self.doc.get("meta", type=Map)
        self.member = Member(UserId(user), writable, self._hear)
        self.room: Room | None = None
        self.rooms: Rooms | None = None
        self.words: list[dict[str, Any]] = []
        self._heard: list[bytes] = []
        self._remote = False
        self._watch = self.doc.observe(lambda event: self._changed(event.update))

    def enter(self, rooms: Rooms, project: ProjectId, path: str) -> Peer:
        """Come in, and exchange what the other side lacks."""
        room = rooms.enter(project, path, self.member)
        assert room is not None
        self.rooms, self.room = rooms, room
        room.take(self.member, sync_message(STATE, bytes(self.doc.get_state())))
        self.listen()
        return self

    def leave(self) -> None:
        """Go offline."""
        assert self.room is not None
        assert self.rooms is not None
        self.rooms.leave(self.room, self.member)
        self.room = None

    def listen(self) -> Peer:
        """Take in what was told."""
        while self._heard:
            message = self._heard.pop(0)
            if message[0] == WORD:
                self.words.append(read_word(message))
            if message[0] != SYNC:
                continue
            kind, data = read_sync(message)
            if kind == STATE:
                assert self.room is not None
                self.room.take(self.member, sync_message(MISSING, bytes(self.doc.get_update(data))))
                continue
            self._remote = True
            self.doc.apply_update(data)
            self._remote = False
        return self

    def type(self, text: str, at: int | None = None) -> None:
        """Put a text in at an offset in letters; None: at the end."""
        now = str(self.text)
        self.text.insert(len((now if at is None else now[:at]).encode()), text)

    def kinds(self) -> list[str]:
        """The kinds of words that came."""
        return [said["kind"] for said in self.listen().words]

    def content(self) -> Any:
        """Everything in the document, as plain values."""
        self.listen()
        return {"text": str(self.text), "nodes": self.nodes.to_py(), "notes": self.notes.to_py()}

    def _hear(self, message: bytes) -> None:
        self._heard.append(message)

    def _changed(self, update: bytes) -> None:
        if self.room is not None and not self._remote:
            self.room.take(self.member, sync_message(UPDATE, update))
