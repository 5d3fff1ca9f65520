"""Facts about the server itself."""

from __future__ import annotations

from dataclasses import dataclass

from deepforge.core.ids import ProjectId, RunId


@dataclass(frozen=True)
class ServerStatus:
    """How a server does. `memory` in bytes, `uptime` in seconds."""

    version: str
    url: str
    pid: int
    started: str
    uptime: float
    memory: int
    home: str
    """The data directory."""
    database: str
    """`sqlite` or `postgresql`."""


@dataclass(frozen=True)
class EntryRequest:
    """Where a link leads once it has signed a browser in: to a run, to a project, else to the overview."""

    project: ProjectId | None = None
    run: RunId | None = None


@dataclass(frozen=True)
class EntryCode:
    """A link that signs one browser in; it works once, for so many `seconds`."""

    url: str
    seconds: float
