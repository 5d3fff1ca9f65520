"""The pages: what they show, and that nothing a job or a project says is run by the browser."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from deepforge.client import Client
from deepforge.core.ids import ProjectId
from deepforge.core.run import RunRequest
from deepforge.runtime import journal
from tests.api.conftest import Played
from tests.support.raw_http import RawAnswer, ask
from tests.support.running_server import RunningServer, running_server

EVIL = "<script>alert(1)</script>"
NASTY = "\"'><img src=x onerror=alert(1)>{{7*7}}${7*7}"


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


def assert_inert(page: Page) -> None:
    """No script of its own, no handler, no style, nothing from elsewhere."""
    for tag, attributes in page.tags:
        assert tag not in ("style", "iframe", "object", "embed", "base")
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
        for name in ("src", "href", "action", "xlink:href"):
            value = attributes.get(name)
            assert value is None or re.match(r"[/#](?!/)", value), (tag, value)
    scripts = [attributes for tag, attributes in page.tags if tag == "script"]
    assert all(script == {"type": "module", "src": "/static/live.js"} for script in scripts)


def test_a_fresh_server_says_what_to_do_first(tmp_path: Path) -> None:
    with running_server(tmp_path / "home") as fresh:
        answer = ask(fresh, "GET", "/", {"Cookie": fresh.sign_in(), "Accept": "text/html"})
    page = Page(answer)
    assert_inert(page)
    assert "There are no projects yet." in page.text
    assert "deepforge init my-project --example digits" in page.text
    assert "Nothing has run yet." in page.text


def test_the_overview_shows_projects_runs_artifacts_and_workers(
    server: RunningServer, client: Client, project: ProjectId, played: Played, cookie: dict[str, str]
) -> None:
    run = client.runs.start(RunRequest(project, "train", cache=False))
    played.finish()
    page = Page(ask(server, "GET", "/", cookie))
    assert_inert(page)
    links = [attributes.get("href") for tag, attributes in page.tags if tag == "a"]
    assert f"/projects/{project}" in links
    assert f"/runs/{run.id}" in links
    for word in ("sums", "train", "success", "3 jobs", "total", "bench"):
        assert word in page.text


def test_the_page_of_a_project_draws_its_pipelines(
    server: RunningServer, project: ProjectId, cookie: dict[str, str]
) -> None:
    page = Page(ask(server, "GET", f"/projects/{project}", cookie))
    assert_inert(page)
    assert "Adds numbers." in page.text
    assert sum(attributes.get("class") == "title" for _, attributes in page.tags) == 3
    assert sum(str(attributes.get("class", "")).startswith("wire") for _, attributes in page.tags) == 2
    body = next(attributes["data-body"] for _, attributes in page.tags if "data-body" in attributes)
    assert json.loads(str(body)) == {"project": project, "pipeline": "train"}


@pytest.fixture
def hostile(server: RunningServer, client: Client, project: ProjectId, played: Played) -> str:
    """The id of a run in which everything that can be named is named to do harm."""
    run = client.runs.start(RunRequest(project, "train", {"make": {"count": 77}}, cache=False))
    attempt = played.take()["make"]
    attempt.print(f"\x1b[31m{EVIL}\x1b[0m\x1b]0;title\x07 {NASTY}\n\x1b]52;c;cm0=\x07")
    attempt.metrics(0.0, **{EVIL: 1.0, NASTY: float("nan")})
    attempt.figure(NASTY, EVIL, png=b"\x89PNG")
    attempt.write(journal.PROGRESS, value=1, total=2, label=EVIL)
    played.ship(attempt)
    attempt.write(
        journal.ERROR,
        kind=EVIL,
        message=f"\x1b[31m{NASTY}",
        traceback=f"{EVIL}\n\x1b[1m{NASTY}",
        frames=[{"file": EVIL, "line": 1, "function": NASTY, "code": EVIL, "project_file": EVIL}],
        hint=NASTY,
    )
    played.ship(played.exit(attempt, code=1))
    return run.id


def test_whatever_a_job_says_is_only_shown(
    server: RunningServer, hostile: str, cookie: dict[str, str]
) -> None:
    for path in (f"/runs/{hostile}", "/", f"/runs/{hostile}?job={NASTY.replace(' ', '+')}"):
        answer = ask(server, "GET", path.replace('"', "%22").replace("<", "%3C"), cookie)
        if answer.status == 422:
            continue
        page = Page(answer)
        assert_inert(page)
        assert "\x1b" not in page.text
    page = Page(ask(server, "GET", f"/runs/{hostile}", cookie))
    assert EVIL in page.text
    assert NASTY in page.text
    assert "title" not in page.text.split("Log")[-1]


def test_the_page_of_a_failed_run_says_why_and_where(
    server: RunningServer, client: Client, project: ProjectId, played: Played, cookie: dict[str, str]
) -> None:
    run = client.runs.start(RunRequest(project, "train", cache=False))
    played.ship(played.fail(played.take()["make"], "ValueError", "no numbers left"))
    page = Page(ask(server, "GET", f"/runs/{run.id}", cookie))
    assert "ValueError: no numbers left" in page.text
    assert "make did not succeed" in page.text
    assert page.text.count("skipped") >= 2


def test_a_figure_is_shown_as_the_picture_it_is(
    server: RunningServer, hostile: str, cookie: dict[str, str]
) -> None:
    page = Page(ask(server, "GET", f"/runs/{hostile}", cookie))
    sources = [str(attributes["src"]) for tag, attributes in page.tags if tag == "img"]
    source = next(source for source in sources if "blobs" in source)
    picture = ask(server, "GET", source, {"Cookie": cookie["Cookie"]})
    assert (picture.status, picture.headers["content-type"], picture.body) == (200, "image/png", b"\x89PNG")


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/runs/01J0000000000000000000000A", 404, "Nothing here"),
        ("/projects/01J0000000000000000000000A", 404, "Nothing here"),
        ("/nowhere", 404, "Nothing here"),
        ("/enter/used", 410, "This link is used up"),
    ],
)
def test_a_page_that_is_not_there_says_so_as_a_page(
    server: RunningServer, cookie: dict[str, str], path: str, status: int, words: str
) -> None:
    answer = ask(server, "GET", path, cookie)
    assert answer.status == status
    page = Page(answer)
    assert_inert(page)
    assert words in page.text


def test_a_stranger_is_told_how_to_come_in(server: RunningServer) -> None:
    answer = ask(server, "GET", "/", {"Accept": "text/html"})
    page = Page(answer)
    assert (answer.status, "deepforge start" in page.text) == (401, True)
    assert_inert(page)


@pytest.mark.parametrize(
    ("name", "media"),
    [("style.css", "text/css"), ("live.js", "text/javascript"), ("spark.svg", "image/svg+xml")],
)
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
