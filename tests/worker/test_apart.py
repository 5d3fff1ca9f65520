"""A worker that does not share the server's blobs: everything it needs and leaves travels."""

from __future__ import annotations

import json

from deepforge.core.messages import InputSpec
from tests.worker.conftest import PROJECT, Worker
from tests.worker.fake_server import FakeServer

APART = """
import os, pathlib, sys
from deepforge.core.settings import Settings
from deepforge.worker.main import Lodging, build
lodging = Lodging(pathlib.Path(os.environ["DEEPFORGE_HOME"]), shares_blobs=False)
sys.exit(build(lodging, Settings(slots=2), os.environ).run())
"""


def test_code_and_inputs_come_and_outputs_go_by_the_wire(server: FakeServer, worker: Worker) -> None:
    worker.start(main=("-c", APART))
    given = InputSpec(server.blob(b"41"), 2, "int", "json")
    lease = server.job(server.snapshot(PROJECT), "add", inputs={"number": given})
    server.submit(lease)
    (row,) = server.settle(lease)
    assert (server.home / "server-blobs" / row.outputs["value"]).read_bytes() == b"42"
    assert server.uploads == [row.outputs["value"]]


def test_what_cannot_be_sent_now_is_sent_when_the_server_is_there_again(
    server: FakeServer, worker: Worker
) -> None:
    worker.start(main=("-c", APART))
    lease = server.job(server.snapshot(PROJECT), "steps", attributes={"count": 20, "pause": 0.02})
    server.submit(lease)
    key = f"{lease.job}.1"
    server.wait(lambda: key in server.rows and b"step 1" in server.rows[key].log, "it runs")
    server.go_away()
    folder = server.home / "worker" / "jobs" / key
    server.wait(lambda: b"step 19" in (folder / "log").read_bytes(), "it has gone on to its end")
    server.start()
    (row,) = server.settle(lease)
    assert json.loads((server.home / "server-blobs" / row.outputs["value"]).read_bytes()) == 20


def test_a_job_waits_while_what_it_needs_cannot_be_fetched(server: FakeServer, worker: Worker) -> None:
    worker.start(main=("-c", APART))
    server.wait(lambda: server.hello is not None, "it has introduced itself")
    server.faults.refuse_blobs = 2
    lease = server.job(server.snapshot(PROJECT), "noop")
    server.submit(lease)
    (row,) = server.settle(lease)
    assert (server.faults.refuse_blobs, row.exit and row.exit["code"]) == (0, 0)
