"""HTTP to a server: typed answers, errors raised again, a server that moved."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import msgspec
import pytest

from deepforge.client.http import Http
from deepforge.client.server_file import ServerFile
from deepforge.core.artifact import BlobFact
from deepforge.core.errors import (
    DeepForgeError,
    InvalidPipeline,
    NotFound,
    ServerUnreachable,
    TooLarge,
    Unavailable,
)
from deepforge.core.ids import Digest
from deepforge.core.problem import Place, Problem

Handler = Callable[[httpx.Request], httpx.Response]
HERE = ServerFile("http://localhost:1", 1, "", "dfx_here")
THERE = ServerFile("http://localhost:2", 2, "", "dfx_there")


def _http(handler: Handler, renew: Callable[[], ServerFile | None] | None = None) -> Http:
    return Http(HERE.url, HERE.token, transport=httpx.MockTransport(handler), renew=renew)


def _error(status: int, **content: object) -> Handler:
    return lambda _: httpx.Response(status, content=msgspec.json.encode({"error": content}))


def test_a_question_carries_the_token_and_its_answer_is_a_fact() -> None:
    asked: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, content=b'{"digest": "ab", "size": 3}')

    found = _http(handler).get("/things", BlobFact, limit=5, after=None, exact=True, ids=["a", "b"])
    assert found == BlobFact(Digest("ab"), 3)
    assert str(asked[0].url) == "http://localhost:1/api/v1/things?limit=5&exact=true&ids=a%2Cb"
    assert asked[0].headers["authorization"] == "Bearer dfx_here"


def test_an_error_is_raised_again_as_its_class() -> None:
    with pytest.raises(NotFound) as caught:
        _http(_error(404, code="not_found", message="There is no run.", hint="Look.")).get("/x", int)
    assert (caught.value.message, caught.value.hint) == ("There is no run.", "Look.")
    with pytest.raises(TooLarge):
        _http(_error(413, code="too_large", message="Too large.", hint=None)).post("/x", int, {})


def test_the_problems_of_a_pipeline_come_along() -> None:
    problem = {"rule": "acyclic", "message": "goes round", "place": {"node": "a"}, "hint": "Cut it."}
    handler = _error(422, code="invalid_pipeline", message="1 problem", hint=None, problems=[problem])
    with pytest.raises(InvalidPipeline) as caught:
        _http(handler).get("/x", int)
    assert caught.value.problems == (Problem("acyclic", "goes round", Place(node="a"), "Cut it."),)


def test_an_error_of_a_kind_we_do_not_know_is_an_error_all_the_same() -> None:
    with pytest.raises(DeepForgeError, match="New"):
        _http(_error(418, code="teapot", message="New.", hint=None)).get("/x", int)


@pytest.mark.parametrize("body", [b"<html>Bad gateway</html>", b"{}", b'{"error": "x"}', b""])
def test_an_answer_of_something_else_is_named_as_that(body: bytes) -> None:
    with pytest.raises(Unavailable, match="localhost answered 502, which is not DeepForge's way"):
        _http(lambda _: httpx.Response(502, content=body)).get("/x", int)


def test_an_answer_of_another_version_is_named_as_that() -> None:
    with pytest.raises(Unavailable, match="cannot be read"):
        _http(lambda _: httpx.Response(200, content=b'{"digest": 3}')).get("/x", BlobFact)


@pytest.mark.parametrize("trouble", [httpx.ConnectError("refused"), httpx.ReadTimeout("slow")])
def test_a_server_that_is_away_is_unreachable(trouble: Exception) -> None:
    def handler(_: httpx.Request) -> httpx.Response:
        raise trouble

    with pytest.raises(ServerUnreachable, match="localhost:1"):
        _http(handler).get("/x", int)


def _moved(requests: list[str]) -> Handler:
    """The server is no longer at the first address."""

    def handler(request: httpx.Request) -> httpx.Response:
        requests.append(f"{request.method} {request.url.port} {request.headers['authorization'][7:]}")
        if request.url.port == 1:
            raise httpx.ConnectError("refused")
        return httpx.Response(200, content=b"7")

    return handler


def test_a_question_finds_a_server_that_moved() -> None:
    requests: list[str] = []
    assert _http(_moved(requests), renew=lambda: THERE).get("/x", int) == 7
    assert requests == ["GET 1 dfx_here", "GET 2 dfx_there"]


def test_a_deed_is_not_repeated_when_nobody_knows_whether_it_was_done() -> None:
    requests: list[str] = []
    with pytest.raises(ServerUnreachable):
        _http(_moved(requests), renew=lambda: THERE).post("/x", int, {})
    assert requests == ["POST 1 dfx_here"]


def test_a_deed_that_was_refused_for_an_old_token_is_repeated_with_the_new() -> None:
    tokens: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        tokens.append(request.headers["authorization"][7:])
        good = tokens[-1] == THERE.token
        content = b"7" if good else b'{"error": {"code": "unauthenticated", "message": "Who?", "hint": null}}'
        return httpx.Response(200 if good else 401, content=content)

    assert _http(handler, renew=lambda: THERE).post("/x", int, {}) == 7
    assert tokens == ["dfx_here", "dfx_there"]


def test_bytes_are_streamed_both_ways() -> None:
    seen: list[bytes] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request.read())
        if request.method == "PUT":
            return httpx.Response(201, content=b'{"digest": "ab", "size": 4}')
        return httpx.Response(206, content=b"lo", headers={"Content-Range": "bytes 2-3/4"})

    http = _http(handler)
    assert http.put("/blobs/new", iter([b"he", b"lo"]), BlobFact) == BlobFact(Digest("ab"), 4)
    assert seen == [b"helo"]
    with http.stream("/blobs/ab", offset=2) as chunks:
        assert b"".join(chunks) == b"lo"


def test_an_error_instead_of_a_stream_is_raised() -> None:
    with (
        pytest.raises(NotFound),
        _http(_error(404, code="not_found", message="Gone.", hint=None)).stream("/blobs/ab"),
    ):
        pass
