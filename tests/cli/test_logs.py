"""Where the last lines of a log begin."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from deepforge.cli import logs
from deepforge.client import Client
from deepforge.core.ids import JobId, RunId
from deepforge.core.run import LogPage

RUN, JOB = RunId("R"), JobId("J")


def with_log(data: bytes) -> Client:
    """A client that knows one log."""

    def log(run: RunId, job: JobId, *, offset: int, limit: int, attempt: Any) -> LogPage:
        start = offset if offset >= 0 else max(0, len(data) + offset)
        part = data[start : start + limit]
        return LogPage(job, start, part.decode(errors="replace"), start + len(part), len(data), True)

    return cast(Client, SimpleNamespace(runs=SimpleNamespace(log=log)))


@pytest.mark.parametrize("last", [b"", b"not ended yet"])
@pytest.mark.parametrize("line", [b"plain %d\n", b"\xe9\xe9 %d\n", "größer %d\n".encode(), b"\n"])
@pytest.mark.parametrize("count", [0, 1, 3, 40])
def test_the_tail_begins_with_a_line_whatever_bytes_are_in_it(line: bytes, last: bytes, count: int) -> None:
    lines = [line % number if b"%" in line else line for number in range(30)]
    whole = [*lines, *([last] if last else [])]
    wanted = b"".join(whole[-count:]) if count else b""
    data = b"".join(whole)
    assert data[logs._offset_of_tail(with_log(data), RUN, JOB, count, None) :] == wanted


def test_a_long_log_is_read_from_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "TAIL_BYTES_A_LINE", 4)
    monkeypatch.setattr(logs, "PAGE", 16)
    data = b"\xe9" * 500 + b"\n" + b"a\xe9b\n" * 50
    assert data[logs._offset_of_tail(with_log(data), RUN, JOB, 20, None) :] == b"a\xe9b\n" * 20
    assert logs._offset_of_tail(with_log(data), RUN, JOB, 51, None) == 0
