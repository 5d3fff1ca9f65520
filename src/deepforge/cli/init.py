"""`deepforge init`: a new project folder from an example, or what a folder lacks to be one."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import click

from deepforge.cli.options import json_option
from deepforge.cli.output import print_json
from deepforge.core.artifact import parse_artifact_reference
from deepforge.core.errors import Conflict, NoSpace, UnknownName, did_you_mean
from deepforge.core.project import PROJECT_FILE
from deepforge.store.examples import examples

STARTER = "starter"
"""The example that is copied when none is named."""

FRAME = "empty"
"""The example from which a folder that is there gets what it lacks."""

_LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.pyc", ".*", "deepforge-output")


@click.command()
@click.argument("name", type=click.Path(path_type=Path))
@click.option("--example", help="Copy this example instead of the starter, such as digits or tabular.")
@json_option
def init(name: Path, example: str | None, as_json: bool) -> None:
    """Make a new project folder called NAME, or a project of a folder that is there, such as `.`.

    The starter has two operations and a pipeline that runs at once; --example digits trains a network on real
    data. In a folder that has files already, only what a project needs is added, and nothing is written over.
    """
    known = examples()
    chosen = example or STARTER
    if chosen not in known:
        raise UnknownName(f"There is no example {chosen!r}.", did_you_mean(chosen, known))
    folder = name.expanduser().resolve()
    parse_artifact_reference(folder.name)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        if example or not folder.is_dir():
            raise Conflict(f"{name} is there already.", "Choose another name, or an empty folder.")
        _complete(name, folder, as_json)
        return
    try:
        shutil.copytree(known[chosen], folder, ignore=_LEFT_OUT, dirs_exist_ok=True, copy_function=_copy)
        _rename(folder / PROJECT_FILE, folder.name)
    except (OSError, shutil.Error) as error:
        raise _not_written(name, error) from None
    pipelines = sorted(file.stem for file in (folder / "pipelines").glob("*.y*ml"))
    if as_json:
        print_json({"name": folder.name, "folder": str(folder), "example": chosen, "pipelines": pipelines})
        return
    click.echo(f"Made {name}, with {_listed(pipelines)}. Now:\n")
    click.echo(f"  cd {name}\n  deepforge run {pipelines[0] if pipelines else 'PIPELINE'}")


def _complete(name: Path, folder: Path, as_json: bool) -> None:
    """Add to a folder that is there what it lacks to be a project. Raises Conflict when it lacks nothing."""
    try:
        added = _add_what_is_missing(folder)
    except OSError as error:
        raise _not_written(name, error) from None
    if not added:
        raise Conflict(
            f"{name} is a project already.",
            f"Show it with deepforge projects open {name}, or choose another name for a new one.",
        )
    pipelines = sorted(file.stem for file in (folder / "pipelines").glob("*.y*ml"))
    if as_json:
        about = {"name": folder.name, "folder": str(folder), "example": None, "pipelines": pipelines}
        print_json({**about, "added": added})
        return
    click.echo(
        f"{folder.name} is a project now. Added: {', '.join(added)}. No other file was touched. Now:\n"
    )
    click.echo(f"  deepforge projects open {name}\n")
    click.echo("Operations go into the folder operations; the guide 'From a script to a pipeline' shows how.")


def _add_what_is_missing(folder: Path) -> list[str]:
    frame = examples()[FRAME]
    added = []
    for name in ("operations", "pipelines"):
        if not (folder / name).is_dir():
            (folder / name).mkdir()
            added.append(f"{name}/")
            for file in sorted((frame / name).glob("*.yaml")):
                shutil.copyfile(file, folder / name / file.name)
    if not (folder / PROJECT_FILE).exists():
        with (folder / PROJECT_FILE).open("x", encoding="utf-8") as settings:
            settings.write(f"name = {json.dumps(folder.name, ensure_ascii=False)}\n")
        added.append(PROJECT_FILE)
    return added


def _not_written(name: Path, error: Exception) -> NoSpace:
    return NoSpace(
        f"{name} could not be written: {error}", "Look at the disk's space and the folder's rights."
    )


def _copy(source: str, target: str) -> None:
    """Copy the content alone: an installed example may be read-only, a new project must not be."""
    shutil.copyfile(source, target)


def _rename(file: Path, name: str) -> None:
    import tomlkit

    document = tomlkit.parse(file.read_text(encoding="utf-8"))
    document["name"] = name
    file.write_text(tomlkit.dumps(document), encoding="utf-8")


def _listed(pipelines: list[str]) -> str:
    return f"the pipeline{'s' if len(pipelines) > 1 else ''} {', '.join(pipelines)}"
