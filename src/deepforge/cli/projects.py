"""`deepforge projects`: list, make, import, export, rename, duplicate, delete, restore, commit and open
projects.
"""

from __future__ import annotations

import webbrowser
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click

from deepforge.cli.options import json_option
from deepforge.cli.output import print_json, print_table
from deepforge.cli.session import connect, open_project
from deepforge.cli.settings import resolve
from deepforge.cli.states import styled
from deepforge.cli.terminal import one_line, show_age, show_size
from deepforge.core.commit import Changes, CommitRequest
from deepforge.core.errors import BadInput, Conflict, NotFound
from deepforge.core.project import ProjectView
from deepforge.core.project_name import folder_of_name

CHUNK = 1 << 20


@click.group()
def projects() -> None:
    """List, make, import, export, rename, duplicate, delete, restore, commit and open projects. PROJECT is a
    name.
    """


@projects.command("list", short_help="List projects.")
@click.option("--deleted", is_flag=True, help="Those that were deleted within a day, and can be restored.")
@json_option
def list_projects(deleted: bool, as_json: bool) -> None:
    """List projects with their last run."""
    with connect(quiet=as_json) as client:
        found = client.projects.removed() if deleted else client.projects.listing()
    if as_json:
        print_json({"projects": found})
        return
    now = datetime.now(UTC)
    print_table(
        ("project", "pipelines", "last run", ""),
        [_line(project, now) for project in found],
        empty="There are none." if deleted else "There is no project yet. Make one with deepforge init NAME.",
    )


def _line(project: ProjectView, now: datetime) -> list[str]:
    run = project.last_run
    last = f"{styled(run.state)} {show_age(run.created, now)}" if run else ""
    if project.removed is not None:
        last = f"deleted {show_age(project.removed, now)}"
    pipelines = one_line(", ".join(project.pipelines), 60)
    return [one_line(project.name, 60), pipelines, last, "linked" if project.linked else ""]


@projects.command("create", short_help="Make a project in the data directory.")
@click.argument("name")
@click.option("--template", help="What it begins as, such as digits; else it is empty.")
@json_option
def create_project(name: str, template: str | None, as_json: bool) -> None:
    """Make a project called NAME in the data directory, for the editor. For a folder here: deepforge init."""
    with connect(quiet=as_json) as client:
        made = client.projects.create(name, template)
    _tell(made, as_json, f"Made {made.name}")


