"""Finding the server of a data directory, and starting one."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import deepforge.client
from deepforge.client import Client, ServerFile, connect, ensure_server, find_server, read_server_file
from deepforge.client.server_file import Summons, environment_of
from deepforge.core.errors import ServerUnreachable
from deepforge.core.settings import Settings, read_settings
from tests.support.waiting import until


@pytest.fixture
def settings(home: Path) -> Iterator[Settings]:
    """Settings of a data directory of its own; a server that is left running is ended."""
    found = replace(Settings(), home=home, port=0, open_browser=False)
    yield found
    running = find_server(home)
    if running is not None:
        with Client.at(running.url, running.token) as client:
            client.system.stop()
        _wait_for_end(running.pid)


def _wait_for_end(pid: int) -> None:
    ended = threading.Event()
    for _ in range(2000):
        with contextlib.suppress(ChildProcessError):
            os.waitpid(pid, os.WNOHANG)
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        ended.wait(0.01)
    raise AssertionError(f"process {pid} did not end")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\x00\xff",
        b"[]",
        b'{"url": "http://localhost:1"}',
        b'{"url": "http://localhost:1", "pid": "x", "started": "", "token": ""}',
        b'{"url": "file:///etc/passwd", "pid": 1, "started": "", "token": ""}',
    ],
)
def test_a_server_file_that_cannot_be_read_counts_as_none(home: Path, content: bytes) -> None:
    home.mkdir()
    (home / "server.json").write_bytes(content)
    assert read_server_file(home) is None
    assert find_server(home) is None


def test_without_a_server_file_there_is_no_server(home: Path) -> None:
    assert read_server_file(home) is None


def test_what_a_dead_server_left_behind_counts_as_none(home: Path) -> None:
    home.mkdir()
    left = {"url": "http://localhost:9", "pid": os.getpid(), "started": "", "token": "x"}
    (home / "server.json").write_text(json.dumps(left))
    assert read_server_file(home) == ServerFile("http://localhost:9", os.getpid(), "", "x")
    assert find_server(home) is None
    (home / "server.json").write_text(json.dumps({**left, "pid": 2**22 + 7}))
    assert find_server(home) is None


def test_the_names_of_the_client_are_listed_before_they_are_used() -> None:
    look = "import sys, deepforge.client as client; print(*dir(client), 'httpx' in sys.modules)"
    answer = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    *names, is_heavy = answer.stdout.split()
    assert (names, is_heavy) == (sorted(deepforge.client.__all__), "False")


def test_a_server_that_is_started_has_the_same_settings(home: Path) -> None:
    given = Settings(home=home, port=0, preload=("numpy", "torch"), pass_environment=(), open_browser=False)
    assert read_settings(None, environment_of(given)).settings == given


@pytest.mark.acceptance
def test_a_server_is_started_when_there_is_none_and_found_when_there_is(settings: Settings) -> None:
    told: list[str] = []
    started = ensure_server(settings, notify=told.append)
    assert told == ["Starting the server"]
    assert ensure_server(settings, notify=told.append) == started
    assert len(told) == 1
    (settings.home / "server.json").write_text('{"url": "htt')
    assert ensure_server(settings, notify=told.append) == started, "it is waited for, not started again"
    assert len(told) == 1
    assert (settings.home / "server.json").stat().st_mode & 0o777 == 0o600
    assert (settings.home / "server.log").stat().st_mode & 0o777 == 0o600
    with connect(settings.home) as client:
        status = client.system.status()
    assert (status.pid, status.url, status.home) == (started.pid, started.url, str(settings.home))


@pytest.mark.acceptance
def test_a_server_that_is_summoned_starts_at_once_and_is_waited_for_later(settings: Settings) -> None:
    told: list[str] = []
    summons = Summons(settings, notify=told.append)
    assert told == ["Starting the server"]
    until(lambda: find_server(settings.home), "it is there before it is waited for")
    first = summons.wait()
    assert first == find_server(settings.home)
    assert Summons(settings, notify=told.append).wait() == first
    assert len(told) == 1


def test_a_summoned_server_that_cannot_start_is_told_when_it_is_waited_for(home: Path) -> None:
    summons = Summons(replace(Settings(), home=home, port=0, database_url="nonsense://x"))
    with pytest.raises(ServerUnreachable, match="nonsense"):
        summons.wait()


@pytest.mark.acceptance
def test_two_who_start_one_at_the_same_time_share_it(settings: Settings) -> None:
    found: list[ServerFile] = []
    both = [threading.Thread(target=lambda: found.append(ensure_server(settings))) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert len(found) == 2
    assert found[0] == found[1]


@pytest.mark.acceptance
def test_a_server_that_comes_up_too_late_does_not_take_the_place_of_one_that_was_stopped(
    settings: Settings,
) -> None:
    summons = Summons(settings)
    late = summons._process
    assert late is not None
    os.kill(late.pid, signal.SIGSTOP)
    first = ensure_server(settings)
    assert summons.wait() == first
    until(lambda: late.poll() is not None, "the late one has ended, without having gone on")


@pytest.mark.acceptance
def test_a_server_that_was_killed_is_replaced(settings: Settings) -> None:
    first = ensure_server(settings)
    os.kill(first.pid, signal.SIGKILL)
    _wait_for_end(first.pid)
    second = ensure_server(settings)
    assert second.pid != first.pid


def test_a_server_that_cannot_start_says_why(home: Path) -> None:
    settings = replace(Settings(), home=home, port=0, database_url="nonsense://x")
    with pytest.raises(ServerUnreachable) as caught:
        ensure_server(settings)
    assert "nonsense" in caught.value.message
    assert "server.log" in str(caught.value.hint)


def test_without_a_server_a_client_that_may_not_start_one_says_how(home: Path) -> None:
    with pytest.raises(ServerUnreachable) as caught:
        Client.of(replace(Settings(), home=home), start=False)
    assert "deepforge start" in str(caught.value.hint)


def test_a_data_directory_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ServerUnreachable, match=r"file/home cannot be used: Not a directory\.") as caught:
        ensure_server(replace(Settings(), home=tmp_path / "file" / "home"))
    assert "DEEPFORGE_HOME" in str(caught.value.hint)
