"""Walls around the process of a helper: it reads the code it is asked about and that of packages, no more.

Code can name what it has no business with: `from ......home import secrets` leads an analyser out of the
project. Whatever is to be opened, listed, started or connected is therefore looked at before it happens.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from typing import Any

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_LISTING = frozenset({"os.listdir", "os.scandir", "os.chdir", "glob.glob", "pathlib.Path.glob"})
_CHANGING = frozenset(
    {"os.chmod", "os.chown", "os.link", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.symlink"}
    | {"os.truncate", "os.utime"}
)
_FORBIDDEN = frozenset({"os.exec", "os.fork", "os.forkpty", "os.kill", "os.posix_spawn", "os.system"})
_FORBIDDEN_ROOMS = ("ctypes.", "http.", "shutil.", "socket.", "subprocess.", "urllib.", "webbrowser.")


class Walls:
    """What this process may touch. They cannot be taken down again."""

    def __init__(self, own: str) -> None:
        self._own = _real(own)
        self._libraries = tuple(_real(folder) for folder in sys.path if os.path.isdir(folder))
        self._open = self._libraries
        sys.addaudithook(self._look)

    def let_read(self, folders: Iterable[str]) -> None:
        """Have these folders be the only ones that can be read besides the libraries of this process."""
        self._open = (*self._libraries, *(_real(folder) for folder in folders))

    def _look(self, event: str, words: tuple[Any, ...]) -> None:
        if event == "open":
            path, mode, flags = words
            writes = bool((flags or 0) & _WRITING) or (isinstance(mode, str) and set(mode) & set("wax+"))
            self._check(path, (self._own,) if writes else (self._own, *self._open))
        elif event in _LISTING:
            self._check(words[0], (self._own, *self._open))
        elif event in _CHANGING:
            for path in words:
                if isinstance(path, str | bytes | os.PathLike):
                    self._check(path, (self._own,))
        elif event == "import":
            if words[1] is not None:
                self._check(words[1], self._libraries)
        elif event in _FORBIDDEN or event.startswith(_FORBIDDEN_ROOMS):
            raise PermissionError(f"The analysis of code does nothing like {event}.")

    def _check(self, path: Any, folders: tuple[str, ...]) -> None:
        if isinstance(path, int):  # it was opened before
            return
        real = _real(os.fsdecode(path if path is not None else "."))
        if not any(real == folder or real.startswith(folder.rstrip(os.sep) + os.sep) for folder in folders):
            raise PermissionError(f"The analysis of code has no business with {real}.")


def _real(path: str) -> str:
    return os.path.realpath(path)
