"""Syncing: what jobs wrote reaches the disk within a second, in the background, so that a power cut takes no
more."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

from deepforge.worker.blob_folder import Kept

SECONDS = 1.0


class Syncer:
    """Remembers which files are new or have grown and syncs them together. Safe for threads."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._dirty: set[str] = set()
        self._lock = threading.Lock()
        self._something = threading.Event()
        threading.Thread(target=self._run, name="syncer", daemon=True).start()

    def blob(self, kept: Kept) -> None:
        """A blob was put in place: it and its name are to last."""
        if kept.new:
            self.grown(kept.path, kept.path.parent)

    def grown(self, *paths: Path) -> None:
        """These files or folders have changed. One that is gone by the time it is its turn needs no
        syncing."""
        with self._lock:
            self._dirty.update(map(str, paths))
        self._something.set()

    def sync(self) -> int:
        """Sync now; how many files or folders that were."""
        with self._lock:
            paths, self._dirty = self._dirty, set()
            self._something.clear()
        return sum(_sync(path) for path in sorted(paths))

    def _run(self) -> None:
        while True:
            self._something.wait()
            time.sleep(self._seconds)
            self.sync()


def _sync(path: str) -> bool:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        os.fsync(descriptor)
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return True
