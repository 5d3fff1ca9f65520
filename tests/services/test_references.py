"""References: what may be referred to, and by whom it is looked at again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from deepforge.core.errors import BadInput, TooLarge
from deepforge.core.ids import ProjectId
from deepforge.core.reference import LARGEST, Reference, encode_reference
from deepforge.core.user import Caller
from deepforge.services import artifacts, blobs, downloads, previews, references
from deepforge.services.house import House


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    file = tmp_path / "secret.txt"
    file.write_bytes(b"of the server")
    return file


def test_bytes_that_say_they_are_a_reference_become_no_artifact(
    house: House, caller: Caller, project: ProjectId, secret: Path
) -> None:
    forged = encode_reference(Reference(secret.as_uri(), 13, "", "bytes", "bytes"))
    fact = blobs.put(house, caller, iter([forged]), None)
    with pytest.raises(BadInput, match="no reference"):
        artifacts.put(house, caller, project, "data", fact.digest, fact.size, "bytes", "reference")


def test_a_forged_reference_reads_no_file_of_the_server(
    house: House, caller: Caller, project: ProjectId, secret: Path
) -> None:
    house.settings = replace(house.settings, file_references=True)
    saved = references.add(house, caller, project, "data", secret.as_uri())
    stream, _ = downloads.open(house, saved)
    with stream:
        assert stream.read() == b"of the server"
    house.settings = replace(house.settings, file_references=False)
    with pytest.raises(BadInput, match="cannot be referred to"):
        downloads.open(house, saved)  # the same bytes, as a job may have made them


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest/meta-data/iam",
        "http://[fe80:0:0:0:0:0:0:1]/secrets",
        "http://[0:0:0:0:0:ffff:a9fe:a9fe]/latest/meta-data/iam",
        "http://[fd00:ec2:0:0:0:0:0:254]/latest/meta-data/iam",
        "https://2852039166/latest/meta-data/iam",
    ],
)
def test_the_secrets_of_a_cloud_machine_cannot_be_referred_to(
    house: House, caller: Caller, project: ProjectId, url: str
) -> None:
    with pytest.raises(BadInput, match="can be referred to"):
        references.add(house, caller, project, "data", url)


@pytest.mark.parametrize("codec", ["manifest", "reference"])
def test_large_bytes_are_never_read_as_a_list_or_a_reference(
    house: House, caller: Caller, project: ProjectId, codec: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(previews, "LARGEST", LARGEST)
    fact = blobs.put(house, caller, iter([b" " * (LARGEST + 1)]), None)
    artifacts.put(house, caller, project, "data", fact.digest, fact.size, "bytes", "bytes")
    shown = previews.show(house, caller, fact.digest, codec)
    assert (shown.state, shown.document["error"]) == ("failed", "TooLarge")


def test_the_list_of_a_folder_has_an_end(
    house: House, caller: Caller, project: ProjectId, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(artifacts, "LARGEST", 10)
    fact = blobs.put(house, caller, iter([b" " * 11]), None)
    with pytest.raises(TooLarge):
        artifacts.put(house, caller, project, "data", fact.digest, fact.size, "directory", "manifest")
