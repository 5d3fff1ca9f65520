"""Where a request comes from: the host it names, the page that sent it, and whether its path is a plain one.

Pure functions over headers. A loopback server answers only to loopback names, so that a foreign name which
was made to point at 127.0.0.1 gets nothing (DNS rebinding); a request that a browser sends with a cookie
counts only when one of our own pages sent it.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})

_PLAIN_PATH = re.compile(rb"/[A-Za-z0-9/_.~:;,@=+-]*")
_HOST = re.compile(r"(?:\[(?P<six>[0-9A-Fa-f:.]+)\]|(?P<name>[A-Za-z0-9.-]+))(?::(?P<port>[0-9]{1,5}))?")
_USUAL = {"http": ":80", "https": ":443"}
_SECRET_NAMES = frozenset(
    {"token", "access_token", "authorization", "bearer", "api_key", "apikey", "secret", "password"}
)


@dataclass(frozen=True)
class Hosts:
    """The names a server answers to; with `any_address`, every literal IP address too (no name can hide
    behind it). `public` is the address that a proxy in front of it has, such as `https://forge.example.org`.
    """

    names: frozenset[str]
    any_address: bool = False
    public: str = ""

    def admits(self, header: str | None) -> bool:
        """Whether a `Host` header names this server."""
        name = host_name(header or "")
        if name is None:
            return False
        return name in self.names or (self.any_address and _is_address(name))

    def scheme(self, header: str | None, spoken: str) -> str:
        """How the browser that named this host speaks: as the public address says, not as its proxy."""
        scheme, _, netloc = self.public.partition("://")
        if not netloc or (header or "").lower() != netloc:
            return spoken
        return _SOCKET[scheme] if spoken in _SOCKET.values() else scheme


_SOCKET = {"http": "ws", "https": "wss"}


def hosts_for(bound: str, public_url: str = "") -> Hosts:
    """The names to answer to when listening on `bound`, and reached at `public_url` through a proxy."""
    public = public_address(public_url)
    named = {host_name(public.partition("://")[2]) or ""} - {""}
    if bound in LOOPBACK_NAMES:
        return Hosts(LOOPBACK_NAMES | named, public=public)
    machine = {socket.gethostname().lower(), socket.getfqdn().lower()}
    return Hosts(LOOPBACK_NAMES | machine | {bound.lower()} | named, any_address=True, public=public)


def public_address(url: str) -> str:
    """An address as browsers write it in `Origin`: in small letters, without the usual port."""
    scheme, _, netloc = url.lower().rstrip("/").partition("://")
    return f"{scheme}://{netloc.removesuffix(_USUAL.get(scheme, ' '))}" if netloc else ""


def host_name(header: str) -> str | None:
    """The name in a `Host` header without its port, in lower case; None when the header has another form."""
    match = _HOST.fullmatch(header)
    if match is None:
        return None
    return (match["six"] or match["name"]).lower()


def is_own_page(headers: Mapping[str, str], scheme: str) -> bool:
    """Whether one of this server's own pages sent the request, by `Origin`, else by `Sec-Fetch-Site`."""
    origin = headers.get("origin")
    site = headers.get("sec-fetch-site")
    if site is not None and site != "same-origin":
        return False
    if origin is not None:
        return origin == f"{scheme}://{headers.get('host', '')}"
    return site == "same-origin"


def is_navigation(headers: Mapping[str, str]) -> bool:
    """Whether a person went to the address, rather than a page having fetched it."""
    site = headers.get("sec-fetch-site")
    return site in (None, "none", "same-origin") or headers.get("sec-fetch-mode") == "navigate"


def is_plain_path(raw: bytes) -> bool:
    """Whether a path is made of letters, digits and a few marks, and stays where it is.

    Nothing this server offers needs percent-encoding, so an encoded dot, slash, NUL or overlong form never
    gets as far as being decoded.
    """
    return _PLAIN_PATH.fullmatch(raw) is not None and not any(
        part in (b".", b"..") for part in raw.split(b"/")
    )


def holds_secret(query: bytes) -> bool:
    """Whether a query string carries a credential, which would end up in histories and logs."""
    if not query:
        return False
    text = query.decode("latin-1").lower()
    if "dfx_" in text:
        return True
    return any(part.partition("=")[0] in _SECRET_NAMES for part in re.split("[&;]", text))


def holds_nul(query: bytes) -> bool:
    """Whether a query string carries the one character that no text in a database can hold."""
    return b"%00" in query or b"\0" in query


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
