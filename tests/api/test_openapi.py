"""The description of the interface: whole, and true."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from deepforge.core.user import PERMISSIONS
from deepforge.server.app import ALL_ROUTES
from deepforge.server.route import SIGNED_IN
from tests.support.raw_http import ask
from tests.support.running_server import RunningServer


@pytest.fixture(scope="module")
def document(server: RunningServer) -> dict[str, Any]:
    answer = ask(server, "GET", "/openapi.json", token=server.token)
    found: dict[str, Any] = json.loads(answer.body)
    return found


def _operations(document: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (method.upper(), path): operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }


def test_every_route_of_the_interface_is_described(document: dict[str, Any]) -> None:
    declared = {
        (route.method, route.path)
        for routes in ALL_ROUTES
        for route in routes.routes
        if not route.is_page and route.method != "WEBSOCKET"
    }
    assert set(_operations(document)) == declared


def test_every_route_says_what_it_does_who_may_and_what_comes_back(document: dict[str, Any]) -> None:
    for operation in _operations(document).values():
        assert operation["summary"].endswith(".")
        assert operation["x-permission"] in PERMISSIONS | {SIGNED_IN}
        assert operation["tags"]
        assert set(operation["responses"]) >= {"default"}
        good = [each for status, each in operation["responses"].items() if status.startswith("2")]
        assert len(good) == 1


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    names = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(document)))
    assert names <= set(document["components"]["schemas"])
    assert {"RunView", "RunRequest", "Problem", "Error"} <= names


def test_what_may_be_left_out_of_a_request_is_always_there_in_an_answer(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    assert schemas["RunRequest"]["required"] == ["project", "pipeline"]
    assert set(schemas["RunView"]["required"]) == set(schemas["RunView"]["properties"])
    assert schemas["RunView"]["description"] == "One run, whole."


def test_an_answer_is_what_the_description_says(server: RunningServer, document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    content = json.loads(ask(server, "GET", "/api/v1/status", token=server.token).body)
    assert set(content) == set(schemas["ServerStatus"]["properties"])


def test_the_codes_of_errors_are_listed_with_their_status(document: dict[str, Any]) -> None:
    codes = document["x-error-codes"]
    assert {
        "not_found": 404,
        "invalid_pipeline": 422,
        "too_large": 413,
        "wrong_host": 421,
    }.items() <= codes.items()
