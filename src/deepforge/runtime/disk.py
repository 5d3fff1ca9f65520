"""The disk under a file that could not be written: whether it is full, and how much room it had."""

from __future__ import annotations

import errno
import os
from typing import Optional

PROBE = 1 << 20
"""Bytes that have to find room behind an unfinished file, so that the disk does not count as full."""


def refusal(path: str, error: Exception, size: Optional[int]) -> Optional[OSError]:
    """What the system says of a disk that is too full for the unfinished file at `path`; None when it is not.

    `error` is what whoever wrote it says: libraries have their own words for a full disk, and some find out
    before they write anything. `size`: the bytes that were to be written, where that is known.
    """
    known = isinstance(error, OSError) and error.errno is not None
    found = error if known else _probe(path)
    if found is None and isinstance(error, OSError) and size is not None and _room(path) < size:
        found = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    if not isinstance(found, OSError):
        return None
    if found.errno == errno.ENOSPC:
        found.hint = _hint(_room(path), size)  # type: ignore[attr-defined]
    return found


def _probe(path: str) -> Optional[OSError]:
    try:
        with open(path, "ab", buffering=0) as file:
            for _ in range(PROBE // 65536):
                file.write(bytes(65536))
    except OSError as error:
        return error
    return None


def _room(path: str) -> int:
    """The bytes that were free before the file was begun; 0 when even that cannot be told."""
    try:
        disk = os.statvfs(path)
        return disk.f_bavail * disk.f_frsize + os.stat(path).st_blocks * 512
    except OSError:
        return 0


def _hint(room: int, size: Optional[int]) -> str:
    needed = " of the %s that the value needs" % _shown(size) if size is not None and size > room else ""
    return "The worker's disk is full: it had %s free%s. Make room and run it again." % (_shown(room), needed)


def _shown(size: float) -> str:
    for unit in ("B", "kB", "MB"):
        if size < 1000:
            return "%.3g %s" % (size, unit)
        size /= 1000
    return "%.3g GB" % size
