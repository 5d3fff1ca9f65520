"""Ballast: a little disk space held back, so that a job that filled the disk can still be told to have
ended."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

SIZE = 1 << 20
"""Bytes."""


@dataclass(frozen=True)
class Ballast:
    """A file of SIZE bytes that means nothing."""

    path: Path

    @classmethod
    def beside(cls, folder: Path) -> Ballast:
        """The ballast of the worker in whose `jobs` the folder is."""
        return cls(folder.parent.parent / "ballast")

    def take(self) -> bool:
        """Hold the space, if it is not held already and the disk has ten times as much. Whether it is
        held."""
        try:
            if self.path.exists() and self.path.stat().st_size == SIZE:
                return True
            free = os.statvfs(self.path.parent)
            if free.f_bavail * free.f_frsize < 10 * SIZE:
                return False
            self.path.write_bytes(os.urandom(SIZE))
        except OSError:
            self.drop()
            return False
        return True

    def drop(self) -> None:
        """Give the space back."""
        self.path.unlink(missing_ok=True)
