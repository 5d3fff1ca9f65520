"""Attacks that the server has to refuse, each against a real socket; where possible one for every route there
is.
"""

from __future__ import annotations

import logging
import re
import socket

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from deepforge.core.ids import Digest
from deepforge.core.user import WORKER
from deepforge.server import gate
from deepforge.server.app import ALL_ROUTES
from deepforge.server.route import PUBLIC, SIGNED_IN, Route
from deepforge.services import artifacts, blobs, projects
from tests.support.raw_http import ask, read_answer
from tests.support.running_server import RunningServer

EVERY = [route for routes in ALL_ROUTES for route in routes.routes]
SOCKETS = [route for route in EVERY if route.method == "WEBSOCKET"]
GUARDED = [route for route in EVERY if route.permission != PUBLIC and route.method != "WEBSOCKET"]
WRITING = [route for route in GUARDED if route.method != "GET"]
SOME_ID = "01J0000000000000000000000A"


def _path(route: Route) -> str:
    path = route.path.replace("{digest}", "0" * 64)
    return re.sub(r"\{[a-z:]+\}", SOME_ID, path)


def _name(route: Route) -> str:
    return f"{route.method} {route.path}"


def _each(routes: list[Route]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("route", routes, ids=_name)


# Nobody gets in without proof


def test_at_most_five_routes_are_public_and_these_are_known() -> None:
    public = {(route.method, route.path) for route in EVERY if route.permission == PUBLIC}
    assert public == {
        ("GET", "/enter/{code}"),
        ("GET", "/static/{name}"),
        ("GET", "/assets/{name}"),
    }


@_each(GUARDED)
def test_a_stranger_gets_the_same_401_everywhere(server: RunningServer, route: Route) -> None:
    answer = ask(server, route.method, _path(route))
    nowhere = ask(server, route.method, "/api/v1/nowhere")
    assert (answer.status, answer.body) == (401, nowhere.body)
    assert b"run" not in answer.body.replace(b"Run `deepforge start`", b"")


@pytest.mark.parametrize(
    "token", ["", "dfx_", "dfx_x_y", f"dfx_{SOME_ID}_wrong", "x" * 5000, "Bearer", "' OR 1=1 --"]
)
def test_a_wrong_token_is_no_proof(server: RunningServer, token: str) -> None:
    assert ask(server, "GET", "/api/v1/status", token=token).status == 401


def test_a_right_token_with_a_wrong_secret_is_no_proof(server: RunningServer) -> None:
    assert ask(server, "GET", "/api/v1/status", token=server.token).status == 200
    assert ask(server, "GET", "/api/v1/status", token=server.token[:-1] + "!").status == 401


@_each(SOCKETS)
def test_a_socket_without_proof_is_closed_before_it_is_accepted(server: RunningServer, route: Route) -> None:
    with pytest.raises(InvalidStatus) as caught, connect(f"ws://localhost:{server.port}{route.path}"):
        pass
    assert caught.value.response.status_code == 403


@_each(GUARDED)
def test_a_method_that_a_route_has_not_opens_nothing(server: RunningServer, route: Route) -> None:
    declared = {other.method for other in EVERY if other.path == route.path}
    for method in {"HEAD", "OPTIONS", "DELETE", "PUT", "PATCH", "POST", "TRACE"} - declared:
        assert ask(server, method, _path(route)).status == 401
        known = ask(server, method, _path(route), token=server.token)
        assert (method, known.status) == (method, 405)


@_each([route for route in GUARDED if not route.path.endswith(":path}")])
def test_variants_of_a_path_open_nothing(server: RunningServer, route: Route) -> None:
    path = _path(route)
    variants = [path + "/", "/" + path, path + ";x", path + "/.", path + "%2f", path.replace("/", "//", 1)]
    variants += [path.upper()] if path.upper() != path else []
    for variant in variants:
        if any(variant == _path(other) for other in EVERY):
            continue
        assert ask(server, route.method, variant).status == 401
        assert ask(server, route.method, variant, token=server.token).status in (400, 404, 405, 422)


@_each(WRITING)
def test_a_method_is_not_overridden_by_a_header(server: RunningServer, route: Route) -> None:
    headers = {"X-HTTP-Method-Override": route.method, "X-Method-Override": route.method}
    assert ask(server, "GET", "/api/v1/status", headers, token=server.token).status == 200


# A role may do what it may, and no more


@_each(GUARDED)
def test_a_worker_may_only_do_what_workers_do(server: RunningServer, route: Route) -> None:
    answer = ask(server, route.method, _path(route), token=server.worker_token)
    if route.permission in {*WORKER, SIGNED_IN}:
        assert answer.status not in (401, 403, 405) or b"not that worker's" in answer.body
    else:
        assert answer.status == 403


def test_one_worker_cannot_speak_for_another(server: RunningServer) -> None:
    headers = {"Content-Type": "application/msgpack"}
    body = b"\x81\xabincarnation\xa1x"
    answer = ask(
        server, "POST", f"/api/v1/workers/{SOME_ID}/exchange", headers, body, token=server.worker_token
    )
    assert answer.status == 403


def test_the_first_page_of_a_fresh_server_lets_nobody_make_himself_its_owner(server: RunningServer) -> None:
    assert ask(server, "GET", "/").status == 401
    assert ask(server, "GET", f"/enter/{SOME_ID}").status == 410
    assert [route.path for route in EVERY if "setup" in route.path or "register" in route.path] == []


# Other names, other pages, other origins


@pytest.mark.parametrize(
    "host", ["evil.com", "127.0.0.1.nip.io", "localhost.evil.com", "[::ffff:10.0.0.1]", "10.0.0.1", ""]
)
def test_a_foreign_name_that_leads_here_gets_nothing(server: RunningServer, host: str) -> None:
    answer = ask(server, "GET", "/api/v1/status", {"Host": host}, token=server.token)
    assert answer.status == 421


def test_headers_of_a_proxy_are_not_believed(server: RunningServer) -> None:
    headers = {
        "X-Forwarded-For": "127.0.0.1",
        "X-Forwarded-Host": "localhost",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-User": "owner",
        "X-Remote-User": "owner",
        "Forwarded": "for=127.0.0.1;host=localhost",
    }
    assert ask(server, "GET", "/api/v1/status", headers).status == 401
    assert ask(server, "GET", "/api/v1/status", {**headers, "Host": "evil.com"}).status == 421
    cookie = {"Cookie": server.sign_in().replace(f"deepforge-{server.port}", "__Host-deepforge")}
    assert ask(server, "GET", "/api/v1/status", {**headers, **cookie}).status == 401


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "multipart/form-data; boundary=x"},
        {"Content-Type": "application/json"},
        {"Content-Type": "application/json", "Origin": "http://evil.com", "Sec-Fetch-Site": "cross-site"},
        {"Content-Type": "application/json", "Origin": "null"},
        {"Content-Type": "application/json", "Sec-Fetch-Site": "same-site"},
        {
            "Content-Type": "application/json",
            "Origin": "http://localhost:9999",
            "Sec-Fetch-Site": "same-site",
        },
        {"Content-Type": "text/plain", "Sec-Fetch-Site": "same-origin"},
        {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"},
    ],
)
def test_a_foreign_page_cannot_ride_on_the_cookie(server: RunningServer, headers: dict[str, str]) -> None:
    cookie = {"Cookie": server.sign_in()}
    for route in WRITING:
        assert ask(server, route.method, _path(route), {**headers, **cookie}, b"{}").status == 403


