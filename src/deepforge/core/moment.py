"""Moments as tables, answers and files tell them: UTC, ISO 8601, milliseconds, `Z`. They sort as text."""

from __future__ import annotations

from datetime import UTC, datetime


def moment(seconds: float) -> str:
    """Seconds since 1970 as a moment. Raises OverflowError, ValueError, OSError beyond the year 9999."""
    at = datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
    return at.removesuffix("+00:00") + "Z"


def seconds_of(moment: str) -> int:
    """A moment as whole seconds since 1970."""
    return int(datetime.fromisoformat(moment).timestamp())
