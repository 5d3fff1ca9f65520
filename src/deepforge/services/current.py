"""Current: what the files of each project say now, gone through anew only when one of them changed."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path

from deepforge.core.ids import Digest
from deepforge.services.readings import ProjectReading, Readings
from deepforge.store import project_files


@dataclass(frozen=True)
class Standing:
    """A project as it stands: its files by path, and what they say."""

    folder: Path
    files: dict[str, Digest]
    reading: ProjectReading


class Current:
    """Keeps the last standing of each project folder. Safe for threads."""

    def __init__(self, readings: Readings) -> None:
        self._readings = readings
        self._lock = threading.Lock()
        self._known: dict[Path, Standing] = {}

    def read(self, folder: Path) -> Standing:
        """The project in a folder. Raises InvalidProject when the folder cannot be read."""
        found = project_files.read_files(folder).files
        files = {path: entry.digest for path, entry in found.items()}
        with self._lock:
            known = self._known.get(folder)
        if known is not None and known.files == files:
            return known
        reading = self._readings.read(files, lambda path: (folder / path).read_bytes())
        standing = Standing(folder, files, reading)
        with self._lock:
            self._known[folder] = standing
        return standing
