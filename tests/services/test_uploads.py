"""Uploads: taken up where they broke off, finished as artifacts, given up when nobody comes back."""

from __future__ import annotations

import errno
import os
import resource
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import update

from deepforge.core.artifact import DIRECTORY, MANIFEST
from deepforge.core.errors import BadInput, Conflict, NoSpace, NotFound, TooLarge, WrongOffset
from deepforge.core.ids import ProjectId, UploadId
from deepforge.core.manifest import decode_manifest
from deepforge.core.upload import FolderPart, Upload
from deepforge.core.user import Caller
from deepforge.services import identity, uploads
from deepforge.services.house import House
from deepforge.store import tables


def whole(house: House, caller: Caller, project: ProjectId, name: str, data: bytes) -> Upload:
    upload = uploads.begin(house, caller, project, name, len(data))
    return uploads.receive(house, caller, upload.id, 0, [data])


def test_a_file_comes_piece_by_piece_and_becomes_a_version(
    house: House, caller: Caller, project: ProjectId
) -> None:
    upload = uploads.begin(house, caller, project, "weights.npy", 6)
    assert (upload.received, uploads.listing(house, caller, project)) == (0, (upload,))
    assert uploads.receive(house, caller, upload.id, 0, [b"ab", b"c"]).received == 3
    with pytest.raises(Conflict, match="3 bytes are missing"):
        uploads.finish(house, caller, upload.id, "weights")
    assert uploads.receive(house, caller, upload.id, 3, [b"def"]).received == 6
    version = uploads.finish(house, caller, upload.id, "weights")
    assert (version.name, version.version, version.type, version.codec, version.size) == (
        "weights",
        1,
        "numpy.ndarray",
        "npy",
        6,
    )
    assert house.blobs.read(version.digest) == b"abcdef"
    assert uploads.listing(house, caller) == ()
    assert list((house.data.home / "uploads").iterdir()) == []


def test_what_came_before_the_connection_broke_counts(
    house: House, caller: Caller, project: ProjectId
) -> None:
    upload = uploads.begin(house, caller, project, "a.bin", 6)

    def broken() -> Iterator[bytes]:
        yield b"abc"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        uploads.receive(house, caller, upload.id, 0, broken())
    assert uploads.show(house, caller, upload.id).received == 3
    with pytest.raises(WrongOffset) as caught:
        uploads.receive(house, caller, upload.id, 0, [b"abcdef"])
    assert caught.value.received == 3
    with (house.data.home / "uploads" / upload.id).open("ab") as file:
        file.write(b"written, but the server died before it noted so")
    uploads.receive(house, caller, upload.id, 3, [b"def"])
    assert house.blobs.read(uploads.finish(house, caller, upload.id, "a").digest) == b"abcdef"


def test_what_a_full_disk_did_not_take_is_sent_again(
    house: House, caller: Caller, project: ProjectId
) -> None:
    data = os.urandom(3_000_000)
    chunks = [data[at : at + 100_000] for at in range(0, len(data), 100_000)]
    upload = uploads.begin(house, caller, project, "a.bin", len(data))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_998_000, before[1]))
    try:
        with pytest.raises(NoSpace):
            uploads.receive(house, caller, upload.id, 0, chunks)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    came = uploads.show(house, caller, upload.id).received
    assert came == 2_998_000
    uploads.receive(house, caller, upload.id, came, [data[came:]])
    assert house.blobs.read(uploads.finish(house, caller, upload.id, "a").digest) == data


