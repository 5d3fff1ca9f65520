"""The clerk: one thread that logs what came in, and writes files when it has become quiet."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from deepforge.core.errors import DeepForgeError
from deepforge.services.documents.room import Need, Room

_log = logging.getLogger(__name__)

LOG_SECONDS = 0.06
"""How long edits are gathered before they are logged."""
QUIET_SECONDS = 0.4
"""How long nothing has to happen before the file is written."""
LONGEST_SECONDS = 2.0
"""After how long it is written though people go on."""
AGAIN_SECONDS = 2.0
"""How long after a failure it is tried again."""
LOG_ENOUGH = 500
"""After how many logged updates the log of a room that is in use is made shorter."""
LINGER_SECONDS = 5.0
"""How long a room that everybody left stays open."""


class Clerk:
    """Does what rooms need when it is due. Safe for threads; its thread begins with the first need."""

    def __init__(self, close: Callable[[Room], None], shorten: Callable[[Room], None]) -> None:
        self._close = close
        self._shorten = shorten
        self._changed = threading.Condition()
        self._due: dict[tuple[Room, str], float] = {}
        self._since: dict[Room, float] = {}
        self._thread: threading.Thread | None = None
        self._ended = False

    def need(self, room: Room, need: Need) -> None:
        """Something came in: it is to be logged soon, or the file to be written once it is quiet."""
        now = time.monotonic()
        with self._changed:
            if need == "log":
                self._plan(
                    room, "log", min(self._due.get((room, "log"), now + LOG_SECONDS), now + LOG_SECONDS)
                )
                return
            since = self._since.setdefault(room, now)
            self._plan(room, "save", min(now + QUIET_SECONDS, since + LONGEST_SECONDS))

    def empty(self, room: Room) -> None:
        """Everybody left a room."""
        with self._changed:
            self._plan(room, "close", time.monotonic() + LINGER_SECONDS)

    def forget(self, room: Room) -> None:
        """A room is closed."""
        with self._changed:
            for key in [key for key in self._due if key[0] is room]:
                del self._due[key]
            self._since.pop(room, None)

    def end(self) -> None:
        """End the thread, once it has done what it is at."""
        with self._changed:
            self._ended = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join()

    def _plan(self, room: Room, deed: str, at: float) -> None:
        if self._ended:
            return
        sooner = not self._due or at < min(self._due.values())
        self._due[room, deed] = at
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="documents", daemon=True)
            self._thread.start()
        elif sooner:
            self._changed.notify()

    def _work(self) -> None:
        while True:
            with self._changed:
                while not self._ended and (wait := self._wait()) != 0:
                    self._changed.wait(wait)
                if self._ended:
                    return
                now = time.monotonic()
                due = [key for key, at in self._due.items() if at <= now]
                for room, deed in due:
                    del self._due[room, deed]
                    if deed == "save":
                        self._since.pop(room, None)
            for room, deed in due:
                self._do(room, deed)

    def _wait(self) -> float | None:
        """Seconds until something is due; None: nothing is."""
        return max(0.0, min(self._due.values()) - time.monotonic()) if self._due else None

    def _do(self, room: Room, deed: str) -> None:
        try:
            if deed == "close":
                self._close(room)
            elif deed == "save":
                room.save()
                if room.logged >= LOG_ENOUGH:
                    room.logged = 0
                    self._shorten(room)
            else:
                room.commit()
        except DeepForgeError as error:
            room.in_trouble(error.message, error.hint)
            self._later(room, deed)
        except Exception:  # noqa: BLE001
            _log.exception(
                "The document %s of %s could not be kept; it is tried again.", room.path, room.project
            )
            room.in_trouble("The file could not be written.", "The server's log says why; it is tried again.")
            self._later(room, deed)

    def _later(self, room: Room, deed: str) -> None:
        with self._changed:
            self._plan(room, deed, time.monotonic() + AGAIN_SECONDS)
