"""HTTP to a server: typed answers, and its errors raised again as the classes of the tree."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol, Self, TypeVar
from urllib.parse import urlsplit

import httpx
import msgspec

from deepforge.core.errors import (
    DeepForgeError,
    InvalidPipeline,
    ServerUnreachable,
    Unavailable,
    error_classes,
)
from deepforge.core.problem import Problem

T = TypeVar("T")
PREFIX = "/api/v1"
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class Address(Protocol):
    """Where a server is, and the token it takes."""

    @property
    def url(self) -> str: ...
    @property
    def token(self) -> str: ...


class Http:
    """A connection to one server. Safe for threads.

    `renew` is asked for the address again when the server is gone or no longer knows the token, as after a
    restart; a request that changes nothing is then repeated once.
    """

    def __init__(
        self,
        url: str,
        token: str,
        *,
        seconds: float = 60.0,
        renew: Callable[[], Address | None] | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.url = url.rstrip("/")
        self.token = token
        self._renew = renew
        local = urlsplit(url).hostname in _LOOPBACK
        self._client = httpx.Client(
            timeout=seconds,
            verify=url.startswith("https"),  # certificates are not read from disk for plain http
            trust_env=not local,
            transport=transport,
            limits=httpx.Limits(max_keepalive_connections=8),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def get(self, path: str, kind: type[T] | Any, /, **parameters: object) -> T:
        """Ask for a fact, or a collection of facts, of the class `kind`; parameters that are None are left
        out.
        """
        found: T = decode(self._send("GET", path, parameters=parameters).content, kind)
        return found

    def post(self, path: str, kind: type[T] | Any, body: object = None, **parameters: object) -> T:
        """Have something done; the body is a fact or a mapping. `kind` None: there is no answer."""
        content = b"" if body is None else msgspec.json.encode(body)
        headers = {"Content-Type": "application/json"}
        response = self._send("POST", path, content=content, headers=headers, parameters=parameters)
        found: T = decode(response.content, kind)
        return found

    def delete(self, path: str) -> None:
        """Remove something."""
        self._send("DELETE", path)

    def put(self, path: str, chunks: Iterable[bytes], kind: type[T]) -> T:
        """Send bytes as they come."""
        headers = {"Content-Type": "application/octet-stream"}
        return decode(self._send("PUT", path, content=chunks, headers=headers).content, kind)

    def send(self, path: str, chunks: Iterable[bytes], kind: type[T], **parameters: object) -> T:
        """Have something made of bytes, which are sent as they come."""
        headers = {"Content-Type": "application/octet-stream"}
        response = self._send("POST", path, content=chunks, headers=headers, parameters=parameters)
        return decode(response.content, kind)

    @contextmanager
    def stream(self, path: str, offset: int = 0) -> Iterator[Iterator[bytes]]:
        """Read bytes as they come, from `offset` on."""
        headers = {"Range": f"bytes={offset}-"} if offset else {}
        with _reaching(self.url):
            request = self._client.build_request("GET", self._address(path), headers=self._headers(headers))
            response = self._client.send(request, stream=True)
        try:
            if response.is_error:
                response.read()
                raise error_of(response)
            yield _chunks(response, self.url)
        finally:
            response.close()

    def renew(self) -> bool:
        """Ask for the server's address again; whether it has changed."""
        found = self._renew() if self._renew is not None else None
        if found is None or (found.url.rstrip("/"), found.token) == (self.url, self.token):
            return False
        self.url, self.token = found.url.rstrip("/"), found.token
        return True

    def _send(
        self,
        method: str,
        path: str,
        *,
        content: bytes | Iterable[bytes] | None = None,
        headers: Mapping[str, str] | None = None,
        parameters: Mapping[str, object] | None = None,
    ) -> httpx.Response:
        try:
            response = self._once(method, path, content, headers or {}, parameters or {})
        except ServerUnreachable:
            if method != "GET" or not self.renew():
                raise
            response = self._once(method, path, content, headers or {}, parameters or {})
        if response.status_code == 401 and not isinstance(content, Iterator) and self.renew():
            response = self._once(method, path, content, headers or {}, parameters or {})
        if response.is_error:
            raise error_of(response)
        return response

    def _once(
        self,
        method: str,
        path: str,
        content: bytes | Iterable[bytes] | None,
        headers: Mapping[str, str],
        parameters: Mapping[str, object],
    ) -> httpx.Response:
        given = {name: _as_text(value) for name, value in parameters.items() if value is not None}
        with _reaching(self.url):
            return self._client.request(
                method, self._address(path), content=content, headers=self._headers(headers), params=given
            )

    def _address(self, path: str) -> str:
        return f"{self.url}{PREFIX}{path}"

    def _headers(self, more: Mapping[str, str]) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}", **more}


def decode(data: bytes, kind: type[T] | Any) -> T:
    """A fact from the bytes of an answer. Raises Unavailable when a server of another version answers
    otherwise.
    """
    if kind is None:
        return None  # type: ignore[return-value]
    try:
        found: T = msgspec.json.decode(data, type=kind)
    except msgspec.DecodeError as error:
        hint = "Client and server have to be of the same version."
        raise Unavailable(f"The server's answer cannot be read: {error}.", hint) from None
    return found


def error_of(response: httpx.Response) -> DeepForgeError:
    """The error that an answer carries, as its class."""
    try:
        content = msgspec.json.decode(response.content)["error"]
        code, message, hint = str(content["code"]), str(content["message"]), content.get("hint")
    except (msgspec.DecodeError, KeyError, TypeError):
        return Unavailable(
            f"{response.request.url.host} answered {response.status_code}, which is not DeepForge's way.",
            "Look whether the address is that of a DeepForge server.",
        )
    kind = error_classes().get(code, DeepForgeError)
    if kind is InvalidPipeline:
        problems = msgspec.convert(content.get("problems", []), tuple[Problem, ...])
        return InvalidPipeline(message, hint, problems)
    return kind(message, hint)


@contextmanager
def _reaching(url: str) -> Iterator[None]:
    try:
        yield
    except httpx.TimeoutException:
        raise ServerUnreachable(f"The server at {url} did not answer in time.", "Try again.") from None
    except httpx.TransportError as error:
        hint = "Start it with `deepforge start`, or look at server.log in the data directory."
        raise ServerUnreachable(f"The server at {url} does not answer: {error}.", hint) from None


def _chunks(response: httpx.Response, url: str) -> Iterator[bytes]:
    with _reaching(url):
        yield from response.iter_bytes(1 << 20)


def _as_text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return ",".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
