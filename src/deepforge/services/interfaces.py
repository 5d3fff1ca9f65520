"""Interfaces: what an operation looked like when its file could last be read."""

from __future__ import annotations

import threading

from sqlalchemy import Connection

from deepforge.core.errors import DeepForgeError
from deepforge.core.ids import ProjectId
from deepforge.core.manifest import decode_manifest
from deepforge.core.operation import Operation, read_operation
from deepforge.core.problem import errors_of
from deepforge.services.readings import ProjectReading
from deepforge.store import run_lines, runs
from deepforge.store.blobs import Blobs


class Interfaces:
    """Keeps, for each file of a project, the last interface that could be read. Safe for threads.

    What this process has not seen is looked for in the files that the project's newest run froze.
    """

    def __init__(self, blobs: Blobs) -> None:
        self._blobs = blobs
        self._lock = threading.Lock()
        self._last: dict[tuple[ProjectId, str], Operation] = {}

    def keep(self, project: ProjectId, reading: ProjectReading) -> None:
        """Remember the operations that can be read now."""
        with self._lock:
            self._last.update(
                {(project, operation.file): operation for operation in reading.operations.values()}
            )

    def of_unreadable(
        self, connection: Connection, project: ProjectId, reading: ProjectReading
    ) -> tuple[Operation, ...]:
        """The last interface of each operation whose file cannot be read now, where there was one."""
        readable = {operation.file for operation in reading.operations.values()}
        broken = {problem.place.file for problem in errors_of(list(reading.unreadable))} - readable
        found = (self.last(connection, project, file) for file in sorted(filter(None, broken)))
        return tuple(operation for operation in found if operation is not None)

    def last(self, connection: Connection, project: ProjectId, file: str) -> Operation | None:
        """The last interface of one file that could be read; None when there was none."""
        with self._lock:
            known = self._last.get((project, file))
        return known or self._frozen(connection, project, file)

    def _frozen(self, connection: Connection, project: ProjectId, file: str) -> Operation | None:
        """The interface in the files of the project's newest run; None when there is no run, or no longer its
        files.
        """
        line = run_lines.newest_of(connection, project)
        record = runs.find(connection, line.id) if line else None
        if record is None:
            return None
        try:
            entry = decode_manifest(self._blobs.read(record.snapshot)).get(file)
            source = self._blobs.read(entry.digest).decode() if entry else ""
        except (DeepForgeError, UnicodeDecodeError):
            return None
        return read_operation(source, file).operation if source else None
