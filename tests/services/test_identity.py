"""Identity: who is asking, and what proves it."""

from __future__ import annotations

import pytest

from deepforge.core.errors import NoSpace
from deepforge.core.ids import TokenId
from deepforge.core.user import OWNER, RUNS_READ, WORKER, WORKERS_EXCHANGE, Caller
from deepforge.services import identity
from deepforge.services.house import House
from deepforge.store import tokens


def test_there_is_one_owner(house: House) -> None:
    one, same = identity.owner(house), identity.owner(house)
    assert one == same
    assert (one.name, one.permissions, one.worker) == ("owner", OWNER, None)


def test_a_token_proves_who_asks_until_it_is_revoked(house: House, caller: Caller) -> None:
    token, text = identity.create_token(house, caller, "script", frozenset({RUNS_READ}))
    assert identity.authenticate(house, text) == Caller(
        caller.user, "owner", frozenset({RUNS_READ}), None, token
    )
    assert identity.authenticate(house, text[:-1]) is None
    assert identity.authenticate(house, "") is None
    assert identity.revoke_token(house, caller, token)
    assert identity.authenticate(house, text) is None
    assert not identity.revoke_token(house, caller, TokenId("0" * 26))


def test_a_token_allows_no_more_than_its_maker_may(house: House, caller: Caller) -> None:
    _, text = identity.create_token(house, caller, "script", frozenset({RUNS_READ, WORKERS_EXCHANGE}))
    found = identity.authenticate(house, text)
    assert found is not None
    assert found.permissions == frozenset({RUNS_READ})


def test_the_use_of_a_token_is_noted(house: House, caller: Caller) -> None:
    token, text = identity.create_token(house, caller, "script", OWNER)

    def last_used() -> str | None:
        with house.database.read() as connection:
            return next(
                found.last_used for found in tokens.of_user(connection, caller.user) if found.id == token
            )

    assert last_used() is None
    identity.authenticate(house, text)
    assert last_used() is not None


def test_who_asks_is_known_also_when_the_use_of_a_token_cannot_be_noted(
    house: House, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    token, text = identity.create_token(house, caller, "script", OWNER)

    def full(connection: object, token: TokenId) -> None:
        raise NoSpace("the disk of the database is full")

    monkeypatch.setattr(tokens, "touch", full)
    found = identity.authenticate(house, text)
    assert found is not None
    assert found.token == token


def test_a_start_of_the_server_makes_the_local_token_of_the_one_before_useless(house: House) -> None:
    old = identity.local_token(house)
    new = identity.local_token(house)
    assert identity.authenticate(house, old) is None
    found = identity.authenticate(house, new)
    assert found is not None
    assert found.permissions == OWNER


def test_a_code_begins_one_session(house: House, caller: Caller) -> None:
    code = identity.create_code(house, caller)
    secret = identity.begin_session(house, code)
    assert secret is not None
    assert identity.begin_session(house, code) is None
    assert identity.begin_session(house, "guessed") is None
    assert identity.authenticate_session(house, secret) == caller
    identity.end_session(house, secret)
    assert identity.authenticate_session(house, secret) is None


def test_a_worker_has_an_identity_and_may_only_what_workers_may(house: House, caller: Caller) -> None:
    worker, text = identity.enrol_worker(house, caller)
    found = identity.authenticate(house, text)
    assert found is not None
    assert (found.worker, found.permissions) == (worker, WORKER)


def test_enrolling_a_worker_again_makes_its_old_token_useless(house: House, caller: Caller) -> None:
    worker, old = identity.enrol_worker(house, caller)
    same, new = identity.enrol_worker(house, caller, worker)
    assert same == worker
    assert identity.authenticate(house, old) is None
    assert identity.authenticate(house, new) is not None
