"""Templates for new projects."""

from __future__ import annotations

from starlette.responses import Response

from deepforge.core import user
from deepforge.core.project import TemplateView
from deepforge.server.answers import answer
from deepforge.server.desk import TheHouse, Who
from deepforge.server.route import Routes
from deepforge.services import templates

routes = Routes("/api/v1/templates", "projects")


@routes.get("", permission=user.PROJECTS_READ, answers=tuple[TemplateView, ...])
def list_templates(house: TheHouse, who: Who) -> Response:
    """The examples that a new project can begin as, with the pipeline to look at first."""
    return answer(templates.listing(house, who))
