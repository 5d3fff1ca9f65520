"""Workspaces: code laid out once, inputs read where they lie, nothing half there."""

from __future__ import annotations

import errno
import json
import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from deepforge.core.artifact import DIRECTORY, MANIFEST
from deepforge.core.errors import BlobDamaged, NoSpace, NotFound
from deepforge.core.ids import Digest
from deepforge.core.manifest import FileEntry, encode_manifest
from deepforge.core.messages import InputSpec
from deepforge.worker.attempt import Keepsake, make_folder, new_attempt
from deepforge.worker.blob_folder import BlobFolder
from deepforge.worker.workspace import (
    furnish,
    is_ready,
    lay_out_code,
    make_room,
    remove_code,
    set_aside_code,
)
from tests.worker.test_shipping import JOB, a_lease


@pytest.fixture
def blobs(tmp_path: Path) -> BlobFolder:
    return BlobFolder(tmp_path / "blobs")


@pytest.fixture
def codes(tmp_path: Path) -> Path:
    folder = tmp_path / "code"
    folder.mkdir()
    return folder


def snapshot(blobs: BlobFolder, files: dict[str, bytes]) -> Digest:
    kept = {path: blobs.keep_bytes(data) for path, data in files.items()}
    entries = {path: FileEntry(blob.digest, blob.size) for path, blob in kept.items()}
    return blobs.keep_bytes(encode_manifest(entries)).digest


def nowhere(digest: Digest) -> None:
    raise NotFound(f"There is no blob {digest}.")


FILES = {"operations/train.py": b"class Train: ...", "utils/x.py": b"", "deepforge.toml": b"name = 'x'"}


def test_a_snapshot_is_laid_out_as_it_was(blobs: BlobFolder, codes: Path) -> None:
    folder = lay_out_code(codes, snapshot(blobs, FILES), blobs, nowhere)
    found = {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }
    assert found == FILES
    assert {path.stat().st_mode & 0o222 for path in folder.rglob("*") if path.is_file()} == {0}


def test_a_job_that_writes_to_its_code_does_not_reach_the_blobs(blobs: BlobFolder, codes: Path) -> None:
    folder = lay_out_code(codes, snapshot(blobs, FILES), blobs, nowhere)
    (folder / "utils" / "x.py").chmod(0o644)
    (folder / "utils" / "x.py").write_bytes(b"changed")
    assert blobs.read(blobs.keep_bytes(b"").digest) == b""


def test_an_empty_project_is_an_empty_folder(blobs: BlobFolder, codes: Path) -> None:
    assert list(lay_out_code(codes, snapshot(blobs, {}), blobs, nowhere).iterdir()) == []


def test_what_is_missing_is_fetched(tmp_path: Path, codes: Path) -> None:
    there, here = BlobFolder(tmp_path / "there"), BlobFolder(tmp_path / "here")
    digest = snapshot(there, FILES)
    fetched: list[Digest] = []

    def fetch(wanted: Digest) -> None:
        fetched.append(wanted)
        here.receive(wanted, [there.read(wanted)])

    lay_out_code(codes, digest, here, fetch)
    assert (len(fetched), fetched[0]) == (4, digest)


def test_what_cannot_be_fetched_leaves_nothing_behind(blobs: BlobFolder, codes: Path) -> None:
    digest = snapshot(blobs, FILES)
    blobs.path(blobs.keep_bytes(b"class Train: ...").digest).unlink()
    with pytest.raises(NotFound):
        lay_out_code(codes, digest, blobs, nowhere)
    with pytest.raises(BlobDamaged):
        lay_out_code(codes, digest, blobs, lambda _digest: None)
    assert list(codes.iterdir()) == []


