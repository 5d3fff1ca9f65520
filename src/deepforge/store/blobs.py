"""Blobs: bytes named by their digest, in a local folder and, when one is set, in a storage behind it."""

from __future__ import annotations

import errno
import logging
import os
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from blake3 import blake3

from deepforge.core.errors import BadInput, BlobDamaged, NoSpace, NotFound, TooLarge
from deepforge.core.ids import Digest, is_digest
from deepforge.core.ports import Storage

__all__ = ["NO_LINK", "Blobs", "Collected", "full_disk", "hash_file"]

_log = logging.getLogger(__name__)

_STRETCH = 8 * 1024 * 1024
_MANY_THREADS_FROM = 1024 * 1024  # bytes; below that starting threads costs more than it gains
NO_LINK = (errno.EXDEV, errno.EPERM, errno.EMLINK, errno.ENOTSUP, errno.ENOSYS)
"""How a disk says that a file cannot have two names on it."""
_TEMPORARY = "temporary"
_INCOMING = ".incoming"  # where a worker that shares the folder gathers what is not whole yet
_STALE = 24 * 3600.0  # seconds after which a temporary file belongs to nobody


@dataclass(frozen=True)
class Collected:
    """What a collection removed: how many blobs, and how many bytes they had."""

    blobs: int
    bytes: int


