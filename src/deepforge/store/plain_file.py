"""Plain files: read without waiting, should somebody have put a pipe in the place of one."""

from __future__ import annotations

import os
import stat
from pathlib import Path


def read_plain(file: Path, most: int) -> bytes | None:
    """The bytes of a file, at most `most`; None for a pipe or a device, which is not read.

    Raises OSError, of a folder IsADirectoryError.
    """
    descriptor = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)  # a pipe would be waited for
    try:
        kind = os.fstat(descriptor).st_mode
        if not stat.S_ISREG(kind) and not stat.S_ISDIR(kind):
            return None
        with open(descriptor, "rb", closefd=False) as opened:
            return opened.read(most)
    finally:
        os.close(descriptor)
