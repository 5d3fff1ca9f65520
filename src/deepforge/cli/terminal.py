"""Text that is safe to print: control sequences that came from user code are taken out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import islice

_INCOMPLETE = re.compile(r"(?:\x1b(?:\[[0-?]*[ -/]*|[\]PX^_][^\x07\x1b\x9c]{0,4096}\x1b?|[ -/]*))?\Z")
_SEQUENCE = re.compile(
    r"(?P<colour>\x1b\[[0-9;:]*m)"
    r"|\x1b\[[0-?]*[ -/]*[@-~]"  # cursor, screen, modes
    r"|\x1b[\]PX^_][^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?"  # titles, links, clipboard, device strings
    r"|\x1b[ -/]*[0-~]?"
    r"|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"  # control characters but tab, line feed and carriage return
)


class Sanitiser:
    """Takes control sequences out of a text that comes in pieces; colours stay when they are wanted.

    What user code prints may otherwise move the cursor, rename the window or write to the clipboard of
    whoever reads its log. A sequence that is cut between two pieces is held back until the rest is there.
    """

    def __init__(self, colours: bool) -> None:
        self.colours = colours
        self._held = ""

    def feed(self, text: str) -> str:
        """The next piece, safe to print."""
        whole = self._held + text
        cut = _INCOMPLETE.search(whole)
        at = cut.start() if cut else len(whole)
        self._held = whole[at:]
        return _SEQUENCE.sub(self._keep, whole[:at])

    def _keep(self, match: re.Match[str]) -> str:
        return (match["colour"] or "") if self.colours else ""


def clean(text: str) -> str:
    """The text without any control sequence, colours included."""
    return _SEQUENCE.sub("", text)


def one_line(text: str, limit: int = 200) -> str:
    """The text without control sequences, on one line, cut at `limit` characters."""
    line = " ".join(clean(text).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


METRICS_SHOWN = 12
"""The most metrics of a job that are told one after the other."""


def show_metrics(metrics: Mapping[str, float | None], between: str) -> str:
    """Names with their values; of more than can be read at a glance the first, and how many more."""
    first = islice(metrics.items(), METRICS_SHOWN)
    told = [f"{one_line(name, 60)} {show_number(value)}" for name, value in first]
    more = len(metrics) - len(told)
    return between.join([*told, f"and {more} more"] if more else told)


def show_size(size: float) -> str:
    """Bytes as a person reads them: `812 B`, `1.4 MB`."""
    for unit in ("B", "kB", "MB", "GB"):
        if abs(size) < 999.5:
            return f"{size:.0f} {unit}" if unit == "B" or abs(size) >= 99.5 else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} TB"


def show_duration(seconds: float) -> str:
    """Seconds as a person reads them: `40 ms`, `3.2 s`, `4 min 10 s`, `2 h 5 min`."""
    if seconds < 0.9995:
        return f"{max(seconds, 0) * 1000:.0f} ms"
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60} h {minutes % 60} min"


def show_number(value: float | None) -> str:
    """A metric's value in at most five significant digits; `nan` when there is none."""
    return "nan" if value is None else f"{value:.5g}"


def parse_time(text: str) -> datetime:
    """A time of the API (ISO 8601, UTC)."""
    return datetime.fromisoformat(text).astimezone(UTC)


def seconds_between(started: str | None, ended: str | None, now: datetime) -> float | None:
    """How long something took, or has taken until `now`; None when it has not started."""
    if started is None:
        return None
    return ((parse_time(ended) if ended else now) - parse_time(started)).total_seconds()


def show_age(text: str, now: datetime) -> str:
    """A time of the API, as seen from now: `just now`, `5 min ago`, `2026-11-20` when it is over a week."""
    seconds = (now - parse_time(text)).total_seconds()
    if seconds < 45:
        return "just now"
    if seconds < 45 * 60:
        return f"{max(1, round(seconds / 60))} min ago"
    if seconds < 22 * 3600:
        return f"{max(1, round(seconds / 3600))} h ago"
    if seconds < 7 * 86400:
        return f"{max(1, round(seconds / 86400))} d ago"
    return f"{parse_time(text):%Y-%m-%d}"
