"""Reading a journal that grows, and mending one whose writer was killed."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

from deepforge.runtime.journal import (
    EXIT,
    FIGURE,
    NOTE,
    POINT,
    PUBLISHED,
    RESULT,
    frame,
    frame_json,
    read_records,
)
from deepforge.worker.journal_reader import JournalReader


def append(path: Path, data: bytes) -> None:
    with path.open("ab") as file:
        file.write(data)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal"


def test_a_journal_that_is_not_there_yet_is_empty(path: Path) -> None:
    reader = JournalReader(path)
    assert (reader.read_on(), reader.offset, reader.mend(), reader.exit) == (False, 0, False, None)


def test_only_whole_records_count(path: Path) -> None:
    whole = frame(POINT, b"point") + frame_json(RESULT, {"outputs": []})
    reader = JournalReader(path)
    for end in range(len(whole) + 1):
        path.write_bytes(whole[:end])
        reader.read_on()
        first = len(frame(POINT, b"point"))
        assert reader.offset == (len(whole) if end == len(whole) else first if end >= first else 0)
    assert reader.result == {"outputs": []}


def test_endings_are_known_as_they_come(path: Path) -> None:
    reader = JournalReader(path)
    append(path, frame_json(RESULT, {"outputs": [1]}))
    assert (reader.read_on(), reader.result, reader.exit) == (True, {"outputs": [1]}, None)
    append(path, frame_json(EXIT, {"code": 0}))
    append(path, frame_json(EXIT, {"code": 0, "reason": "lost"}) + frame_json(PUBLISHED, {"outputs": []}))
    assert (reader.read_on(), reader.exit, reader.published) == (
        True,
        {"code": 0, "reason": "lost"},
        {"outputs": []},
    )
    assert reader.read_on() is False


def test_a_record_longer_than_a_stretch_is_passed(path: Path) -> None:
    reader = JournalReader(path)
    append(path, frame(FIGURE, b"p" * (9 << 20)) + frame_json(EXIT, {"code": 0}))
    assert (reader.read_on(), reader.exit) == (True, {"code": 0})


@pytest.mark.parametrize("cut", [1, 5, 9, 30])
def test_what_a_killed_writer_left_of_a_record_is_cut_off(path: Path, cut: int) -> None:
    good = frame_json(NOTE, {"text": "a"}) + frame(POINT, b"point")
    append(path, good + frame(POINT, b"x" * 40)[:cut])
    reader = JournalReader(path)
    assert (reader.mend(), path.read_bytes()) == (True, good)
    append(path, frame_json(EXIT, {"code": 0}))
    assert (reader.read_on(), reader.exit, reader.mend()) == (True, {"code": 0}, False)


@pytest.mark.parametrize("cut", [1, 5, 9, 30])
def test_what_was_written_behind_a_torn_record_goes_with_it(path: Path, cut: int) -> None:
    good = frame(POINT, b"point")
    append(path, good + frame(POINT, b"x" * 40)[:cut] + frame_json(EXIT, {"code": 0, "reason": None}))
    reader = JournalReader(path)
    reader.mend()
    assert [record.kind for record in read_records(path.read_bytes())] == [POINT]
    assert (path.read_bytes(), reader.exit) == (good, None)


def test_a_long_journal_is_mended_piece_by_piece(path: Path) -> None:
    records = [frame(POINT, b"p" * (1 << 20)) for _ in range(24)]
    damaged = bytearray(records[20])
    damaged[-1] ^= 1
    append(path, b"".join([*records[:20], bytes(damaged), *records[21:], b"\xff" * 100]))
    tracemalloc.start()
    try:
        mended = JournalReader(path).mend()
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (mended, path.read_bytes()) == (True, b"".join(records[:20]))
    assert most < 10 << 20


def test_a_length_that_cannot_be_is_damage_not_a_long_record(path: Path) -> None:
    append(path, frame(POINT, b"point") + b"\xff" * 100)
    reader = JournalReader(path)
    reader.read_on()
    assert (reader.torn, reader.mend(), reader.offset) == (True, True, len(frame(POINT, b"point")))


def test_an_ending_with_a_wrong_checksum_is_not_believed(path: Path) -> None:
    record = bytearray(frame_json(EXIT, {"code": 0}))
    record[-2] ^= 1
    append(path, bytes(record))
    reader = JournalReader(path)
    reader.read_on()
    assert (reader.exit, reader.torn) == (None, True)
