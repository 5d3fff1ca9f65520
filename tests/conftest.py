"""Fixtures of all rooms: a data directory of its own, a database of each kind, a folder of blobs."""

from __future__ import annotations

import contextlib
import gc
import os
import shutil
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from deepforge.store.blobs import Blobs
from deepforge.store.database import Database
from deepforge.store.migrations import migrate
from tests.support.engine import ENGINE, databases_in
from tests.support.lacking import lacking
from tests.support.postgresql import Cluster, SharedTables, find_binaries, running_cluster

ENGINES = ("sqlite", "postgresql")

settings.register_profile("wide", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("same", settings.get_profile("wide"), derandomize=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))
"""The same examples in each run: a change is judged by what it changed. `wide` looks for new ones."""


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is imported and collected stays until the end: the collector of garbage need not look at it."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data directory of this test alone, named by DEEPFORGE_HOME; not there yet."""
    folder = tmp_path / "home"
    monkeypatch.setenv("DEEPFORGE_HOME", str(folder))
    return folder


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    """An empty folder of blobs."""
    return Blobs(tmp_path / "blobs")


@pytest.fixture(scope="session")
def postgresql_cluster() -> Iterator[Cluster]:
    """One PostgreSQL server for all tests of this process."""
    binaries = find_binaries()
    if binaries is None:
        lacking("no PostgreSQL on this machine (initdb was not found), so this half was not tested")
    with running_cluster(binaries) as cluster:
        yield cluster


@pytest.fixture(scope="session", autouse=True)
def databases_of_servers(request: pytest.FixtureRequest) -> Iterator[None]:
    """Where DEEPFORGE_TEST_ENGINE asks for it, the servers of all tests keep their state in PostgreSQL."""
    if ENGINE == "postgresql":
        with databases_in(request.getfixturevalue("postgresql_cluster")):
            yield
    else:
        yield


@pytest.fixture(params=ENGINES)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without tables, once for each engine."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
    else:
        cluster: Cluster = request.getfixturevalue("postgresql_cluster")
        name = cluster.create()
        yield cluster.url(name)
        cluster.drop(name)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables, to be copied."""
    path = tmp_path_factory.mktemp("template") / "template.db"
    _make_tables(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgresql_tables(postgresql_cluster: Cluster) -> Iterator[SharedTables]:
    """A PostgreSQL database with all tables, for one test after the other."""
    name = postgresql_cluster.create()
    _make_tables(postgresql_cluster.url(name))
    with contextlib.closing(SharedTables(postgresql_cluster, name)) as tables:
        yield tables


@pytest.fixture
def sqlite_database(sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    """A SQLite database with all tables, for tests that need no second engine."""
    path = tmp_path / "deepforge.db"
    shutil.copyfile(sqlite_template, path)
    database = Database(f"sqlite:///{path}")
    yield database
    database.close()


@pytest.fixture
def postgresql_database(postgresql_tables: SharedTables) -> Iterator[Database]:
    """A PostgreSQL database with all tables, empty."""
    database = Database(postgresql_tables.url)
    yield database
    database.close()
    postgresql_tables.empty()


@pytest.fixture(params=ENGINES)
def database(request: pytest.FixtureRequest) -> Database:
    """A database with all tables, once for each engine."""
    found: Database = request.getfixturevalue(f"{request.param}_database")
    return found


@pytest.fixture
def make_database(database: Database) -> Callable[[], Database]:
    """Opens the test's database once more, as a server does after a restart; the test closes it."""
    return lambda: Database(database.engine.url.render_as_string(hide_password=False))


def _make_tables(url: str) -> None:
    database = Database(url)
    migrate(database)
    database.close()
