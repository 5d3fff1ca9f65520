"""`deepforge run`: start a run of a pipeline, show it live, and end as it ends."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from deepforge.cli.names import parse_changes
from deepforge.cli.options import json_option, project_option
from deepforge.cli.output import print_note
from deepforge.cli.settings import resolve
from deepforge.client.server_file import Summons
from deepforge.core.errors import BadInput


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
    server = Summons(settings, notify=None if as_json else print_note)
    # Slow to import: meanwhile the server starts.
    from deepforge.cli.running import run_in

    return run_in(server, project, asked, detach, explain, as_json)


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
