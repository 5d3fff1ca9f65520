"""`deepforge runs`: list, show, stop, remove and compare runs. Their logs are in logs.py."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import click

from deepforge.cli.compare import compare
from deepforge.cli.keeping import again, restore, tag_runs
from deepforge.cli.logs import logs
from deepforge.cli.names import SHORT, find_run
from deepforge.cli.options import json_option, project_option
from deepforge.cli.output import plain, print_json, print_table
from deepforge.cli.report import print_explanations, print_failures, print_summary
from deepforge.cli.session import connect, open_project
from deepforge.cli.settings import resolve
from deepforge.cli.states import styled
from deepforge.cli.terminal import one_line, seconds_between, show_age, show_duration, show_number
from deepforge.client import Client
from deepforge.core.errors import Unavailable
from deepforge.core.run import RUN_ENDS, JobView, RunState, RunSummary, RunView

STOP_SECONDS = 30.0
_ORIGINS = {
    "again": "run again",
    "from": "run again from a node on",
    "failed": "what had failed",
    "restart": "a job restarted",
}


@click.group()
def runs() -> None:
    """List, show, follow, stop, remove and compare runs.

    RUN is an id, its first or last letters, or the word last for the newest run.
    """


runs.add_command(compare)
runs.add_command(logs)
runs.add_command(again)
runs.add_command(restore)
runs.add_command(tag_runs)


@runs.command("list", short_help="List runs, newest first.")
@project_option
@click.option("--pipeline", help="Only runs of this pipeline.")
@click.option(
    "--state",
    multiple=True,
    type=click.Choice(get_args(RunState)),
    help="Only runs in this state; may be given several times.",
)
@click.option("--author", help="Only runs of this person.")
@click.option("--tag", help="Only runs with this tag.")
@click.option("--search", "-s", "words", help="Only runs with these words in pipeline, author, tags or id.")
@click.option("--removed", is_flag=True, help="Those that were removed and can still be brought back.")
@click.option(
    "--sort",
    default="-created",
    show_default=True,
    help="By created, started, ended, duration, pipeline, state, author or metric:NAME; a - in front puts "
    "the newest or largest first.",
)
@click.option(
    "--limit", "-n", type=click.IntRange(1, 1000), default=20, show_default=True, help="At most so many."
)
@json_option
def list_runs(
    project: Path | None,
    pipeline: str | None,
    state: tuple[RunState, ...],
    author: str | None,
    tag: str | None,
    words: str | None,
    removed: bool,
    sort: str,
    limit: int,
    as_json: bool,
) -> None:
    """List runs, newest first: those of --project, else all."""
    with connect(quiet=as_json) as client:
        chosen = open_project(client, resolve().settings, project).id if project else None
        found = client.runs.listing(
            project=chosen,
            state=state or None,
            pipeline=pipeline,
            author=author,
            tag=tag,
            q=words,
            removed=removed,
            limit=limit,
            sort=sort,
        )
    if as_json:
        print_json({"runs": found})
        return
    print_table(
        ("run", "state", "pipeline", "jobs", "took", "started", "tags", "metrics"),
        [_line(run, datetime.now(UTC)) for run in found],
        empty="There are no such runs. Start one with deepforge run PIPELINE.",
        right=("took",),
    )


def _line(run: RunSummary, now: datetime) -> list[str]:
    seconds = seconds_between(run.started, run.ended, now)
    metrics = [f"{one_line(name, 30)} {show_number(value)}" for name, value in list(run.metrics.items())[:4]]
    total = sum(run.jobs.values())
    return [
        run.id[-SHORT:],
        styled(run.state),
        one_line(f"{run.project_name}/{run.pipeline}", 60),
        f"{total}" if not run.cached else f"{total} ({run.cached} cached)",
        "" if seconds is None else show_duration(seconds),
        show_age(run.created, now),
        one_line(", ".join(run.tags), 40),
        ", ".join(metrics),
    ]


@runs.command("show", short_help="Show one run, with errors and results.")
@click.argument("run")
@click.option("--explain", is_flag=True, help="Say of each job why it ran or did not have to.")
@json_option
def show_run(run: str, explain: bool, as_json: bool) -> None:
    """Show one run: its jobs, why those that wait do so, errors, metrics and artifacts."""
    with connect(quiet=as_json) as client:
        found = client.runs.show(find_run(client, run))
        explanations = client.runs.explain(found.id) if explain else ()
        if as_json:
            print_json(plain(found) | ({"explanations": explanations} if explain else {}))
            return
        _print_run(found)
        print_failures(client, found)
        if explain:
            print_explanations(explanations)
        if found.state in RUN_ENDS:
            print_summary(found)


def _print_run(run: RunView) -> None:
    now = datetime.now(UTC)
    seconds = seconds_between(run.started, run.ended, now)
    click.echo(click.style(f"{one_line(run.project_name)} / {one_line(run.pipeline)}", bold=True))
    click.echo(f"run       {run.id}")
    click.echo(f"state     {styled(run.state)}{'' if seconds is None else f' {show_duration(seconds)}'}")
    author = f" by {one_line(run.author)}" if run.author else ""
    click.echo(f"created   {run.created} ({show_age(run.created, now)}){author}")
    if run.tags:
        click.echo(f"tags      {one_line(', '.join(run.tags))}")
    if run.origin:
        click.echo(f"from      {run.origin.run} ({_ORIGINS[run.origin.how]})")
    click.echo(f"snapshot  {run.snapshot[:12]}{f', git commit {run.commit[:12]}' if run.commit else ''}")
    click.echo()
    print_table(
        ("job", "operation", "state", "took", ""),
        [_job_line(job, now) for job in run.jobs],
        empty="The run has no jobs.",
        right=("took",),
    )


def _job_line(job: JobView, now: datetime) -> list[str]:
    seconds = None if job.cached else seconds_between(job.started, job.ended, now)
    return [
        one_line(job.name, 40),
        one_line(job.operation, 30),
        styled(job.state) + (" (cached)" if job.cached else ""),
        "" if seconds is None else show_duration(seconds),
        one_line(job.reason or ""),
    ]


@runs.command("stop", short_help="Stop runs and wait for their end.")
@click.argument("run", nargs=-1, required=True)
@json_option
def stop_runs(run: tuple[str, ...], as_json: bool) -> None:
    """Stop runs and wait until their processes have ended; what has ended already stays as it is."""
    with connect(quiet=as_json) as client:
        ids = [find_run(client, text) for text in run]
        for found in ids:
            client.runs.stop(found)
        ended = [_wait(client, client.runs.show(found)) for found in ids]
    if as_json:
        print_json({"runs": ended})
        return
    for view in ended:
        click.echo(f"{view.id[-SHORT:]}  {styled(view.state)}")


def _wait(client: Client, run: RunView) -> RunView:
    deadline = time.monotonic() + STOP_SECONDS
    while run.state not in RUN_ENDS:
        if time.monotonic() > deadline:
            raise Unavailable(
                f"Run {run.id[-SHORT:]} has not ended after {STOP_SECONDS:.0f} s.",
                "Its worker may be unreachable; it stops the jobs when it is back. See deepforge doctor.",
            )
        time.sleep(0.05)
        run = client.runs.show(run.id)
    return run


@runs.command("rm", short_help="Remove runs that have ended.")
@click.argument("run", nargs=-1, required=True)
@json_option
def remove_runs(run: tuple[str, ...], as_json: bool) -> None:
    """Remove runs that have ended, with their logs, series and figures. Artifacts that they saved stay.

    For a day they can be brought back with deepforge runs restore.
    """
    with connect(quiet=as_json) as client:
        ids = [find_run(client, text) for text in run]
        for found in ids:
            client.runs.remove(found)
    if as_json:
        print_json({"removed": ids})
        return
    click.echo(f"Removed {', '.join(found[-SHORT:] for found in ids)}")
