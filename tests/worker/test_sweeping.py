"""Sweeping: a worker that lives for long does not keep the code of every snapshot it ever ran."""

from __future__ import annotations

import os

from deepforge.worker.workspace import KEPT_SNAPSHOTS
from tests.worker.conftest import Worker
from tests.worker.fake_server import FakeServer

TIDY = """
import os, pathlib, sys
from deepforge.core.settings import Settings
from deepforge.worker import loop as loops
from deepforge.worker.main import Lodging, build
loops.SWEEP_SECONDS = 0.1
sys.exit(build(Lodging(pathlib.Path(os.environ["DEEPFORGE_HOME"])), Settings(slots=2), os.environ).run())
"""


def test_a_worker_removes_old_code_while_it_lives(server: FakeServer, worker: Worker) -> None:
    worker.start(main=("-c", TIDY))
    server.wait(lambda: server.hello is not None, "it has introduced itself")
    codes = server.home / "worker" / "code"
    codes.mkdir(exist_ok=True)
    for number in range(KEPT_SNAPSHOTS + 3):
        (codes / f"{number:064}").mkdir()
        os.utime(codes / f"{number:064}", (number, number))
    kept = {f"{number:064}" for number in range(3, KEPT_SNAPSHOTS + 3)}
    server.wait(lambda: set(os.listdir(codes)) == kept, "the oldest are gone")
