"""A tab as a program: one connection to a live document, with a replica of its own that goes on offline."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from pycrdt import Doc, Map, Text
from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

from deepforge.services.documents.wire import (
    AWARENESS,
    MISSING,
    STATE,
    SYNC,
    UPDATE,
    WORD,
    awareness_message,
    read_awareness,
    read_sync,
    read_word,
    sync_message,
    word,
)
from tests.support.waiting import until


class Tab:
    """One replica. Changes made in `edit` are sent when it is connected."""

    def __init__(self, url: str, project: str, path: str, headers: dict[str, str]) -> None:
        self._path = f"/api/v1/documents/{project}?path={quote(path)}"
        self._address = url.replace("http", "ws", 1) + self._path
        self._headers = headers
        self.doc: Doc[Any] = Doc(allow_multithreading=True)
        self.text: Text = self.doc.get("text", type=Text)
        self.nodes: Map[Any] = self.doc.get("nodes", type=Map)
        self.notes: Map[Any] = self.doc.get("notes", type=Map)
        self.meta: Map[Any] = self.doc.get("meta", type=Map)
        self.words: list[dict[str, Any]] = []
        self.others: dict[int, Any] = {}
        self.clocks: dict[int, int] = {}
        self.epoch: str | None = None
        self.closed: int | None = None
        self.sent = 0
        self.synced = False
        self.lock = threading.RLock()
        self._remote = False
        self._socket: ClientConnection | None = None
        self._closing = contextlib.ExitStack()
        self._thread: threading.Thread | None = None
        self._sub = self.doc.observe(lambda event: self._changed(event.update))

    def connect(self) -> Tab:
        """Connect, and wait until the content has come."""
        address = self._address + (f"&epoch={self.epoch}" if self.epoch else "")
        self.synced, self.closed, self.sent = False, None, 0
        self._closing = contextlib.ExitStack()
        self._socket = self._closing.enter_context(
            connect(address, additional_headers=self._headers, max_size=None)
        )
        self._thread = threading.Thread(target=self._listen, args=[self._socket], daemon=True)
        self._thread.start()
        until(lambda: self.synced or self.closed is not None, what="the content")
        return self

    def move(self, url: str, headers: dict[str, str]) -> None:
        """The server is elsewhere now."""
        self._address, self._headers = url.replace("http", "ws", 1) + self._path, headers

    def disconnect(self) -> None:
        """Lose the connection."""
        if self._socket is not None:
            self._socket = None
            self._closing.close()
            assert self._thread is not None
            self._thread.join()

    @contextlib.contextmanager
    def edit(self) -> Iterator[Tab]:
        """Change the replica in one transaction."""
        with self.lock, self.doc.transaction():
            yield self

    def type(self, text: str, at: int | None = None) -> None:
        """Put a text into the document's, at an offset in letters; None: at its end."""
        with self.lock:
            now = str(self.text)
            place = len(now.encode()) if at is None else len(now[:at].encode())
            with self.doc.transaction():
                self.text.insert(place, text)

    def content(self) -> Any:
        """Everything in the document, as plain values."""
        with self.lock:
            return {"text": str(self.text), "nodes": self.nodes.to_py(), "notes": self.notes.to_py()}

    def show(self, clock: int, state: Any) -> None:
        """Show the others where this tab is."""
        self.say(awareness_message([(self.doc.client_id, clock, state)]))

    def say(self, message: bytes) -> None:
        """Send a message."""
        socket = self._socket
        if socket is not None:
            with contextlib.suppress(WebSocketException):
                socket.send(message)

    def heard(self, kind: str) -> list[dict[str, Any]]:
        """The words of one kind that came."""
        return [said for said in self.words if said["kind"] == kind]

    def save(self) -> None:
        """Have the file written, and wait until what was sent is in it."""
        self.say(word(kind="save"))
        self.wait_until_saved()

    def wait_until_saved(self) -> None:
        """Wait until the server said that all that was sent is in the file."""
        until(
            lambda: self.sent == 0 or any(said["seen"] >= self.sent for said in self.heard("saved")),
            what="the file to be written",
        )

    def _changed(self, update: bytes) -> None:
        if not self._remote and self._socket is not None and self.synced:
            self.sent += 1
            self.say(sync_message(UPDATE, update))

    def _listen(self, socket: ClientConnection) -> None:
        try:
            for message in socket:
                assert isinstance(message, bytes)
                self._take(message)
        except WebSocketException:
            pass
        self.closed = socket.close_code or 1006

    def _take(self, message: bytes) -> None:
        if message[0] == WORD:
            said = read_word(message)
            if said["kind"] == "opened":
                self.epoch = said["epoch"]
                self.say(sync_message(STATE, bytes(self.doc.get_state())))
            if said["kind"] == "saved":
                self.words = [one for one in self.words if one["kind"] != "saved"]
            self.words.append(said)
        elif message[0] == AWARENESS:
            for client, clock, state in read_awareness(message):
                self.others[client] = state
                self.clocks[client] = clock
                if state is None:
                    del self.others[client]
        elif message[0] == SYNC:
            self._sync(message)

    def _sync(self, message: bytes) -> None:
        kind, data = read_sync(message)
        with self.lock:
            if kind == STATE:
                self.sent += 1
                self.say(sync_message(MISSING, bytes(self.doc.get_update(data))))
                return
            self._remote = True
            try:
                self.doc.apply_update(data)
            finally:
                self._remote = False
            if kind == MISSING:
                self.synced = True
