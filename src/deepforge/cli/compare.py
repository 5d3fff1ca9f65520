"""`deepforge runs compare`: what runs were made of and what they gave, side by side."""

from __future__ import annotations

from typing import Any

import click

from deepforge.cli.names import SHORT, find_run
from deepforge.cli.options import json_option
from deepforge.cli.output import print_json, print_table
from deepforge.cli.session import connect
from deepforge.cli.states import styled
from deepforge.cli.terminal import one_line, show_number
from deepforge.core.run import ComparedRow

DIGEST_SHOWN = 10


@click.command(short_help="Show what differs between runs.")
@click.argument("run", nargs=-1, required=True)
@click.option("--all", "everything", is_flag=True, help="Show also what is the same.")
@json_option
def compare(run: tuple[str, ...], everything: bool, as_json: bool) -> None:
    """Compare runs: attributes, files of the project, jobs, metrics and artifacts that differ."""
    if len(run) < 2:
        raise click.UsageError("Name two runs or more")
    with connect(quiet=as_json) as client:
        found = client.runs.compare([find_run(client, text) for text in run])
    if as_json:
        print_json(found)
        return
    rows = [row for row in found.rows if everything or row.differs]
    print_table(
        ("", "", *(item.id[-SHORT:] for item in found.runs)),
        [["run", "state", *(styled(item.state) for item in found.runs)]]
        + [[row.kind, one_line(row.name, 60), *(_shown(row, value) for value in row.values)] for row in rows],
        empty="",
    )
    if not rows:
        click.echo("Nothing else differs.")


def _shown(row: ComparedRow, value: Any) -> str:
    if value is None:
        return click.style("–", dim=True)
    if row.kind == "metric" and isinstance(value, int | float):
        return show_number(value)
    if row.kind in ("file", "artifact"):
        return str(value)[:DIGEST_SHOWN]
    return styled(value) if row.kind == "job" else one_line(str(value), 60)
