"""Archives: a zip or tar file, compressed or not, unpacked into a folder that it cannot leave.

What an archive says of itself is not believed: its bytes are counted as they come out, and names are checked
before anything is written. Links, devices and repositories in it are left out.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import secrets
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

from deepforge.core.errors import BadInput, TooLarge
from deepforge.core.manifest import is_safe_path
from deepforge.store.project_files import MOST_BYTES, MOST_FILES
from deepforge.store.project_folders import LEFT_OUT

LARGEST = MOST_BYTES
"""Bytes of an archive, packed and unpacked."""
_LONGEST_READ = 16 << 20  # bytes that a reader of archives may ask for at once: real headers are shorter
_MOST_ENTRIES = 10 * MOST_FILES  # with folders, and what is left out: readers keep each in memory
_CHUNK = 1 << 18
_OPENERS: tuple[tuple[bytes, Any], ...] = (
    (b"\x1f\x8b", gzip.open),
    (b"BZh", bz2.open),
    (b"\xfd7zXZ\x00", lzma.open),
)
_DAMAGE = (
    tarfile.TarError,
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    gzip.BadGzipFile,
    struct.error,
    UnicodeDecodeError,
    ValueError,
)


@dataclass(frozen=True)
class Unpacked:
    """What came out of an archive: its outer folder's name, if all lay in one, and what was left out."""

    name: str | None
    skipped: tuple[str, ...]


@dataclass(frozen=True)
class _Member:
    path: str
    mode: int
    file: IO[bytes] | None
    """None: not a plain file."""


def unpack(archive: Path, folder: Path) -> Unpacked:
    """Unpack an archive into an empty folder; folders around everything are taken off.

    Raises BadInput when it is none, or damaged, or when a name would leave the folder; TooLarge.
    """
    skipped: list[str] = []
    files = size = 0
    try:
        for member in _members(archive):
            path = _checked(member.path)
            if path is None or member.file is None:
                skipped.append(member.path)
                continue
            files += 1
            if files > MOST_FILES:
                raise TooLarge(f"The archive holds more than {MOST_FILES:,} files.", _LESS)
            size = _write(member, folder / path, size)
    except _DAMAGE as error:
        raise _damaged(error) from error
    except RuntimeError as error:  # how zipfile says that it needs a password, or knows no such compression
        if "password" in str(error):
            raise BadInput("The archive is encrypted.", "Pack it without a password.") from error
        raise _damaged(error) from error
    except OSError as error:
        if error.errno is not None:
            raise
        raise _damaged(error) from error  # so says bz2
    if not files:
        raise BadInput("There are no files in the archive.", "Pack the folder of a project.")
    return Unpacked(_take_off(folder), tuple(skipped))


_LESS = "A project is a folder of code: leave data out, and save it as artifacts."


def _members(archive: Path) -> Iterator[_Member]:
    with archive.open("rb") as file:
        begin = file.read(6)
    if begin[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        yield from _zipped(archive)
        return
    opener = next((found for mark, found in _OPENERS if begin.startswith(mark)), open)
    with (
        opener(archive, "rb") as stream,
        tarfile.open(fileobj=cast(BinaryIO, _Bounded(stream)), mode="r:") as found,
    ):
        for number, entry in enumerate(found):
            _count(number)
            if entry.isdir():
                continue
            yield _Member(entry.name, entry.mode, found.extractfile(entry) if entry.isreg() else None)


def _zipped(archive: Path) -> Iterator[_Member]:
    with (
        archive.open("rb") as stream,
        zipfile.ZipFile(cast(IO[bytes], _Bounded(stream))) as found,
    ):
        for number, entry in enumerate(found.infolist()):
            _count(number)
            mode = entry.external_attr >> 16
            if entry.is_dir():
                continue
            if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
                yield _Member(entry.filename, mode, None)
                continue
            with found.open(entry) as file:
                yield _Member(entry.filename, mode, file)


def _count(number: int) -> None:
    if number >= _MOST_ENTRIES:
        raise TooLarge(f"The archive holds more than {_MOST_ENTRIES:,} entries.", _LESS)


def _checked(name: str) -> str | None:
    """The path of a member; None when it is left out. Raises BadInput when it would leave the folder."""
    path = name.removeprefix("./")
    if (
        not is_safe_path(path)
        or len(path) > 400
        or any(len(os.fsencode(part)) > 250 for part in path.split("/"))
    ):
        raise BadInput(
            f"The archive holds {name[:100]!r}, which is no path inside a folder.",
            "Nothing was unpacked. Pack it again from inside the folder.",
        )
    return None if LEFT_OUT.intersection(path.split("/")) else path


def _write(member: _Member, target: Path, before: int) -> int:
    """Write a member; gives how many bytes there are in all by now."""
    assert member.file is not None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as out:
            while chunk := member.file.read(_CHUNK):
                before += len(chunk)
                if before > LARGEST:
                    raise TooLarge(f"The archive unpacks to more than {LARGEST // 2**30} GiB.", _LESS)
                out.write(chunk)
    except (FileExistsError, NotADirectoryError, IsADirectoryError) as error:
        raise BadInput(f"The archive holds {member.path[:100]!r} twice.", "Pack it again.") from error
    os.chmod(target, 0o755 if member.mode & stat.S_IXUSR else 0o644)
    return before


def _take_off(folder: Path) -> str | None:
    """Take off the folders that are around everything; gives the name of the innermost."""
    name = None
    while True:
        found = list(folder.iterdir())
        if len(found) != 1 or not found[0].is_dir() or found[0].name in ("operations", "pipelines"):
            return name
        name = found[0].name
        outer = found[0].rename(folder / f".outer-{secrets.token_hex(8)}")
        for inner in list(outer.iterdir()):
            inner.rename(folder / inner.name)
        outer.rmdir()


class _Bounded:
    """An archive that neither grows without end nor is read in one piece into memory."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def read(self, size: int = -1) -> bytes:
        """Read some bytes. Raises TooLarge."""
        if size > _LONGEST_READ:
            raise _too_long()
        if self._stream.tell() > 2 * LARGEST:
            raise TooLarge(f"The archive unpacks to more than {LARGEST // 2**30} GiB.", _LESS)
        if size >= 0:
            return self._stream.read(size)
        rest = self._stream.read(_LONGEST_READ + 1)
        if len(rest) > _LONGEST_READ:
            raise _too_long()
        return rest

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to a place."""
        if offset > 2 * LARGEST:
            raise TooLarge(f"The archive unpacks to more than {LARGEST // 2**30} GiB.", _LESS)
        return self._stream.seek(offset, whence)

    def seekable(self) -> bool:
        """Whether one can go to places in it."""
        return True

    def tell(self) -> int:
        """Where it is."""
        return self._stream.tell()


def _damaged(error: Exception) -> BadInput:
    return BadInput(f"The archive is damaged: {str(error) or type(error).__name__}.", "Pack it again.")


def _too_long() -> TooLarge:
    return TooLarge("The archive has a header that is larger than any real one.", "Pack it again.")
