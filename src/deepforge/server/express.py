"""The short way to routes that are asked for hundreds of times a second.

FastAPI takes a request through a dozen layers, each of which may suspend it; for a small message that costs
more than the answer. The few routes that say `express` are called straight from behind the gate, which has
found them already. They are described, and can be asked for, as all others.
"""

from __future__ import annotations

from fastapi import FastAPI
from starlette.requests import Request
from starlette.routing import compile_path
from starlette.types import Receive, Scope, Send

from deepforge.server import errors
from deepforge.server.desk import caller_of, house_of
from deepforge.server.route import Route, RouteTable


class Express:
    """Answers the routes that are marked, and passes everything else on to the app."""

    def __init__(self, app: FastAPI, table: RouteTable) -> None:
        self._app = app
        self._paths = {route.name: compile_path(route.path)[0] for route in table if route.express}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        route: Route | None = scope.get("state", {}).get("route")
        match = self._paths[route.name].match(scope["path"]) if route and route.express else None
        if route is None or match is None:
            await self._app(scope, receive, send)
            return
        scope["app"] = self._app
        request = Request(scope, receive)
        try:
            response = await route.endpoint(
                request=request,
                house=await house_of(request),
                who=await caller_of(request),
                **match.groupdict(),
            )
        except Exception as error:  # noqa: BLE001 - the answer tells it
            response = await errors.answer_to(request, error)
        await response(scope, receive, send)
