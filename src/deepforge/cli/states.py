"""How states look: an icon and a colour beside each word, the same in every command."""

from __future__ import annotations

import click

from deepforge.core.run import JobState

JOB_LOOKS: dict[JobState, tuple[str, str]] = {
    "pending": ("○", "grey42"),
    "queued": ("◌", "grey70"),
    "running": ("●", "yellow"),
    "success": ("✓", "green"),
    "failed": ("✗", "red"),
    "canceled": ("⊘", "dark_orange"),
    "skipped": ("–", "grey42"),
}
"""State → icon and rich's name of the colour."""

_CODES: dict[str, int | str] = {
    "grey42": 242,
    "grey70": 249,
    "yellow": "yellow",
    "green": "green",
    "red": "red",
    "dark_orange": 208,
}


def look(state: str) -> tuple[str, str]:
    """The icon and colour of a run's or a job's state; a state of a newer server is shown plainly."""
    return {str(known): found for known, found in JOB_LOOKS.items()}.get(state, ("?", "grey70"))


def styled(state: str) -> str:
    """The state's icon and word in its colour, for a line of text."""
    icon, colour = look(state)
    return click.style(f"{icon} {state}", fg=_CODES[colour])
