"""The link: what becomes of calls when the server is not there, closes, refuses or talks nonsense."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from deepforge.core.errors import Conflict, Forbidden, NotFound, ServerUnreachable, TooLarge, Unavailable
from deepforge.core.ids import Digest, WorkerId
from deepforge.core.messages import Exchange
from deepforge.worker.blob_folder import BlobFolder
from deepforge.worker.link import Address, Wire, download, exchange, upload
from tests.worker.fake_server import TOKEN, FakeServer


@dataclass
class Scripted:
    """Answers each connection with the next of its scripts: one answer for each request, then it closes."""

    scripts: list[list[bytes]]
    requests: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._serve, daemon=True).start()

    def address(self) -> Address:
        return Address(f"http://127.0.0.1:{self.listener.getsockname()[1]}", "token")

    def _serve(self) -> None:
        for script in self.scripts:
            connection, _ = self.listener.accept()
            with connection:
                for answer in script:
                    self.requests.append(connection.recv(65536))
                    connection.sendall(answer)
        self.listener.close()


@pytest.fixture
def scripted() -> Iterator[list[Scripted]]:
    made: list[Scripted] = []
    yield made
    for one in made:
        one.listener.close()


def answer(body: bytes, status: str = "200 OK") -> bytes:
    return b"HTTP/1.1 %s\r\nContent-Length: %d\r\n\r\n%s" % (status.encode(), len(body), body)


ORDERS = answer(b"\x80")
SAID = Exchange("incarnation")
WORKER = WorkerId("W")


def test_one_connection_serves_many_calls() -> None:
    server = Scripted([[ORDERS, ORDERS, ORDERS]])
    wire = Wire(server.address)
    for _ in range(3):
        exchange(wire, WORKER, SAID)
    assert [request.split(b"\r\n")[0] for request in server.requests] == [
        b"POST /api/v1/workers/W/exchange HTTP/1.1"
    ] * 3
    assert b"Authorization: Bearer token" in server.requests[0]


def test_a_connection_that_was_closed_meanwhile_is_made_anew() -> None:
    server = Scripted([[ORDERS], [ORDERS]])
    wire = Wire(server.address)
    exchange(wire, WORKER, SAID)
    exchange(wire, WORKER, SAID)
    assert len(server.requests) == 2


def test_a_server_that_is_not_there_is_unreachable() -> None:
    unused = socket.create_server(("127.0.0.1", 0))
    port = unused.getsockname()[1]
    unused.close()
    with pytest.raises(ServerUnreachable):
        exchange(Wire(lambda: Address(f"http://127.0.0.1:{port}", "token")), WORKER, SAID)


@pytest.mark.parametrize(
    "said", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab", b"SSH-2.0-OpenSSH\r\n"]
)
def test_an_answer_that_breaks_off_or_is_none_is_unreachable(said: bytes) -> None:
    with pytest.raises(ServerUnreachable):
        exchange(Wire(Scripted([[said]] * 2).address), WORKER, SAID)


def test_an_answer_of_another_version_says_so() -> None:
    with pytest.raises(Unavailable, match="cannot be read"):
        exchange(Wire(Scripted([[answer(b"\x81\xa8receipts\x05")]]).address), WORKER, SAID)


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        ("404 Not Found", "not_found", NotFound),
        ("409 Conflict", "conflict", Conflict),
        ("403 Forbidden", "forbidden", Forbidden),
        ("413 Too Large", "too_large", TooLarge),
        ("500 Error", "internal", Unavailable),
    ],
)
def test_a_refusal_is_the_error_that_the_server_names(status: str, code: str, kind: type[Exception]) -> None:
    body = b'{"error": {"code": "%s", "message": "no", "hint": null}}' % code.encode()
    with pytest.raises(kind, match="no"):
        exchange(Wire(Scripted([[answer(body, status)]]).address), WORKER, SAID)


def test_a_refusal_of_something_in_between_is_told_by_its_number() -> None:
    with pytest.raises(Unavailable, match="502 Bad Gateway"):
        exchange(Wire(Scripted([[answer(b"<html>", "502 Bad Gateway")]]).address), WORKER, SAID)


def test_a_path_before_the_api_is_kept() -> None:
    server = Scripted([[ORDERS]])
    wire = Wire(lambda: Address(server.address().url + "/forge/", "token"))
    exchange(wire, WORKER, SAID)
    assert server.requests[0].startswith(b"POST /forge/api/v1/workers/W/exchange")


@pytest.fixture
def store(server: FakeServer) -> FakeServer:
    (server.home / "server-blobs").mkdir()
    return server


def wire_to(server: FakeServer) -> Wire:
    return Wire(lambda: Address(f"http://127.0.0.1:{server.port}", TOKEN))


def test_a_blob_is_taken_up_where_the_connection_broke(store: FakeServer, tmp_path: Path) -> None:
    data = bytes(range(256)) * 40_000
    digest = store.blob(data)
    (store.home / "server-blobs" / digest).write_bytes(data)
    store.faults.drop_answers = 3
    folder = BlobFolder(tmp_path / "here")
    folder.receive(digest, download(wire_to(store), digest))
    assert folder.read(digest) == data
    assert store.faults.drop_answers == 0


def test_a_blob_that_breaks_off_again_and_again_is_given_up(store: FakeServer) -> None:
    digest = store.blob(b"x" * 1000)
    (store.home / "server-blobs" / digest).write_bytes(b"x" * 1000)
    store.faults.drop_answers = 100
    with pytest.raises(ServerUnreachable, match="could not be fetched"):
        list(download(wire_to(store), digest))


def test_a_blob_that_is_not_there_is_not_found(store: FakeServer) -> None:
    with pytest.raises(NotFound):
        list(download(wire_to(store), Digest("0" * 64)))


def test_a_blob_is_brought_to_the_server(store: FakeServer, tmp_path: Path) -> None:
    folder = BlobFolder(tmp_path / "here")
    kept = folder.keep_bytes(b"y" * 3_000_000)
    upload(wire_to(store), kept.digest, kept.path)
    assert (store.home / "server-blobs" / kept.digest).read_bytes() == b"y" * 3_000_000
