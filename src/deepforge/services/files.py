"""Files of a project: listed, read, made, renamed, deleted, searched."""

from __future__ import annotations

from pathlib import Path

from deepforge.core.code import LARGEST_SOURCE
from deepforge.core.digest import digest_of
from deepforge.core.errors import BadInput, InvalidProject, NotFound, TooLarge, did_you_mean
from deepforge.core.file import (
    FileList,
    FileRename,
    FileText,
    FileView,
    NewText,
    TextMatch,
    TextMatches,
    check_path,
    kind_of,
)
from deepforge.core.ids import ProjectId
from deepforge.core.manifest import is_safe_path
from deepforge.core.problem import Problem
from deepforge.core.user import Caller
from deepforge.services import documents
from deepforge.services.house import House
from deepforge.services.projects import folder_of, record_of
from deepforge.store import file_moves, project_files

MOST_MATCHES = 200
LONGEST_LINE = 300


def listing(house: House, caller: Caller, project: ProjectId) -> FileList:
    """All files of a project, with what is wrong in them. Raises NotFound, InvalidProject."""
    folder = folder_of(house, record_of(house, project))
    found = project_files.read_files(folder)
    reading = house.readings.read(
        {path: entry.digest for path, entry in found.files.items()}, lambda path: (folder / path).read_bytes()
    )
    house.interfaces.keep(project, reading)
    names = {operation.file: operation.name for operation in reading.operations.values()}
    wrong: dict[str, list[Problem]] = {}
    pipelines = (problem for one in reading.pipelines.values() for problem in one.problems)
    for problem in (*reading.unreadable, *reading.problems, *pipelines):
        if problem.place.file:
            wrong.setdefault(problem.place.file, []).append(problem)
    return FileList(
        tuple(
            FileView(
                path, kind_of(path), entry.size, entry.digest, names.get(path), tuple(wrong.get(path, ()))
            )
            for path, entry in sorted(found.files.items())
        ),
        tuple(f"{skipped.path}: {skipped.reason}" for skipped in found.skipped),
    )


def read(house: House, caller: Caller, project: ProjectId, path: str) -> FileText:
    """A file that is text, letter by letter. Raises NotFound, TooLarge, InvalidProject when it is no text."""
    folder = folder_of(house, record_of(house, project))
    _refuse_unsafe(path)
    try:
        data = file_moves.read(folder, path, LARGEST_SOURCE)
    except NotFound as error:
        raise NotFound(error.message, _near(folder, path) or error.hint) from None
    return FileText(path, _text(data, path), digest_of(data))


def create(house: House, caller: Caller, project: ProjectId, path: str, new: NewText) -> FileText:
    """Make a file. Raises BadInput for a name that cannot be, Conflict for one that is, TooLarge, NoSpace."""
    folder = folder_of(house, record_of(house, project))
    check_path(path)
    data = _bytes(new.text)
    _refuse_twin(folder, path)
    file_moves.create(folder, path, data)
    return FileText(path, new.text, digest_of(data))


def rename(house: House, caller: Caller, project: ProjectId, change: FileRename) -> FileView:
    """Give a file another path; what it says stays. Raises NotFound, BadInput, Conflict."""
    folder = folder_of(house, record_of(house, project))
    _refuse_unsafe(change.path)
    check_path(change.to)
    documents.flush(house, project)
    if change.path != change.to:
        _refuse_twin(folder, change.to, besides=change.path)
        file_moves.move(folder, change.path, change.to)
    for view in listing(house, caller, project).files:
        if view.path == change.to:
            return view
    raise InvalidProject(f"{change.to} is no part of the project.", "Choose another folder.")


def delete(house: House, caller: Caller, project: ProjectId, path: str) -> FileText:
    """Delete a file and answer what it said, so that it can be made again.

    Raises NotFound, and TooLarge or InvalidProject for a file that could not be made again from a text.
    """
    documents.flush(house, project)
    found = read(house, caller, project, path)
    project_files.remove_file(folder_of(house, record_of(house, project)), path)
    return found


def search(house: House, caller: Caller, project: ProjectId, text: str) -> TextMatches:
    """The lines of all text files in which a text stands, whatever the case of its letters."""
    wanted = text.casefold()
    if not wanted.strip():
        raise BadInput("There is nothing to look for.", "Write a part of the text.")
    folder = folder_of(house, record_of(house, project))
    found: list[TextMatch] = []
    for path, entry in sorted(project_files.read_files(folder).files.items()):
        if entry.size > LARGEST_SOURCE:
            continue
        try:
            content = file_moves.read(folder, path, LARGEST_SOURCE).decode()
        except (UnicodeDecodeError, NotFound, InvalidProject):
            continue
        if wanted not in content.casefold():
            continue
        for number, line in enumerate(content.split("\n"), 1):
            if wanted in line.casefold():
                if len(found) == MOST_MATCHES:
                    return TextMatches(tuple(found), more=True)
                found.append(TextMatch(path, number, line.strip()[:LONGEST_LINE]))
    return TextMatches(tuple(found))


def _refuse_unsafe(path: str) -> None:
    if not path or "\x00" in path:
        raise BadInput("The path of a file is missing.", "Give one such as operations/train.py.")
    if is_safe_path(path) and not project_files.belongs(path):
        raise NotFound(f"The project has no file {path}.", "What is hidden is no part of a project.")


def _text(data: bytes, path: str) -> str:
    if len(data) > LARGEST_SOURCE:
        raise TooLarge(
            f"{path} has more than {LARGEST_SOURCE // 2**20} MiB.", "Open it with another program."
        )
    if b"\x00" in data:
        raise InvalidProject(f"{path} is no text.", "Open it with another program.")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InvalidProject(f"{path}:{line} is not UTF-8 text.", "Save the file as UTF-8.") from None


def _bytes(text: str) -> bytes:
    try:
        data = text.encode()
    except UnicodeEncodeError:
        raise BadInput("The text has letters that cannot be written.", "Remove lone surrogates.") from None
    if len(data) > LARGEST_SOURCE:
        raise TooLarge(
            f"The text has more than {LARGEST_SOURCE // 2**20} MiB.",
            "A project is a folder of code: keep data elsewhere and save it as artifacts.",
        )
    if "\x00" in text:
        raise BadInput("The text holds a zero byte.", "Remove it.")
    return data


def _near(folder: Path, path: str) -> str | None:
    return did_you_mean(path, project_files.read_files(folder).files)


def _refuse_twin(folder: Path, path: str, besides: str | None = None) -> None:
    """Refuse a name that differs from one that is there only by the case of its letters."""
    for known in project_files.read_files(folder).files:
        if known.casefold() == path.casefold() and known not in (path, besides):
            raise BadInput(
                f"{known} differs from {path} only by the case of its letters.",
                "Not every file system keeps them apart: choose another name.",
            )
