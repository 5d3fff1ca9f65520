"""Projects: the folders that lie in the data directory, or are linked there, and what their files say."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from deepforge.core.errors import InvalidProject, NotFound, UnknownName, did_you_mean
from deepforge.core.ids import ProjectId
from deepforge.core.operation import REQUIRED, Operation
from deepforge.core.pipeline import plain
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
from deepforge.core.user import Caller
from deepforge.services.house import House
from deepforge.services.planning import problems_of
from deepforge.services.readings import PipelineReading, ProjectReading
from deepforge.services.run_lines import summaries
from deepforge.store import artifacts, project_files, projects, runs
from deepforge.store.database import fresh_id
from deepforge.store.projects import ProjectRecord


def listing(house: House, caller: Caller) -> tuple[ProjectView, ...]:
    """All projects whose folders are there, by name. A folder that is new becomes a project by this."""
    entries = _entries(house)
    with house.database.read() as connection:
        known = {record.folder: record for record in projects.every(connection)}
    missing = [entry for entry in entries if entry not in known]
    if missing:
        with house.writing() as ledger:
            known = {record.folder: record for record in projects.every(ledger.connection)}
            for entry in missing:
                if entry not in known:
                    record = ProjectRecord(ProjectId(fresh_id()), entry, entry, caller.user, ledger.at)
                    projects.add(ledger.connection, record)
                    known[entry] = record
    with house.database.read() as connection:
        newest = {entry: runs.newest_of(connection, known[entry].id) for entry in entries}
        lines = [line for line in newest.values() if line]
        last = {found.id: found for found in summaries(connection, lines)}
    return tuple(
        ProjectView(
            id=known[entry].id,
            name=known[entry].name,
            created=known[entry].created,
            pipelines=_pipeline_names(house.data.projects / entry),
            last_run=last[line.id] if (line := newest[entry]) else None,
        )
        for entry in entries
    )


def find(house: House, caller: Caller, name: str) -> ProjectView:
    """The project of that name. Raises UnknownName."""
    found = listing(house, caller)
    for view in found:
        if view.name == name:
            return view
    raise UnknownName(f"There is no project {name}.", did_you_mean(name, (view.name for view in found)))


def show(house: House, caller: Caller, project: ProjectId) -> ProjectDetail:
    """One project as its files are now, with all that is wrong in them. Raises NotFound, InvalidProject."""
    with house.database.read() as connection:
        record = projects.find(connection, project)
        numbers = artifacts.numbers(connection, project)
    if record is None:
        raise NotFound(f"There is no project {project}.", "List the projects at /api/v1/projects.")
    reading = read(house, record)
    with house.database.read() as connection:
        earlier = house.interfaces.of_unreadable(connection, project, reading)
    views = [_operation_view(operation) for operation in reading.operations.values()]
    views += [replace(_operation_view(operation), current=False) for operation in earlier]
    return ProjectDetail(
        id=record.id,
        name=record.name,
        pipelines=tuple(
            _pipeline_view(name, found, problems_of(reading, found, numbers))
            for name, found in reading.pipelines.items()
        ),
        operations=tuple(sorted(views, key=lambda view: (view.name, view.file))),
        problems=(*reading.unreadable, *reading.problems),
        description=reading.settings.description,
    )


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


def _pipeline_names(folder: Path) -> tuple[str, ...]:
    base = folder / "pipelines"
    found = [*base.rglob("*.yaml"), *base.rglob("*.yml")]
    return tuple(
        sorted(path.relative_to(base).with_suffix("").as_posix() for path in found if path.is_file())
    )


def _pipeline_view(name: str, reading: PipelineReading, problems: list[Problem]) -> PipelineView:
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
                at=node.at,
            )
            for node in reading.pipeline.nodes.values()
        ),
        problems=tuple(problems),
    )


def _operation_view(operation: Operation) -> OperationView:
    return OperationView(
        name=operation.name,
        file=operation.file,
        form=operation.form,
        inputs=tuple(PortView(port.name, port.annotation, port.required) for port in operation.inputs),
        outputs=tuple(PortView(port.name, port.annotation) for port in operation.outputs),
        attributes=tuple(
            AttributeView(
                attribute.name, attribute.annotation, attribute.required, _shown_default(attribute.default)
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
