"""Who owns a data directory: its lock, which the kernel lets go of when the process ends."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

LOCK = "server.lock"


def is_owned(home: Path) -> bool:
    """Whether a process holds the lock of the data directory right now."""
    try:
        descriptor = os.open(home / LOCK, os.O_RDWR)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def owner_of(home: Path) -> int | None:
    """The process that owns the data directory; None when none does, or it has not written down its number
    yet.
    """
    return _written(home) if is_owned(home) else None


def was_left_behind(home: Path) -> bool:
    """Whether the last owner ended without a farewell, as one does that is killed: its number still stands
    in the lock.
    """
    return not is_owned(home) and _written(home) is not None


def _written(home: Path) -> int | None:
    try:
        return int((home / LOCK).read_text()[:32])
    except (OSError, ValueError):
        return None
