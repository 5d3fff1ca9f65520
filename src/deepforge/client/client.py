"""The client: one object with a part for each noun."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Self

from deepforge.client.artifacts import Artifacts
from deepforge.client.http import Http
from deepforge.client.live import LiveEvent, follow
from deepforge.client.projects import Projects
from deepforge.client.runs import Runs
from deepforge.client.server_file import ServerFile, ensure_server, find_server
from deepforge.client.system import System
from deepforge.client.workers import Workers
from deepforge.core.errors import ServerUnreachable
from deepforge.core.settings import CONFIG_FILE, Settings, read_home, read_settings


class Client:
    """Talks to one server. Safe for threads; use it in a `with`, or close it."""

    def __init__(self, http: Http) -> None:
        self.http = http
        self.projects = Projects(http)
        self.runs = Runs(http)
        self.artifacts = Artifacts(http)
        self.workers = Workers(http)
        self.system = System(http)

    @classmethod
    def at(cls, url: str, token: str) -> Self:
        """A client of the server at an address."""
        return cls(Http(url, token))

    @classmethod
    def of(cls, settings: Settings, *, start: bool = True) -> Self:
        """A client of the data directory's server. `start`: bring one up when none runs.

        It finds the server again after a restart. Raises ServerUnreachable.
        """
        found = ensure_server(settings) if start else find_server(settings.home)
        if found is None:
            raise ServerUnreachable(
                f"No server runs on {settings.home}.", "Start one with `deepforge start`."
            )
        return cls.to(found, settings.home)

    @classmethod
    def to(cls, server: ServerFile, home: Path) -> Self:
        """A client of a server that was found in its data directory, and is found there again after a
        restart.
        """
        return cls(Http(server.url, server.token, renew=lambda: find_server(home)))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self.http.close()

    def live(
        self, *topics: str, after: int | None = None, idle: float | None = None
    ) -> Iterator[LiveEvent | None]:
        """What happens on topics (`run:<id>`, `runs`) from event number `after` on (None: from now on).

        It connects again when the connection breaks and goes on where it was. With `idle`, None is given
        whenever that many seconds passed without an event.
        """
        return follow(self.http, topics, after=after, idle=idle)


def connect(home: Path | None = None) -> Client:
    """A client of the server on this machine, started when none runs, with the settings of the data
    directory.
    """
    folder = home if home is not None else read_home(os.environ)
    config = folder / CONFIG_FILE
    text = config.read_text() if config.exists() else None
    return Client.of(read_settings(text, os.environ, {"home": folder}).settings)
