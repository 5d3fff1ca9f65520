"""The file of a live document: found inside its project's folder and nowhere else, read and written as it is.

Unlike `project_files`, a byte order mark and line ends are kept as a part of the text.
"""

from __future__ import annotations

from pathlib import Path

from deepforge.core.errors import InvalidProject, TooLarge
from deepforge.core.manifest import is_safe_path
from deepforge.store.plain_file import read_plain
from deepforge.store.project_files import write_text

LARGEST = 1 << 20
"""Bytes of a file that can be edited live."""
_HIDDEN_FOLDERS = frozenset({"__pycache__", "node_modules", "deepforge-output"})


def may_be_edited(path: str) -> bool:
    """Whether a path can name a file that people edit: inside the folder, and no part of it hidden."""
    parts = path.split("/")
    return is_safe_path(path) and not any(
        part.startswith(".") or part in _HIDDEN_FOLDERS or part != part.strip() for part in parts
    )


def read(folder: Path, path: str) -> str | None:
    """The text of a file, None when there is none.

    Raises InvalidProject when the path leaves the folder, or what is there is no text, and TooLarge.
    """
    file = _find(folder, path)
    try:
        data = read_plain(file, LARGEST + 1)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except IsADirectoryError:
        raise InvalidProject(f"{path} is a folder.", "Open a file in it.") from None
    except OSError as error:
        raise InvalidProject(f"{path} cannot be read: {error.strerror}.", "Look at its rights.") from error
    if data is None:
        raise InvalidProject(f"{path} is no plain file.", "Only text files can be edited.")
    if len(data) > LARGEST:
        raise TooLarge(f"{path} has more than {LARGEST >> 20} MiB.", "Edit it with another program.")
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InvalidProject(f"{path}:{line} is not UTF-8 text.", "Save the file as UTF-8.") from error
    if "\0" in text:
        raise InvalidProject(f"{path} is not text.", "Only text files can be edited.")
    return text


def write(folder: Path, path: str, text: str) -> None:
    """Write a file, whole or not at all. Raises InvalidProject, TooLarge, NoSpace."""
    _find(folder, path)
    if len(text.encode()) > LARGEST:
        raise TooLarge(
            f"{path} would have more than {LARGEST >> 20} MiB, so it is not written.",
            "Take something out of it; until then the file stays as it is.",
        )
    write_text(folder, path, text)


def _find(folder: Path, path: str) -> Path:
    root = folder.resolve()
    file = root / path
    if not may_be_edited(path) or not file.resolve().is_relative_to(root):
        raise InvalidProject(
            f"{path!r} is no file that can be edited here.",
            "Open a text file of the project, such as operations/train.py.",
        )
    return file
