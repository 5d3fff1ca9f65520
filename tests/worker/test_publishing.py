"""Publishing: everything that a job left, or nothing and the reason."""

from __future__ import annotations

import json
import os
from pathlib import Path

import msgspec
import pytest

from deepforge.core.errors import ServerUnreachable
from deepforge.worker.blob_folder import BlobFolder, Kept
from deepforge.worker.publishing import leavings, publish


@pytest.fixture
def blobs(tmp_path: Path) -> BlobFolder:
    return BlobFolder(tmp_path / "blobs")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "attempt").mkdir()
    return tmp_path / "attempt"


def result(*names: str, file: str = "output-{}") -> dict[str, object]:
    outputs = [{"name": name, "file": file.format(name), "type": "list", "codec": "json"} for name in names]
    return {"outputs": outputs, "time": 1.0}


def silent(text: str) -> None:
    pytest.fail(text)


def test_outputs_are_published_in_their_order(folder: Path, blobs: BlobFolder) -> None:
    for name in ("b", "a"):
        (folder / f"output-{name}").write_text(f'["{name}"]')
    delivered: list[Kept] = []
    told = publish(folder, leavings(folder, result("b", "a")), blobs, delivered.append, silent)
    assert told == {
        "outputs": [
            {"name": kept.path and name, "digest": kept.digest, "size": 5, "type": "list", "codec": "json"}
            for name, kept in zip(("b", "a"), delivered, strict=True)
        ],
        "artifacts": [],
    }
    assert publish(folder, leavings(folder, result("b", "a")), blobs, delivered.append, silent) == told


def test_nothing_is_published_of_a_job_that_failed_but_its_artifacts(folder: Path, blobs: BlobFolder) -> None:
    (folder / "output-half").write_text("[")
    (folder / "artifacts").mkdir()
    (folder / "artifacts" / "checkpoint").write_bytes(b"weights")
    told = publish(folder, leavings(folder, None), blobs, lambda kept: None, silent)
    assert (told["outputs"], [artifact["name"] for artifact in told["artifacts"]]) == ([], ["checkpoint"])


@pytest.mark.parametrize("file", ["output-{}", "../{}", "/etc/passwd"])
def test_an_output_whose_file_is_not_there_or_elsewhere_is_an_error(
    folder: Path, blobs: BlobFolder, file: str
) -> None:
    (folder.parent / "secret").write_text("secret")
    told = publish(folder, leavings(folder, result("secret", file=file)), blobs, lambda kept: None, silent)
    assert (told["outputs"], told["error"]["kind"]) == ([], "BlobDamaged")
    assert not blobs.root.exists()


def test_a_link_is_never_followed(folder: Path, blobs: BlobFolder) -> None:
    (folder / "output-value").symlink_to("/etc/passwd")
    assert (
        publish(folder, leavings(folder, result("value")), blobs, lambda kept: None, silent)["error"]["kind"]
        == "BlobDamaged"
    )
    (folder / "artifacts").mkdir()
    (folder / "artifacts" / "passwd").symlink_to("/etc/passwd")
    told = publish(folder, leavings(folder, None), blobs, lambda kept: None, silent)
    assert told["error"]["message"] == "The artifact passwd is neither a file nor a folder."


def test_what_a_folder_cannot_hold_is_told(folder: Path, blobs: BlobFolder) -> None:
    inside = folder / "artifacts" / "pictures"
    (inside / "deep").mkdir(parents=True)
    for name in ("deep/one", "0:30.wav", "at 10.00\u202fAM.png", "a\\b.txt", "\udcff"):
        (inside / name).write_text("1")
    (inside / "link").symlink_to("/etc/passwd")
    (inside / "loop").symlink_to(inside)
    os.mkfifo(inside / "pipe")
    told: list[str] = []
    published = publish(folder, leavings(folder, None), blobs, lambda kept: None, told.append)
    (artifact,) = published["artifacts"]
    assert set(json.loads(blobs.read(artifact["digest"]))["files"]) == {
        "0:30.wav",
        "at 10.00\u202fAM.png",
        "deep/one",
    }
    assert told == [
        "Not kept of the artifacts: 'pictures/a\\\\b.txt', 'pictures/link', 'pictures/loop', "
        "'pictures/pipe', 'pictures/\\udcff'. Only plain files are, no links, "
        "and no names with \\, a drive or letters that cannot be shown."
    ]


def test_a_server_that_is_away_is_for_the_caller(folder: Path, blobs: BlobFolder) -> None:
    (folder / "output-value").write_text("1")

    def deliver(kept: Kept) -> None:
        raise ServerUnreachable("away")

    with pytest.raises(ServerUnreachable):
        publish(folder, leavings(folder, result("value")), blobs, deliver, silent)


def test_a_result_that_is_none_of_ours_is_refused(folder: Path) -> None:
    with pytest.raises(msgspec.ValidationError):
        leavings(folder, {"outputs": [{"name": 1}]})
