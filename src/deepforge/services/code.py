"""Code in the editor: its interface, edits of it, format, problems, completion, and new operations."""

from __future__ import annotations

import json
import sysconfig
from dataclasses import replace
from pathlib import Path

from deepforge.core.beginnings import begin
from deepforge.core.code import (
    LARGEST_SOURCE,
    Completions,
    Definition,
    Diagnostic,
    Edited,
    EditRequest,
    Followed,
    Formatted,
    Ground,
    Hover,
    InterfaceEdit,
    InterfaceView,
    NewOperation,
    Occurrence,
    OperationRename,
    OperationRequest,
    PlaceRequest,
    SourceRequest,
)
from deepforge.core.errors import Conflict, InvalidProject, TooLarge
from deepforge.core.file import check_path
from deepforge.core.following import followed
from deepforge.core.ids import ProjectId
from deepforge.core.inheritance import unseen_attributes
from deepforge.core.interface import check_name
from deepforge.core.module import read_module
from deepforge.core.operation import RESERVED, read_operation
from deepforge.core.pasting import file_name, operation_of
from deepforge.core.source import read_script_block
from deepforge.core.user import Caller
from deepforge.services import documents
from deepforge.services.house import House
from deepforge.services.projects import folder_of, operation_view, read, record_of
from deepforge.services.readings import ProjectReading
from deepforge.store import project_files


def interface(house: House, caller: Caller, project: ProjectId, request: SourceRequest) -> InterfaceView:
    """The interface of a source. One that cannot be read has the last that could, and the problems. Raises
    TooLarge, InvalidProject.
    """
    record = record_of(house, project)
    _refuse_large(request.source)
    source = request.source.removeprefix("\ufeff")
    reading = read_operation(source, request.path, with_digest=False)
    operation, problems = reading.operation, reading.problems
    if operation is not None:
        if operation.form == "class":
            home = read_module(source, request.path)
            modules = read(house, record).readings_of_modules | {home.name: home}
            problems += tuple(filter(None, [unseen_attributes(operation, modules)]))
        return InterfaceView(operation_view(operation), problems)
    last = house.interfaces.last(project, request.path)
    view = replace(operation_view(last), current=False) if last is not None else None
    return InterfaceView(view, problems)


def edit(house: House, caller: Caller, project: ProjectId, request: EditRequest) -> Edited:
    """The source after an edit of its interface. Raises as `Analysis.rewrite` does."""
    record_of(house, project)
    _refuse_large(request.source)
    return house.analyst().rewrite(request)


def follow(house: House, caller: Caller, project: ProjectId, change: OperationRename) -> Followed:
    """Have all pipelines use the new name of an operation, or of a port of it: connections stay.

    Raises BadInput, NoSpace.
    """
    check_name(change.to)
    folder = folder_of(house, record_of(house, project))
    documents.flush(house, project)
    changed = []
    for path in project_files.read_files(folder).files:
        if not path.startswith("pipelines/") or not path.endswith((".yaml", ".yml")):
            continue
        try:
            content = project_files.parse_yaml((folder / path).read_bytes(), path)
        except (InvalidProject, OSError):
            continue  # what cannot be read is not changed
        wanted = followed(content, change)
        if wanted is not content and project_files.write_yaml(folder, path, wanted):
            changed.append(path)
    return Followed(tuple(changed))


def format_source(house: House, caller: Caller, project: ProjectId, request: SourceRequest) -> Formatted:
    """The source in the usual format. Raises BadInput when it cannot be read, TooLarge, Unavailable."""
    record_of(house, project)
    _refuse_large(request.source)
    return Formatted(house.analyst().format(replace(request, path=_plain(request.path))))


def check(house: House, caller: Caller, project: ProjectId, request: SourceRequest) -> tuple[Diagnostic, ...]:
    """What is wrong in a source. Raises TooLarge, Unavailable."""
    record_of(house, project)
    _refuse_large(request.source)
    analyst = house.analyst()
    analyst.prepare()  # whoever has a file checked has it open, and goes on to write in it
    return analyst.check(replace(request, path=_plain(request.path)))


