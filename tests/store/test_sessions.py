"""Sessions begin with a code that works once, and end when they should."""

from __future__ import annotations

import threading

from sqlalchemy import select

from deepforge.core.ids import UserId
from deepforge.store import sessions, tables
from deepforge.store.database import Database
from deepforge.store.users import first_user


def test_a_code_works_once(database: Database) -> None:
    with database.write() as connection:
        user = first_user(connection).id
        code = sessions.create_code(connection, user)
    with database.write() as connection:
        assert sessions.redeem_code(connection, code) == user
        assert sessions.redeem_code(connection, code) is None


def test_of_many_who_show_one_code_at_once_one_gets_in(database: Database) -> None:
    with database.write() as connection:
        user = first_user(connection).id
        code = sessions.create_code(connection, user)
    answers: list[UserId | None] = []

    def redeem() -> None:
        with database.write() as connection:
            answers.append(sessions.redeem_code(connection, code))

    threads = [threading.Thread(target=redeem) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers, key=str) == sorted([user, *[None] * 7], key=str)


def test_a_code_that_is_too_old_or_unknown_opens_nothing(database: Database) -> None:
    with database.write() as connection:
        old = sessions.create_code(connection, first_user(connection).id, seconds=-1)
        assert sessions.redeem_code(connection, old) is None
        assert sessions.redeem_code(connection, "guess") is None
        assert sessions.redeem_code(connection, "") is None
        sessions.create_code(connection, first_user(connection).id)
        assert len(connection.execute(select(tables.login_codes)).all()) == 1


def test_a_session_lasts_until_its_time_is_over_or_it_is_ended(database: Database) -> None:
    with database.write() as connection:
        user = first_user(connection).id
        over = sessions.create_session(connection, user, seconds=-1)
        assert sessions.verify_session(connection, over) is None
        secret = sessions.create_session(connection, user)
        assert sessions.verify_session(connection, secret) == user
        assert sessions.verify_session(connection, secret + "A") is None
        sessions.end_session(connection, secret)
        assert sessions.verify_session(connection, secret) is None


def test_nothing_in_the_database_gives_a_session_or_a_code_away(database: Database) -> None:
    with database.write() as connection:
        user = first_user(connection).id
        given = [sessions.create_session(connection, user), sessions.create_code(connection, user)]
        kept = repr(
            [connection.execute(select(table)).all() for table in (tables.sessions, tables.login_codes)]
        )
    assert [secret for secret in given if secret in kept] == []
