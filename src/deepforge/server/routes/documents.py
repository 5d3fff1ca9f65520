"""Live documents: the web socket of a file that is edited together, and who edited what."""

from __future__ import annotations

from fastapi import Query
from starlette.responses import Response
from starlette.websockets import WebSocket

from deepforge.core import user
from deepforge.core.document_history import Edit
from deepforge.core.ids import ProjectId
from deepforge.server.answers import answer
from deepforge.server.desk import TheHouse, Who, desk_of
from deepforge.server.documents import serve
from deepforge.server.route import Routes
from deepforge.services import documents

routes = Routes("/api/v1", "documents")


@routes.websocket("/documents/{project}", permission=user.PROJECTS_READ)
async def live_document(socket: WebSocket, project: str, path: str, epoch: str | None = None) -> None:
    """Edit a file of a project together with others."""
    await serve(socket, desk_of(socket).companies, ProjectId(project), path, epoch)


@routes.get("/documents/{project}/edits", permission=user.PROJECTS_READ, answers=tuple[Edit, ...])
def list_edits(
    house: TheHouse, caller: Who, project: str, path: str | None = None, limit: int = Query(default=50)
) -> Response:
    """Who changed the files of a project in the editor, the newest first."""
    return answer(documents.edits(house, caller, ProjectId(project), path=path, limit=limit))
