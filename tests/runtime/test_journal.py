"""The journal: whole records come back, whatever happens to the file."""

from __future__ import annotations

import errno
import math
import os
import resource
import signal
import struct
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deepforge.runtime.journal import (
    EXIT,
    FIGURE,
    HEADER,
    MAX_PAYLOAD,
    NOTE,
    POINT,
    SERIES,
    STARTED,
    Journal,
    JournalDamaged,
    Record,
    frame,
    frame_json,
    pack_figure,
    read_records,
    seal,
    series_key,
    unpack_figure,
    unpack_json,
    unpack_point,
    unpack_series,
    whole_length,
)


@pytest.fixture
def small(tmp_path: Path) -> bytes:
    """The bytes of a journal with a record of every shape."""
    journal = Journal(tmp_path / "small")
    journal.append(frame_json(STARTED, {"pid": 1}))
    journal.point(("loss", "accuracy"), 1.0, 100.0, (0.5, 0.25))
    journal.point(("loss", "accuracy"), 2.0, 101.0, (0.4, 0.75))
    journal.append(frame(FIGURE, pack_figure({"figure": "f"}, {"image/png": b"png", "text/plain": b""})))
    journal.append(frame(NOTE, b""))
    journal.append(frame_json(EXIT, {"code": 0}))
    journal.close()
    return (tmp_path / "small").read_bytes()


def read_until_damage(data: bytes) -> tuple[list[Record], bool]:
    records: list[Record] = []
    try:
        for record in read_records(data):
            records.append(record)  # noqa: PERF402 — the loop may raise
    except JournalDamaged:
        return records, True
    return records, False


def test_what_is_written_is_read_in_order(small: bytes) -> None:
    records = list(read_records(small))
    assert [record.kind for record in records] == [STARTED, SERIES, POINT, POINT, FIGURE, NOTE, EXIT]
    assert unpack_json(records[0].payload) == {"pid": 1}
    assert unpack_series(records[1].payload) == (series_key(("loss", "accuracy")), ["loss", "accuracy"])
    assert unpack_point(records[3].payload) == (series_key(("loss", "accuracy")), 2.0, 101.0, (0.4, 0.75))
    assert unpack_figure(records[4].payload) == ({"figure": "f"}, {"image/png": b"png", "text/plain": b""})
    assert records[-1].end == len(small) == whole_length(small)


def test_reading_may_start_behind_any_record_and_counts_from_there(small: bytes) -> None:
    whole = list(read_records(small))
    for number, record in enumerate(whole):
        assert list(read_records(small[record.end :], record.end)) == whole[number + 1 :]


def test_a_journal_cut_at_any_byte_gives_all_records_before_the_cut(small: bytes) -> None:
    whole = list(read_records(small))
    for length in range(len(small) + 1):
        expected = [record for record in whole if record.end <= length]
        assert read_until_damage(small[:length]) == (expected, False)
        assert whole_length(small[:length]) == (expected[-1].end if expected else 0)


def test_a_journal_with_any_bit_flipped_gives_all_records_before_it_and_invents_none(small: bytes) -> None:
    whole = list(read_records(small))
    for place in range(len(small)):
        for bit in range(8):
            damaged = bytearray(small)
            damaged[place] ^= 1 << bit
            records, noticed = read_until_damage(bytes(damaged))
            expected = [record for record in whole if record.end <= place]
            assert records == expected
            # A length that grew looks like a record that is still being written: what is behind is not read.
            in_length = place - (expected[-1].end if expected else 0) < 4
            assert noticed or in_length


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_noise_is_never_a_record(noise: bytes) -> None:
    for record in read_until_damage(noise)[0]:
        assert frame(record.kind, record.payload) in noise


def test_zeros_behind_the_end_are_damage(small: bytes) -> None:
    records, noticed = read_until_damage(small + bytes(64))
    assert (records, noticed) == (list(read_records(small)), True)


def test_a_record_over_the_limit_is_refused_by_the_writer_and_damage_to_the_reader() -> None:
    with pytest.raises(ValueError, match="limit"):
        frame(NOTE, bytes(MAX_PAYLOAD + 1))
    claimed = HEADER.pack(MAX_PAYLOAD + 1, 0, NOTE)
    with pytest.raises(JournalDamaged, match="claims"):
        list(read_records(claimed))


