"""Reading a growing journal: where its whole records end, and what it says about the end of the attempt."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from deepforge.runtime.journal import (
    ERROR,
    EXIT,
    HEADER,
    MAX_PAYLOAD,
    PUBLISHED,
    RESULT,
    JournalDamaged,
    read_records,
    unpack_json,
)

_FIRST, _STRETCH = 64 << 10, 4 << 20
"""Bytes read at once: few at first, since most of the time little is new."""
_ENDINGS = frozenset({RESULT, ERROR, EXIT, PUBLISHED})


class JournalReader:
    """Follows one journal from record to record without looking into the points between.

    `offset` is the end of the last whole record; `result`, `error`, `exit` and `published` are the contents
    of those records once they were met. One thread at a time.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.forget()

    def forget(self) -> None:
        """Start again from the first byte."""
        self.offset = 0
        self.torn = False
        """Whether bytes were met that can be no record."""
        self.endings: dict[int, dict[str, Any]] = {}

    @property
    def result(self) -> dict[str, Any] | None:
        """What the operation returned, when it came that far."""
        return self.endings.get(RESULT)

    @property
    def error(self) -> dict[str, Any] | None:
        """What was raised."""
        return self.endings.get(ERROR)

    @property
    def exit(self) -> dict[str, Any] | None:
        """How the process ended."""
        return self.endings.get(EXIT)

    @property
    def published(self) -> dict[str, Any] | None:
        """The last record: what became of the outputs."""
        return self.endings.get(PUBLISHED)

    def read_on(self) -> bool:
        """Read what was appended since; whether a whole record was. A journal that is not there yet is
        empty."""
        before = self.offset
        try:
            descriptor = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return False
        try:
            window = _FIRST
            while not self.torn:
                data = os.pread(descriptor, window, self.offset)
                passed = self._pass_records(data)
                self.offset += passed
                if len(data) < window:
                    break
                window = _next_window(window, passed > 0)
        finally:
            os.close(descriptor)
        return self.offset > before

    def _pass_records(self, data: bytes) -> int:
        at, end = 0, len(data)
        while at + HEADER.size <= end:
            length, _, kind = HEADER.unpack_from(data, at)
            if length > MAX_PAYLOAD:
                self.torn = True
                break
            after = at + HEADER.size + length
            if after > end:
                break
            if kind in _ENDINGS and not self._note_ending(data[at:after]):
                self.torn = True
                break
            at = after
        return at

    def _note_ending(self, data: bytes) -> bool:
        try:
            for record in read_records(data):
                self.endings[record.kind] = unpack_json(record.payload)
        except JournalDamaged:
            return False
        return True

    def mend(self) -> bool:
        """Cut off what a killed writer or a full disk left of a record. Whether anything had to be cut.

        Only when nobody writes any more. Afterwards everything up to the end of the file is whole.
        """
        self.read_on()
        try:
            size = self.path.stat().st_size
        except FileNotFoundError:
            return False
        if not self.torn and self.offset == size:
            return False
        good = _good_length(self.path)
        os.truncate(self.path, good)
        self.forget()
        self.read_on()
        return True


def _good_length(path: Path) -> int:
    """How many bytes from the start are records with right checksums."""
    good, window = 0, _STRETCH
    with path.open("rb") as journal:
        while True:
            start = good
            journal.seek(start)
            data = journal.read(window)
            try:
                for record in read_records(data, start):
                    good = record.end
            except JournalDamaged:
                return good
            if len(data) < window:
                return good
            window = _next_window(window, good > start)


def _next_window(window: int, passed: bool) -> int:
    """How many bytes to read next: more each time as long as not one record was whole in them."""
    return _STRETCH if passed or window < _STRETCH else 2 * window
