"""Waiting for what is bound to happen, instead of guessing how long it takes."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

LONG = 60.0
"""Seconds. Only a test that fails waits as long as this."""
PAUSES = (0.005, 0.05)
"""Seconds between two questions, at least and at most."""


def until(ask: Callable[[], T | bool | None], what: str = "", seconds: float = LONG) -> T:
    """Ask again and again until there is an answer. What is asked often works for the answers alone: most of
    the time is left to what is waited for.
    """
    least, most = PAUSES
    deadline = time.monotonic() + seconds
    while (began := time.monotonic()) < deadline:
        answer = ask()
        if answer:
            return answer  # type: ignore[return-value]
        time.sleep(min(max(3 * (time.monotonic() - began), least), most))
    raise AssertionError(f"this did not come about in {seconds:.0f} s: {what or ask}")
