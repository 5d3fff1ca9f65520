"""Blobs: bytes by digest, streamed both ways.

What somebody made is never shown as a page: it leaves as an attachment, of no type that a browser would run,
in a sandbox. Only raster images may be asked for under their own type, so that pages can show figures.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from typing import Annotated, BinaryIO, Literal

import anyio.from_thread
from fastapi import Query
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse

from deepforge.core import user
from deepforge.core.artifact import BlobFact
from deepforge.core.errors import BadInput
from deepforge.core.ids import Digest, is_digest
from deepforge.server.answers import answer
from deepforge.server.desk import TheHouse, Who
from deepforge.server.errors import plain_error
from deepforge.server.route import Routes
from deepforge.services import blobs

routes = Routes("/api/v1/blobs", "blobs")

CHUNK = 1 << 20
NEW = "new"
"""In place of a digest: the server is to find it."""

Image = Literal["image/png", "image/jpeg", "image/gif", "image/webp"]
_RANGE = re.compile(r"bytes=(\d+)-(\d*)")


@routes.get("/{digest}", permission=user.BLOBS_READ, answers_media="application/octet-stream")
def read_blob(
    request: Request, house: TheHouse, who: Who, digest: str, media: Annotated[Image | None, Query()] = None
) -> Response:
    """The bytes of a blob, or a range of them."""
    wanted = _digest(digest)
    first, last = _range(request.headers.get("range"))
    stream, size = blobs.open(house, who, wanted, first)
    headers = _headers(wanted)
    if request.headers.get("if-none-match") == headers["ETag"]:
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
    return StreamingResponse(
        _read(stream, end - first), 206 if partial else 200, headers, media or "application/octet-stream"
    )


@routes.put(
    "/{digest}",
    permission=user.BLOBS_WRITE,
    takes_media="application/octet-stream",
    answers=BlobFact,
    status=201,
    body_limit=None,
)
async def write_blob(request: Request, house: TheHouse, who: Who, digest: str) -> Response:
    """Keep bytes under their digest; under `new` the server finds it. What arrives damaged is not kept."""
    expected = None if digest == NEW else _digest(digest)
    chunks = _from_thread(request.stream())
    try:
        return answer(await run_in_threadpool(blobs.put, house, who, chunks, expected), 201)
    except ClientDisconnect:
        return Response(status_code=400)  # nobody is there to read it


def _digest(text: str) -> Digest:
    if not is_digest(text):
        raise BadInput("That is not a digest.", "A digest has 64 hexadecimal digits.")
    return Digest(text)


def _headers(digest: Digest) -> dict[str, str]:
    return {
        "ETag": f'"{digest}"',
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, max-age=31536000, immutable",
        "Content-Disposition": f'attachment; filename="{digest[:16]}"',
        "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    }


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


def _from_thread(stream: AsyncIterator[bytes]) -> Iterator[bytes]:
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
