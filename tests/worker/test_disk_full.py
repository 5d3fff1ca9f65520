"""A full disk: the job fails and says so, nothing half-written can be seen, and the worker goes on."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from deepforge.runtime.journal import ERROR, EXIT, HEADER, NOTE, PUBLISHED, STARTED, frame, read_records
from deepforge.worker.attempt import new_attempt
from deepforge.worker.ballast import SIZE, Ballast
from deepforge.worker.blob_folder import BlobFolder
from deepforge.worker.publishing import leavings, publish
from tests.worker.conftest import PROJECT, Worker
from tests.worker.fake_server import FakeServer
from tests.worker.test_shipping import a_lease


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 24 MB."""
    if os.geteuid() != 0:
        pytest.skip("only the superuser can mount a small file system")
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"a small file system cannot be mounted here: {mounted.stderr.decode().strip()}")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.fixture
def server(small_disk: Path) -> Iterator[FakeServer]:
    server = FakeServer(small_disk / "home")
    yield server
    server.go_away()


SOURCE = """
import os


def fill_disk():
    file = os.open("filling", os.O_WRONLY | os.O_CREAT)
    for size in (65536, 1024, 1):
        try:
            while True:
                os.write(file, b"x" * size)
        except OSError:
            pass
    os._exit(0)
"""


def test_an_output_that_does_not_fit_fails_the_job_and_leaves_no_trace(
    server: FakeServer, worker: Worker
) -> None:
    worker.start()
    before = {path.name for path in (server.home / "blobs").rglob("*") if path.is_file()}
    project = server.snapshot(PROJECT)
    lease = server.job(project, "large", attributes={"size": 64 << 20})
    server.submit(lease)
    (row,) = server.settle(lease)
    assert row.error is not None
    assert "No space left" in row.error["message"]
    assert [record.kind for record in read_records(row.journal)] == [STARTED, ERROR, EXIT, PUBLISHED]
    after = {path.name for path in (server.home / "blobs").rglob("*") if path.is_file()}
    assert len(after - before) == 2  # the project's file and its manifest
    small = server.job(project, "noop")
    server.submit(small)
    assert server.settle(small)[0].outputs == {"value": server.blob(b"1")}


def test_a_job_that_fills_the_disk_can_still_be_told_to_have_ended(
    server: FakeServer, worker: Worker
) -> None:
    worker.start()
    lease = server.job(server.snapshot({"operations/main.py": SOURCE}), "fill_disk")
    server.submit(lease)
    (row,) = server.settle(lease)
    assert [record.kind for record in read_records(row.journal)] == [STARTED, EXIT, PUBLISHED]
    assert row.published["outputs"] == []


def test_blobs_on_a_full_disk_are_refused_whole(small_disk: Path, tmp_path: Path) -> None:
    blobs = BlobFolder(small_disk / "blobs")
    folder = tmp_path / "attempt"
    folder.mkdir()
    result = {"outputs": []}
    for name, size in (("small", 1000), ("large", 64 << 20)):
        (folder / f"output-{name}").write_bytes(os.urandom(64) * (size // 64))
        result["outputs"].append({"name": name, "file": f"output-{name}", "type": "bytes", "codec": "bytes"})
    told = publish(folder, leavings(folder, result), blobs, lambda kept: None, pytest.fail)
    assert (told["outputs"], told["artifacts"], told["error"]["kind"]) == ([], [], "NoSpace")
    assert "The disk is full" in told["error"]["message"]
    assert told["error"]["hint"] == "Free some space, then run again."
    assert list((blobs.root / ".incoming").iterdir()) == []
    assert json.dumps(told)


def test_where_not_a_byte_is_left_the_ballast_makes_room_for_the_end(small_disk: Path) -> None:
    attempt = new_attempt(small_disk / "jobs", a_lease())
    attempt.folder.mkdir(parents=True)
    ballast = Ballast(small_disk / "ballast")
    assert ballast.take()
    whole_pages = frame(NOTE, b"x" * (4096 - HEADER.size))
    (attempt.folder / "journal").write_bytes(whole_pages)
    with pytest.raises(OSError, match="No space left"):
        (small_disk / "full").write_bytes(b"x" * (64 << 20))
    attempt.end(code=1)
    attempt.close({"outputs": [], "artifacts": []})
    assert [record.kind for record in read_records(attempt.journal.path.read_bytes())] == [
        NOTE,
        EXIT,
        PUBLISHED,
    ]
    assert (ballast.path.exists(), attempt.phase) == (False, "published")


def test_ballast_is_taken_only_where_there_is_plenty(small_disk: Path) -> None:
    ballast = Ballast(small_disk / "ballast")
    assert (ballast.take(), ballast.path.stat().st_size, ballast.take()) == (True, SIZE, True)
    ballast.drop()
    (small_disk / "full").write_bytes(b"x" * (16 << 20))
    assert (ballast.take(), ballast.path.exists()) == (False, False)
