"""Project files: a folder that a person edits, read as it is, frozen as a snapshot, and written with care."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deepforge.core.errors import InvalidProject, NoSpace
from deepforge.core.ids import Digest
from deepforge.core.manifest import FileEntry, encode_manifest, is_safe_path
from deepforge.store import yaml_edit, yaml_text
from deepforge.store.blobs import Blobs, hash_file

LARGEST_FILE = 32 * 1024 * 1024
"""Bytes; a larger file of the folder is not part of the project."""
MOST_FILES = 10_000
MOST_BYTES = 1024 * 1024 * 1024
_SETTLED = 2.0  # seconds; a file changed later than that may change again without its times showing it
SKIPPED_FOLDERS = frozenset({"__pycache__", "node_modules", "deepforge-output"})
"""Folders by name whose files are not part of a project; nor are those of hidden ones."""


@dataclass(frozen=True)
class Skipped:
    """A file or folder that is not part of the project, and why."""

    path: str
    reason: str


@dataclass(frozen=True)
class ProjectFiles:
    """The files of a project by path, with forward slashes."""

    files: dict[str, FileEntry]
    skipped: tuple[Skipped, ...]


@dataclass(frozen=True)
class Snapshot:
    """A project's files as they were, kept as blobs.

    The manifest that names them, and the size of every blob.
    """

    manifest: Digest
    files: dict[str, FileEntry]
    sizes: dict[Digest, int]
    skipped: tuple[Skipped, ...]


class DigestMemo:
    """Remembers the digests of files that have not changed, by their times, size and place on the disk."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[tuple[int, int, int, int], Digest]] = {}

    def find(self, path: Path, facts: os.stat_result) -> Digest | None:
        """The digest of an unchanged file; None when it has to be read."""
        sign, digest = self._known.get(str(path), (None, None))
        return digest if sign == _sign(facts) else None

    def keep(self, path: Path, facts: os.stat_result, digest: Digest) -> None:
        """Remember a digest, unless the file is so new that it may still change within the same moment."""
        if time.time() - max(facts.st_mtime, facts.st_ctime) > _SETTLED:
            self._known[str(path)] = (_sign(facts), digest)


def _sign(facts: os.stat_result) -> tuple[int, int, int, int]:
    return facts.st_mtime_ns, facts.st_ctime_ns, facts.st_size, facts.st_ino


_MEMO = DigestMemo()


def read_files(folder: Path, memo: DigestMemo = _MEMO) -> ProjectFiles:
    """The digests of all files of a project.

    Hidden files, caches, virtual environments, large files, links that lead out of the folder and what is no
    plain file are skipped. Raises InvalidProject when the folder cannot be read or holds too much for a
    project.
    """
    walk = _Walk(folder)
    files: dict[str, FileEntry] = {}
    for path, file, facts in walk:
        with _Vanishing(walk, path):
            digest = memo.find(file, facts)
            size = facts.st_size
            if digest is None:
                digest, size = hash_file(file)
                memo.keep(file, facts, digest)
            files[path] = FileEntry(digest, size)
    return ProjectFiles(files, tuple(walk.skipped))


def snapshot(folder: Path, blobs: Blobs, memo: DigestMemo = _MEMO) -> Snapshot:
    """Keep all files of a project as blobs, and a manifest of them. What is kept already is not read again.

    Raises InvalidProject as `read_files` does, and NoSpace.
    """
    walk = _Walk(folder)
    files: dict[str, FileEntry] = {}
    for path, file, facts in walk:
        with _Vanishing(walk, path):
            digest = memo.find(file, facts)
            if digest is not None and blobs.renew(digest):
                files[path] = FileEntry(digest, facts.st_size)
                continue
            data = (
                file.read_bytes()
            )  # what is read once is hashed and kept: the file may be written meanwhile
            digest = blobs.put_bytes(data)
            memo.keep(file, facts, digest)
            files[path] = FileEntry(digest, len(data))
    manifest = encode_manifest(files)
    digest = blobs.put_bytes(manifest)
    sizes = {entry.digest: entry.size for entry in files.values()} | {digest: len(manifest)}
    return Snapshot(digest, files, sizes, tuple(walk.skipped))


