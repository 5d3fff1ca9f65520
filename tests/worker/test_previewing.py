"""Previews: made in a process of their own, with limits, whatever is in the data."""

from __future__ import annotations

import io
import itertools
import os
import pickle
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy
import pytest

from deepforge.core.messages import Exchange, Orders
from deepforge.core.preview import PreviewAnswer
from deepforge.worker.loop import BUSY_WAIT
from tests.support.processes import is_there
from tests.support.waiting import until
from tests.worker.conftest import Worker
from tests.worker.fake_server import FakeServer

CLASSES = {
    "utils/shapes.py": """
class Circle:
    def __init__(self, radius):
        self.radius = radius

    def __repr__(self):
        return "Circle(%r)" % self.radius
"""
}


class Evil:
    """Runs a command when it is unpickled."""

    def __init__(self, command: str) -> None:
        self.command = command

    def __reduce__(self) -> Any:
        return os.system, (self.command,)


def npy(array: Any) -> bytes:
    file = io.BytesIO()
    numpy.save(file, array)
    return file.getvalue()


@pytest.fixture
def server(shared_server: FakeServer) -> FakeServer:
    return shared_server


def test_an_array_is_shown_by_its_shape_statistics_and_first_values(server: FakeServer) -> None:
    values = numpy.array([[1.0, numpy.nan], [3.0, 5.0]])
    answer = server.preview(server.ask(npy(values), "npy", "numpy.ndarray"))
    assert answer.state == "ready"
    document = answer.document
    assert (document["kind"], document["shape"], document["dtype"]) == ("array", [2, 2], "float64")
    statistics = document["statistics"]
    assert (statistics["min"], statistics["max"], statistics["mean"], statistics["nan"]) == (1.0, 5.0, 3.0, 1)
    assert document["first"] == [[1.0, "nan"], [3.0, 5.0]]
    assert sum(document["histogram"]["counts"]) == 3


def test_the_server_holds_no_answer_back_for_long_while_a_preview_is_made(
    server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was said with it, that nothing more is taken, would keep the next preview waiting."""
    heard: list[Exchange] = []
    exchange = server.exchange

    def listen(said: Exchange) -> Orders | str:
        heard.append(said)
        return exchange(said)

    monkeypatch.setattr(server, "exchange", listen)
    numbers = itertools.count()

    def held() -> list[float]:
        server.preview(server.ask(npy(numpy.array([next(numbers)])), "npy", "numpy.ndarray"))
        return [said.wait for said in heard if said.preview_slots == 0]

    assert max(until(held, "an exchange while a preview is made")) <= BUSY_WAIT


def test_a_class_of_the_project_is_shown_with_the_project_s_code(server: FakeServer) -> None:
    data = b"cutils.shapes\nCircle\n)\x81}X\x06\x00\x00\x00radiusK\x03sb."
    ask = server.ask(data, "pickle", "utils.shapes.Circle", snapshot=server.snapshot(CLASSES))
    document = server.preview(ask).document
    assert (document["kind"], document["repr"]) == ("object", "Circle(3)")
    assert document["attributes"] == [{"name": "radius", "type": "int", "value": "3"}]


def test_what_cannot_be_loaded_says_why(server: FakeServer) -> None:
    answer = server.preview(server.ask(b"cno_such_module\nThing\n.", "pickle"))
    assert (answer.state, answer.document["error"]) == ("failed", "ModuleNotFoundError")
    assert "no_such_module" in answer.document["reason"]
    broken = server.preview(server.ask(b"these are no bytes of an array", "npy"))
    assert broken.state == "failed"
    unknown = server.preview(server.ask(b"?", "papyrus"))
    assert (unknown.state, unknown.document) == (
        "unsupported",
        {"reason": "Nothing can show what papyrus wrote."},
    )


def test_hostile_data_meets_no_secret_and_ends_nobody_but_itself(server: FakeServer, tmp_path: Path) -> None:
    told = tmp_path / "told.txt"
    command = f"env > {told}; echo $PPID $(readlink /proc/$PPID/cwd) >> {told}; kill -9 $PPID"
    answer = server.preview(server.ask(pickle.dumps(Evil(command)), "pickle"))
    assert (answer.state, answer.document["error"]) == ("failed", "Ended")
    variables, child = told.read_text(), told.read_text().splitlines()[-1].split()
    assert "OPENAI_API_KEY" not in variables
    assert "TOKEN" not in variables
    assert int(child[0]) != os.getpid()
    assert f"{server.home}/worker/previews/" in child[1]
    assert server.preview(server.ask(npy(numpy.arange(3)), "npy")).state == "ready"
    server.wait(lambda: not list((server.home / "worker" / "previews").iterdir()), "nothing is left")


def test_what_a_preview_started_is_ended_with_it(server: FakeServer, tmp_path: Path) -> None:
    numbers = tmp_path / "numbers.txt"
    command = f"setsid sleep 600 & echo $! > {numbers}"
    assert server.preview(server.ask(pickle.dumps(Evil(command)), "pickle")).state == "ready"
    started = int(numbers.read_text())
    server.wait(lambda: not is_there(started), "the stray has ended")


def test_an_array_larger_than_any_memory_is_sampled(server: FakeServer) -> None:
    shape = (40_000, 250_000)  # 80 GB, of which the disk holds the head
    head = io.BytesIO()
    numpy.lib.format.write_array_header_2_0(head, {"descr": "<f8", "fortran_order": False, "shape": shape})
    ask = server.ask(b"", "npy")
    with server._changed:
        server.asked.remove(ask)
    path = server.home / "blobs" / "aa" / ("a" * 64)
    path.parent.mkdir(exist_ok=True)
    with path.open("wb") as file:
        file.write(head.getvalue())
        file.truncate(len(head.getvalue()) + 8 * shape[0] * shape[1])
    large = replace(ask, digest="a" * 64, size=path.stat().st_size)  # type: ignore[arg-type]
    with server._changed:
        server.asked.append(large)
        server._changed.notify_all()
    document = server.preview(large).document
    assert document["sampled"] == 256 * (4_000_000 // 256)
    assert (document["shape"], document["statistics"]["max"]) == (list(shape), 0.0)


def test_a_worker_that_dies_while_it_makes_one_is_asked_again(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    server = FakeServer(tmp_path / "own")
    worker = Worker(server.home)
    request.addfinalizer(server.go_away)
    request.addfinalizer(lambda: worker.end() if worker.process else None)
    worker.start()
    begun, allowed = tmp_path / "begun", tmp_path / "allowed"
    command = f"touch {begun}; while [ ! -e {allowed} ]; do sleep 0.05; done"
    ask = server.ask(pickle.dumps(Evil(command)), "pickle")
    server.wait(begun.exists, "it has begun")
    worker.kill()
    begun.unlink()
    worker.start()
    server.wait(begun.exists, "it has begun again")
    allowed.touch()
    answer: PreviewAnswer = server.preview(ask)
    assert (answer.state, answer.document["kind"]) == ("ready", "json")
