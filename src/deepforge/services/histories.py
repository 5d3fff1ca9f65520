"""What a server remembers of histories: the chronicle of each project, and edits that are not kept as a
version yet.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from deepforge.core.ids import ProjectId, RunId
from deepforge.store.chronicle import Chronicle
from deepforge.store.data_directory import DataDirectory

QUIET_SECONDS = 120.0
"""After so long without an edit the files are kept as a version."""
BUSY_SECONDS = 1800.0
"""While edits go on, they are kept at least so often."""


@dataclass
class _Spell:
    """Edits since the last version, by the clock of the house."""

    begun: float
    last: float
    authors: dict[str, None] = field(default_factory=dict)


class Histories:
    """Safe for threads."""

    def __init__(self, data: DataDirectory, clock: Callable[[], float]) -> None:
        self._data = data
        self._clock = clock
        self._lock = threading.Lock()
        self._chronicles: dict[ProjectId, Chronicle] = {}
        self._spells: dict[ProjectId, _Spell] = {}
        self._met: set[ProjectId] = set()
        self.handled: dict[ProjectId, RunId] = {}
        """The newest run of each project whose files are kept; changed under the lock of its chronicle."""
        self.newest_run: RunId | None = None
        """The newest run that was looked at, of any project."""
        self.seen: int | None = None
        """The newest event that was looked at."""

    def of(self, project: ProjectId) -> Chronicle:
        """The chronicle of a project, the same object for all who ask."""
        with self._lock:
            if project not in self._chronicles:
                self._chronicles[project] = Chronicle(self._data.history_of(project))
            return self._chronicles[project]

    def meet(self, project: ProjectId) -> bool:
        """Whether this project is new to this server; only the first who asks is told so."""
        with self._lock:
            is_new = project not in self._met
            self._met.add(project)
            return is_new

    def note(self, project: ProjectId, author: str | None) -> None:
        """Files of a project were changed, by somebody, or by another program (None)."""
        now = self._clock()
        with self._lock:
            spell = self._spells.setdefault(project, _Spell(now, now))
            spell.last = now
            if author is not None:
                spell.authors[author] = None

    def due(self) -> list[ProjectId]:
        """The projects whose edits should be kept as a version now."""
        now = self._clock()
        with self._lock:
            return [
                project
                for project, spell in self._spells.items()
                if now - spell.last >= QUIET_SECONDS or now - spell.begun >= BUSY_SECONDS
            ]

    def take(self, project: ProjectId) -> tuple[str, ...]:
        """Who made the edits that are kept now; they count as kept from here on."""
        with self._lock:
            spell = self._spells.pop(project, None)
        return tuple(spell.authors) if spell else ()

    def forget(self, project: ProjectId) -> None:
        """The project is gone for good, and its versions with it."""
        chronicle = self.of(project)
        with self._lock:
            self._spells.pop(project, None)
            self._chronicles.pop(project, None)
        chronicle.drop()
