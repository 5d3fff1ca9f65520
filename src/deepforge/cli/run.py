"""`deepforge run`: start a run of a pipeline, show it live, and end as it ends."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from deepforge.cli.board import Board
from deepforge.cli.lines import Lines
from deepforge.cli.names import SHORT, parse_changes
from deepforge.cli.options import json_option, project_option
from deepforge.cli.output import CANCELED, FAILED, SUCCESS, plain, print_json, print_note
from deepforge.cli.report import print_explanations, print_failures, print_summary
from deepforge.cli.session import connect, open_project
from deepforge.cli.settings import resolve
from deepforge.cli.tree import live
from deepforge.cli.watch import Detached, Interrupts, cancel, follow, revive
from deepforge.client import Client
from deepforge.core.errors import BadInput
from deepforge.core.ids import ProjectId
from deepforge.core.run import JOB_ENDS, RunRequest, RunView
from deepforge.core.settings import Settings


@click.command()
@click.argument("pipeline")
@project_option
@click.option(
    "--set",
    "changes",
    multiple=True,
    metavar="NODE.ATTRIBUTE=VALUE",
    help="Change an attribute for this run.",
)
@click.option("--to", multiple=True, metavar="NODE", help="Run only this node and what it needs.")
@click.option(
    "--from",
    "refresh",
    multiple=True,
    metavar="NODE",
    help="Run this node and all that depends on it, whatever the cache has.",
)
@click.option("--detach", is_flag=True, help="Start the run and leave it to the server.")
@click.option("--no-cache", is_flag=True, help="Run every job, whatever the cache has.")
@click.option("--explain", is_flag=True, help="Say of each job why it ran or did not have to.")
@json_option
def run(
    pipeline: str,
    project: Path | None,
    changes: tuple[str, ...],
    to: tuple[str, ...],
    refresh: tuple[str, ...],
    detach: bool,
    no_cache: bool,
    explain: bool,
    as_json: bool,
) -> int:
    """Run PIPELINE of a project and watch it until it has ended.

    Ctrl-C stops the run and waits for its end; a second Ctrl-C leaves at once. Values of --set are JSON or
    Python literals, anything else is text: --set train.epochs=6 --set 'train.sizes=[32, 64]'
    """
    asked = plan(pipeline, changes, no_cache, to, refresh)
    settings = resolve().settings
    with connect(quiet=as_json) as client:
        opened = open_project(client, settings, project)
        started = client.runs.start(request_for(opened.id, asked))
        if detach:
            _show_started(started, as_json)
            return SUCCESS
        try:
            ended = attend(client, settings, started, as_json)
        except Detached:
            if not as_json:
                print_note(f"Left run {started.id[-SHORT:]}: deepforge runs show {started.id[-SHORT:]}")
            raise
        show_ended(client, ended, explain, as_json)
    return exit_code(ended)


def exit_code(ended: RunView) -> int:
    """How the command ends when its run ended so."""
    return {"success": SUCCESS, "canceled": CANCELED}.get(ended.state, FAILED)


@dataclass(frozen=True)
class Asked:
    """What a person wants run, before it is known in which project."""

    pipeline: str
    attributes: dict[str, dict[str, Any]]
    cache: bool
    to: tuple[str, ...] = ()
    refresh: tuple[str, ...] = ()


def plan(
    pipeline: str,
    changes: tuple[str, ...],
    no_cache: bool = False,
    to: tuple[str, ...] = (),
    refresh: tuple[str, ...] = (),
) -> Asked:
    """Understand what is to be run. Raises BadInput."""
    if pipeline.endswith(".py") or "::" in pipeline:
        raise BadInput(
            f"{pipeline} is a script, and runs of scripts come with a later version.",
            "Make it an operation of a project (deepforge init NAME) and run its pipeline.",
        )
    name = Path(pipeline).stem if pipeline.endswith((".yaml", ".yml")) else pipeline
    return Asked(name, parse_changes(changes), not no_cache, to, refresh)


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
