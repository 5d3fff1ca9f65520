"""Following a run to its end, whatever the channel or the server do meanwhile."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import msgspec
import pytest

from deepforge.cli import watch
from deepforge.cli.board import Board
from deepforge.cli.watch import Detached, Interrupts, follow, revive
from deepforge.client import Client, LiveEvent
from deepforge.core.errors import ServerUnreachable
from deepforge.core.run import JobView, RunView
from deepforge.core.settings import Settings
from deepforge.store.data_directory import DataDirectory
from tests.cli.facts import ENDED, make_job, make_run


def event(kind: str, data: Any = None) -> LiveEvent:
    return LiveEvent(1, "run:x", kind, msgspec.to_builtins(data))


def client_of(events: list[LiveEvent | None], answers: list[RunView | Exception]) -> Client:
    """A client whose channel gives these events, and which answers in turn; the last answer stays."""

    def live(*topics: str, after: int | None, idle: float) -> Iterator[LiveEvent | None]:
        assert after == 0, "the events from the run's first one on"
        yield from events
        while True:
            yield None

    def show(run: str) -> RunView:
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    return cast("Client", SimpleNamespace(live=live, runs=SimpleNamespace(show=show)))


def states(changed: list[JobView]) -> list[tuple[str, str]]:
    return [(job.name, job.state) for job in changed]


def test_each_change_of_a_job_is_told_in_order() -> None:
    run = make_run(make_job("a", "queued"), make_job("b"))
    ended = make_run(make_job("a", "success"), make_job("b", "success"), state="success")
    first, second = (job.id for job in run.jobs)
    told: list[JobView] = []
    events = [
        event("job", make_job("a", "running", id=first)),
        event("metrics", {"job": first, "x": 1, "values": {"loss": 0.5}}),
        event("job", make_job("a", "success", id=first)),
        event("job", make_job("b", "running", id=second)),
        event("job", make_job("b", "success", id=second)),
        event("run", {"state": "success", "ended": ENDED}),
    ]
    board = Board(run)
    follow(client_of([*events], [ended]), board, changed=told.append)
    assert states(told) == [("a", "running"), ("a", "success"), ("b", "running"), ("b", "success")]
    assert board.has_ended()


def test_what_the_channel_kept_to_itself_is_asked_for() -> None:
    run = make_run(make_job("a", "running"))
    ended = make_run(make_job("a", "failed"), state="failed")
    told: list[JobView] = []
    board = Board(run)
    follow(client_of([None, event("gap"), None], [run, run, ended]), board, changed=told.append)
    assert (states(told), board.state) == ([("a", "failed")], "failed")


def test_why_a_job_waits_is_told_once() -> None:
    waits = make_run(make_job("a", "queued", reason="it asks for 3 GPUs, there are none"))
    ended = make_run(make_job("a", "success", id=waits.jobs[0].id), state="success")
    told: list[JobView] = []
    client = client_of([None, None, None], [waits, waits, ended])
    follow(client, Board(make_run(make_job("a", "queued", id=waits.jobs[0].id))), changed=told.append)
    assert [(job.state, job.reason) for job in told] == [
        ("queued", "it asks for 3 GPUs, there are none"),
        ("success", None),
    ]


def test_a_server_that_is_away_is_waited_for_and_said_on_the_board() -> None:
    run, ended = make_run(make_job("a", "running")), make_run(make_job("a", "success"), state="success")
    messages: list[str] = []
    board = Board(run)
    gone = ServerUnreachable("gone")
    follow(
        client_of([None, None, None], [gone, gone, ended]),
        board,
        unreachable=lambda: messages.append(board.message),
    )
    assert messages == ["The server does not answer; jobs that run go on, and are shown when it is back."] * 2
    assert (board.message, board.state) == ("", "success")


def test_a_run_that_has_ended_is_not_followed() -> None:
    follow(client_of([], [RuntimeError("nobody asks")]), Board(make_run(state="success")))


def test_a_server_that_was_stopped_on_purpose_is_not_started_again(tmp_path: Path) -> None:
    with pytest.raises(ServerUnreachable, match="was stopped"):
        revive(Settings(home=tmp_path))
    with DataDirectory(tmp_path).lock() as lock:
        lock.say_farewell()
    (tmp_path / "server.json").write_text('{"url": "left by another version"}')
    with pytest.raises(ServerUnreachable, match="was stopped"):
        revive(Settings(home=tmp_path))


def test_who_looks_on_outlives_a_server_that_dies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run, revived, seen = make_run(make_job("a", "running")), list[Path](), list[str]()
    monkeypatch.setattr(watch, "revive", lambda settings: revived.append(settings.home))

    def live(*topics: str, idle: float) -> Iterator[LiveEvent | None]:
        assert topics == (f"run:{run.id}",)
        yield from [event("log"), None, None, event("run")]
        raise AssertionError("it should have left")

    def look(found: LiveEvent | None) -> bool:
        seen.append("quiet" if found is None else found.kind)
        if found is None:
            raise ServerUnreachable("it is away")
        return found.kind == "run"

    watch.look_on(cast("Client", SimpleNamespace(live=live)), Settings(home=tmp_path), run.id, look)
    assert seen == ["log", "quiet", "quiet", "run"]
    assert revived == [tmp_path, tmp_path]
    assert capsys.readouterr().err.count("does not answer") == 1, "it is said once"


@pytest.mark.parametrize("left", [None, '{"url": "htt'])
def test_one_that_died_is_started_again_whatever_became_of_its_server_json(
    tmp_path: Path, left: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[Path] = []
    monkeypatch.setattr(watch, "ensure_server", lambda settings: started.append(settings.home))
    with DataDirectory(tmp_path).lock():
        if left is not None:
            (tmp_path / "server.json").write_text(left)
        revive(Settings(home=tmp_path))
        assert started == [], "its process lives: it writes the file again"
    revive(Settings(home=tmp_path))
    assert started == [tmp_path]


def test_the_first_ctrl_c_asks_and_the_second_leaves() -> None:
    asked, before = threading.Event(), signal.getsignal(signal.SIGINT)
    with Interrupts(asked.set) as interrupts:
        signal.raise_signal(signal.SIGINT)
        assert asked.wait(10)
        with pytest.raises(Detached):
            signal.raise_signal(signal.SIGINT)
        assert interrupts.count == 2
    assert signal.getsignal(signal.SIGINT) is before
