"""Archives: unpacked with care, whoever made them."""

from __future__ import annotations

import gzip
import io
import os
import stat
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from deepforge.core.errors import BadInput, TooLarge
from deepforge.store import archives
from deepforge.store.archives import Unpacked, unpack

FILES = {"pipelines/train.yaml": b"nodes: {}\n", "operations/a.py": b"def a():\n    pass\n"}
Pack = Callable[[Path, dict[str, bytes]], Path]


def zipped(folder: Path, files: dict[str, bytes]) -> Path:
    archive = folder / "archive"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as out:
        for path, data in files.items():
            out.writestr(path, data)
    return archive


def tarred(folder: Path, files: dict[str, bytes], mode: str = "w:gz") -> Path:
    archive = folder / "archive"
    with tarfile.open(archive, mode) as out:  # type: ignore[call-overload]
        for path, data in files.items():
            entry = tarfile.TarInfo(path)
            entry.size = len(data)
            out.addfile(entry, io.BytesIO(data))
    return archive


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "folder"
    found.mkdir()
    return found


def content(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


packs = pytest.mark.parametrize("pack", [zipped, tarred])


@packs
def test_an_archive_is_unpacked(tmp_path: Path, folder: Path, pack: Pack) -> None:
    assert unpack(pack(tmp_path, FILES), folder) == Unpacked(None, ())
    assert content(folder) == FILES


@pytest.mark.parametrize("mode", ["w", "w:bz2", "w:xz"])
def test_tar_files_may_be_compressed_in_any_way(tmp_path: Path, folder: Path, mode: str) -> None:
    unpack(tarred(tmp_path, FILES, mode), folder)
    assert content(folder) == FILES


@packs
def test_folders_around_everything_are_taken_off(tmp_path: Path, folder: Path, pack: Pack) -> None:
    found = unpack(pack(tmp_path, {f"./main/digits/{path}": data for path, data in FILES.items()}), folder)
    assert (found.name, content(folder)) == ("digits", FILES)


@packs
@pytest.mark.parametrize(
    "path", ["../evil.py", "/etc/evil", "a/../../evil", "C:/evil", "a\\..\\evil", "a//b", "x" * 500]
)
def test_a_name_that_would_leave_the_folder_refuses_all(
    tmp_path: Path, folder: Path, pack: Pack, path: str
) -> None:
    if pack is zipped and "\\" in path:
        pytest.skip("zipfile itself writes slashes")
    with pytest.raises(BadInput, match="no path inside a folder"):
        unpack(pack(tmp_path, {path: b"", **FILES}), folder)
    assert content(folder) == {}


@packs
def test_repositories_environments_and_caches_are_left_out(tmp_path: Path, folder: Path, pack: Pack) -> None:
    more = {".git/config": b"[core]\nfsmonitor = evil\n", "utils/__pycache__/a.pyc": b"", "__MACOSX/a": b""}
    found = unpack(pack(tmp_path, {**FILES, **more}), folder)
    assert (content(folder), set(found.skipped)) == (FILES, set(more))


def test_links_and_devices_are_left_out_and_named(tmp_path: Path, folder: Path) -> None:
    archive = tmp_path / "archive"
    with tarfile.open(archive, "w:gz") as out:
        for name, kind in (
            ("link", tarfile.SYMTYPE),
            ("hard", tarfile.LNKTYPE),
            ("device", tarfile.CHRTYPE),
            ("pipe", tarfile.FIFOTYPE),
        ):
            entry = tarfile.TarInfo(name)
            entry.type, entry.linkname = kind, "/etc/passwd"
            out.addfile(entry)
        entry = tarfile.TarInfo("link/inside.py")  # through the link, if it were made
        out.addfile(entry)
    found = unpack(archive, folder)
    assert found.skipped == ("link", "hard", "device", "pipe")
    assert not any(path.is_symlink() for path in folder.rglob("*"))


def test_a_link_in_a_zip_file_is_left_out(tmp_path: Path, folder: Path) -> None:
    archive = zipped(tmp_path, FILES)
    with zipfile.ZipFile(archive, "a") as out:
        entry = zipfile.ZipInfo("link")
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        out.writestr(entry, "/etc/passwd")
    assert unpack(archive, folder).skipped == ("link",)


def test_only_the_right_to_be_run_is_kept(tmp_path: Path, folder: Path) -> None:
    archive = tmp_path / "archive"
    with tarfile.open(archive, "w") as out:
        for name, mode in (("tool", 0o4755), ("text", 0o666)):
            entry = tarfile.TarInfo(name)
            entry.mode = mode
            out.addfile(entry)
    unpack(archive, folder)
    assert [stat.S_IMODE(os.stat(folder / name).st_mode) for name in ("tool", "text")] == [0o755, 0o644]


@packs
def test_a_bomb_is_stopped_while_it_goes_off(
    tmp_path: Path, folder: Path, pack: Pack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "LARGEST", 1 << 20)
    archive = pack(tmp_path, {"zeros": bytes(8 << 20)})
    assert archive.stat().st_size < 20_000
    with pytest.raises(TooLarge, match="unpacks to more than"):
        unpack(archive, folder)
    assert sum(len(data) for data in content(folder).values()) <= 1 << 20


@packs
def test_too_many_files_are_refused(
    tmp_path: Path, folder: Path, pack: Pack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "MOST_FILES", 10)
    with pytest.raises(TooLarge, match="more than 10 files"):
        unpack(pack(tmp_path, {f"f{number}": b"" for number in range(11)}), folder)


def test_a_header_of_a_gigabyte_is_not_read_into_memory(tmp_path: Path, folder: Path) -> None:
    entry = tarfile.TarInfo("long")
    entry.type, entry.size = tarfile.XHDTYPE, 1 << 30
    archive = tmp_path / "archive"
    archive.write_bytes(gzip.compress(entry.tobuf(tarfile.USTAR_FORMAT) + bytes(1 << 20)))
    with pytest.raises(TooLarge, match="larger than any real one"):
        unpack(archive, folder)


@pytest.mark.parametrize(
    "data", [b"", b"no archive", b"PK\x03\x04 and then nothing", b"\x1f\x8b\x08 broken", bytes(1024)]
)
def test_what_is_no_archive_is_told(tmp_path: Path, folder: Path, data: bytes) -> None:
    archive = tmp_path / "archive"
    archive.write_bytes(data)
    with pytest.raises(BadInput) as caught:
        unpack(archive, folder)
    assert caught.value.hint


@packs
def test_an_archive_that_was_cut_off_is_damaged(tmp_path: Path, folder: Path, pack: Pack) -> None:
    archive = pack(tmp_path, {"random": os.urandom(100_000)})
    archive.write_bytes(archive.read_bytes()[:60_000])
    with pytest.raises(BadInput, match="damaged"):
        unpack(archive, folder)


@pytest.mark.parametrize("broken", [b"BZh9" + bytes(100), b"BZh91AY&SY" + b"x" * 200])
def test_a_broken_bzip2_file_is_damaged(tmp_path: Path, folder: Path, broken: bytes) -> None:
    archive = tmp_path / "archive"
    archive.write_bytes(broken)
    with pytest.raises(BadInput, match="damaged"):
        unpack(archive, folder)


def test_an_archive_with_a_password_says_so(tmp_path: Path, folder: Path) -> None:
    archive = zipped(tmp_path, {"a.py": b"secret"})
    data = bytearray(archive.read_bytes())
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + flags] |= 1
    archive.write_bytes(data)
    with pytest.raises(BadInput, match="encrypted"):
        unpack(archive, folder)


@packs
def test_a_name_that_no_disk_takes_is_refused(tmp_path: Path, folder: Path, pack: Pack) -> None:
    with pytest.raises(BadInput, match="no path inside a folder"):
        unpack(pack(tmp_path, {"é" * 200: b"", **FILES}), folder)


@packs
def test_entries_that_are_left_out_are_counted_too(
    tmp_path: Path, folder: Path, pack: Pack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "_MOST_ENTRIES", 10)
    with pytest.raises(TooLarge, match="more than 10 entries"):
        unpack(pack(tmp_path, {f".git/{number}": b"" for number in range(11)}), folder)


def test_the_directory_of_a_zip_file_is_not_read_in_one_piece(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "_LONGEST_READ", 70_000)
    with pytest.raises(TooLarge, match="larger than any real one"):
        unpack(zipped(tmp_path, {f"f{number}": b"" for number in range(2000)}), folder)
