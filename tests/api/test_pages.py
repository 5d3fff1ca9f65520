"""The pages: the editor and its files, and the few that need no editor; none runs what is not ours."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from deepforge.server import editor
from tests.support.raw_http import RawAnswer, ask
from tests.support.running_server import RunningServer

SCRIPT = b"console.log('the editor')" * 100


class Page(HTMLParser):
    """What a page is made of: tags with their attributes, and its text."""

    def __init__(self, answer: RawAnswer) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(answer.body.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture
def cookie(server: RunningServer) -> dict[str, str]:
    return {"Cookie": server.sign_in(), "Accept": "text/html"}


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder as the build of the editor leaves it."""
    folder = tmp_path / "web"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>DeepForge</title>")
    (folder / "assets" / "main-Bx3.js").write_bytes(SCRIPT)
    (folder / "assets" / "main-Bx3.js.gz").write_bytes(gzip.compress(SCRIPT))
    (folder / "assets" / "theme.js").write_text("// theme")
    monkeypatch.setattr(editor, "FOLDER", folder)
    editor._assets.cache_clear()
    yield folder
    editor._assets.cache_clear()


def assert_inert(page: Page) -> None:
    """No script, no handler, no style, nothing from elsewhere."""
    for tag, attributes in page.tags:
        assert tag not in ("script", "style", "iframe", "object", "embed", "base")
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
        for name in ("src", "href", "action", "xlink:href"):
            value = attributes.get(name)
            assert value is None or re.match(r"[/#](?!/)", value), (tag, value)


@pytest.mark.parametrize(
    "path", ["/", "/projects/01J0000000000000000000000A/runs", "/runs/01J0000000000000000000000A"]
)
def test_every_address_of_the_editor_opens_its_page(
    built: Path, server: RunningServer, cookie: dict[str, str], path: str
) -> None:
    answer = ask(server, "GET", path, cookie)
    assert (answer.status, answer.body) == (200, (built / "index.html").read_bytes())
    policy = dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"


def test_without_a_build_the_page_says_how_to_make_one(
    built: Path, server: RunningServer, cookie: dict[str, str]
) -> None:
    (built / "index.html").unlink()
    answer = ask(server, "GET", "/", cookie)
    assert (answer.status, "make web" in Page(answer).text) == (503, True)


def test_files_of_the_editor_are_kept_by_the_browser(built: Path, server: RunningServer) -> None:
    plain = ask(server, "GET", "/assets/main-Bx3.js")
    assert (plain.status, plain.body) == (200, SCRIPT)
    assert plain.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert plain.headers["content-type"].startswith("text/javascript")
    packed = ask(server, "GET", "/assets/main-Bx3.js", {"Accept-Encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == SCRIPT
    theme = ask(server, "GET", "/assets/theme.js")
    assert (theme.status, theme.headers["cache-control"]) == (200, "no-cache")


@pytest.mark.parametrize("name", ["nothing.js", "main-Bx3.js.gz", "..", "index.html"])
def test_other_files_are_not_given(built: Path, server: RunningServer, name: str) -> None:
    assert ask(server, "GET", f"/assets/{name}").status in (401, 404)


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [("/nowhere", 404, "Nothing here"), ("/enter/used", 410, "This link is used up")],
)
def test_a_page_that_is_not_there_says_so_as_a_page(
    server: RunningServer, cookie: dict[str, str], path: str, status: int, words: str
) -> None:
    answer = ask(server, "GET", path, cookie)
    assert answer.status == status
    page = Page(answer)
    assert_inert(page)
    assert words in page.text


def test_a_page_that_is_not_there_leads_to_all_projects(
    server: RunningServer, cookie: dict[str, str]
) -> None:
    page = Page(ask(server, "GET", "/nowhere", cookie))
    assert "All projects" in page.text
    assert [facts["href"] for tag, facts in page.tags if tag == "a"] == ["/", "/"]


def test_a_stranger_is_told_how_to_come_in(server: RunningServer) -> None:
    answer = ask(server, "GET", "/", {"Accept": "text/html"})
    page = Page(answer)
    assert (answer.status, "deepforge start" in page.text) == (401, True)
    assert_inert(page)


@pytest.mark.parametrize(("name", "media"), [("style.css", "text/css"), ("spark.svg", "image/svg+xml")])
def test_the_files_of_pages_are_there_and_load_nothing_from_elsewhere(
    server: RunningServer, name: str, media: str
) -> None:
    answer = ask(server, "GET", f"/static/{name}")
    assert (answer.status, answer.headers["content-type"].partition(";")[0]) == (200, media)
    assert re.findall(rb"(?:https?:)?//(?!www\.w3\.org/2000/svg)[a-z]+\.[a-z]+", answer.body) == []
    again = ask(server, "GET", f"/static/{name}", {"If-None-Match": answer.headers["etag"]})
    assert (again.status, again.body) == (304, b"")


def test_the_interface_is_described_for_people(server: RunningServer, cookie: dict[str, str]) -> None:
    page = Page(ask(server, "GET", "/docs", cookie))
    assert_inert(page)
    assert "/api/v1/runs/{run}/stop" in page.text


def test_the_session_says_who_is_signed_in(server: RunningServer) -> None:
    answer = ask(server, "GET", "/api/v1/session", token=server.token)
    assert b'"permissions":["admin",' in answer.body
