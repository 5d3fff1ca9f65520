"""What is said about a run that has ended: why it failed, what it made, and why each job ran or did not."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

import click

from deepforge.cli.names import SHORT
from deepforge.cli.states import styled
from deepforge.cli.terminal import (
    Sanitiser,
    clean,
    one_line,
    seconds_between,
    show_duration,
    show_metrics,
    show_size,
)
from deepforge.client import Client
from deepforge.core.errors import DeepForgeError
from deepforge.core.fingerprint import describe
from deepforge.core.run import Explanation, JobView, RunView

LOG_TAIL = 20
"""Lines of a failed job's log that are shown."""

TAIL_BYTES = 16_384


def print_failures(client: Client, run: RunView) -> None:
    """For each failed job: the end of its log, its traceback with the project's own files and lines, and a
    hint.
    """
    for job in run.jobs:
        if job.state == "failed":
            click.echo()
            click.echo(click.style(f"{one_line(job.name)} failed", fg="red", bold=True))
            _print_log_tail(client, run, job)
            _print_error(job)


def _print_log_tail(client: Client, run: RunView, job: JobView) -> None:
    if not job.fence:
        return
    try:
        page = client.runs.log(run.id, job.id, offset=-TAIL_BYTES)
    except DeepForgeError as error:
        click.echo(f"  Its log cannot be read: {clean(error.message)}")
        return
    text = Sanitiser(colours=False).feed(page.text).replace("\r", "\n").rstrip()
    if job.error and job.error.traceback:
        text = text.removesuffix(clean(job.error.traceback).rstrip())  # it is printed below
    lines = text.splitlines()
    shown = [line for line in lines if line.strip()][-LOG_TAIL:]
    if shown:
        click.echo(click.style("  the end of its log:", dim=True))
    for line in shown:
        click.echo(f"  {click.style('│', dim=True)} {line}")


def _print_error(job: JobView) -> None:
    error = job.error
    if error is None:
        return
    text = clean(error.traceback).rstrip() or f"{error.kind}: {clean(error.message)}"
    for line in text.splitlines():
        click.echo(f"  {line}")
    own = [frame for frame in error.frames if frame.project_file]
    if own:
        where = f"{own[-1].project_file}:{own[-1].line}"
        click.echo(f"  at {click.style(clean(where), bold=True)} in {clean(own[-1].function)}")
    if error.hint:
        click.echo(f"  {clean(error.hint)}")


def print_summary(run: RunView) -> None:
    """How the run ended, its last metrics and the artifacts it saved."""
    seconds = seconds_between(run.started, run.ended, datetime.now(UTC)) or 0
    cached = sum(job.cached for job in run.jobs)
    ran = sum(not job.cached and (job.fence > 0 or job.state == "success") for job in run.jobs)
    click.echo()
    click.echo(
        f"{styled(run.state)}  {one_line(run.pipeline)} in {show_duration(seconds)}: "
        f"{ran} of {len(run.jobs)} jobs ran, {cached} from the cache  (run {run.id[-SHORT:]})"
    )
    for job in run.jobs:
        if job.metrics:
            click.echo(f"  {one_line(job.name)}: {show_metrics(job.metrics, '   ')}")
    for artifact in run.artifacts:
        name = click.style(f"{one_line(artifact.name)}@{artifact.version}", bold=True)
        word = "saved" if artifact.made else "is the same as"
        click.echo(f"  {word} {name}  {one_line(artifact.type)}, {show_size(artifact.size)}")


def print_explanations(explanations: Iterable[Explanation]) -> None:
    """Why each job ran or was answered from the cache, part by part."""
    click.echo()
    found = list(explanations)
    width = max((len(one_line(item.job)) for item in found), default=0)
    for item in found:
        word = click.style("cached", fg="green") if item.cached else click.style("ran   ", fg="yellow")
        click.echo(f"{one_line(item.job):{width}}  {word}  {one_line(item.reason)}")
        for change in item.changes:
            if "→" in describe([change]) and describe([change]) in item.reason:
                continue  # the reason has said both values
            was = "nothing" if change.was is None else one_line(change.was, 80)
            now = "nothing" if change.now is None else one_line(change.now, 80)
            became = f"the code of {now} changed" if was == now else f"{was} → {now}"
            click.echo(f"{'':{width}}          {one_line(change.part)}: {became}")
