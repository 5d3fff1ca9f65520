"""The gate: every HTTP request and every web socket passes here first, and nothing passes that is not
declared.

Pure ASGI, default deny. In this order: the host, secrets in the address, who is asking, the form of the path,
whether there is such a route, which page sent it, the permission, the size of the body. What a stranger gets
is always the same 401, whatever is or is not behind the address. All answers leave with the security headers.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from deepforge.core.errors import TooLarge
from deepforge.core.user import Caller
from deepforge.server.credentials import Credentials, read_credentials
from deepforge.server.errors import TooSlow, plain_error
from deepforge.server.notices import refusal as page_of
from deepforge.server.origin import Hosts, holds_nul, holds_secret, is_navigation, is_own_page, is_plain_path
from deepforge.server.rendering import wants_page
from deepforge.server.route import PUBLIC, SIGNED_IN, Route, RouteTable

Identify = Callable[[Credentials], Awaitable[Caller | None]]

READING = frozenset({"GET", "HEAD", "OPTIONS"})
SILENCE_SECONDS = 30.0
"""How long a body may pause before the request is given up."""

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "font-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS: tuple[tuple[bytes, bytes], ...] = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
)


@dataclass(frozen=True)
class _Refusal:
    """Why a request does not pass, as an HTTP status."""

    status: int
    message: str | None = None
    hint: str | None = None
    allow: str | None = None


class Gate:
    """Lets through what the table of routes allows, and tells the app who is asking
    (`scope["state"]["caller"]`).
    """

    def __init__(self, app: ASGIApp, table: RouteTable, identify: Identify, hosts: Hosts) -> None:
        self._app = app
        self._table = table
        self._identify = identify
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        scope["scheme"] = self._hosts.scheme(Headers(scope=scope).get("host"), scope["scheme"])
        if scope["type"] == "websocket":
            await self._pass_socket(scope, receive, send)
            return
        await self._pass_request(scope, receive, _with_headers(send))

    async def _pass_socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        verdict = await self._judge(scope, "WEBSOCKET")
        if isinstance(verdict, _Refusal):
            await receive()  # the connection request itself
            await send(
                {"type": "websocket.close", "code": 1008}
            )  # before accept, so the handshake is answered 403
            return
        await self._app(scope, receive, send)

    async def _pass_request(self, scope: Scope, receive: Receive, send: Send) -> None:
        verdict = await self._judge(scope, scope["method"])
        if isinstance(verdict, _Refusal):
            await self._refuse(verdict, scope, receive, send)
            return
        length = Headers(scope=scope).get("content-length")
        if verdict.body_limit is not None and length is not None and int(length) > verdict.body_limit:
            await self._refuse(_Refusal(413, _limit_words(verdict.body_limit)), scope, receive, send)
            return
        scope.setdefault("state", {})["route"] = verdict
        await self._app(scope, _limited(receive, verdict.body_limit), send)

    async def _judge(self, scope: Scope, method: str) -> Route | _Refusal:
        """The route that the request may have, or why it may not."""
        headers = Headers(scope=scope)
        if not self._hosts.admits(headers.get("host")):
            return _Refusal(421, hint="Use the address that `deepforge start` printed.")
        if holds_secret(scope["query_string"]):
            return _Refusal(
                400, "A credential does not belong into an address.", "Send it as `Authorization: Bearer …`."
            )
        if holds_nul(scope["query_string"]):
            return _Refusal(400, "The address holds %00, a character that no text has.", "Leave it out.")
        methods = self._table.at(scope["path"]) if is_plain_path(_raw_path(scope)) else {}
        route = methods.get(method)
        if route is not None and route.permission == PUBLIC:
            return route
        credentials = read_credentials(headers, scope["scheme"], _port(scope))
        caller = await self._identify(credentials) if credentials else None
        if credentials is None or caller is None:
            return _Refusal(
                401, hint="Run `deepforge start` for a link that signs a browser in, or send a token."
            )
        return self._judge_known(scope, headers, method, route, methods, credentials, caller)

    def _judge_known(
        self,
        scope: Scope,
        headers: Headers,
        method: str,
        route: Route | None,
        methods: dict[str, Route],
        credentials: Credentials,
        caller: Caller,
    ) -> Route | _Refusal:
        """The verdict on somebody who is known."""
        if not is_plain_path(_raw_path(scope)):
            return _Refusal(400, "The path holds something that no address of this server has.")
        if route is None:
            return _Refusal(405, allow=", ".join(sorted(methods))) if methods else _Refusal(404)
        if not _is_meant(headers, scope["scheme"], method, credentials):
            return _Refusal(403, "The request does not come from a page of this server.")
        if route.permission != SIGNED_IN and not caller.may(route.permission):
            return _Refusal(403, f"This takes the permission {route.permission}.")
        scope.setdefault("state", {})["caller"] = caller
        return route

    async def _refuse(self, refusal: _Refusal, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        if scope["method"] == "GET" and wants_page(request):
            response = page_of(refusal.status)
        else:
            response = plain_error(refusal.status, refusal.message, refusal.hint)
        if refusal.status == 401:
            response.headers["WWW-Authenticate"] = "Bearer"
        if refusal.allow is not None:
            response.headers["Allow"] = refusal.allow
        await response(scope, receive, send)


def _is_meant(headers: Headers, scheme: str, method: str, credentials: Credentials) -> bool:
    """Whether the person meant this request, rather than a foreign page that rides on the browser's cookie.

    A token is never sent by a browser on its own; but whoever says that it is a page has to be one of ours.
    """
    foreign_origin = "origin" in headers and not is_own_page(headers, _page_scheme(scheme))
    if credentials.kind == "token":
        return not foreign_origin
    if method in READING:
        return not foreign_origin and is_navigation(headers)
    if not is_own_page(headers, _page_scheme(scheme)):
        return False
    if method == "WEBSOCKET":
        return True
    kind = headers.get("content-type", "application/json").partition(";")[0].strip().lower()
    return kind in ("application/json", "application/octet-stream")


def _page_scheme(scheme: str) -> str:
    return {"ws": "http", "wss": "https"}.get(scheme, scheme)


def _raw_path(scope: Scope) -> bytes:
    raw: bytes | None = scope.get("raw_path")
    return raw if raw is not None else scope["path"].encode()


def _port(scope: Scope) -> int | None:
    server = scope.get("server")
    return server[1] if server else None


def _limit_words(limit: int) -> str:
    return f"The body is larger than the {limit:,} bytes that this address takes."


def _limited(receive: Receive, limit: int | None) -> Receive:
    """Receive a body that neither grows over the limit nor stands still."""
    taken = 0
    whole = False

    async def limited() -> Message:
        nonlocal taken, whole
        if whole:
            return await receive()
        try:
            async with asyncio.timeout(SILENCE_SECONDS):
                message = await receive()
        except TimeoutError:
            raise TooSlow from None
        if message["type"] == "http.request":
            taken += len(message.get("body", b""))
            whole = not message.get("more_body", False)
        if limit is not None and taken > limit:
            raise TooLarge(_limit_words(limit))
        return message

    return limited


def _with_headers(send: Send) -> Send:
    """Send answers with the security headers, unless the answer has its own of that name."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = list(message.get("headers", ()))
            own = {name for name, _ in headers}
            message["headers"] = headers + [pair for pair in HEADERS if pair[0] not in own]
        await send(message)

    return sending
