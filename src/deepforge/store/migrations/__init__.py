"""The tables' history: brings a database of any earlier version to this one."""

from __future__ import annotations

from sqlalchemy import Connection, inspect, text

from deepforge.core.errors import Conflict
from deepforge.store.database import Database
from deepforge.store.tables import metadata

__all__ = ["HEAD", "migrate"]

HEAD = "0003"
"""The newest revision; a test holds it against the files in `versions`."""


def migrate(database: Database) -> None:
    """Make the tables, or bring them to this version, in one transaction; else do nothing.

    Raises Conflict when a newer DeepForge has written the database.
    """
    with database.read() as connection:
        if _revision(connection) == HEAD:
            return
    with database.write() as connection:
        found = _revision(connection)
        if found is None and not inspect(connection).get_table_names():
            # The short way for a new database; a test proves that the revisions lead to the same tables.
            metadata.create_all(connection)
            connection.execute(
                text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
            )
            connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": HEAD})
        elif found != HEAD:
            upgrade(connection)


def upgrade(connection: Connection) -> None:
    """Apply the revisions that are missing, in order. Raises Conflict when the present one is unknown."""
    from alembic import command  # 0.4 s, and needed only at the first start of a new version
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", "deepforge.store:migrations")
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise Conflict(
            f"the database has a revision that this DeepForge does not know ({error})",
            "A newer DeepForge has written it: update DeepForge, or use another data directory.",
        ) from error


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    return str(found) if found is not None else None
