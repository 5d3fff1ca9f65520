"""Watches over project folders: who asked is told within a moment which files are other ones, whoever did it.

The operating system says that something happened; what it was is read from the folder itself, so that nothing
is missed and nothing is told that did not change. A folder on a network disk, where only the changes of this
machine are told, is read once a second instead.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Iterable
from pathlib import Path

import psutil
from watchfiles._rust_notify import RustNotify

from deepforge.core.errors import DeepForgeError
from deepforge.core.ids import ProjectId
from deepforge.services.signals import Signals
from deepforge.store import events
from deepforge.store.database import Database
from deepforge.store.project_files import read_files

_log = logging.getLogger(__name__)

STEP_MILLISECONDS = 150
LOOK_ANYWAY_MILLISECONDS = 60_000
"""After how long a folder is read although nothing was told: the system drops what comes too fast."""
LINGER_SECONDS = 10.0
"""How long a folder is watched when nobody asks any longer."""
POLL_SECONDS = 1.0
MOST_PATHS = 200
"""Paths that one event names; when more changed, it names none, which means any."""
_NETWORK = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "lustre", "glusterfs"})
_SKIPPED = frozenset({"__pycache__", "node_modules", "deepforge-output"})


class Watches:
    """The watches of a house, counted by project. Safe for threads."""

    def __init__(
        self,
        database: Database,
        folder: Callable[[ProjectId], Path],
        told: Callable[[ProjectId, Iterable[str]], None],
        signals: Signals,
    ) -> None:
        self._database = database
        self._folder = folder
        self._told = told
        self._signals = signals
        self._lock = threading.Lock()
        self._counts: dict[ProjectId, int] = {}
        self._watches: dict[ProjectId, Watch] = {}
        self._timers: dict[ProjectId, threading.Timer] = {}
        self._closed = False

    def begin(self, project: ProjectId) -> None:
        """Watch a project's folder, until `end` is called as often."""
        with self._lock:
            self._counts[project] = self._counts.get(project, 0) + 1
            timer = self._timers.pop(project, None)
            if timer is not None:
                timer.cancel()
            if project in self._watches or self._closed:
                return
            try:
                folder = self._folder(project)
            except DeepForgeError:
                return  # who opens or follows a project that is not there gets to know it otherwise
            self._watches[project] = Watch(folder, lambda paths: self._tell(project, paths))

    def end(self, project: ProjectId) -> None:
        """Nobody of those who called `begin` asks any longer, less one."""
        with self._lock:
            left = self._counts.get(project, 0) - 1
            if left > 0:
                self._counts[project] = left
                return
            self._counts.pop(project, None)
            if self._closed or project not in self._watches:
                return
            timer = threading.Timer(LINGER_SECONDS, self._stop, [project])
            timer.daemon = True
            self._timers[project] = timer
            timer.start()

    def close(self) -> None:
        """End all watches."""
        with self._lock:
            self._closed = True
            watches, self._watches = list(self._watches.values()), {}
            for timer in self._timers.values():
                timer.cancel()
        for found in watches:
            found.stop()

    def _stop(self, project: ProjectId) -> None:
        with self._lock:
            self._timers.pop(project, None)
            found = None if project in self._counts else self._watches.pop(project, None)
        if found is not None:
            found.stop()

    def _tell(self, project: ProjectId, paths: set[str]) -> None:
        self._told(project, paths)
        named = sorted(paths) if len(paths) <= MOST_PATHS else []
        try:
            with self._database.write() as connection:
                events.emit(connection, f"project:{project}", project, "files", {"paths": named})
        except DeepForgeError as error:
            _log.warning("Nobody was told that files of the project %s changed: %s", project, error)
        self._signals.committed()


class Watch:
    """A thread that watches one folder, and tells the paths of files that came, went or changed."""

    def __init__(self, folder: Path, told: Callable[[set[str]], None]) -> None:
        self._root = folder.resolve()
        self._told = told
        self._stopped = threading.Event()
        self._known = self._read()
        self._thread = threading.Thread(target=self._work, name=f"watch {folder.name}", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        self._stopped.set()
        if self._thread is not threading.current_thread():
            self._thread.join()

    def _work(self) -> None:
        polled = is_on_network(self._root)
        while not self._stopped.is_set():
            try:
                if polled or not self._root.is_dir():
                    self._stopped.wait(POLL_SECONDS)
                else:
                    self._wait_for_changes()
                self._compare()
            except Exception:  # noqa: BLE001
                _log.exception("The folder %s cannot be watched; it is read once a second.", self._root)
                polled = True

    def _wait_for_changes(self) -> None:
        """Tell what changes until a folder comes or goes."""
        folders = folders_of(self._root)
        try:
            notify = RustNotify([str(folder) for folder in folders], False, False, 0, False, True)
        except FileNotFoundError:
            return  # a folder went since it was listed
        with notify:
            while not self._stopped.is_set():
                self._compare()  # the first time: what happened before the system was asked to tell
                if folders_of(self._root) != folders:
                    return
                notify.watch(STEP_MILLISECONDS, STEP_MILLISECONDS, LOOK_ANYWAY_MILLISECONDS, self._stopped)

    def _compare(self) -> None:
        if self._stopped.is_set():
            return
        now = self._read()
        changed = {path for path in now.keys() | self._known.keys() if now.get(path) != self._known.get(path)}
        self._known = now
        if changed:
            self._told(changed)

    def _read(self) -> dict[str, object]:
        try:
            return dict(read_files(self._root).files)
        except DeepForgeError:
            return {}


def folders_of(root: Path) -> list[Path]:
    """The folders in which files of a project can lie."""
    found = []
    for folder, inner, files in os.walk(root):
        if "pyvenv.cfg" in files:
            inner.clear()
            continue
        inner[:] = sorted(name for name in inner if not name.startswith(".") and name not in _SKIPPED)
        found.append(Path(folder))
    return found


def is_on_network(folder: Path) -> bool:
    """Whether a folder lies on a disk of another machine, whose changes are not told."""
    mounts = {Path(part.mountpoint): part.fstype for part in psutil.disk_partitions(all=True)}
    for place in (folder, *folder.parents):
        if place in mounts:
            kind = mounts[place]
            return kind in _NETWORK or kind.startswith("fuse.")
    return False
