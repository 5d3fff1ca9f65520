"""The link to the server: who it is, and the few things a worker says to it over HTTP."""

from __future__ import annotations

import http.client
import json
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, TypeVar
from urllib.parse import urlsplit

import msgspec

from deepforge.core.errors import DeepForgeError, ServerUnreachable, Unavailable, error_classes
from deepforge.core.ids import Digest, WorkerId
from deepforge.core.messages import Exchange, Hello, Orders, Welcome

MSGPACK = "application/msgpack"
API = "/api/v1"
CONNECT_SECONDS = 5.0
CHUNK = 1 << 20

T = TypeVar("T")

_read_orders = msgspec.msgpack.Decoder(Orders).decode
_read_welcome = msgspec.msgpack.Decoder(Welcome).decode
_encode = msgspec.msgpack.Encoder().encode


@dataclass(frozen=True)
class Address:
    """Where the server is, and the worker's own token."""

    url: str
    token: str


FindServer = Callable[[], Address]
"""Called whenever a connection is made. Raises ServerUnreachable when there is no server to be found."""


class _OneSend(http.client.HTTPConnection):
    """Sends the head of a request and a body of bytes as one, so that the server is woken once."""

    _held: bytes | None = None

    def request(self, *arguments: Any, **named: Any) -> None:
        self._held = b""
        super().request(*arguments, **named)
        self._let_go()

    def send(self, data: Any) -> None:
        if self._held is not None and isinstance(data, bytes):
            self._held += data
            return
        self._let_go()
        super().send(data)

    def _let_go(self) -> None:
        held, self._held = self._held, None
        if held:
            super().send(held)


class _OneSendSecurely(_OneSend, http.client.HTTPSConnection):
    """The same over TLS."""


class Wire:
    """One connection that is kept open. Belongs to one thread; made anew, at the address of the day, when it
    breaks."""

    def __init__(self, find: FindServer) -> None:
        self._find = find
        self._connection: http.client.HTTPConnection | None = None
        self._token = ""
        self._base = ""

    def call(
        self,
        method: str,
        path: str,
        body: bytes | IO[bytes] | None = None,
        *,
        timeout: float,
        headers: dict[str, str] | None = None,
    ) -> http.client.HTTPResponse:
        """Ask once; a connection that the server had closed meanwhile is made anew once. The answer is to be
        read whole.

        Raises ServerUnreachable when no answer comes, and the error that the server names when it refuses.
        """
        kept = self._connection is not None
        try:
            return self._ask(method, path, body, timeout, headers or {})
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError) as error:
            self.close()
            if not kept:
                raise ServerUnreachable(f"The server closed the connection: {error}.") from None
            if body is not None and not isinstance(body, bytes):
                body.seek(0)
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise ServerUnreachable(f"The server does not answer: {error}.") from None
        try:
            return self._ask(method, path, body, timeout, headers or {})
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise ServerUnreachable(f"The server does not answer: {error}.") from None

    def _ask(
        self, method: str, path: str, body: bytes | IO[bytes] | None, timeout: float, headers: dict[str, str]
    ) -> http.client.HTTPResponse:
        connection = self._connection or self._connect()
        assert connection.sock is not None
        connection.sock.settimeout(timeout)
        connection.request(
            method, self._base + API + path, body, {"Authorization": f"Bearer {self._token}", **headers}
        )
        response = connection.getresponse()
        if response.status >= 400:
            refusal = _refusal(response)
            if response.status in (401, 403):
                self.close()  # the next connection reads the credentials anew
            raise refusal
        return response

    def _connect(self) -> http.client.HTTPConnection:
        address = self._find()
        parts = urlsplit(address.url)
        host, port = parts.hostname or "", parts.port
        if parts.scheme == "https":
            context = ssl.create_default_context()
            connection: http.client.HTTPConnection = _OneSendSecurely(
                host, port, timeout=CONNECT_SECONDS, context=context, blocksize=CHUNK
            )
        else:
            connection = _OneSend(host, port, timeout=CONNECT_SECONDS, blocksize=CHUNK)
        connection.connect()
        self._base, self._token = parts.path.rstrip("/"), address.token
        self._connection = connection
        return connection

    def close(self) -> None:
        """Close the connection; the next call makes a new one."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def register(wire: Wire, hello: Hello) -> Welcome:
    """Introduce the worker. Raises as `Wire.call` does."""
    return _read(_post(wire, "/workers", _encode(hello), timeout=30.0), _read_welcome)


def exchange(wire: Wire, worker: WorkerId, said: Exchange) -> Orders:
    """One exchange: everything there is to say, and the server's orders. Raises as `Wire.call` does."""
    data = _encode(said)
    return _read(_post(wire, f"/workers/{worker}/exchange", data, timeout=said.wait + 30.0), _read_orders)


def _post(wire: Wire, path: str, data: bytes, timeout: float) -> bytes:
    response = wire.call(
        "POST", path, data, timeout=timeout, headers={"Content-Type": MSGPACK, "Accept": MSGPACK}
    )
    try:
        return response.read()
    except (OSError, http.client.HTTPException) as error:
        wire.close()
        raise ServerUnreachable(f"The server's answer broke off: {error}.") from None


def _read(data: bytes, decode: Callable[[bytes], T]) -> T:
    try:
        return decode(data)
    except msgspec.MsgspecError as error:
        raise Unavailable(
            f"The server's answer cannot be read: {error}.", "Are both of the same version?"
        ) from None


def download(wire: Wire, digest: Digest, tries: int = 5) -> Iterator[bytes]:
    """The bytes of a blob, taken up again where the connection broke. Raises as `Wire.call` does."""
    offset = 0
    while True:
        try:
            response = wire.call(
                "GET",
                f"/blobs/{digest}",
                timeout=60.0,
                headers={"Range": f"bytes={offset}-"} if offset else {},
            )
            if offset and response.status != http.client.PARTIAL_CONTENT:
                response.close()
                raise Unavailable("The server sends blobs only from the start.")
            while chunk := response.read(CHUNK):
                offset += len(chunk)
                yield chunk
            if not response.length:  # None when the answer came in chunks, which complain themselves
                return
            raise http.client.IncompleteRead(b"", response.length)
        except (ServerUnreachable, OSError, http.client.HTTPException) as error:
            wire.close()
            tries -= 1
            if tries <= 0:
                raise ServerUnreachable(f"The blob {digest} could not be fetched: {error}.") from None


def upload(wire: Wire, digest: Digest, path: Path) -> None:
    """Bring a blob to the server. Raises as `Wire.call` does, and OSError when the file cannot be read."""
    with path.open("rb") as file:
        size = path.stat().st_size
        headers = {"Content-Type": "application/octet-stream", "Content-Length": str(size)}
        wire.call("PUT", f"/blobs/{digest}", file, timeout=600.0, headers=headers).read()


def _refusal(response: http.client.HTTPResponse) -> DeepForgeError:
    data = response.read()
    try:
        content = json.loads(data)["error"]
        kind = error_classes().get(content["code"], Unavailable)
        return kind(str(content["message"]), content.get("hint"))
    except (ValueError, KeyError, TypeError):
        return Unavailable(f"The server answered {response.status} {response.reason}.")
