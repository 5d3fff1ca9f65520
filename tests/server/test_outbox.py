"""What waits to be sent to a tab that reads slowly."""

from __future__ import annotations

import asyncio

import pytest

from deepforge.server import documents
from deepforge.server.documents import BEHIND, Outbox, _send


class Tab:
    """A web socket whose other side takes nothing until it is told to."""

    def __init__(self) -> None:
        self.reads = asyncio.Event()
        self.got: list[bytes] = []

    async def send_bytes(self, data: bytes) -> None:
        await self.reads.wait()
        self.got.append(data)


async def passed(outbox: Outbox, messages: list[bytes]) -> None:
    for message in messages:
        outbox.put(message)
    await asyncio.sleep(0)


def test_messages_are_sent_in_their_order() -> None:
    async def story() -> list[bytes]:
        tab, outbox = Tab(), Outbox()
        tab.reads.set()
        sending = asyncio.create_task(_send(tab, outbox))  # type: ignore[arg-type]
        await passed(outbox, [b"one", b"two", b"three"])
        while len(tab.got) < 3:
            await asyncio.sleep(0)
        sending.cancel()
        return tab.got

    assert asyncio.run(story()) == [b"one", b"two", b"three"]


def test_who_falls_behind_is_sent_away_at_once_and_costs_no_more_memory_meanwhile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(documents, "MOST_WAITING", 100)

    async def story() -> tuple[int, int, int]:
        tab, outbox = Tab(), Outbox()
        sending = asyncio.create_task(_send(tab, outbox))  # type: ignore[arg-type]
        await passed(outbox, [b"x" * 60])
        while outbox._waiting:
            await asyncio.sleep(0)
        await passed(outbox, [b"x" * 60] * 1000)
        kept = len(outbox._waiting)
        tab.reads.set()
        async with asyncio.timeout(5):
            return await sending, kept, len(tab.got)

    assert asyncio.run(story()) == (BEHIND, 0, 1)


def test_a_sign_of_life_goes_out_when_nothing_else_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "SIGN_SECONDS", 0.001)

    async def story() -> bytes:
        tab, outbox = Tab(), Outbox()
        tab.reads.set()
        sending = asyncio.create_task(_send(tab, outbox))  # type: ignore[arg-type]
        while not tab.got:
            await asyncio.sleep(0)
        sending.cancel()
        return tab.got[0]

    assert b"here" in asyncio.run(story())
