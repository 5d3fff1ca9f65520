"""Credentials of a request."""

from __future__ import annotations

from deepforge.server.credentials import (
    Credentials,
    clear_cookie,
    cookie_name,
    read_credentials,
    set_cookie,
)


def test_a_token_comes_in_the_header() -> None:
    found = read_credentials({"authorization": "Bearer dfx_a_b"}, "http", 8888)
    assert found == Credentials("token", "dfx_a_b")


def test_a_token_goes_before_a_cookie_even_when_it_is_of_no_kind_we_know() -> None:
    headers = {"authorization": "Basic dXNlcg==", "cookie": "deepforge-8888=secret"}
    assert read_credentials(headers, "http", 8888) == Credentials("token", "")


def test_a_session_comes_in_the_cookie_of_this_port_and_scheme() -> None:
    headers = {"cookie": "deepforge-8888=secret; deepforge-9999=other; __Host-deepforge=safe"}
    assert read_credentials(headers, "http", 8888) == Credentials("session", "secret")
    assert read_credentials(headers, "https", 443) == Credentials("session", "safe")
    assert read_credentials(headers, "http", 7777) is None


def test_an_empty_or_broken_cookie_proves_nothing() -> None:
    for cookie in ("deepforge-8888=", "deepforge-8888", "", "a b=;;=\x01"):
        assert read_credentials({"cookie": cookie}, "http", 8888) is None


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites() -> None:
    assert set_cookie("secret", "http", 8888) == (
        "deepforge-8888=secret; Path=/; Max-Age=2592000; HttpOnly; SameSite=Strict"
    )


def test_behind_https_the_cookie_belongs_to_the_host_alone() -> None:
    assert set_cookie("secret", "https", 443) == (
        "__Host-deepforge=secret; Path=/; Max-Age=2592000; HttpOnly; SameSite=Strict; Secure"
    )
    assert cookie_name("wss", 443) == cookie_name("https", 443)


def test_a_browser_can_be_made_to_forget() -> None:
    assert clear_cookie("http", 8888) == "deepforge-8888=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict"
