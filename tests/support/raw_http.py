"""HTTP as an attacker writes it: every byte of the request line and the headers as given."""

from __future__ import annotations

import socket
from dataclasses import dataclass

from tests.support.running_server import RunningServer


@dataclass(frozen=True)
class RawAnswer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes


def ask(
    server: RunningServer,
    method: str,
    target: str | bytes,
    headers: dict[str, str] | None = None,
    body: bytes = b"",
    *,
    token: str | None = None,
) -> RawAnswer:
    """Send one request over a connection of its own. `Host` is the server's unless given."""
    given = {"Host": f"localhost:{server.port}", "Connection": "close", **(headers or {})}
    if token is not None:
        given["Authorization"] = f"Bearer {token}"
    if body and "Content-Length" not in given and "Transfer-Encoding" not in given:
        given["Content-Length"] = str(len(body))
    path = target if isinstance(target, bytes) else target.encode("latin-1")
    lines = [method.encode() + b" " + path + b" HTTP/1.1"]
    lines += [f"{name}: {value}".encode("latin-1") for name, value in given.items()]
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        connection.sendall(b"\r\n".join(lines) + b"\r\n\r\n" + body)
        return read_answer(connection)


def read_answer(connection: socket.socket) -> RawAnswer:
    """Read until the other side closes."""
    parts = []
    while part := connection.recv(1 << 16):
        parts.append(part)
    head, _, body = b"".join(parts).partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return RawAnswer(int(first.split(" ")[1]), headers, body)
