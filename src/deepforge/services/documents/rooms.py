"""All rooms of a house: opened when somebody comes, closed a while after the last one left."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable
from pathlib import Path

from deepforge.core.errors import DeepForgeError, NotFound
from deepforge.core.ids import ProjectId
from deepforge.services.documents.clerk import Clerk
from deepforge.services.documents.compaction import compact
from deepforge.services.documents.room import Member, Room, open_room
from deepforge.services.documents.watches import Watches
from deepforge.services.signals import Signals
from deepforge.store import documents, projects
from deepforge.store.database import Database

_log = logging.getLogger(__name__)


class Rooms:
    """The live documents of a house. Safe for threads."""

    def __init__(self, database: Database, folder: Path, signals: Signals) -> None:
        self.watches = Watches(database, self._folder, self._changed, signals)
        self._database = database
        self._projects = folder
        self._lock = threading.Lock()
        self._rooms: dict[tuple[ProjectId, str], Room] = {}
        self._clerk = Clerk(self._close_if_empty, self._shorten)

    def enter(self, project: ProjectId, path: str, member: Member, epoch: str | None = None) -> Room | None:
        """Let somebody into the room of a file. None: they have a copy of another history, which is dropped.

        Raises NotFound, InvalidProject, TooLarge, Unavailable, NoSpace.
        """
        with self._lock:
            room = self._open(project, path)
            if room is None:
                raise NotFound(f"There is no file {path}.", "It may have been renamed or deleted.")
            if epoch is not None and epoch != room.epoch:
                if not room.members:
                    self._clerk.empty(room)
                return None
            room.join(member)
        if room.dirty:
            self._clerk.need(room, "save")
        return room

    def catch_up(self) -> None:
        """Write what was logged before the server ended and did not get into its file any more."""
        with self._database.read() as connection:
            found = documents.unwritten(connection)
        for project, path in found:
            try:
                with self._lock:
                    room = self._open(project, path)
                    if room is not None:
                        self._clerk.empty(room)
                if room is not None:
                    room.save()
            except DeepForgeError as error:
                _log.warning("%s of the project %s is not written yet: %s", path, project, error)

    def leave(self, room: Room, member: Member) -> None:
        """Let somebody go."""
        room.leave(member)
        if not room.members:
            self._clerk.empty(room)

    def flush(self, project: ProjectId) -> None:
        """Have all files of a project say what its documents say. Raises the first error, after all."""
        with self._lock:
            mine = [room for room in self._rooms.values() if room.project == project]
        trouble: DeepForgeError | None = None
        for room in mine:
            try:
                room.save()
            except DeepForgeError as error:
                trouble = trouble or error
        if trouble is not None:
            raise trouble

    def close(self) -> None:
        """Write everything and end; the server stops."""
        self._clerk.end()
        self.watches.close()
        with self._lock:
            rooms, self._rooms = list(self._rooms.values()), {}
        for room in rooms:
            try:
                room.commit()
                room.save()
            except DeepForgeError as error:
                _log.error("%s of the project %s was not written: %s", room.path, room.project, error)

    def _open(self, project: ProjectId, path: str) -> Room | None:
        """The room of a file; None when there is no such file. The lock is held."""
        room = self._rooms.get((project, path))
        if room is None:
            room = open_room(self._database, lambda: self._folder(project), project, path, self._clerk.need)
            if room is not None:
                self._rooms[project, path] = room
                self.watches.begin(project)
        return room

    def _close_if_empty(self, room: Room) -> None:
        with self._lock:
            if room.members:
                return
            room.save()
            room.commit()
            if self._rooms.get((room.project, room.path)) is room:
                del self._rooms[room.project, room.path]
                self.watches.end(room.project)
        self._clerk.forget(room)
        self._shorten(room)

    def _shorten(self, room: Room) -> None:
        compact(self._database, room.id)

    def _changed(self, project: ProjectId, paths: Iterable[str]) -> None:
        """Files of a project are other ones now."""
        with self._lock:
            rooms = [room for path in paths if (room := self._rooms.get((project, path)))]
        for room in rooms:
            try:
                room.look()
            except DeepForgeError as error:
                room.in_trouble(error.message, error.hint)

    def _folder(self, project: ProjectId) -> Path:
        with self._database.read() as connection:
            record = projects.find(connection, project)
        if record is None:
            raise NotFound(f"There is no project {project}.", "It may have been removed.")
        return self._projects / record.folder
