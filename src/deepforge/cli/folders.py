"""The project folder on this machine that a command means."""

from __future__ import annotations

from pathlib import Path

from deepforge.core.errors import InvalidProject
from deepforge.core.project import PROJECT_FILE


def find_project(given: Path | None) -> Path:
    """The project folder that a command means. Raises InvalidProject when there is none."""
    if given is not None:
        folder = given.expanduser().resolve()
        if not (folder / PROJECT_FILE).is_file() and not (folder / "pipelines").is_dir():
            raise InvalidProject(
                f"{given} is not a project: it has neither {PROJECT_FILE} nor a folder pipelines.",
                f"deepforge init {given} makes it one, and writes over nothing.",
            )
        return folder
    try:
        here = Path.cwd()
    except FileNotFoundError:
        raise InvalidProject(
            "The folder you are in was removed.", "Change to another, or name one with --project DIR."
        ) from None
    for folder in (here, *here.parents):
        if (folder / PROJECT_FILE).is_file():
            return folder
    if (here / "pipelines").is_dir():
        return here
    raise InvalidProject(
        f"{here} is not in a project: there is no {PROJECT_FILE} here or above.",
        "Name the folder with --project DIR, make a project of this one with deepforge init ., "
        "or a new one with deepforge init NAME.",
    )
