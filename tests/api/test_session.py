"""The way in for a browser."""

from __future__ import annotations

import threading
from urllib.parse import urlencode

import pytest

from deepforge.client import Client
from deepforge.core.errors import BadInput
from deepforge.core.ids import ProjectId, RunId
from deepforge.services import identity
from deepforge.store.sessions import CODE_SECONDS
from tests.support.raw_http import RawAnswer, ask
from tests.support.running_server import RunningServer

SOME_ID = "01JQ0000000000000000000000"


def _enter(server: RunningServer, client: Client) -> tuple[str, RawAnswer]:
    entry = client.system.entry()
    assert entry.seconds == CODE_SECONDS == 60
    path = entry.url.removeprefix(server.url)
    return path, ask(server, "GET", path)


def test_a_link_signs_a_browser_in_once(server: RunningServer, client: Client) -> None:
    path, entered = _enter(server, client)
    assert entered.status == 200
    name, _, rest = entered.headers["set-cookie"].partition("=")
    assert name == f"deepforge-{server.port}"
    assert rest.partition("; ")[2] == "Path=/; Max-Age=2592000; HttpOnly; SameSite=Strict"
    cookie = {"Cookie": entered.headers["set-cookie"].partition(";")[0], "Accept": "text/html"}
    assert ask(server, "GET", "/", cookie).status == 200
    again = ask(server, "GET", path)
    assert (again.status, "set-cookie" in again.headers) == (410, False)


def test_a_link_leads_to_a_run_to_a_project_or_to_the_overview(server: RunningServer, client: Client) -> None:
    run, project = RunId(SOME_ID), ProjectId(SOME_ID[:-1] + "1")
    for entry, goal in (
        (client.system.entry(project, run), f"/runs/{run}"),
        (client.system.entry(project), f"/projects/{project}"),
        (client.system.entry(), "/"),
    ):
        entered = ask(server, "GET", entry.url.removeprefix(server.url))
        assert f'content="0; url={goal}"' in entered.body.decode()


@pytest.mark.parametrize("name", ["//evil.com", "..", '"><script>', f"{SOME_ID}/../..", SOME_ID.lower()])
def test_a_link_leads_to_nothing_but_ids(server: RunningServer, client: Client, name: str) -> None:
    with pytest.raises(BadInput, match="by its whole id"):
        client.system.entry(project=ProjectId(name))
    path = client.system.entry().url.removeprefix(server.url)
    entered = ask(server, "GET", f"{path}?{urlencode({'run': name, 'project': name})}")
    assert b'content="0; url=/"' in entered.body


def test_the_page_after_signing_in_goes_on_to_a_local_page_only(
    server: RunningServer, client: Client
) -> None:
    path = client.system.entry().url.removeprefix(server.url)
    entered = ask(server, "GET", path + "?next=//evil.com&next=https://evil.com")
    assert b'content="0; url=/"' in entered.body
    assert b"evil" not in entered.body
    assert "location" not in entered.headers


def test_a_link_is_not_used_up_by_what_only_looks_at_it(server: RunningServer, client: Client) -> None:
    path = client.system.entry().url.removeprefix(server.url)
    assert ask(server, "HEAD", path).status == 401
    assert ask(server, "GET", path).status == 200


def test_a_link_that_is_raced_for_lets_one_in(server: RunningServer, client: Client) -> None:
    path = client.system.entry().url.removeprefix(server.url)
    statuses: list[int] = []
    racers = [
        threading.Thread(target=lambda: statuses.append(ask(server, "GET", path).status)) for _ in range(8)
    ]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert sorted(statuses) == [200] + [410] * 7


def test_a_link_that_is_too_old_lets_nobody_in(
    server: RunningServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from deepforge.store import sessions

    with server.house.database.write() as connection:
        code = sessions.create_code(connection, server.owner.user, seconds=-1.0)
    assert ask(server, "GET", f"/enter/{code}").status == 410


def test_signing_out_ends_the_session_at_once(server: RunningServer) -> None:
    cookie = server.sign_in()
    own = {"Cookie": cookie, "Sec-Fetch-Site": "same-origin", "Content-Type": "application/json"}
    ended = ask(server, "POST", "/api/v1/session/end", own, b"{}")
    assert (ended.status, "Max-Age=0" in ended.headers["set-cookie"]) == (204, True)
    assert ask(server, "GET", "/api/v1/status", {"Cookie": cookie}).status == 401


def test_a_session_of_nobody_is_no_session(server: RunningServer) -> None:
    for cookie in (f"deepforge-{server.port}=made-up", f"deepforge-{server.port}=", "deepforge-1=x"):
        assert ask(server, "GET", "/api/v1/status", {"Cookie": cookie}).status == 401


def test_a_token_that_is_revoked_soon_opens_nothing(
    server: RunningServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from deepforge.server import doorman

    monkeypatch.setattr(doorman, "REMEMBERED_SECONDS", 0.0)
    token, text = identity.create_token(server.house, server.owner, "short", server.owner.permissions)
    assert ask(server, "GET", "/api/v1/status", token=text).status == 200
    identity.revoke_token(server.house, server.owner, token)
    assert ask(server, "GET", "/api/v1/status", token=text).status == 401


@pytest.mark.parametrize("kind", ["worker", "viewer", "admin"])
def test_who_may_less_than_a_session_signs_nobody_in(server: RunningServer, kind: str) -> None:
    if kind == "worker":
        token = identity.enrol_worker(server.house, server.owner)[1]
    else:
        everything = server.owner.permissions
        narrow = everything - {"admin"} if kind == "viewer" else frozenset({"admin"})
        token = identity.create_token(server.house, server.owner, kind, narrow)[1]
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    assert ask(server, "POST", "/api/v1/session/codes", headers, b"{}").status == 403
