"""A server behind a proxy that speaks TLS with browsers and plain HTTP with us."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from deepforge.services import identity
from tests.support.raw_http import ask
from tests.support.running_server import RunningServer, running_server

HOST = "forge.example.org"
PAGE = {"Host": HOST, "Origin": f"https://{HOST}", "Sec-Fetch-Site": "same-origin"}
WISH = {"Content-Type": "application/json"}


@pytest.fixture
def proxied(tmp_path: Path) -> Iterator[RunningServer]:
    with running_server(tmp_path / "home", f"https://{HOST}/") as server:
        yield server


def sign_in(server: RunningServer) -> str:
    """Come in by the link; gives the cookie."""
    code = identity.create_code(server.house, server.owner)
    answer = ask(server, "GET", f"/enter/{code}", {"Host": HOST})
    cookie, *facts = answer.headers["set-cookie"].split("; ")
    assert cookie.startswith("__Host-deepforge=")
    assert "Secure" in facts
    return cookie


def test_a_browser_that_comes_by_the_proxy_is_signed_in_and_may_write(proxied: RunningServer) -> None:
    cookie = sign_in(proxied)
    answer = ask(proxied, "POST", "/api/v1/session/codes", {**PAGE, **WISH, "Cookie": cookie})
    assert answer.status == 201


def test_the_live_channel_opens_to_pages_of_the_public_address_alone(proxied: RunningServer) -> None:
    cookie = sign_in(proxied)

    def opened(origin: str) -> bool:
        line = socket.create_connection(("127.0.0.1", proxied.port))
        asked = {"origin": origin, "additional_headers": {"Cookie": cookie}}
        try:
            with connect(f"ws://{HOST}/api/v1/live", sock=line, **asked):  # type: ignore[arg-type]
                return True
        except InvalidStatus:
            return False

    assert [opened(f"https://{HOST}"), opened(f"http://{HOST}"), opened("https://evil.com")] == [
        True,
        False,
        False,
    ]


def test_other_pages_and_other_hosts_are_refused_as_ever(proxied: RunningServer) -> None:
    cookie = sign_in(proxied)
    for origin, status in ((f"http://{HOST}", 403), ("https://evil.com", 403), (f"https://{HOST}:8443", 403)):
        headers = {**PAGE, **WISH, "Cookie": cookie, "Origin": origin}
        assert ask(proxied, "POST", "/api/v1/session/codes", headers).status == status
    assert ask(proxied, "GET", "/", {"Host": "other.example.org"}).status == 421
