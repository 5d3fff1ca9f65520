"""Code as it is in somebody's editor: its interface, edits, format, problems, completion, new operations."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends
from starlette.responses import Response

from deepforge.core import user
from deepforge.core.beginnings import templates
from deepforge.core.code import (
    CodeTemplate,
    Completions,
    Definition,
    Diagnostic,
    Edited,
    EditRequest,
    Followed,
    Formatted,
    Hover,
    InterfaceView,
    NewOperation,
    Occurrence,
    OperationRename,
    OperationRequest,
    PlaceRequest,
    SourceRequest,
)
from deepforge.core.ids import ProjectId
from deepforge.server.answers import answer
from deepforge.server.body import body_as
from deepforge.server.desk import TheHouse, Who
from deepforge.server.route import Routes
from deepforge.server.routes.files import SOURCE_LIMIT
from deepforge.services import code

routes = Routes("/api/v1/projects/{project}/code", "code")

ASource = Annotated[SourceRequest, Depends(body_as(SourceRequest))]
APlace = Annotated[PlaceRequest, Depends(body_as(PlaceRequest))]


@routes.post(
    "/interface",
    takes=SourceRequest,
    answers=InterfaceView,
    permission=user.PROJECTS_READ,
    body_limit=SOURCE_LIMIT,
)
def read_interface(house: TheHouse, who: Who, project: str, request: ASource) -> Response:
    """The interface of a source, or the last one that could be read, with its problems."""
    return answer(code.interface(house, who, ProjectId(project), request))


@routes.post(
    "/edit", takes=EditRequest, answers=Edited, permission=user.PROJECTS_READ, body_limit=SOURCE_LIMIT
)
def edit_interface(
    house: TheHouse, who: Who, project: str, request: Annotated[EditRequest, Depends(body_as(EditRequest))]
) -> Response:
    """The source after an edit of its interface; nothing is written."""
    return answer(code.edit(house, who, ProjectId(project), request))


@routes.post("/follow", permission=user.PROJECTS_WRITE, takes=OperationRename, answers=Followed)
def follow_operation(
    house: TheHouse,
    who: Who,
    project: str,
    change: Annotated[OperationRename, Depends(body_as(OperationRename))],
) -> Response:
    """Have all pipelines use the new name of an operation, or of a port of it."""
    return answer(code.follow(house, who, ProjectId(project), change))


@routes.post(
    "/format", takes=SourceRequest, answers=Formatted, permission=user.PROJECTS_READ, body_limit=SOURCE_LIMIT
)
def format_code(house: TheHouse, who: Who, project: str, request: ASource) -> Response:
    """A source in the usual format."""
    return answer(code.format_source(house, who, ProjectId(project), request))


@routes.post(
    "/check",
    takes=SourceRequest,
    answers=tuple[Diagnostic, ...],
    permission=user.PROJECTS_READ,
    body_limit=SOURCE_LIMIT,
)
def check_code(house: TheHouse, who: Who, project: str, request: ASource) -> Response:
    """What is wrong in a source."""
    return answer(code.check(house, who, ProjectId(project), request))


@routes.post(
    "/complete",
    takes=PlaceRequest,
    answers=Completions,
    permission=user.PROJECTS_READ,
    body_limit=SOURCE_LIMIT,
)
def complete_code(house: TheHouse, who: Who, project: str, request: APlace) -> Response:
    """What may be written at a place."""
    return answer(code.complete(house, who, ProjectId(project), request))


@routes.post(
    "/hover", takes=PlaceRequest, answers=Hover, permission=user.PROJECTS_READ, body_limit=SOURCE_LIMIT
)
def hover_code(house: TheHouse, who: Who, project: str, request: APlace) -> Response:
    """What is known about the name at a place."""
    return answer(code.hover(house, who, ProjectId(project), request))


@routes.post(
    "/definition",
    takes=PlaceRequest,
    answers=tuple[Definition, ...],
    permission=user.PROJECTS_READ,
    body_limit=SOURCE_LIMIT,
)
def find_definition(house: TheHouse, who: Who, project: str, request: APlace) -> Response:
    """Where the name at a place is made."""
    return answer(code.definition(house, who, ProjectId(project), request))


@routes.post(
    "/references",
    takes=PlaceRequest,
    answers=tuple[Occurrence, ...],
    permission=user.PROJECTS_READ,
    body_limit=SOURCE_LIMIT,
)
def find_references(house: TheHouse, who: Who, project: str, request: APlace) -> Response:
    """Where in a source the name at a place stands."""
    return answer(code.references(house, who, ProjectId(project), request))


@routes.post(
    "/operation",
    takes=OperationRequest,
    answers=NewOperation,
    permission=user.PROJECTS_READ,
    body_limit=SOURCE_LIMIT,
)
def new_operation(
    house: TheHouse,
    who: Who,
    project: str,
    request: Annotated[OperationRequest, Depends(body_as(OperationRequest))],
) -> Response:
    """The file that a new operation would be, from a template or from pasted code; nothing is written."""
    return answer(code.new_operation(house, who, ProjectId(project), request))


@routes.get("/templates", permission=user.PROJECTS_READ, answers=tuple[CodeTemplate, ...])
def list_code_templates(house: TheHouse, who: Who, project: str) -> Response:
    """The templates for operations."""
    return answer(templates())
