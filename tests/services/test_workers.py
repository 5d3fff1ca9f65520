"""Workers: leases, heartbeats, fences, and what becomes of a job whose worker is away."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from deepforge.core.errors import Conflict, Forbidden, NotFound
from deepforge.core.ids import ProjectId
from deepforge.core.messages import Exchange, Held, Orders, Receipt, Welcome
from deepforge.core.run import JobView, RunView
from deepforge.core.user import Caller
from deepforge.services import identity, logs, runs, workers
from deepforge.services.house import House
from deepforge.store import database
from tests.services.conftest import make_house, write_project
from tests.services.hand_worker import ROOM, HandWorker, forked

Start = Callable[..., RunView]
LEASE = 30.0


@pytest.fixture
def pass_time(house: House, monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Lets the clocks of the database and of the house run ahead."""
    real, ahead = database.seconds, 0.0

    def let_pass(seconds: float) -> None:
        nonlocal ahead
        ahead += seconds

    monkeypatch.setattr(database, "seconds", lambda connection: real(connection) + ahead)
    house.clock = lambda: ahead
    return let_pass


def first_job(house: House, run: RunView) -> JobView:
    return runs.show(house, identity.owner(house), run.id).jobs[0]


def write_wide(house: House, count: int, *, before: str = "", after: str = "") -> None:
    """The pipeline `wide`: jobs n0, n1, … that wait for nothing."""
    nodes = "".join(f"  n{i}: {{operation: load, attributes: {{count: {i}}}}}\n" for i in range(count))
    write_project(
        house.data.projects / "digits", **{"pipelines/wide.yaml": f"nodes:\n{before}{nodes}{after}"}
    )


def test_a_worker_is_told_the_intervals_it_has_to_keep(house: House) -> None:
    worker = HandWorker(house)
    assert worker.register() == Welcome(worker.id, heartbeat=10.0, lease=30.0)


def test_workers_are_listed_with_what_they_have(
    house: House, caller: Caller, worker: HandWorker, start: Start, pass_time: Callable[[float], None]
) -> None:
    start()
    worker.take()
    (view,) = workers.listing(house, caller)
    assert (view.id, view.name, view.python, view.slots, view.running) == (worker.id, "bench", "3.11.2", 4, 1)
    assert (view.connected, view.machine.cpus) == (True, 4)
    pass_time(LEASE + 1)
    assert not workers.listing(house, caller)[0].connected


def test_a_worker_that_is_heard_of_stays_connected(
    house: House, caller: Caller, worker: HandWorker, pass_time: Callable[[float], None]
) -> None:
    for _ in range(2):
        pass_time(LEASE - 10)
        worker.exchange()
    pass_time(LEASE - 10)
    assert workers.listing(house, caller)[0].connected


def test_a_worker_speaks_only_for_itself(house: House, worker: HandWorker) -> None:
    other = HandWorker(house)
    with pytest.raises(Forbidden):
        workers.exchange(house, other.caller, worker.id, Exchange("first"))
    with pytest.raises(Forbidden):
        workers.exchange(house, identity.owner(house), worker.id, Exchange("first"))
    other.id = worker.id
    with pytest.raises(Forbidden):
        other.register()


def test_a_worker_that_has_not_introduced_itself_is_asked_to(house: House) -> None:
    with pytest.raises(NotFound, match="introduce itself"):
        HandWorker(house).exchange()


def test_of_two_processes_with_one_identity_only_the_newer_counts(start: Start, worker: HandWorker) -> None:
    start()
    twin = forked(worker)
    twin.register("second")
    with pytest.raises(Conflict, match="newer process"):
        worker.exchange()
    assert [lease.spec.name for lease in twin.exchange().leases] == ["load"]


def test_a_worker_is_given_no_more_than_it_has_room_for(
    house: House, caller: Caller, project: ProjectId, start: Start
) -> None:
    write_wide(house, 5)
    worker = HandWorker(house, slots=2)
    worker.register()
    start("wide")
    assert sorted(worker.take()) == ["n0", "n1"]
    assert worker.exchange().leases == ()


