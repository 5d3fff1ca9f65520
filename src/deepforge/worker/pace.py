"""The pace: of which operations jobs are so short that the next ones are to be here before those have ended
that run.

To ask the server for a job takes about as long as a job that does nothing. So while jobs of an operation come
and go within moments, as many more of them are taken ahead as the worker has slots. One that has to wait for
longer than a moment goes back to the queue, for others may have room.
"""

from __future__ import annotations

from collections.abc import Iterable

SHORT_SECONDS = 0.1
"""A job that keeps its slot for less is short."""

FRESH_SECONDS = 1.0
"""What was seen longer ago says nothing about the jobs that come."""

MOST_AHEAD_SECONDS = 0.5
"""For how long a job that was taken ahead may wait for a slot."""

TOGETHER_SECONDS = 0.025
"""So often the server is told what has ended while jobs that are here use the time."""


class Pace:
    """How long the last job of each operation kept its slot. Times are on one monotonic clock, in seconds."""

    def __init__(self) -> None:
        self._short: dict[str, float] = {}

    def ended(self, operation: str, began: float, now: float) -> None:
        """A job has given its slot back."""
        if now - began < SHORT_SECONDS:
            self._short[operation] = now
        else:
            self._short.pop(operation, None)

    def short(self, running: Iterable[float], now: float) -> tuple[str, ...]:
        """The operations whose jobs are short, in the order of their names; none when one of those that run,
        which began then, is not."""
        if any(now - began >= SHORT_SECONDS for began in running):
            return ()
        return tuple(sorted(name for name, seen in self._short.items() if now - seen <= FRESH_SECONDS))


def tell_at(told: float, waiting: int) -> float:
    """From when on the server is to be told of jobs that have ended: at once, unless others wait for their
    slots here, which do not need its answer; then several are told of together.

    `told` is when the server was told last.
    """
    return told + TOGETHER_SECONDS if waiting else told
