"""Exporting: a project's files as a ZIP file, which an import makes the same project of."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from deepforge.core.errors import InvalidProject
from deepforge.core.ids import ProjectId
from deepforge.core.project_name import folder_of_name
from deepforge.core.user import Caller
from deepforge.services import documents, zips
from deepforge.services.house import House
from deepforge.services.projects import folder_of, record_of
from deepforge.store import project_folders


@dataclass(frozen=True)
class Export:
    """A ZIP file: what it is called, and its bytes, which are made while they are read."""

    name: str
    chunks: Iterator[bytes]


def export(house: House, caller: Caller, project: ProjectId) -> Export:
    """All files of a project as they are now, in one folder, however many.

    Hidden files, caches, environments, links that lead out and the data directory stay at home. Raises
    NotFound, InvalidProject when the folder is gone or one of its files may not be read.
    """
    record = record_of(house, project)
    folder = folder_of(house, record).resolve()
    documents.flush(house, project)
    home = house.data.home.resolve()
    is_around = home.is_relative_to(folder)
    outer = _outer(record.name)
    members = [
        _member(folder / path, f"{outer}/{path.as_posix()}", facts)
        for path, facts in project_folders.shown_files(folder)
        if not (is_around and (folder / path).resolve().is_relative_to(home))
    ]
    return Export(f"{record.name}.zip", zips.zipped(members, packed=True))


def _outer(name: str) -> str:
    """A folder around everything; not one that an import would take for a part of the project."""
    folder = folder_of_name(name)
    return f"{folder}-project" if folder in ("operations", "pipelines") else folder


def _member(file: Path, path: str, facts: os.stat_result) -> zips.Member:
    if not os.access(file, os.R_OK):
        raise InvalidProject(
            f"{path.partition('/')[2]} may not be read.", "Look at its rights, or remove it."
        )
    year, month, day, hour, minute, second = time.localtime(facts.st_mtime)[:6]
    return zips.Member(
        path,
        facts.st_size,
        lambda: file.open("rb"),
        bool(facts.st_mode & stat.S_IXUSR),
        (year, month, day, hour, minute, second),
    )
