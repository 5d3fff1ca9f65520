"""Readings: what one thread is reading, no other reads at the same time; what a whole project says."""

from __future__ import annotations

import threading
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from deepforge.core.digest import digest_of
from deepforge.services.readings import Readings

PATH = "pipelines/main.yaml"
DIGEST = digest_of("nodes: {}")


class SlowReader:
    """Reads when it is told to, and counts how often it was asked; an error it raises the first time."""

    def __init__(self, error: Exception | None = None) -> None:
        self.calls = 0
        self.error = error
        self.begun = threading.Event()
        self.go_on = threading.Event()

    def read(self, path: str) -> str:
        self.calls += 1
        self.begun.set()
        assert self.go_on.wait(60)
        if self.error is not None and self.calls == 1:
            raise self.error
        return f"what {path} says"


def two_at_once(readings: Readings, reader: SlowReader) -> list[Future[str]]:
    """The second one asks while the first is reading."""
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(readings.once, reader.read, PATH, DIGEST)
        assert reader.begun.wait(60)
        asking = threading.Event()

        def ask() -> str:
            asking.set()
            return readings.once(reader.read, PATH, DIGEST)

        second = threads.submit(ask)
        assert asking.wait(60)
        reader.go_on.set()
    return [first, second]


def test_two_who_ask_at_once_have_it_read_once() -> None:
    readings, reader = Readings(), SlowReader()
    assert [asked.result() for asked in two_at_once(readings, reader)] == [
        "what pipelines/main.yaml says"
    ] * 2
    assert reader.calls == 1


def test_what_could_not_be_read_is_read_again_when_somebody_asks_again() -> None:
    readings, reader = Readings(), SlowReader(OSError("the disk is gone"))
    with pytest.raises(OSError, match="the disk is gone"):
        two_at_once(readings, reader)[0].result()
    assert readings.once(reader.read, PATH, DIGEST) == "what pipelines/main.yaml says"
    assert reader.calls == 2


def test_other_content_of_the_same_path_is_read() -> None:
    readings, reader = Readings(), SlowReader()
    reader.go_on.set()
    for text in ("nodes: {}", "nodes: {a: {operation: A}}", "nodes: {}"):
        readings.once(reader.read, PATH, digest_of(text))
    assert reader.calls == 2


def test_an_operation_that_inherits_from_another_file_is_there_with_a_warning() -> None:
    files = {
        "operations/train.py": (
            "from utils.base import Trainer\nclass Train(Trainer):\n    def execute(self): return model\n"
        ),
        "utils/base.py": "class Trainer:\n    def __init__(self, rate=0.1): ...\n",
    }
    digests = {path: digest_of(source) for path, source in files.items()}
    reading = Readings().read(digests, lambda path: files[path].encode())
    assert list(reading.operations) == ["Train"]
    assert [(one.rule, one.severity) for one in reading.unreadable] == [("unseen_attributes", "warning")]