def test_a_full_disk_leaves_nothing_behind(
    blobs: BlobFolder, codes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = snapshot(blobs, FILES)
    copied: list[object] = []

    def second_is_too_much(source: object, target: Path) -> None:
        copied.append(source)
        target.write_bytes(b"half")
        if len(copied) == 2:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(shutil, "copyfile", second_is_too_much)
    with pytest.raises(NoSpace):
        lay_out_code(codes, digest, blobs, nowhere)
    assert list(codes.iterdir()) == []


def nothing(given: InputSpec) -> tuple[Path, dict[str, Any]]:
    raise AssertionError(f"{given.codec} is one blob")


def test_the_child_is_told_the_call_and_where_its_inputs_lie(
    tmp_path: Path, blobs: BlobFolder, codes: Path
) -> None:
    data = blobs.keep_bytes(b"[1]")
    lease = a_lease()
    inputs = {"images": InputSpec(data.digest, 3, "list", "json"), "labels": None}
    lease = replace(lease, spec=replace(lease.spec, inputs=inputs, attributes={"epochs": 3, "name": None}))
    attempt = new_attempt(tmp_path / "jobs", lease)
    make_folder(attempt)
    furnish(attempt, codes, blobs, nothing)
    furnish(attempt, codes, blobs, nothing)  # again, as after a restart
    (told,) = attempt.folder.iterdir()
    content = json.loads(told.read_text())
    assert msgspec.convert(content.pop("keepsake"), Keepsake) == Keepsake(lease)
    assert content == {
        "format": 1,
        "job": JOB,
        "fence": 1,
        "name": "train",
        "operation": {"module": "operations.train", "name": "Train", "form": "class"},
        "attributes": {"epochs": 3, "name": None},
        "enumerations": {},
        "references": {},
        "inputs": {"images": {"file": str(data.path), "type": "list", "codec": "json"}, "labels": None},
        "outputs": ["model"],
        "code": str(codes / ("0" * 64)),
        "seed": None,
    }


def test_an_input_that_was_laid_out_is_seen_under_its_own_name(
    tmp_path: Path, blobs: BlobFolder, codes: Path
) -> None:
    place = tmp_path / "materials" / "0a1b"
    place.mkdir(parents=True)
    lease = a_lease()
    inputs = {"images": InputSpec(Digest("0a1b"), 3, DIRECTORY, MANIFEST)}
    attempt = new_attempt(tmp_path / "jobs", replace(lease, spec=replace(lease.spec, inputs=inputs)))
    make_folder(attempt)
    for _ in range(2):  # the second time as after a restart
        furnish(attempt, codes, blobs, lambda given: (place, {"type": given.type, "codec": given.codec}))
    assert (attempt.folder / "inputs" / "images").resolve() == place
    told = json.loads((attempt.folder / "job.json").read_text())["inputs"]
    assert told == {"images": {"file": "inputs/images", "type": DIRECTORY, "codec": MANIFEST}}


def test_room_is_made_of_what_a_job_left_and_worked_with(tmp_path: Path) -> None:
    kept = ("job.json", "journal", "log", "pid")
    for name in (*kept, "output-model", "output-losses"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "work" / "cache").mkdir(parents=True)
    (tmp_path / "artifacts" / "checkpoint").mkdir(parents=True)
    make_room(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(kept)


def test_what_cannot_be_removed_does_not_keep_the_rest(tmp_path: Path) -> None:
    (tmp_path / "output-of-its-own").mkdir()  # a folder, which no job of ours makes
    (tmp_path / "output-value").write_bytes(b"x")
    make_room(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["output-of-its-own"]


def test_a_job_is_ready_when_its_code_and_inputs_are_here(blobs: BlobFolder, codes: Path) -> None:
    spec = replace(a_lease().spec, snapshot=snapshot(blobs, FILES))
    assert not is_ready(spec, codes, blobs)
    lay_out_code(codes, spec.snapshot, blobs, nowhere)
    assert is_ready(spec, codes, blobs)
    data = blobs.keep_bytes(b"[1]")
    assert is_ready(replace(spec, inputs={"x": InputSpec(data.digest, 3, "list", "json")}), codes, blobs)
    assert not is_ready(replace(spec, inputs={"x": InputSpec(data.digest, 4, "list", "json")}), codes, blobs)


def test_old_snapshots_go_when_nobody_uses_them(codes: Path) -> None:
    for number in range(6):
        folder = codes / str(number)
        folder.mkdir()
        os.utime(folder, (number, number))
    (codes / ".5.1.1").mkdir()
    aside = set_aside_code(codes, used={Digest("1")}, keep=3)
    assert {path.name.split(".")[1] for path in aside} == {"0", "2", "5"}
    for folder in aside:
        remove_code(folder)
    assert sorted(path.name for path in codes.iterdir()) == ["1", "3", "4", "5"]


def test_what_is_being_laid_out_is_not_swept_away(codes: Path) -> None:
    ours, dead, done = f".1.{os.getpid()}.7", ".1.0.7", f".2.{os.getpid()}.7"
    for name in (ours, dead, done):
        (codes / name).mkdir()
    assert sorted(path.name for path in set_aside_code(codes, used={Digest("1")})) == sorted([dead, done])
