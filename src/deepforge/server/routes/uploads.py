"""Uploads: files that come piece by piece, and may be taken up again where they broke off."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from deepforge.core import user
from deepforge.core.artifact import ArtifactVersion
from deepforge.core.ids import ProjectId, UploadId
from deepforge.core.upload import FinishRequest, FolderRequest, Upload, UploadRequest
from deepforge.server.answers import answer, nothing
from deepforge.server.body import body_as
from deepforge.server.desk import TheHouse, Who
from deepforge.server.route import Routes
from deepforge.server.streams import from_thread
from deepforge.services import uploads

routes = Routes("/api/v1/uploads", "uploads")


@routes.post("", permission=user.ARTIFACTS_WRITE, takes=UploadRequest, answers=Upload, status=201)
def begin_upload(
    house: TheHouse, who: Who, asked: Annotated[UploadRequest, Depends(body_as(UploadRequest))]
) -> Response:
    """Announce a file that is to become an artifact, or a part of one."""
    return answer(uploads.begin(house, who, asked.project, asked.name, asked.size), 201)


@routes.get("", permission=user.ARTIFACTS_WRITE, answers=tuple[Upload, ...])
def list_uploads(house: TheHouse, who: Who, project: str | None = None) -> Response:
    """The caller's unfinished uploads."""
    return answer(uploads.listing(house, who, ProjectId(project) if project else None))


@routes.post(
    "/folder", permission=user.ARTIFACTS_WRITE, takes=FolderRequest, answers=ArtifactVersion, status=201
)
def finish_folder(
    house: TheHouse, who: Who, asked: Annotated[FolderRequest, Depends(body_as(FolderRequest))]
) -> Response:
    """Make files that were uploaded whole one artifact, a folder."""
    return answer(uploads.finish_folder(house, who, asked.project, asked.name, asked.files), 201)


@routes.get("/{upload}", permission=user.ARTIFACTS_WRITE, answers=Upload)
def show_upload(house: TheHouse, who: Who, upload: str) -> Response:
    """How much of an upload is here, for whoever wants to go on with it."""
    return answer(uploads.show(house, who, UploadId(upload)))


@routes.put(
    "/{upload}",
    permission=user.ARTIFACTS_WRITE,
    takes_media="application/octet-stream",
    answers=Upload,
    body_limit=None,
)
async def receive_upload(
    request: Request, house: TheHouse, who: Who, upload: str, offset: Annotated[int, Query(ge=0)]
) -> Response:
    """Send the bytes from `offset` on, as many as wanted; those that are not the next are refused."""
    chunks = from_thread(request.stream())
    try:
        found = await run_in_threadpool(uploads.receive, house, who, UploadId(upload), offset, chunks)
    except ClientDisconnect:
        return Response(status_code=400)  # nobody is there to read it; what came is kept
    return answer(found)


@routes.post(
    "/{upload}/finish",
    permission=user.ARTIFACTS_WRITE,
    takes=FinishRequest,
    answers=ArtifactVersion,
    status=201,
)
def finish_upload(
    house: TheHouse,
    who: Who,
    upload: str,
    asked: Annotated[FinishRequest, Depends(body_as(FinishRequest))],
) -> Response:
    """Make an upload that is whole the next version of an artifact."""
    return answer(uploads.finish(house, who, UploadId(upload), asked.name, asked.type, asked.codec), 201)


@routes.delete("/{upload}", permission=user.ARTIFACTS_WRITE, status=204)
def cancel_upload(house: TheHouse, who: Who, upload: str) -> Response:
    """Give an upload up."""
    uploads.cancel(house, who, UploadId(upload))
    return nothing()
