"""Where a request comes from."""

from __future__ import annotations

import pytest

from deepforge.server.origin import (
    Hosts,
    holds_nul,
    holds_secret,
    host_name,
    hosts_for,
    is_navigation,
    is_own_page,
    is_plain_path,
    public_address,
)

HERE = "localhost:8888"


@pytest.mark.parametrize(
    "header", ["localhost:8888", "localhost", "127.0.0.1:8888", "[::1]:8888", "LOCALHOST"]
)
def test_a_loopback_server_answers_to_loopback_names(header: str) -> None:
    assert hosts_for("127.0.0.1").admits(header)


@pytest.mark.parametrize(
    "header",
    [
        "evil.com",
        "evil.com:8888",
        "127.0.0.1.nip.io",
        "localhost.evil.com",
        "localhost.",
        "[::ffff:1.2.3.4]:8888",
        "192.168.1.7:8888",
        "0.0.0.0:8888",
        "127.1",
        "2130706433",
        "localhost:8888@evil.com",
        "localhost\\@evil.com",
        "[::1",
        "",
        None,
    ],
)
def test_a_loopback_server_answers_to_no_other_name(header: str | None) -> None:
    assert not hosts_for("127.0.0.1").admits(header)


def test_a_server_for_other_machines_answers_to_addresses_but_to_no_foreign_name() -> None:
    hosts = hosts_for("0.0.0.0")
    assert hosts.admits("192.168.1.7:8888")
    assert hosts.admits("[2001:db8::7]:8888")
    assert not hosts.admits("evil.com")


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://Forge.Example.org/", "https://forge.example.org"),
        ("https://forge.example.org:443", "https://forge.example.org"),
        ("http://forge.example.org:80", "http://forge.example.org"),
        ("https://forge.example.org:8443", "https://forge.example.org:8443"),
        ("https://forge.example.org:80", "https://forge.example.org:80"),
        ("", ""),
    ],
)
def test_a_public_address_is_written_as_browsers_write_it(url: str, address: str) -> None:
    assert public_address(url) == address


def test_whoever_comes_by_the_public_address_speaks_as_it_says() -> None:
    hosts = hosts_for("127.0.0.1", "https://forge.example.org/")
    assert [hosts.admits(name) for name in ("forge.example.org", "localhost:8888", "evil.com")] == [
        True,
        True,
        False,
    ]
    assert [hosts.scheme("Forge.example.org", spoken) for spoken in ("http", "ws")] == ["https", "wss"]
    assert [hosts.scheme(host, "http") for host in ("localhost:8888", "forge.example.org:81", None)] == [
        "http"
    ] * 3
    assert hosts_for("127.0.0.1").scheme("localhost:8888", "http") == "http"


def test_only_the_names_that_are_given_are_admitted() -> None:
    hosts = Hosts(frozenset({"forge.example"}))
    assert [hosts.admits(name) for name in ("forge.example", "10.0.0.1")] == [True, False]


def test_the_name_in_a_host_header_has_no_port_and_no_capitals() -> None:
    assert [host_name(text) for text in ("Forge:80", "[::1]:8888", "a b")] == ["forge", "::1", None]


@pytest.mark.parametrize(
    ("headers", "own"),
    [
        ({"origin": "http://localhost:8888"}, True),
        ({"origin": "http://localhost:8888", "sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "same-origin"}, True),
        ({}, False),
        ({"origin": "null"}, False),
        ({"origin": "http://localhost:9999"}, False),
        ({"origin": "https://localhost:8888"}, False),
        ({"origin": "http://localhost:8888.evil.com"}, False),
        ({"origin": "http://evil.com"}, False),
        ({"sec-fetch-site": "same-site"}, False),
        ({"origin": "http://localhost:8888", "sec-fetch-site": "cross-site"}, False),
    ],
)
def test_a_page_is_ours_when_its_origin_is_the_host_it_asks(headers: dict[str, str], own: bool) -> None:
    assert is_own_page({"host": HERE, **headers}, "http") is own


@pytest.mark.parametrize(
    ("headers", "went"),
    [
        ({}, True),
        ({"sec-fetch-site": "none"}, True),
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}, True),
        ({"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"}, False),
        ({"sec-fetch-site": "same-site", "sec-fetch-mode": "cors"}, False),
    ],
)
def test_what_a_foreign_page_fetches_is_no_navigation(headers: dict[str, str], went: bool) -> None:
    assert is_navigation(headers) is went


@pytest.mark.parametrize("path", [b"/", b"/api/v1/runs", b"/runs/01J0/x-y_z.css", b"/api/v1/runs/"])
def test_plain_paths(path: bytes) -> None:
    assert is_plain_path(path)


@pytest.mark.parametrize(
    "path",
    [
        b"/../etc/passwd",
        b"/static/../main.py",
        b"/static/./style.css",
        b"/static/..\\main.py",
        b"/%2e%2e%2fetc",
        b"/%252e%252e%252fetc",
        b"/%25252e%25252e/etc",
        b"/%c0%ae%c0%ae/etc",
        b"/\xc0\xae\xc0\xae/etc",
        b"/runs/%00",
        b"/runs/\x00",
        b"/C:\\windows",
        b"/\\\\?\\C:",
        b"/runs/\xef\xbc\x8e\xef\xbc\x8e/x",
        b"/runs/a%0d%0aSet-Cookie",
        b"/runs/a b",
        b"/a#b",
        b"/a?b",
        b"",
        b"runs",
        b"http://evil.com/",
    ],
)
def test_a_path_that_needs_decoding_or_climbs_is_not_plain(path: bytes) -> None:
    assert not is_plain_path(path)


@pytest.mark.parametrize(
    ("query", "secret"),
    [
        (b"", False),
        (b"limit=50&sort=-metric:loss", False),
        (b"token=abc", True),
        (b"limit=1&access_token=x", True),
        (b"ACCESS_TOKEN=x", True),
        (b"name=dfx_01J0_abc", True),
        (b"a=1;token=x", True),
        (b"tokens=3", False),
    ],
)
def test_a_credential_in_a_query_is_noticed(query: bytes, secret: bool) -> None:
    assert holds_secret(query) is secret


@pytest.mark.parametrize(
    ("query", "nul"), [(b"", False), (b"q=a%00b", True), (b"q=\0", True), (b"q=%2500", False)]
)
def test_a_character_that_no_text_has_is_noticed(query: bytes, nul: bool) -> None:
    assert holds_nul(query) is nul
