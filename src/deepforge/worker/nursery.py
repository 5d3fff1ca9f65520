"""The nursery: the warm parents of this worker, one for each environment that has work, and one more for each
list of modules that a project wants imported beforehand."""

from __future__ import annotations

import selectors
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deepforge.worker.attempt import Process
from deepforge.worker.machine import installation_stamp
from deepforge.worker.parents import Parent, ParentEnded, Python, Stock

IDLE_SECONDS = 900.0
"""A warm parent that had no job for so long is let go."""

STAMP_SECONDS = 0.2
"""For how long it is believed that nothing was installed."""

Heard = Callable[[dict[str, Any]], None]
Ended = Callable[[Parent, str], None]


@dataclass
class Nursery:
    """Starts, finds and lets go of warm parents. Belongs to the loop's thread.

    `heard` is called with each message, `ended` with a parent that is gone and its last words.
    """

    own: str
    """The interpreter that jobs without an environment run in."""
    runtime: Path
    environment: Mapping[str, str]
    logs: Path
    selector: selectors.BaseSelector
    heard: Heard
    ended: Ended
    parents: dict[Stock, Parent] = field(default_factory=dict)
    _retired: list[Parent] = field(default_factory=list)
    _count: int = 0
    _installed: object = None
    _stamped: float = float("-inf")

    def get(self, python: Python | None, preload: tuple[str, ...] | None = None) -> Parent:
        """The warm parent of an environment (None: the worker's own) and of a project's own list of modules
        (None: it has none), started when there is none. Raises OSError.

        What one project wants imported is so never found imported by the jobs of another. One that started
        before something was installed into the worker's own interpreter is replaced.
        """
        stock = Stock(python or Python(self.own), preload)
        stamp = self._stamp() if stock.python.lock is None else None
        parent = self.parents.get(stock)
        if parent and parent.stamp == stamp:
            return parent
        if parent:
            self.retire(parent)
        self._count += 1
        self.logs.mkdir(parents=True, exist_ok=True)
        parent = Parent(stock, self.runtime, self.environment, self.logs / f"parent-{self._count % 16}.log")
        parent.stamp = stamp
        self.parents[stock] = parent
        self.selector.register(parent.socket, selectors.EVENT_READ, lambda: self._hear(parent))
        return parent

    def _stamp(self) -> object:
        now = time.monotonic()
        if now - self._stamped > STAMP_SECONDS:
            self._stamped, self._installed = now, installation_stamp()
        return self._installed

    def of(self, process: Process | None) -> Parent | None:
        """The living parent that is this process; None for one of an earlier worker, or one that is gone."""
        for parent in (*self.parents.values(), *self._retired):
            if parent.process == process:
                return parent
        return None

    def retire(self, parent: Parent) -> None:
        """Start nothing under this parent any more; its children live on and are still told about."""
        if self.parents.get(parent.stock) is parent:
            del self.parents[parent.stock]
            self._retired.append(parent)

    def sweep(self, busy: set[Process], now: float) -> None:
        """Let go of parents that have nothing to do: retired ones at once, others after IDLE_SECONDS."""
        for parent in (*self.parents.values(), *self._retired):
            if parent.process in busy:
                parent.idle_since = 0.0
                continue
            parent.idle_since = parent.idle_since or now
            if parent in self._retired or now - parent.idle_since > IDLE_SECONDS:
                self._let_go(parent)

    def close(self) -> None:
        """Let go of all."""
        for parent in (*self.parents.values(), *self._retired):
            self._let_go(parent)

    def _let_go(self, parent: Parent) -> None:
        self.selector.unregister(parent.socket)
        if self.parents.get(parent.stock) is parent:
            del self.parents[parent.stock]
        if parent in self._retired:
            self._retired.remove(parent)
        parent.close()

    def _hear(self, parent: Parent) -> None:
        try:
            messages = parent.hear()
        except ParentEnded as end:
            self._let_go(parent)
            self.ended(parent, str(end))
            return
        for message in messages:
            self.heard(message)
