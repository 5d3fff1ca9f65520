"""Signals: tells whoever waits in this process that something was committed."""

from __future__ import annotations

import threading
from collections.abc import Callable


class Signals:
    """Calls its listeners after each commit. Safe for threads; a listener runs in the thread that
    committed, so is brief.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: tuple[Callable[[], None], ...] = ()

    def subscribe(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Have the listener called after each commit, until the function that is returned is called."""
        with self._lock:
            self._listeners = (*self._listeners, listener)

        def unsubscribe() -> None:
            with self._lock:
                self._listeners = tuple(known for known in self._listeners if known is not listener)

        return unsubscribe

    def committed(self) -> None:
        """Something was committed."""
        for listener in self._listeners:
            listener()
