"""Blobs over HTTP: up, down, in parts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from blake3 import blake3

from deepforge.client import Client
from deepforge.core.artifact import BlobFact
from deepforge.core.errors import BadInput, BlobDamaged, NotFound
from deepforge.core.ids import Digest, ProjectId
from tests.support.raw_http import RawAnswer, ask
from tests.support.running_server import RunningServer
from tests.support.waiting import until

DATA = bytes(range(256)) * 20_000
DIGEST = Digest(blake3(DATA).hexdigest())


@pytest.fixture
def kept(client: Client, project: ProjectId, tmp_path: Path) -> Digest:
    """Five megabytes that an artifact refers to."""
    file = tmp_path / "data.bin"
    file.write_bytes(DATA)
    return client.artifacts.put(project, "data", file, type="bytes", codec="bytes").digest


def _get(server: RunningServer, digest: str, **headers: str) -> RawAnswer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return ask(server, "GET", f"/api/v1/blobs/{digest}", named, token=server.token)


def test_what_goes_up_comes_down(client: Client, kept: Digest, tmp_path: Path) -> None:
    assert kept == DIGEST
    target = tmp_path / "back.bin"
    client.artifacts.download(kept, target)
    assert target.read_bytes() == DATA
    assert sorted(file.name for file in tmp_path.iterdir() if file.is_file()) == ["back.bin", "data.bin"]


def test_a_worker_sends_bytes_under_the_digest_it_knows(server: RunningServer) -> None:
    answer = ask(server, "PUT", f"/api/v1/blobs/{DIGEST}", body=DATA, token=server.worker_token)
    assert (answer.status, answer.body) == (201, b'{"digest":"%s","size":5120000}' % DIGEST.encode())


def test_bytes_that_arrive_damaged_are_not_kept(client: Client) -> None:
    other = blake3(b"other").hexdigest()
    with pytest.raises(BadInput):
        client.http.put(f"/blobs/{other}", iter([b"not other"]), BlobFact)
    with pytest.raises(NotFound):
        client.artifacts.read(Digest(other))


def test_an_upload_that_breaks_off_leaves_nothing(server: RunningServer, client: Client) -> None:
    def kept_files() -> list[str]:
        return sorted(path.name for path in server.house.blobs.directory.rglob("*") if path.is_file())

    before = kept_files()

    def torn() -> Iterator[bytes]:
        yield b"x" * 100_000
        raise OSError("the cable was pulled")

    with pytest.raises(OSError, match="cable"):
        client.artifacts._http.put("/blobs/new", torn(), BlobFact)
    until(lambda: kept_files() == before, "the server has noticed the torn cable and tidied up")


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [("bytes=0-9", 0, 9), ("bytes=100-", 100, len(DATA) - 1), ("bytes=5119999-9999999", 5119999, 5119999)],
)
def test_a_part_of_a_blob(server: RunningServer, kept: Digest, asked: str, first: int, last: int) -> None:
    answer = _get(server, kept, Range=asked)
    assert (answer.status, answer.body) == (206, DATA[first : last + 1])
    assert answer.headers["content-range"] == f"bytes {first}-{last}/{len(DATA)}"


@pytest.mark.parametrize("asked", ["bytes=9-3", "bytes=-5", "lines=1-2", "bytes=0-1,5-9", "bytes=a-b"])
def test_a_range_that_is_not_understood_is_the_whole(server: RunningServer, kept: Digest, asked: str) -> None:
    answer = _get(server, kept, Range=asked)
    assert (answer.status, len(answer.body)) == (200, len(DATA))


def test_a_range_behind_the_end_cannot_be_given(server: RunningServer, kept: Digest) -> None:
    answer = _get(server, kept, Range="bytes=5120000-")
    assert (answer.status, answer.headers["content-range"]) == (416, "bytes */5120000")


def test_a_blob_never_changes_so_a_browser_may_keep_it(server: RunningServer, kept: Digest) -> None:
    first = _get(server, kept)
    assert "immutable" in first.headers["cache-control"]
    assert "private" in first.headers["cache-control"]
    again = _get(server, kept, If_None_Match=first.headers["etag"])
    assert (again.status, again.body) == (304, b"")


def test_a_picture_may_be_asked_for_as_one(server: RunningServer, kept: Digest) -> None:
    answer = ask(server, "GET", f"/api/v1/blobs/{kept}?media=image/png", token=server.token)
    assert answer.headers["content-type"] == "image/png"


def test_what_is_no_digest_is_no_blob(server: RunningServer) -> None:
    for name in ("x", "0" * 63, "G" * 64, "A" * 64):
        assert _get(server, name).status == 422


def test_a_blob_that_came_damaged_is_not_left_in_the_file(
    client: Client, tmp_path: Path, server: RunningServer, kept: Digest
) -> None:
    path = server.house.blobs.path(kept)
    path.chmod(0o600)
    path.write_bytes(DATA[:-1] + b"!")
    try:
        with pytest.raises(BlobDamaged):
            client.artifacts.download(kept, tmp_path / "back.bin")
        assert not (tmp_path / "back.bin").exists()
    finally:
        path.write_bytes(DATA)
