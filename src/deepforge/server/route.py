"""Routes as facts: each names the permission it takes, and the gate reads the same table that the app is
built from.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from starlette.routing import compile_path

Method = Literal["GET", "POST", "PUT", "DELETE", "WEBSOCKET"]
Endpoint = Callable[..., Any]
_E = TypeVar("_E", bound=Endpoint)

PUBLIC = "public"
"""The permission of a route that needs no credentials: the way in, and the files that make pages look right.
"""

SIGNED_IN = "signed in"
"""The permission of a route that anyone who proved who they are may use."""

MESSAGE_LIMIT = 2 << 20
"""Bytes of a JSON body that a route takes unless it says otherwise."""


@dataclass(frozen=True)
class Route:
    """One route: where, what for, who may, what it takes and what it answers."""

    method: Method
    path: str
    permission: str
    endpoint: Endpoint
    name: str
    summary: str
    takes: Any = None
    """Type of the JSON body; None when there is none."""
    takes_media: str | None = None
    """Media type of a body that is not JSON."""
    answers: Any = None
    """Type of the JSON answer; None when the answer is something else."""
    answers_media: str | None = None
    status: int = 200
    body_limit: int | None = MESSAGE_LIMIT
    """Most bytes of a body; None: as many as the disk takes."""
    noun: str = ""
    is_page: bool = False
    express: bool = False
    """Whether it is called without FastAPI: its endpoint takes `request`, `house`, `who` and the words of the
    path, and nothing else."""


class Routes:
    """A collection of routes under one prefix, filled by decorators."""

    def __init__(self, prefix: str = "", noun: str = "", *, pages: bool = False) -> None:
        self.prefix = prefix
        self.noun = noun
        self.pages = pages
        self.routes: list[Route] = []

    def add(self, method: Method, path: str, *, permission: str, **facts: Any) -> Callable[[_E], _E]:
        """Declare the decorated function as a route; the first line of its docstring is the summary."""

        def register(endpoint: _E) -> _E:
            summary = (endpoint.__doc__ or "").strip().partition("\n")[0]
            self.routes.append(
                Route(
                    method,
                    self.prefix + path,
                    permission,
                    endpoint,
                    name=endpoint.__name__,
                    summary=summary,
                    noun=self.noun,
                    is_page=self.pages,
                    **facts,
                )
            )
            return endpoint

        return register

    def get(self, path: str, *, permission: str, **facts: Any) -> Callable[[_E], _E]:
        """Declare a route that reads."""
        return self.add("GET", path, permission=permission, **facts)

    def post(self, path: str, *, permission: str, **facts: Any) -> Callable[[_E], _E]:
        """Declare a route that does something."""
        return self.add("POST", path, permission=permission, **facts)

    def put(self, path: str, *, permission: str, **facts: Any) -> Callable[[_E], _E]:
        """Declare a route that keeps what it is sent."""
        return self.add("PUT", path, permission=permission, **facts)

    def delete(self, path: str, *, permission: str, **facts: Any) -> Callable[[_E], _E]:
        """Declare a route that removes."""
        return self.add("DELETE", path, permission=permission, **facts)

    def websocket(self, path: str, *, permission: str, **facts: Any) -> Callable[[_E], _E]:
        """Declare a web socket."""
        return self.add("WEBSOCKET", path, permission=permission, **facts)


class RouteTable:
    """All routes of the app, found by method and path."""

    def __init__(self, routes: list[Route]) -> None:
        self.routes = tuple(routes)
        self._fixed: dict[str, dict[str, Route]] = {}
        self._patterns: list[tuple[re.Pattern[str], dict[str, Route]]] = []
        patterns: dict[str, dict[str, Route]] = {}
        for route in routes:
            here = self._fixed if "{" not in route.path else patterns
            methods = here.setdefault(route.path, {})
            if route.method in methods:
                raise ValueError(f"{route.method} {route.path} is declared twice")
            methods[route.method] = route
        self._patterns = [(compile_path(path)[0], methods) for path, methods in patterns.items()]

    def __iter__(self) -> Iterator[Route]:
        return iter(self.routes)

    def at(self, path: str) -> dict[str, Route]:
        """The routes of a path by method; empty when there is none."""
        if path in self._fixed:
            return self._fixed[path]
        for pattern, methods in self._patterns:
            if pattern.match(path):
                return methods
        return {}
