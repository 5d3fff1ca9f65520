"""Lines of logs: any of them by number, and searched, without reading more than is shown."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from sqlalchemy import Connection

from deepforge.core.run import CutLine, LogMatch, LogMatches
from deepforge.store import log_lines, logs
from deepforge.store.database import Database
from deepforge.store.log_lines import LONGEST_LINE, SEARCHED_BYTES, FoundLines
from deepforge.store.logs import CHUNK_BYTES, LogEnd
from tests.store.seed import Seeded, add_run


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    with database.write() as found:
        yield found


@pytest.fixture
def seeded(connection: Connection) -> Seeded:
    return add_run(connection)


def write(connection: Connection, seeded: Seeded, data: bytes, piece: int = 1 << 20) -> None:
    for start in range(0, len(data), piece):
        logs.append(connection, seeded.job, 1, start, data[start : start + piece])


def read(connection: Connection, seeded: Seeded, first: int = 0, most: int = 2000) -> FoundLines:
    return log_lines.lines(connection, seeded.job, 1, first, most)


def find(connection: Connection, seeded: Seeded, text: str, first: int = 0, most: int = 100) -> LogMatches:
    return log_lines.search(connection, seeded.job, 1, text, first, most, case=False)


@pytest.mark.parametrize("piece", [1000, CHUNK_BYTES, 10**6])
def test_any_line_is_found_by_its_number(connection: Connection, seeded: Seeded, piece: int) -> None:
    chance = random.Random(5)
    texts = ["".join(chance.choices("abc é", k=chance.choice([0, 1, 30, 200]))) for _ in range(3000)]
    write(connection, seeded, "\n".join(texts).encode() + b"\n", piece)
    assert log_lines.count(connection, seeded.job, 1) == 3000
    for first in (0, 1, 2, 499, 1234, 2990, 2999):
        assert read(connection, seeded, first, 25) == FoundLines(tuple(texts[first : first + 25]), ())
    assert read(connection, seeded, 3000) == FoundLines((), ())
    assert read(connection, seeded, 9999) == FoundLines((), ())


def test_a_line_that_still_grows_counts(connection: Connection, seeded: Seeded) -> None:
    assert log_lines.count(connection, seeded.job, 1) == 0
    assert read(connection, seeded) == FoundLines((), ())
    assert logs.append(connection, seeded.job, 1, 0, b"one\ntw") == LogEnd(6, 1)
    assert log_lines.count(connection, seeded.job, 1) == 2
    assert read(connection, seeded) == FoundLines(("one", "tw"), ())
    assert logs.append(connection, seeded.job, 1, 6, b"o\n") == LogEnd(8, 2)
    assert log_lines.count(connection, seeded.job, 1) == 2
    assert read(connection, seeded, 1) == FoundLines(("two",), ())


def test_empty_lines_are_lines(connection: Connection, seeded: Seeded) -> None:
    write(connection, seeded, b"\n\n\nx\n" + b"\n" * CHUNK_BYTES)
    assert read(connection, seeded, 0, 4).lines == ("", "", "", "x")
    assert read(connection, seeded, CHUNK_BYTES + 3, 9).lines == ("",)
    assert log_lines.count(connection, seeded.job, 1) == CHUNK_BYTES + 4


@pytest.mark.parametrize("ended", [True, False])
@pytest.mark.parametrize("size", [LONGEST_LINE, LONGEST_LINE + 1, CHUNK_BYTES, 10 * CHUNK_BYTES + 5])
def test_a_long_line_is_cut_and_its_length_told(
    connection: Connection, seeded: Seeded, size: int, *, ended: bool
) -> None:
    write(connection, seeded, b"before\n" + b"x" * size + (b"\nafter\n" if ended else b""))
    shown = ("before", "x" * min(size, LONGEST_LINE)) + (("after",) if ended else ())
    cut = (CutLine(1, size),) if size > LONGEST_LINE else ()
    assert read(connection, seeded) == FoundLines(shown, cut)
    assert read(connection, seeded, 1, 1) == FoundLines(shown[1:2], cut)
    if ended:
        assert read(connection, seeded, 2) == FoundLines(("after",), ())


def test_of_a_very_long_line_hardly_anything_is_read(
    connection: Connection, seeded: Seeded, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(connection, seeded, b"x" * (10 << 20) + b"\nafter\n")
    read_chunks = []
    unpack = logs.unpack
    monkeypatch.setattr(logs, "unpack", lambda data: read_chunks.append(1) or unpack(data))
    assert read(connection, seeded).cut == (CutLine(0, 10 << 20),)
    assert len(read_chunks) < 20


@pytest.mark.parametrize("updates", [10, 1000, 40_000])
@pytest.mark.parametrize("ended", [True, False])
def test_a_progress_bar_is_shown_as_it_stands(
    connection: Connection, seeded: Seeded, updates: int, *, ended: bool
) -> None:
    bar = b"".join(b"\r%6d of %d" % (number, updates) for number in range(1, updates + 1))
    write(connection, seeded, b"start\n" + bar + (b"\nend\n" if ended else b""))
    assert read(connection, seeded, 1, 1) == FoundLines((f"{updates:6d} of {updates}",), ())
    assert find(connection, seeded, f"{updates} of").matches[0].line == 1
    assert find(connection, seeded, " 1 of").matches == ()


def test_an_answer_of_long_lines_is_short_but_never_empty(connection: Connection, seeded: Seeded) -> None:
    write(connection, seeded, (b"x" * 15_000 + b"\n") * 200)
    found = len(read(connection, seeded).lines)
    assert 60 < found < 80
    assert len(read(connection, seeded, 199).lines) == 1


def test_a_letter_is_not_cut(connection: Connection, seeded: Seeded) -> None:
    write(connection, seeded, b"x" + "é".encode() * LONGEST_LINE)
    assert set(read(connection, seeded).lines[0]) == {"x", "é"}


def test_lines_that_have_a_text_are_found(connection: Connection, seeded: Seeded) -> None:
    write(connection, seeded, "One\ntwo ONE one\n\nthree\n\x1b[31mo\x1b[0mne\nlast óne".encode())
    assert find(connection, seeded, "one") == LogMatches(
        (LogMatch(0, "One", 0), LogMatch(1, "two ONE one", 4), LogMatch(4, "one", 0)), None
    )
    assert log_lines.search(connection, seeded.job, 1, "ONE", 0, 9, case=True).matches == (
        LogMatch(1, "two ONE one", 4),
    )
    assert find(connection, seeded, "ÓNE").matches == (LogMatch(5, "last óne", 5),)
    assert find(connection, seeded, "one", first=1, most=1) == LogMatches((LogMatch(1, "two ONE one", 4),), 2)
    assert find(connection, seeded, "one", first=2).matches == (LogMatch(4, "one", 0),)
    assert find(connection, seeded, "one", first=77) == LogMatches((), None)


def test_what_is_found_far_in_a_line_is_shown_with_what_stands_around_it(
    connection: Connection, seeded: Seeded
) -> None:
    write(connection, seeded, b"a" * 5000 + b"needle" + b"b" * 5000 + b"\n")
    (match,) = find(connection, seeded, "needle").matches
    assert match.text[match.at : match.at + 6] == "needle"
    assert len(match.text) < 500


def test_one_call_looks_through_so_much_and_says_where_to_go_on(
    connection: Connection, seeded: Seeded
) -> None:
    line = b"%07d " + b"x" * 91 + b"\n"
    number = 3 * SEARCHED_BYTES // 100
    write(connection, seeded, b"".join(line % place for place in range(number)))
    calls, found, at = 0, [], 0
    while at is not None:
        page = find(connection, seeded, "77 x", at)
        calls, at = calls + 1, page.next
        found += [match.line for match in page.matches]
    assert found == [place for place in range(number) if place % 100 == 77]
    assert calls > 3


def test_a_line_longer_than_one_call_looks_through_does_not_stop_it(
    connection: Connection, seeded: Seeded
) -> None:
    write(connection, seeded, b"x" * (3 * SEARCHED_BYTES) + b"\nneedle\n")
    first = find(connection, seeded, "needle")
    assert first == LogMatches((), 1)
    assert find(connection, seeded, "needle", 1) == LogMatches((LogMatch(1, "needle", 0),), None)
