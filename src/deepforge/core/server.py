"""Facts about the server itself."""

from __future__ import annotations

from dataclasses import dataclass


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
class EntryCode:
    """A link that signs one browser in; it works once, for so many `seconds`."""

    url: str
    seconds: float
