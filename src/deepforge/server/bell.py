"""The bell: threads that commit ring it, and requests that wait on the event loop hear it."""

from __future__ import annotations

import asyncio
import threading

LINGER_SECONDS = 0.002
"""How long after a commit the others hear of it: whoever committed has, as a rule, its answer by then, and
several commits in a row are heard as one."""


class Bell:
    """Counts what was committed; whoever waits names the count it knows, so nothing is missed in between.

    `ring` and `close` may be called from any thread; waiting belongs to the loop that the bell was made in.
    """

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._lock = threading.Lock()
        self._scheduled = False
        self._woken: asyncio.Event = asyncio.Event()
        self.count = 0
        self.closed = False

    def ring(self) -> None:
        """Something was committed. Many rings in a row wake the loop once."""
        with self._lock:
            self.count += 1
            if self._scheduled or self._loop.is_closed():
                return
            self._scheduled = True
            self._loop.call_soon_threadsafe(self._loop.call_later, LINGER_SECONDS, self._wake)

    def close(self) -> None:
        """The server stops: nobody is to wait any longer."""
        self.closed = True
        self.ring()

    async def after(self, count: int, seconds: float) -> bool:
        """Wait until the bell has rung since `count`, or is closed; False when the time ran out first."""
        deadline = self._loop.time() + seconds
        while self.count == count and not self.closed:
            left = deadline - self._loop.time()
            if left <= 0:
                return False
            woken = self._woken
            try:
                async with asyncio.timeout(left):
                    await woken.wait()
            except TimeoutError:
                return self.count != count
        return True

    def _wake(self) -> None:
        with self._lock:
            self._scheduled = False
        woken, self._woken = self._woken, asyncio.Event()
        woken.set()
