"""Live events over a web socket: an iterator that connects again and resumes where it was."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import msgspec
from websockets.exceptions import InvalidStatus, WebSocketException
from websockets.sync.client import ClientConnection, connect

from deepforge.client.http import PREFIX, Http
from deepforge.core.errors import Unauthenticated

_FIRST_PAUSE = 0.05
_LONGEST_PAUSE = 2.0


@dataclass(frozen=True)
class LiveEvent:
    """Something that happened: its number, the topic it belongs to, its kind and what it says.

    The kind `gap` means that events were missed which the server no longer keeps: ask for the whole state
    again.
    """

    seq: int
    topic: str
    kind: str
    data: Any = field(default=None)
    at: str = ""


@dataclass
class _Channel:
    """An open connection that is subscribed: where it goes on from, and what came meanwhile."""

    socket: ClientConnection
    closing: ExitStack
    seen: int = 0
    early: list[LiveEvent] = field(default_factory=list)


def follow(
    http: Http, topics: Sequence[str], *, after: int | None = None, idle: float | None = None
) -> Iterator[LiveEvent | None]:
    """The events of some topics, without end; see `Client.live`. It is subscribed when this returns, if the
    server answers. Raises Unauthenticated when the token is refused.
    """
    return _go_on(http, topics, after, idle, _reach(http, topics, after))


def _go_on(
    http: Http, topics: Sequence[str], after: int | None, idle: float | None, channel: _Channel | None
) -> Iterator[LiveEvent | None]:
    seen, pause = after, _FIRST_PAUSE
    while True:
        if channel is not None:
            pause = _FIRST_PAUSE
            seen = channel.seen if seen is None else seen
            for event in _events(channel, idle):
                seen = seen if event is None else event.seq
                yield event
        if idle is not None:
            yield None
        time.sleep(pause)
        pause = min(pause * 2, _LONGEST_PAUSE)
        channel = _reach(http, topics, seen)


def _reach(http: Http, topics: Sequence[str], after: int | None) -> _Channel | None:
    """A subscribed connection; None when the server is away. Raises Unauthenticated."""
    try:
        return _subscribe(_open(http), topics, after)
    except InvalidStatus as error:
        if error.response.status_code in (401, 403) and not http.renew():
            raise Unauthenticated("The server does not take the token.", "Start again.") from None
    except (OSError, WebSocketException):
        http.renew()
    return None


def _open(http: Http) -> _Channel:
    address = "ws" + http.url.removeprefix("http") + PREFIX + "/live"
    headers = {"Authorization": f"Bearer {http.token}"}
    closing = ExitStack()
    opening = connect(address, additional_headers=headers, proxy=None, max_size=1 << 24, open_timeout=10)
    return _Channel(closing.enter_context(opening), closing)


def _subscribe(channel: _Channel, topics: Sequence[str], after: int | None) -> _Channel:
    """Ask for each topic and wait until it is promised."""
    try:
        for topic in topics:
            channel.socket.send(msgspec.json.encode({"subscribe": topic, "after": after}).decode())
            while (event := _decode(channel.socket.recv(timeout=10))).kind != "subscribed":
                channel.early.append(event)
            channel.seen = max(channel.seen, event.seq)
    except BaseException:
        channel.closing.close()
        raise
    return channel


def _events(channel: _Channel, idle: float | None) -> Iterator[LiveEvent | None]:
    """What comes until the connection breaks."""
    yield from channel.early
    with channel.closing:
        while True:
            try:
                event = _decode(channel.socket.recv(timeout=idle))
            except TimeoutError:
                yield None
                continue
            except (OSError, WebSocketException):
                return
            yield event


def _decode(message: str | bytes) -> LiveEvent:
    return msgspec.json.decode(message, type=LiveEvent)
