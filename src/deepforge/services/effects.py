"""Effects: what the records of a journal say, gathered before any of it is written."""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from deepforge.core.ids import Digest, is_digest
from deepforge.core.run import Failure, Frame, OutputFact, Progress
from deepforge.engine.ending import Ending, Exit, Published
from deepforge.runtime import journal
from deepforge.runtime.journal import JournalDamaged, Record

LONGEST_TEXT = 100_000
"""Letters of a message or a traceback that are kept."""
LONGEST_NAME = 400


@dataclass
class Points:
    """The points of one metric: columns of equal length."""

    xs: list[float] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    values: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Figure:
    """One version of a figure: its parts by media type."""

    figure: str
    title: str
    parts: dict[str, bytes]


@dataclass
class Effects:
    """What a stretch of a journal brings about, in the order of its records where that matters."""

    names: dict[int, tuple[str, ...]]
    """The metrics of each set that was announced so far."""
    ending: Ending
    announced: dict[int, tuple[str, ...]] = field(default_factory=dict)
    points: dict[str, Points] = field(default_factory=dict)
    figures: list[Figure] = field(default_factory=list)
    progress: Progress | None = None
    notes: list[str] = field(default_factory=list)
    published: Published | None = None
    artifacts: tuple[OutputFact, ...] = ()

    def take(self, record: Record) -> None:
        """Add what a record says. Raises JournalDamaged when it cannot be understood; then nothing of it is
        added.
        """
        reader = _READERS.get(record.kind)
        if reader is None:
            raise JournalDamaged(f"a record of the unknown kind {record.kind}")
        try:
            reader(self, record.payload)
        except JournalDamaged:
            raise
        except (
            struct.error,
            ValueError,
            KeyError,
            TypeError,
            AttributeError,
            OverflowError,
            RecursionError,
            msgspec.ValidationError,
        ) as error:
            raise JournalDamaged(f"a record of the kind {record.kind} cannot be read: {error}") from None


def _series(effects: Effects, payload: bytes) -> None:
    key, names = journal.unpack_series(payload)
    cleaned = tuple(clean(name, LONGEST_NAME) for name in names)
    effects.names[key] = effects.announced[key] = cleaned


def _point(effects: Effects, payload: bytes) -> None:
    key, x, time, values = journal.unpack_point(payload)
    names = effects.names.get(key)
    if names is None or len(names) != len(values):
        raise JournalDamaged("a point of metrics that were not announced")
    for name, value in zip(names, values, strict=True):
        points = effects.points.get(name)
        if points is None:
            points = effects.points[name] = Points()
        points.xs.append(x)
        points.times.append(time)
        points.values.append(value)


def _progress(effects: Effects, payload: bytes) -> None:
    content = journal.unpack_json(payload)
    value, total = _number(content.get("value")), _number(content.get("total"))
    effects.progress = Progress(value or 0.0, total, clean(content.get("label") or "", LONGEST_NAME))


def _figure(effects: Effects, payload: bytes) -> None:
    header, parts = journal.unpack_figure(payload)
    name = clean(header["figure"], 200)
    media = {clean(media, 200): content for media, content in parts.items()}
    effects.figures.append(Figure(name, clean(header.get("title") or "", LONGEST_NAME), media))


def _started(effects: Effects, payload: bytes) -> None:
    journal.unpack_json(payload)


def _note(effects: Effects, payload: bytes) -> None:
    effects.notes.append(clean(journal.unpack_json(payload)["text"], LONGEST_TEXT))


def _result(effects: Effects, payload: bytes) -> None:
    journal.unpack_json(payload)
    effects.ending = replace(effects.ending, result=True)


def _error(effects: Effects, payload: bytes) -> None:
    effects.ending = replace(effects.ending, error=failure_of(journal.unpack_json(payload)))


def _exit(effects: Effects, payload: bytes) -> None:
    content = journal.unpack_json(payload)
    reason = content.get("reason")
    left = Exit(
        code=_whole(content.get("code")),
        signal=_whole(content.get("signal")),
        reason=None if reason is None else clean(reason, LONGEST_NAME),
    )
    effects.ending = replace(effects.ending, exit=left)


def _published(effects: Effects, payload: bytes) -> None:
    content = journal.unpack_json(payload)
    told = content.get("error")
    effects.artifacts = tuple(_fact(entry) for entry in content.get("artifacts") or ())
    effects.published = Published(
        outputs=tuple(_fact(entry) for entry in content.get("outputs") or ()),
        failure=failure_of(told) if told else None,
    )


_READERS = {
    journal.SERIES: _series,
    journal.POINT: _point,
    journal.PROGRESS: _progress,
    journal.FIGURE: _figure,
    journal.STARTED: _started,
    journal.NOTE: _note,
    journal.RESULT: _result,
    journal.ERROR: _error,
    journal.EXIT: _exit,
    journal.PUBLISHED: _published,
}


def failure_of(content: Mapping[str, Any]) -> Failure:
    """A failure as a journal tells it."""
    hint = content.get("hint")
    return Failure(
        kind=clean(content["kind"], LONGEST_NAME),
        message=clean(content["message"], LONGEST_TEXT),
        traceback=clean(content.get("traceback") or "", LONGEST_TEXT),
        frames=tuple(_frame(entry) for entry in content.get("frames") or ()),
        hint=clean(hint, LONGEST_TEXT) if hint else None,
    )


def _frame(entry: Mapping[str, Any]) -> Frame:
    inside = entry.get("project_file")
    return Frame(
        file=clean(entry["file"], LONGEST_TEXT),
        line=_whole(entry["line"]) or 0,
        function=clean(entry["function"], LONGEST_NAME),
        code=clean(entry.get("code") or "", LONGEST_TEXT),
        project_file=clean(inside, LONGEST_TEXT) if inside else None,
    )


def _fact(entry: Mapping[str, Any]) -> OutputFact:
    digest, size = entry["digest"], entry["size"]
    if (
        not isinstance(digest, str)
        or not is_digest(digest)
        or not isinstance(size, int)
        or not 0 <= size < 2**62
    ):
        raise JournalDamaged(f"{digest!r} with {size!r} bytes is no blob")
    return OutputFact(
        name=clean(entry["name"], LONGEST_NAME),
        digest=Digest(digest),
        size=size,
        type=clean(entry["type"], LONGEST_NAME),
        codec=clean(entry["codec"], 40),
    )


def clean(text: object, longest: int) -> str:
    """A text from a job as a database can keep it: no NUL, no half surrogates, not longer than that."""
    if not isinstance(text, str):
        raise JournalDamaged(f"{text!r} where a text belongs")
    if len(text) > longest:
        text = text[: longest - 1] + "…"
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) else None


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**31 else None
