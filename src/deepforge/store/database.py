"""The database: connections, the one writer, the clock, fresh ids."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import ExceptionContext, make_url

from deepforge.core.errors import DataDirectoryDamaged, DeepForgeError, InvalidSetting, NoSpace, Unavailable
from deepforge.core.ids import ulid


class Database:
    """A SQLite file or a PostgreSQL database. Safe for threads; one write transaction at a time.

    One server owns it, so the lock of this object is the only writer's; readers never wait for it, and each
    reads one snapshot. Both raise Unavailable when the database does not answer, NoSpace when its disk is
    full, and DataDirectoryDamaged when its file is not a sound database.
    """

    def __init__(self, url: str) -> None:
        self.engine = _writing_engine(url)
        self._readers = _reading_engine(url)
        self._writer = threading.Lock()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only reads; all of the block sees the same moment. Writing in it is refused."""
        with self._readers.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that commits at the end of the block, or rolls back when it raises. Never nested."""
        with self._writer, self.engine.begin() as connection:
            yield connection

    def close(self) -> None:
        """Close all connections."""
        self._readers.dispose()
        self.engine.dispose()


class _IdSource:
    """Makes ULIDs that grow within this process, also in one millisecond and when the clock steps back."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = (0, 0)

    def next(self) -> str:
        milliseconds = time.time_ns() // 1_000_000
        # One bit less than there is room for, so that counting up from it does not overflow.
        entropy = int.from_bytes(os.urandom(10), "big") >> 1
        with self._lock:
            last_milliseconds, last_entropy = self._last
            if milliseconds <= last_milliseconds:
                milliseconds, entropy = last_milliseconds, last_entropy + 1 + (entropy & 0xFFFF)
            self._last = (milliseconds, entropy)
        return ulid(milliseconds, entropy.to_bytes(10, "big"))


_ids = _IdSource()


def fresh_id() -> str:
    """A new ULID of now; each is greater than the one before."""
    return _ids.next()


def now(connection: Connection) -> str:
    """The database's clock: UTC, ISO 8601, milliseconds, `Z`."""
    return str(connection.execute(_NOW[connection.dialect.name]).scalar_one())


def seconds(connection: Connection) -> float:
    """The database's clock as Unix seconds, for judging leases. SQLite has none but that of this process."""
    if connection.dialect.name == "sqlite":
        return time.time()
    return float(connection.execute(_SECONDS).scalar_one())


_NOW = {
    "sqlite": text("SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"),
    "postgresql": text(
        "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"
    ),
}
_SECONDS = text("SELECT extract(epoch FROM clock_timestamp())")


def _writing_engine(url: str) -> Engine:
    engine = _engine(url, pool_size=1, max_overflow=0)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def _reading_engine(url: str) -> Engine:
    if make_url(url).get_backend_name() == "sqlite":
        engine = _engine(url, max_overflow=30)
        event.listen(engine, "connect", _forbid_writing_sqlite)
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    else:
        engine = _engine(url, max_overflow=30, isolation_level="REPEATABLE READ")
        event.listen(engine, "connect", _forbid_writing_postgresql)
    return engine


def _engine(url: str, **options: Any) -> Engine:
    if make_url(url).get_backend_name() not in _NOW:
        raise InvalidSetting(
            f"database_url names {make_url(url).get_backend_name()}, which cannot keep DeepForge's tables",
            "Write sqlite:////path/to/file.db or postgresql+psycopg://user:password@host/database.",
        )
    engine = create_engine(url, json_serializer=_to_json, json_deserializer=_from_json, **options)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "handle_error", _translate)
    return engine


def _to_json(value: Any) -> str:
    try:
        return msgspec.json.encode(value).decode()
    except UnicodeEncodeError:  # half of a pair of surrogates, as a broken file name may have
        return json.dumps(value)


def _from_json(value: str) -> Any:
    try:
        return msgspec.json.decode(value)
    except msgspec.DecodeError:
        return json.loads(value)


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions are begun by hand, so that a writer locks at once
    cursor = connection.cursor()
    for pragma in ("busy_timeout=5000", "journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
    connection.create_function("lower", 1, _lower, deterministic=True)  # its own knows A to Z alone


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


def _forbid_writing_sqlite(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA query_only=ON")


def _forbid_writing_postgresql(connection: Any, _record: Any) -> None:
    connection.read_only = True


_TRANSLATIONS: tuple[tuple[tuple[str, ...], type[DeepForgeError], str, str], ...] = (
    (
        ("disk is full", "no space left on device", "disk full", "could not extend file"),
        NoSpace,
        "the disk of the database is full",
        "Free some space, for example with `deepforge runs rm`, and try again.",
    ),
    (
        ("is not a database", "disk image is malformed", "invalid page in block"),
        DataDirectoryDamaged,
        "the database file is damaged",
        "Put back a copy of deepforge.db; the damaged file was left as it is.",
    ),
    (
        ("database is locked", "database table is locked"),
        Unavailable,
        "another program holds the database",
        "Stop the other program that has deepforge.db open, and try again.",
    ),
    (
        ("unable to open database file", "readonly database", "disk i/o error"),
        Unavailable,
        "the database file cannot be opened or written",
        "Look at the rights of the data directory and its disk.",
    ),
)


def _translate(context: ExceptionContext) -> None:
    """Turn what a person can do something about into our errors; anything else stays the mistake it is."""
    said = str(context.original_exception).strip()
    for signs, kind, message, hint in _TRANSLATIONS:
        if any(sign in said.casefold() for sign in signs):
            raise kind(f"{message} ({said})", hint) from context.original_exception
    if context.is_disconnect or (
        context.connection is None and type(context.original_exception).__name__ == "OperationalError"
    ):
        raise Unavailable(
            f"the database does not answer ({said})",
            "Look whether the database server runs and database_url is right.",
        ) from context.original_exception
