"""A room: one live document with everybody who has it open, its log and its file.

The log is the truth. What people do is told to the others at once and logged within moments; the file is
written after a quiet moment, and only what the log holds is ever written. What the server itself changes in a
document, because the file changed, is logged before anybody is told: else a crash would have it done twice.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from deepforge.core.errors import InvalidProject, NotFound, TooLarge
from deepforge.core.ids import ProjectId, UserId
from deepforge.core.text_changes import difference
from deepforge.services.documents.manuscript import Manuscript, PipelineManuscript, manuscript_of
from deepforge.services.documents.replica import Fallen, Replica
from deepforge.services.documents.wire import (
    MISSING,
    STATE,
    UPDATE,
    BadMessage,
    read_sync,
    sync_message,
    word,
)
from deepforge.store import document_file, documents
from deepforge.store.database import Database
from deepforge.store.documents import DocumentRecord

Need = Literal["log", "save"]
LOOK_AGAIN_SECONDS = 0.02
"""After how long a file that another program has changed is read again, until it stays as it is."""
MOST_LOOKS = 10
MOST_TRIES = 3
"""How often a file that another program changes while it is being written is read again."""


@dataclass(eq=False)
class Member:
    """One connection to a room. `tell` may be called from any thread and returns at once."""

    user: UserId
    writable: bool
    tell: Callable[[bytes], None]
    seen: int = 0
    """How many messages with edits came from it."""


class Room:
    """One live document. Safe for threads; nothing is kept waiting but those who are in the same room."""

    def __init__(
        self,
        database: Database,
        folder: Callable[[], Path],
        record: DocumentRecord,
        replica: Replica,
        manuscript: Manuscript,
        last: int,
        need: Callable[[Room, Need], None],
    ) -> None:
        self.project = record.project
        self.path = record.path
        self.epoch = record.epoch
        self.members: set[Member] = set()
        self.dirty = False
        """Whether the document may say what the file does not."""
        self.gone = False
        self.lock = threading.RLock()
        self.id = record.id
        self._database = database
        self._folder = folder
        self._replica = replica
        self._last = last
        self._need = need
        self.logged = 0
        """How many updates were logged since the log was last made shorter."""
        self._agreed = record.base or ""
        self._agreed_number = record.agreed
        self._pending: list[tuple[UserId | None, bytes]] = []
        self._untold: list[bytes] = []
        self._saved_at: str | None = None
        self._trouble: tuple[str, str | None] | None = None
        self._manuscript = manuscript
        if isinstance(manuscript, PipelineManuscript):
            manuscript.adopt(replica)

    def join(self, member: Member) -> None:
        """Let somebody in, and tell where things stand. Raises DeepForgeError as `look` does."""
        with self.lock:
            self.members.add(member)
            member.tell(self._opened(member))
            for said in self._standing():
                member.tell(said)
            if member.writable:
                member.tell(sync_message(STATE, self._replica.state))

    def leave(self, member: Member) -> None:
        """Let somebody go."""
        with self.lock:
            self.members.discard(member)

    def take(self, member: Member, message: bytes) -> None:
        """Take a sync message of a member in. What a member without the right to write sends is dropped.

        Raises BadMessage, and ValueError for bytes that are no update.
        """
        kind, data = read_sync(message)
        with self.lock:
            if kind == STATE:
                member.tell(sync_message(MISSING, self._replica.update_since(data)))
                return
            if not member.writable:
                return
            member.seen += 1
            try:
                self._replica.apply(data)
            except Fallen:
                self._rebuild()
                raise BadMessage from None
            fresh = self._drain()
            if not fresh:
                if not self.dirty:
                    self._tell_saved(member)
                return
            for update in fresh:
                self._pending.append((member.user, update))
                self._tell(sync_message(UPDATE, update), but=member)
            self.dirty = True
        self._need(self, "log")
        self._need(self, "save")

    def commit(self) -> None:
        """Log what came since the last time. Raises Unavailable, NoSpace; what was not logged waits."""
        with self.lock:
            self._commit()

    def save(self) -> None:
        """Have the file say what the document says.

        Raises Unavailable, NoSpace, InvalidProject, TooLarge; then the log still has everything.
        """
        with self.lock:
            if not self.dirty:
                return
            self._commit()
            for _ in range(MOST_TRIES):
                self._look()
                if self.gone:
                    return
                text = self._manuscript.render(self._replica)
                self._keep_own()
                if text == self._manuscript.base or self._may_write(text):
                    break
            else:
                self._need(self, "save")
                return
            self._write(text)
            self.dirty = False
            self._trouble = None
            self._saved_at = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
            for member in self.members:
                self._tell_saved(member)

    def look(self) -> None:
        """Look whether another program changed the file, and take its changes over.

        Raises Unavailable, NoSpace, InvalidProject, TooLarge.
        """
        with self.lock:
            self._commit()
            self._look()
            if not self.gone and not self.dirty:
                self.dirty = self._manuscript.render(self._replica) != self._manuscript.base
                self._keep_own()
                self._commit(agreed=not self.dirty)
        if self.dirty:
            self._need(self, "save")

    def settle_writing(self, writing: str | None) -> None:
        """After a crash: whether the file was written that was about to be."""
        with self.lock:
            written = self._read()
            if writing is None or written is None or written == self._manuscript.base:
                return
            if written == writing or _nearer(written, writing, self._manuscript.base):
                self._rebase(writing)

    def in_trouble(self, message: str, hint: str | None) -> None:
        """Tell everybody that the document cannot be kept just now, once for each reason."""
        with self.lock:
            if self._trouble != (message, hint):
                self._trouble = (message, hint)
                self._tell(word(kind="trouble", message=message, hint=hint))

    def _rebuild(self) -> None:
        """Make the replica anew from what it was made of."""
        with self._database.read() as connection:
            kept = [update.data for update in documents.log(connection, self.id)]
        self._replica = Replica([*kept, *(update for _, update in self._pending)])
        for member in self.members:
            member.tell(self._opened(member))

    def _look(self) -> None:
        written = self._read_settled()
        if written is None:
            if not self.gone:
                self.gone = True
                self._tell(word(kind="gone"))
            return
        if self.gone:
            self.gone = False
            for member in self.members:
                member.tell(self._opened(member))
        if written != self._manuscript.base:
            was_unreadable = self._replica.unreadable
            self._manuscript.take(self._replica, written)
            self._keep_own()
            self._commit()
            self._tell_readability(was_unreadable)

    def _may_write(self, text: str) -> bool:
        """Log that the file is about to be written; whether it still says what it said."""
        self._commit(writing=text)
        return self._read() == self._manuscript.base

    def _write(self, text: str) -> None:
        was_unreadable = self._replica.unreadable
        if text != self._manuscript.base:
            document_file.write(self._folder(), self.path, text)
            self._manuscript.agreed(self._replica, text)
            self._keep_own()
        self._commit(agreed=True)
        self._tell_readability(was_unreadable)

    def _keep_own(self) -> None:
        """What the server itself has just changed in the document is to be logged, and told then."""
        for update in self._drain():
            self._pending.append((None, update))
            self._untold.append(update)

    def _commit(self, writing: str | None = None, *, agreed: bool = False) -> None:
        """Log all that waits, together with what the file says; `agreed`: all that the document does."""
        base, last = self._manuscript.base, self._last + len(self._pending)
        number = last if agreed else self._agreed_number
        news = base != self._agreed or number != self._agreed_number
        if self._pending or news or writing is not None:
            with self._database.write() as connection:
                documents.append(connection, self.id, self._last, self._pending)
                if news:
                    documents.agree(connection, self.id, base, number)
                if writing is not None:
                    documents.begin_writing(connection, self.id, writing)
            self.logged += len(self._pending)
            self._last, self._agreed, self._agreed_number = last, base, number
            self._pending.clear()
        untold, self._untold = self._untold, []
        for update in untold:
            self._tell(sync_message(UPDATE, update))

    def _rebase(self, base: str) -> None:
        self._manuscript = manuscript_of(self.path, base)
        if isinstance(self._manuscript, PipelineManuscript):
            self._manuscript.adopt(self._replica)

    def _read_settled(self) -> str | None:
        """What the file says, read again while another program is still at it."""
        written = self._read()
        for _ in range(MOST_LOOKS):
            if written == self._manuscript.base or (written is None and self.gone):
                break
            time.sleep(LOOK_AGAIN_SECONDS)
            before, written = written, self._read()
            if written == before:
                break
        return written

    def _read(self) -> str | None:
        try:
            return document_file.read(self._folder(), self.path)
        except NotFound:
            return None  # the project was removed
        except (InvalidProject, TooLarge) as error:
            if not self._folder().is_dir():
                return None
            raise error

    def _drain(self) -> list[bytes]:
        fresh, self._replica.fresh = self._replica.fresh, []
        return fresh

    def _opened(self, member: Member) -> bytes:
        return word(
            kind="opened",
            epoch=self.epoch,
            user=member.user,
            server=self._replica.client,
            writable=member.writable,
            document={"id": self.id, "kind": self._manuscript.kind, "saved": self._saved_at},
        )

    def _standing(self) -> list[bytes]:
        """What somebody who comes in has to know besides the content."""
        said = []
        if self._replica.unreadable:
            said.append(self._unreadable())
        if self.gone:
            said.append(word(kind="gone"))
        if self._trouble is not None:
            said.append(word(kind="trouble", message=self._trouble[0], hint=self._trouble[1]))
        return said

    def _unreadable(self) -> bytes:
        return word(kind="unreadable", **self._replica.why_unreadable)

    def _tell_readability(self, was_unreadable: bool) -> None:
        if self._replica.unreadable:
            self._tell(self._unreadable())
        elif was_unreadable:
            self._tell(word(kind="readable"))

    def _tell_saved(self, member: Member) -> None:
        member.tell(word(kind="saved", at=self._saved_at, seen=member.seen))

    def _tell(self, message: bytes, but: Member | None = None) -> None:
        for member in self.members:
            if member is not but:
                member.tell(message)


def open_room(
    database: Database,
    folder: Callable[[], Path],
    project: ProjectId,
    path: str,
    need: Callable[[Room, Need], None],
) -> Room | None:
    """The room of a file, built from its log, or from the file when it has none yet; None: no such file.

    Raises InvalidProject, TooLarge, Unavailable, NoSpace.
    """
    written = document_file.read(folder(), path)
    with database.read() as connection:
        record = documents.find(connection, project, path)
        kept = documents.log(connection, record.id) if record else []
    if written is None:
        if record is not None:  # a file that comes later under this name has a history of its own
            with database.write() as connection:
                documents.remove(connection, record.id)
        return None
    if record is None:
        replica, manuscript = Replica(), manuscript_of(path, written)
        manuscript.seed(replica)
        with database.write() as connection:
            record = documents.add(connection, project, path, written, replica.update_since())
        return Room(database, folder, record, Replica([replica.update_since()]), manuscript, 1, need)
    last = kept[-1].number if kept else 0
    manuscript = manuscript_of(path, record.base or "")
    room = Room(database, folder, record, Replica(update.data for update in kept), manuscript, last, need)
    room.settle_writing(record.writing)
    room.look()
    return room


def _nearer(text: str, one: str, other: str) -> bool:
    """Whether a text differs less from one than from another."""

    def distance(start: str) -> int:
        return sum(change.removed + len(change.text) for change in difference(start, text))

    return distance(one) < distance(other)