class _Walk:
    """All files of a folder that belong to its project, sorted by path.

    What does not belong is in `skipped`.
    """

    def __init__(self, folder: Path) -> None:
        self.skipped: list[Skipped] = []
        self._files = 0
        self._bytes = 0
        try:
            self._root = folder.resolve(strict=True)
        except (OSError, RuntimeError) as error:
            raise _gone(folder) from error
        self._shown = folder

    def __iter__(self) -> Iterator[tuple[str, Path, os.stat_result]]:
        try:
            yield from self._folder(self._root, "")
        except (FileNotFoundError, NotADirectoryError) as error:
            raise _gone(self._shown) from error

    def _folder(self, folder: Path, prefix: str) -> Iterator[tuple[str, Path, os.stat_result]]:
        with os.scandir(folder) as found:
            listed = sorted(found, key=lambda entry: entry.name)
        for entry in listed:
            path = prefix + entry.name
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from self._inner(entry, path)
            else:
                yield from self._file(entry, path)

    def _inner(self, entry: os.DirEntry[str], path: str) -> Iterator[tuple[str, Path, os.stat_result]]:
        inner = Path(entry.path)
        if entry.name in SKIPPED_FOLDERS:
            return
        if (inner / "pyvenv.cfg").exists():
            self.skip(path, "it is a virtual environment")
            return
        try:
            yield from self._folder(inner, f"{path}/")
        except FileNotFoundError:
            self.skip(path, "it was removed meanwhile")
        except PermissionError:
            self.skip(path, "it may not be read")

    def _file(self, entry: os.DirEntry[str], path: str) -> Iterator[tuple[str, Path, os.stat_result]]:
        try:
            file = Path(entry.path).resolve(strict=True)
            facts = file.stat()
        except (OSError, RuntimeError):
            self.skip(path, "it is a link to nothing" if entry.is_symlink() else "it was removed meanwhile")
            return
        reason = self._why_not(path, file, facts)
        if reason is not None:
            self.skip(path, reason)
            return
        self._files += 1
        self._bytes += facts.st_size
        if self._files > MOST_FILES or self._bytes > MOST_BYTES:
            raise InvalidProject(
                f"{self._shown} holds more than {MOST_FILES:,} files or {MOST_BYTES // 2**30} GiB",
                "A project is a folder of code: keep data elsewhere and save it as artifacts.",
            )
        yield path, file, facts

    def _why_not(self, path: str, file: Path, facts: os.stat_result) -> str | None:
        if not file.is_relative_to(self._root):
            return "it is a link that leads out of the project"
        if stat.S_ISDIR(facts.st_mode):
            return "it is a link to a folder"
        if not stat.S_ISREG(facts.st_mode):
            return "it is no plain file"
        if facts.st_size > LARGEST_FILE:
            return f"it has more than {LARGEST_FILE // 2**20} MiB"
        return None if is_safe_path(path) else "its name cannot be kept"

    def skip(self, path: str, reason: str) -> None:
        """Note that something is not part of the project."""
        self.skipped.append(Skipped(path.encode(errors="replace").decode(), reason))


class _Vanishing:
    """A file that goes away, or may not be read, between being listed and being read is skipped."""

    def __init__(self, walk: _Walk, path: str) -> None:
        self._walk = walk
        self._path = path

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: object) -> bool:
        if isinstance(error, FileNotFoundError):
            self._walk.skip(self._path, "it was removed meanwhile")
        elif isinstance(error, PermissionError):
            self._walk.skip(self._path, "it may not be read")
        else:
            return False
        return True


def belongs(path: str) -> bool:
    """Whether a path can be that of a file of a project: nothing hidden, and nothing that programs left."""
    parts = path.split("/")
    hidden = any(part.startswith(".") for part in parts)
    return is_safe_path(path) and not hidden and not SKIPPED_FOLDERS.intersection(parts[:-1])


