"""Reading back what a session wrote."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from deepforge.runtime import journal


def points(folder: Path) -> list[tuple[tuple[str, ...], float, tuple[float, ...]]]:
    """Each point as (names, x, values)."""
    names: dict[int, list[str]] = {}
    found = []
    for record in journal.read_records((folder / "journal").read_bytes()):
        if record.kind == journal.SERIES:
            key, series = journal.unpack_series(record.payload)
            names[key] = series
        elif record.kind == journal.POINT:
            key, x, _, values = journal.unpack_point(record.payload)
            found.append((tuple(names[key]), x, values))
    return found


def contents(folder: Path, kind: int) -> list[dict[str, Any]]:
    """The content of each JSON record of a kind, without its time."""
    found = [
        journal.unpack_json(record.payload)
        for record in journal.read_records((folder / "journal").read_bytes())
        if record.kind == kind
    ]
    for content in found:
        assert content.pop("time") > 0
    return found


def figures(folder: Path) -> list[tuple[str, str, dict[str, bytes]]]:
    """Each figure as (id, title, parts by media type)."""
    found = []
    for record in journal.read_records((folder / "journal").read_bytes()):
        if record.kind == journal.FIGURE:
            header, parts = journal.unpack_figure(record.payload)
            assert header["time"] > 0
            found.append((header["figure"], header["title"], parts))
    return found
