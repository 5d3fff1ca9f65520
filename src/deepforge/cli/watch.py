"""Following a run to its end: events from the live channel onto a board, and what Ctrl-C means meanwhile."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Self

from deepforge.cli.board import Board
from deepforge.cli.output import print_note
from deepforge.client import Client, LiveEvent, ensure_server
from deepforge.client.ownership import is_owned, was_left_behind
from deepforge.core.errors import DeepForgeError, ServerUnreachable
from deepforge.core.ids import RunId
from deepforge.core.run import JobView
from deepforge.core.settings import Settings

QUIET_SECONDS = 1.0
"""After so long without an event the whole run is asked for, so that nothing depends on the live channel
alone.
"""


class Detached(KeyboardInterrupt):
    """The person pressed Ctrl-C a second time: leave at once, whatever the run does."""


class Interrupts:
    """Turns the first Ctrl-C into `on_first`, beside what goes on, and the second into Detached."""

    def __init__(self, on_first: Callable[[], None]) -> None:
        self.on_first = on_first
        self.count = 0

    def __enter__(self) -> Self:
        self._before = signal.signal(signal.SIGINT, self._pressed)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        signal.signal(signal.SIGINT, self._before)

    def _pressed(self, number: int, frame: FrameType | None) -> None:
        self.count += 1
        if self.count > 1:
            raise Detached
        threading.Thread(target=self.on_first, name="cancel", daemon=True).start()


def follow(
    client: Client,
    board: Board,
    *,
    changed: Callable[[JobView], None] = lambda job: None,
    noted: Callable[[JobView, str], None] = lambda job, text: None,
    unreachable: Callable[[], None] = lambda: None,
) -> None:
    """Keep the board up to date until its run has ended.

    `changed` hears of each job that is in another state or that waits, and why, `noted` of what workers say;
    `unreachable` is called when the server does not answer, and may raise to give up. Events are asked for
    from the run's first one on.
    """
    if board.has_ended():
        return
    waits: dict[str, str | None] = {}
    for event in client.live(f"run:{board.run}", after=0, idle=QUIET_SECONDS):
        if event is None or event.kind == "gap":
            _ask(client, board, waits, changed, unreachable)
        else:
            _take(board, event, changed, noted)
        if board.has_ended():
            _ask(client, board, waits, changed, unreachable)
            return


def _take(
    board: Board, event: LiveEvent, changed: Callable[[JobView], None], noted: Callable[[JobView, str], None]
) -> None:
    data = event.data if isinstance(event.data, dict) else {}
    job = board.apply(event.kind, data)
    if job is not None:
        changed(job)
    if event.kind == "note" and data.get("job") in board.rows:
        noted(board.rows[data["job"]].job, str(data.get("text", "")))


def _ask(
    client: Client,
    board: Board,
    waits: dict[str, str | None],
    changed: Callable[[JobView], None],
    unreachable: Callable[[], None],
) -> None:
    """Ask for the whole run; `waits` holds why jobs wait, as far as it was told."""
    try:
        run = client.runs.show(board.run)
    except ServerUnreachable:
        board.message = "The server does not answer; jobs that run go on, and are shown when it is back."
        unreachable()
        return
    if board.message.startswith("The server"):
        board.message = ""
    before = {job.id: board.rows[job.id].job.state for job in run.jobs if job.id in board.rows}
    board.refresh(run)
    for job in run.jobs:
        waits_anew = job.state == "queued" and job.reason != waits.get(job.id)
        if waits_anew:
            waits[job.id] = job.reason
        if waits_anew or before.get(job.id, job.state) != job.state:
            changed(board.rows[job.id].job)


def look_on(client: Client, settings: Settings, run: RunId, look: Callable[[LiveEvent | None], bool]) -> None:
    """Call `look` with each event of a run from now on, and with None when it is quiet, until it says that it
    has seen enough.

    A server that dies meanwhile is brought back. Raises ServerUnreachable when it was stopped on purpose.
    """
    away = False
    for event in client.live(f"run:{run}", idle=QUIET_SECONDS):
        try:
            if look(event):
                return
            away = False
        except ServerUnreachable:
            if not away:
                print_note("The server does not answer; jobs that run go on, and are shown when it is back.")
            away = True
            revive(settings)


def revive(settings: Settings) -> None:
    """Bring the server back when it died. Raises ServerUnreachable when it was stopped on purpose."""
    if is_owned(settings.home):
        return  # its process lives: it is starting, stopping, or busy
    if not was_left_behind(settings.home):
        raise ServerUnreachable(
            "The server was stopped.", "The run goes on when it is started again: deepforge start"
        )
    ensure_server(settings)


def cancel(client: Client, board: Board) -> None:
    """Have the run stopped, and tell on the board how that goes."""
    board.message = "Stopping the run. Ctrl-C again leaves at once."
    try:
        client.runs.stop(board.run)
    except DeepForgeError as error:
        board.message = f"The run could not be stopped: {error.message}"