def read_text(folder: Path, path: str) -> str:
    """The text of a file of a project. Raises InvalidProject when there is none, or it is not UTF-8."""
    try:
        data = _inside(folder, path).read_bytes()
    except OSError as error:
        raise InvalidProject(
            f"{path} cannot be read: {error.strerror}", "Look at the project folder."
        ) from error
    return decode(data, path)


def decode(data: bytes, path: str) -> str:
    """The text of a file, without a byte order mark. Raises InvalidProject when it is not UTF-8."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InvalidProject(f"{path}:{line} is not UTF-8 text", "Save the file as UTF-8.") from error


def parse_yaml(data: bytes, path: str) -> Any:
    """The plain values of a YAML file.

    Raises InvalidProject, which names the line, when it cannot be read.
    """
    return yaml_text.parse(decode(data, path), path)


def write_yaml(folder: Path, path: str, value: Any) -> bool:
    """Make a YAML file of a project mean `value`, and say whether it changed.

    What does not differ stays as it is.

    Raises InvalidProject when what is there cannot be read, and NoSpace; the file is then as it was.
    """
    file = _inside(folder, path)
    text = decode(file.read_bytes(), path) if file.exists() else ""
    return write_text(folder, path, yaml_edit.rewrite(text, value, path))


def write_text(folder: Path, path: str, text: str) -> bool:
    """Write a file of a project, whole or not at all, and say whether it changed.

    Raises InvalidProject, NoSpace.
    """
    return write_bytes(folder, path, text.encode())


def write_bytes(folder: Path, path: str, data: bytes) -> bool:
    """Write a file of a project, whole or not at all, and say whether it changed.

    Raises InvalidProject, NoSpace.
    """
    file = _inside(folder, path)
    try:
        if file.exists() and file.read_bytes() == data:
            return False
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(dir=file.parent, prefix=".", suffix=".temporary")
        try:
            with open(descriptor, "wb") as out:
                out.write(data)
            os.chmod(temporary, file.stat().st_mode & 0o777 if file.exists() else 0o644)
            os.replace(temporary, file)
        finally:
            with suppress(FileNotFoundError):  # it has been renamed
                os.unlink(temporary)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise NoSpace(
                f"the disk is full: {path} was not written", "Free some space and try again."
            ) from error
        raise InvalidProject(f"{path} cannot be written: {error.strerror}", "Look at its rights.") from error
    return True


def write_link(folder: Path, path: str, target: bytes) -> bool:
    """Make a link where nothing is, and say whether it did. Raises InvalidProject."""
    place = folder.resolve() / path
    if os.path.lexists(place):
        return False
    if "/" in path:
        _inside(folder, path.rpartition("/")[0])
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(os.fsdecode(target))
    except OSError as error:
        raise InvalidProject(f"{path} cannot be written: {error.strerror}", "Look at its rights.") from error
    return True


def remove_file(folder: Path, path: str) -> bool:
    """Remove a file of a project, and folders that are empty then; whether there was one.

    Raises InvalidProject.
    """
    file = folder.resolve() / path
    _inside(folder, path.rpartition("/")[0] or path)  # a link is removed, not what it leads to
    try:
        file.unlink()
        for outer in list(file.parents)[: path.count("/")]:
            outer.rmdir()
    except FileNotFoundError:
        return False
    except OSError as error:
        if error.errno == errno.ENOTEMPTY:
            return True
        raise InvalidProject(f"{path} cannot be removed: {error.strerror}", "Look at its rights.") from error
    return True


def _inside(folder: Path, path: str) -> Path:
    root = folder.resolve()
    file = (root / path).resolve()
    if not is_safe_path(path) or not file.is_relative_to(root):
        raise InvalidProject(
            f"{path!r} is no path inside the project", "Write a path such as pipelines/train.yaml."
        )
    return file


def _gone(folder: Path) -> InvalidProject:
    return InvalidProject(
        f"the project folder {folder} cannot be read", "Was it moved or deleted? Link it again."
    )
