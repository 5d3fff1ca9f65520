"""Who asks, and what they may do."""

from __future__ import annotations

from dataclasses import dataclass

from deepforge.core.ids import TokenId, UserId, WorkerId

PROJECTS_READ = "projects:read"
PROJECTS_WRITE = "projects:write"
RUNS_READ = "runs:read"
RUNS_WRITE = "runs:write"
ARTIFACTS_READ = "artifacts:read"
ARTIFACTS_WRITE = "artifacts:write"
BLOBS_READ = "blobs:read"
BLOBS_WRITE = "blobs:write"
WORKERS_EXCHANGE = "workers:exchange"
ADMIN = "admin"

PERMISSIONS: frozenset[str] = frozenset(
    {
        PROJECTS_READ,
        PROJECTS_WRITE,
        RUNS_READ,
        RUNS_WRITE,
        ARTIFACTS_READ,
        ARTIFACTS_WRITE,
        BLOBS_READ,
        BLOBS_WRITE,
        WORKERS_EXCHANGE,
        ADMIN,
    }
)
"""All there are; a route names one of them."""

OWNER: frozenset[str] = PERMISSIONS - {WORKERS_EXCHANGE}
"""What the person may who owns the installation."""

WORKER: frozenset[str] = frozenset({WORKERS_EXCHANGE, BLOBS_READ, BLOBS_WRITE})
"""What a worker may: take jobs, tell how they go, and move the bytes they need."""


@dataclass(frozen=True)
class SessionView:
    """Who is signed in, and what they may do."""

    user: UserId
    name: str
    permissions: tuple[str, ...]


@dataclass(frozen=True)
class Caller:
    """Who asks, as the gate found out: the user, what is allowed, and the worker when it is one's token."""

    user: UserId
    name: str
    permissions: frozenset[str]
    worker: WorkerId | None = None
    token: TokenId | None = None

    def may(self, permission: str) -> bool:
        """Whether the caller holds the permission."""
        return permission in self.permissions
