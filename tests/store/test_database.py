"""The database: one writer, snapshots for readers, ids that grow, and what it says when it cannot go on."""

from __future__ import annotations

import random
import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, event, select, text

from deepforge.core.errors import DataDirectoryDamaged, InvalidSetting, NoSpace, Unavailable
from deepforge.core.ids import JobId, is_ulid
from deepforge.store import logs, users
from deepforge.store.database import Database, fresh_id, now, seconds
from deepforge.store.migrations import migrate
from deepforge.store.tables import jobs, tokens
from tests.store.seed import add_run
from tests.support.disk import small_disk


def user_names(connection: Connection) -> set[str]:
    return set(users.names(connection).values())


def test_what_a_write_does_is_seen_by_later_reads(database: Database) -> None:
    with database.write() as connection:
        users.create(connection, "ada")
    with database.read() as connection:
        assert user_names(connection) == {"ada"}


def test_a_write_that_raises_leaves_nothing(database: Database) -> None:
    def write_and_fail() -> None:
        with database.write() as connection:
            users.create(connection, "ada")
            raise LookupError

    with pytest.raises(LookupError):
        write_and_fail()
    with database.read() as connection:
        assert user_names(connection) == set()


def test_a_reader_sees_one_moment_however_long_it_reads(database: Database) -> None:
    with database.read() as reader:
        assert user_names(reader) == set()
        with database.write() as connection:
            users.create(connection, "ada")
        assert user_names(reader) == set()
    with database.read() as reader:
        assert user_names(reader) == {"ada"}


def test_a_reader_may_not_write(database: Database) -> None:
    with pytest.raises(Exception, match=r"read-?only|readonly"), database.read() as connection:
        users.create(connection, "ada")


def test_writers_in_many_threads_take_turns_and_none_is_lost(database: Database) -> None:
    def count_up() -> None:
        for _ in range(10):
            with database.write() as connection:
                present = len(user_names(connection))
                users.create(connection, f"user {present}")

    threads = [threading.Thread(target=count_up) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as connection:
        assert user_names(connection) == {f"user {number}" for number in range(80)}


def test_what_was_committed_is_there_after_a_restart(
    database: Database, make_database: Callable[[], Database]
) -> None:
    with database.write() as connection:
        users.create(connection, "ada")
    again = make_database()
    with again.read() as connection:
        assert user_names(connection) == {"ada"}
    again.close()


def test_foreign_keys_are_held(database: Database) -> None:
    with pytest.raises(Exception, match=r"(?i)foreign key"), database.write() as connection:
        connection.execute(
            tokens.insert().values(
                id=fresh_id(), user_id=fresh_id(), label="", secret_hash="", permissions=[], created=""
            )
        )


@pytest.mark.parametrize(
    "value",
    ["é\u0000😀", "\ud800", 2**70, -(2**70), 0.1, [None, True, {"a": []}], {"": {"é": [1, 2.5]}}, [], {}],
)
def test_structured_columns_come_back_as_they_went(database: Database, value: object) -> None:
    with database.write() as connection:
        run = add_run(connection)
        connection.execute(jobs.update().where(jobs.c.id == run.job).values(spec=value))
    with database.read() as connection:
        assert connection.execute(select(jobs.c.spec)).scalar_one() == value


def test_a_structured_column_without_a_value_is_found_by_is_null(database: Database) -> None:
    with database.write() as connection:
        run = add_run(connection)
        connection.execute(jobs.update().where(jobs.c.id == run.job).values(progress=None))
        assert connection.execute(select(jobs.c.id).where(jobs.c.progress.is_(None))).scalars().all() == [
            run.job
        ]


def test_the_clock_is_utc_with_milliseconds(database: Database) -> None:
    with database.read() as connection:
        at, before = now(connection), seconds(connection)
        shown = connection.execute(
            text(
                "SELECT strftime('%s', :at)"
                if database.engine.dialect.name == "sqlite"
                else "SELECT extract(epoch FROM CAST(:at AS timestamptz))"
            ),
            {"at": at},
        ).scalar_one()
    assert (len(at), at[10], at[19], at[-1]) == (24, "T", ".", "Z")
    assert abs(float(shown) - before) < 2


def test_ids_grow_even_when_many_are_made_in_one_millisecond() -> None:
    made = [fresh_id() for _ in range(5000)]
    assert made == sorted(set(made))
    assert all(is_ulid(one) for one in made)


def test_a_database_of_another_kind_is_refused() -> None:
    with pytest.raises(InvalidSetting) as caught:
        Database("mysql://localhost/deepforge")
    assert "mysql" in caught.value.message
    assert "postgresql+psycopg" in (caught.value.hint or "")


def test_a_database_file_that_another_program_holds_is_named_so(sqlite_database: Database) -> None:
    event.listen(
        sqlite_database.engine, "connect", lambda found, _record: found.execute("PRAGMA busy_timeout=1")
    )
    other = sqlite3.connect(str(sqlite_database.engine.url.database), isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(Unavailable, match="another program holds the database"), sqlite_database.write():
        pass
    other.close()


def test_a_file_that_is_no_database_is_said_to_be_damaged(tmp_path: Path) -> None:
    path = tmp_path / "deepforge.db"
    path.write_bytes(b"not a database, but long enough to look like one " * 100)
    database = Database(f"sqlite:///{path}")
    with pytest.raises(DataDirectoryDamaged, match="damaged") as caught, database.read():
        pass
    assert "deepforge.db" in (caught.value.hint or "")
    assert path.read_bytes().startswith(b"not a database")


def test_a_folder_that_is_not_there_is_said_to_be_unreachable(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'gone' / 'deepforge.db'}")
    with pytest.raises(Unavailable, match="cannot be opened"), database.read():
        pass


def test_a_database_server_that_does_not_answer_is_said_not_to(tmp_path: Path) -> None:
    database = Database(f"postgresql+psycopg://postgres@/none?host={tmp_path}")
    with pytest.raises(Unavailable, match="does not answer"), database.read() as connection:
        now(connection)


def test_a_full_disk_is_said_to_be_full_and_loses_nothing(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", megabytes=2) as disk:
        database = Database(f"sqlite:///{disk}/deepforge.db")
        migrate(database)
        with database.write() as connection:
            run = add_run(connection)
        with pytest.raises(NoSpace, match="disk of the database is full") as caught:
            fill(database, run.job)
        assert "Free some space" in (caught.value.hint or "")
        with database.read() as connection:
            kept = logs.size(connection, run.job, 1)
            assert logs.page(connection, run.job, 1, 0, kept).data == b"".join(pieces(kept))
        (disk / "filler").unlink()
        with database.write() as connection:
            logs.append(connection, run.job, 1, kept, b"goes on")
        database.close()


PIECE = 20_000


def pieces(size: int) -> Iterator[bytes]:
    """Bytes that cannot be compressed, the same each time."""
    return (random.Random(start).randbytes(PIECE) for start in range(0, size, PIECE))


def fill(database: Database, job: JobId) -> None:
    (Path(str(database.engine.url.database)).parent / "filler").write_bytes(b"x" * 500_000)
    for number, piece in enumerate(pieces(4_000_000)):
        with database.write() as connection:
            logs.append(connection, job, 1, number * PIECE, piece)
