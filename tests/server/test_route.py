"""The table of routes."""

from __future__ import annotations

import pytest
from fastapi import FastAPI

from deepforge.core import user
from deepforge.server.app import UndeclaredRoute, build, verify
from deepforge.server.route import PUBLIC, Routes, RouteTable


def _routes() -> Routes:
    routes = Routes("/api/v1/things", "things")

    @routes.get("/{thing}", permission=user.RUNS_READ)
    def show_thing(thing: str) -> None:
        """One thing.

        And more about it.
        """

    @routes.get("/new", permission=user.RUNS_WRITE)
    def new_thing() -> None:
        """A new thing."""

    return routes


def test_a_route_is_found_by_its_path_and_a_fixed_one_goes_before_a_pattern() -> None:
    table = RouteTable(_routes().routes)
    found = {path: [route.name for route in table.at(path).values()] for path in PATHS}
    assert found == {
        "/api/v1/things/new": ["new_thing"],
        "/api/v1/things/7": ["show_thing"],
        "/api/v1/things/7/": [],
        "/api/v1/things//": [],
        "/api/v1/Things/7": [],
        "/api/v1/things/a/b": [],
    }


PATHS = (
    "/api/v1/things/new",
    "/api/v1/things/7",
    "/api/v1/things/7/",
    "/api/v1/things//",
    "/api/v1/Things/7",
    "/api/v1/things/a/b",
)


def test_the_first_line_of_the_docstring_is_the_summary() -> None:
    assert [route.summary for route in _routes().routes] == ["One thing.", "A new thing."]


def test_the_same_route_cannot_be_declared_twice() -> None:
    routes = _routes()
    with pytest.raises(ValueError, match="declared twice"):
        RouteTable([*routes.routes, routes.routes[0]])


def test_an_app_with_an_undeclared_route_does_not_start() -> None:
    table = RouteTable(_routes().routes)
    app = build(table)
    verify(app, table)

    @app.get("/debug")
    def debug() -> str:
        return "all"

    with pytest.raises(UndeclaredRoute, match="GET /debug is served without a declared permission"):
        verify(app, table)


def test_an_app_with_a_mounted_app_does_not_start() -> None:
    table = RouteTable(_routes().routes)
    app = build(table)
    app.mount("/metrics", FastAPI())
    with pytest.raises(UndeclaredRoute, match="/metrics is served without"):
        verify(app, table)


def test_an_app_with_an_undeclared_web_socket_does_not_start() -> None:
    table = RouteTable(_routes().routes)
    app = build(table)

    @app.websocket("/terminal")
    async def terminal() -> None:
        """Nothing."""

    with pytest.raises(UndeclaredRoute, match="WEBSOCKET /terminal"):
        verify(app, table)


def test_a_permission_that_nobody_can_hold_is_no_permission() -> None:
    routes = Routes()

    @routes.get("/x", permission="runs:raed")
    def show() -> None:
        """X."""

    table = RouteTable(routes.routes)
    with pytest.raises(UndeclaredRoute, match="names the permission 'runs:raed'"):
        verify(build(table), table)


def test_a_route_cannot_be_declared_without_a_permission() -> None:
    with pytest.raises(TypeError, match="permission"):
        Routes().get("/x")  # type: ignore[call-arg]


def test_what_is_public_says_so() -> None:
    routes = Routes()

    @routes.get("/door", permission=PUBLIC)
    def door() -> None:
        """In."""

    table = RouteTable(routes.routes)
    verify(build(table), table)