class Blobs:
    """A folder of blobs at `<first two letters>/<digest>`, read-only files that are whole or not there.

    Safe for threads, and for several processes on one folder. With a storage, every blob is also written
    there, and what is only there is fetched and checked when it is asked for. Raises NoSpace when the disk
    is full, and then leaves nothing behind; Unavailable when the storage does not answer.
    """

    def __init__(self, directory: Path, storage: Storage | None = None) -> None:
        self.directory = directory
        self.storage = storage

    def put_bytes(self, data: bytes, *, durable: bool = False) -> Digest:
        """Keep some bytes. `durable`: they also survive a power cut that follows."""
        digest = Digest(blake3(data, max_threads=_threads(len(data))).hexdigest())
        if self._is_whole(digest, len(data)):
            return digest
        with self._temporary_file() as (file, temporary):
            file.write(data)
            self._settle(file, durable)
            self._keep(temporary, digest)
        return digest

    def put_file(self, path: Path, *, link: bool = False, durable: bool = False) -> tuple[Digest, int]:
        """Keep the bytes of a file, and say how many.

        `link`: where it can, the blob is the file itself and no copy, and nobody may write it any more.
        """
        digest, size = hash_file(path)
        if self._is_whole(digest, size):
            return digest, size
        # A file with another name is somebody's own: it is copied.
        own = not path.is_symlink() and path.stat().st_nlink == 1
        if link and own and self._link(path, digest, durable):
            return digest, size
        with path.open("rb") as source:
            # What the file holds now counts: it may have been written since it was hashed.
            return self.put_stream(iter(lambda: source.read(_STRETCH), b""), durable=durable)

    def put_stream(
        self,
        chunks: Iterable[bytes],
        expected: Digest | None = None,
        limit: int | None = None,
        *,
        durable: bool = True,
    ) -> tuple[Digest, int]:
        """Keep bytes as they come, and say their digest and number; nothing is kept unless all of them came.

        Raises BadInput when they have not the `expected` digest, TooLarge when there are more than `limit`.
        """
        hasher, size = blake3(max_threads=blake3.AUTO), 0
        with self._temporary_file() as (file, temporary):
            for chunk in chunks:
                size += len(chunk)
                if limit is not None and size > limit:
                    raise TooLarge(f"more than {limit:,} bytes were sent", "Send less, or raise the limit.")
                hasher.update(chunk)
                file.write(chunk)
            digest = Digest(hasher.hexdigest())
            if expected is not None and digest != expected:
                raise BadInput(
                    f"the {size:,} bytes that came have the digest {digest}, not {expected}",
                    "They were changed or cut on their way: send them again.",
                )
            if not self._is_whole(digest, size):
                self._settle(file, durable)
                self._keep(temporary, digest)
        return digest, size

    def path(self, digest: Digest) -> Path:
        """The local file with the bytes, fetched from the storage when need be. Not to be written to.

        Raises BlobDamaged when the blob is nowhere, or what the storage has is not what was put.
        """
        path = self._local(digest)
        if not path.exists():
            self._fetch(digest)
        return path

    def open(self, digest: Digest, offset: int = 0) -> BinaryIO:
        """Read the bytes from `offset` on, none behind the last; the caller closes.

        Raises BlobDamaged as `path` does.
        """
        file = self.path(digest).open("rb")
        file.seek(min(offset, os.fstat(file.fileno()).st_size))
        return file

    def read(self, digest: Digest, most: int | None = None) -> bytes:
        """The bytes, whole and checked.

        Raises BlobDamaged when they are not those that were put, TooLarge when they are more than `most`.
        """
        if most is not None and self.size(digest) > most:
            raise TooLarge(f"The bytes {digest[:12]} are more than {most:,}, which is no list or reference.")
        data = self.path(digest).read_bytes()
        if blake3(data, max_threads=_threads(len(data))).hexdigest() != digest:
            raise _damaged(digest)
        return data

    def verify(self, digest: Digest) -> int:
        """Read the local file again and say its size. Raises BlobDamaged when it is not what was put."""
        found, size = hash_file(self.path(digest))
        if found != digest:
            raise _damaged(digest)
        return size

    def size(self, digest: Digest) -> int:
        """Bytes of the blob. Raises BlobDamaged when it is nowhere."""
        with suppress(FileNotFoundError):
            return self._local(digest).stat().st_size
        found = self.storage.size(_name(digest)) if self.storage else None
        if found is None:
            raise _gone(digest)
        return found

    def has(self, digest: Digest) -> bool:
        """Whether the blob is here or in the storage."""
        if self._local(digest).exists():
            return True
        return self.storage is not None and self.storage.size(_name(digest)) is not None

    def seems_whole(self, digest: Digest, size: int | None = None) -> bool:
        """Whether nothing speaks against the blob being here, without reading it and without asking a
        storage: `size` is how many bytes it should have.
        """
        try:
            found = self._local(digest).stat().st_size
        except FileNotFoundError:
            return self.storage is not None
        return size is None or found == size

    def renew(self, digest: Digest) -> bool:
        """Whether the blob is here or in the storage; if so it counts as put just now, so that it is not
        collected before somebody refers to it.
        """
        try:
            os.utime(self._local(digest))
        except FileNotFoundError:
            return self.has(digest)
        except PermissionError:  # somebody else's file: it is to be put anew
            return False
        return True

    def delete(self, digest: Digest) -> None:
        """Forget a blob; nothing happens when it is not there."""
        self._local(digest).unlink(missing_ok=True)
        if self.storage:
            self.storage.delete(_name(digest))

    def digests(self) -> Iterator[Digest]:
        """All local blobs, in no order."""
        for folder in self.directory.glob("[0-9a-f][0-9a-f]"):
            for entry in os.scandir(folder):
                if is_digest(entry.name):
                    yield Digest(entry.name)

    def older(self, grace: float) -> Iterator[Digest]:
        """The local blobs that were not put, nor put again, within the last `grace` seconds, in no order."""
        before = time.time() - grace
        for digest in self.digests():
            with suppress(FileNotFoundError):
                if self._local(digest).stat().st_ctime <= before:
                    yield digest

    def collect(self, unused: Iterable[Digest], grace: float) -> Collected:
        """Remove those of these blobs that were not put, nor put again, within the last `grace` seconds.

        The grace is for blobs that somebody has put and is about to refer to.
        """
        before, removed, freed = time.time() - grace, 0, 0
        for digest in unused:
            with suppress(FileNotFoundError):
                facts = self._local(digest).stat()
                if facts.st_ctime <= before:
                    self.delete(digest)
                    removed, freed = removed + 1, freed + facts.st_size
        return Collected(removed, freed)

    def sweep(self, grace: float) -> None:
        """Remove what dead processes left half written: a server's after a day, a worker's after `grace`
        seconds.
        """
        for name, age in ((_TEMPORARY, _STALE), (_INCOMING, grace)):
            for leftover in (self.directory / name).glob("*"):
                with suppress(FileNotFoundError):
                    if leftover.stat().st_mtime < time.time() - age:
                        leftover.unlink()

    def _local(self, digest: Digest) -> Path:
        if not is_digest(digest):
            raise NotFound(f"{digest!r} is not a digest", "A digest has 64 characters of 0-9 and a-f.")
        return self.directory / digest[:2] / digest

    def _is_whole(self, digest: Digest, size: int) -> bool:
        """Whether the blob is kept, in the right length, wherever it has to be; then it counts as put just
        now. A cut one is written anew.
        """
        try:
            if self._local(digest).stat().st_size != size:
                return False
        except FileNotFoundError:
            return False
        return self.renew(digest) and (self.storage is None or self.storage.size(_name(digest)) == size)

    @contextmanager
    def _temporary_file(self) -> Iterator[tuple[BinaryIO, Path]]:
        folder = self.directory / _TEMPORARY
        with full_disk(self.directory):
            folder.mkdir(parents=True, exist_ok=True)
            descriptor, name = tempfile.mkstemp(dir=folder)
            try:
                with open(descriptor, "wb") as file:
                    yield file, Path(name)
            finally:
                with suppress(FileNotFoundError):  # it has been renamed
                    os.unlink(name)

    def _settle(self, file: BinaryIO, durable: bool) -> None:
        file.flush()
        os.fchmod(file.fileno(), 0o444)
        if durable:
            os.fsync(file.fileno())

    def _keep(self, temporary: Path, digest: Digest) -> None:
        target = self._local(digest)
        if self.storage:
            self.storage.put(_name(digest), temporary)
        target.parent.mkdir(exist_ok=True)
        os.replace(temporary, target)

    def _link(self, path: Path, digest: Digest, durable: bool) -> bool:
        """Have a file be the blob too; False where the file system cannot, or a cut blob is in its place."""
        target = self._local(digest)
        with full_disk(self.directory):
            target.parent.mkdir(parents=True, exist_ok=True)
            with path.open("rb") as file:
                self._settle(file, durable)
            if self.storage:
                self.storage.put(_name(digest), path)
            try:
                os.link(path, target)
            except OSError as error:
                if error.errno not in (*NO_LINK, errno.EEXIST):
                    raise
                return False
            return True

    def _fetch(self, digest: Digest) -> None:
        if self.storage is None:
            raise _gone(digest)
        hasher = blake3(max_threads=blake3.AUTO)
        with self._temporary_file() as (file, temporary):
            try:
                source = self.storage.open(_name(digest))
            except NotFound:
                raise _gone(digest) from None
            with source:
                while chunk := source.read(_STRETCH):
                    hasher.update(chunk)
                    file.write(chunk)
            if hasher.hexdigest() != digest:
                raise _damaged(digest)
            self._settle(file, durable=False)
            target = self._local(digest)
            target.parent.mkdir(exist_ok=True)
            os.replace(temporary, target)


