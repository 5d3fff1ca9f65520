"""Making and moving files of a project so that no file is ever written over."""

from __future__ import annotations

import errno
import os
import tempfile
from contextlib import suppress
from pathlib import Path

from deepforge.core.errors import Conflict, InvalidProject, NoSpace, NotFound
from deepforge.core.manifest import is_safe_path
from deepforge.store.blobs import NO_LINK
from deepforge.store.plain_file import read_plain

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def create(folder: Path, path: str, data: bytes) -> None:
    """Make a file, whole or not at all. Raises Conflict when there is one, InvalidProject, NoSpace."""
    file = _inside(folder, path)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(dir=file.parent, prefix=".", suffix=".temporary")
        try:
            with open(descriptor, "wb") as out:
                out.write(data)
            os.chmod(temporary, 0o644)
            _name(Path(temporary), file)
        finally:
            with suppress(FileNotFoundError):
                os.unlink(temporary)
    except OSError as error:
        raise _refusal(path, error) from error


def move(folder: Path, path: str, to: str) -> None:
    """Give a file another path. Raises NotFound, Conflict for one that is taken, InvalidProject, NoSpace."""
    source, target = _inside(folder, path), _inside(folder, to)
    if not source.is_file():
        raise NotFound(f"There is no file {path}.", "It may have been renamed or deleted.")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _name(source, target)
    except OSError as error:
        raise _refusal(to, error) from error


def read(folder: Path, path: str, most: int) -> bytes:
    """The bytes of a file, at most one more than `most`. Raises NotFound, InvalidProject."""
    file = _inside(folder, path)
    try:
        data = read_plain(file, most + 1)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        raise NotFound(f"There is no file {path}.", "It may have been renamed or deleted.") from None
    except OSError as error:
        raise InvalidProject(f"{path} cannot be read: {error.strerror}", "Look at its rights.") from error
    if data is None:
        raise InvalidProject(f"{path} is no plain file.", "Only plain files can be read.")
    return data


def _name(source: Path, target: Path) -> None:
    """Give a file another name, which must be free. Raises OSError."""
    try:
        os.link(source, target)
    except OSError as error:
        if error.errno not in NO_LINK:
            raise
    else:
        os.unlink(source)
        return
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    try:
        os.replace(source, target)
    except OSError:
        os.unlink(target)
        raise


def _inside(folder: Path, path: str) -> Path:
    root = folder.resolve()
    if not is_safe_path(path):
        raise InvalidProject(f"{path!r} is no path inside the project", "Write one such as utils/text.py.")
    file = root / path
    try:
        inside = file.parent.resolve().is_relative_to(root) and file.resolve().is_relative_to(root)
    except (OSError, RuntimeError):
        inside = False
    if not inside:
        raise InvalidProject(
            f"{path!r} leads out of the project", "Links that lead elsewhere are not followed."
        )
    return file


def _refusal(path: str, error: OSError) -> Exception:
    if error.errno == errno.EEXIST and not isinstance(error, NotADirectoryError):
        return Conflict(f"There is a file {path} already.", "Choose another name.")
    if error.errno == errno.ENOTDIR:
        return Conflict(f"A part of {path} is a file and no folder.", "Choose another name.")
    if error.errno in _FULL:
        return NoSpace(f"the disk is full: {path} was not written", "Free some space and try again.")
    return InvalidProject(f"{path} cannot be written: {error.strerror}", "Look at its rights.")