def test_our_own_page_can_use_its_cookie(server: RunningServer) -> None:
    own = {
        "Cookie": server.sign_in(),
        "Origin": f"http://localhost:{server.port}",
        "Sec-Fetch-Site": "same-origin",
        "Content-Type": "application/json",
    }
    assert ask(server, "POST", "/api/v1/session/codes", own, b"{}").status == 201


def test_a_foreign_page_cannot_even_load_with_the_cookie(server: RunningServer) -> None:
    foreign = {"Cookie": server.sign_in(), "Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "no-cors"}
    for route in GUARDED:
        if route.method == "GET":
            assert ask(server, "GET", _path(route), foreign).status == 403


@_each(EVERY)
def test_no_origin_is_given_access(server: RunningServer, route: Route) -> None:
    asked = {"Origin": "http://evil.com", "Access-Control-Request-Method": route.method}
    for method in ("OPTIONS", "GET"):
        for token in (None, server.token):
            answer = ask(server, method, _path(route), asked, token=token)
            assert [name for name in answer.headers if name.startswith("access-control-")] == []


@pytest.mark.parametrize(
    "origin",
    ["http://evil.com", "null", "http://localhost:{port}.evil.com", "https://localhost:{port}", None],
)
def test_a_socket_of_a_foreign_page_is_refused(server: RunningServer, origin: str | None) -> None:
    headers = {"Cookie": server.sign_in()}
    if origin is not None:
        headers["Origin"] = origin.format(port=server.port)
    with (
        pytest.raises(InvalidStatus) as caught,
        connect(f"ws://localhost:{server.port}/api/v1/live", additional_headers=headers),
    ):
        pass
    assert caught.value.response.status_code == 403


def test_a_socket_of_our_own_page_is_accepted(server: RunningServer) -> None:
    headers = {"Cookie": server.sign_in(), "Origin": f"http://localhost:{server.port}"}
    with connect(f"ws://localhost:{server.port}/api/v1/live", additional_headers=headers) as socket_:
        socket_.send('{"subscribe": "runs"}')
        assert '"kind":"subscribed"' in str(socket_.recv(timeout=5))


# Secrets and log lines


@pytest.mark.parametrize("query", ["token={}", "access_token={}", "x={}", "a=1&api_key={}"])
def test_a_token_in_an_address_is_refused_and_not_logged(
    server: RunningServer, query: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        answer = ask(server, "GET", "/api/v1/status?" + query.format(server.token), token=server.token)
    assert answer.status == 400
    assert server.token not in caplog.text
    assert server.token.encode() not in answer.body


@pytest.mark.parametrize(
    "target",
    [
        "/api/v1/runs/x%0d%0aSet-Cookie:%20a=b",
        "/api/v1/runs/x%0aINFO%20all%20is%20well",
        "/api/v1/blobs/%0d%0a%0d%0a<script>",
    ],
)
def test_line_breaks_in_an_id_reach_neither_headers_nor_log(
    server: RunningServer, target: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        answer = ask(server, "GET", target, token=server.token)
    assert answer.status == 400
    assert "set-cookie" not in answer.headers
    assert "all is well" not in caplog.text


def test_a_header_with_a_line_break_is_no_request(server: RunningServer) -> None:
    headers = {"Cookie": "a=b\r\n\tX-Injected: yes", "X-Log": "a\nb: c"}
    assert ask(server, "GET", "/api/v1/status", headers, token=server.token).status in (200, 400)


# Paths


@pytest.mark.parametrize(
    "path",
    [
        "/static/../main.py",
        "/static/..%2fmain.py",
        "/static/%2e%2e%2f%2e%2e%2fetc/passwd",
        "/static/%252e%252e%252fmain.py",
        "/static/%25252e%25252e/main.py",
        "/static/..\\main.py",
        "/static/\xc0\xae\xc0\xae/main.py",
        "/static/%c0%ae%c0%ae/main.py",
        "/static/style.css%00.png",
        "/static/C:\\windows",
        "/static//etc/passwd",
        "/static/file:///etc/passwd",
        "/static/\xef\xbc\x8e\xef\xbc\x8e/main.py",
        "/api/v1/blobs/../../../../etc/passwd",
        "/api/v1/blobs/..%2f..%2f..%2fetc%2fpasswd",
        "/runs/../../etc/passwd",
    ],
)
def test_no_path_leads_out(server: RunningServer, path: str) -> None:
    assert ask(server, "GET", path).status in (400, 401)
    answer = ask(server, "GET", path, token=server.token)
    assert answer.status in (400, 404, 422)
    assert b"root:" not in answer.body
    assert b"import" not in answer.body


@pytest.mark.parametrize(
    "name", ["../x", "..", "a/b", "a\\b", "/etc/passwd", "C:\\x", "file:///etc/passwd", "a\x00b", ""]
)
def test_no_name_of_an_artifact_is_a_path(server: RunningServer, name: str) -> None:
    import msgspec

    project = projects.listing(server.house, server.owner)[0].id
    kept = blobs.put(server.house, server.owner, [b"[1]"], None)
    asked = {
        "project": project,
        "name": name,
        "digest": kept.digest,
        "size": 3,
        "type": "list",
        "codec": "json",
    }
    answer = ask(
        server,
        "POST",
        "/api/v1/artifacts",
        {"Content-Type": "application/json"},
        msgspec.json.encode(asked),
        token=server.token,
    )
    assert answer.status == 422


# What somebody made is not run by a browser


@pytest.mark.parametrize(
    "made",
    [
        b"<!doctype html><script>alert(1)</script>",
        b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        b'<?xml version="1.0"?><?xml-stylesheet href="javascript:alert(1)"?>',
        b"%PDF-1.7 /JS (app.alert(1))",
    ],
)
def test_a_blob_leaves_as_an_attachment_in_a_sandbox(server: RunningServer, made: bytes) -> None:
    path = f"/api/v1/blobs/{_artifact(server, made)}"
    answer = ask(server, "GET", path, {"Accept": "text/html"}, token=server.token)
    assert (answer.status, answer.body) == (200, made)
    shown = {name: answer.headers[name] for name in ("content-type", "x-content-type-options")}
    assert shown == {"content-type": "application/octet-stream", "x-content-type-options": "nosniff"}
    assert answer.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["content-security-policy"]
    for media in ("text/html", "image/svg+xml", "application/xml", "application/pdf", "image/png%0d%0aX:y"):
        refused = ask(server, "GET", f"{path}?media={media}", token=server.token)
        assert refused.status == 422


def test_a_blob_that_nothing_refers_to_is_not_there(server: RunningServer) -> None:
    kept = blobs.put(server.house, server.owner, [b"secret of another project"], None)
    there = ask(server, "GET", f"/api/v1/blobs/{kept.digest}", token=server.token)
    missing = ask(server, "GET", f"/api/v1/blobs/{'0' * 64}", token=server.token)
    assert there.status == missing.status == 404
    assert there.body.replace(kept.digest.encode(), b"") == missing.body.replace(b"0" * 64, b"")


@_each(EVERY)
def test_no_answer_can_be_put_into_a_frame_or_sniffed(server: RunningServer, route: Route) -> None:
    for token in (None, server.token):
        headers = ask(server, route.method.replace("WEBSOCKET", "GET"), _path(route), token=token).headers
        policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
        assert policy["frame-ancestors"] == policy["base-uri"] == policy["default-src"] == "'none'"
        assert policy.get("script-src", "'none'") in ("'self'", "'none'")
        assert (headers["x-frame-options"], headers["x-content-type-options"]) == ("DENY", "nosniff")
        assert headers["referrer-policy"] == "no-referrer"


# Too much, too slow, too deep


@_each([route for route in WRITING if route.body_limit is not None])
def test_a_body_beyond_the_limit_is_refused_before_it_is_sent(server: RunningServer, route: Route) -> None:
    token = server.worker_token if route.permission in WORKER else server.token
    headers = {"Content-Length": str(1 << 30), "Content-Type": "application/json"}
    answer = ask(server, route.method, _path(route), headers, token=token)
    assert answer.status == 413


def test_a_body_that_grows_beyond_the_limit_is_refused(server: RunningServer) -> None:
    chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    headers = {"Transfer-Encoding": "chunked", "Content-Type": "application/json"}
    answer = ask(server, "POST", "/api/v1/runs", headers, chunk * 33, token=server.token)
    assert answer.status == 413


def test_a_body_that_stands_still_is_given_up(server: RunningServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "SILENCE_SECONDS", 0.05)
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        head = (
            f"POST /api/v1/runs HTTP/1.1\r\nHost: localhost:{server.port}\r\nConnection: close\r\n"
            f"Authorization: Bearer {server.token}\r\nContent-Length: 100\r\n\r\n{{"
        )
        connection.sendall(head.encode())
        assert read_answer(connection).status == 408


@pytest.mark.parametrize(
    "body",
    [
        b'{"project": "x", "pipeline": NaN}',
        b'{"project": "x", "pipeline": "y", "attributes": {"a": {"b": 1e999}}}',
        b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
        b"{" + b",".join(b'"k%d": 1' % number for number in range(100_000)) + b"}",
        b"\xff" * 1000,
        b"[]",
        b"",
    ],
)
def test_a_body_that_is_no_request_is_refused(server: RunningServer, body: bytes) -> None:
    headers = {"Content-Type": "application/json", "Content-Length": str(len(body))}
    assert ask(server, "POST", "/api/v1/runs", headers, body, token=server.token).status == 422


@pytest.mark.parametrize("body", [b"", b"\xc1", b"\x80", b"\xdd\xff\xff\xff\xff", b"\x91" * 100_000])
def test_a_message_of_a_worker_that_is_none_is_refused(server: RunningServer, body: bytes) -> None:
    for path in ("/api/v1/workers", f"/api/v1/workers/{server.worker}/exchange"):
        headers = {"Content-Length": str(len(body))}
        assert ask(server, "POST", path, headers, body, token=server.worker_token).status == 422


@pytest.mark.parametrize("limit", ["0", "-1", "100000", "1e3", "NaN", "x"])
def test_a_limit_has_limits(server: RunningServer, limit: str) -> None:
    assert ask(server, "GET", f"/api/v1/runs?limit={limit}", token=server.token).status == 422


def test_a_socket_is_closed_when_it_says_what_it_should_not(server: RunningServer) -> None:
    headers = {"Authorization": f"Bearer {server.token}"}
    for said in (
        "hello",
        "[]",
        '{"subscribe": 3}',
        '{"run": "x"}',
        '{"subscribe": "run:../../x"}',
        "x" * 70_000,
    ):
        with connect(f"ws://localhost:{server.port}/api/v1/live", additional_headers=headers) as socket_:
            socket_.send(said)
            with pytest.raises(Exception, match=r"4400|4404|1009"):
                socket_.recv(timeout=5)


# Doors that other systems left open


@pytest.mark.parametrize(
    "path",
    ["/docs", "/redoc", "/openapi.json", "/metrics", "/debug", "/api/v1/openapi.json", "/backup", "/.env"],
)
def test_descriptions_and_insides_need_proof(server: RunningServer, path: str) -> None:
    assert ask(server, "GET", path).status == 401
    known = ask(server, "GET", path, token=server.token)
    assert known.status == (200 if path in ("/docs", "/openapi.json") else 404)
    assert server.token.encode() not in known.body
    assert b"dfx_" not in known.body


def _artifact(server: RunningServer, made: bytes) -> Digest:
    """Bytes that an artifact refers to."""
    project = projects.listing(server.house, server.owner)[0].id
    kept = blobs.put(server.house, server.owner, [made], None)
    artifacts.put(server.house, server.owner, project, "made", kept.digest, kept.size, "bytes", "bytes")
    return kept.digest