def hash_file(path: Path) -> tuple[Digest, int]:
    """The digest and the size of a file.

    It is read, not mapped into memory: somebody may cut it meanwhile, and a map of what is gone kills us.
    """
    hasher, size = blake3(max_threads=_threads(path.stat().st_size)), 0
    buffer = bytearray(min(_STRETCH, max(4096, path.stat().st_size + 1)))
    view = memoryview(buffer)
    with path.open("rb", buffering=0) as file:
        while count := file.readinto(buffer):
            hasher.update(view[:count])
            size += count
    return Digest(hasher.hexdigest()), size


def _threads(size: int) -> int:
    return int(blake3.AUTO) if size >= _MANY_THREADS_FROM else 1


def _name(digest: Digest) -> str:
    return f"{digest[:2]}/{digest}"


def _gone(digest: Digest) -> BlobDamaged:
    return BlobDamaged(f"the blob {digest} is gone", "Run again what made it, with `--no-cache`.")


def _damaged(digest: Digest) -> BlobDamaged:
    return BlobDamaged(
        f"the blob {digest} is damaged", "Delete it, and run again what made it, with `--no-cache`."
    )


@contextmanager
def full_disk(directory: Path) -> Iterator[None]:
    """Raise NoSpace when a disk or a quota is full."""
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise
        free = shutil.disk_usage(directory).free if directory.exists() else 0
        raise NoSpace(
            f"the disk of {directory} is full: {free:,} bytes are free",
            "Free some space, for example with `deepforge runs rm`, and try again.",
        ) from error
