"""Workers, over HTTP."""

from __future__ import annotations

from deepforge.client.http import Http
from deepforge.core.worker import WorkerView


class Workers:
    """The workers of a server."""

    def __init__(self, http: Http) -> None:
        self._http = http

    def listing(self) -> tuple[WorkerView, ...]:
        """All workers that ever introduced themselves, with when they were last heard of."""
        return self._http.get("/workers", tuple[WorkerView, ...])
