"""A server for the tests of this room, and a project it knows."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from deepforge.client import Client
from deepforge.core.ids import ProjectId
from deepforge.services import run_lines, runs
from tests.services.hand_worker import HandWorker
from tests.support.running_server import RunningServer, running_server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """One server for a module of tests."""
    with running_server(tmp_path_factory.mktemp("api") / "home") as running:
        write_project(running.house.data.projects / "sums")
        yield running


@pytest.fixture
def client(server: RunningServer) -> Iterator[Client]:
    """A client of the owner."""
    with server.client() as found:
        yield found


def write_project(folder: Path) -> None:
    """A project of two operations and a pipeline."""
    (folder / "operations").mkdir(parents=True)
    (folder / "pipelines").mkdir()
    (folder / "deepforge.toml").write_text('name = "sums"\ndescription = "Adds numbers."\n')
    (folder / "operations" / "make.py").write_text(
        textwrap.dedent(
            '''
            def make(*, count: int = 3):
                """Some numbers."""
                numbers = list(range(count))
                return numbers
            '''
        )
    )
    (folder / "operations" / "add.py").write_text(
        textwrap.dedent(
            '''
            def add(numbers: list):
                """Their sum."""
                total = sum(numbers)
                return total
            '''
        )
    )
    (folder / "pipelines" / "train.yaml").write_text(
        textwrap.dedent(
            """
            nodes:
              make: {operation: make, attributes: {count: 4}}
              add: {operation: add, inputs: {numbers: make.numbers}}
              save: {operation: Output, attributes: {name: total}, inputs: {data: add.total}}
            """
        )
    )


class Played(HandWorker):
    """A worker played by hand that can bring everything to an end."""

    def finish(self) -> None:
        """End whatever is held or offered well."""
        self.exchange()
        while self.attempts:
            attempt = next(iter(self.attempts.values()))
            self.ship(self.result(attempt, **dict.fromkeys(attempt.lease.spec.outputs, b"[6]")))


@pytest.fixture
def played(server: RunningServer) -> Iterator[Played]:
    """A worker that takes jobs when a test says so; nothing is left to others."""
    found = Played(server.house)
    found.register()
    yield found
    found.finish()


@pytest.fixture
def project(client: Client) -> ProjectId:
    """The project."""
    return client.projects.find("sums").id


@pytest.fixture(autouse=True)
def _nothing_waits(server: RunningServer) -> Iterator[None]:
    """No test leaves a run that goes on to the next."""
    yield
    for run in run_lines.listing(server.house, server.owner, limit=1000):
        if run.state in ("pending", "running"):
            runs.stop(server.house, server.owner, run.id)
