"""Logs: every byte once, in its place, and pages that do not cut letters."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import Connection, func, select, update

from deepforge.core.errors import Damaged
from deepforge.store import logs
from deepforge.store.database import Database
from deepforge.store.logs import CHUNK_BYTES, LogStretch, whole_letters
from deepforge.store.tables import log_chunks
from tests.store.seed import Seeded, add_run


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    with database.write() as found:
        yield found


@pytest.fixture
def seeded(connection: Connection) -> Seeded:
    return add_run(connection)


def test_a_log_is_read_as_it_was_written(connection: Connection, seeded: Seeded) -> None:
    logs.append(connection, seeded.job, 1, 0, b"first\n")
    logs.append(connection, seeded.job, 1, 6, b"second\n")
    assert logs.page(connection, seeded.job, 1, 0, 1000) == LogStretch(0, b"first\nsecond\n", 13)
    assert logs.page(connection, seeded.job, 1, 6, 3) == LogStretch(6, b"sec", 13)
    assert logs.page(connection, seeded.job, 1, 13, 10) == LogStretch(13, b"", 13)
    assert logs.page(connection, seeded.job, 1, 99, 10) == LogStretch(13, b"", 13)
    assert logs.page(connection, seeded.job, 2, 0, 10) == LogStretch(0, b"", 0)
    assert logs.size(connection, seeded.job, 1) == 13


def test_bytes_that_come_again_are_not_kept_twice(connection: Connection, seeded: Seeded) -> None:
    logs.append(connection, seeded.job, 1, 0, b"0123456789")
    logs.append(connection, seeded.job, 1, 0, b"0123456789")
    logs.append(connection, seeded.job, 1, 4, b"456789abc")
    logs.append(connection, seeded.job, 1, 2, b"23")
    assert logs.page(connection, seeded.job, 1, 0, 100).data == b"0123456789abc"


def test_bytes_behind_a_gap_are_refused(connection: Connection, seeded: Seeded) -> None:
    logs.append(connection, seeded.job, 1, 0, b"0123")
    with pytest.raises(Damaged, match="4 bytes cannot go on at byte 5"):
        logs.append(connection, seeded.job, 1, 5, b"5")
    assert logs.page(connection, seeded.job, 1, 0, 100).data == b"0123"


@pytest.mark.parametrize("piece", [7, 999, CHUNK_BYTES, 3 * CHUNK_BYTES + 1])
def test_pieces_of_any_size_become_chunks_of_a_good_one(
    connection: Connection, seeded: Seeded, piece: int
) -> None:
    whole = bytes(place * 7 % 251 for place in range(min(5 * CHUNK_BYTES, 300 * piece)))
    for start in range(0, len(whole), piece):
        logs.append(connection, seeded.job, 1, start, whole[start : start + piece])
    sizes = connection.execute(select(log_chunks.c.size).order_by(log_chunks.c.offset)).scalars().all()
    assert max(sizes) <= CHUNK_BYTES
    assert len(sizes) <= len(whole) / CHUNK_BYTES * 2 + 1
    read, at = b"", 0
    while at < len(whole):
        page = logs.page(connection, seeded.job, 1, at, 50_000)
        read, at = read + page.data, page.next
    assert read == whole


def test_attempts_have_logs_of_their_own(connection: Connection, seeded: Seeded) -> None:
    logs.append(connection, seeded.job, 1, 0, b"first try")
    logs.append(connection, seeded.job, 2, 0, b"second")
    assert logs.page(connection, seeded.job, 1, 0, 100).data == b"first try"
    assert logs.page(connection, seeded.job, 2, 0, 100).data == b"second"


def test_a_negative_offset_counts_from_the_end(connection: Connection, seeded: Seeded) -> None:
    logs.append(connection, seeded.job, 1, 0, b"0123456789")
    assert logs.page(connection, seeded.job, 1, -3, 100) == LogStretch(7, b"789", 10)
    assert logs.page(connection, seeded.job, 1, -100, 4) == LogStretch(0, b"0123", 10)


def test_letters_are_not_cut_by_pages(connection: Connection, seeded: Seeded) -> None:
    text = "aé€😀z"
    logs.append(connection, seeded.job, 1, 0, text.encode())
    read, at = "", 0
    while at < len(text.encode()):
        page = logs.page(connection, seeded.job, 1, at, 4)
        read, at = read + page.data.decode(), page.next
    assert read == text
    assert logs.page(connection, seeded.job, 1, -3, 100).data.decode() == "z"


def test_bytes_that_are_no_text_still_move_on(connection: Connection, seeded: Seeded) -> None:
    data = b"\xff\xf0\x80\xc3" * 20
    logs.append(connection, seeded.job, 1, 0, data)
    read, at = b"", 0
    while at < len(data):
        page = logs.page(connection, seeded.job, 1, at, 3)
        assert page.data
        read, at = read + page.data, page.next
    assert read == data


@given(some.text(), some.integers(0, 50))
def test_what_is_cut_within_a_letter_loses_only_that_letter(text: str, cut: int) -> None:
    data = text.encode()[:cut]
    assert data[: whole_letters(data)].decode() == data.decode(errors="ignore")


def test_a_damaged_stretch_is_said_to_be(connection: Connection, seeded: Seeded) -> None:
    logs.append(connection, seeded.job, 1, 0, b"0123")
    connection.execute(update(log_chunks).values(data=b"not compressed"))
    with pytest.raises(Damaged, match="cannot be read"):
        logs.page(connection, seeded.job, 1, 0, 10)
    assert connection.execute(select(func.count()).select_from(log_chunks)).scalar_one() == 1
