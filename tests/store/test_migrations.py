"""Migrations: the revisions lead from nothing to exactly the tables, on both engines."""

from __future__ import annotations

from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from deepforge.core.errors import Conflict
from deepforge.store import users
from deepforge.store.database import Database
from deepforge.store.migrations import HEAD, migrate, upgrade
from deepforge.store.tables import metadata


def shape(connection: Connection) -> dict[str, Any]:
    """Everything the database says about its tables, but for the order of indexes."""
    found = inspect(connection)
    return {
        table: {
            "columns": [
                {**column, "type": repr(column["type"])}
                for column in found.get_columns(table)  # type: ignore[misc]
            ],
            "key": found.get_pk_constraint(table),
            "references": sorted(found.get_foreign_keys(table), key=repr),
            "unique": sorted(found.get_unique_constraints(table), key=repr),
            "indexes": sorted(map(_plain, found.get_indexes(table)), key=repr),
        }
        for table in found.get_table_names()
        if table != "alembic_version"
    }


def _plain(index: Any) -> dict[str, Any]:
    """An index with the condition of a partial one as text, so that two can be compared."""
    options = index.get("dialect_options", {})
    return {**index, "dialect_options": {name: str(value) for name, value in options.items()}}


def test_the_revisions_lead_to_the_tables(empty_database_url: str) -> None:
    database = Database(empty_database_url)
    with database.write() as connection:
        upgrade(connection)
        by_revisions = shape(connection)
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
        for table in reversed(metadata.sorted_tables):
            table.drop(connection)
        metadata.create_all(connection)
        at_once = shape(connection)
    database.close()
    assert differences == []
    assert by_revisions == at_once
    assert set(at_once) == set(metadata.tables)


def test_a_new_database_gets_all_tables_and_the_newest_revision(empty_database_url: str) -> None:
    database = Database(empty_database_url)
    migrate(database)
    with database.read() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all() == [HEAD]
        assert set(inspect(connection).get_table_names()) == {*metadata.tables, "alembic_version"}
    database.close()


def test_migrating_again_changes_nothing(database: Database) -> None:
    with database.write() as connection:
        users.create(connection, "ada")
    migrate(database)
    with database.read() as connection:
        assert set(users.names(connection).values()) == {"ada"}


def test_tables_made_by_revisions_are_taken_as_they_are(empty_database_url: str) -> None:
    database = Database(empty_database_url)
    with database.write() as connection:
        upgrade(connection)
        users.create(connection, "ada")
    migrate(database)
    with database.read() as connection:
        assert set(users.names(connection).values()) == {"ada"}
    database.close()


def test_a_database_of_a_newer_version_is_left_alone(database: Database) -> None:
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Conflict, match="revision") as caught:
        migrate(database)
    assert "newer" in (caught.value.hint or "")
    with database.read() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == "9999"


def test_the_newest_revision_is_the_one_that_is_named() -> None:
    config = Config()
    config.set_main_option("script_location", "deepforge.store:migrations")
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]
