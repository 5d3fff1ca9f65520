"""Facts about what a run now would do: asked before one is started, of a pipeline as it is being drawn."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from deepforge.core.ids import JobId, RunId
from deepforge.core.problem import Problem
from deepforge.core.run import JobState, OutputFact

Outlook = Literal["cached", "stale", "new", "unknown", "muted", "bypassed"]


@dataclass(frozen=True)
class CheckRequest:
    """A pipeline as it is being drawn: its nodes by name, each as its file would say it."""

    name: str
    nodes: dict[str, Any] | None = None
    """None: as the file has them."""
    notes: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class CheckAnswer:
    """All that is wrong with a pipeline."""

    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class PlannedFile:
    """The dependencies that a file of operations should declare, as lines for its head."""

    path: str
    missing: tuple[str, ...]
    """Modules that are not installed where it would run."""
    dependencies: tuple[str, ...]
    """Distributions behind all that it imports from elsewhere."""
    head: str


@dataclass(frozen=True)
class PackagePlan:
    """What to declare so that all that operations import is installed before they run."""

    files: tuple[PlannedFile, ...]


@dataclass(frozen=True)
class PreviewRequest:
    """A pipeline as it is being drawn, and attributes that a run would change."""

    name: str
    nodes: dict[str, Any] | None = None
    """None: as the file has them."""
    attributes: dict[str, dict[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Cause:
    """One part of what a node depends on that differs from last time, and how one would say it."""

    part: str
    """The part of the cache key: `attribute epochs`, `operation`, `module utils.x`, `input images` …"""
    words: str
    was: str | None = None
    now: str | None = None
    file: str | None = None
    """The file that changed, when it is code."""
    line: int | None = None
    """Its first line that means something else now."""


@dataclass(frozen=True)
class LastJob:
    """What a node did last."""

    run: RunId
    job: JobId
    state: JobState
    cached: bool
    started: str | None
    ended: str | None
    seconds: float | None
    """How long it took when it really ran; None when it never did, or has not ended."""
    outputs: tuple[OutputFact, ...] = ()
    error: str | None = None


@dataclass(frozen=True)
class NodePreview:
    """What a run now would do with one node."""

    node: str
    state: Outlook
    reason: str
    changes: tuple[Cause, ...] = ()
    run: RunId | None = None
    """The run that answers for it, or else the one it is compared with."""
    job: JobId | None = None
    last: LastJob | None = None
    environment: dict[str, str] = field(default_factory=dict)
    """The distributions it runs with, with their versions, as far as they are known."""


@dataclass(frozen=True)
class ClearRequest:
    """Nodes of a pipeline whose results are to be forgotten, and of all that depends on them."""

    pipeline: str
    nodes: tuple[str, ...]
    downstream: bool = False


@dataclass(frozen=True)
class Cleared:
    """The nodes that will run again, and how many results were forgotten."""

    nodes: tuple[str, ...]
    results: int
