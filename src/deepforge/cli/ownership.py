"""Whether a server owns a data directory: its lock, which the kernel lets go of when the process ends."""

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
