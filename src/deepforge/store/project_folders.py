"""Project folders in the data directory: made from others, put aside, brought back, and removed for good.

An entry of the projects folder is a folder, which is ours, or a link to a folder of the person, which is
theirs: of a link nothing but the link itself is ever moved or deleted.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import tomlkit

from deepforge.core.errors import InvalidProject, NoSpace, Unavailable
from deepforge.core.manifest import is_safe_path
from deepforge.core.project import PROJECT_FILE
from deepforge.store.project_files import MOST_BYTES, MOST_FILES

ASIDE = ".removed"
"""The folder inside the projects folder that holds what is removed and not gone yet."""
LEFT_OUT = frozenset(
    {".git", ".venv", "venv", "__pycache__", "node_modules", "deepforge-output", "__MACOSX", ".DS_Store"}
)
"""Files and folders by name that a project made from another does not get."""

Fill = Callable[[Path], None]
"""Fills an empty folder."""


def make(projects: Path, name: str, fill: Fill) -> str:
    """Have a new folder filled and give the name of its entry, which is `name` or that with a number.

    It is there whole or not at all. Raises what `fill` raises, NoSpace, Unavailable.
    """
    with _disk_errors(projects):
        temporary = Path(tempfile.mkdtemp(dir=projects, prefix=".new-"))
    try:
        with _disk_errors(projects):
            fill(temporary)
            os.chmod(temporary, 0o755)
            return _move_to_free(temporary, projects, name)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def copy_tree(source: Path, target: Path) -> None:
    """Copy the files of a project, hidden ones too, but no repository, environment or cache.

    A link that leads out of the folder is left out. Raises InvalidProject when there is too much for a
    project.
    """
    root = source.resolve()
    files = size = 0
    for path, facts in _walk(root, root):
        files, size = files + 1, size + facts.st_size
        if files > MOST_FILES or size > MOST_BYTES:
            raise InvalidProject(
                f"{source.name} holds more than {MOST_FILES:,} files or {MOST_BYTES // 2**30} GiB",
                "A project is a folder of code: keep data elsewhere and save it as artifacts.",
            )
        copy = target / path
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / path, copy)  # the content alone: an installed example may be read-only
        os.chmod(copy, 0o755 if facts.st_mode & stat.S_IXUSR else 0o644)


def shown_files(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    """The files that a project is handed on with: all but hidden ones and what no archive could hold."""
    root = folder.resolve()
    for path, facts in _walk(root, root):
        if is_safe_path(path.as_posix()) and not any(part.startswith(".") for part in path.parts):
            yield path, facts


def name_project(folder: Path, name: str) -> None:
    """Have deepforge.toml say the name; what else it says stays as it is."""
    file = folder / PROJECT_FILE
    try:
        document = tomlkit.parse(file.read_text(encoding="utf-8")) if file.is_file() else tomlkit.document()
    except (ValueError, tomlkit.exceptions.ParseError):
        return  # a person will have to look at it, and nothing is lost meanwhile
    document["name"] = name
    file.write_text(tomlkit.dumps(document), encoding="utf-8")


def name_in(folder: Path) -> str | None:
    """The name that deepforge.toml says; None when it says none, or cannot be read."""
    try:
        name = tomlkit.parse((folder / PROJECT_FILE).read_text(encoding="utf-8")).unwrap().get("name")
    except (OSError, ValueError, tomlkit.exceptions.ParseError):
        return None
    return name if isinstance(name, str) and name.strip() else None


def put_aside(projects: Path, entry: str, project: str) -> str:
    """Put an entry aside and give its new place, relative to the projects folder."""
    place = Path(ASIDE) / project / Path(entry).name
    with _disk_errors(projects):
        (projects / place).parent.mkdir(parents=True, exist_ok=True)
        _move(projects / entry, projects / place)
    return place.as_posix()


def take_back(projects: Path, place: str) -> str:
    """Bring what was put aside back into the projects folder; gives its name there. Raises InvalidProject."""
    aside = projects / place
    if not os.path.lexists(aside):
        raise InvalidProject(f"{aside.name} is gone.", "Its folder was removed from the data directory.")
    with _disk_errors(projects):
        name = _move_to_free(aside, projects, aside.name)
        aside.parent.rmdir()
    return name


def move_back(projects: Path, before: str, after: str) -> None:
    """Undo `put_aside` or `take_back`: what is at `after` is at `before` again."""
    with _disk_errors(projects):
        (projects / before).parent.mkdir(parents=True, exist_ok=True)
        _move(projects / after, projects / before)


def remove_for_good(projects: Path, place: str) -> None:
    """Remove what was put aside: a folder of ours with all that is in it, a link alone."""
    aside = projects / place
    if aside.is_symlink():
        aside.unlink()
    elif aside.exists():
        shutil.rmtree(aside)
    if aside.parent.parent == projects / ASIDE and aside.parent.is_dir():
        aside.parent.rmdir()


def leads_to(projects: Path, entry: str) -> Path | None:
    """The folder that a link leads to; None when the entry is no link."""
    path = projects / entry
    return path.resolve() if path.is_symlink() else None


def _walk(root: Path, folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    with os.scandir(folder) as found:
        listed = sorted(found, key=lambda entry: entry.name)
    for entry in listed:
        path = Path(entry.path)
        if entry.name in LEFT_OUT:
            continue
        if entry.is_dir(follow_symlinks=False):
            if not (path / "pyvenv.cfg").exists():
                yield from _walk(root, path)
        elif entry.is_file() and path.resolve().is_relative_to(root):
            yield path.relative_to(root), entry.stat()


def _move_to_free(source: Path, projects: Path, name: str) -> str:
    """Move to the first name that is free; another process may take one meanwhile."""
    number = 1
    while True:
        target = projects / (name if number == 1 else f"{name}-{number}")
        if not os.path.lexists(target):
            try:
                _move(source, target)
            except OSError as error:
                if error.errno not in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR):
                    raise
            else:
                return target.name
        number += 1


def _move(source: Path, target: Path) -> None:
    if source.is_symlink():  # one that is relative would lead elsewhere from another folder
        os.symlink(os.path.realpath(source), target, target_is_directory=True)
        source.unlink()
    else:
        os.rename(source, target)


@contextmanager
def _disk_errors(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise NoSpace(f"The disk is full: {folder} cannot be written.", "Free some space.") from error
        raise Unavailable(f"{folder} cannot be written: {error.strerror}", "Look at its rights.") from error
