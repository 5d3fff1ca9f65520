"""Project folders on this machine: the one that is meant, and those that ship as examples."""

from __future__ import annotations

from pathlib import Path

import deepforge
from deepforge.core.errors import InvalidProject
from deepforge.core.project import PROJECT_FILE

STARTER = "starter"
"""The example that `init` copies when none is named."""


def find_project(given: Path | None) -> Path:
    """The project folder that a command means. Raises InvalidProject when there is none."""
    if given is not None:
        folder = given.expanduser().resolve()
        if not (folder / PROJECT_FILE).is_file() and not (folder / "pipelines").is_dir():
            raise InvalidProject(
                f"{given} is not a project: it has neither {PROJECT_FILE} nor a folder pipelines.",
                "deepforge init NAME makes a new project.",
            )
        return folder
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / PROJECT_FILE).is_file():
            return folder
    if (here / "pipelines").is_dir():
        return here
    raise InvalidProject(
        f"{here} is not in a project: there is no {PROJECT_FILE} here or above.",
        "Name the folder with --project DIR, or make a project with deepforge init NAME.",
    )


def examples() -> dict[str, Path]:
    """The example projects by name: those inside the package, or those of the checkout it runs from."""
    package = Path(deepforge.__file__).resolve().parent
    for root in (package / "examples", package.parent.parent / "examples"):
        found = {file.parent.name: file.parent for file in sorted(root.glob(f"*/{PROJECT_FILE}"))}
        if found:
            return found
    return {}