def complete(house: House, caller: Caller, project: ProjectId, request: PlaceRequest) -> Completions:
    """What may be written at a place. Raises TooLarge, Unavailable."""
    return house.analyst().complete(_ground(house, project, request), request)


def hover(house: House, caller: Caller, project: ProjectId, request: PlaceRequest) -> Hover:
    """What is known about the name at a place. Raises TooLarge, Unavailable."""
    return house.analyst().hover(_ground(house, project, request), request)


def definition(
    house: House, caller: Caller, project: ProjectId, request: PlaceRequest
) -> tuple[Definition, ...]:
    """Where the name at a place is made. Raises TooLarge, Unavailable."""
    return house.analyst().definition(_ground(house, project, request), request)


def references(
    house: House, caller: Caller, project: ProjectId, request: PlaceRequest
) -> tuple[Occurrence, ...]:
    """Where in the source the name at a place stands. Raises TooLarge, Unavailable."""
    return house.analyst().references(_ground(house, project, request), request)


def new_operation(
    house: House, caller: Caller, project: ProjectId, request: OperationRequest
) -> NewOperation:
    """The file that a new operation would be, with a name that is free; it is not written.

    Raises BadInput (also for code that cannot be one, with its line), UnknownName, Conflict when the name is
    taken.
    """
    record = record_of(house, project)
    reading = read(house, record)
    paths = project_files.read_files(folder_of(house, record)).files
    if request.source is not None:
        pasted = operation_of(request.source, request.name or None)
        name, source = pasted.name, pasted.source
        free = _free(name, reading)
        if free != name:
            path = f"operations/{file_name(free)}.py"
            renamed = InterfaceEdit("operation", value=free)
            name, source = free, house.analyst().rewrite(EditRequest(path, source, renamed)).source
    else:
        wanted = (request.name or "").strip() or "operation"
        check_name(wanted.replace(" ", "_").replace("-", "_"))
        name, source = begin(request.template or "function", wanted.replace(" ", "_").replace("-", "_"))
        if name in reading.operations:
            raise Conflict(f"There is an operation {name} already.", "Choose another name.")
    if name in RESERVED:
        raise Conflict(f"{name} is the name of a built-in operation.", "Choose another name.")
    path = f"operations/{file_name(name)}.py"
    check_path(path)
    if path in paths:
        raise Conflict(f"There is a file {path} already.", "Choose another name.")
    return NewOperation(path, source, name)


def _free(name: str, reading: ProjectReading) -> str:
    number, free = 2, name
    taken = {known.casefold() for known in (*reading.operations, *RESERVED)}
    files = {operation.file for operation in reading.operations.values()}
    while free.casefold() in taken or f"operations/{file_name(free)}.py" in files:
        free, number = f"{name}{'' if name[:1].isupper() else '_'}{number}", number + 1
    return free


def _ground(house: House, project: ProjectId, request: PlaceRequest) -> Ground:
    """Where the imports of a source lead: into the project, and into the packages of its environment."""
    record = record_of(house, project)
    _refuse_large(request.source)
    _plain(request.path)
    packages = _packages(house, request.source, request.path)
    if packages is None:
        paths = sysconfig.get_paths()
        packages = tuple(dict.fromkeys((paths["purelib"], paths["platlib"])))
    return Ground(str(folder_of(house, record).resolve()), packages)


def _packages(house: House, source: str, path: str) -> tuple[str, ...] | None:
    """The packages of the environment that the source declares; None when it was not built here."""
    declared, _ = read_script_block(source, path)
    if declared is None:
        return None
    root = house.data.home / "environments"
    try:
        lock = json.loads((root / "declared" / f"{declared.digest}.json").read_bytes())["lock"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    found = sorted(Path(root / str(lock)).glob("lib/python3*/site-packages"))
    return tuple(map(str, found)) or None


def _plain(path: str) -> str:
    """Raises BadInput for a path that no file of code has."""
    check_path(path)
    return path


def _refuse_large(source: str) -> None:
    if len(source) > LARGEST_SOURCE:
        raise TooLarge(
            f"The source has more than {LARGEST_SOURCE // 2**20} MiB.", "Divide it into several modules."
        )
