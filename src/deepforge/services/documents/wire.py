"""Messages of a live document on the wire: y-protocols' sync and awareness, and words of our own as JSON."""

from __future__ import annotations

from typing import Any

import msgspec
from pycrdt import Decoder, write_message, write_var_uint

SYNC, AWARENESS, ASK_AWARENESS, WORD = 0, 1, 3, 4
STATE, MISSING, UPDATE = 0, 1, 2
"""Kinds of sync messages: what I have, what you lack, what changed just now."""


class BadMessage(Exception):
    """Bytes that are no message of this protocol."""


def sync_message(kind: int, data: bytes) -> bytes:
    """A message about the document's content."""
    return bytes((SYNC, kind)) + write_message(data)


def word(**said: Any) -> bytes:
    """A message of ours."""
    return bytes((WORD,)) + write_message(msgspec.json.encode(said))


def awareness_message(states: list[tuple[int, int, Any]]) -> bytes:
    """Who is where: (tab, its clock, its state) each; None as state means that the tab is gone."""
    parts = [write_var_uint(len(states))]
    for client, clock, state in states:
        parts += [write_var_uint(client), write_var_uint(clock), write_message(msgspec.json.encode(state))]
    return bytes((AWARENESS,)) + write_message(b"".join(parts))


def read_sync(message: bytes) -> tuple[int, bytes]:
    """The kind and the data of a sync message. Raises BadMessage."""
    if len(message) < 2 or message[0] != SYNC or message[1] not in (STATE, MISSING, UPDATE):
        raise BadMessage
    return message[1], _data(Decoder(message[2:]))


def read_word(message: bytes) -> dict[str, Any]:
    """What a message of ours says. Raises BadMessage."""
    try:
        return msgspec.json.decode(_data(Decoder(message[1:])), type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError):
        raise BadMessage from None


def read_awareness(message: bytes) -> list[tuple[int, int, Any]]:
    """What `awareness_message` made. Raises BadMessage."""
    try:
        decoder = Decoder(_data(Decoder(message[1:])))
        count = decoder.read_var_uint()
        if count > len(message):
            raise BadMessage
        return [
            (decoder.read_var_uint(), decoder.read_var_uint(), msgspec.json.decode(_data(decoder)))
            for _ in range(count)
        ]
    except (IndexError, RuntimeError, RecursionError, msgspec.DecodeError):
        raise BadMessage from None


def _data(decoder: Decoder) -> bytes:
    try:
        left = decoder.length
        data = decoder.read_message()
    except (IndexError, RuntimeError):
        raise BadMessage from None
    if data is None or decoder.length < 0 or len(data) > left:
        raise BadMessage
    return data
