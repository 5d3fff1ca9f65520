"""A worker played by hand: it takes leases, and writes and ships journals record by record as a test says."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field

from deepforge.core.environment import Distribution, Interpreter
from deepforge.core.ids import Digest, JobId, WorkerId
from deepforge.core.messages import Ahead, Exchange, Held, Hello, Lease, Orders, Receipt, Shipment, Welcome
from deepforge.core.resources import Machine, Resources
from deepforge.core.user import Caller
from deepforge.runtime import journal
from deepforge.runtime.journal import frame, frame_json
from deepforge.services import identity, workers
from deepforge.services.house import House

MACHINE = Machine("bench", "linux-x86_64", cpus=4, memory=8 * 10**9)
INTERPRETER = Interpreter(
    "3.11.2",
    "linux-x86_64",
    {"numpy": Distribution("2.1.0"), "torch": Distribution("2.5.0", ("numpy",))},
    {"numpy": ("numpy",), "torch": ("torch",)},
)
ROOM = Resources(cpus=4.0, memory=8 * 10**9)


@dataclass
class Attempt:
    """One attempt on the worker: what stands in its files, and how much of it the server has."""

    lease: Lease
    journal: bytearray = field(default_factory=bytearray)
    log: bytearray = field(default_factory=bytearray)
    journal_offset: int = 0
    log_offset: int = 0
    closed: bool = False

    def write(self, kind: int, /, **content: object) -> Attempt:
        """Append a record."""
        self.journal += frame_json(kind, {**content, "time": 1.0})
        return self

    def metrics(self, x: float, **values: float) -> Attempt:
        """Append a point, announcing its metrics before the first."""
        names = tuple(values)
        key = journal.series_key(names)
        announced = frame(journal.SERIES, struct.pack("<Q", key) + json.dumps(names).encode())
        if announced not in bytes(self.journal):
            self.journal += announced
        self.journal += frame(
            journal.POINT, struct.pack(f"<Qdd{len(names)}d", key, x, 100.0 + x, *values.values())
        )
        return self

    def figure(self, name: str, title: str = "", **parts: bytes) -> Attempt:
        """Append a figure; `png=b"…"` is a part of the type image/png."""
        media = {f"image/{kind}": content for kind, content in parts.items()}
        header = {"figure": name, "title": title, "time": 1.0}
        self.journal += frame(journal.FIGURE, journal.pack_figure(header, media))
        return self

    def print(self, text: str) -> Attempt:
        """Append to the log."""
        self.log += text.encode()
        return self

    def shipment(self) -> Shipment:
        """The next stretch of both files."""
        return Shipment(
            self.lease.job,
            self.lease.fence,
            self.journal_offset,
            bytes(self.journal[self.journal_offset :]),
            self.log_offset,
            bytes(self.log[self.log_offset :]),
            self.closed,
        )


class HandWorker:
    """The worker's side of the protocol, without processes and files."""

    def __init__(self, house: House, worker: WorkerId | None = None, slots: int = 4) -> None:
        self.house = house
        self.id, self.token = identity.enrol_worker(house, identity.owner(house), worker)
        caller = identity.authenticate(house, self.token)
        assert caller is not None
        self.caller: Caller = caller
        self.slots = slots
        self.incarnation = "first"
        self.interpreter = INTERPRETER
        self.attempts: dict[tuple[JobId, int], Attempt] = {}
        self.forgotten: list[Receipt] = []

    def register(self, incarnation: str = "first") -> Welcome:
        """Introduce itself."""
        self.incarnation = incarnation
        hello = Hello(
            self.id, incarnation, "bench", MACHINE, self.interpreter, self.slots, "3.0.0", shares_blobs=True
        )
        return workers.register(self.house, self.caller, hello)

    def exchange(
        self,
        *shipments: Shipment,
        asks: bool = True,
        locks: Mapping[str, str] | None = None,
        ahead: tuple[str, ...] = (),
    ) -> Orders:
        """Ship, say what is held, take what is given, and believe the receipts."""
        said = Exchange(
            incarnation=self.incarnation,
            shipments=shipments,
            holding=tuple(Held(*key) for key in self.attempts),
            free_slots=self.slots - sum(not each.closed for each in self.attempts.values()) if asks else 0,
            free=ROOM if asks else None,
            locks=dict(locks or {}),
            ahead=Ahead(ahead, self.slots, ROOM) if ahead else None,
        )
        orders = workers.exchange(self.house, self.caller, self.id, said)
        for receipt in orders.receipts:
            self.believe(receipt)
        for lease in orders.leases:
            self.attempts.setdefault((lease.job, lease.fence), Attempt(lease))
        return orders

    def believe(self, receipt: Receipt) -> None:
        """Take the server's word for how far it has an attempt."""
        attempt = self.attempts.get((receipt.job, receipt.fence))
        if attempt is None:
            return
        attempt.journal_offset, attempt.log_offset = receipt.journal_offset, receipt.log_offset
        if receipt.status != "ok":
            del self.attempts[receipt.job, receipt.fence]
            self.forgotten.append(receipt)

    def take(self) -> dict[str, Attempt]:
        """Ask for jobs, and what is held then by the names of the nodes."""
        self.exchange()
        return {attempt.lease.spec.name: attempt for attempt in self.attempts.values()}

    def store(self, content: bytes) -> tuple[Digest, int]:
        """Keep the bytes of an output where the server has its own."""
        return self.house.blobs.put_bytes(content), len(content)

    def result(self, attempt: Attempt, **outputs: bytes) -> Attempt:
        """Bring an attempt to a good end, its outputs as the bytes that are given by name."""
        facts = []
        for name, content in outputs.items():
            digest, size = self.store(content)
            facts.append({"name": name, "digest": digest, "size": size, "type": "bytes", "codec": "bytes"})
        attempt.write(journal.RESULT, outputs=[])
        attempt.write(journal.EXIT, code=0, signal=None, reason=None)
        attempt.write(journal.PUBLISHED, outputs=facts, artifacts=[])
        attempt.closed = True
        return attempt

    def fail(self, attempt: Attempt, kind: str = "ValueError", message: str = "no") -> Attempt:
        """Bring an attempt to the end of one that raised."""
        attempt.write(
            journal.ERROR, kind=kind, message=message, traceback="Traceback …", frames=[], hint=None
        )
        return self.exit(attempt, code=1)

    def exit(
        self, attempt: Attempt, code: int | None = 0, signal: int | None = None, reason: str | None = None
    ) -> Attempt:
        """Bring an attempt to an end without a result."""
        attempt.write(journal.EXIT, code=code, signal=signal, reason=reason)
        attempt.write(journal.PUBLISHED, outputs=[], artifacts=[])
        attempt.closed = True
        return attempt

    def ship(self, *attempts: Attempt, asks: bool = True) -> Orders:
        """Ship what is new of these attempts."""
        return self.exchange(*(attempt.shipment() for attempt in attempts), asks=asks)

    def work(self, outputs: Mapping[str, bytes] | None = None) -> list[str]:
        """Run whatever is offered, and say what that was. Outputs that are not given follow from the spec."""
        ran: list[str] = []
        self.exchange()
        while self.attempts:
            attempt = next(iter(self.attempts.values()))
            spec = attempt.lease.spec
            ran.append(spec.name)
            content = _content(attempt)
            told = {name: f"{name} {content}".encode() for name in spec.outputs}
            given = {name: (outputs or {}).get(name, told[name]) for name in spec.outputs}
            self.ship(self.result(attempt, **given))
        return ran


def _content(attempt: Attempt) -> str:
    spec = attempt.lease.spec
    inputs = {name: data.digest if data else None for name, data in spec.inputs.items()}
    return json.dumps([spec.operation, spec.attributes, inputs])


def forked(worker: HandWorker) -> HandWorker:
    """A second process with the identity of a worker, such as a restored copy of its machine."""
    twin = HandWorker.__new__(HandWorker)
    twin.__dict__ = dict(worker.__dict__, attempts=dict(worker.attempts), forgotten=[])
    return twin
