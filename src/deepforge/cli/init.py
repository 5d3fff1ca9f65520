"""`deepforge init`: a new project folder, from the starter or from an example."""

from __future__ import annotations

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

_LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.pyc", ".*", "deepforge-output")


@click.command()
@click.argument("name", type=click.Path(path_type=Path))
@click.option("--example", help="Copy this example instead of the starter, such as digits or tabular.")
@json_option
def init(name: Path, example: str | None, as_json: bool) -> None:
    """Make a new project folder called NAME.

    The starter has two operations and a pipeline that runs at once; --example digits trains a network on real
    data.
    """
    known = examples()
    chosen = example or STARTER
    if chosen not in known:
        raise UnknownName(f"There is no example {chosen!r}.", did_you_mean(chosen, known))
    folder = name.expanduser().resolve()
    parse_artifact_reference(folder.name)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Conflict(f"{name} is there already.", "Choose another name, or an empty folder.")
    try:
        shutil.copytree(known[chosen], folder, ignore=_LEFT_OUT, dirs_exist_ok=True, copy_function=_copy)
        _rename(folder / PROJECT_FILE, folder.name)
    except (OSError, shutil.Error) as error:
        raise NoSpace(
            f"{name} could not be written: {error}", "Look at the disk's space and the folder's rights."
        ) from None
    pipelines = sorted(file.stem for file in (folder / "pipelines").glob("*.y*ml"))
    if as_json:
        print_json({"name": folder.name, "folder": str(folder), "example": chosen, "pipelines": pipelines})
        return
    click.echo(f"Made {name}, with {_listed(pipelines)}. Now:\n")
    click.echo(f"  cd {name}\n  deepforge run {pipelines[0] if pipelines else 'PIPELINE'}")


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
