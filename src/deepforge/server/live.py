"""The live channel: one web socket for topics, with resume by sequence number.

    → {"subscribe": "run:01J…", "after": 42}       after: the number last seen; null or left out: from now on
    ← {"seq": 42, "topic": "run:01J…", "kind": "subscribed", "data": null, "at": ""}
    ← {"seq": 43, "topic": "run:01J…", "kind": "metrics", "data": {…}, "at": "2026-05-14T09:03:11.120Z"}
    → {"unsubscribe": "run:01J…"}

An event of the kind `gap` says that some were missed which are no longer kept: ask for the whole state again.
A client that reads slowly is sent events as fast as it takes them; nothing piles up for it here.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field
from typing import Annotated, Any

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.websockets import WebSocket, WebSocketDisconnect

from deepforge.core import user
from deepforge.core.ids import ProjectId, is_ulid
from deepforge.core.user import Caller
from deepforge.server.desk import bell_of, desk_of
from deepforge.server.doorman import still_there
from deepforge.server.route import Routes
from deepforge.server.tasks import first_of
from deepforge.services import live
from deepforge.services.house import House

routes = Routes("/api/v1", "live")

MOST_TOPICS = 64
LONGEST_WISH = 1 << 16
PAGE = 500
CHECK_SECONDS = 5.0
"""How often it is looked whether who follows still may."""
WHOLE_TOPICS = {
    "runs": user.RUNS_READ,
    "artifacts": user.ARTIFACTS_READ,
    "projects": user.PROJECTS_READ,
}
"""Topics of everything of a kind, with the permission that each takes."""
ONE_TOPICS = {"run": user.RUNS_READ, "project": user.PROJECTS_READ}
"""Kinds of topics of one thing, behind which its id stands."""
BAD_MESSAGE = 4400
SIGNED_OUT = 4401
NO_SUCH_TOPIC = 4404
GOING_AWAY = 1012
_encode = msgspec.json.Encoder().encode


class _Wish(msgspec.Struct, forbid_unknown_fields=True):
    """What a client says."""

    subscribe: str | None = None
    unsubscribe: str | None = None
    after: Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)] | None = None


@dataclass
class _Following:
    """What one connection follows: topic → the number of the last event it was sent."""

    seen: dict[str, int] = field(default_factory=dict)
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    watched: set[ProjectId] = field(default_factory=set)
    """Projects whose folders are watched for it."""


@routes.websocket("/live", permission=user.RUNS_READ)
async def live_channel(socket: WebSocket) -> None:
    """Events of topics as they happen."""
    await socket.accept()
    house, caller = desk_of(socket).house, socket.state.caller
    following = _Following()
    try:
        done = await first_of(
            _send(socket, house, caller, following),
            _listen(socket, house, caller, following),
            _until_other_rights(socket, house, caller),
        )
    finally:
        for project in following.watched:
            await run_in_threadpool(house.documents.watches.end, project)
    for task in done:
        with contextlib.suppress(WebSocketDisconnect):
            code = task.result()
            with contextlib.suppress(RuntimeError):  # the other side has closed it meanwhile
                await socket.close(code)


async def _listen(socket: WebSocket, house: House, caller: Caller, following: _Following) -> int:
    """Take wishes until one is unusable; its code to close with."""
    while True:
        try:
            said = await socket.receive_text()
            if len(said) > LONGEST_WISH:
                return BAD_MESSAGE
            wish = msgspec.json.decode(said, type=_Wish)
        except (msgspec.DecodeError, RecursionError, KeyError):
            return BAD_MESSAGE
        if wish.unsubscribe is not None:
            following.seen.pop(wish.unsubscribe, None)
            await _unwatch(house, wish.unsubscribe, following)
        if wish.subscribe is None:
            continue
        if len(following.seen) >= MOST_TOPICS:
            return BAD_MESSAGE
        if not _may_follow(caller, wish.subscribe):
            return NO_SUCH_TOPIC
        await _watch(house, wish.subscribe, following)
        after, missed = await run_in_threadpool(live.begin, house, wish.after)
        await _tell(socket, after, wish.subscribe, "subscribed")
        if missed:
            await _tell(socket, after, wish.subscribe, "gap")
        following.seen[wish.subscribe] = after
        following.changed.set()


async def _until_other_rights(socket: WebSocket, house: House, caller: Caller) -> int:
    """Wait until who follows is signed out, or may do other things than before; the code to close with."""
    while True:
        await asyncio.sleep(CHECK_SECONDS)
        now = await still_there(socket, house)
        if now is None or not now.may(user.RUNS_READ):
            return SIGNED_OUT
        if now.permissions != caller.permissions:
            return GOING_AWAY  # come back at once, and be judged anew


def _may_follow(caller: Caller, topic: str) -> bool:
    """Whether there is such a topic for somebody."""
    kind, colon, name = topic.partition(":")
    permission = ONE_TOPICS.get(kind) if colon and is_ulid(name) else WHOLE_TOPICS.get(topic)
    return permission is not None and caller.may(permission)


async def _watch(house: House, topic: str, following: _Following) -> None:
    """Have the folder of a project watched whose topic is followed."""
    kind, _, name = topic.partition(":")
    if kind == "project" and name not in following.watched:
        following.watched.add(ProjectId(name))
        await run_in_threadpool(house.documents.watches.begin, ProjectId(name))


async def _unwatch(house: House, topic: str, following: _Following) -> None:
    project = ProjectId(topic.partition(":")[2])
    if project in following.watched:
        following.watched.discard(project)
        await run_in_threadpool(house.documents.watches.end, project)


async def _send(socket: WebSocket, house: House, caller: Caller, following: _Following) -> int:
    """Send what happens until the server stops."""
    bell = bell_of(socket)
    while not bell.closed:
        count = bell.count
        following.changed.clear()
        while await _send_page(socket, house, caller, following):
            pass
        await first_of(bell.after(count, 60.0), following.changed.wait())
    return GOING_AWAY


async def _send_page(socket: WebSocket, house: House, caller: Caller, following: _Following) -> bool:
    """Send the next events; whether there may be more."""
    seen = dict(following.seen)
    if not seen:
        return False
    events = await run_in_threadpool(live.events_after, house, caller, tuple(seen), min(seen.values()), PAGE)
    for event in events:
        if event.seq > following.seen.get(event.topic, event.seq):
            await socket.send_text(_encode(_as_message(event)).decode())
    if events:
        for topic in seen:
            if topic in following.seen:
                following.seen[topic] = max(following.seen[topic], events[-1].seq)
    return len(events) == PAGE


def _as_message(event: Any) -> dict[str, Any]:
    return {"seq": event.seq, "topic": event.topic, "kind": event.kind, "data": event.data, "at": event.at}


async def _tell(socket: WebSocket, seq: int, topic: str, kind: str) -> None:
    message = {"seq": seq, "topic": topic, "kind": kind, "data": None, "at": ""}
    await socket.send_text(_encode(message).decode())