def test_what_is_not_surely_on_the_disk_does_not_count(
    house: House, caller: Caller, project: ProjectId, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = uploads.begin(house, caller, project, "a.bin", 6)
    uploads.receive(house, caller, upload.id, 0, [b"abc"])

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", full)
        with pytest.raises(NoSpace):
            uploads.receive(house, caller, upload.id, 3, [b"def"])
    assert uploads.show(house, caller, upload.id).received == 3


def test_a_json_file_is_of_the_type_of_its_value(house: House, caller: Caller, project: ProjectId) -> None:
    def kind(name: str, data: bytes) -> tuple[str, str]:
        upload = whole(house, caller, project, name, data)
        version = uploads.finish(house, caller, upload.id, name.partition(".")[0])
        return version.type, version.codec

    assert kind("a.json", b"[1]") == ("list", "json")
    assert kind("b.json", b"not JSON") == ("bytes", "bytes")
    assert kind("c.pt", b"x") == ("torch", "torch")
    assert kind("d.tar.gz", b"x") == ("bytes", "bytes")


def test_several_files_become_a_folder(house: House, caller: Caller, project: ProjectId) -> None:
    one = whole(house, caller, project, "one.txt", b"one")
    two = whole(house, caller, project, "two.txt", b"two")
    parts = (FolderPart("one.txt", one.id), FolderPart("inner/two.txt", two.id))
    version = uploads.finish_folder(house, caller, project, "texts", parts)
    assert (version.type, version.codec) == (DIRECTORY, MANIFEST)
    files = decode_manifest(house.blobs.read(version.digest))
    assert {path: house.blobs.read(entry.digest) for path, entry in files.items()} == {
        "inner/two.txt": b"two",
        "one.txt": b"one",
    }
    assert uploads.listing(house, caller) == ()


def test_a_folder_has_plain_paths_each_once_and_whole_files(
    house: House, caller: Caller, project: ProjectId
) -> None:
    one = whole(house, caller, project, "one.txt", b"one")
    half = uploads.begin(house, caller, project, "half.txt", 5)

    def refused(*parts: FolderPart) -> type[Exception]:
        with pytest.raises((BadInput, Conflict, NotFound)) as caught:
            uploads.finish_folder(house, caller, project, "texts", parts)
        return caught.type

    assert refused() is refused(FolderPart("../one.txt", one.id)) is BadInput
    assert refused(FolderPart("a", one.id), FolderPart("a", one.id)) is BadInput
    assert refused(FolderPart("a", one.id), FolderPart("b", half.id)) is Conflict
    assert refused(FolderPart("a", UploadId("0" * 26))) is NotFound
    assert uploads.show(house, caller, one.id).received == 3


def test_a_file_may_be_called_as_macos_calls_it(house: House, caller: Caller, project: ProjectId) -> None:
    name = "Screenshot 10.00.00\u202fAM 👩\u200d🔬.png"
    version = uploads.finish_folder(
        house, caller, project, "pictures", (FolderPart(name, whole(house, caller, project, name, b"x").id),)
    )
    assert list(decode_manifest(house.blobs.read(version.digest))) == [name]


def test_one_upload_is_not_two_files_of_a_folder_and_nothing_is_lost_by_asking(
    house: House, caller: Caller, project: ProjectId
) -> None:
    one = whole(house, caller, project, "one.txt", b"one")
    twice = (FolderPart("a", one.id), FolderPart("b", one.id))
    with pytest.raises(BadInput, match="one upload"):
        uploads.finish_folder(house, caller, project, "texts", twice)
    assert uploads.finish(house, caller, one.id, "text").size == 3


def test_an_upload_that_is_being_sent_is_no_part_of_a_folder_yet(
    house: House, caller: Caller, project: ProjectId
) -> None:
    one = whole(house, caller, project, "one.txt", b"one")

    def meanwhile() -> Iterator[bytes]:
        with pytest.raises(Conflict, match="coming already"):
            uploads.finish_folder(house, caller, project, "texts", (FolderPart("a", one.id),))
        yield b""

    assert uploads.receive(house, caller, one.id, 3, meanwhile()).received == 3


def test_what_cannot_be_an_upload_is_refused_before_a_byte_comes(
    house: House, caller: Caller, project: ProjectId
) -> None:
    with pytest.raises(BadInput):
        uploads.begin(house, caller, project, "a\0b", 1)
    with pytest.raises(BadInput):
        uploads.begin(house, caller, project, "a", -1)
    with pytest.raises(NotFound):
        uploads.begin(house, caller, ProjectId("0" * 26), "a", 1)
    with pytest.raises(NoSpace):
        uploads.begin(house, caller, project, "a", 1 << 60)
    upload = uploads.begin(house, caller, project, "a", 2)
    with pytest.raises(TooLarge):
        uploads.receive(house, caller, upload.id, 0, [b"abc"])
    assert uploads.show(house, caller, upload.id).received == 0
    with pytest.raises(NotFound):
        uploads.show(house, caller, UploadId("../../etc/passwd"))


def test_only_one_request_at_a_time_brings_bytes(house: House, caller: Caller, project: ProjectId) -> None:
    upload = uploads.begin(house, caller, project, "a", 2)

    def meanwhile() -> Iterator[bytes]:
        with pytest.raises(Conflict, match="coming already"):
            uploads.receive(house, caller, upload.id, 0, [b"x"])
        yield b"ab"

    assert uploads.receive(house, caller, upload.id, 0, meanwhile()).received == 2


def test_an_upload_belongs_to_who_began_it(house: House, caller: Caller, project: ProjectId) -> None:
    upload = uploads.begin(house, caller, project, "a", 2)
    stranger = Caller(identity.owner(house).user.replace("0", "1"), "stranger", caller.permissions)  # type: ignore[arg-type]
    with pytest.raises(NotFound):
        uploads.receive(house, stranger, upload.id, 0, [b"ab"])


def test_a_finish_that_is_refused_can_be_asked_for_again(
    house: House, caller: Caller, project: ProjectId
) -> None:
    upload = whole(house, caller, project, "list.txt", b"no list of files")
    with pytest.raises(BadInput):
        uploads.finish(house, caller, upload.id, "list", DIRECTORY, MANIFEST)
    version = uploads.finish(house, caller, upload.id, "list")
    assert house.blobs.read(version.digest) == b"no list of files"
    assert list((house.data.home / "uploads").iterdir()) == []


def test_an_upload_that_began_long_ago_is_kept_while_bytes_come(
    house: House, caller: Caller, project: ProjectId
) -> None:
    upload = uploads.begin(house, caller, project, "large", 6)
    uploads.receive(house, caller, upload.id, 0, [b"abc"])
    with house.writing() as ledger:
        ledger.connection.execute(update(tables.uploads).values(created="2020-01-01T00:00:00.000Z"))
    assert uploads.forget_abandoned(house) == 0
    os.utime(house.data.home / "uploads" / upload.id, (0, 0))
    assert uploads.forget_abandoned(house) == 1


def test_uploads_that_nobody_finishes_are_given_up(house: House, caller: Caller, project: ProjectId) -> None:
    upload = whole(house, caller, project, "a", b"abc")
    (house.data.home / "uploads" / ("0" * 26)).write_bytes(b"whose row was lost")
    assert uploads.forget_abandoned(house) == 0
    assert [file.name for file in (house.data.home / "uploads").iterdir()] == [upload.id]
    assert uploads.forget_abandoned(house, kept=-1) == 1
    assert list((house.data.home / "uploads").iterdir()) == []
    other = uploads.begin(house, caller, project, "b", 1)
    uploads.cancel(house, caller, other.id)
    assert uploads.listing(house, caller) == ()


def test_a_large_file_is_never_held_in_memory(tmp_path: Path) -> None:
    program = textwrap.dedent(
        """
        import resource, sys
        from pathlib import Path
        from dataclasses import replace
        from deepforge.core.settings import Settings
        from deepforge.services import downloads, identity, projects, uploads
        from deepforge.services.house import open_house
        from deepforge.store.data_directory import DataDirectory

        home = Path(sys.argv[1])
        data = DataDirectory(home)
        data.prepare()
        (data.projects / "p").mkdir()
        with open_house(replace(Settings(), home=home), data) as house:
            caller = identity.owner(house)
            project = projects.find(house, caller, "p").id
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            size = 256 << 20
            upload = uploads.begin(house, caller, project, "large.bin", size)
            chunk = bytes(1 << 20)
            uploads.receive(house, caller, upload.id, 0, (chunk for _ in range(size >> 20)))
            version = uploads.finish(house, caller, upload.id, "large")
            stream, found = downloads.open(house, version)
            while stream.read(1 << 20):
                pass
            grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        assert found == size
        print(grown)
        """
    )
    told = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "large")], capture_output=True, text=True, check=True
    )
    assert int(told.stdout) < 64 << 10, "KiB that the process grew by"
