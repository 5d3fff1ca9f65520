"""Blobs.

Named by their digest, whole or not there, and never trusted without a look when they come from afar.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from blake3 import blake3

from deepforge.core.errors import BadInput, BlobDamaged, NoSpace, NotFound, TooLarge
from deepforge.core.ids import Digest
from deepforge.store.blobs import Blobs, Collected, hash_file
from deepforge.testing.memory_storage import MemoryStorage
from tests.support.disk import small_disk

DATA = b"some bytes"
DIGEST = Digest(blake3(DATA).hexdigest())


def files_of(blobs: Blobs) -> list[Path]:
    """Every file in the folder, the temporary ones too."""
    return [path for path in blobs.directory.rglob("*") if path.is_file()]


@pytest.fixture
def storage() -> MemoryStorage:
    return MemoryStorage()


@pytest.fixture
def backed(tmp_path: Path, storage: MemoryStorage) -> Blobs:
    """Blobs with a storage behind them."""
    return Blobs(tmp_path / "backed", storage)


def test_bytes_are_kept_under_their_digest_and_cannot_be_written_to(blobs: Blobs) -> None:
    assert blobs.put_bytes(DATA) == DIGEST
    path = blobs.path(DIGEST)
    assert path == blobs.directory / DIGEST[:2] / DIGEST
    assert path.read_bytes() == DATA
    assert stat.S_IMODE(path.stat().st_mode) == 0o444
    assert files_of(blobs) == [path]
    assert (blobs.has(DIGEST), blobs.size(DIGEST), blobs.read(DIGEST)) == (True, len(DATA), DATA)


def test_the_same_bytes_again_leave_the_file_alone(blobs: Blobs) -> None:
    blobs.put_bytes(DATA)
    before = blobs.path(DIGEST).stat().st_ino
    assert blobs.put_bytes(DATA) == DIGEST
    assert blobs.put_stream([DATA]) == (DIGEST, len(DATA))
    assert blobs.path(DIGEST).stat().st_ino == before


def test_a_file_is_copied(blobs: Blobs, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(DATA)
    assert blobs.put_file(source) == (DIGEST, len(DATA))
    assert source.read_bytes() == DATA
    source.write_bytes(b"changed")
    assert blobs.read(DIGEST) == DATA


def test_a_file_that_is_linked_is_the_blob_without_a_copy(blobs: Blobs, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(DATA)
    assert blobs.put_file(source, link=True) == (DIGEST, len(DATA))
    assert blobs.path(DIGEST).samefile(source)
    assert stat.S_IMODE(blobs.path(DIGEST).stat().st_mode) == 0o444
    source.unlink()
    assert blobs.read(DIGEST) == DATA


def test_a_linked_file_that_is_already_kept_stays_its_own(blobs: Blobs, tmp_path: Path) -> None:
    blobs.put_bytes(DATA)
    source = tmp_path / "source"
    source.write_bytes(DATA)
    assert blobs.put_file(source, link=True) == (DIGEST, len(DATA))
    assert not blobs.path(DIGEST).samefile(source)


def test_a_linked_file_takes_the_place_of_a_blob_that_was_cut(blobs: Blobs, tmp_path: Path) -> None:
    blobs.put_bytes(DATA)
    blobs.path(DIGEST).chmod(0o644)
    blobs.path(DIGEST).write_bytes(DATA[:1])
    source = tmp_path / "source"
    source.write_bytes(DATA)
    assert blobs.put_file(source, link=True) == (DIGEST, len(DATA))
    assert blobs.read(DIGEST) == DATA


def test_what_a_symbolic_link_leads_to_is_copied(blobs: Blobs, tmp_path: Path) -> None:
    source, link = tmp_path / "source", tmp_path / "link"
    source.write_bytes(DATA)
    link.symlink_to(source)
    blobs.put_file(link, link=True)
    assert not blobs.path(DIGEST).is_symlink()
    assert not blobs.path(DIGEST).samefile(source)


def test_a_file_of_another_disk_is_copied(blobs: Blobs, tmp_path: Path) -> None:
    with small_disk(tmp_path / "other", megabytes=1) as other:
        source = other / "source"
        source.write_bytes(DATA)
        assert blobs.put_file(source, link=True) == (DIGEST, len(DATA))
    assert blobs.read(DIGEST) == DATA
    assert len(files_of(blobs)) == 1


def test_bytes_that_come_in_pieces_are_kept_when_all_have_come(blobs: Blobs) -> None:
    assert blobs.put_stream([b"some ", b"", b"bytes"], expected=DIGEST) == (DIGEST, len(DATA))
    assert blobs.read(DIGEST) == DATA


def test_bytes_with_another_digest_than_was_said_are_refused(blobs: Blobs) -> None:
    with pytest.raises(BadInput, match="digest"):
        blobs.put_stream([b"other bytes"], expected=DIGEST)
    assert files_of(blobs) == []


def test_more_bytes_than_are_allowed_are_refused(blobs: Blobs) -> None:
    assert blobs.put_stream([DATA], limit=len(DATA)) == (DIGEST, len(DATA))
    with pytest.raises(TooLarge, match="10 bytes"):
        blobs.put_stream([DATA, b"!"], limit=10)
    assert files_of(blobs) == [blobs.path(DIGEST)]


def test_bytes_whose_sender_breaks_off_leave_nothing(blobs: Blobs) -> None:
    def broken() -> Iterator[bytes]:
        yield DATA
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        blobs.put_stream(broken())
    assert files_of(blobs) == []


def test_no_bytes_at_all_are_a_blob_too(blobs: Blobs) -> None:
    digest = blobs.put_bytes(b"")
    assert (blobs.size(digest), blobs.read(digest)) == (0, b"")


def test_reading_may_begin_anywhere(blobs: Blobs) -> None:
    blobs.put_bytes(DATA)
    with blobs.open(DIGEST, 10**20) as file:
        assert file.read() == b""
    with blobs.open(DIGEST, 5) as file:
        assert file.read() == b"bytes"


def test_a_blob_that_is_gone_is_said_to_be(blobs: Blobs) -> None:
    assert not blobs.has(DIGEST)
    for ask in (blobs.path, blobs.open, blobs.read, blobs.size, blobs.verify):
        with pytest.raises(BlobDamaged, match="is gone"):
            ask(DIGEST)


@pytest.mark.parametrize(
    "name", ["", "../../etc/passwd", "AB" * 32, DIGEST + "0", DIGEST[:-1] + "\n", "/" * 64]
)
def test_what_is_no_digest_names_no_blob(blobs: Blobs, name: str) -> None:
    for ask in (blobs.path, blobs.open, blobs.has, blobs.size, blobs.delete):
        with pytest.raises(NotFound):
            ask(Digest(name))


def damage(path: Path, data: bytes) -> None:
    path.chmod(0o644)
    path.write_bytes(data)


def test_a_flipped_bit_is_found_when_the_bytes_are_read_whole(blobs: Blobs) -> None:
    blobs.put_bytes(DATA)
    assert blobs.verify(DIGEST) == len(DATA)
    damage(blobs.path(DIGEST), b"some bytez")
    with pytest.raises(BlobDamaged, match="is damaged"):
        blobs.read(DIGEST)
    with pytest.raises(BlobDamaged, match="is damaged"):
        blobs.verify(DIGEST)


def test_a_cut_blob_is_made_whole_by_putting_it_again(blobs: Blobs) -> None:
    blobs.put_bytes(DATA)
    damage(blobs.path(DIGEST), DATA[:4])
    with pytest.raises(BlobDamaged):
        blobs.read(DIGEST)
    blobs.put_bytes(DATA)
    assert blobs.read(DIGEST) == DATA


def test_a_full_disk_keeps_nothing_half_and_works_again_when_there_is_space(tmp_path: Path) -> None:
    large = os.urandom(3 * 1024 * 1024)
    source = tmp_path / "source"
    source.write_bytes(large)
    with small_disk(tmp_path / "disk", megabytes=2) as disk:
        blobs = Blobs(disk / "blobs")
        for put in (
            lambda: blobs.put_bytes(large),
            lambda: blobs.put_file(source),
            lambda: blobs.put_file(source, link=True),
            lambda: blobs.put_stream([large]),
        ):
            with pytest.raises(NoSpace, match="is full") as caught:
                put()
            assert "Free some space" in (caught.value.hint or "")
            assert files_of(blobs) == []
        assert source.exists()
        assert blobs.read(blobs.put_bytes(DATA)) == DATA


def test_many_threads_may_put_the_same_bytes_at_once(blobs: Blobs) -> None:
    data = os.urandom(200_000)
    with ThreadPoolExecutor(8) as pool:
        digests = set(pool.map(lambda _: blobs.put_bytes(data), range(32)))
    assert len(digests) == 1
    assert files_of(blobs) == [blobs.path(digests.pop())]


def test_with_a_storage_every_blob_is_in_both_places(
    backed: Blobs, storage: MemoryStorage, tmp_path: Path
) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"linked")
    backed.put_bytes(DATA)
    linked, _ = backed.put_file(source, link=True)
    assert storage.content == {f"{DIGEST[:2]}/{DIGEST}": DATA, f"{linked[:2]}/{linked}": b"linked"}
    assert {path.name for path in files_of(backed)} == {DIGEST, linked}


def test_a_blob_that_only_the_storage_has_is_fetched(backed: Blobs, storage: MemoryStorage) -> None:
    storage.content[f"{DIGEST[:2]}/{DIGEST}"] = DATA
    assert (backed.has(DIGEST), backed.size(DIGEST)) == (True, len(DATA))
    assert files_of(backed) == []
    assert backed.path(DIGEST).read_bytes() == DATA
    assert stat.S_IMODE(backed.path(DIGEST).stat().st_mode) == 0o444


@pytest.mark.parametrize("damaged", [b"", DATA[:-1], b"some bytez", DATA + b"!"])
def test_what_comes_damaged_from_the_storage_is_refused(
    backed: Blobs, storage: MemoryStorage, damaged: bytes
) -> None:
    storage.content[f"{DIGEST[:2]}/{DIGEST}"] = damaged
    with pytest.raises(BlobDamaged, match="is damaged"):
        backed.path(DIGEST)
    assert files_of(backed) == []


def test_a_blob_that_the_storage_has_lost_is_put_there_again(backed: Blobs, storage: MemoryStorage) -> None:
    backed.put_bytes(DATA)
    storage.content.clear()
    backed.put_bytes(DATA)
    assert list(storage.content.values()) == [DATA]


def test_deleting_takes_the_blob_from_both_places(backed: Blobs, storage: MemoryStorage) -> None:
    backed.put_bytes(DATA)
    backed.delete(DIGEST)
    backed.delete(DIGEST)
    assert (backed.has(DIGEST), storage.content, files_of(backed)) == (False, {}, [])


def test_collecting_removes_what_nobody_keeps(blobs: Blobs) -> None:
    kept = blobs.put_bytes(b"kept")
    blobs.put_bytes(DATA)
    assert sorted(blobs.older(grace=-1)) == sorted([kept, DIGEST])
    assert blobs.collect([DIGEST, Digest("0" * 64)], grace=-1) == Collected(1, len(DATA))
    assert list(blobs.digests()) == [kept]


def test_collecting_spares_what_was_put_a_moment_ago(blobs: Blobs) -> None:
    blobs.put_bytes(DATA)
    assert list(blobs.older(grace=60)) == []
    assert blobs.collect([DIGEST], grace=60) == Collected(0, 0)
    assert blobs.has(DIGEST)


def changed(path: Path) -> int:
    return path.stat().st_ctime_ns


def wait_for_the_clock_of_files(path: Path) -> None:
    """Until a file that is touched now has another time than this one."""
    clock = path.with_name("clock")
    clock.touch()
    while changed(clock) <= changed(path):
        os.utime(clock)
    clock.unlink()


@pytest.mark.parametrize("way", ["bytes", "file", "stream", "renewed"])
def test_what_is_put_again_counts_as_put_just_now(blobs: Blobs, tmp_path: Path, way: str) -> None:
    path = blobs.path(blobs.put_bytes(DATA))
    (tmp_path / "file").write_bytes(DATA)
    before = changed(path)
    wait_for_the_clock_of_files(path)
    if way == "bytes":
        blobs.put_bytes(DATA)
    elif way == "file":
        blobs.put_file(tmp_path / "file")
    elif way == "stream":
        blobs.put_stream([DATA])
    else:
        assert blobs.renew(DIGEST)
        assert not blobs.renew(Digest("0" * 64))
    assert changed(path) > before


def test_a_file_with_another_name_is_copied_and_keeps_its_rights(blobs: Blobs, tmp_path: Path) -> None:
    mine, given = tmp_path / "mine", tmp_path / "given"
    mine.write_bytes(DATA)
    mine.chmod(0o644)
    os.link(mine, given)
    blobs.put_file(given, link=True)
    assert mine.stat().st_mode & 0o777 == 0o644
    mine.write_bytes(b"changed")
    assert blobs.read(DIGEST) == DATA


def test_collecting_removes_what_a_dead_process_left_unfinished_yesterday(blobs: Blobs) -> None:
    blobs.put_bytes(DATA)
    old, new = blobs.directory / "temporary" / "old", blobs.directory / "temporary" / "new"
    old.write_bytes(b"half")
    new.write_bytes(b"half")
    os.utime(old, (0, 0))
    blobs.sweep(grace=60)
    assert (old.exists(), new.exists(), blobs.has(DIGEST)) == (False, True, True)


def test_sweeping_removes_what_a_dead_worker_left_half_gathered(blobs: Blobs) -> None:
    incoming = blobs.directory / ".incoming"
    incoming.mkdir(parents=True)
    for name, age in (("old", 61), ("new", 0)):
        (incoming / name).write_bytes(b"half")
        os.utime(incoming / name, (time.time() - age, time.time() - age))
    blobs.sweep(grace=60)
    assert [path.name for path in incoming.iterdir()] == ["new"]


@pytest.mark.parametrize("size", [0, 1, 4096, 1024 * 1024 + 1, 9 * 1024 * 1024])
def test_the_digest_of_a_file_is_that_of_its_bytes(tmp_path: Path, size: int) -> None:
    data = (bytes(range(251)) * (size // 251 + 1))[:size]
    path = tmp_path / "file"
    path.write_bytes(data)
    assert hash_file(path) == (blake3(data).hexdigest(), size)
