"""The inbox: other threads leave what is to be done in the loop's thread, and wake it."""

from __future__ import annotations

import contextlib
import os
import queue
import threading
from collections import deque
from collections.abc import Callable
from typing import Any

Deed = Callable[[], None]


class Inbox:
    """Deeds in the order they came. `post` may be called from any thread, everything else belongs to the
    loop's."""

    def __init__(self) -> None:
        self._deeds: deque[Deed] = deque()
        self._reading, self.wake_descriptor = os.pipe()
        os.set_blocking(self._reading, False)
        os.set_blocking(self.wake_descriptor, False)

    def fileno(self) -> int:
        """Readable when something was posted."""
        return self._reading

    def post(self, deed: Deed) -> None:
        """Have a deed done by the loop, soon."""
        self._deeds.append(deed)
        self.wake()

    def wake(self) -> None:
        """Wake the loop, as it is about to sleep or does already."""
        try:
            os.write(self.wake_descriptor, b"\0")
        except BlockingIOError:
            return  # so many calls are waiting already that it will not sleep

    def deliver(self) -> None:
        """Do what was posted."""
        with contextlib.suppress(BlockingIOError):
            os.read(self._reading, 65536)
        while self._deeds:
            self._deeds.popleft()()


class Courier:
    """One thread that does one thing at a time away from the loop, and posts what came of it."""

    def __init__(self, name: str, inbox: Inbox) -> None:
        self.busy = False
        """Read and written by the loop's thread only."""
        self._inbox = inbox
        self._errands: queue.SimpleQueue[tuple[Callable[[], Any], Callable[[Any], None]]] = (
            queue.SimpleQueue()
        )
        threading.Thread(target=self._run, name=name, daemon=True).start()

    def send(self, errand: Callable[[], Any], then: Callable[[Any], None]) -> None:
        """Have `errand` done; then, in the loop, `then` with what it returned or the exception it raised."""
        assert not self.busy, "a courier does one thing at a time"
        self.busy = True
        self._errands.put((errand, then))

    def _run(self) -> None:
        while True:
            errand, then = self._errands.get()
            outcome = attempt_errand(errand)
            self._inbox.post(lambda then=then, outcome=outcome: self._report(then, outcome))  # type: ignore[misc]

    def _report(self, then: Callable[[Any], None], outcome: Any) -> None:
        self.busy = False
        then(outcome)


class Chores:
    """Threads for what takes long: fetching, building, hashing, removing. There are as many as there is work,
    to a limit."""

    def __init__(self, inbox: Inbox, limit: int) -> None:
        self._inbox = inbox
        self._limit = limit
        self._waiting: queue.SimpleQueue[tuple[Callable[[], Any], Callable[[Any], None] | None]] = (
            queue.SimpleQueue()
        )
        self._idle = 0
        self._threads = 0
        self._lock = threading.Lock()

    def do(self, chore: Callable[[], Any], then: Callable[[Any], None] | None = None) -> None:
        """Have `chore` done; then, in the loop, `then` with what it returned or the exception it raised."""
        with self._lock:
            self._waiting.put((chore, then))
            if self._idle >= self._waiting.qsize() or self._threads >= self._limit:
                return
            self._threads += 1
        threading.Thread(target=self._run, name="chore", daemon=True).start()

    def _run(self) -> None:
        while True:
            with self._lock:
                self._idle += 1
            chore, then = self._waiting.get()
            with self._lock:
                self._idle -= 1
            outcome = attempt_errand(chore)
            if then is not None:
                self._inbox.post(lambda then=then, outcome=outcome: then(outcome))  # type: ignore[misc]


def attempt_errand(errand: Callable[[], Any]) -> Any:
    """What a function returns, or the exception it raised: for whoever gave the errand to judge."""
    try:
        return errand()
    except Exception as error:  # noqa: BLE001 — it is handed on, not passed over
        return error
