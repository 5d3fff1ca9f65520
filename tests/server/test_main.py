"""The server process, as it is started and ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from deepforge.client import Client, find_server, read_server_file
from deepforge.client.ownership import owner_of, was_left_behind
from deepforge.core.errors import AlreadyRunning, PortTaken
from deepforge.core.settings import Settings
from deepforge.server.listening import listen
from deepforge.server.main import serve
from deepforge.store.data_directory import DataDirectory
from tests.support import engine
from tests.support.waiting import until

pytestmark = pytest.mark.acceptance
Launch = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def launch(home: Path, tmp_path: Path) -> Iterator[Launch]:
    """Starts servers on a data directory, and ends those that a test leaves."""
    launched: list[subprocess.Popen[bytes]] = []

    def start(*flags: str, **variables: str) -> subprocess.Popen[bytes]:
        own = {"DEEPFORGE_HOME": str(home), "DEEPFORGE_PORT": "0"} | engine.variables(home)
        environment = {**os.environ, **own, **variables}
        with open(tmp_path / "log", "ab") as log:
            launched.append(
                subprocess.Popen(
                    [sys.executable, "-P", "-m", "deepforge.server", *flags],
                    env=environment,
                    stdout=log,
                    stderr=log,
                    cwd=tmp_path,
                )
            )
        return launched[-1]

    yield start
    for process in launched:
        process.terminate()
        process.wait(90)


def test_a_server_is_found_while_it_runs_and_gone_when_it_is_told_to_end(home: Path, launch: Launch) -> None:
    process = launch()
    until(lambda: find_server(home))
    found = read_server_file(home)
    assert found is not None
    assert found.pid == process.pid
    with Client.at(found.url, found.token) as client:
        until(lambda: [worker.connected for worker in client.workers.listing()] == [True])
        client.system.stop()
    assert process.wait(90) == 0
    assert read_server_file(home) is None
    assert not was_left_behind(home)


def test_what_was_damaged_or_removed_of_server_json_is_written_again(home: Path, launch: Launch) -> None:
    process = launch()
    until(lambda: find_server(home))
    found = read_server_file(home)
    for damage in (lambda file: file.write_text('{"url": "htt'), Path.unlink):
        damage(home / "server.json")
        until(lambda: read_server_file(home) == found)
    assert (home / "server.json").stat().st_mode & 0o777 == 0o600
    assert owner_of(home) == process.pid


def test_sigterm_ends_it_in_good_order_with_its_worker(home: Path, launch: Launch) -> None:
    process = launch()
    until(lambda: find_server(home))
    until(lambda: (home / "worker" / "lock").exists() and (home / "worker" / "lock").read_text())
    process.send_signal(signal.SIGTERM)
    assert process.wait(90) == 0
    assert read_server_file(home) is None
    worker = int((home / "worker" / "lock").read_text().split()[0])
    until(lambda: not Path(f"/proc/{worker}").exists())


def test_a_worker_outlives_a_killed_server_and_the_next_one_finds_it(home: Path, launch: Launch) -> None:
    first = launch()
    until(lambda: find_server(home))
    until(lambda: (home / "worker" / "lock").exists() and (home / "worker" / "lock").read_text())
    worker = (home / "worker" / "lock").read_text()
    first.kill()
    first.wait()
    assert was_left_behind(home)
    launch()
    until(lambda: find_server(home))
    found = find_server(home)
    assert found is not None
    with Client.at(found.url, found.token) as client:
        until(lambda: [each.connected for each in client.workers.listing()] == [True])
    assert (home / "worker" / "lock").read_text() == worker


def test_a_data_directory_has_one_server(home: Path, launch: Launch, tmp_path: Path) -> None:
    process = launch()
    until(lambda: find_server(home))
    second = launch()
    assert second.wait(90) == 1
    words = (tmp_path / "log").read_text().strip().splitlines()[-1]
    assert f"another server (process {process.pid}) owns the data directory" in words
    assert find_server(home) is not None


def test_a_taken_port_is_an_error_unless_any_will_do(home: Path, launch: Launch, tmp_path: Path) -> None:
    with listen("127.0.0.1", 0) as taken:
        port = str(taken.getsockname()[1])
        assert launch(DEEPFORGE_PORT=port).wait(30) == 1
        assert f"Port {port} is taken by" in (tmp_path / "log").read_text()
        launch("--any-port", DEEPFORGE_PORT=port)
        until(lambda: find_server(home))
        found = read_server_file(home)
        assert found is not None
        assert not found.url.endswith(f":{port}")


def test_the_errors_of_starting_are_raised_to_who_starts_it_in_its_own_process(home: Path) -> None:
    data = DataDirectory(home)
    data.prepare()
    with data.lock(), pytest.raises(AlreadyRunning):
        serve(Settings(home=home, port=0))
    with listen("127.0.0.1", 0) as taken, pytest.raises(PortTaken):
        serve(Settings(home=home, port=taken.getsockname()[1]))
    with data.lock():
        pass  # it was let go of


def test_a_server_that_fails_before_it_listens_leaves_no_worker_behind(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[int] = []

    def fail(*_: object, **__: object) -> None:
        until(lambda: (home / "worker" / "lock").exists() and (home / "worker" / "lock").read_text())
        started.append(int((home / "worker" / "lock").read_text()))
        raise RuntimeError("no app today")

    monkeypatch.setattr("deepforge.server.main.create_app", fail)
    with pytest.raises(RuntimeError, match="no app today"):
        serve(replace(Settings(), home=home, port=0))
    (worker,) = started
    assert not psutil.pid_exists(worker)


def test_a_server_whose_data_directory_was_removed_ends_by_itself(home: Path, launch: Launch) -> None:
    process = launch()
    until(lambda: find_server(home))
    until(lambda: (home / "worker" / "lock").exists() and (home / "worker" / "lock").read_text())
    worker = int((home / "worker" / "lock").read_text().split()[0])
    home.rename(home.with_name("away"))
    assert process.wait(90) == 0
    until(lambda: not Path(f"/proc/{worker}").exists())