@projects.command("import", short_help="Make a project from a zip or tar file.")
@click.argument("archive", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--name", help="Its name; else what its deepforge.toml says.")
@json_option
def import_project(archive: Path, name: str | None, as_json: bool) -> None:
    """Make a project from ARCHIVE, a zip or tar file; links, repositories and caches in it are left out."""
    with connect(quiet=as_json) as client:
        found = client.projects.import_archive(_chunks(archive), name)
    if as_json:
        print_json(found)
        return
    left_out = f"; {len(found.skipped)} links and caches were left out" if found.skipped else ""
    click.echo(f"Imported {found.project.name}{left_out}")


@projects.command("export", short_help="Pack a project into a zip file.")
@click.argument("project")
@click.option("--output", type=click.Path(path_type=Path), help="The file, or a folder for it.")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@json_option
def export_project(project: str, output: Path | None, force: bool, as_json: bool) -> None:
    """Pack the files of PROJECT into a zip file that can be imported again; hidden files stay here."""
    with connect(quiet=as_json) as client:
        found = client.projects.find(project)
        file = output or Path()
        if file.is_dir():
            file = file / f"{folder_of_name(found.name)}.zip"
        if file.exists() and not force:
            raise Conflict(f"{file} is there already.", "Name another with --output, or use --force.")
        file.parent.mkdir(parents=True, exist_ok=True)
        client.projects.export(found.id, file)
    if as_json:
        print_json({"project": found.id, "file": str(file), "size": file.stat().st_size})
        return
    click.echo(f"Packed {found.name} into {file} ({show_size(file.stat().st_size)})")


@projects.command("rename", short_help="Give a project another name.")
@click.argument("project")
@click.argument("name")
@json_option
def rename_project(project: str, name: str, as_json: bool) -> None:
    """Give PROJECT another NAME; its folder stays where it is."""
    with connect(quiet=as_json) as client:
        renamed = client.projects.rename(client.projects.find(project).id, name)
    _tell(renamed, as_json, f"{project} is now called {renamed.name}")


@projects.command("duplicate", short_help="Copy a project's files into a new one.")
@click.argument("project")
@click.argument("name", default="")
@json_option
def duplicate_project(project: str, name: str, as_json: bool) -> None:
    """Copy the files of PROJECT into a new one called NAME; runs and artifacts stay where they are."""
    with connect(quiet=as_json) as client:
        made = client.projects.duplicate(client.projects.find(project).id, name)
    _tell(made, as_json, f"Made {made.name}")


@projects.command("rm", short_help="Delete projects; they can be restored within a day.")
@click.argument("project", nargs=-1, required=True)
@json_option
def remove_projects(project: tuple[str, ...], as_json: bool) -> None:
    """Delete projects. A folder that was linked from elsewhere stays as it is."""
    with connect(quiet=as_json) as client:
        found = [client.projects.find(name) for name in project]
        for one in found:
            client.projects.remove(one.id)
    if as_json:
        print_json({"removed": [one.id for one in found]})
        return
    click.echo(f"Deleted {', '.join(project)}. For a day, deepforge projects restore brings it back.")


@projects.command("restore", short_help="Bring a deleted project back.")
@click.argument("project")
@json_option
def restore_project(project: str, as_json: bool) -> None:
    """Bring PROJECT back, which was deleted within the last day."""
    with connect(quiet=as_json) as client:
        back = client.projects.restore(client.projects.find_removed(project).id)
    _tell(back, as_json, f"{back.name} is back")


@projects.command("commit", short_help="Commit what changed to the project's git repository.")
@click.argument("project")
@click.argument("path", nargs=-1)
@click.option("--message", "-m", required=True, help="What the commit changes, in a line.")
@click.option("--author", help="As in 'Ada Lovelace <ada@example.org>'; else as git is set up.")
@json_option
def commit_changes(
    project: str, path: tuple[str, ...], message: str, author: str | None, as_json: bool
) -> None:
    """Commit the files PATH of PROJECT as they are now, or all that changed.

    What is staged of other files stays staged; no hook runs, and the commit is not signed.
    """
    with connect(quiet=as_json) as client:
        found = client.projects.find(project).id
        name, email = _author(author) if author else _own_author(client.projects.changes(found))
        made = client.projects.commit(found, CommitRequest(message, name, email, path or None))
    if as_json:
        print_json(made)
        return
    files = "1 file" if made.files == 1 else f"{made.files} files"
    click.echo(f"Committed {made.commit[:7]} to {one_line(made.branch, 60)} ({files})")


def _author(text: str) -> tuple[str, str]:
    name, _, email = text.rpartition("<")
    return name, email.rstrip("> ")


def _own_author(changes: Changes) -> tuple[str, str]:
    if changes.repository and (changes.name is None or changes.email is None):
        raise BadInput(
            "git does not know who commits.",
            "Say it with --author, or for good: git config --global user.name and user.email.",
        )
    return changes.name or "", changes.email or ""


@projects.command("open", short_help="Open a project in the browser.")
@click.argument("project", required=False)
@click.option("--no-browser", is_flag=True, help="Only print the address.")
@json_option
def open_in_browser(project: str | None, no_browser: bool, as_json: bool) -> None:
    """Open PROJECT, a name or a folder, in the browser; else the project of the folder you are in."""
    with connect(quiet=as_json) as client:
        try:
            found = client.projects.find(project) if project else None
        except NotFound:
            if project is None or not Path(project).is_dir():
                raise
            found = None
        if found is None:
            found = open_project(client, resolve().settings, Path(project) if project else None)
        url = f"{client.http.url}/projects/{found.id}"
    if not as_json:
        click.echo(url)
    if not (no_browser or as_json):
        webbrowser.open(url)
    if as_json:
        print_json({"id": found.id, "name": found.name, "url": url})


def _tell(project: ProjectView, as_json: bool, words: str) -> None:
    if as_json:
        print_json(project)
    else:
        click.echo(words)


def _chunks(file: Path) -> Iterator[bytes]:
    with file.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            yield chunk
