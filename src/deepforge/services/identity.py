"""Identity: who is asking, proved by a token, a session, or a code that works once."""

from __future__ import annotations

from contextlib import suppress

from deepforge.core.errors import DeepForgeError, Forbidden
from deepforge.core.ids import TokenId, UserId, WorkerId
from deepforge.core.user import OWNER, WORKER, Caller
from deepforge.services.house import House
from deepforge.store import database, sessions, tokens, users
from deepforge.store.sessions import CODE_SECONDS

__all__ = [
    "CODE_SECONDS",
    "authenticate",
    "authenticate_session",
    "begin_session",
    "create_code",
    "create_token",
    "end_session",
    "enrol_worker",
    "local_token",
    "now",
    "owner",
    "revoke_token",
]

HOUR = len("2026-01-01T00")
"""How much of a time is compared to note the use of a token no more than once an hour."""
LOCAL = "local"
"""The label of the token in server.json, new with each start of the server."""


def now(house: House) -> str:
    """The database's clock: UTC, ISO 8601, milliseconds, `Z`."""
    with house.database.read() as connection:
        return database.now(connection)


def owner(house: House) -> Caller:
    """The person who owns the installation, made when there is nobody yet."""
    with house.writing() as ledger:
        user = users.first_user(ledger.connection)
    return Caller(user.id, user.name, OWNER)


def authenticate(house: House, token: str) -> Caller | None:
    """Whose token this is and what it allows; None when it is good for nothing."""
    with house.database.read() as connection:
        found = tokens.verify(connection, token)
        user = users.find(connection, found.user) if found else None
        at = database.now(connection)
    if found is None or user is None:
        return None
    if found.last_used is None or found.last_used[:HOUR] != at[:HOUR]:
        # On a full disk nothing can be noted, and whoever is to free some must come in all the same.
        with suppress(DeepForgeError), house.writing() as ledger:
            tokens.touch(ledger.connection, found.id)
    return Caller(user.id, user.name, found.permissions, found.worker, found.id)


def authenticate_session(house: House, secret: str) -> Caller | None:
    """Whose session this is; None when there is none, or it is over."""
    with house.database.read() as connection:
        found = sessions.verify_session(connection, secret)
        user = users.find(connection, found) if found else None
    return Caller(user.id, user.name, OWNER) if user else None


def create_code(house: House, caller: Caller) -> str:
    """A code that begins one session of the caller, within CODE_SECONDS.

    Raises Forbidden for who may less than a session may: a worker, or a program with a narrow token.
    """
    if not caller.permissions >= OWNER:
        raise Forbidden(
            "This token may not sign a browser in: a session may do more than it.",
            "Run `deepforge start` on the machine of the server for a link.",
        )
    with house.writing() as ledger:
        return sessions.create_code(ledger.connection, caller.user)


def begin_session(house: House, code: str) -> str | None:
    """The secret of a new session for a code; None when the code is unknown, used or too old."""
    with house.writing() as ledger:
        user = sessions.redeem_code(ledger.connection, code)
        return sessions.create_session(ledger.connection, user) if user else None


def end_session(house: House, secret: str) -> None:
    """End a session."""
    with house.writing() as ledger:
        sessions.end_session(ledger.connection, secret)


def create_token(
    house: House, caller: Caller, label: str, permissions: frozenset[str]
) -> tuple[TokenId, str]:
    """A token for the caller that allows no more than the caller may. It is shown now and never again."""
    with house.writing() as ledger:
        return tokens.create(ledger.connection, caller.user, label, permissions & caller.permissions)


def revoke_token(house: House, caller: Caller, token: TokenId) -> bool:
    """End a token of the caller; whether there was one."""
    with house.writing() as ledger:
        mine = {found.id for found in tokens.of_user(ledger.connection, caller.user)}
        return token in mine and tokens.remove(ledger.connection, token)


def local_token(house: House) -> str:
    """The token that server.json holds for the owner's own programs; the one before is good no longer."""
    with house.writing() as ledger:
        user = users.first_user(ledger.connection)
        for known in tokens.of_user(ledger.connection, user.id):
            if known.label == LOCAL:
                tokens.remove(ledger.connection, known.id)
        return tokens.create(ledger.connection, user.id, LOCAL, OWNER)[1]


def enrol_worker(house: House, caller: Caller, worker: WorkerId | None = None) -> tuple[WorkerId, str]:
    """An identity and a token for a worker; those it had before are good no longer."""
    identity = worker or WorkerId(database.fresh_id())
    with house.writing() as ledger:
        tokens.remove_of_worker(ledger.connection, identity)
        user = UserId(caller.user)
        return identity, tokens.create(ledger.connection, user, "worker", WORKER, worker=identity)[1]
