"""`deepforge artifacts`: list, show, put, get, rename, tag, remove and restore artifacts."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from deepforge.cli.folders import find_project
from deepforge.cli.options import json_option, project_option
from deepforge.cli.output import print_json, print_table
from deepforge.cli.session import connect, link_project, open_project
from deepforge.cli.settings import resolve
from deepforge.cli.terminal import clean, one_line, show_age, show_size
from deepforge.cli.transfer import download, upload
from deepforge.client import Client
from deepforge.core.artifact import ArtifactSummary, ArtifactVersion, parse_artifact_reference
from deepforge.core.errors import BadInput, Conflict, InvalidProject, NotFound, did_you_mean

SHORT_DIGEST = 12


@click.group()
def artifacts() -> None:
    """List, show, put, get, rename, tag, remove and restore artifacts: named, typed, versioned data.

    ARTIFACT is a name for the newest version, or name@3 for version 3. It is looked for in the project of
    --project, else in the one you are in, else in all.
    """


@artifacts.command("list", short_help="List artifacts.")
@project_option
@json_option
def list_artifacts(project: Path | None, as_json: bool) -> None:
    """List artifacts, each with its newest version: those of --project, else all."""
    with connect(quiet=as_json) as client:
        chosen = open_project(client, resolve().settings, project).id if project else None
        found = client.artifacts.listing(project=chosen)
    if as_json:
        print_json({"artifacts": found})
        return
    now = datetime.now(UTC)
    print_table(
        ("artifact", "version", "type", "size", "saved", "project"),
        [
            [
                one_line(item.name, 60),
                str(item.versions),
                one_line(item.type, 40),
                show_size(item.size),
                show_age(item.created, now),
                one_line(item.project_name, 40),
            ]
            for item in found
        ],
        empty="There is no artifact yet. An Output in a pipeline saves one; so does deepforge artifacts put.",
        right=("version", "size"),
    )


@artifacts.command("show", short_help="Show a version and what made it.")
@click.argument("artifact")
@project_option
@json_option
def show_artifact(artifact: str, project: Path | None, as_json: bool) -> None:
    """Show a version of an artifact: what it is, and what made it."""
    with connect(quiet=as_json) as client:
        summary = _summary(client, artifact, project)
        version = client.artifacts.find(summary.project, artifact)
    if as_json:
        print_json(version)
        return
    _print_version(version, summary)


def _print_version(version: ArtifactVersion, summary: ArtifactSummary) -> None:
    title = click.style(f"{one_line(version.name)}@{version.version}", bold=True)
    click.echo(f"{title} of {summary.versions}")
    lines = {
        "project": summary.project_name,
        "type": f"{version.type}, kept as {version.codec}",
        "size": show_size(version.size),
        "digest": version.digest,
        "saved": f"{version.created}{f' by {version.author}' if version.author else ''}",
    }
    made = version.lineage
    if made.run:
        lines |= {"run": made.run, "made by": f"{made.operation} ({made.job_name}.{made.output})"}
        lines |= {f"attribute {name}": str(value) for name, value in made.attributes.items()}
        lines |= {f"input {name}": digest[:SHORT_DIGEST] for name, digest in made.inputs.items()}
        lines |= {
            "code": (made.source or "")[:SHORT_DIGEST],
            "snapshot": (made.snapshot or "")[:SHORT_DIGEST],
        }
        lines |= {"environment": (made.environment or "")[:SHORT_DIGEST]}
    width = max(len(one_line(name)) for name in lines)
    for name, value in lines.items():
        click.echo(f"{one_line(name):{width}}  {one_line(value)}")


@artifacts.command("put", short_help="Save a file or folder as a version.")
@click.argument("name")
@click.argument("path", type=click.Path(path_type=Path, exists=True))
@project_option
@json_option
def put_artifact(name: str, path: Path, project: Path | None, as_json: bool) -> None:
    """Save the file or folder PATH as the next version of the artifact NAME.

    .npy, .json and .png files reach an operation as an array, a value and an image; others as bytes.
    """
    wanted, version = parse_artifact_reference(name)
    if version is not None:
        raise BadInput(f"{name} names a version.", f"Versions are counted up: put {wanted} without one.")
    with connect(quiet=as_json) as client:
        opened = open_project(client, resolve().settings, project)
        saved = upload(client, opened.id, wanted, path)
    if as_json:
        print_json(saved)
        return
    name = click.style(f"{one_line(saved.name)}@{saved.version}", bold=True)
    click.echo(f"Saved {name}, {show_size(saved.size)}")


@artifacts.command("get", short_help="Fetch a version into a file or folder.")
@click.argument("artifact")
@click.option(
    "--output", "-o", type=click.Path(path_type=Path), help="What to write; else the artifact's name."
)
@click.option("--force", is_flag=True, help="Overwrite a file that is there.")
@project_option
@json_option
def get_artifact(
    artifact: str, output: Path | None, force: bool, project: Path | None, as_json: bool
) -> None:
    """Fetch the bytes of an artifact into a file, or a folder when it is one."""
    with connect(quiet=as_json) as client:
        summary = _summary(client, artifact, project)
        version = client.artifacts.find(summary.project, artifact)
        target = download(client, version, output, force)
    if as_json:
        print_json({"file": str(target), "artifact": version})
        return
    click.echo(f"Wrote {target}, {show_size(version.size)}")


@artifacts.command("rm", short_help="Remove artifacts with all versions.")
@click.argument("artifact", nargs=-1, required=True)
@project_option
@json_option
def remove_artifacts(artifact: tuple[str, ...], project: Path | None, as_json: bool) -> None:
    """Remove artifacts with all their versions. For a while, restore brings them back."""
    with connect(quiet=as_json) as client:
        found = [_summary(client, name, project) for name in artifact]
        for name in artifact:
            if parse_artifact_reference(name)[1] is not None:
                raise BadInput(f"{name} names one version; all are removed together.", "Give its name.")
        for summary in found:
            client.artifacts.remove(summary.id)
    if as_json:
        print_json({"removed": found})
        return
    names = ", ".join(one_line(summary.name) for summary in found)
    click.echo(f"Removed {names}. deepforge artifacts restore brings it back.")


@artifacts.command("rename", short_help="Call an artifact otherwise.")
@click.argument("artifact")
@click.argument("name")
@project_option
@json_option
def rename_artifact(artifact: str, name: str, project: Path | None, as_json: bool) -> None:
    """Call an artifact NAME from now on. Pipelines that name it are to be changed by you."""
    with connect(quiet=as_json) as client:
        renamed = client.artifacts.rename(_summary(client, artifact, project).id, name)
    if as_json:
        print_json(renamed)
        return
    click.echo(f"{one_line(artifact)} is now {one_line(renamed.name)}")


@artifacts.command("tag", short_help="Give an artifact tags, or take them away.")
@click.argument("artifact")
@click.argument("tags", nargs=-1)
@click.option("--remove", "-r", multiple=True, metavar="TAG", help="Take a tag away.")
@project_option
@json_option
def tag_artifact(
    artifact: str, tags: tuple[str, ...], remove: tuple[str, ...], project: Path | None, as_json: bool
) -> None:
    """Give an artifact TAGS besides those it has, and say which it has then."""
    with connect(quiet=as_json) as client:
        summary = _summary(client, artifact, project)
        wanted = [tag for tag in (*summary.tags, *tags) if tag not in remove]
        tagged = client.artifacts.tag(summary.id, wanted)
    if as_json:
        print_json(tagged)
        return
    shown = ", ".join(one_line(tag) for tag in tagged.tags) or "no tags"
    click.echo(f"{one_line(tagged.name)}: {shown}")


@artifacts.command("restore", short_help="Bring back what was removed lately.")
@click.argument("artifact")
@project_option
@json_option
def restore_artifact(artifact: str, project: Path | None, as_json: bool) -> None:
    """Bring back an artifact that was removed lately, with all its versions."""
    with connect(quiet=as_json) as client:
        opened = open_project(client, resolve().settings, project)
        restored = client.artifacts.restore(opened.id, artifact)
    if as_json:
        print_json(restored)
        return
    click.echo(f"Restored {one_line(restored.name)}")


def _project_name(given: Path | None) -> str | None:
    """The name of the project that is meant; None when nobody named one and one is in none."""
    home = resolve().settings.home
    if given is not None:
        return link_project(home, find_project(given))
    try:
        return link_project(home, find_project(None))
    except InvalidProject:
        return None


def _summary(client: Client, reference: str, project: Path | None) -> ArtifactSummary:
    """The artifact that is meant. Raises NotFound with the nearest names, Conflict when several projects have
    it.
    """
    name, _ = parse_artifact_reference(reference)
    chosen = _project_name(project)
    everything = client.artifacts.listing()
    known = [item for item in everything if chosen in (None, item.project_name)]
    found = [item for item in known if item.name == name]
    if not found and project is None:
        found = [item for item in everything if item.name == name]
    if not found:
        raise NotFound(f"There is no artifact {name!r}.", did_you_mean(name, [item.name for item in known]))
    if len(found) > 1:
        projects = ", ".join(sorted(clean(item.project_name) for item in found))
        raise Conflict(
            f"{len(found)} projects have an artifact {name!r}: {projects}.", "Choose one with --project DIR."
        )
    return found[0]