def test_what_two_exchanges_say_to_be_free_at_once_is_filled_once(
    house: House, start: Start, project: ProjectId
) -> None:
    write_wide(house, 5)
    worker = HandWorker(house, slots=2)
    worker.register()
    start("wide")
    said = Exchange("first", free_slots=2, free=ROOM)  # both, before the answer to either has come
    answers = [workers.exchange(house, worker.caller, worker.id, said) for _ in range(2)]
    assert [[lease.spec.name for lease in orders.leases] for orders in answers] == [["n0", "n1"], []]


def test_a_worker_takes_as_many_ahead_as_it_has_slots_and_only_of_operations_that_are_short(
    house: House, start: Start, project: ProjectId
) -> None:
    write_wide(
        house, 6, before="  t0: {operation: other}\n", after="  t1: {operation: other, attributes: {x: 1}}\n"
    )
    write_project(house.data.projects / "digits", **{"operations/other.py": "def other(*, x=0): return x\n"})
    worker = HandWorker(house, slots=2)
    worker.register()
    start("wide")

    def given(*ahead: str) -> list[str]:
        return [lease.spec.name for lease in worker.exchange(ahead=ahead).leases]

    assert given("operations.load.load") == ["t0", "n0", "n1", "n2"]
    assert given("operations.load.load") == []
    t0 = next(one for one in worker.attempts.values() if one.lease.spec.name == "t0")
    assert [one.spec.name for one in worker.ship(worker.result(t0, result=b"0"), asks=False).leases] == []
    assert given("operations.unheard.of") == []
    assert given("operations.load.load") == ["n3"]


def test_runs_take_turns(house: House, start: Start) -> None:
    write_wide(house, 3)
    worker = HandWorker(house, slots=1)
    worker.register()
    wide, narrow = start("wide").id, start().id
    served = []
    for _ in range(3):
        (attempt,) = worker.take().values()
        served.append(attempt.lease.run)
        worker.ship(worker.fail(attempt), asks=False)
    assert served == [wide, narrow, wide]


def test_a_job_ends_and_the_next_is_given_in_one_exchange(start: Start, worker: HandWorker) -> None:
    start()
    orders = worker.ship(worker.result(worker.take()["load"], numbers=b"1"))
    assert [receipt.status for receipt in orders.receipts] == ["settled"]
    assert [lease.spec.name for lease in orders.leases] == ["train"]


def test_a_lease_whose_answer_was_lost_is_given_again_under_the_same_number(
    start: Start, worker: HandWorker, pass_time: Callable[[float], None]
) -> None:
    start()
    lease = worker.exchange().leases[0]
    worker.attempts.clear()  # the answer never came
    assert worker.exchange().leases == ()  # it may still be on its way
    pass_time(3)
    assert worker.exchange().leases == (lease,)
    assert worker.exchange().leases == ()


