"""A small server that keeps the worker's protocol: fencing, offsets, whole records, and answers that tests
can spoil."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
from blake3 import blake3

from deepforge.core.ids import Digest, JobId, ProjectId, RunId, WorkerId, attempt_key, ulid
from deepforge.core.manifest import FileEntry, encode_manifest
from deepforge.core.messages import (
    Exchange,
    Held,
    Hello,
    InputSpec,
    JobSpec,
    Lease,
    Orders,
    Receipt,
    Shipment,
    Welcome,
)
from deepforge.core.preview import PreviewAnswer, PreviewAsk
from deepforge.runtime.journal import ERROR, EXIT, NOTE, PUBLISHED, read_records, unpack_json, whole_length

WORKER = WorkerId(ulid(1, b"worker----"))
TOKEN = "dfx_worker_secret"


@dataclass
class Row:
    """What the server knows of an attempt."""

    lease: Lease
    journal: bytes = b""
    log: bytes = b""
    settled: bool = False
    stop: bool = False
    leased_in: int = 0
    """The number of the exchange in which it was leased, and in which it settled."""
    settled_in: int = 0

    def contents(self, kind: int) -> list[dict[str, Any]]:
        """The JSON of all records of a kind."""
        return [unpack_json(record.payload) for record in read_records(self.journal) if record.kind == kind]

    @property
    def exit(self) -> dict[str, Any] | None:
        found = self.contents(EXIT)
        return found[-1] if found else None

    @property
    def error(self) -> dict[str, Any] | None:
        found = self.contents(ERROR)
        return found[-1] if found else None

    @property
    def notes(self) -> list[str]:
        return [content["text"] for content in self.contents(NOTE)]

    @property
    def published(self) -> dict[str, Any]:
        """The last record. There must be one, and nothing after it."""
        last = list(read_records(self.journal))[-1]
        assert last.kind == PUBLISHED, "the journal ends with its PUBLISHED"
        return unpack_json(last.payload)

    @property
    def outputs(self) -> dict[str, str]:
        """The published digests by name."""
        return {output["name"]: output["digest"] for output in self.published["outputs"]}


@dataclass
class Faults:
    """What goes wrong. Counters count down."""

    drop_answers: int = 0
    """So many exchanges are committed, and the connection is closed instead of answering."""
    refuse: int = 0
    """So many exchanges are answered with an error of the server, before anything is committed."""
    delay: float = 0.0
    lose_leases: bool = False
    """Whether an answer may be dropped that has a lease in it."""
    refuse_blobs: int = 0
    """So many blobs are answered with an error that passes."""
    too_many: int = 0
    """So many jobs are given beyond what the worker has room for."""
    poison: str = ""
    """A job about which nothing can be committed."""


class FakeServer:
    """Keeps one worker busy. `home` is a data directory whose blobs the worker shares."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.rows: dict[str, Row] = {}
        self.fences: dict[str, int] = {}
        self.queue: list[Lease] = []
        self.followers: dict[str, Lease] = {}
        self.hello: Hello | None = None
        self.incarnation: str | None = None
        self._reconciles = False
        self.faults = Faults()
        self.exchanges = 0
        self.locks: dict[str, str] = {}
        self.settled_at: dict[str, float] = {}
        self.uploads: list[str] = []
        self.asked: list[PreviewAsk] = []
        self.previews: dict[Digest, PreviewAnswer] = {}
        self._given: dict[Digest, str] = {}
        self._count = 0
        self._changed = threading.Condition()
        self._http: ThreadingHTTPServer | None = None
        self._connections: set[socket.socket] = set()
        self.port = 0
        (home / "blobs").mkdir(parents=True, exist_ok=True)
        (home / "worker").mkdir(parents=True, exist_ok=True)
        self.take_token(TOKEN)
        self.start()

    # Being there

    def start(self) -> None:
        """Listen, at the same port as before if there was one."""
        server = self

        class Handler(_Handler):
            owner = server

        self._http = _Server(("127.0.0.1", self.port), Handler)
        self.port = self._http.server_address[1]
        threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        content = {
            "url": f"http://127.0.0.1:{self.port}",
            "pid": 1,
            "started": "",
            "token": "not the worker's",
        }
        (self.home / "server.json").write_text(json.dumps(content))

    def go_away(self) -> None:
        """Stop listening and break every connection, if there are any."""
        if self._http is None:
            return
        self._http.shutdown()
        self._http.server_close()
        for connection in list(self._connections):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue
        with self._changed:
            self._http = None
            self._changed.notify_all()

    # What tests say and see

    def blob(self, data: bytes) -> Digest:
        """Keep bytes as a blob."""
        digest = Digest(blake3(data).hexdigest())
        path = self.home / "blobs" / digest[:2] / digest
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
        return digest

    def snapshot(self, files: Mapping[str, str]) -> Digest:
        """Keep a project's files as a snapshot."""
        entries = {
            path: FileEntry(self.blob(text.encode()), len(text.encode())) for path, text in files.items()
        }
        return self.blob(encode_manifest(entries))

    def job(self, snapshot: Digest, function: str, **spec: Any) -> Lease:
        """A job that calls a function of `operations/main.py`, not yet in the queue."""
        self._count += 1
        job = JobId(ulid(self._count, b"job-------"))
        given = {"outputs": ("value",), "inputs": {}, "attributes": {}, **spec}
        described = JobSpec(
            name=f"{function}-{self._count}",
            operation=function,
            module="operations.main",
            form="function",
            snapshot=snapshot,
            **given,
        )
        return Lease(job, 1, RunId(ulid(1, b"run-------")), ProjectId(ulid(1, b"project---")), described)

    def input_of(self, value: Any) -> InputSpec:
        """An input that is a piece of plain data."""
        data = json.dumps(value).encode()
        return InputSpec(self.blob(data), len(data), type(value).__name__, "json")

    def submit(self, *leases: Lease) -> None:
        """Offer jobs to the worker."""
        with self._changed:
            self.queue.extend(leases)
            self._changed.notify_all()

    def chain(self, leases: list[Lease]) -> None:
        """Offer the first job; each next one when the one before has settled."""
        for before, after in pairwise(leases):
            self.followers[before.job] = after
        self.submit(leases[0])

    def take_token(self, token: str) -> None:
        """Have the worker's token be another one."""
        self.token = token
        credentials = self.home / "worker" / "credentials.json"
        credentials.write_text(json.dumps({"token": token, "worker": WORKER}))

    def ask(self, data: bytes, codec: str, type: str = "", **ask: Any) -> PreviewAsk:
        """Want the preview of some bytes."""
        asked = PreviewAsk(self.blob(data), len(data), type, codec, **ask)
        with self._changed:
            self.asked.append(asked)
            self._changed.notify_all()
        return asked

    def preview(self, ask: PreviewAsk) -> PreviewAnswer:
        """What the worker made of it."""
        self.wait(lambda: ask.digest in self.previews, f"the preview of {ask.codec} is made")
        return self.previews[ask.digest]

    def forget(self) -> None:
        """Know no worker any more."""
        with self._changed:
            self.hello = None
            self._changed.notify_all()

    def ask_to_stop(self, lease: Lease) -> None:
        """Have an attempt stopped."""
        with self._changed:
            self.rows[attempt_key(lease.job, lease.fence)].stop = True
            self._changed.notify_all()

    def fence(self, lease: Lease) -> None:
        """Have a newer attempt hold the job."""
        with self._changed:
            self.fences[lease.job] = lease.fence + 1
            self._changed.notify_all()

    def row(self, lease: Lease) -> Row:
        """What is known of an attempt."""
        return self.rows[attempt_key(lease.job, lease.fence)]

    def folder(self, lease: Lease) -> Path:
        """Where the worker has an attempt."""
        return self.home / "worker" / "jobs" / attempt_key(lease.job, lease.fence)

    def wait(self, condition: Callable[[], bool], what: str, seconds: float = 150.0) -> None:
        """Wait until something is so; it is looked at after each exchange."""
        deadline = time.monotonic() + seconds
        with self._changed:
            while not condition():
                left = deadline - time.monotonic()
                assert left > 0, f"not so after {seconds} s: {what}"
                self._changed.wait(min(left, 0.05))

    def settle(self, *leases: Lease, seconds: float = 150.0) -> list[Row]:
        """Wait until these attempts have settled; what is known of them then."""
        for lease in leases:
            key = attempt_key(lease.job, lease.fence)
            self.wait(lambda key=key: key in self.settled_at, f"{lease.spec.name} has settled", seconds)  # type: ignore[misc]
        return [self.row(lease) for lease in leases]

    # The protocol

    def register(self, hello: Hello) -> Welcome:
        with self._changed:
            self.hello, self.incarnation, self._reconciles = hello, hello.incarnation, True
            self._changed.notify_all()
        return Welcome(hello.identity, heartbeat=10.0, lease=30.0)

    def exchange(self, said: Exchange) -> Orders | str:
        """One exchange, or the code of the error: another process has the worker's place, or it is not
        known."""
        deadline = time.monotonic() + said.wait
        with self._changed:
            self.exchanges += 1
            shipments = said.shipments
            while True:
                if self._http is None:
                    raise ConnectionAbortedError("what comes after it went away is not heard")
                if self.hello is None or said.incarnation != self.incarnation:
                    return "not_found" if self.hello is None else "conflict"
                orders = self._orders(said, shipments)
                shipments = ()
                left = deadline - time.monotonic()
                if orders.receipts or orders.leases or orders.stop or orders.previews or left <= 0:
                    self._changed.notify_all()
                    return orders
                self._changed.wait(left)

    def _orders(self, said: Exchange, shipments: tuple[Shipment, ...]) -> Orders:
        self.locks.update(said.locks)
        receipts = [self._commit(shipment) for shipment in shipments]
        named = {(receipt.job, receipt.fence) for receipt in receipts}
        receipts += [
            Receipt(held.job, held.fence, 0, 0, "fenced")
            for held in said.holding
            if (held.job, held.fence) not in named and self.fences.get(held.job) != held.fence
        ]
        leases = (*self._lease_again(said), *self._lease(said))
        stop = tuple(
            Held(row.lease.job, row.lease.fence)
            for row in self.rows.values()
            if row.stop and not row.settled and Held(row.lease.job, row.lease.fence) in said.holding
        )
        self.previews.update((answer.digest, answer) for answer in said.previews)
        asked = [
            ask
            for ask in self.asked
            if ask.digest not in self.previews and self._given.get(ask.digest) != said.incarnation
        ][: said.preview_slots]
        self._given.update((ask.digest, said.incarnation) for ask in asked)
        return Orders(tuple(receipts), leases, stop, tuple(asked))

    def _commit(self, shipment: Shipment) -> Receipt:
        key = attempt_key(shipment.job, shipment.fence)
        row = self.rows.get(key)
        if row is None or self.fences[shipment.job] != shipment.fence:
            return Receipt(shipment.job, shipment.fence, 0, 0, "fenced")
        if shipment.journal_offset <= len(row.journal) and shipment.log_offset <= len(row.log):
            journal = shipment.journal[len(row.journal) - shipment.journal_offset :]
            row.journal += journal[: whole_length(journal)]
            row.log += shipment.log[len(row.log) - shipment.log_offset :]
            if shipment.final and not row.settled:
                row.settled, row.settled_in = True, self.exchanges
                self.settled_at[key] = time.monotonic()
                after = self.followers.pop(shipment.job, None)
                if after:
                    self.queue.append(after)
        status = "settled" if row.settled else "ok"
        return Receipt(shipment.job, shipment.fence, len(row.journal), len(row.log), status)

    def _lease_again(self, said: Exchange) -> list[Lease]:
        """What a new process of the worker never heard of: its answer died with the one before."""
        if said.free is None or not self._reconciles:
            return []
        self._reconciles = False
        heard = {(held.job, held.fence) for held in (*said.holding, *said.shipments)}
        return [
            row.lease
            for row in self.rows.values()
            if not (row.settled or row.journal or row.log)
            and (row.lease.job, row.lease.fence) not in heard
            and self.fences[row.lease.job] == row.lease.fence
        ]

    def _lease(self, said: Exchange) -> Iterator[Lease]:
        if said.free is None or self.hello is None:
            return
        running = sum(1 for row in self.rows.values() if not row.settled)
        for _ in range(min(said.free_slots + self.faults.too_many, 2 * self.hello.slots - running)):
            fitting = (one for one in self.queue if one.spec.resources.fits(said.free))
            found = next(iter(self.queue) if self.faults.too_many else fitting, None)
            if found is None:
                return
            self.queue.remove(found)
            self.rows.setdefault(attempt_key(found.job, found.fence), Row(found, leased_in=self.exchanges))
            self.fences[found.job] = found.fence
            yield found


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A worker that was killed breaks its connections."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    owner: FakeServer

    def setup(self) -> None:
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, True)
        self.owner._connections.add(self.connection)

    def finish(self) -> None:
        self.owner._connections.discard(self.connection)
        super().finish()

    def log_message(self, format: str, *args: Any) -> None:
        """Tests need no log of requests."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers["Authorization"] != f"Bearer {self.owner.token}":
            self._answer(401, json.dumps({"error": {"code": "unauthenticated", "message": "who?"}}).encode())
        elif self.path == "/api/v1/workers":
            hello = msgspec.msgpack.decode(body, type=Hello)
            self._answer(200, msgspec.msgpack.encode(self.owner.register(hello)))
        elif self.path == f"/api/v1/workers/{WORKER}/exchange":
            self._exchange(body)
        else:
            self._answer(404, json.dumps({"error": {"code": "not_found", "message": self.path}}).encode())

    def _exchange(self, body: bytes) -> None:
        faults = self.owner.faults
        if faults.refuse > 0:
            faults.refuse -= 1
            self._answer(503, json.dumps({"error": {"code": "unavailable", "message": "locked"}}).encode())
            return
        time.sleep(faults.delay)
        said = msgspec.msgpack.decode(body, type=Exchange)
        if any(shipment.job == faults.poison for shipment in said.shipments):
            self._answer(500, json.dumps({"error": {"code": "internal", "message": "a bug"}}).encode())
            return
        orders = self.owner.exchange(said)
        if isinstance(orders, str):
            refusal = {"code": orders, "message": "this worker is not the one"}
            self._answer(409 if orders == "conflict" else 404, json.dumps({"error": refusal}).encode())
        elif (
            faults.drop_answers > 0
            and (orders.receipts or orders.leases)
            and (faults.lose_leases or not orders.leases)
        ):
            faults.drop_answers -= 1
            self.close_connection = True
        else:
            self._answer(200, msgspec.msgpack.encode(orders))

    def do_GET(self) -> None:
        digest = self.path.rpartition("/")[2]
        if self.owner.faults.refuse_blobs > 0:
            self.owner.faults.refuse_blobs -= 1
            self._answer(503, json.dumps({"error": {"code": "unavailable", "message": "away"}}).encode())
            return
        path = self.owner.home / "server-blobs" / digest
        if not path.exists() and self.owner.hello and not self.owner.hello.shares_blobs:
            path = self.owner.home / "blobs" / digest[:2] / digest
        if not path.exists():
            self._answer(404, json.dumps({"error": {"code": "not_found", "message": digest}}).encode())
            return
        data = path.read_bytes()
        start = int((self.headers["Range"] or "bytes=0-").removeprefix("bytes=").removesuffix("-"))
        if self.owner.faults.drop_answers > 0:
            self.owner.faults.drop_answers -= 1
            self.send_response(206 if start else 200)
            self.send_header("Content-Length", str(len(data) - start))
            self.end_headers()
            self.wfile.write(data[start : start + (len(data) - start) // 2])
            self.close_connection = True
            return
        self._answer(206 if start else 200, data[start:])

    def do_PUT(self) -> None:
        data = self.rfile.read(int(self.headers["Content-Length"]))
        digest = self.path.rpartition("/")[2]
        assert blake3(data).hexdigest() == digest
        folder = self.owner.home / "server-blobs"
        folder.mkdir(exist_ok=True)
        (folder / digest).write_bytes(data)
        self.owner.uploads.append(digest)
        self._answer(200, b"{}")

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
