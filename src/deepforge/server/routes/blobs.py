"""Blobs: bytes by digest, streamed both ways.

What somebody made is never shown as a page: it leaves as an attachment, of no type that a browser would run,
in a sandbox. Only raster images may be asked for under their own type, so that pages can show figures.
"""

from __future__ import annotations

from functools import partial
from typing import Annotated, Literal

from fastapi import Query
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from deepforge.core import user
from deepforge.core.artifact import BlobFact
from deepforge.core.errors import BadInput
from deepforge.core.ids import Digest, is_digest
from deepforge.server.answers import answer
from deepforge.server.desk import TheHouse, Who
from deepforge.server.route import Routes
from deepforge.server.streams import SANDBOX, from_thread, send
from deepforge.services import blobs

routes = Routes("/api/v1/blobs", "blobs")

NEW = "new"
"""In place of a digest: the server is to find it."""

Image = Literal["image/png", "image/jpeg", "image/gif", "image/webp"]


@routes.get("/{digest}", permission=user.BLOBS_READ, answers_media="application/octet-stream")
def read_blob(
    request: Request, house: TheHouse, who: Who, digest: str, media: Annotated[Image | None, Query()] = None
) -> Response:
    """The bytes of a blob, or a range of them."""
    wanted = _digest(digest)
    media_type = media or "application/octet-stream"
    return send(request, partial(blobs.open, house, who, wanted), media_type, _headers(wanted))


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
    chunks = from_thread(request.stream())
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
        "Content-Security-Policy": SANDBOX,
    }
