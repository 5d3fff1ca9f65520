"""The worker's protocol over the wire: introducing itself, shipping, waiting, being told to stop."""

from __future__ import annotations

import http.client
import threading
from typing import Any, TypeVar

import msgspec
import pytest

from deepforge.client import Client
from deepforge.core.errors import Conflict
from deepforge.core.ids import ProjectId
from deepforge.core.messages import Exchange, Held, Hello, Orders, Welcome
from deepforge.core.run import RunRequest
from deepforge.services import runs, workers
from tests.services.hand_worker import INTERPRETER, MACHINE, ROOM, Attempt, HandWorker
from tests.support.running_server import RunningServer
from tests.support.waiting import until

T = TypeVar("T")
LONG = 20.0


class Wire(HandWorker):
    """A worker played by hand that speaks HTTP."""

    def __init__(self, server: RunningServer) -> None:
        super().__init__(server.house)
        self.connection = http.client.HTTPConnection("localhost", server.port, timeout=30)

    def register(self, incarnation: str = "first") -> Welcome:
        self.incarnation = incarnation
        hello = Hello(self.id, incarnation, "wire", MACHINE, INTERPRETER, self.slots, "3.0.0", True)
        return self.post("", hello, Welcome)

    def say(self, **what: Any) -> Orders:
        orders = self.post(f"/{self.id}/exchange", Exchange(self.incarnation, **what), Orders)
        for lease in orders.leases:
            self.attempts[lease.job, lease.fence] = Attempt(lease)
        return orders

    def post(self, path: str, message: object, kind: type[T]) -> T:
        self.send(path, message)
        response = self.connection.getresponse()
        data = response.read()
        if response.status != 200:
            raise Conflict(f"{response.status} {data!r}")
        return msgspec.msgpack.decode(data, type=kind)

    def send(self, path: str, message: object) -> None:
        headers = {"Authorization": f"Bearer {self.token}"}
        self.connection.request("POST", f"/api/v1/workers{path}", msgspec.msgpack.encode(message), headers)


@pytest.fixture
def wire(server: RunningServer) -> Wire:
    found = Wire(server)
    found.register()
    return found


@pytest.fixture
def exchanges(monkeypatch: pytest.MonkeyPatch) -> list[Orders]:
    """What the service answered to each exchange, as it goes."""
    answered: list[Orders] = []
    exchange = workers.exchange

    def noting(*what: Any) -> Orders:
        answered.append(exchange(*what))
        return answered[-1]

    monkeypatch.setattr(workers, "exchange", noting)
    return answered


@pytest.fixture
def request_(project: ProjectId) -> RunRequest:
    return RunRequest(project, "train", cache=False)


def test_a_worker_introduces_itself_and_is_listed(server: RunningServer, client: Client) -> None:
    wire = Wire(server)
    assert wire.register() == Welcome(wire.id, heartbeat=10.0, lease=30.0)
    found = {worker.id: worker for worker in client.workers.listing()}[wire.id]
    assert (found.name, found.machine, found.slots, found.connected) == ("wire", MACHINE, 4, True)


def test_a_worker_takes_a_job_ships_it_and_is_given_the_next_in_the_same_answer(
    server: RunningServer, client: Client, wire: Wire, request_: RunRequest
) -> None:
    run = client.runs.start(request_)
    lease = wire.say(free_slots=1, free=ROOM).leases[0]
    assert (lease.run, lease.spec.name, lease.spec.attributes) == (run.id, "make", {"count": 4})
    attempt = wire.attempts[lease.job, lease.fence]
    wire.result(attempt.print("made\n"), numbers=b"[1]")
    orders = wire.say(shipments=(attempt.shipment(),), free_slots=1, free=ROOM)
    assert [(receipt.job, receipt.status) for receipt in orders.receipts] == [(lease.job, "settled")]
    assert [next_.spec.name for next_ in orders.leases] == ["add"]


def test_an_answer_is_held_back_until_there_is_a_job(
    server: RunningServer, wire: Wire, request_: RunRequest
) -> None:
    answered: list[Orders] = []
    waiting = threading.Thread(
        target=lambda: answered.append(wire.say(free_slots=1, free=ROOM, wait=LONG)), daemon=True
    )
    waiting.start()
    waiting.join(0.1)
    assert answered == []
    runs.start(server.house, server.owner, request_)
    waiting.join(LONG / 2)
    assert [lease.spec.name for lease in answered[0].leases] == ["make"]


def test_a_worker_that_hung_up_while_waiting_is_given_no_job(
    server: RunningServer, wire: Wire, request_: RunRequest, exchanges: list[Orders]
) -> None:
    before = server.connections
    wire.send(f"/{wire.id}/exchange", Exchange("first", free_slots=1, free=ROOM, wait=LONG))
    until(lambda: len(exchanges) == 1)
    wire.connection.close()
    until(lambda: server.connections < before)
    run = runs.start(server.house, server.owner, request_)
    assert [job.fence for job in runs.show(server.house, server.owner, run.id).jobs] == [0, 0, 0]
    assert len(exchanges) == 1


def test_a_worker_is_told_to_stop_at_once_and_not_again_and_again(
    client: Client, wire: Wire, request_: RunRequest, exchanges: list[Orders]
) -> None:
    run = client.runs.start(request_)
    lease = wire.say(free_slots=1, free=ROOM).leases[0]
    told: list[Orders] = []
    holding = (Held(lease.job, lease.fence),)
    waiting = threading.Thread(target=lambda: told.append(wire.say(holding=holding, wait=LONG)), daemon=True)
    waiting.start()
    client.runs.stop(run.id)
    waiting.join(LONG / 2)
    assert [stop.job for stop in told[0].stop] == [lease.job]
    exchanges.clear()
    again = wire.say(holding=holding, wait=0.05)
    assert [stop.job for stop in again.stop] == [lease.job]
    assert len(exchanges) == 2  # once at the beginning of the wait, and once at its end


def test_an_older_process_of_a_worker_may_say_nothing(server: RunningServer, wire: Wire) -> None:
    older = wire.incarnation
    wire.register("second")
    wire.incarnation = older
    with pytest.raises(Conflict, match="409"):
        wire.say()
