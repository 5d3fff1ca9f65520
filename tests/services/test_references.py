"""References: what may be referred to, and by whom it is looked at again."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from deepforge.core.errors import BadInput, TooLarge, Unavailable
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


class Pointing(http.server.BaseHTTPRequestHandler):
    """Gives a few bytes at `/data.txt`, and leads on to where `ways` say from anywhere else."""

    ways: dict[str, str]

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        if self._answer():
            self.wfile.write(b"some data")

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""

    def _answer(self) -> bool:
        there = self.path == "/data.txt"
        self.send_response(200 if there else 302)
        if not there:
            self.send_header("Location", self.ways[self.path])
        self.send_header("Content-Length", "9" if there else "0")
        self.end_headers()
        return there


@pytest.fixture
def pointing() -> Iterator[str]:
    """The URL of a web server that leads from one address to another."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pointing)
    url, port = f"http://127.0.0.1:{server.server_address[1]}", server.server_address[1]
    Pointing.ways = {
        "/beside": "data.txt",
        "/host": f"http://localhost:{port}/data.txt",
        "/two": f"{url}/host",
        "/file": "file:///etc/hostname",
        "/cloud": "http://169.254.169.254/latest/meta-data/iam",
        "/late": f"{url}/cloud",
        "/password": f"http://ada:secret@localhost:{port}/data.txt",
        "/round": f"{url}/round",
    }
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield url
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("way", ["data.txt", "beside", "host", "two"])
def test_a_reference_follows_where_a_server_leads(
    house: House, caller: Caller, project: ProjectId, pointing: str, way: str
) -> None:
    saved = references.add(house, caller, project, "data", f"{pointing}/{way}")
    stream, size = downloads.open(house, saved)
    with stream:
        assert (stream.read(), size) == (b"some data", 9)


@pytest.mark.parametrize(
    ("way", "said"),
    [
        ("file", "leads on to file://"),
        ("cloud", "can be referred to"),
        ("late", "can be referred to"),
        ("password", "who may enter"),
    ],
)
def test_a_reference_is_led_only_to_what_could_be_referred_to_itself(
    house: House, caller: Caller, project: ProjectId, pointing: str, way: str, said: str
) -> None:
    """Also when files of the server may be referred to, and when the server leads elsewhere only later."""
    house.settings = replace(house.settings, file_references=True)
    with pytest.raises(BadInput, match=said):
        references.add(house, caller, project, "data", f"{pointing}/{way}")
    Pointing.ways["/changed"] = "data.txt"
    saved = references.add(house, caller, project, "data", f"{pointing}/changed")
    Pointing.ways["/changed"] = Pointing.ways[f"/{way}"]
    with pytest.raises(BadInput, match=said):
        downloads.open(house, saved)


def test_a_reference_is_not_led_round_and_round(
    house: House, caller: Caller, project: ProjectId, pointing: str
) -> None:
    with pytest.raises(Unavailable, match="more than 5 times"):
        references.add(house, caller, project, "data", f"{pointing}/round")
