"""The tables, for SQLite and PostgreSQL alike. Ids are ULIDs, times UTC text, structured columns JSON.

Every change here needs a revision in `migrations/versions`.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON as _JSON,
)
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

JSON = _JSON(none_as_null=True)  # None is NULL, so that `IS NULL` finds it

_BigKey = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts up by itself only for INTEGER


def _id(name: str = "id") -> Column[str]:
    return Column(name, String(26), primary_key=True)


def _of(table: str, name: str, *, nullable: bool = False, delete: str | None = None) -> Column[str]:
    return Column(name, String(26), ForeignKey(f"{table}.id", ondelete=delete), nullable=nullable)


def _time(name: str, *, nullable: bool = False) -> Column[str]:
    return Column(name, String(24), nullable=nullable)


_PRESENT, _REMOVED = text("removed IS NULL"), text("removed IS NOT NULL")


def _index_of_present(table: str, *columns: str) -> Index:
    """An index of the rows that are not removed."""
    return Index(
        f"ix_{table}_{'_'.join(columns)}", *columns, sqlite_where=_PRESENT, postgresql_where=_PRESENT
    )


users = Table(
    "users", metadata, _id(), Column("name", String(200), nullable=False, unique=True), _time("created")
)

tokens = Table(
    "tokens",
    metadata,
    _id(),
    _of("users", "user_id"),
    Column("label", String(200), nullable=False),
    Column("secret_hash", String(64), nullable=False),
    Column("permissions", JSON, nullable=False),
    Column("project_id", String(26)),
    Column("worker_id", String(26)),
    _time("created"),
    _time("expires", nullable=True),
    _time("last_used", nullable=True),
)

sessions = Table(
    "sessions",
    metadata,
    Column("secret_hash", String(64), primary_key=True),
    _of("users", "user_id"),
    _time("created"),
    _time("expires"),
)

login_codes = Table(
    "login_codes",
    metadata,
    Column("code_hash", String(64), primary_key=True),
    _of("users", "user_id"),
    _time("expires"),
)

projects = Table(
    "projects",
    metadata,
    _id(),
    Column("name", String(200), nullable=False),
    Column("folder", Text, nullable=False, unique=True),
    _of("users", "author_id"),
    _time("created"),
    _time("updated"),
    _time("removed", nullable=True),  # hidden from then on, and gone for good after a while
)
Index(  # the name of one that is removed is free
    None,
    projects.c.name,
    unique=True,
    sqlite_where=projects.c.removed.is_(None),
    postgresql_where=projects.c.removed.is_(None),
)

runs = Table(
    "runs",
    metadata,
    _id(),
    _of("projects", "project_id"),
    _of("users", "author_id"),
    Column("pipeline", String(200), nullable=False),
    Column("state", String(10), nullable=False),
    Column("canceling", Boolean, nullable=False, server_default=false()),
    Column("snapshot", String(64), nullable=False),
    Column("commit", String(64)),
    Column("idempotency_key", String(200)),
    Column("tags", JSON, nullable=False, server_default=text("'[]'")),
    Column("origin", JSON),  # the run it was made from, and how
    _time("created"),
    _time("started", nullable=True),
    _time("ended", nullable=True),
    Column("duration", Float),  # seconds; NULL until it has ended
    _time("removed", nullable=True),  # hidden from then on, and gone for good after a while
    # The longest last, so that reading the others stops before them.
    Column("request", JSON, nullable=False),
    Column("document", JSON, nullable=False),
    UniqueConstraint("author_id", "idempotency_key"),
    Index("ix_runs_removed", "removed", sqlite_where=_REMOVED, postgresql_where=_REMOVED),
    # One for each order in which runs are listed.
    _index_of_present("runs", "project_id", "id"),
    _index_of_present("runs", "project_id", "state", "id"),
    _index_of_present("runs", "project_id", "pipeline", "id"),
    _index_of_present("runs", "project_id", "author_id", "id"),
    _index_of_present("runs", "project_id", "started", "id"),
    _index_of_present("runs", "project_id", "ended", "id"),
    _index_of_present("runs", "project_id", "duration", "id"),
    _index_of_present("runs", "state", "id"),
    _index_of_present("runs", "pipeline", "id"),
    _index_of_present("runs", "author_id", "id"),
    _index_of_present("runs", "started", "id"),
    _index_of_present("runs", "ended", "id"),
    _index_of_present("runs", "duration", "id"),
)

jobs = Table(
    "jobs",
    metadata,
    _id(),
    _of("projects", "project_id"),
    _of("runs", "run_id", delete="CASCADE"),
    _of("users", "author_id"),
    Column("position", Integer, nullable=False),
    Column("name", String(200), nullable=False),
    Column("operation", String(200), nullable=False),
    Column("state", String(10), nullable=False),
    Column("built_in", Boolean, nullable=False),
    Column("use_cache", Boolean, nullable=False),
    Column("cached", Boolean, nullable=False),
    Column("after", JSON, nullable=False),
    Column("resources", JSON, nullable=False),
    Column("spec", JSON, nullable=False),
    Column("fence", Integer, nullable=False),
    Column("worker_id", String(26)),
    Column("failures", Integer, nullable=False),
    Column("losses", Integer, nullable=False),
    Column("reason", Text),
    Column("failure", JSON),
    Column("outputs", JSON, nullable=False),
    Column("progress", JSON),
    Column("fingerprint", JSON),
    Column("source_job", String(26)),  # the job whose outputs, logs and figures answer for a cached one
    _time("started", nullable=True),
    _time("ended", nullable=True),
    Index(None, "run_id", "position"),
    Index(None, "run_id", "state", "cached"),
    Index(None, "source_job"),
)

queue = Table(
    "queue",
    metadata,
    Column("number", _BigKey, primary_key=True, autoincrement=True),
    Column("job_id", String(26), ForeignKey("jobs.id", ondelete="CASCADE"), nullable=False, unique=True),
    Column("run_id", String(26), nullable=False),
    Column("project_id", String(26), nullable=False),
    Column("resources", JSON, nullable=False),
)

attempts = Table(
    "attempts",
    metadata,
    Column("job_id", String(26), ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    Column("fence", Integer, primary_key=True),
    Column("run_id", String(26), nullable=False),
    Column("project_id", String(26), nullable=False),
    Column("worker_id", String(26), nullable=False),
    Column("lease_until", Float, nullable=False),
    Column("journal_offset", BigInteger, nullable=False),
    Column("log_offset", BigInteger, nullable=False),
    Column("stop_asked", Boolean, nullable=False),
    Column("open", Boolean, nullable=False),
    Column("ending", JSON),  # what the journal said so far of how the attempt ended
    Column("damage", Text),
    _time("started"),
    _time("ended", nullable=True),
    Index(None, "worker_id", "open"),
)

artifacts = Table(
    "artifacts",
    metadata,
    _id(),
    _of("projects", "project_id"),
    _of("users", "author_id"),
    Column("name", String(200), nullable=False),
    Column("tags", JSON, nullable=False, server_default=text("'[]'")),
    _time("created"),
    _time("removed", nullable=True),
    UniqueConstraint("project_id", "name"),
)

artifact_versions = Table(
    "artifact_versions",
    metadata,
    Column("artifact_id", String(26), ForeignKey("artifacts.id", ondelete="CASCADE"), primary_key=True),
    Column("version", Integer, primary_key=True),
    _of("projects", "project_id"),
    _of("users", "author_id"),
    Column("run_id", String(26)),
    Column("digest", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("type", String(400), nullable=False),
    Column("codec", String(40), nullable=False),
    Column("lineage", JSON, nullable=False),
    _time("created"),
    Index(None, "run_id"),
    Index(None, "digest"),
)

run_artifacts = Table(
    "run_artifacts",
    metadata,
    Column("run_id", String(26), ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("artifact_id", String(26), ForeignKey("artifacts.id", ondelete="CASCADE"), primary_key=True),
    Column("version", Integer, primary_key=True),
)

blobs = Table(
    "blobs",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("size", BigInteger, nullable=False),
    _time("created"),
)

blob_uses = Table(
    "blob_uses",
    metadata,
    Column("digest", String(64), ForeignKey("blobs.digest"), primary_key=True),
    Column("project_id", String(26), primary_key=True),
    Column("owner", String(120), primary_key=True),  # run:<id>, artifact:<id>:<version>, snapshot:<digest>
    Index(None, "owner"),
)

cache_entries = Table(
    "cache_entries",
    metadata,
    Column("project_id", String(26), primary_key=True),
    Column("key", String(64), primary_key=True),
    Column("job_id", String(26), ForeignKey("jobs.id", ondelete="CASCADE"), nullable=False),
    Column("run_id", String(26), nullable=False),
    Column("outputs", JSON, nullable=False),
    _time("created"),
    Index(None, "job_id"),
)

environment_locks = Table(
    "environment_locks",
    metadata,
    Column("declared", String(64), primary_key=True),
    Column("worker_id", String(26), primary_key=True),
    Column("lock", String(64), nullable=False),
    _time("created"),
)

series = Table(
    "series",
    metadata,
    Column("id", _BigKey, primary_key=True, autoincrement=True),
    _of("projects", "project_id"),
    _of("runs", "run_id", delete="CASCADE"),
    _of("jobs", "job_id", delete="CASCADE"),
    Column("fence", Integer, nullable=False),
    Column("name", String(400), nullable=False),
    Column("points", BigInteger, nullable=False),
    Column("chunks", Integer, nullable=False),
    Column("sealed", Integer, nullable=False),  # chunks below this number are full and never change
    Column("last_x", Float, nullable=False),
    Column("last_value", Float),  # NULL: not a number
    UniqueConstraint("job_id", "fence", "name"),
    Index(None, "run_id", "name"),
)

series_sets = Table(
    "series_sets",
    metadata,
    Column("job_id", String(26), ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    Column("fence", Integer, primary_key=True),
    Column("key", String(16), primary_key=True),  # hexadecimal
    Column("names", JSON, nullable=False),
)

series_chunks = Table(
    "series_chunks",
    metadata,
    Column("series_id", _BigKey, ForeignKey("series.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("points", Integer, nullable=False),
    Column("first_x", Float, nullable=False),  # the smallest and the greatest x in it
    Column("last_x", Float, nullable=False),
    Column("first_time", Float, nullable=False),  # of its first point and of its last, in Unix seconds
    Column("last_time", Float, nullable=False),
    Column("coarse", LargeBinary, nullable=False),  # empty in short chunks at the end, which are soon merged
    Column("fine", LargeBinary, nullable=False),
    Column(
        "columns", LargeBinary, nullable=False
    ),  # the longest last, so that reading the others stops before it
)

last_values = Table(
    "last_values",
    metadata,
    Column("run_id", String(26), ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("name", String(400), primary_key=True),
    _of("projects", "project_id"),
    Column("job_id", String(26), nullable=False),
    Column("x", Float, nullable=False),
    Column("value", Float),  # NULL: not a number
    # The run is in them, so that runs are skipped in their order without a look at these rows.
    Index(None, "project_id", "name", "value", "run_id"),
    Index(None, "name", "value", "run_id"),
)

log_chunks = Table(
    "log_chunks",
    metadata,
    Column("job_id", String(26), ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    Column("fence", Integer, primary_key=True),
    Column("offset", BigInteger, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("first_line", BigInteger, nullable=False),  # line breaks before it
    Column("lines", BigInteger, nullable=False),  # line breaks in it
    Column("data", LargeBinary, nullable=False),
)

figures = Table(
    "figures",
    metadata,
    Column("job_id", String(26), ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    Column("fence", Integer, primary_key=True),
    Column("figure", String(200), primary_key=True),
    Column("version", Integer, primary_key=True),
    _of("projects", "project_id"),
    _of("runs", "run_id", delete="CASCADE"),
    Column("title", Text, nullable=False),
    Column("parts", JSON, nullable=False),
    _time("created"),
    Index(None, "run_id"),
)

workers = Table(
    "workers",
    metadata,
    _id(),
    _of("users", "author_id"),
    Column("name", String(200), nullable=False),
    Column("incarnation", String(26), nullable=False),
    Column("machine", JSON, nullable=False),
    Column("interpreter", JSON, nullable=False),
    Column("slots", Integer, nullable=False),
    Column("shares_blobs", Boolean, nullable=False),
    Column("version", String(40), nullable=False),
    Column("seen", Float, nullable=False),
    _time("created"),
)

events = Table(
    "events",
    metadata,
    Column("seq", _BigKey, primary_key=True, autoincrement=True),
    Column("topic", String(60), nullable=False),
    Column("project_id", String(26)),
    Column("kind", String(40), nullable=False),
    Column("data", JSON, nullable=False),
    _time("at"),
    Index(None, "topic", "seq"),
    sqlite_autoincrement=True,
)

documents = Table(
    "documents",
    metadata,
    _id(),
    _of("projects", "project_id", delete="CASCADE"),
    Column("path", String(400), nullable=False),
    Column("epoch", String(26), nullable=False),  # another one: another history, which must not be merged
    Column("base", Text),  # what the file said when it and the document last agreed
    Column("writing", Text),  # what is being written into it just now
    Column("agreed", Integer, nullable=False),  # the newest update that the file is known to hold
    _time("created"),
    UniqueConstraint("project_id", "path"),
)

document_updates = Table(
    "document_updates",
    metadata,
    Column("document_id", String(26), ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("author_id", String(26)),  # NULL: the file was changed by another program
    Column("data", LargeBinary, nullable=False),
    _time("at"),
)

previews = Table(
    "previews",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("codec", String(40), primary_key=True),
    Column("state", String(10), nullable=False),  # wanted, ready, failed
    Column("document", JSON),
    _time("created"),
)

uploads = Table(
    "uploads",
    metadata,
    _id(),
    _of("projects", "project_id", delete="CASCADE"),
    _of("users", "author_id"),
    Column("name", String(200), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("received", BigInteger, nullable=False),
    _time("created"),
)
