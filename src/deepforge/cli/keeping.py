"""`deepforge runs again`, `tag` and `restore`: what is done with runs that are kept."""

from __future__ import annotations

import click

from deepforge.cli.names import SHORT, find_run, parse_changes
from deepforge.cli.options import json_option
from deepforge.cli.output import print_json
from deepforge.cli.session import connect
from deepforge.cli.states import styled
from deepforge.cli.terminal import one_line
from deepforge.core.frozen import Again


@click.command(short_help="Run a run once more, from the files it froze.")
@click.argument("run")
@click.option("--set", "changes", multiple=True, metavar="NODE.ATTRIBUTE=VALUE", help="Change an attribute.")
@click.option("--from", "refresh", multiple=True, metavar="NODE", help="Run this node and what follows anew.")
@json_option
def again(run: str, changes: tuple[str, ...], refresh: tuple[str, ...], as_json: bool) -> None:
    """Run a run once more: the same pipeline, code and attributes, whatever the project is today.

    What has been done is taken from the cache, so that of a run that failed only the rest runs. It goes on by
    itself; follow it with deepforge runs show.
    """
    wish = Again(parse_changes(changes), refresh)
    with connect(quiet=as_json) as client:
        begun = client.runs.again(find_run(client, run), wish)
    if as_json:
        print_json(begun)
    else:
        click.echo(f"{begun.id[-SHORT:]}  {styled(begun.state)}  {one_line(begun.pipeline, 60)}")


@click.command("tag", short_help="Give a run tags.")
@click.argument("run")
@click.argument("tag", nargs=-1)
@click.option("--remove", is_flag=True, help="Take these tags away; without any, all.")
@json_option
def tag_runs(run: str, tag: tuple[str, ...], remove: bool, as_json: bool) -> None:
    """Give a run tags, besides those it has. Without any, show them."""
    with connect(quiet=as_json) as client:
        found = find_run(client, run)
        has = client.runs.show(found).tags
        wanted = has
        if remove:
            wanted = tuple(name for name in has if tag and name not in tag)
        elif tag:
            wanted = (*has, *tag)
        if wanted != has:
            has = client.runs.tag(found, wanted)
    if as_json:
        print_json({"run": found, "tags": has})
    else:
        click.echo(f"{found[-SHORT:]}  {one_line(', '.join(has)) or 'no tags'}")


@click.command(short_help="Bring back runs that were removed.")
@click.argument("run", nargs=-1, required=True)
@json_option
def restore(run: tuple[str, ...], as_json: bool) -> None:
    """Bring back runs that were removed; deepforge runs list --removed shows which can be."""
    with connect(quiet=as_json) as client:
        ids = [find_run(client, text, removed=True) for text in run]
        found = [client.runs.restore(each) for each in ids]
    if as_json:
        print_json({"runs": found})
        return
    for view in found:
        click.echo(f"{view.id[-SHORT:]}  {styled(view.state)}  {one_line(view.pipeline, 60)}")