def test_a_kind_that_is_not_known_is_given_all_the_same() -> None:
    assert [record.kind for record in read_records(frame(200, b"later") + frame(NOTE, b""))] == [200, NOTE]


def test_a_set_of_metrics_is_announced_once_by_each_process(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal")
    for x in range(3):
        journal.point(("a",), x, 0.0, (1.0,))
    journal.point(("b", "a"), 0, 0.0, (1.0, math.nan))
    journal.close()
    kinds = [record.kind for record in read_records((tmp_path / "journal").read_bytes())]
    assert kinds == [SERIES, POINT, POINT, POINT, SERIES, POINT]


def test_the_same_names_have_the_same_key_in_every_process_and_other_names_another() -> None:
    program = "from deepforge.runtime.journal import series_key; print(series_key(('loss', 'accuracy')))"
    other = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert int(other.stdout) == series_key(("loss", "accuracy"))
    names = [("loss", "accuracy"), ("accuracy", "loss"), ("loss",), ("lossaccuracy",), ("loss,accuracy",), ()]
    assert len({series_key(each) for each in names}) == len(names)


def test_threads_and_forked_children_write_at_once_and_every_record_stays_whole(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    journal = Journal(path)
    children, threads, records = 3, 3, 200

    def write(process: int, thread: int) -> None:
        name = f"{process}.{thread}"
        for x in range(records):
            journal.point((name,), x, 0.0, (float(x),))
            journal.append(frame(NOTE, name.encode() * (x % 50)))

    def write_from_threads(process: int) -> None:
        workers = [threading.Thread(target=write, args=(process, thread)) for thread in range(threads)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()

    pids = []
    for process in range(1, children + 1):
        pid = os.fork()
        if pid == 0:
            write_from_threads(process)
            os._exit(0)
        pids.append(pid)
    write_from_threads(0)
    assert [os.waitpid(pid, 0)[1] for pid in pids] == [0] * children

    series: dict[int, str] = {}
    points: dict[str, list[float]] = {}
    for record in read_records(path.read_bytes()):
        if record.kind == SERIES:
            key, (name,) = unpack_series(record.payload)
            series[key] = name
        elif record.kind == POINT:
            key, x, _, _ = unpack_point(record.payload)
            points.setdefault(series[key], []).append(x)
    everyone = [f"{process}.{thread}" for process in range(children + 1) for thread in range(threads)]
    assert points == {name: [float(x) for x in range(records)] for name in everyone}


def test_a_record_whose_call_returned_survives_kill_9(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    program = f"""
import os, signal
from deepforge.runtime.journal import Journal
journal = Journal({str(path)!r})
for x in range(100):
    journal.point(("loss",), x, 0.0, (0.5,))
os.kill(os.getpid(), signal.SIGKILL)
"""
    ended = subprocess.run([sys.executable, "-c", program], check=False)
    assert ended.returncode == -signal.SIGKILL
    assert [record.kind for record in read_records(path.read_bytes())] == [SERIES] + [POINT] * 100


class ShortWrites:
    """A disk that takes a few bytes at a time, and from some point on none."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, room: int, step: int) -> None:
        self.room, self.step, self.write = room, step, os.write
        monkeypatch.setattr(os, "write", self)

    def __call__(self, descriptor: int, data: bytes) -> int:
        if self.room == 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        taken = self.write(descriptor, data[: min(self.step, self.room)])
        self.room -= taken
        return taken


@pytest.mark.parametrize("step", [1, 7, 20])
def test_short_writes_are_completed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int) -> None:
    journal = Journal(tmp_path / "journal")
    ShortWrites(monkeypatch, room=10_000, step=step)
    journal.point(("a", "b"), 1.0, 2.0, (3.0, 4.0))
    journal.append(frame_json(NOTE, {"text": "x" * 100}))
    assert [record.kind for record in read_records((tmp_path / "journal").read_bytes())] == [
        SERIES,
        POINT,
        NOTE,
    ]


@pytest.mark.parametrize("room", range(0, 120, 7))
def test_a_record_that_does_not_fit_is_raised_and_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, room: int
) -> None:
    journal = Journal(tmp_path / "journal")
    journal.append(frame_json(NOTE, {}))
    before = (tmp_path / "journal").read_bytes()
    ShortWrites(monkeypatch, room, step=10)
    with pytest.raises(OSError, match="No space left"):
        journal.append(frame_json(NOTE, {"text": "x" * 120}))
    assert (tmp_path / "journal").read_bytes() == before


def test_a_point_that_does_not_fit_is_raised_and_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = Journal(tmp_path / "journal")
    journal.point(("a",), 1.0, 2.0, (3.0,))
    before = (tmp_path / "journal").read_bytes()
    disk = ShortWrites(monkeypatch, room=11, step=100)
    with pytest.raises(OSError, match="No space left"):
        journal.point(("a",), 2.0, 2.0, (3.0,))
    assert (tmp_path / "journal").read_bytes() == before
    disk.room = 1000
    journal.point(("a",), 3.0, 2.0, (3.0,))
    assert [record.kind for record in read_records((tmp_path / "journal").read_bytes())] == [
        SERIES,
        POINT,
        POINT,
    ]


def test_what_another_process_wrote_behind_a_torn_record_is_not_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal, other = Journal(tmp_path / "journal"), Journal(tmp_path / "journal")
    write = os.write
    calls = iter([5])

    def torn(descriptor: int, data: bytes) -> int:
        if descriptor != journal.descriptor:
            return write(descriptor, data)
        for length in calls:
            written = write(descriptor, data[:length])
            other.append(frame(NOTE, b"other"))
            return written
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "write", torn)
    with pytest.raises(OSError, match="No space left"):
        journal.append(frame(NOTE, b"mine"))
    assert (tmp_path / "journal").read_bytes() == frame(NOTE, b"mine")[:5] + frame(NOTE, b"other")


def test_a_limit_on_the_size_of_files_is_met_like_a_full_disk(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    pid = os.fork()
    if pid == 0:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
        journal = Journal(path)
        try:
            while True:
                journal.point(("loss", "accuracy"), 1.0, 2.0, (3.0, 4.0))
        except OSError as error:
            os._exit(0 if error.errno == errno.EFBIG else 1)
    assert os.waitpid(pid, 0)[1] == 0
    content = path.read_bytes()
    assert whole_length(content) == len(content) > 900


def test_sealing_cuts_off_a_torn_tail_and_tells_what_is_there(tmp_path: Path, small: bytes) -> None:
    path = tmp_path / "journal"
    whole = list(read_records(small))
    for length in range(len(small) + 1):
        path.write_bytes(small[:length])
        kinds = seal(path)
        stays = [record for record in whole if record.end <= length]
        assert kinds == {record.kind for record in stays}
        assert path.read_bytes() == small[: stays[-1].end if stays else 0]


def test_sealing_cuts_at_damage_so_that_what_is_appended_can_be_read(tmp_path: Path, small: bytes) -> None:
    path = tmp_path / "journal"
    whole = list(read_records(small))
    damaged = bytearray(small)
    damaged[whole[3].end + 12] ^= 1
    path.write_bytes(damaged)
    seal(path)
    journal = Journal(path)
    journal.append(frame_json(EXIT, {"code": None}))
    journal.close()
    assert [record.kind for record in read_records(path.read_bytes())] == [
        STARTED,
        SERIES,
        POINT,
        POINT,
        EXIT,
    ]


def test_sealing_what_is_not_there_or_empty_finds_nothing(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    assert seal(tmp_path / "empty") == seal(tmp_path / "missing") == frozenset()
    assert not (tmp_path / "missing").exists()


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\1",
        struct.pack("<I", 100) + b"{}",
        struct.pack("<I", 2) + b"{}",
        struct.pack("<I", 4) + b"null",
        struct.pack("<I", 22) + b'{"parts":[["a", "b"]]}',
        pack_figure({"figure": "f"}, {"image/png": b"png"})[:-1],
        pack_figure({"figure": "f"}, {"image/png": b"png"}) + b"x",
    ],
)
def test_a_figure_whose_parts_do_not_add_up_is_damaged(payload: bytes) -> None:
    with pytest.raises(JournalDamaged, match="figure"):
        unpack_figure(payload)


@pytest.mark.parametrize("payload", [b"", b"[1]", b"{", b"\xff"])
def test_json_that_is_no_object_is_damaged(payload: bytes) -> None:
    with pytest.raises(JournalDamaged, match="JSON"):
        unpack_json(payload)
