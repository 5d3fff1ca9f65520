"""The folder of blobs: whole or not there, never copied, safe to do twice."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from blake3 import blake3

from deepforge.core.errors import BlobDamaged, NoSpace
from deepforge.core.ids import Digest
from deepforge.worker import blob_folder
from deepforge.worker.blob_folder import BlobFolder, as_no_space, hash_file


def digest_of(data: bytes) -> Digest:
    return Digest(blake3(data).hexdigest())


@pytest.fixture
def folder(tmp_path: Path) -> BlobFolder:
    return BlobFolder(tmp_path / "blobs")


@pytest.mark.parametrize("size", [0, 1, 5_000_000])
def test_a_file_becomes_a_blob_without_being_copied(folder: BlobFolder, tmp_path: Path, size: int) -> None:
    source = tmp_path / "output"
    source.write_bytes(b"x" * size)
    kept = folder.keep_file(source)
    assert (kept.digest, kept.size, kept.new) == (digest_of(b"x" * size), size, True)
    assert (kept.path.stat().st_ino, kept.path.stat().st_mode & 0o777) == (source.stat().st_ino, 0o444)
    assert folder.has(kept.digest, size)


def test_keeping_a_file_twice_is_keeping_it_once(folder: BlobFolder, tmp_path: Path) -> None:
    source = tmp_path / "output"
    source.write_bytes(b"data")
    first = folder.keep_file(source)
    assert (folder.keep_file(source), first.new) == (type(first)(first.digest, 4, first.path, False), True)


@pytest.mark.parametrize("way", ["file", "bytes", "raced"])
def test_what_is_kept_again_counts_as_kept_just_now(
    folder: BlobFolder, tmp_path: Path, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    blob = folder.keep_bytes(b"data").path
    source = tmp_path / "output"
    source.write_bytes(b"data")
    os.utime(blob, (0, 0))
    if way == "bytes":
        folder.keep_bytes(b"data")
    elif way == "file":
        folder.keep_file(source)
    else:
        answers = iter([False, True])  # another thread keeps it between the look and the link
        monkeypatch.setattr(BlobFolder, "has", lambda *_: next(answers))
        folder.keep_file(source)
    assert blob.stat().st_mtime > 0


def test_a_file_with_another_name_is_copied_and_left_as_it_is(folder: BlobFolder, tmp_path: Path) -> None:
    mine, given = tmp_path / "mine", tmp_path / "output"
    mine.write_bytes(b"data")
    mine.chmod(0o644)
    os.link(mine, given)
    kept = folder.keep_file(given)
    assert (mine.stat().st_mode & 0o777, mine.stat().st_nlink, kept.new) == (0o644, 2, True)
    mine.write_bytes(b"DATA")
    assert folder.read(kept.digest) == b"data"
    assert kept.path.stat().st_mode & 0o777 == 0o444


def test_a_file_that_is_written_to_meanwhile_is_refused(
    folder: BlobFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "output"
    source.write_bytes(b"data")

    def hash_and_write(path: Path) -> tuple[Digest, int]:
        found = hash_file(path)
        path.write_bytes(b"others")
        return found

    monkeypatch.setattr(blob_folder, "hash_file", hash_and_write)
    with pytest.raises(BlobDamaged, match="output was written to"):
        folder.keep_file(source)
    assert not folder.has(digest_of(b"data"))


def test_blobs_are_swept_that_nobody_has_used_for_a_day(folder: BlobFolder) -> None:
    kept = {name: folder.keep_bytes(name.encode()) for name in ("new", "old", "claimed", "used")}
    for name in ("old", "claimed", "used"):
        os.utime(kept[name].path, (0, 0))
    torn = folder.root / ".incoming" / "torn"
    torn.write_bytes(b"da")
    os.utime(torn, (0, 0))
    assert folder.claim(kept["claimed"].digest, 7)
    assert not folder.claim(kept["old"].digest, 99)
    folder.sweep(lambda: {kept["used"].digest})
    assert {name for name, blob in kept.items() if folder.has(blob.digest)} == {"new", "claimed", "used"}
    assert not torn.exists()


def test_what_is_not_there_cannot_be_claimed_and_sweeping_nothing_is_fine(folder: BlobFolder) -> None:
    folder.sweep(set)
    assert not folder.claim(digest_of(b"data"))


def test_the_same_bytes_from_two_files_are_one_blob(folder: BlobFolder, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).write_bytes(b"data")
    assert folder.keep_file(tmp_path / "one").path == folder.keep_file(tmp_path / "two").path
    assert folder.read(digest_of(b"data")) == b"data"


def test_a_blob_torn_by_a_power_cut_is_replaced(folder: BlobFolder, tmp_path: Path) -> None:
    torn = folder.path(digest_of(b"data"))
    torn.parent.mkdir(parents=True)
    torn.write_bytes(b"da")
    source = tmp_path / "output"
    source.write_bytes(b"data")
    assert folder.keep_file(source).new
    assert torn.read_bytes() == b"data"


def test_without_hard_links_a_file_is_copied_whole(
    folder: BlobFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EXDEV, "across devices")

    monkeypatch.setattr(os, "link", refuse)
    source = tmp_path / "output"
    source.write_bytes(b"data")
    kept = folder.keep_file(source)
    assert (kept.path.read_bytes(), kept.path.stat().st_mode & 0o777) == (b"data", 0o444)
    assert list((folder.root / ".incoming").iterdir()) == []


def test_bytes_are_kept_and_read_back(folder: BlobFolder) -> None:
    kept = folder.keep_bytes(b"manifest")
    assert (folder.read(kept.digest), kept.new, folder.keep_bytes(b"manifest").new) == (
        b"manifest",
        True,
        False,
    )


def test_what_comes_with_another_digest_is_not_taken(folder: BlobFolder) -> None:
    with pytest.raises(BlobDamaged, match="are other bytes"):
        folder.receive(digest_of(b"right"), [b"wro", b"ng"])
    assert not folder.has(digest_of(b"right"))
    assert list((folder.root / ".incoming").iterdir()) == []


def test_what_breaks_off_leaves_nothing(folder: BlobFolder) -> None:
    def broken() -> object:
        yield b"half"
        raise OSError(errno.ENOSPC, "full")

    with pytest.raises(NoSpace, match="The disk is full"):
        folder.receive(digest_of(b"whole"), broken())  # type: ignore[arg-type]
    assert list((folder.root / ".incoming").iterdir()) == []


def test_damage_is_noticed_when_a_blob_is_read(folder: BlobFolder) -> None:
    kept = folder.keep_bytes(b"manifest")
    kept.path.chmod(0o644)
    kept.path.write_bytes(b"manifesT")
    with pytest.raises(BlobDamaged, match="holds other bytes"):
        folder.read(kept.digest)
    with pytest.raises(BlobDamaged, match="cannot be read"):
        folder.read(digest_of(b"missing"))


def test_small_and_large_files_are_hashed_alike(tmp_path: Path) -> None:
    for size in (10, (1 << 20) - 1, 1 << 20, 3_000_000):
        path = tmp_path / str(size)
        path.write_bytes(b"ab" * (size // 2))
        assert hash_file(path) == (digest_of(path.read_bytes()), path.stat().st_size)


def test_only_a_full_disk_is_called_one() -> None:
    other = OSError(errno.EACCES, "no")
    assert as_no_space(other, "write") is other
    assert isinstance(as_no_space(OSError(errno.EDQUOT, "quota"), "write"), NoSpace)
