"""Streams of bytes: out, whole or a range of them; and in, from a request to a service in a thread."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Iterator
from typing import BinaryIO
from urllib.parse import quote

import anyio.from_thread
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from deepforge.server.errors import plain_error

CHUNK = 1 << 20
SANDBOX = "default-src 'none'; sandbox; frame-ancestors 'none'"
"""The policy of what somebody made: whatever it is, a browser runs nothing of it."""

_RANGE = re.compile(r"bytes=(\d+)-(\d*)")
_UNSAFE = re.compile(r"[^A-Za-z0-9._ ()+@-]")

Open = Callable[[int], tuple[BinaryIO, int]]
"""Opens bytes from an offset on, and says how many there are in all."""


def send(request: Request, open: Open, media: str, headers: dict[str, str]) -> Response:
    """Bytes, or the range of them that is asked for; nothing when the browser has what the ETag names."""
    first, last = _range(request.headers.get("range"))
    stream, size = open(first)
    if "ETag" in headers and request.headers.get("if-none-match") == headers["ETag"]:
        stream.close()
        return Response(status_code=304, headers=headers)
    if first > 0 and first >= size:
        stream.close()
        refused = plain_error(416)
        refused.headers["Content-Range"] = f"bytes */{size}"
        return refused
    end = min(size, last + 1 if last is not None else size)
    partial = (first, end) != (0, size)
    if partial:
        headers["Content-Range"] = f"bytes {first}-{end - 1}/{size}"
    headers["Content-Length"] = str(end - first)
    return StreamingResponse(_read(stream, end - first), 206 if partial else 200, headers, media)


def attachment(name: str) -> str:
    """The Content-Disposition under which a browser saves a file of this name, whatever is in the name."""
    plain = _UNSAFE.sub("_", name).strip(". ") or "artifact"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def from_thread(stream: AsyncIterator[bytes]) -> Iterator[bytes]:
    """The chunks of a request, for a service that runs in a thread; small ones are gathered."""

    async def gather() -> bytes:
        parts: list[bytes] = []
        size = 0
        async for chunk in stream:
            parts.append(chunk)
            size += len(chunk)
            if size >= CHUNK:
                break
        return b"".join(parts)

    while chunk := anyio.from_thread.run(gather):
        yield chunk


def _range(header: str | None) -> tuple[int, int | None]:
    """First and last byte that are wanted. What cannot be understood counts as the whole blob, as HTTP has
    it.
    """
    match = _RANGE.fullmatch(header.strip()) if header else None
    if match is None:
        return 0, None
    first, last = int(match[1]), int(match[2]) if match[2] else None
    return (0, None) if last is not None and last < first else (first, last)


def _read(stream: BinaryIO, size: int) -> Iterator[bytes]:
    with stream:
        while size > 0:
            chunk = stream.read(min(CHUNK, size))
            if not chunk:
                return
            size -= len(chunk)
            yield chunk
