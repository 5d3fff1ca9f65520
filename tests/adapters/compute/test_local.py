"""The local worker: started, found again, brought back and ended by the server it belongs to."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from deepforge.adapters.compute.local import LocalCompute
from deepforge.core.settings import Settings
from tests.support.processes import is_there
from tests.support.waiting import until
from tests.worker.fake_server import TOKEN, WORKER, FakeServer


@pytest.fixture
def server(tmp_path: Path) -> Iterator[FakeServer]:
    server = FakeServer(tmp_path / "home")
    (server.home / "worker" / "credentials.json").unlink()
    yield server
    server.go_away()


@pytest.fixture
def make(server: FakeServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], LocalCompute]]:
    source = str(Path(__file__).parents[3] / "src")
    monkeypatch.setenv("PYTHONPATH", source)
    made: list[LocalCompute] = []

    def make() -> LocalCompute:
        made.append(LocalCompute(server.home, TOKEN, WORKER, Settings(home=server.home, slots=3)))
        return made[-1]

    yield make
    for compute in made:
        compute.stop(grace=10)


def owner(server: FakeServer) -> int:
    return int((server.home / "worker" / "lock").read_text())


def test_it_starts_a_worker_with_the_settings_of_the_server(
    server: FakeServer, make: Callable[[], LocalCompute]
) -> None:
    make().start()
    server.wait(lambda: server.hello is not None, "a worker has introduced itself")
    assert server.hello is not None
    assert (server.hello.identity, server.hello.slots, server.hello.shares_blobs) == (WORKER, 3, True)


def test_only_the_owner_of_the_data_directory_can_read_the_credentials(
    server: FakeServer, make: Callable[[], LocalCompute]
) -> None:
    make().start()
    credentials = server.home / "worker" / "credentials.json"
    assert stat.S_IMODE(credentials.stat().st_mode) == 0o600
    assert json.loads(credentials.read_text()) == {"token": TOKEN, "worker": WORKER}


def test_the_token_is_nowhere_in_the_process_table(
    server: FakeServer, make: Callable[[], LocalCompute]
) -> None:
    make().start()
    server.wait(lambda: server.hello is not None, "a worker has introduced itself")
    worker = psutil.Process(owner(server))
    told = [*worker.cmdline(), *worker.environ().values()]
    assert [text for text in told if TOKEN in text] == []


def test_a_worker_that_died_is_brought_back(server: FakeServer, make: Callable[[], LocalCompute]) -> None:
    compute = make()
    compute.start()
    server.wait(lambda: server.hello is not None, "a worker has introduced itself")
    first, incarnation = owner(server), server.incarnation
    os.kill(first, signal.SIGKILL)
    deadline = time.monotonic() + 20
    while server.incarnation == incarnation:
        assert time.monotonic() < deadline
        compute.check()
        time.sleep(0.02)
    assert owner(server) != first


def test_the_next_server_finds_the_worker_of_the_one_before(
    server: FakeServer, make: Callable[[], LocalCompute]
) -> None:
    make().start()
    server.wait(lambda: server.hello is not None, "a worker has introduced itself")
    first = owner(server)
    second = make()
    second.start()
    second.check()
    assert (owner(server), second._process) == (first, None)
    second.stop(grace=10)
    until(lambda: not is_there(first), "the worker has ended")


def test_none_is_brought_back_once_it_was_stopped(
    server: FakeServer, make: Callable[[], LocalCompute]
) -> None:
    compute = make()
    compute.start()
    server.wait(lambda: server.hello is not None, "a worker has introduced itself")
    compute.stop(grace=10)
    compute.check()
    compute.start()
    assert (compute._process, compute._owner()) == (None, None)


def test_one_that_does_not_end_in_time_is_killed(
    server: FakeServer, make: Callable[[], LocalCompute]
) -> None:
    compute = make()
    compute.start()
    server.wait(lambda: server.hello is not None, "a worker has introduced itself")
    pid = owner(server)
    os.kill(pid, signal.SIGSTOP)
    compute.stop(grace=0.2)
    assert not psutil.pid_exists(pid)


def test_one_that_has_only_just_been_started_can_be_stopped(make: Callable[[], LocalCompute]) -> None:
    compute = make()
    compute.start()
    process = compute._process
    assert process is not None
    compute.stop(grace=10)
    assert process.returncode is not None


def test_stopping_what_does_not_run_is_nothing(make: Callable[[], LocalCompute]) -> None:
    make().stop(grace=1)


def test_a_worker_outlives_a_killed_server(
    server: FakeServer, tmp_path: Path, make: Callable[[], LocalCompute]
) -> None:
    compute = make()
    compute.start()
    server.wait(lambda: server.hello is not None, "a worker has introduced itself")
    assert os.getsid(owner(server)) != os.getsid(0)
    assert isinstance(compute._process, subprocess.Popen)
