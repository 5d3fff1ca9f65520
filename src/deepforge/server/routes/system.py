"""The server itself: how it does, its description, its end."""

from __future__ import annotations

import os
import time
from datetime import datetime

import psutil
from starlette.requests import Request
from starlette.responses import Response

import deepforge
from deepforge.core import user
from deepforge.core.server import ServerStatus
from deepforge.server.answers import answer
from deepforge.server.desk import TheHouse, desk_of
from deepforge.server.route import SIGNED_IN, Routes

routes = Routes("", "system")


@routes.get("/api/v1/status", permission=SIGNED_IN, answers=ServerStatus)
def status(request: Request, house: TheHouse) -> Response:
    """How the server does."""
    desk = desk_of(request)
    return answer(
        ServerStatus(
            version=deepforge.__version__,
            url=desk.url,
            pid=os.getpid(),
            started=desk.started,
            uptime=round(time.time() - datetime.fromisoformat(desk.started).timestamp(), 3),
            memory=psutil.Process().memory_info().rss,
            home=str(house.data.home),
            database=house.database.engine.dialect.name,
        )
    )


@routes.post("/api/v1/stop", permission=user.ADMIN, status=202)
async def stop_server(request: Request) -> Response:
    """End the server in good order; its worker gives its jobs back."""
    desk_of(request).stop()
    return Response(status_code=202)


@routes.get("/openapi.json", permission=SIGNED_IN, answers_media="application/json")
def describe_interface(request: Request) -> Response:
    """This description."""
    return answer(request.app.openapi())
