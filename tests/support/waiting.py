"""Waiting for what is bound to happen, instead of guessing how long it takes."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

LONG = 60.0
"""Seconds. Only a test that fails waits as long as this."""


def until(ask: Callable[[], T | bool | None], what: str = "", seconds: float = LONG) -> T:
    """Ask again and again until there is an answer."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        answer = ask()
        if answer:
            return answer  # type: ignore[return-value]
        time.sleep(0.005)
    raise AssertionError(f"this did not come about in {seconds:.0f} s: {what or ask}")
