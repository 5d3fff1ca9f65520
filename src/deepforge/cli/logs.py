"""`deepforge runs logs`: what the jobs of a run printed, and what they print now."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field

import click

from deepforge.cli.names import find_job, find_run
from deepforge.cli.options import json_option
from deepforge.cli.output import print_json
from deepforge.cli.session import connect
from deepforge.cli.settings import resolve
from deepforge.cli.terminal import Sanitiser, one_line
from deepforge.cli.watch import look_on
from deepforge.client import Client, LiveEvent
from deepforge.core.ids import JobId, RunId
from deepforge.core.run import JOB_ENDS, RUN_ENDS, RunView
from deepforge.core.settings import Settings

TAIL_BYTES_A_LINE = 400
PAGE = 1 << 16
"""Where to begin when only the last lines are wanted; the log is read from further back when they are longer.
"""


@dataclass
class Reader:
    """Reads the log of one job on from where it was, and gives whole lines when several jobs share the
    screen.
    """

    client: Client
    run: RunId
    job: JobId
    prefix: str
    cleaner: Sanitiser
    offset: int = 0
    attempt: int | None = None
    rest: str = field(default="")

    def read(self) -> None:
        """Print what has come since the last time."""
        while True:
            page = self.client.runs.log(self.run, self.job, offset=self.offset, attempt=self.attempt)
            self._print(self.cleaner.feed(page.text))
            if page.next == self.offset or page.next >= page.size:
                self.offset = page.next
                return
            self.offset = page.next

    def close(self) -> None:
        """Print the unfinished last line, if there is one."""
        if self.rest:
            click.echo(f"{self.prefix}{self.rest}")
            self.rest = ""

    def _print(self, text: str) -> None:
        if not self.prefix:
            click.echo(text, nl=False)
            return
        *lines, self.rest = (self.rest + text).split("\n")
        for line in lines:
            click.echo(f"{self.prefix}{line}")


@click.command(short_help="Print what jobs printed; -f goes on.")
@click.argument("run")
@click.argument("job", required=False)
@click.option("--follow", "-f", is_flag=True, help="Go on with what is printed, until the run has ended.")
@click.option("--tail", "-n", type=click.IntRange(0), help="Begin with the last lines only.")
@click.option("--attempt", type=click.IntRange(1), help="The log of this attempt, not of the newest.")
@json_option
def logs(
    run: str, job: str | None, follow: bool, tail: int | None, attempt: int | None, as_json: bool
) -> None:
    """Print the log of a run: of one JOB, or of all, each line with its job's name in front.

    Control sequences are taken out of what user code printed; colours stay in a terminal. A job that was
    tried several times shows its newest attempt, unless --attempt names another.
    """
    settings = resolve().settings
    with connect(quiet=as_json) as client:
        found = client.runs.show(find_run(client, run))
        wanted = [find_job(found, job)] if job else list(found.jobs)
        if attempt is not None and job is None:
            wanted = [item for item in wanted if item.fence >= attempt]
        if as_json:
            if follow:
                found = _when_ended(client, settings, found)
            _print_document(client, found, [item.id for item in wanted], attempt)
            return
        width = max((len(one_line(item.name, 30)) for item in wanted), default=0)
        colours = sys.stdout.isatty() and "NO_COLOR" not in os.environ
        readers = {
            item.id: Reader(
                client,
                found.id,
                item.id,
                f"{one_line(item.name, 30):{width}} │ " if len(wanted) > 1 else "",
                Sanitiser(colours),
                0 if tail is None else _offset_of_tail(client, found.id, item.id, tail, attempt),
                attempt,
            )
            for item in wanted
        }
        if follow:
            _follow(client, settings, found, readers)
        else:
            _read_all(readers.values())
        for reader in readers.values():
            reader.close()


def _read_all(readers: Iterable[Reader]) -> None:
    for reader in readers:
        reader.read()


def _follow(client: Client, settings: Settings, run: RunView, readers: dict[JobId, Reader]) -> None:
    """Print as it comes; what came before the live channel opened is read when it first falls quiet."""

    def look(event: LiveEvent | None) -> bool:
        if event is not None and event.kind not in ("run", "gap"):
            _read_of(event, readers)
            return False
        state = client.runs.show(run.id).state
        _read_all(readers.values())
        return state in RUN_ENDS

    _read_all(readers.values())
    if run.state not in RUN_ENDS:
        look_on(client, settings, run.id, look)


def _read_of(event: LiveEvent, readers: dict[JobId, Reader]) -> None:
    data = event.data if isinstance(event.data, dict) else {}
    job = JobId(str(data.get("id" if event.kind == "job" else "job", "")))
    ended = event.kind == "job" and data.get("state") in JOB_ENDS
    if job in readers and (event.kind == "log" or ended):
        readers[job].read()


def _when_ended(client: Client, settings: Settings, run: RunView) -> RunView:
    """The run, once it has ended."""

    def look(event: LiveEvent | None) -> bool:
        asked = event is None or event.kind in ("run", "gap")
        return asked and client.runs.show(run.id).state in RUN_ENDS

    if run.state in RUN_ENDS:
        return run
    look_on(client, settings, run.id, look)
    return client.runs.show(run.id)


def _offset_of_tail(client: Client, run: RunId, job: JobId, lines: int, attempt: int | None) -> int:
    """The byte at which the last `lines` lines of a log begin."""
    size = client.runs.log(run, job, offset=-1, limit=1, attempt=attempt).size
    reach = TAIL_BYTES_A_LINE * lines
    while lines:
        start = max(0, size - reach)
        text = "".join(_pages(client, run, job, start, size, attempt))
        before = text.count("\n") - lines + (not text.endswith("\n"))
        if before > 0:
            return _behind_line(client, run, job, start, size, attempt, text, before)
        if start == 0:
            return 0
        reach *= 4
    return size


def _behind_line(
    client: Client, run: RunId, job: JobId, start: int, end: int, attempt: int | None, text: str, count: int
) -> int:
    """The byte behind so many ends of lines of a stretch, whose text is known.

    The text cannot tell where bytes in it were no letters: then the place is looked for by halves.
    """
    if "\ufffd" not in text:
        return start + len("\n".join(text.split("\n")[:count]).encode()) + 1
    while end - start > 1:
        middle = (start + end) // 2
        found = "".join(_pages(client, run, job, start, middle, attempt)).count("\n")
        if found >= count:
            end = middle
        else:
            start, count = middle, count - found
    return end


def _pages(
    client: Client, run: RunId, job: JobId, start: int, end: int, attempt: int | None
) -> Iterable[str]:
    while start < end:
        page = client.runs.log(run, job, offset=start, limit=min(end - start, PAGE), attempt=attempt)
        yield page.text
        if page.next <= start:
            return
        start = page.next


def _print_document(client: Client, run: RunView, jobs: list[JobId], attempt: int | None) -> None:
    documents = [
        {
            "job": job.id,
            "name": job.name,
            "state": job.state,
            "text": Sanitiser(colours=False).feed(
                "".join(client.runs.whole_log(run.id, job.id, attempt=attempt))
            ),
        }
        for job in run.jobs
        if job.id in jobs
    ]
    print_json({"run": run.id, "state": run.state, "logs": documents})
