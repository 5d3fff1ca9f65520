"""Live documents over real web sockets: two tabs, who may what, sign-out, and a server that is killed."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import update
from websockets.exceptions import InvalidStatus

from deepforge.client import Client, find_server
from deepforge.core.ids import ProjectId
from deepforge.core.user import PROJECTS_READ
from deepforge.server import documents
from deepforge.services import identity
from deepforge.services.documents.wire import awareness_message, sync_message, word
from deepforge.store import tables, tokens
from tests.api.conftest import write_project
from tests.support.engine import variables
from tests.support.running_server import RunningServer
from tests.support.tab import Tab
from tests.support.waiting import until

PATH = "pipelines/train.yaml"
CODE = "operations/add.py"

OpenTab = Callable[..., Tab]


@pytest.fixture
def folder(server: RunningServer, tmp_path: Path) -> Path:
    """The folder of a project that this test alone has: what is written there is told a moment later."""
    found = server.house.data.projects / tmp_path.name
    write_project(found)
    (found / "deepforge.toml").write_text(f'name = "{tmp_path.name}"\n')
    return found


@pytest.fixture
def project(client: Client, folder: Path) -> ProjectId:
    """The project in the folder."""
    return client.projects.find(folder.name).id


@pytest.fixture
def open_tab(server: RunningServer, project: ProjectId) -> Iterator[OpenTab]:
    """Opens tabs of the owner, or of who has another token."""
    opened: list[Tab] = []

    def open_(path: str = CODE, token: str | None = None) -> Tab:
        headers = {"Authorization": f"Bearer {token or server.token}"}
        tab = Tab(server.url, project, path, headers)
        opened.append(tab)
        return tab.connect()

    yield open_
    for tab in opened:
        tab.disconnect()


def test_two_tabs_edit_a_pipeline_and_the_file_follows(open_tab: OpenTab, folder: Path) -> None:
    one, other = open_tab(PATH), open_tab(PATH)
    with one.edit():
        one.nodes["n-make"]["attributes"]["count"] = 9
    with other.edit():
        other.nodes["n-add"]["at"] = [10, 20]
    one.wait_until_saved()
    other.wait_until_saved()
    until(lambda: one.content() == other.content(), what="both to see the same")
    text = (folder / PATH).read_text()
    assert "count: 9" in text
    assert "at: [10, 20]" in text


def test_concurrent_typing_at_random_places_converges(open_tab: OpenTab, folder: Path) -> None:
    tabs = [open_tab(), open_tab()]
    chance = random.Random(5)
    for number in range(200):
        tab = tabs[number % 2]
        tab.type(f"<{number}>", chance.randrange(len(str(tab.text)) + 1))
    for tab in tabs:
        tab.save()
    until(lambda: tabs[0].content() == tabs[1].content(), what="both to see the same")
    text = tabs[0].content()["text"]
    assert (folder / CODE).read_text() == text
    assert sum(text.count(letter) for letter in "<>") == 400


def test_saving_at_once_is_answered_when_the_file_is_written(open_tab: OpenTab, folder: Path) -> None:
    tab = open_tab()
    tab.type("# now\n", 0)
    tab.save()
    assert (folder / CODE).read_text().startswith("# now\n")


def test_what_another_program_writes_comes_to_every_tab(open_tab: OpenTab, folder: Path) -> None:
    tabs = [open_tab(), open_tab()]
    (folder / CODE).write_text("# vim\n" + (folder / CODE).read_text())
    until(lambda: all(tab.content()["text"].startswith("# vim") for tab in tabs), what="the change")


def test_an_edit_that_who_may_only_read_forges_is_dropped(
    server: RunningServer, open_tab: OpenTab, folder: Path
) -> None:
    token = identity.create_token(server.house, server.owner, "viewer", frozenset({PROJECTS_READ}))[1]
    before = (folder / CODE).read_text()
    viewer, owner = open_tab(token=token), open_tab()
    assert viewer.heard("opened")[0]["writable"] is False
    viewer.type("# forged\n", 0)
    viewer.say(sync_message(1, bytes(viewer.doc.get_update())))
    viewer.say(word(kind="save"))
    viewer.show(1, {"user": {"name": "Viewer"}})
    until(lambda: viewer.doc.client_id in owner.others, what="what was sent behind the forgery")
    owner.type("# real\n")
    owner.save()
    assert owner.content()["text"] == before + "# real\n"
    assert (folder / CODE).read_text() == before + "# real\n"


def test_who_may_not_read_projects_does_not_get_in(server: RunningServer, project: ProjectId) -> None:
    token = identity.create_token(server.house, server.owner, "none", frozenset({"runs:read"}))[1]
    with pytest.raises(InvalidStatus):
        Tab(server.url, project, CODE, {"Authorization": f"Bearer {token}"}).connect()
    with pytest.raises(InvalidStatus):
        Tab(server.url, project, CODE, {}).connect()


def test_a_page_of_another_site_does_not_get_in(server: RunningServer, project: ProjectId) -> None:
    headers = {"Cookie": server.sign_in(), "Origin": "http://evil.example"}
    with pytest.raises(InvalidStatus):
        Tab(server.url, project, CODE, headers).connect()


def test_signing_out_ends_the_connection(
    server: RunningServer, project: ProjectId, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "CHECK_SECONDS", 0.02)
    cookie = server.sign_in()
    tab = Tab(server.url, project, CODE, {"Cookie": cookie, "Origin": server.url}).connect()
    identity.end_session(server.house, cookie.partition("=")[2])
    until(lambda: tab.closed, what="the connection to be closed")
    assert tab.closed == documents.SIGNED_OUT


def test_where_people_are_is_told_to_the_others_under_their_own_account(
    server: RunningServer, open_tab: OpenTab
) -> None:
    one, other = open_tab(), open_tab()
    one.show(1, {"user": {"name": "Ada", "id": "forged"}, "cursor": [1, 2]})
    shown = until(lambda: other.others.get(one.doc.client_id), what="presence")
    assert shown == {"user": {"name": "Ada", "id": server.owner.user}, "cursor": [1, 2]}
    one.show(2, {"user": "Ada", "cursor": [3, 4]})
    until(lambda: other.others.get(one.doc.client_id) == {"cursor": [3, 4]}, what="who has no name")
    late = open_tab()
    until(lambda: one.doc.client_id in late.others, what="presence for who comes later")
    one.disconnect()
    until(lambda: one.doc.client_id not in other.others, what="the leave")


def test_a_tab_that_was_away_is_seen_again_at_once(open_tab: OpenTab) -> None:
    one, other = open_tab(), open_tab()
    one.show(1, {"user": {"name": "Ada"}})
    until(lambda: one.doc.client_id in other.others, what="presence")
    one.disconnect()
    until(lambda: one.doc.client_id not in other.others, what="the leave")
    assert other.clocks[one.doc.client_id] == 1
    one.connect()
    one.show(2, {"user": {"name": "Ada"}})
    until(lambda: one.doc.client_id in other.others, what="presence again")


def test_who_has_other_rights_now_is_sent_to_ask_anew(
    server: RunningServer, open_tab: OpenTab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "CHECK_SECONDS", 0.02)
    tab = open_tab()
    with server.house.database.write() as connection:
        mine = tokens.verify(connection, server.token)
        assert mine is not None
        connection.execute(
            update(tables.tokens).where(tables.tokens.c.id == mine.id).values(permissions=[PROJECTS_READ])
        )
    try:
        until(lambda: open_tab().heard("opened")[0]["writable"] is False, what="the other rights")
        until(lambda: tab.closed, what="the connection to be closed")
        assert tab.closed == documents.RIGHTS_CHANGED
    finally:
        with server.house.database.write() as connection:
            connection.execute(
                update(tables.tokens)
                .where(tables.tokens.c.id == mine.id)
                .values(permissions=sorted(mine.permissions))
            )


def test_nobody_speaks_for_another_tab(open_tab: OpenTab) -> None:
    one, other, third = open_tab(), open_tab(), open_tab()
    one.show(1, {"user": {"name": "Ada"}})
    until(lambda: one.doc.client_id in other.others, what="presence")
    other.say(awareness_message([(one.doc.client_id, 99, None)]))
    other.show(1, {"user": {"name": "Bob"}})
    until(lambda: other.doc.client_id in third.others, what="what was sent behind the forgery")
    assert third.others[one.doc.client_id]["user"]["name"] == "Ada"


def test_many_moves_are_thinned_out_and_the_last_one_arrives(open_tab: OpenTab) -> None:
    one, other = open_tab(), open_tab()
    for number in range(1, 401):
        one.show(number, {"user": {"name": "Ada"}, "cursor": [number, 0]})
    until(
        lambda: (other.others.get(one.doc.client_id) or {}).get("cursor") == [400, 0], what="the last place"
    )


@pytest.mark.parametrize("message", [b"\x09", b"\x00\x02\x05a", b"\x04\x02{]", b"\x01\x02\x05\x05", b"\x00"])
def test_what_is_no_message_ends_the_connection(open_tab: OpenTab, message: bytes) -> None:
    tab = open_tab()
    tab.say(message)
    until(lambda: tab.closed, what="the connection to be closed")
    assert tab.closed == documents.BAD_MESSAGE


def test_a_presence_that_is_too_large_ends_the_connection(open_tab: OpenTab) -> None:
    tab = open_tab()
    tab.show(1, {"user": {"name": "x" * 70_000}})
    until(lambda: tab.closed, what="the connection to be closed")
    assert tab.closed == documents.BAD_MESSAGE


@pytest.mark.parametrize("path", ["operations/nobody.py", "../sums/operations/add.py", ".git/config", ""])
def test_a_file_that_cannot_be_opened_is_refused_with_a_reason(open_tab: OpenTab, path: str) -> None:
    tab = open_tab(path)
    assert tab.closed == documents.REFUSED
    assert tab.heard("refused")[0]["message"]


def test_a_copy_of_another_history_is_not_merged(open_tab: OpenTab, folder: Path) -> None:
    before = (folder / CODE).read_text()
    tab = open_tab()
    tab.disconnect()
    tab.epoch = "01M7ZAZRRH27RW2CEZGQC4X09P"
    tab.type("# stale\n", 0)
    tab.connect()
    assert tab.closed == documents.STALE
    assert open_tab().content()["text"] == before


def test_edits_are_listed_with_their_author(
    server: RunningServer, project: ProjectId, open_tab: OpenTab
) -> None:
    tab = open_tab()
    tab.type("# listed\n", 0)
    tab.save()
    answer = httpx.get(
        f"{server.url}/api/v1/documents/{project}/edits",
        params={"path": CODE, "limit": 1},
        headers={"Authorization": f"Bearer {server.token}"},
    )
    assert [(edit["path"], edit["name"]) for edit in answer.json()] == [(CODE, server.owner.name)]


def test_changes_of_files_are_told_on_the_topic_of_their_project(
    server: RunningServer, client: Client, project: ProjectId, folder: Path
) -> None:
    following = client.live(f"project:{project}", idle=30)
    (folder / "notes.md").write_text("hello")
    event = next(event for event in following if event is None or "notes.md" in event.data.get("paths", ()))
    assert event is not None, "what another file said before does not count"
    assert event.kind == "files"


def test_a_killed_server_loses_and_doubles_nothing(tmp_path: Path) -> None:
    """1. Two tabs type. 2. The server is killed in the middle. 3. Both go on offline, and another program
    edits the file. 4. The server is back: every word is there once, in both tabs and in the file."""
    home = tmp_path / "home"
    write_project(home / "projects" / "sums")
    process = start_server(home)
    try:
        found = until(lambda: find_server(home), what="a server")
        with Client.at(found.url, found.token) as client:
            project = client.projects.find("sums").id
        headers = {"Authorization": f"Bearer {found.token}"}
        tabs = [Tab(found.url, project, CODE, headers).connect() for _ in range(2)]
        for number in range(60):
            tabs[number % 2].type(f"#{number:03}\n")
            if number == 20:
                tabs[0].save()
            if number == 40:
                process.send_signal(signal.SIGKILL)
                process.wait()
        file = home / "projects" / "sums" / CODE
        file.write_text("#vim\n" + file.read_text())
        process = start_server(home)
        again = until(lambda: (new := find_server(home)) and new.pid == process.pid and new, what="a server")
        for tab in tabs:
            tab.disconnect()
            tab.move(again.url, {"Authorization": f"Bearer {again.token}"})
            tab.connect()
        for tab in tabs:
            tab.save()
        until(lambda: tabs[0].content() == tabs[1].content(), what="both to see the same")
        text = tabs[0].content()["text"]
        marks = [f"#{number:03}" for number in range(60)] + ["#vim", "def add"]
        assert {mark: text.count(mark) for mark in marks} == dict.fromkeys(marks, 1)
        until(lambda: file.read_text() == text, what="the file")
        for tab in tabs:
            tab.disconnect()
    finally:
        process.terminate()
        process.wait()


def start_server(home: Path) -> subprocess.Popen[bytes]:
    """A server process of its own."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("DEEPFORGE_")}
    return subprocess.Popen(
        [sys.executable, "-m", "deepforge.server"],
        env=own | {"DEEPFORGE_HOME": str(home), "DEEPFORGE_PORT": "0"} | variables(home),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