def test_an_exchange_that_brings_nothing_is_answered_from_memory(
    house: House, caller: Caller, start: Start, worker: HandWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = start()
    worker.take()
    worker.exchange()
    with monkeypatch.context() as patched:
        patched.setattr(house, "writing", None)
        assert worker.exchange() == Orders()
    runs.stop(house, caller, run.id)
    assert [held.fence for held in worker.exchange().stop] == [1]
    assert [held.fence for held in worker.exchange().stop] == [1]


def test_an_exchange_that_only_ships_says_nothing_of_what_is_held(
    start: Start, worker: HandWorker, pass_time: Callable[[float], None]
) -> None:
    start()
    worker.exchange()
    worker.attempts.clear()
    pass_time(3)
    assert worker.exchange(asks=False).leases == ()


# Leases


def test_a_lease_that_is_renewed_does_not_run_out(
    house: House, start: Start, worker: HandWorker, pass_time: Callable[[float], None]
) -> None:
    run = start()
    worker.take()
    for _ in range(3):
        pass_time(LEASE - 1)
        assert workers.expire(house) == 0
        worker.exchange(asks=False)
    assert first_job(house, run).state == "running"


def test_a_job_whose_worker_is_away_is_queued_again_and_not_failed(
    house: House, start: Start, worker: HandWorker, pass_time: Callable[[float], None]
) -> None:
    run = start()
    worker.take()
    pass_time(LEASE + 1)
    assert workers.expire(house) == 1
    job = first_job(house, run)
    assert (job.state, job.fence, job.reason) == (
        "queued",
        1,
        "its worker became unreachable; no worker is connected",
    )
    assert workers.expire(house) == 0


def test_a_worker_that_comes_back_before_another_took_the_job_goes_on(
    house: House, start: Start, worker: HandWorker, pass_time: Callable[[float], None]
) -> None:
    run = start()
    attempt = worker.take()["load"].metrics(0, loss=1.0)
    pass_time(LEASE + 1)
    workers.expire(house)
    assert worker.exchange().leases == ()
    assert (first_job(house, run).state, first_job(house, run).fence) == ("running", 1)
    worker.ship(worker.result(attempt, numbers=b"1"))
    assert first_job(house, run).state == "success"


def test_what_a_lost_attempt_ships_at_its_end_counts_while_nobody_else_has_the_job(
    house: House, start: Start, worker: HandWorker, pass_time: Callable[[float], None]
) -> None:
    run = start()
    attempt = worker.result(worker.take()["load"], numbers=b"1")
    pass_time(LEASE + 1)
    workers.expire(house)
    worker.ship(attempt, asks=False)
    assert first_job(house, run).state == "success"
    assert [lease.spec.name for lease in worker.exchange().leases] == ["train"]


def test_once_another_worker_has_the_job_the_first_may_publish_nothing(
    house: House, start: Start, worker: HandWorker, pass_time: Callable[[float], None]
) -> None:
    run = start()
    stale = worker.result(worker.take()["load"].metrics(0, loss=1.0), numbers=b"stale")
    pass_time(LEASE + 1)
    workers.expire(house)
    other = HandWorker(house)
    other.register()
    fresh = other.take()["load"]
    assert fresh.lease.fence == 2
    orders = forked(worker).exchange(asks=False)  # only a sign of life
    assert orders.receipts == (Receipt(stale.lease.job, 1, 0, 0, "fenced"),)
    orders = worker.ship(stale, asks=False)
    assert orders.receipts == (Receipt(stale.lease.job, 1, 0, 0, "fenced"),)
    other.ship(other.result(fresh, numbers=b"fresh"))
    job = first_job(house, run)
    assert (job.state, job.outputs[0].digest) == ("success", house.blobs.put_bytes(b"fresh"))
    assert runs.show(house, identity.owner(house), run.id).metrics == {}


def test_what_a_worker_holds_that_is_not_its_own_it_is_told_to_forget(
    house: House, start: Start, worker: HandWorker
) -> None:
    start()
    attempt = worker.take()["load"]
    other = HandWorker(house)
    other.register()
    held = Held(attempt.lease.job, 1)
    orders = workers.exchange(house, other.caller, other.id, Exchange("first", holding=(held,)))
    assert orders.receipts == (Receipt(held.job, 1, 0, 0, "fenced"),)
    orders = workers.exchange(
        house, other.caller, other.id, Exchange("first", shipments=(attempt.shipment(),))
    )
    assert orders.receipts == (Receipt(held.job, 1, 0, 0, "fenced"),)


def test_a_job_that_loses_its_worker_again_and_again_fails(
    house: House, start: Start, worker: HandWorker, pass_time: Callable[[float], None]
) -> None:
    run = start()
    for _ in range(4):
        worker.take()
        worker.attempts.clear()
        pass_time(LEASE + 1)
        workers.expire(house)
    job = first_job(house, run)
    assert job.error is not None
    assert (job.state, job.error.kind) == ("failed", "WorkerLost")


def test_a_worker_that_restarts_without_its_folders_loses_what_it_had_begun_at_once(
    house: House, start: Start, worker: HandWorker
) -> None:
    run = start()
    worker.ship(worker.take()["load"].metrics(0, loss=1.0))
    worker.attempts.clear()
    worker.register("second")
    assert [lease.fence for lease in worker.exchange().leases] == [2]
    assert first_job(house, run).fence == 2


def test_a_worker_that_restarts_and_finds_its_folders_goes_on(
    house: House, start: Start, worker: HandWorker
) -> None:
    run = start()
    attempt = worker.take()["load"].metrics(0, loss=1.0)
    worker.ship(attempt)
    worker.register("second")
    assert worker.exchange().leases == ()
    worker.ship(worker.result(attempt, numbers=b"1"))
    assert first_job(house, run).state == "success"


def test_a_job_that_is_given_back_in_good_order_is_queued_again(
    house: House, start: Start, worker: HandWorker
) -> None:
    run = start()
    worker.ship(worker.exit(worker.take()["load"], code=None, signal=15, reason="interrupted"), asks=False)
    assert first_job(house, run).reason == "its worker was shut down; a worker is about to take it"
    assert [lease.fence for lease in worker.exchange().leases] == [2]


def test_a_job_that_is_given_back_before_it_began_is_queued_again_as_it_was(
    house: House, start: Start, worker: HandWorker
) -> None:
    run = start()
    before = first_job(house, run).reason
    worker.ship(worker.exit(worker.take()["load"], code=None, reason="returned"), asks=False)
    assert first_job(house, run).reason == before
    assert [lease.fence for lease in worker.exchange().leases] == [2]


def test_a_slot_is_filled_again_although_what_ended_there_is_not_published_yet(
    house: House, start: Start, project: ProjectId
) -> None:
    write_wide(house, 2)
    worker = HandWorker(house, slots=1)
    worker.register()
    start("wide")
    worker.take()
    holding = tuple(Held(*key) for key in worker.attempts)
    said = Exchange("first", holding=holding, free_slots=1, free=ROOM)  # its process has ended
    orders = workers.exchange(house, worker.caller, worker.id, said)
    assert [lease.spec.name for lease in orders.leases] == ["n1"]


def test_a_child_that_vanished_unseen_is_tried_again(house: House, start: Start, worker: HandWorker) -> None:
    run = start()
    worker.ship(worker.exit(worker.take()["load"], code=None, reason="lost"), asks=False)
    assert first_job(house, run).state == "queued"
    assert [lease.fence for lease in worker.exchange().leases] == [2]


def test_a_job_that_ended_does_not_wait_for_a_worker_that_never_sends_the_rest(
    house: House, caller: Caller, start: Start, worker: HandWorker, pass_time: Callable[[float], None]
) -> None:
    run = start()
    attempt = worker.result(worker.take()["load"].print("all there is"), numbers=b"1")
    attempt.closed = False
    worker.ship(attempt, asks=False)
    assert not logs.page(house, caller, run.id, run.jobs[0].id).done
    assert workers.listing(house, caller)[0].running == 1
    pass_time(LEASE + 1)
    workers.expire(house)
    assert logs.page(house, caller, run.id, run.jobs[0].id).done
    assert workers.listing(house, caller)[0].running == 0
    assert first_job(house, run).state == "success"


# The server is away


def test_a_restart_of_the_server_changes_the_state_of_no_job(
    house: House, caller: Caller, start: Start, worker: HandWorker, pass_time: Callable[[float], None]
) -> None:
    run = start()
    attempt = worker.take()["load"]
    before = runs.show(house, caller, run.id)
    pass_time(10 * LEASE)
    restarted = make_house(house.data.home, house.database)
    workers.revive(restarted)
    assert workers.expire(restarted) == 0
    assert runs.show(restarted, caller, run.id) == before
    worker.house = restarted
    worker.ship(worker.result(attempt, numbers=b"1"))
    assert first_job(restarted, run).state == "success"


def test_a_lease_that_was_judged_before_the_restart_stays_so(
    house: House, start: Start, worker: HandWorker, pass_time: Callable[[float], None]
) -> None:
    start()
    worker.take()
    pass_time(LEASE + 1)
    workers.expire(house)
    workers.revive(house)
    pass_time(LEASE + 1)
    assert workers.expire(house) == 0


# Trying again


def test_a_failure_is_tried_again_as_often_as_was_asked(
    house: House, start: Start, worker: HandWorker
) -> None:
    source = (
        'resources = {"retries": 1, "timeout": "2 min"}\n\ndef load():\n    numbers = 1\n    return numbers\n'
    )
    write_project(house.data.projects / "digits", **{"operations/load.py": source})
    run = start()
    attempt = worker.take()["load"]
    assert attempt.lease.spec.resources.timeout == 120.0
    worker.ship(worker.fail(attempt.metrics(0, loss=1.0).print("first")), asks=False)
    assert first_job(house, run).reason == "try 1 of 2 failed: no; a worker is about to take it"
    again = worker.take()["load"]
    assert again.lease.fence == 2
    worker.ship(worker.fail(again))
    job = first_job(house, run)
    assert job.error is not None
    assert (job.state, job.error.kind, job.fence) == ("failed", "ValueError", 2)
