"""The app: the table of routes as a FastAPI application, behind the gate."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

from fastapi import FastAPI
from starlette.responses import Response
from starlette.types import ASGIApp

import deepforge
from deepforge.core.user import PERMISSIONS
from deepforge.server import editor, errors, live, pages, static_files
from deepforge.server.desk import Desk
from deepforge.server.express import Express
from deepforge.server.gate import Gate, Identify
from deepforge.server.openapi import complete
from deepforge.server.origin import Hosts
from deepforge.server.route import PUBLIC, SIGNED_IN, Route, Routes, RouteTable
from deepforge.server.routes import (
    artifacts,
    blobs,
    code,
    commits,
    documents,
    feedback,
    files,
    frozen,
    history,
    pipelines,
    previews,
    projects,
    runs,
    session,
    system,
    templates,
    uploads,
    workers,
)

ALL_ROUTES: tuple[Routes, ...] = (
    workers.routes,
    system.routes,
    projects.routes,
    history.routes,
    commits.routes,
    templates.routes,
    pipelines.routes,
    files.routes,
    code.routes,
    documents.routes,
    frozen.routes,
    runs.routes,
    feedback.routes,
    feedback.several,
    artifacts.routes,
    blobs.routes,
    previews.routes,
    uploads.routes,
    session.routes,
    session.doors,
    live.routes,
    editor.routes,
    pages.routes,
    static_files.routes,
)
Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


class UndeclaredRoute(Exception):
    """A route of the app has no permission; the server does not start with it."""


def create_app(desk: Desk, *, hosts: Hosts, identify: Identify, lifespan: Lifespan) -> ASGIApp:
    """The whole server as an ASGI application. Raises UndeclaredRoute."""
    table = RouteTable([route for routes in ALL_ROUTES for route in routes.routes])
    app = build(table, lifespan)
    app.state.desk = desk
    app.state.table = table
    verify(app, table)
    return Gate(Express(app, table), table, identify, hosts)


def build(table: RouteTable, lifespan: Lifespan | None = None) -> FastAPI:
    """The application without its gate."""
    app = FastAPI(
        title="DeepForge",
        version=deepforge.__version__,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
    )
    errors.install(app)
    for route in table:
        _add(app, route)
    described = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = complete(described(), table)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]
    return app


def verify(app: FastAPI, table: RouteTable) -> None:
    """Refuse an app in which a route is not declared, or names a permission that nobody can hold."""
    for route in table:
        if route.permission not in PERMISSIONS | {PUBLIC, SIGNED_IN}:
            raise UndeclaredRoute(f"{route.method} {route.path} names the permission {route.permission!r}.")
    declared = {(route.path, route.method) for route in table}
    for served in app.routes:
        path = getattr(served, "path", None)
        methods = getattr(served, "methods", None) or {"WEBSOCKET"}
        for method in methods:
            if (path, method) not in declared:
                raise UndeclaredRoute(f"{method} {path or served} is served without a declared permission.")


def _add(app: FastAPI, route: Route) -> None:
    if route.method == "WEBSOCKET":
        app.add_api_websocket_route(route.path, route.endpoint, name=route.name)
        return
    app.add_api_route(
        route.path,
        route.endpoint,
        methods=[route.method],
        name=route.name,
        operation_id=route.name,
        summary=route.summary,
        tags=[route.noun] if route.noun else None,
        status_code=route.status,
        response_model=None,
        response_class=Response,
        include_in_schema=not route.is_page,
    )
