"""Artifacts and their versions."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from deepforge.core import user
from deepforge.core.artifact import (
    MANIFEST,
    ArtifactFacets,
    ArtifactFilter,
    ArtifactName,
    ArtifactRequest,
    ArtifactSummary,
    ArtifactTags,
    ArtifactVersion,
    RemovedArtifact,
)
from deepforge.core.ids import ArtifactId, ProjectId, RunId
from deepforge.core.lineage import LineageView, MadePipeline, PipelineRequest
from deepforge.core.reference import ReferenceRequest
from deepforge.core.upload import file_name
from deepforge.server.answers import answer, listing
from deepforge.server.body import body_as
from deepforge.server.desk import TheHouse, Who
from deepforge.server.route import Routes
from deepforge.server.streams import SANDBOX, attachment, send
from deepforge.services import artifacts, downloads, lineage, references, retracing

routes = Routes("/api/v1/artifacts", "artifacts")

Asked = Annotated[ArtifactRequest, Depends(body_as(ArtifactRequest))]


@routes.get("", permission=user.ARTIFACTS_READ, answers=tuple[ArtifactSummary, ...])
def list_artifacts(
    house: TheHouse,
    who: Who,
    project: str | None = None,
    name: Annotated[str | None, Query(max_length=200)] = None,
    type: Annotated[str | None, Query(max_length=400)] = None,
    tag: Annotated[str | None, Query(max_length=50)] = None,
    q: Annotated[str | None, Query(max_length=200)] = None,
    sort: Annotated[str, Query(max_length=20)] = "name",
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
    after: str | None = None,
    fields: str | None = None,
) -> Response:
    """Artifacts, each with its newest version.

    `sort` takes name, size, created, type and versions, with a minus in front the other way round.
    """
    wanted = ArtifactFilter(ProjectId(project) if project else None, name, type, tag, q)
    found = artifacts.listing(
        house, who, wanted, sort=sort, limit=limit, after=ArtifactId(after) if after else None
    )
    return listing(found, fields)


@routes.post("", permission=user.ARTIFACTS_WRITE, takes=ArtifactRequest, answers=ArtifactVersion, status=201)
def put_artifact(house: TheHouse, who: Who, asked: Asked) -> Response:
    """Save a blob that was uploaded before as the next version of an artifact."""
    saved = artifacts.put(
        house, who, asked.project, asked.name, asked.digest, asked.size, asked.type, asked.codec
    )
    return answer(saved, 201)


@routes.post(
    "/reference",
    permission=user.ARTIFACTS_WRITE,
    takes=ReferenceRequest,
    answers=ArtifactVersion,
    status=201,
)
def refer_to(
    house: TheHouse, who: Who, asked: Annotated[ReferenceRequest, Depends(body_as(ReferenceRequest))]
) -> Response:
    """Make what lies at a URL the next version of an artifact, without copying it."""
    return answer(references.add(house, who, asked.project, asked.name, asked.url), 201)


@routes.get("/find", permission=user.ARTIFACTS_READ, answers=ArtifactVersion)
def find_artifact(
    house: TheHouse, who: Who, project: str, reference: Annotated[str, Query(max_length=220)]
) -> Response:
    """The version that `name` (the newest) or `name@version` means."""
    return answer(artifacts.find(house, who, ProjectId(project), reference))


@routes.get("/facets", permission=user.ARTIFACTS_READ, answers=ArtifactFacets)
def list_facets(house: TheHouse, who: Who, project: str | None = None) -> Response:
    """The types and tags that artifacts have, for filtering by them."""
    return answer(artifacts.facets(house, who, ProjectId(project) if project else None))


@routes.get("/{artifact}", permission=user.ARTIFACTS_READ, answers=tuple[ArtifactVersion, ...])
def list_versions(house: TheHouse, who: Who, artifact: str) -> Response:
    """All versions of an artifact, with their lineage."""
    return answer(artifacts.versions(house, who, ArtifactId(artifact)))


@routes.get("/{artifact}/summary", permission=user.ARTIFACTS_READ, answers=ArtifactSummary)
def show_artifact(house: TheHouse, who: Who, artifact: str) -> Response:
    """An artifact by its newest version."""
    return answer(artifacts.show(house, who, ArtifactId(artifact)))


@routes.get("/{artifact}/lineage", permission=user.ARTIFACTS_READ, answers=LineageView)
def show_lineage(
    house: TheHouse,
    who: Who,
    artifact: str,
    version: Annotated[int | None, Query(ge=1)] = None,
    depth: Annotated[int, Query(ge=0, le=50)] = 8,
    after: str | None = None,
) -> Response:
    """What led to a version, and what came of it; `after` goes on behind the runs that were told."""
    behind = RunId(after) if after else None
    return answer(lineage.show(house, who, ArtifactId(artifact), version, depth, behind))


@routes.post(
    "/{artifact}/pipeline",
    permission=user.PROJECTS_WRITE,
    takes=PipelineRequest,
    answers=MadePipeline,
    status=201,
)
def make_pipeline(
    house: TheHouse,
    who: Who,
    artifact: str,
    asked: Annotated[PipelineRequest, Depends(body_as(PipelineRequest))],
) -> Response:
    """Write what led to a version as a new pipeline of its project, and say what is not as it was."""
    return answer(retracing.make(house, who, ArtifactId(artifact), asked.name, asked.version), 201)


@routes.post(
    "/{artifact}/rename", permission=user.ARTIFACTS_WRITE, takes=ArtifactName, answers=ArtifactSummary
)
def rename_artifact(
    house: TheHouse, who: Who, artifact: str, asked: Annotated[ArtifactName, Depends(body_as(ArtifactName))]
) -> Response:
    """Call an artifact otherwise."""
    return answer(artifacts.rename(house, who, ArtifactId(artifact), asked.name))


@routes.post("/{artifact}/tags", permission=user.ARTIFACTS_WRITE, takes=ArtifactTags, answers=ArtifactSummary)
def tag_artifact(
    house: TheHouse, who: Who, artifact: str, asked: Annotated[ArtifactTags, Depends(body_as(ArtifactTags))]
) -> Response:
    """Give an artifact these tags and no others."""
    return answer(artifacts.tag(house, who, ArtifactId(artifact), asked.tags))


@routes.delete("/{artifact}", permission=user.ARTIFACTS_WRITE, answers=RemovedArtifact)
def remove_artifact(house: TheHouse, who: Who, artifact: str) -> Response:
    """Remove an artifact with all its versions; for a day it can be restored."""
    return answer(artifacts.remove(house, who, ArtifactId(artifact)))


@routes.post("/{artifact}/restore", permission=user.ARTIFACTS_WRITE, answers=ArtifactSummary)
def restore_artifact(house: TheHouse, who: Who, artifact: str) -> Response:
    """Bring a removed artifact back."""
    return answer(artifacts.restore(house, who, ArtifactId(artifact)))


@routes.post("/restore", permission=user.ARTIFACTS_WRITE, answers=ArtifactSummary)
def restore_named(
    house: TheHouse, who: Who, project: str, asked: Annotated[ArtifactName, Depends(body_as(ArtifactName))]
) -> Response:
    """Bring the artifact back that had this name when it was removed."""
    found = artifacts.find_removed(house, who, ProjectId(project), asked.name)
    return answer(artifacts.restore(house, who, found))


@routes.get(
    "/{artifact}/versions/{version}/download",
    permission=user.ARTIFACTS_READ,
    answers_media="application/octet-stream",
)
def download_version(request: Request, house: TheHouse, who: Who, artifact: str, version: int) -> Response:
    """The bytes of a version as a file with a name, or a range of them; a folder as a ZIP file."""
    found = artifacts.version(house, who, ArtifactId(artifact), version)
    name = file_name(found.name, found.codec)
    headers = {"Content-Disposition": attachment(name), "Content-Security-Policy": SANDBOX}
    if found.codec == MANIFEST:
        return StreamingResponse(
            downloads.zipped(house, found), headers=headers, media_type="application/zip"
        )
    headers |= {"ETag": f'"{found.digest}"', "Accept-Ranges": "bytes"}
    return send(
        request, lambda offset: downloads.open(house, found, offset), "application/octet-stream", headers
    )
