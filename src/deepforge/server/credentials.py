"""Credentials of a request: an API token in its header, or the session in a cookie.

The cookie is HttpOnly and SameSite=Strict. Over https it carries the `__Host-` prefix and Secure, so that no
other host or path can plant it; over http, which is for loopback, browsers refuse that prefix, and since they
do not keep cookies apart by port the name carries the port instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Literal

SESSION_SECONDS = 30 * 24 * 3600
"""How long a browser keeps the cookie; the session itself is judged by the server."""


@dataclass(frozen=True)
class Credentials:
    """What a request offers as proof of who is asking."""

    kind: Literal["token", "session"]
    secret: str


def read_credentials(headers: Mapping[str, str], scheme: str, port: int | None) -> Credentials | None:
    """The proof a request offers; a token in the header goes before a cookie. None when there is none."""
    authorization = headers.get("authorization")
    if authorization is not None:
        kind, _, secret = authorization.partition(" ")
        return Credentials("token", secret.strip()) if kind.lower() == "bearer" else Credentials("token", "")
    secret = _read_cookie(headers.get("cookie", ""), cookie_name(scheme, port))
    return Credentials("session", secret) if secret else None


def cookie_name(scheme: str, port: int | None) -> str:
    """The name of the session's cookie."""
    return "__Host-deepforge" if scheme in ("https", "wss") else f"deepforge-{port or 80}"


def set_cookie(secret: str, scheme: str, port: int | None) -> str:
    """The header value that gives a browser its session."""
    return _cookie(cookie_name(scheme, port), secret, SESSION_SECONDS, scheme)


def clear_cookie(scheme: str, port: int | None) -> str:
    """The header value that makes a browser forget its session."""
    return _cookie(cookie_name(scheme, port), "", 0, scheme)


def _cookie(name: str, value: str, seconds: int, scheme: str) -> str:
    secure = "; Secure" if scheme == "https" else ""
    return f"{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}"


def _read_cookie(header: str, name: str) -> str:
    try:
        cookie = SimpleCookie(header).get(name)
    except CookieError:
        return ""
    return cookie.value if cookie is not None else ""
