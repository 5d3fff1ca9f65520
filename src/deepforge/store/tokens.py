"""Tokens: what the command line, scripts and workers show to prove who they are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from deepforge.core.ids import TokenId, UserId, WorkerId, is_ulid
from deepforge.store.database import fresh_id, now
from deepforge.store.secrets import fits, fresh_secret
from deepforge.store.secrets import hash_of as _hash_of
from deepforge.store.tables import tokens

PREFIX = "dfx"


@dataclass(frozen=True)
class Token:
    """What is known of a token; its secret is not kept. Without `expires` it is good until it is removed."""

    id: TokenId
    user: UserId
    label: str
    permissions: frozenset[str]
    worker: WorkerId | None
    created: str
    expires: str | None
    last_used: str | None


_COLUMNS = (
    tokens.c.id,
    tokens.c.user_id,
    tokens.c.label,
    tokens.c.permissions,
    tokens.c.worker_id,
    tokens.c.created,
    tokens.c.expires,
    tokens.c.last_used,
)
_VERIFY = select(*_COLUMNS, tokens.c.secret_hash).where(tokens.c.id == bindparam("wanted"))


def create(
    connection: Connection,
    user: UserId,
    label: str,
    permissions: Iterable[str],
    *,
    worker: WorkerId | None = None,
    expires: str | None = None,
) -> tuple[TokenId, str]:
    """A new token, as `dfx_<id>_<secret>`: shown now and never again.

    `expires` in UTC, as `now` writes it.
    """
    token, secret = TokenId(fresh_id()), fresh_secret()
    connection.execute(
        insert(tokens).values(
            id=token,
            user_id=user,
            label=label,
            secret_hash=_hash_of(secret),
            permissions=sorted(permissions),
            worker_id=worker,
            created=now(connection),
            expires=expires,
        )
    )
    return token, f"{PREFIX}_{token}_{secret}"


def verify(connection: Connection, text: str) -> Token | None:
    """Whose token this is; None when it is malformed, unknown, removed, expired, or its secret is wrong."""
    prefix, _, rest = text.partition("_")
    token, _, secret = rest.partition("_")
    if prefix != PREFIX or not is_ulid(token):
        return None
    row = connection.execute(_VERIFY, {"wanted": token}).one_or_none()
    if row is None or not fits(secret, row.secret_hash):
        return None
    if row.expires is not None and row.expires <= now(connection):
        return None
    return _token(row)


def touch(connection: Connection, token: TokenId) -> None:
    """Note that the token was used now."""
    connection.execute(update(tokens).where(tokens.c.id == token).values(last_used=now(connection)))


def of_user(connection: Connection, user: UserId) -> tuple[Token, ...]:
    """A person's tokens, oldest first."""
    query = select(*_COLUMNS).where(tokens.c.user_id == user).order_by(tokens.c.id)
    return tuple(_token(row) for row in connection.execute(query))


def remove(connection: Connection, token: TokenId) -> bool:
    """End a token; whether there was one."""
    return connection.execute(delete(tokens).where(tokens.c.id == token)).rowcount == 1


def remove_of_worker(connection: Connection, worker: WorkerId) -> None:
    """End all tokens of a worker."""
    connection.execute(delete(tokens).where(tokens.c.worker_id == worker))


def _token(row: Any) -> Token:
    return Token(
        id=row.id,
        user=row.user_id,
        label=row.label,
        permissions=frozenset(row.permissions),
        worker=row.worker_id,
        created=row.created,
        expires=row.expires,
        last_used=row.last_used,
    )
