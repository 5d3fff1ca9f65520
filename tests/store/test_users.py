"""Users: there is always one."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError

from deepforge.core.ids import UserId
from deepforge.store import users
from deepforge.store.database import Database


def test_the_first_user_is_made_once_and_stays(database: Database) -> None:
    with database.write() as connection:
        owner = users.first_user(connection)
        users.create(connection, "ada")
    with database.write() as connection:
        assert users.first_user(connection) == owner
        assert set(users.names(connection).values()) == {"owner", "ada"}


def test_a_user_is_found_by_id(database: Database) -> None:
    with database.write() as connection:
        ada = users.create(connection, "ada")
        assert users.find(connection, ada.id) == ada
        assert users.find(connection, UserId("0" * 26)) is None


def test_two_users_never_have_one_name(database: Database) -> None:
    with database.write() as connection:
        users.create(connection, "ada")
    with pytest.raises(IntegrityError), database.write() as connection:
        users.create(connection, "ada")
