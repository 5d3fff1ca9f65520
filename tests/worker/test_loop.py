"""The loop: how often a server that is away is asked for."""

from __future__ import annotations

import selectors
from typing import Any, cast

import pytest

from deepforge.core.environment import Interpreter
from deepforge.core.errors import ServerUnreachable
from deepforge.core.ids import WorkerId
from deepforge.core.messages import Hello
from deepforge.worker.attempt import make_folder
from deepforge.worker.attempts import Attempts
from deepforge.worker.inbox import Inbox
from deepforge.worker.link import Address
from deepforge.worker.loop import AWAY_SECONDS, EAGER_SECONDS, FIRST_BACKOFF, LAST_BACKOFF, Loop
from tests.worker.test_pace import MACHINE, Clock, attempts, clock, leased

__all__ = ["attempts", "clock"]

INTERPRETER = Interpreter("3.11.2", "linux-x86_64", {}, {})


class Away:
    """A server that cannot be found, and how often it was looked for."""

    def __init__(self) -> None:
        self.tries = 0

    def __call__(self) -> Address:
        self.tries += 1
        raise ServerUnreachable("There is no server.")


class Impatient(selectors.DefaultSelector):
    """Does not sleep: the time of these tests passes by their own hand."""

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        return super().select(0)


class NoPreviews:
    slots = 0
    answers = ()


@pytest.fixture
def away() -> Away:
    return Away()


@pytest.fixture
def loop(attempts: Attempts, clock: Clock, away: Away, monkeypatch: pytest.MonkeyPatch) -> Loop:
    """A worker without jobs whose server is away."""
    monkeypatch.setattr(attempts, "nursery", NoParents())
    monkeypatch.setattr(attempts, "clear_away", lambda: None)
    monkeypatch.setattr(attempts, "sweep", lambda: None)
    unused = cast(Any, None)
    return Loop(
        hello=lambda: Hello(WorkerId("worker"), "first", "here", MACHINE, INTERPRETER, 2, "3.0.0"),
        worker=WorkerId("worker"),
        find=away,
        attempts=attempts,
        inbox=Inbox(),
        selector=Impatient(),
        syncer=unused,
        previewer=cast(Any, NoPreviews()),
        installation=lambda: None,
        clock=clock,
    )


class NoParents:
    def sweep(self, busy: object, now: float) -> None:
        """There are none."""


def tries_within(loop: Loop, clock: Clock, away: Away, seconds: float) -> int:
    """How often the server is looked for in a time that passes step by step."""
    before, step = away.tries, FIRST_BACKOFF / 2
    for _ in range(round(seconds / step)):
        clock.now += step
        loop.turn()
        while loop._ship.busy:
            loop.turn()
    return away.tries - before


def test_a_server_that_is_away_is_looked_for_often_at_first_and_then_seldom(
    loop: Loop, clock: Clock, away: Away
) -> None:
    assert tries_within(loop, clock, away, EAGER_SECONDS) >= 0.4 * EAGER_SECONDS / FIRST_BACKOFF
    tries_within(loop, clock, away, 2 * LAST_BACKOFF)
    assert tries_within(loop, clock, away, 10 * LAST_BACKOFF) in (9, 10, 11)


@pytest.mark.parametrize("is_there", [True, False], ids=["with-its-folder", "whose-folder-was-removed"])
def test_a_worker_that_is_to_end_does_not_wait_for_a_server_that_is_away(
    loop: Loop, clock: Clock, away: Away, is_there: bool
) -> None:
    leased(loop.attempts, 1, "published")  # it ended, and the server has not heard of it
    (ended,) = loop.attempts.by_key.values()
    if is_there:
        make_folder(ended)
        ended.journal.path.touch()
    tries_within(loop, clock, away, AWAY_SECONDS / 2)
    loop.stop()
    loop.turn()
    assert loop.exit_status is None
    tries_within(loop, clock, away, AWAY_SECONDS)
    assert loop.exit_status == 0
