"""Users: who has made a thing. A single-user installation has one, the owner."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, insert, select

from deepforge.core.ids import UserId
from deepforge.store.database import fresh_id, now
from deepforge.store.tables import users

OWNER_NAME = "owner"


@dataclass(frozen=True)
class User:
    """A person."""

    id: UserId
    name: str
    created: str


_SELECT = select(users.c.id, users.c.name, users.c.created)


def first_user(connection: Connection) -> User:
    """The user who has been here longest, made now when there is none."""
    row = connection.execute(_SELECT.order_by(users.c.id).limit(1)).one_or_none()
    return User(UserId(row[0]), row[1], row[2]) if row else create(connection, OWNER_NAME)


def create(connection: Connection, name: str) -> User:
    """A new user."""
    user = User(UserId(fresh_id()), name, now(connection))
    connection.execute(insert(users).values(id=user.id, name=user.name, created=user.created))
    return user


def find(connection: Connection, user: UserId) -> User | None:
    """A user by id; None when there is none."""
    row = connection.execute(_SELECT.where(users.c.id == user)).one_or_none()
    return User(UserId(row[0]), row[1], row[2]) if row else None


def names(connection: Connection) -> dict[UserId, str]:
    """The name of every user."""
    return {UserId(row[0]): row[1] for row in connection.execute(_SELECT)}
