"""The server itself, over HTTP: how it does, the way in for a browser, its end."""

from __future__ import annotations

from deepforge.client.http import Http
from deepforge.core.ids import ProjectId, RunId
from deepforge.core.server import EntryCode, EntryRequest, ServerStatus


class System:
    """The server."""

    def __init__(self, http: Http) -> None:
        self._http = http

    def status(self) -> ServerStatus:
        """Version, address and load of the server."""
        return self._http.get("/status", ServerStatus)

    def entry(self, project: ProjectId | None = None, run: RunId | None = None) -> EntryCode:
        """A link that signs a browser in and leads to a run or a project; it works once, for a minute."""
        return self._http.post("/session/codes", EntryCode, EntryRequest(project, run))

    def stop(self) -> None:
        """End the server in good order: its worker gives its jobs back, and the next server goes on."""
        self._http.post("/stop", None)
