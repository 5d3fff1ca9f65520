"""A PostgreSQL server of the tests' own: one cluster and one database with all tables a session."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from deepforge.store.migrations import HEAD
from deepforge.store.tables import metadata

BINARIES = Path("/usr/lib/postgresql")

# Run before the server: it takes the user's rights, as PostgreSQL refuses root, and asks the kernel for a
# signal at its parent's death, so that the server does not outlive a test process that is killed.
_BECOME_SERVER = """
import ctypes, os, signal, sys
user, group, command = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(group)
    os.setuid(user)
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(1, signal.SIGQUIT)
os.execv(command[0], command)
"""


def find_binaries() -> Path | None:
    """The folder with `initdb` and `postgres`, of the newest version there is; None when there is none."""
    found = [folder for folder in BINARIES.glob("*/bin") if (folder / "initdb").exists()]
    if found:
        return max(found, key=lambda folder: float(folder.parent.name))
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


class Cluster:
    """A running PostgreSQL server that only listens on a socket in its own folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._made = 0

    def url(self, name: str) -> str:
        """The URL of one of its databases."""
        return f"postgresql+psycopg://postgres@/{name}?host={self.folder}"

    def run(self, *statements: str) -> None:
        """Run statements in the database `postgres`, outside a transaction."""
        with psycopg.connect(
            host=str(self.folder), user="postgres", dbname="postgres", autocommit=True
        ) as connection:
            for statement in statements:
                connection.execute(statement)

    def create(self) -> str:
        """Make a database without tables and return its name."""
        self._made += 1
        name = f"test{self._made}"
        self.run(f"CREATE DATABASE {name} TEMPLATE template0")
        return name

    def drop(self, name: str) -> None:
        """Remove a database, whoever is still connected to it."""
        self.run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


class SharedTables:
    """A database with all tables that one test after the other uses: to empty it takes a fiftieth of the
    time that a new one takes. Nobody may change its tables; who wants to, takes a database of their own.
    """

    def __init__(self, cluster: Cluster, name: str) -> None:
        self.url = cluster.url(name)
        self._connection = psycopg.connect(
            host=str(cluster.folder), user="postgres", dbname=name, autocommit=True
        )
        self._connection.execute(_TABLES_STAY)
        self._empty = "".join(f"DELETE FROM {table.name};" for table in metadata.sorted_tables)

    def empty(self) -> None:
        """Send everybody away who is still connected, and make all tables as they were."""
        self._connection.execute(_AS_IT_WAS.format(empty=self._empty, head=HEAD))

    def close(self) -> None:
        """Leave the database."""
        self._connection.close()


_TABLES_STAY = """
CREATE FUNCTION tables_stay() RETURNS event_trigger LANGUAGE plpgsql AS
  $$ BEGIN RAISE 'this database is shared: a test that changes tables takes empty_database_url'; END $$;
CREATE EVENT TRIGGER tables_stay ON ddl_command_start EXECUTE FUNCTION tables_stay();
"""
_AS_IT_WAS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE datname = current_database() AND pid <> pg_backend_pid();
SET session_replication_role = replica;  -- in any order: nothing checks who refers to whom
{empty}
UPDATE alembic_version SET version_num = '{head}' WHERE version_num <> '{head}';
SELECT setval(oid, 1, false) FROM pg_class WHERE relkind = 'S';
"""


@contextmanager
def running_cluster(binaries: Path) -> Iterator[Cluster]:
    """A fresh cluster, gone at the end. Root starts it as the user `postgres`: PostgreSQL refuses root."""
    folder = Path(tempfile.mkdtemp(prefix="deepforge-postgresql-"))
    user, group = os.geteuid(), os.getegid()
    if user == 0:
        account = pwd.getpwnam("postgres")
        user, group = account.pw_uid, account.pw_gid
        os.chown(folder, user, group)
    become = [sys.executable, "-c", _BECOME_SERVER, str(user), str(group)]
    data = folder / "data"
    initdb = [binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-N"]
    settings = ["-c", "fsync=off", "-c", "listen_addresses=", "-c", "max_connections=200", "-k", folder]
    try:
        subprocess.run(
            [*become, *initdb, "--locale=C", "--lc-ctype=C.UTF-8", "-E", "UTF8"],
            check=True,
            cwd="/",
            capture_output=True,
        )
        with (folder / "server.log").open("w") as log:
            command = [*become, binaries / "postgres", "-D", data, *settings]
            server = subprocess.Popen(command, cwd="/", stdout=log, stderr=log)
        try:
            cluster = Cluster(folder)
            _wait_until_up(cluster, server)
            yield cluster
        finally:
            server.send_signal(signal.SIGINT)  # the fast way down: it does not wait for who is connected
            server.wait(timeout=20)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _wait_until_up(cluster: Cluster, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            return cluster.run()
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > deadline:
                raise
            time.sleep(0.05)
