"""`deepforge start`: the server in the foreground, and a run of a pipeline to begin with."""

from __future__ import annotations

import logging
import os
import sys
import threading
import webbrowser
from dataclasses import dataclass
from pathlib import Path

import click

from deepforge.cli.board import Board
from deepforge.cli.names import SHORT
from deepforge.cli.options import json_option, project_option
from deepforge.cli.output import FAILED, SUCCESS, print_failure, print_json, print_note
from deepforge.cli.run import plan
from deepforge.cli.running import attend, exit_code, request_for, show_ended, watch
from deepforge.cli.session import open_project
from deepforge.cli.settings import resolve
from deepforge.client import Client, find_server
from deepforge.core.errors import DeepForgeError, ServerUnreachable
from deepforge.core.ids import ProjectId, RunId
from deepforge.core.settings import Settings

SERVER_LOG = "server.log"
JOIN_SECONDS = 5.0
"""How long the terminal may take to say its last word when the server has ended."""


@dataclass(frozen=True)
class Wishes:
    """What is to be done once the server is up."""

    project: Path | None
    pipeline: str | None
    once: bool
    browser: bool
    as_json: bool


@click.command()
@click.option("--host", help="The address to listen on.")
@click.option("--port", type=int, help="The port to listen on; 0 takes any that is free.")
@click.option("--no-browser", is_flag=True, help="Do not open the browser.")
@project_option
@click.option("--run", "pipeline", metavar="PIPELINE", help="Run this pipeline of the project to begin with.")
@click.option("--once", is_flag=True, help="Stop when that run has ended, with its exit code.")
@json_option
def start(
    host: str | None,
    port: int | None,
    no_browser: bool,
    project: Path | None,
    pipeline: str | None,
    once: bool,
    as_json: bool,
) -> int:
    """Start the server with its worker and stay with it until Ctrl-C.

    When one runs already for this data directory, a fresh link to it is printed instead. The link works once,
    for a minute; ask again for another.
    """
    if once and pipeline is None:
        raise click.UsageError("--once needs --run PIPELINE")
    if pipeline is not None:
        plan(pipeline, ())
    settings = resolve({"host": host, "port": port}).settings
    browser = settings.open_browser and not no_browser and not as_json and _has_screen()
    wishes = Wishes(project, pipeline, once, browser, as_json)
    running = find_server(settings.home)
    if running is not None:
        with Client.at(running.url, running.token) as client:
            return _begin(client, settings, wishes, own=False)
    return _serve(settings, wishes)


def _serve(settings: Settings, wishes: Wishes) -> int:
    from deepforge.server.main import Ready, serve  # the server is half of all imports, and not needed above

    beginning = _Beginning(settings, wishes)

    def ready(_: Ready) -> None:
        beginning.start()

    _log_to(settings)
    serve(settings, on_ready=ready)
    beginning.join(JOIN_SECONDS)
    return beginning.code if wishes.once else SUCCESS


class _Beginning(threading.Thread):
    """What is done once the server is up, beside it; `code` is how that went."""

    def __init__(self, settings: Settings, wishes: Wishes) -> None:
        super().__init__(name="beginning", daemon=True)
        self.settings = settings
        self.wishes = wishes
        self.code = FAILED

    def run(self) -> None:
        try:
            with Client.of(self.settings, start=False) as client:
                try:
                    self.code = _begin(client, self.settings, self.wishes, own=True)
                finally:
                    if self.wishes.once:
                        client.system.stop()
        except ServerUnreachable as error:
            print_note(f"{error.message} {error.hint or ''}")
        except DeepForgeError as error:
            problems = getattr(error, "problems", ())
            print_failure(error.code, error.message, error.hint, self.wishes.as_json, problems)


def _begin(client: Client, settings: Settings, wishes: Wishes, *, own: bool) -> int:
    """Print the link, open the project, do the run that was asked for; give the exit code.

    Ctrl-C belongs to the server when it is our `own`, else to the run.
    """
    opened = open_project(client, settings, wishes.project) if wishes.project or wishes.pipeline else None
    note = "" if own else "The server is running already."
    if opened is None or wishes.pipeline is None:
        _print_link(client, settings, wishes, note, project=opened.id if opened else None)
        return SUCCESS
    if not wishes.as_json:
        click.echo(note or f"DeepForge runs at {client.system.status().url}\n")
    started = client.runs.start(request_for(opened.id, plan(wishes.pipeline, ())))
    if own:
        watch(client, Board(started), _stopped, wishes.as_json)
        ended = client.runs.show(started.id)
    else:
        ended = attend(client, settings, started, wishes.as_json)
    show_ended(client, ended, explain=False, as_json=wishes.as_json)
    if not wishes.once and not wishes.as_json:
        click.echo(f"  deepforge runs show {ended.id[-SHORT:]}   shows it again\n")
        _print_link(client, settings, wishes, run=ended.id)
    return exit_code(ended)


def _stopped() -> None:
    raise ServerUnreachable("The server was stopped.", "The run goes on when it is started again.")


def _print_link(
    client: Client,
    settings: Settings,
    wishes: Wishes,
    note: str = "",
    *,
    project: ProjectId | None = None,
    run: RunId | None = None,
) -> None:
    """Print a link that leads to a run, to a project, or to the overview; open it where a browser is seen."""
    status, entry = client.system.status(), client.system.entry(project, run)
    if wishes.as_json:
        print_json({"url": status.url, "enter": entry.url, "pid": status.pid, "home": str(settings.home)})
        return
    if note:
        click.echo(note)
    click.echo(f"DeepForge is at   {click.style(status.url, bold=True)}")
    click.echo(f"Sign in with      {entry.url}   (works once, for {entry.seconds:.0f} s)")
    if status.pid == os.getpid():
        print_note("Ctrl-C stops it. `deepforge start` in another terminal prints a fresh link.")
    if wishes.browser:
        webbrowser.open(client.system.entry(project, run).url)


def _has_screen() -> bool:
    """Whether a browser would be seen: a person is there, and there is a screen for a window."""
    if not sys.stdout.isatty() or "SSH_CONNECTION" in os.environ:
        return False
    return sys.platform == "darwin" or "DISPLAY" in os.environ or "WAYLAND_DISPLAY" in os.environ


def _log_to(settings: Settings) -> None:
    """The server's log goes to a file, and what is wrong to the terminal as well."""
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = logging.FileHandler(settings.home / SERVER_LOG, encoding="utf-8")
    file.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.setLevel(settings.log_level.upper())
    root.addHandler(file)
    for library in ("httpx", "httpcore", "uvicorn", "websockets"):
        logging.getLogger(library).setLevel(max(logging.WARNING, root.level))
    if logging.lastResort is not None:
        root.addHandler(logging.lastResort)
