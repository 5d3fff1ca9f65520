"""Measuring: clocks, medians, and the table that a benchmark prints."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from statistics import median

__all__ = [
    "Stopwatch",
    "Table",
    "machine",
    "median",
    "percentile",
    "private_environment",
    "stopwatch",
    "times",
]


@dataclass
class Stopwatch:
    """Seconds that a block took; 0 until it has ended."""

    seconds: float = 0.0


@contextmanager
def stopwatch() -> Iterator[Stopwatch]:
    """Time a block: `with stopwatch() as watch: …`, then `watch.seconds`."""
    watch = Stopwatch()
    start = time.perf_counter()
    yield watch
    watch.seconds = time.perf_counter() - start


def times(action: Callable[[], object], repeat: int) -> list[float]:
    """The seconds that each of `repeat` calls took."""
    taken = []
    for _ in range(repeat):
        with stopwatch() as watch:
            action()
        taken.append(watch.seconds)
    return taken


def percentile(values: Sequence[float], share: float) -> float:
    """The value that a `share` of all values (from 0 to 1) does not exceed."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def machine() -> str:
    """One line on where and when a figure was measured, to stand above a table."""
    load = os.getloadavg()[0]
    now = datetime.now(UTC)
    return (
        f"{now:%d %B %Y}, {os.cpu_count()} cores, Python {platform.python_version()}, "
        f"{platform.system()} {platform.machine()}, load {load:.1f}"
    )


def private_environment(home: str) -> dict[str, str]:
    """Environment variables for a process that must not see or touch anything of this person's."""
    kept = ("PATH", "LANG", "LC_ALL", "TMPDIR", "TZ", "LD_LIBRARY_PATH", "SSL_CERT_FILE")
    return {name: os.environ[name] for name in kept if name in os.environ} | {
        "HOME": home,
        "USER": "benchmark",
    }


@dataclass
class Table:
    """Rows of text under headings; the first columns are words, the others are figures."""

    title: str
    headings: tuple[str, ...]
    words: int = 1
    """How many columns are words."""
    rows: list[tuple[str, ...]] = field(default_factory=list)

    def add(self, name: str, *cells: float | str | None) -> None:
        """Add a row. A number keeps three digits that count; None is shown as a dash."""
        self.rows.append((name, *map(_shown, cells)))

    def __str__(self) -> str:
        """Markdown that is as easy to read as it stands."""
        widths = [max(map(len, column)) for column in zip(self.headings, *self.rows, strict=True)]
        rules = ["-" * width if i < self.words else "-" * (width - 1) + ":" for i, width in enumerate(widths)]
        lines = [self._line(self.headings, widths), self._line(rules, widths)]
        lines += [self._line(row, widths) for row in self.rows]
        return "\n".join([f"{self.title} ({machine()})", "", *lines, ""])

    def _line(self, cells: Sequence[str], widths: Sequence[int]) -> str:
        aligned = [
            cell.ljust(width) if i < self.words else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ]
        return "| " + " | ".join(aligned) + " |"


def _shown(cell: float | str | None) -> str:
    if cell is None:
        return "–"
    if isinstance(cell, str):
        return cell
    if cell == 0:
        return "0"
    if abs(cell) >= 100:
        return f"{cell:,.0f}".replace(",", " ")
    return f"{cell:.2f}" if abs(cell) < 10 else f"{cell:.1f}"
