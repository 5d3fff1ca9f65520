"""Sessions of browsers, and the single-use codes that begin them."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select, text

from deepforge.core.ids import UserId
from deepforge.store.database import now
from deepforge.store.secrets import fresh_secret, hash_of
from deepforge.store.tables import login_codes, sessions

CODE_SECONDS = 60.0
SESSION_SECONDS = 30 * 24 * 3600.0

# The clock that writes a time also judges it.
_LATER = {
    "sqlite": text("SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now', printf('%+.3f seconds', :seconds))"),
    "postgresql": text(
        "SELECT to_char((clock_timestamp() + make_interval(secs => :seconds)) AT TIME ZONE 'UTC',"
        ' \'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"\')'
    ),
}


def in_seconds(connection: Connection, seconds: float) -> str:
    """The database's clock so many seconds from now, as `now` writes it."""
    return str(connection.execute(_LATER[connection.dialect.name], {"seconds": seconds}).scalar_one())


def create_code(connection: Connection, user: UserId, seconds: float = CODE_SECONDS) -> str:
    """A code that begins one session of the user, within so many seconds."""
    code = fresh_secret()
    connection.execute(delete(login_codes).where(login_codes.c.expires <= now(connection)))
    connection.execute(
        insert(login_codes).values(
            code_hash=hash_of(code), user_id=user, expires=in_seconds(connection, seconds)
        )
    )
    return code


def redeem_code(connection: Connection, code: str) -> UserId | None:
    """Whose session to begin; None when the code is unknown, used or too old. It is used up by this."""
    query = (
        delete(login_codes)
        .where(login_codes.c.code_hash == hash_of(code))
        .returning(login_codes.c.user_id, login_codes.c.expires)
    )
    row = connection.execute(query).one_or_none()
    return UserId(row[0]) if row and row[1] > now(connection) else None


def create_session(connection: Connection, user: UserId, seconds: float = SESSION_SECONDS) -> str:
    """Begin a session that lasts so many seconds; the secret is for the cookie."""
    secret = fresh_secret()
    at = now(connection)
    connection.execute(delete(sessions).where(sessions.c.expires <= at))
    connection.execute(
        insert(sessions).values(
            secret_hash=hash_of(secret), user_id=user, created=at, expires=in_seconds(connection, seconds)
        )
    )
    return secret


def verify_session(connection: Connection, secret: str) -> UserId | None:
    """Whose session this is; None when there is none, or it is over."""
    query = select(sessions.c.user_id, sessions.c.expires).where(sessions.c.secret_hash == hash_of(secret))
    row = connection.execute(query).one_or_none()
    return UserId(row[0]) if row and row[1] > now(connection) else None


def end_session(connection: Connection, secret: str) -> None:
    """End one session; nothing happens when there is none."""
    connection.execute(delete(sessions).where(sessions.c.secret_hash == hash_of(secret)))
