"""The bell."""

from __future__ import annotations

import asyncio
import threading

from deepforge.server.bell import Bell


def test_who_waits_hears_a_ring_from_another_thread() -> None:
    async def scene() -> bool:
        bell = Bell()
        waiting = asyncio.create_task(bell.after(bell.count, 30))
        await asyncio.sleep(0)
        threading.Thread(target=bell.ring).start()
        return await waiting

    assert asyncio.run(scene()) is True


def test_a_ring_between_looking_and_waiting_is_not_missed() -> None:
    async def scene() -> bool:
        bell = Bell()
        count = bell.count
        bell.ring()
        return await bell.after(count, 0)

    assert asyncio.run(scene()) is True


def test_without_a_ring_the_time_runs_out() -> None:
    async def scene() -> bool:
        bell = Bell()
        return await bell.after(bell.count, 0.01)

    assert asyncio.run(scene()) is False


def test_many_rings_wake_the_loop_once() -> None:
    async def scene() -> int:
        bell = Bell()
        woken = 0
        wake = bell._wake

        def counting() -> None:
            nonlocal woken
            woken += 1
            wake()

        bell._wake = counting  # type: ignore[method-assign]
        for _ in range(100):
            bell.ring()
        await asyncio.sleep(0.01)
        return woken

    assert asyncio.run(scene()) == 1


def test_who_waits_hears_a_little_later_so_that_an_answer_goes_out_first() -> None:
    async def scene() -> tuple[bool, bool]:
        bell = Bell()
        waiting = asyncio.create_task(bell.after(bell.count, 30))
        await asyncio.sleep(0)
        for _ in range(3):
            bell.ring()
            await asyncio.sleep(0)
        at_once = waiting.done()
        return at_once, await waiting

    assert asyncio.run(scene()) == (False, True)


def test_when_the_bell_is_closed_nobody_waits() -> None:
    async def scene() -> list[bool]:
        bell = Bell()
        waiting = [asyncio.create_task(bell.after(bell.count, 30)) for _ in range(3)]
        await asyncio.sleep(0)
        bell.close()
        return [*await asyncio.gather(*waiting), await bell.after(bell.count, 30)]

    assert asyncio.run(scene()) == [True] * 4
