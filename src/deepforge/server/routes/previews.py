"""Previews: what a person sees of some data without loading it."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import Query
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from deepforge.core import user
from deepforge.core.ids import Digest, JobId
from deepforge.core.preview import PreviewView
from deepforge.server.answers import answer
from deepforge.server.desk import TheHouse, Who, bell_of
from deepforge.server.route import Routes
from deepforge.server.streams import SANDBOX
from deepforge.services import previews

routes = Routes("/api/v1/previews", "previews")

LONGEST_WAIT = 20.0
"""Seconds that an answer is held back at most while the preview is made."""

Codec = Annotated[str, Query(min_length=1, max_length=40)]


@routes.get("/{digest}", permission=user.BLOBS_READ, answers=PreviewView)
async def show_preview(
    request: Request,
    house: TheHouse,
    who: Who,
    digest: str,
    codec: Codec,
    type: Annotated[str, Query(max_length=400)] = "",
    job: str | None = None,
    again: bool = False,
    wait: Annotated[float, Query(ge=0, le=LONGEST_WAIT)] = 0.0,
) -> Response:
    """The preview of some data; asking for one that is not there has a worker make it.

    The answer is held back for up to `wait` seconds while it is made.
    """
    bell = bell_of(request)
    loop = asyncio.get_running_loop()
    deadline = loop.time() + wait
    made_by = JobId(job) if job else None
    while True:
        count = bell.count
        found = await run_in_threadpool(
            previews.show, house, who, Digest(digest), codec, type, made_by, again=again
        )
        left = deadline - loop.time()
        if found.state != "wanted" or left <= 0 or bell.closed:
            return answer(found)
        again = False
        await bell.after(count, left)


@routes.get("/{digest}/image", permission=user.BLOBS_READ, answers_media="image/png")
def show_preview_image(house: TheHouse, who: Who, digest: str, codec: Codec) -> Response:
    """The picture that belongs to a preview."""
    data = previews.image(house, who, Digest(digest), codec)
    headers = {"Content-Security-Policy": SANDBOX, "Cache-Control": "private, max-age=300"}
    return Response(data, headers=headers, media_type="image/png")
