"""New projects: from a template, empty, from an archive, or as a copy of another."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from deepforge.core.errors import BadInput, TooLarge, UnknownName, did_you_mean
from deepforge.core.ids import ProjectId
from deepforge.core.project import PROJECT_FILE, ImportedProject, ProjectView
from deepforge.core.project_name import folder_of_name, free_name, parse_project_name, refuse_taken
from deepforge.core.user import Caller
from deepforge.services.house import House
from deepforge.services.projects import folder_of, listing, record_of, tell, view
from deepforge.store import archives, git, project_folders, projects
from deepforge.store.blobs import full_disk
from deepforge.store.database import fresh_id
from deepforge.store.examples import EMPTY, examples
from deepforge.store.project_folders import Fill
from deepforge.store.projects import ProjectRecord

_SIGNS = (PROJECT_FILE, "pipelines", "operations")
"""One of these at least lies in the folder of a project."""


def create(house: House, caller: Caller, name: str, template: str | None = None) -> ProjectView:
    """Make a project that begins as a template, or empty. Raises BadInput, UnknownName, Conflict, NoSpace."""
    name = parse_project_name(name)
    known = examples()
    chosen = template or EMPTY
    if chosen not in known:
        raise UnknownName(f"There is no template {chosen!r}.", did_you_mean(chosen, known))
    source = known[chosen]
    words = "Begin" if chosen == EMPTY else f"Begin as {chosen}"
    return _make(house, caller, name, words, partial(project_folders.copy_tree, source))


def duplicate(house: House, caller: Caller, project: ProjectId, name: str | None = None) -> ProjectView:
    """Make a project with the same files; runs and artifacts stay where they are.

    Raises NotFound and as above.
    """
    record = record_of(house, project)
    wanted = parse_project_name(name) if name is not None else free_name(record.name, _names(house, caller))
    copy = partial(project_folders.copy_tree, folder_of(house, record))
    return _make(house, caller, wanted, f"Begin as a copy of {record.name}", copy)


def import_archive(
    house: House, caller: Caller, chunks: Iterable[bytes], name: str | None = None
) -> ImportedProject:
    """Make a project from a zip or tar file that is given in chunks.

    Without a name it is called as its deepforge.toml says, or as the folder in the archive. Raises BadInput,
    TooLarge, Conflict, NoSpace.
    """
    wanted = parse_project_name(name) if name is not None else None
    home = house.data.home
    with full_disk(home), tempfile.TemporaryDirectory(dir=home, prefix=".import-") as temporary:
        archive, unpacked = Path(temporary, "archive"), Path(temporary, "folder")
        _receive(chunks, archive)
        unpacked.mkdir()
        found = archives.unpack(archive, unpacked)
        os.unlink(archive)
        if not any((unpacked / sign).exists() for sign in _SIGNS):
            raise BadInput(
                "The archive holds no project: no deepforge.toml, and no folder pipelines or operations.",
                "In that folder, deepforge init . adds what is missing; then import it again. "
                "Or make a new project and add the files to it.",
            )
        if wanted is None:
            said = project_folders.name_in(unpacked) or found.name or "imported"
            wanted = free_name(parse_project_name(said), _names(house, caller))
        copy = partial(project_folders.copy_tree, unpacked)
        return ImportedProject(_make(house, caller, wanted, "Import", copy), found.skipped)


def _receive(chunks: Iterable[bytes], archive: Path) -> None:
    size = 0
    with archive.open("wb") as out:
        for chunk in chunks:
            size += len(chunk)
            if size > archives.LARGEST:
                raise TooLarge(
                    f"The archive is larger than {archives.LARGEST // 2**30} GiB.",
                    "Leave data out, and save it as artifacts.",
                )
            out.write(chunk)


def _make(house: House, caller: Caller, name: str, words: str, fill: Fill) -> ProjectView:
    refuse_taken(name, _names(house, caller))

    def fill_and_commit(folder: Path) -> None:
        fill(folder)
        project_folders.name_project(folder, name)
        if git.is_there():
            git.begin_repository(folder, caller.name, words)

    entry = project_folders.make(house.data.projects, folder_of_name(name), fill_and_commit)
    try:
        project = _record(house, caller, name, entry)
    except BaseException:
        project_folders.remove_for_good(house.data.projects, entry)
        raise
    return view(house, caller, project)


def _record(house: House, caller: Caller, name: str, entry: str) -> ProjectId:
    """Record the project in a new folder. Raises Conflict when somebody took the name meanwhile."""
    with house.writing() as ledger:
        known = projects.every(ledger.connection)
        record = next((one for one in known if one.folder == entry), None)
        refuse_taken(name, (one.name for one in known if one is not record))
        if record is None:
            record = ProjectRecord(ProjectId(fresh_id()), name, entry, caller.user, ledger.at)
            projects.add(ledger.connection, record)
            tell(ledger, record.id, "added", {"name": name})
        elif record.name != name:  # somebody listed the projects in between
            projects.rename(ledger.connection, record.id, name, ledger.at)
            tell(ledger, record.id, "renamed", {"name": name})
    return record.id


def _names(house: House, caller: Caller) -> list[str]:
    return [project.name for project in listing(house, caller)]
