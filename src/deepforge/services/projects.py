"""Projects: the folders that lie in the data directory, or are linked there, and what their files say."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from deepforge.core.catalogue import ResourceList
from deepforge.core.errors import InvalidProject, NotFound, UnknownName, did_you_mean
from deepforge.core.ids import ProjectId
from deepforge.core.operation import REQUIRED, Operation
from deepforge.core.parameter import written
from deepforge.core.pipeline import BUILT_INS, plain
from deepforge.core.problem import Problem
from deepforge.core.project import (
    AttributeView,
    NodeView,
    OperationView,
    PipelineView,
    PortView,
    ProjectDetail,
    ProjectView,
)
from deepforge.core.project_name import free_name, parse_project_name, refuse_taken
from deepforge.core.user import Caller
from deepforge.services.house import House
from deepforge.services.ledger import Ledger
from deepforge.services.planning import problems_of
from deepforge.services.readings import PipelineReading, ProjectReading
from deepforge.services.run_lines import summaries
from deepforge.store import artifacts, project_files, project_folders, projects, run_lines
from deepforge.store.database import fresh_id
from deepforge.store.projects import ProjectRecord


def listing(house: House, caller: Caller) -> tuple[ProjectView, ...]:
    """All projects whose folders are there, by name. A folder that is new becomes a project by this."""
    entries = _entries(house)
    with house.database.read() as connection:
        known = {record.folder: record for record in projects.every(connection)}
    if any(entry not in known for entry in entries):
        with house.writing() as ledger:
            known = {record.folder: record for record in projects.every(ledger.connection)}
            for entry in entries:
                if entry not in known:
                    known[entry] = _meet(house, ledger, caller, entry, [one.name for one in known.values()])
    return _views(house, [known[entry] for entry in entries])


def view(house: House, caller: Caller, project: ProjectId) -> ProjectView:
    """One project as a line of the list. Raises NotFound."""
    return _views(house, [record_of(house, project)])[0]


def find(house: House, caller: Caller, name: str) -> ProjectView:
    """The project of that name. Raises UnknownName."""
    found = listing(house, caller)
    for view in found:
        if view.name == name:
            return view
    raise UnknownName(f"There is no project {name}.", did_you_mean(name, (view.name for view in found)))


def show(house: House, caller: Caller, project: ProjectId) -> ProjectDetail:
    """One project as its files are now, with all that is wrong in them. Raises NotFound, InvalidProject."""
    record = record_of(house, project)
    with house.database.read() as connection:
        numbers = artifacts.numbers(connection, project)
    reading = read(house, record)
    earlier = house.interfaces.of_unreadable(project, reading)
    views = [operation_view(operation) for operation in reading.operations.values()]
    views += [replace(operation_view(operation), form="built-in") for operation in BUILT_INS.values()]
    views += [replace(operation_view(operation), current=False) for operation in earlier]
    return ProjectDetail(
        id=record.id,
        name=record.name,
        pipelines=tuple(
            pipeline_view(name, found, problems_of(reading, found, numbers))
            for name, found in reading.pipelines.items()
        ),
        operations=tuple(sorted(views, key=lambda view: (view.name, view.file))),
        problems=(*reading.unreadable, *reading.problems),
        description=reading.settings.description,
        folder=record.folder,
    )


def resources(house: House, caller: Caller, project: ProjectId) -> ResourceList:
    """The classes and functions that references may name, and the modules that cannot be read. Raises
    NotFound, InvalidProject.
    """
    folder = folder_of(house, record_of(house, project))
    return house.current.read(folder).reading.catalogue.listing()


def rename(house: House, caller: Caller, project: ProjectId, name: str) -> ProjectView:
    """Give a project another name; its folder and its files stay as they are. Raises BadInput, Conflict."""
    name = parse_project_name(name)
    with house.writing() as ledger:
        known = {record.id: record.name for record in projects.every(ledger.connection)}
        if project not in known:
            raise missing(ledger.connection, project)
        refuse_taken(name, (taken for other, taken in known.items() if other != project))
        projects.rename(ledger.connection, project, name, ledger.at)
        tell(ledger, project, "renamed", {"name": name})
    return view(house, caller, project)


def record_of(house: House, project: ProjectId) -> ProjectRecord:
    """The row of a project. Raises NotFound, which says so when it was deleted."""
    with house.database.read() as connection:
        return known_project(connection, project)


def known_project(connection: Connection, project: ProjectId) -> ProjectRecord:
    """The row of a project. Raises NotFound, which says so when it was deleted."""
    record = projects.find(connection, project)
    if record is None:
        raise missing(connection, project)
    return record


def missing(connection: Connection, project: ProjectId) -> NotFound:
    """That a project is not there, and what to do about it."""
    hidden = projects.find_removed(connection, project)
    if hidden is not None:
        return NotFound(f"The project {hidden.name} was deleted.", "Restore it within a day to use it again.")
    return NotFound(f"There is no project {project}.", "List the projects with `deepforge projects list`.")


def tell(ledger: Ledger, project: ProjectId, kind: str, data: dict[str, Any]) -> None:
    """Tell the list of projects, and whoever has this one open."""
    ledger.tell("projects", project, kind, {"id": project, **data})
    ledger.tell(f"project:{project}", project, "project", {"change": kind, **data})


def read(house: House, record: ProjectRecord) -> ProjectReading:
    """What the files of a project say now. Raises InvalidProject when its folder is gone."""
    folder = folder_of(house, record)
    files = project_files.read_files(folder).files
    reading = house.readings.read(
        {path: entry.digest for path, entry in files.items()}, lambda path: (folder / path).read_bytes()
    )
    house.interfaces.keep(record.id, reading)
    return reading


def folder_of(house: House, record: ProjectRecord) -> Path:
    """The folder of a project. Raises InvalidProject when it is gone."""
    folder = house.data.projects / record.folder
    if not folder.is_dir():
        raise InvalidProject(
            f"The folder of the project {record.name} is gone.",
            f"It was at {os.path.realpath(folder)}: bring it back, or remove the link {folder}.",
        )
    return folder


def _entries(house: House) -> list[str]:
    """The names of the folders in the projects folder."""
    try:
        found = os.listdir(house.data.projects)
    except FileNotFoundError:
        return []
    return sorted(
        name
        for name in found
        if name.isprintable() and not name.startswith(".") and (house.data.projects / name).is_dir()
    )


def _meet(house: House, ledger: Ledger, caller: Caller, entry: str, taken: list[str]) -> ProjectRecord:
    """Make a folder that is new a project; a link to the folder of one that was deleted brings that back."""
    connection = ledger.connection
    name = free_name(entry, taken)
    if (target := project_folders.leads_to(house.data.projects, entry)) is not None:
        for hidden in projects.removed(connection):
            if project_folders.leads_to(house.data.projects, hidden.folder) == target:
                project_folders.remove_for_good(house.data.projects, hidden.folder)
                projects.bring_back(connection, hidden.id, name, entry, ledger.at)
                tell(ledger, hidden.id, "restored", {"name": name})
                return replace(hidden, name=name, folder=entry, removed=None)
    record = ProjectRecord(ProjectId(fresh_id()), name, entry, caller.user, ledger.at)
    projects.add(connection, record)
    tell(ledger, record.id, "added", {"name": name})
    return record


def _views(house: House, records: list[ProjectRecord]) -> tuple[ProjectView, ...]:
    with house.database.read() as connection:
        newest = {record.id: run_lines.newest_of(connection, record.id) for record in records}
        last = {
            found.id: found for found in summaries(connection, [line for line in newest.values() if line])
        }
    return tuple(
        ProjectView(
            id=record.id,
            name=record.name,
            created=record.created,
            pipelines=_pipeline_names(house.data.projects / record.folder),
            last_run=last[line.id] if (line := newest[record.id]) else None,
            folder=record.folder,
            linked=(house.data.projects / record.folder).is_symlink(),
            removed=record.removed,
        )
        for record in records
    )


def _pipeline_names(folder: Path) -> tuple[str, ...]:
    base = folder / "pipelines"
    found = [*base.rglob("*.yaml"), *base.rglob("*.yml")]
    return tuple(
        sorted(path.relative_to(base).with_suffix("").as_posix() for path in found if path.is_file())
    )


def pipeline_view(name: str, reading: PipelineReading, problems: list[Problem]) -> PipelineView:
    return PipelineView(
        name=name,
        file=reading.pipeline.file,
        nodes=tuple(
            NodeView(
                name=node.name,
                operation=node.operation,
                attributes=node.attributes,
                references=node.references,
                inputs={port: str(source) for port, source in node.inputs.items()},
                resources=node.resources,
                cache=node.cache,
                bypass=node.bypass,
                through=node.through,
                mute=node.mute,
                pin=node.pin,
                at=node.at,
            )
            for node in reading.pipeline.nodes.values()
        ),
        problems=tuple(problems),
    )


def operation_view(operation: Operation) -> OperationView:
    return OperationView(
        name=operation.name,
        file=operation.file,
        form=operation.form,
        inputs=tuple(
            PortView(port.name, port.annotation, port.required, written(port.default), port.doc)
            for port in operation.inputs
        ),
        outputs=tuple(PortView(port.name, port.annotation, doc=port.doc) for port in operation.outputs),
        attributes=tuple(
            AttributeView(
                attribute.name,
                attribute.annotation,
                attribute.required,
                _shown_default(attribute.fallback),
                written(attribute.default),
                attribute.doc,
                attribute.reference,
                attribute.enumeration.members if attribute.enumeration else (),
                attribute.optional,
            )
            for attribute in operation.attributes
        ),
        doc=operation.doc,
        line=operation.line,
    )


def _shown_default(default: object) -> object:
    """A default as JSON can show it; one that is an expression as its text."""
    if default is REQUIRED:
        return None
    try:
        return plain(default)
    except ValueError:
        return getattr(default, "text", None) or repr(default)
