"""The folder of blobs that jobs of this machine read from and publish into: `<two letters>/<digest>`, each
read-only."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from blake3 import blake3

from deepforge.core.errors import BlobDamaged, NoSpace
from deepforge.core.ids import Digest

INCOMING = ".incoming"
"""Where bytes are gathered before they are whole; nobody reads there."""

KEPT_SECONDS = 24 * 3600.0
"""For how long a blob stays that no job uses, where the folder is the worker's own."""
CLAIM_SECONDS = 3600.0
"""A blob that was kept or claimed longer ago counts as claimed just now when a job needs it."""

_SMALL = 1 << 20
_STRETCH = 8 << 20
_NO_LINKS = (errno.EXDEV, errno.EPERM, errno.EMLINK, errno.ENOTSUP, errno.ENOSYS)


@dataclass(frozen=True)
class Kept:
    """A blob that is in the folder now; `new` when it was not before."""

    digest: Digest
    size: int
    path: Path
    new: bool


@dataclass(frozen=True)
class BlobFolder:
    """Blobs below `root`. Safe for threads and processes: what is under its digest is whole."""

    root: Path

    def path(self, digest: Digest) -> Path:
        """Where the blob is, or would be."""
        return self.root / digest[:2] / digest

    def has(self, digest: Digest, size: int | None = None) -> bool:
        """Whether the blob is here, and has `size` bytes where that is known."""
        try:
            found = os.stat(f"{self.root}/{digest[:2]}/{digest}").st_size
        except OSError:
            return False
        return size is None or found == size

    def claim(self, digest: Digest, size: int | None = None) -> bool:
        """Whether the blob is here, for a job that is about to read it: `sweep` leaves it for a day."""
        try:
            found = os.stat(f"{self.root}/{digest[:2]}/{digest}")
        except OSError:
            return False
        if size is not None and found.st_size != size:
            return False
        if time.time() - found.st_mtime > CLAIM_SECONDS:
            with contextlib.suppress(PermissionError):  # another person's, who looks after it
                os.utime(self.path(digest))
        return True

    def sweep(self, used: Callable[[], set[Digest]], kept: float = KEPT_SECONDS) -> None:
        """Remove blobs that no job has claimed or kept for `kept` seconds, and what was never whole."""
        before = time.time() - kept
        old = [file for file in self.root.glob("*/*") if _is_older(file, before)]
        spared = used() if old else set()
        for file in old:
            if file.name not in spared and _is_older(file, before):
                file.unlink(missing_ok=True)

    def read(self, digest: Digest) -> bytes:
        """The bytes of a small blob. Raises BlobDamaged when they are gone or are others."""
        try:
            data = self.path(digest).read_bytes()
        except OSError as error:
            raise BlobDamaged(f"The blob {digest} cannot be read: {error.strerror}.") from None
        if blake3(data).hexdigest() != digest:
            raise BlobDamaged(f"The blob {digest} holds other bytes than were written.")
        return data

    def keep_file(self, source: Path) -> Kept:
        """Make a file a blob, without copying where the file system has hard links.

        The file itself stays where it is, so that a process that dies on the way can do it again. A file that
        has other names is copied and left as it is. Raises NoSpace, BlobDamaged when it is written to
        meanwhile.
        """
        before = os.stat(source)
        digest, size = hash_file(source)
        target = self.path(digest)
        if self._renew(digest, size):
            return Kept(digest, size, target, new=False)
        try:
            if os.stat(source).st_nlink > 1:  # it has another name, and is somebody's own to write to
                with source.open("rb") as file:
                    self.receive(digest, iter(lambda: file.read(_STRETCH), b""))
            else:
                os.chmod(source, 0o444)
                self._link(source, target, size)
        except OSError as error:
            raise as_no_space(error, f"keep {size} bytes in {self.root}") from error
        after = os.stat(source)
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            target.unlink(missing_ok=True)
            raise BlobDamaged(f"{source.name} was written to while it was kept.", "Run the pipeline again.")
        return Kept(digest, size, target, new=True)

    def keep_bytes(self, data: bytes) -> Kept:
        """Make a blob of bytes. Raises NoSpace."""
        digest = Digest(blake3(data).hexdigest())
        new = not self._renew(digest, len(data))
        if new:
            self.receive(digest, [data])
        return Kept(digest, len(data), self.path(digest), new)

    def receive(self, digest: Digest, chunks: Iterable[bytes]) -> Path:
        """Gather a blob and put it in place when its digest is right. Raises BlobDamaged and NoSpace."""
        incoming = self._incoming(digest)
        hasher = blake3()
        try:
            with incoming.open("wb") as file:
                for chunk in chunks:
                    hasher.update(chunk)
                    file.write(chunk)
            if hasher.hexdigest() != digest:
                raise BlobDamaged(
                    f"What came as the blob {digest} are other bytes.", "Run the pipeline again."
                )
            return self._settle(incoming, digest)
        except OSError as error:
            raise as_no_space(error, f"keep a blob in {self.root}") from error
        finally:
            incoming.unlink(missing_ok=True)

    def _renew(self, digest: Digest, size: int) -> bool:
        """Whether the blob is here; then it counts as kept just now, so that it is not collected as garbage
        before the server hears of it."""
        if not self.has(digest, size):
            return False
        try:
            os.utime(self.path(digest))
        except (FileNotFoundError, PermissionError):  # just collected, or another person's: keep it anew
            return False
        return True

    def _link(self, source: Path, target: Path, size: int) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(source, target)
        except FileExistsError:
            if not self._renew(Digest(target.name), size):  # left torn by a power cut, or another person's
                self._copy(source, Digest(target.name))
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            self._copy(source, Digest(target.name))

    def _copy(self, source: Path, digest: Digest) -> None:
        incoming = self._incoming(digest)
        try:
            shutil.copyfile(source, incoming)
            self._settle(incoming, digest)
        finally:
            incoming.unlink(missing_ok=True)

    def _incoming(self, digest: Digest) -> Path:
        folder = self.root / INCOMING
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"{digest}.{secrets.token_hex(4)}"

    def _settle(self, incoming: Path, digest: Digest) -> Path:
        target = self.path(digest)
        target.parent.mkdir(parents=True, exist_ok=True)
        incoming.chmod(0o444)
        incoming.replace(target)
        return target


def hash_file(path: Path) -> tuple[Digest, int]:
    """The digest of a file's bytes, and how many they are; large files are hashed by all cores.

    They are mapped into memory, which a file that is cut meanwhile would end us for: it is for files of a job
    whose processes have all ended.
    """
    size = path.stat().st_size
    if size < _SMALL:
        data = path.read_bytes()
        return Digest(blake3(data).hexdigest()), len(data)
    hasher = blake3(max_threads=blake3.AUTO)
    hasher.update_mmap(path)
    return Digest(hasher.hexdigest()), size


def _is_older(file: Path, moment: float) -> bool:
    try:
        return file.lstat().st_mtime < moment
    except FileNotFoundError:
        return False


def as_no_space(error: OSError, deed: str) -> Exception:
    """The error as a person should read it: NoSpace when the disk or the quota is full, else the error
    itself."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return NoSpace(
            f"The disk is full: it was not possible to {deed}.", "Free some space, then run again."
        )
    return error
