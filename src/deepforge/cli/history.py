"""`deepforge history`: list, name and restore versions of a project."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import click

from deepforge.cli.options import json_option, project_option
from deepforge.cli.output import print_json, print_table
from deepforge.cli.session import connect, open_project
from deepforge.cli.settings import resolve
from deepforge.cli.terminal import one_line, show_age
from deepforge.client import Client
from deepforge.core.errors import BadInput, NotFound
from deepforge.core.history import NOW, VersionView
from deepforge.core.ids import ProjectId

SHORT = 10
"""How many digits of a version the command line shows."""
REACH = 200
"""So many of the newest versions may be named by a part of their id."""

_WHOLE = re.compile("[0-9a-f]{40}|[0-9a-f]{64}")


@click.group()
def history() -> None:
    """List, name and restore versions of a project. VERSION is an id, or the first digits of one."""


@history.command("list", short_help="List versions, newest first.")
@click.argument("path", required=False)
@project_option
@click.option(
    "--limit", "-n", type=click.IntRange(1, 200), default=20, show_default=True, help="At most so many."
)
@json_option
def list_versions(path: str | None, project: Path | None, limit: int, as_json: bool) -> None:
    """List the versions of a project, or of the file PATH in it, the person's own commits among them."""
    with connect(quiet=as_json) as client:
        found = client.projects.history(_project(client, project), path, limit)
    if as_json:
        print_json(found)
        return
    now = datetime.now(UTC)
    print_table(
        ("version", "when", "by", "", "names"),
        [_line(version, now) for version in found.versions],
        empty="There are no versions.",
    )


def _line(version: VersionView, now: datetime) -> list[str]:
    authors = one_line(", ".join(version.authors), 30)
    names = one_line(", ".join(version.names), 60)
    return [version.id[:SHORT], show_age(version.at, now), authors, one_line(version.words, 60), names]


@history.command("name", short_help="Give a version a name.")
@click.argument("name")
@click.argument("version", default=NOW)
@project_option
@json_option
def name_version(name: str, version: str, project: Path | None, as_json: bool) -> None:
    """Give VERSION a NAME; without VERSION, the files as they are."""
    with connect(quiet=as_json) as client:
        chosen = _project(client, project)
        wanted = version if version == NOW else _find(client, chosen, version)
        named = client.projects.name_version(chosen, name, wanted)
    if as_json:
        print_json(named)
        return
    click.echo(f"Named {named.id[:SHORT]} {named.names[-1]}")


@history.command("restore", short_help="Go back to a version.")
@click.argument("version")
@click.argument("path", required=False)
@project_option
@json_option
def restore_version(version: str, path: str | None, project: Path | None, as_json: bool) -> None:
    """Write the files of VERSION again, or only PATH; what is there now is kept as a version first."""
    with connect(quiet=as_json) as client:
        chosen = _project(client, project)
        back = client.projects.go_back(chosen, _find(client, chosen, version), path)
    if as_json:
        print_json(back)
        return
    count = len(back.written) + len(back.removed)
    click.echo(f"Restored {count} file{'' if count == 1 else 's'}.")
    click.echo(f"To take it back: deepforge history restore {back.before[:SHORT]}")


def _project(client: Client, given: Path | None) -> ProjectId:
    return open_project(client, resolve().settings, given).id


def _find(client: Client, project: ProjectId, text: str) -> str:
    """The id of the version that a person means; a whole one may be of any age. Raises NotFound, BadInput."""
    if _WHOLE.fullmatch(text.lower()):
        return text.lower()
    known = [version.id for version in client.projects.history(project, limit=REACH).versions]
    found = [version for version in known if version.startswith(text.lower())]
    if len(found) > 1:
        raise BadInput(f"{text} may be any of {len(found)} versions.", "Give more digits.")
    if not found:
        raise NotFound(f"There is no version {text}.", "List them with deepforge history list.")
    return found[0]
