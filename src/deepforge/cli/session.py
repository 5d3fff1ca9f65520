"""The way from a command to the server: settings, a client, and the project that is meant."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from deepforge.cli.folders import find_project
from deepforge.cli.output import print_note
from deepforge.cli.settings import resolve
from deepforge.client import Client, ensure_server
from deepforge.core.artifact import parse_artifact_reference
from deepforge.core.errors import BadInput, InvalidProject
from deepforge.core.project import PROJECT_FILE, ProjectView, read_project_settings
from deepforge.core.settings import Settings

PROJECTS = "projects"
"""The folder of the data directory that holds a link to each project that was opened."""


def connect(flags: Mapping[str, object] = MappingProxyType({}), *, quiet: bool = False) -> Client:
    """A client of this data directory's server, which is started when none runs. Raises ServerUnreachable."""
    settings = resolve(flags).settings
    return Client.to(ensure_server(settings, notify=None if quiet else print_note), settings.home)


def open_project(client: Client, settings: Settings, given: Path | None) -> ProjectView:
    """The project that a command means, made known to the server first. Raises InvalidProject."""
    name = link_project(settings.home, find_project(given))
    return client.projects.find_folder(name)


def link_project(home: Path, folder: Path) -> str:
    """Link a project folder into the data directory and give the name it has there.

    Only who can write to the data directory can open a folder this way: clients of the server name projects,
    never paths. A folder that was linked before keeps its name; a name that another folder has gets a number.
    """
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    links = home / PROJECTS
    links.mkdir(exist_ok=True, mode=0o700)
    for link in sorted(links.iterdir()):
        if not link.name.startswith(".") and link.resolve() == folder:
            return link.name
    wanted = _name_of(folder)
    number = 1
    while True:
        link = links / (wanted if number == 1 else f"{wanted}-{number}")
        if link.is_symlink() and not link.exists():
            link.unlink(missing_ok=True)  # what it led to is gone: the name is free again
        try:
            os.symlink(folder, link, target_is_directory=True)
        except FileExistsError:
            if link.resolve() == folder:
                return link.name
            number += 1
        else:
            return link.name


def _name_of(folder: Path) -> str:
    file = folder / PROJECT_FILE
    try:
        name = read_project_settings(file.read_text(encoding="utf-8")).name if file.is_file() else None
    except UnicodeDecodeError:
        raise InvalidProject(f"{file} is not text in UTF-8.", "Save it as UTF-8.") from None
    name = (name or folder.name).strip()
    try:
        parse_artifact_reference(name)
    except BadInput as error:
        raise BadInput(f"{name!r} cannot name a project ({file}).", error.hint) from None
    return name.lstrip(".") or "project"
