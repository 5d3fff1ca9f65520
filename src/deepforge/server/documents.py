"""The connection of one tab to one live document."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.websockets import WebSocket, WebSocketDisconnect

from deepforge.core.errors import DeepForgeError
from deepforge.core.ids import ProjectId
from deepforge.core.user import PROJECTS_READ, PROJECTS_WRITE
from deepforge.server.company import LARGEST_STATE, Companies, Company, Guest
from deepforge.server.desk import bell_of, desk_of
from deepforge.server.doorman import still_there
from deepforge.server.tasks import first_of
from deepforge.services.documents import Member, Room
from deepforge.services.documents.wire import (
    ASK_AWARENESS,
    AWARENESS,
    SYNC,
    WORD,
    BadMessage,
    read_word,
    word,
)
from deepforge.services.house import House

LARGEST_MESSAGE = 4 << 20
"""Bytes of one message; a document with its history comes in one."""
MOST_WAITING = 16 << 20
"""Bytes that may wait for a slow reader; who falls behind further comes back and asks for the whole."""
STATES_A_SECOND = 40
"""How often a tab may show the others where it is; what comes in between is told a little later."""
CHECK_SECONDS = 5.0
"""How often it is looked whether who is here still may be."""
SIGN_SECONDS = 12.0
"""How often a sign of life goes out, so that a tab notices when the server is away."""

BAD_MESSAGE = 4400
SIGNED_OUT = 4401
REFUSED = 4404
STALE = 4409
BEHIND = 4413
GOING_AWAY = RIGHTS_CHANGED = 1012
"""Come back at once, and be told anew what is so."""


class Outbox:
    """What waits to be sent to one tab. `put` may be called from any thread."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._waiting: deque[bytes] = deque()
        self._size = 0
        self._come = asyncio.Event()
        self.full = False
        """Whether more came than may wait; what came then is not kept."""

    def put(self, message: bytes) -> None:
        """Have a message sent."""
        with contextlib.suppress(RuntimeError):  # the loop has ended
            self._loop.call_soon_threadsafe(self._put, message)

    def _put(self, message: bytes) -> None:
        if self.full:
            return
        self._waiting.append(message)
        self._size += len(message)
        if self._size > MOST_WAITING:
            self.full = True
            self._waiting.clear()
        self._come.set()

    async def take(self, seconds: float) -> bytes | None:
        """The next message; None when none came in that time, or when it is full."""
        if not self._waiting and not self.full:
            self._come.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._come.wait()
        if not self._waiting:
            return None
        message = self._waiting.popleft()
        self._size -= len(message)
        return message


async def serve(
    socket: WebSocket, companies: Companies, project: ProjectId, path: str, epoch: str | None
) -> None:
    """Connect a tab to a document, until either side ends it."""
    await socket.accept()
    house, caller = desk_of(socket).house, socket.state.caller
    outbox = Outbox()
    member = Member(caller.user, caller.may(PROJECTS_WRITE), outbox.put)
    try:
        room = await run_in_threadpool(house.documents.enter, project, path, member, epoch)
    except DeepForgeError as error:
        said = word(kind="refused", user=caller.user, code=error.code, message=error.message, hint=error.hint)
        await _close(socket, REFUSED, said)
        return
    if room is None:
        await _close(socket, STALE)
        return
    guest = Guest(caller.user, outbox.put)
    company = companies.at(project, path)
    company.join(guest)
    try:
        await _converse(socket, _Tab(house, room, member, company, guest), outbox)
    finally:
        companies.leave(project, path, guest)
        await run_in_threadpool(house.documents.leave, room, member)


@dataclass
class _Tab:
    """What a connection is to the house."""

    house: House
    room: Room
    member: Member
    company: Company
    guest: Guest


async def _converse(socket: WebSocket, tab: _Tab, outbox: Outbox) -> None:
    for task in await first_of(_listen(socket, tab), _send(socket, outbox), _watch(socket, tab)):
        with contextlib.suppress(WebSocketDisconnect):
            await _close(socket, task.result())


async def _listen(socket: WebSocket, tab: _Tab) -> int:
    """Take messages until one is unusable; the code to close with."""
    pace = _Pace(tab)
    try:
        while True:
            message = await socket.receive()
            if message["type"] == "websocket.disconnect":
                raise WebSocketDisconnect(message.get("code", 1000))
            data = message.get("bytes")
            if not data:
                return BAD_MESSAGE
            try:
                await _take(tab, pace, data)
            except (BadMessage, ValueError):
                return BAD_MESSAGE
    finally:
        pace.end()


async def _take(tab: _Tab, pace: _Pace, data: bytes) -> None:
    kind = data[0]
    if kind == SYNC:
        await run_in_threadpool(tab.room.take, tab.member, data)
    elif kind == AWARENESS:
        if len(data) > LARGEST_STATE:
            raise BadMessage
        pace.take(data)
    elif kind == ASK_AWARENESS:
        tab.company.tell_all(tab.guest)
    elif kind == WORD and read_word(data).get("kind") == "save":
        try:
            await run_in_threadpool(tab.room.save)
        except DeepForgeError as error:
            await run_in_threadpool(tab.room.in_trouble, error.message, error.hint)
    else:
        raise BadMessage


class _Pace:
    """Lets what a tab shows pass no more often than is of use; the newest always passes in the end."""

    def __init__(self, tab: _Tab) -> None:
        self._tab = tab
        self._next = 0.0
        self._waiting: bytes | None = None
        self._timer: asyncio.TimerHandle | None = None

    def take(self, message: bytes) -> None:
        """Pass a message on now or soon. Raises BadMessage."""
        wait = self._next - time.monotonic()
        if self._timer is None and wait <= 0:
            self._pass(message)
            return
        self._waiting = message
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(max(wait, 0), self._late)

    def end(self) -> None:
        """Nothing more is passed on."""
        if self._timer is not None:
            self._timer.cancel()

    def _late(self) -> None:
        self._timer = None
        message, self._waiting = self._waiting, None
        if message is not None:
            with contextlib.suppress(BadMessage):
                self._pass(message)

    def _pass(self, message: bytes) -> None:
        self._next = time.monotonic() + 1 / STATES_A_SECOND
        self._tab.company.take(self._tab.guest, message)


async def _send(socket: WebSocket, outbox: Outbox) -> int:
    """Send what waits; the code to close with."""
    while True:
        message = await outbox.take(SIGN_SECONDS)
        if outbox.full:
            return BEHIND
        await socket.send_bytes(message if message is not None else word(kind="here"))


async def _watch(socket: WebSocket, tab: _Tab) -> int:
    """Wait until the server stops, or who is here may be so no longer; the code to close with."""
    bell = bell_of(socket)
    while True:
        due = time.monotonic() + CHECK_SECONDS
        while not bell.closed and (left := due - time.monotonic()) > 0:
            await bell.after(bell.count, left)
        if bell.closed:
            return GOING_AWAY
        caller = await still_there(socket, tab.house)
        if caller is None or not caller.may(PROJECTS_READ):
            return SIGNED_OUT
        if tab.member.writable != caller.may(PROJECTS_WRITE):
            return RIGHTS_CHANGED


async def _close(socket: WebSocket, code: int, last_word: bytes | None = None) -> None:
    with contextlib.suppress(RuntimeError, WebSocketDisconnect):  # the other side has closed it meanwhile
        if last_word is not None:
            await socket.send_bytes(last_word)
        await socket.close(code)
