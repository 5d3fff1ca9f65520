"""Inputs that are more than one blob: folders, and what lies elsewhere."""

from __future__ import annotations

import http.server
import os
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from deepforge.core.artifact import MANIFEST
from deepforge.core.errors import Conflict
from deepforge.core.ids import Digest
from deepforge.core.manifest import FileEntry, encode_manifest
from deepforge.core.messages import InputSpec
from deepforge.core.reference import Reference, RemoteFact, encode_reference, split_url
from deepforge.core.registry import load_adapter
from deepforge.worker import materials
from deepforge.worker.blob_folder import BlobFolder
from tests.support.s3 import S3Server, running_s3
from tests.worker.conftest import PROJECT
from tests.worker.fake_server import FakeServer

READ = """
def listing(folder):
    found = {str(path.relative_to(folder)): path.read_text() for path in sorted(folder.rglob("*.txt"))}
    return found


def total(numbers):
    return float(sum(numbers))
"""


@pytest.fixture
def server(shared_server: FakeServer) -> FakeServer:
    return shared_server


@pytest.fixture
def files(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A folder that a web server shows, and its address."""
    folder = tmp_path / "shown"
    folder.mkdir()

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    shown = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    threading.Thread(target=shown.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield folder, f"http://127.0.0.1:{shown.server_address[1]}"
    shown.shutdown()
    shown.server_close()


def refer(server: FakeServer, url: str, type: str, codec: str) -> InputSpec:
    folder, name = split_url(url)
    facts: RemoteFact = load_adapter("storage", "fsspec")(folder).facts(name)
    data = encode_reference(Reference(url, facts.size, facts.mark, type, codec))
    return InputSpec(server.blob(data), facts.size, type, "reference")


def test_an_operation_is_given_the_path_of_a_folder(server: FakeServer) -> None:
    entries = {
        path: FileEntry(server.blob(text), len(text))
        for path, text in {"one.txt": b"1", "inner/two.txt": b"2"}.items()
    }
    manifest = encode_manifest(entries)
    given = InputSpec(server.blob(manifest), len(manifest), "directory", "manifest")
    snapshot = server.snapshot(PROJECT | {"operations/main.py": READ})
    lease = server.job(snapshot, "listing", inputs={"folder": given})
    server.submit(lease)
    (row,) = server.settle(lease)
    path = server.home / "blobs" / row.outputs["value"][:2] / row.outputs["value"]
    assert path.read_text() == '{"inner/two.txt":"2","one.txt":"1"}'


def test_what_lies_elsewhere_is_brought_and_read_as_what_it_is(
    server: FakeServer, files: tuple[Path, str]
) -> None:
    folder, url = files
    (folder / "numbers.json").write_text("[1, 2, 3.5]")
    given = refer(server, f"{url}/numbers.json", "list", "json")
    snapshot = server.snapshot(PROJECT | {"operations/main.py": READ})
    lease = server.job(snapshot, "total", inputs={"numbers": given})
    server.submit(lease)
    (row,) = server.settle(lease)
    path = server.home / "blobs" / row.outputs["value"][:2] / row.outputs["value"]
    assert path.read_text() == "6.5"
    (folder / "numbers.json").write_text("[1, 2, 3.5, 4]")
    again = server.job(snapshot, "total", inputs={"numbers": given})
    server.submit(again)
    (row,) = server.settle(again)
    assert row.error is not None
    assert "has changed since it became an artifact" in row.error["message"]


@pytest.fixture(scope="module")
def s3() -> Iterator[S3Server]:
    with running_s3() as running:
        yield running


def test_the_content_of_a_bucket_is_known_again_by_its_mark(
    s3: S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", s3.key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", s3.secret)
    monkeypatch.setenv("AWS_ENDPOINT_URL", s3.url)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    client = s3.client()
    client.create_bucket(Bucket="data")
    client.put_object(Bucket="data", Key="a/numbers.json", Body=b"[1]")
    storage = load_adapter("storage", "fsspec")("s3://data/a")
    facts = storage.facts("numbers.json")
    assert (facts.size, facts.mark.startswith("etag:")) == (3, True)
    reference = Reference("s3://data/a/numbers.json", facts.size, facts.mark, "list", "json")
    reference.check(storage.facts("numbers.json"))
    client.put_object(Bucket="data", Key="a/numbers.json", Body=b"[2]")
    with pytest.raises(Conflict, match="has changed"):
        reference.check(storage.facts("numbers.json"))


def test_only_what_no_job_uses_is_removed_and_not_at_once(tmp_path: Path) -> None:
    used, old, new = (tmp_path / (letter * 64) for letter in "abc")
    for folder in (used, old):
        folder.mkdir()
        (folder / "file").touch()
        os.utime(folder, (1, 1))
    new.touch()
    materials.sweep(tmp_path, {Digest("a" * 64)})
    assert sorted(path.name[0] for path in tmp_path.iterdir()) == ["a", "c"]


def test_the_blobs_of_a_folder_are_those_of_its_files_as_well(tmp_path: Path) -> None:
    blobs = BlobFolder(tmp_path)
    file = blobs.keep_bytes(b"one")
    manifest = blobs.keep_bytes(encode_manifest({"a.txt": FileEntry(file.digest, file.size)}))
    plain = InputSpec(Digest("p" * 64), 1, "bytes", "raw")
    folder = InputSpec(manifest.digest, manifest.size, "directory", MANIFEST)
    gone = InputSpec(Digest("g" * 64), 1, "directory", MANIFEST)
    found = materials.blobs_of([plain, folder, gone], blobs)
    assert found == {plain.digest, gone.digest, manifest.digest, file.digest}
