"""The short way past FastAPI: for the routes that say so, and with the same answers."""

from __future__ import annotations

import asyncio
import inspect
import json
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from deepforge.core import user
from deepforge.core.errors import BadInput
from deepforge.server.app import ALL_ROUTES, build
from deepforge.server.desk import TheHouse, Who
from deepforge.server.express import Express
from deepforge.server.route import Routes, RouteTable

MARKED = [route for routes in ALL_ROUTES for route in routes.routes if route.express]


def _table(error: Exception | None = None) -> RouteTable:
    routes = Routes("/api/v1/things", "things")

    @routes.post("/{thing}/{part}", permission=user.RUNS_READ, express=True)
    async def touch(request: Request, house: TheHouse, who: Who, thing: str, part: str) -> Response:
        """Touch a part of a thing."""
        if error is not None:
            raise error
        return Response(f"{house} {who} {thing} {part} {(await request.body()).decode()}")

    @routes.get("/{thing}", permission=user.RUNS_READ)
    async def show(thing: str) -> Response:
        """Show a thing."""
        return Response(f"by FastAPI: {thing}")

    return RouteTable(routes.routes)


async def _not_to_be_reached(*_: object) -> None:
    raise AssertionError("it went by FastAPI")


def _ask(table: RouteTable, method: str, path: str, by_fastapi: bool = False) -> tuple[int, str]:
    """Status and text of the answer; `by_fastapi`: on the long way."""
    app = build(table)
    app.state.desk = SimpleNamespace(house="the house")
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"hello"}

    async def send(message: Any) -> None:
        sent.append(message)

    route = None if by_fastapi else table.at(path)[method]
    if route is not None and route.express:
        app.middleware_stack = _not_to_be_reached
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "headers": [],
        "query_string": b"",
        "state": {"caller": "somebody", "route": route},
    }
    asyncio.run(Express(app, table)(scope, receive, send))
    return sent[0]["status"], b"".join(each.get("body", b"") for each in sent[1:]).decode()


@pytest.mark.parametrize("by_fastapi", [False, True])
def test_an_endpoint_gets_the_house_who_asks_and_the_words_of_the_path(by_fastapi: bool) -> None:
    answer = _ask(_table(), "POST", "/api/v1/things/a%20b/ü", by_fastapi)
    assert answer == (200, "the house somebody a%20b ü hello")


def test_what_is_not_marked_goes_by_fastapi() -> None:
    assert _ask(_table(), "GET", "/api/v1/things/7") == (200, "by FastAPI: 7")


@pytest.mark.parametrize("error", [BadInput("It is bad.", "Mend it."), HTTPException(408)])
def test_errors_are_told_as_on_the_long_way(error: Exception) -> None:
    short, long = (_ask(_table(error), "POST", "/api/v1/things/7/8", way) for way in (False, True))
    assert short == long
    assert short[0] >= 400


def test_a_failure_is_logged_under_the_number_that_the_answer_names(caplog: pytest.LogCaptureFixture) -> None:
    status, text = _ask(_table(ValueError("not meant")), "POST", "/api/v1/things/7/8")
    number = json.loads(text)["error"]["hint"].rpartition(" ")[2].rstrip(".")
    assert status == 500
    assert f"Failure {number} while answering POST /api/v1/things/7/8" in caplog.text
    assert "not meant" in caplog.text
    assert "not meant" not in text


@pytest.mark.parametrize("route", MARKED, ids=lambda route: route.name)
def test_a_marked_endpoint_takes_nothing_that_only_fastapi_could_give(route: Any) -> None:
    taken = inspect.signature(route.endpoint).parameters
    in_path = [part[1:-1] for part in route.path.split("/") if part.startswith("{")]
    assert list(taken) == ["request", "house", "who", *in_path]
    assert inspect.iscoroutinefunction(route.endpoint)


def test_the_exchange_of_workers_is_marked() -> None:
    assert [route.name for route in MARKED] == ["exchange"]
