"""Storage through fsspec: on a real S3 server over HTTP, in a local folder and in memory."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from deepforge.adapters.storage.fsspec import FsspecStorage
from deepforge.core.errors import AdapterMissing, BlobDamaged, NotFound, Unavailable
from deepforge.store.blobs import Blobs
from deepforge.testing.storage import StorageSuite, read
from tests.support.s3 import S3Server, running_s3

_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def s3() -> Iterator[S3Server]:
    with running_s3() as server:
        yield server


@pytest.fixture
def bucket(s3: S3Server) -> str:
    name = f"bucket-{next(_numbers)}"
    s3.client().create_bucket(Bucket=name)
    return name


class TestOnS3(StorageSuite):
    @pytest.fixture
    def storage(self, s3: S3Server, bucket: str) -> FsspecStorage:
        return FsspecStorage(f"s3://{bucket}/some/folder", **s3.options())


class TestInALocalFolder(StorageSuite):
    @pytest.fixture
    def storage(self, tmp_path: Path) -> FsspecStorage:
        return FsspecStorage(f"file://{tmp_path}/storage")


class TestInMemory(StorageSuite):
    @pytest.fixture
    def storage(self) -> FsspecStorage:
        return FsspecStorage(f"memory://storage-{next(_numbers)}")


def test_the_objects_stand_in_the_bucket_under_the_folder(s3: S3Server, bucket: str, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"bytes")
    FsspecStorage(f"s3://{bucket}/some/folder", **s3.options()).put("ab/name", source)
    listed = s3.client().list_objects_v2(Bucket=bucket)["Contents"]
    assert [(one["Key"], one["Size"]) for one in listed] == [("some/folder/ab/name", 5)]


def test_a_whole_bucket_can_be_the_storage(s3: S3Server, bucket: str, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"bytes")
    storage = FsspecStorage(f"s3://{bucket}", **s3.options())
    storage.put("name", source)
    assert (list(storage.names()), read(storage, "name")) == (["name"], b"bytes")


def test_the_account_is_found_in_the_environment(
    s3: S3Server, bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", s3.key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", s3.secret)
    monkeypatch.setenv("AWS_ENDPOINT_URL", s3.url)
    source = tmp_path / "source"
    source.write_bytes(b"bytes")
    storage = FsspecStorage(f"s3://{bucket}/folder")
    storage.put("name", source)
    assert read(storage, "name") == b"bytes"


@pytest.mark.parametrize("changed", [{"secret": "wrong"}, {"key": "AKIAUNKNOWN", "secret": "wrong"}])
def test_who_may_not_enter_is_told_so(
    s3: S3Server, bucket: str, tmp_path: Path, changed: dict[str, str]
) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"bytes")
    storage = FsspecStorage(f"s3://{bucket}/folder", **s3.options(**changed))
    with pytest.raises(Unavailable, match="does not answer as it should") as caught:
        storage.put("name", source)
    assert "AWS_" in (caught.value.hint or "")
    with pytest.raises(Unavailable):
        storage.size("name")
    with pytest.raises(Unavailable):
        storage.open("name")


def test_a_bucket_that_is_not_there_is_not_the_same_as_a_missing_blob(s3: S3Server, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"bytes")
    storage = FsspecStorage("s3://never-made/folder", **s3.options())
    with pytest.raises(Unavailable):
        storage.put("name", source)


def test_a_server_that_is_not_there_is_unavailable(s3: S3Server, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"bytes")
    away = s3.options(client_kwargs={"endpoint_url": "http://127.0.0.1:9", "region_name": "us-east-1"})
    with pytest.raises(Unavailable):
        FsspecStorage("s3://bucket/folder", **away).put("name", source)


def test_a_place_that_nobody_knows_is_refused() -> None:
    with pytest.raises(AdapterMissing, match="nowhere"):
        FsspecStorage("nowhere://bucket")


def test_blobs_are_written_through_and_fetched_back_from_s3(
    s3: S3Server, bucket: str, tmp_path: Path
) -> None:
    storage = FsspecStorage(f"s3://{bucket}/blobs", **s3.options())
    here, elsewhere = Blobs(tmp_path / "here", storage), Blobs(tmp_path / "elsewhere", storage)
    digest = here.put_bytes(b"some bytes")
    assert list(storage.names()) == [f"{digest[:2]}/{digest}"]
    assert elsewhere.has(digest)
    assert elsewhere.size(digest) == 10
    assert elsewhere.path(digest).read_bytes() == b"some bytes"


def test_a_blob_that_was_changed_on_s3_is_not_taken(s3: S3Server, bucket: str, tmp_path: Path) -> None:
    storage = FsspecStorage(f"s3://{bucket}/blobs", **s3.options())
    digest = Blobs(tmp_path / "here", storage).put_bytes(b"some bytes")
    s3.client().put_object(Bucket=bucket, Key=f"blobs/{digest[:2]}/{digest}", Body=b"some bytez")
    elsewhere = Blobs(tmp_path / "elsewhere", storage)
    with pytest.raises(BlobDamaged, match="damaged"):
        elsewhere.path(digest)
    assert list(elsewhere.digests()) == []
    s3.client().delete_object(Bucket=bucket, Key=f"blobs/{digest[:2]}/{digest}")
    with pytest.raises(BlobDamaged, match="gone"):
        elsewhere.path(digest)
    with pytest.raises(NotFound):
        storage.open(f"{digest[:2]}/{digest}")
