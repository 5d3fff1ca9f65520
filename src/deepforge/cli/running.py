"""A run from its beginning to its end, as the command line shows it."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Callable
from pathlib import Path

import click
from rich.console import Console

from deepforge.cli.board import Board
from deepforge.cli.lines import Lines
from deepforge.cli.names import SHORT
from deepforge.cli.output import CANCELED, FAILED, SUCCESS, plain, print_json, print_note
from deepforge.cli.report import print_explanations, print_failures, print_summary
from deepforge.cli.run import Asked
from deepforge.cli.session import open_project
from deepforge.cli.tree import live
from deepforge.cli.watch import Detached, Interrupts, cancel, follow, revive
from deepforge.client.client import Client
from deepforge.client.server_file import Summons
from deepforge.core.ids import ProjectId
from deepforge.core.run import JOB_ENDS, RunRequest, RunView
from deepforge.core.settings import Settings


def run_in(
    server: Summons, project: Path | None, asked: Asked, detach: bool, explain: bool, as_json: bool
) -> int:
    """Run what is asked on a server, and watch it unless `detach`; the exit code."""
    with Client.to(server.wait(), server.settings.home) as client:
        opened = open_project(client, server.settings, project)
        started = client.runs.start(request_for(opened.id, asked))
        if detach:
            _show_started(started, as_json)
            return SUCCESS
        try:
            ended = attend(client, server.settings, started, as_json)
        except Detached:
            if not as_json:
                print_note(f"Left run {started.id[-SHORT:]}: deepforge runs show {started.id[-SHORT:]}")
            raise
        show_ended(client, ended, explain, as_json)
    return exit_code(ended)


def exit_code(ended: RunView) -> int:
    """How the command ends when its run ended so."""
    return {"success": SUCCESS, "canceled": CANCELED}.get(ended.state, FAILED)


def request_for(project: ProjectId, asked: Asked) -> RunRequest:
    """The request, with a key of its own: sent twice, it starts one run."""
    key = secrets.token_hex(16)
    return RunRequest(project, asked.pipeline, asked.attributes, asked.cache, key, asked.to, asked.refresh)


def attend(client: Client, settings: Settings, started: RunView, quiet: bool = False) -> RunView:
    """Show a run until it has ended; Ctrl-C stops it, and a server that dies is brought back.

    Raises Detached at the second Ctrl-C, and ServerUnreachable when the server was stopped on purpose.
    """
    board = Board(started)
    with Interrupts(lambda: cancel(client, board)):
        watch(client, board, lambda: revive(settings), quiet)
    return client.runs.show(board.run)


def watch(client: Client, board: Board, unreachable: Callable[[], None], quiet: bool = False) -> None:
    """Follow a run in the way that fits where the output goes: not at all, as lines, or redrawn in place."""
    if quiet:
        follow(client, board, unreachable=unreachable)
    elif sys.stdout.isatty():
        with live(board, Console(highlight=False)):
            follow(client, board, unreachable=unreachable)
    else:
        lines = Lines(board, click.echo)
        lines.head()
        for row in board.rows.values():
            if row.job.state in JOB_ENDS:
                lines.job(row.job)
        follow(client, board, changed=lines.job, noted=lines.note, unreachable=unreachable)


def _show_started(started: RunView, as_json: bool) -> None:
    if as_json:
        print_json(started)
        return
    short = started.id[-SHORT:]
    click.echo(f"Started run {short} with {len(started.jobs)} jobs.")
    click.echo(f"  deepforge runs logs {short} -f   follows what it prints")
    click.echo(f"  deepforge runs stop {short}      stops it")


def show_ended(client: Client, ended: RunView, explain: bool, as_json: bool) -> None:
    """Print how a run ended: why jobs failed, why they ran when that was asked, and what came of it."""
    explanations = client.runs.explain(ended.id) if explain else ()
    if as_json:
        print_json(plain(ended) | ({"explanations": explanations} if explain else {}))
        return
    print_failures(client, ended)
    if explain:
        print_explanations(explanations)
    print_summary(ended)
