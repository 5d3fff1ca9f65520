"""Interfaces: what an operation looked like when its file could last be read."""

from __future__ import annotations

import logging
import threading

from deepforge.core.ids import ProjectId
from deepforge.core.operation import Operation, read_operation
from deepforge.core.problem import errors_of
from deepforge.services.readings import ProjectReading
from deepforge.store import last_sources
from deepforge.store.data_directory import DataDirectory

_log = logging.getLogger(__name__)


class Interfaces:
    """Keeps, for each file of a project, the last interface that could be read. Safe for threads.

    The sources are kept in the data directory, so that a new server knows them too.
    """

    def __init__(self, data: DataDirectory) -> None:
        self._data = data
        self._lock = threading.Lock()
        self._last: dict[tuple[ProjectId, str], Operation] = {}
        self._sources: dict[ProjectId, dict[str, str]] = {}

    def keep(self, project: ProjectId, reading: ProjectReading) -> None:
        """Remember the operations that can be read now."""
        operations = reading.operations.values()
        with self._lock:
            self._last.update({(project, operation.file): operation for operation in operations})
            known = self._known(project)
            now = {operation.file: reading.modules[operation.module] for operation in operations}
            if now.items() <= known.items():
                return
            known.update(now)
            try:
                last_sources.write(self._data.sources_of(project), known)
            except OSError as error:
                _log.warning("The sources of project %s cannot be remembered: %s", project, error)

    def of_unreadable(self, project: ProjectId, reading: ProjectReading) -> tuple[Operation, ...]:
        """The last interface of each operation whose file cannot be read now, where there was one."""
        readable = {operation.file for operation in reading.operations.values()}
        broken = {problem.place.file for problem in errors_of(list(reading.unreadable))} - readable
        found = (self.last(project, file) for file in sorted(filter(None, broken)))
        return tuple(operation for operation in found if operation is not None)

    def last(self, project: ProjectId, file: str) -> Operation | None:
        """The last interface of one file that could be read; None when there was none."""
        with self._lock:
            operation = self._last.get((project, file))
            source = self._known(project).get(file)
        if operation is None and source is not None:
            operation = read_operation(source, file).operation
        return operation

    def forget(self, project: ProjectId) -> None:
        """The project is gone for good."""
        with self._lock:
            self._sources.pop(project, None)
            self._last = {key: operation for key, operation in self._last.items() if key[0] != project}
            self._data.sources_of(project).unlink(missing_ok=True)

    def _known(self, project: ProjectId) -> dict[str, str]:
        if project not in self._sources:
            try:
                self._sources[project] = last_sources.read(self._data.sources_of(project))
            except OSError as error:
                _log.warning("The last sources of project %s cannot be read: %s", project, error)
                self._sources[project] = {}
        return self._sources[project]
