"""Tokens: shown once, kept only as a hash, and worth nothing when anything about them is wrong."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text

from deepforge.core.ids import WorkerId
from deepforge.store import tables, tokens
from deepforge.store.database import Database
from deepforge.store.sessions import in_seconds
from deepforge.store.users import first_user

WORKER = WorkerId("W" * 26)


def test_a_token_tells_whose_it_is_and_what_it_may(database: Database) -> None:
    with database.write() as connection:
        user = first_user(connection).id
        identifier, secret = tokens.create(
            connection, user, "laptop", {"runs:write", "runs:read"}, worker=WORKER
        )
        found = tokens.verify(connection, secret)
    assert secret.startswith(f"dfx_{identifier}_")
    assert found is not None
    assert (found.id, found.user, found.label, found.permissions, found.worker) == (
        identifier,
        user,
        "laptop",
        frozenset({"runs:read", "runs:write"}),
        WORKER,
    )
    assert (found.expires, found.last_used) == (None, None)


def test_nothing_in_the_database_gives_the_secret_away(database: Database) -> None:
    with database.write() as connection:
        _, token = tokens.create(connection, first_user(connection).id, "", [])
        secret = token.split("_", 2)[2]
        row = connection.execute(select(tables.tokens)).one()
    assert len(secret) >= 43
    assert secret not in repr(tuple(row))


@pytest.mark.parametrize(
    "change",
    [
        lambda token: token[:-1],
        lambda token: token + "A",
        lambda token: token[:-1] + ("A" if token[-1] != "A" else "B"),
        lambda token: token.replace("dfx_", "dfy_"),
        lambda token: token.removeprefix("dfx_"),
        lambda token: "_".join(token.split("_", 2)[:2]) + "_",
        lambda token: "_".join(token.split("_", 2)[:2]),
        lambda token: f"dfx_{'0' * 26}_{token.split('_', 2)[2]}",
        lambda token: "dfx_é\x00\ud800_" + token.split("_", 2)[2],
        lambda token: token + "\ud800",
        lambda token: "",
    ],
)
def test_a_token_with_anything_wrong_is_worth_nothing(database: Database, change: object) -> None:
    with database.write() as connection:
        _, token = tokens.create(connection, first_user(connection).id, "", ["admin"])
        assert tokens.verify(connection, token) is not None
        assert tokens.verify(connection, change(token)) is None  # type: ignore[operator]


def test_a_token_ends_when_its_time_is_over_or_when_it_is_removed(database: Database) -> None:
    with database.write() as connection:
        user = first_user(connection).id
        over, old = tokens.create(connection, user, "", [], expires=in_seconds(connection, -1))
        lasting, good = tokens.create(connection, user, "", [], expires=in_seconds(connection, 60))
        assert tokens.verify(connection, old) is None
        assert tokens.verify(connection, good) is not None
        assert [one.id for one in tokens.of_user(connection, user)] == [over, lasting]
        assert tokens.remove(connection, lasting)
        assert not tokens.remove(connection, lasting)
        assert tokens.verify(connection, good) is None


def test_a_worker_that_is_sent_away_keeps_no_token(database: Database) -> None:
    with database.write() as connection:
        user = first_user(connection).id
        _, gone = tokens.create(connection, user, "", [], worker=WORKER)
        _, stays = tokens.create(connection, user, "", [])
        tokens.remove_of_worker(connection, WORKER)
        assert tokens.verify(connection, gone) is None
        assert tokens.verify(connection, stays) is not None


def test_the_last_use_is_noted(database: Database) -> None:
    with database.write() as connection:
        identifier, token = tokens.create(connection, first_user(connection).id, "", [])
        tokens.touch(connection, identifier)
        found = tokens.verify(connection, token)
        assert connection.execute(text("SELECT count(*) FROM tokens")).scalar_one() == 1
    assert found is not None
    assert found.last_used is not None
    assert found.last_used >= found.created
