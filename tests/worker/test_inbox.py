"""Work away from the loop, and its results back in it."""

from __future__ import annotations

import selectors
import threading
from collections.abc import Callable

from deepforge.worker.inbox import Chores, Courier, Inbox


def deliver_until(inbox: Inbox, condition: Callable[[], bool]) -> None:
    with selectors.DefaultSelector() as selector:
        selector.register(inbox, selectors.EVENT_READ)
        while not condition():
            assert selector.select(20)
            inbox.deliver()


def test_deeds_are_done_in_order_by_the_thread_of_the_loop() -> None:
    inbox, done = Inbox(), []
    for number in range(3):
        threading.Thread(
            target=inbox.post, args=(lambda number=number: done.append((number, threading.current_thread())),)
        ).run()
    deliver_until(inbox, lambda: len(done) == 3)
    assert done == [(number, threading.main_thread()) for number in range(3)]


def test_more_wakings_than_a_pipe_holds_do_not_block() -> None:
    inbox = Inbox()
    for _ in range(100_000):
        inbox.wake()
    inbox.deliver()


def test_a_courier_brings_back_what_was_returned_or_raised() -> None:
    inbox, found = Inbox(), []
    courier = Courier("test", inbox)
    courier.send(lambda: 1 + 1, found.append)
    assert courier.busy
    deliver_until(inbox, lambda: not courier.busy)
    error = ValueError("no")

    def fail() -> None:
        raise error

    courier.send(fail, found.append)
    deliver_until(inbox, lambda: not courier.busy)
    assert found == [2, error]


def test_chores_run_beside_one_another_but_not_more_than_the_limit() -> None:
    inbox, chores_done = Inbox(), []
    chores = Chores(inbox, limit=3)
    together, lock, running, most = threading.Barrier(3), threading.Lock(), [0], [0]

    def chore() -> None:
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        together.wait(20)
        with lock:
            running[0] -= 1

    for _ in range(6):
        chores.do(chore, chores_done.append)
    deliver_until(inbox, lambda: len(chores_done) == 6)
    assert (chores_done, most) == ([None] * 6, [3])
