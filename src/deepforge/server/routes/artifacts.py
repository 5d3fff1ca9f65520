"""Artifacts and their versions."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query
from starlette.responses import Response

from deepforge.core import user
from deepforge.core.artifact import ArtifactRequest, ArtifactSummary, ArtifactVersion
from deepforge.core.ids import ArtifactId, ProjectId
from deepforge.server.answers import answer, listing, nothing
from deepforge.server.body import body_as
from deepforge.server.desk import TheHouse, Who
from deepforge.server.route import Routes
from deepforge.services import artifacts

routes = Routes("/api/v1/artifacts", "artifacts")

Asked = Annotated[ArtifactRequest, Depends(body_as(ArtifactRequest))]


@routes.get("", permission=user.ARTIFACTS_READ, answers=tuple[ArtifactSummary, ...])
def list_artifacts(
    house: TheHouse,
    who: Who,
    project: str | None = None,
    name: Annotated[str | None, Query(max_length=200)] = None,
    fields: str | None = None,
) -> Response:
    """Artifacts, each with its newest version."""
    found = artifacts.listing(house, who, project=ProjectId(project) if project else None, name=name)
    return listing(found, fields)


@routes.post("", permission=user.ARTIFACTS_WRITE, takes=ArtifactRequest, answers=ArtifactVersion, status=201)
def put_artifact(house: TheHouse, who: Who, asked: Asked) -> Response:
    """Save a blob that was uploaded before as the next version of an artifact."""
    saved = artifacts.put(
        house, who, asked.project, asked.name, asked.digest, asked.size, asked.type, asked.codec
    )
    return answer(saved, 201)


@routes.get("/find", permission=user.ARTIFACTS_READ, answers=ArtifactVersion)
def find_artifact(
    house: TheHouse, who: Who, project: str, reference: Annotated[str, Query(max_length=220)]
) -> Response:
    """The version that `name` (the newest) or `name@version` means."""
    return answer(artifacts.find(house, who, ProjectId(project), reference))


@routes.get("/{artifact}", permission=user.ARTIFACTS_READ, answers=tuple[ArtifactVersion, ...])
def list_versions(house: TheHouse, who: Who, artifact: str) -> Response:
    """All versions of an artifact, with their lineage."""
    return answer(artifacts.versions(house, who, ArtifactId(artifact)))


@routes.delete("/{artifact}", permission=user.ARTIFACTS_WRITE, status=204)
def remove_artifact(house: TheHouse, who: Who, artifact: str) -> Response:
    """Remove an artifact with all its versions."""
    artifacts.remove(house, who, ArtifactId(artifact))
    return nothing()
