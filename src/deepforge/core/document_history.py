"""Who changed what and when in live documents."""

from __future__ import annotations

from dataclasses import dataclass

from deepforge.core.ids import UserId


@dataclass(frozen=True)
class Edit:
    """That somebody changed a file, between two moments of one hour."""

    path: str
    author: UserId | None
    """None: another program changed the file."""
    name: str | None
    started: str
    ended: str
    updates: int
    """How many small changes it was."""
