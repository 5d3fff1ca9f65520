"""Facts about what a run was made of: its pipeline and its files as they were, and what is made from them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from deepforge.core.environment import Declared
from deepforge.core.ids import Digest, ProjectId, RunId
from deepforge.core.project import NodeView
from deepforge.core.resources import Machine

Now = Literal["same", "changed", "gone"]
"""How a file of the project stands today, compared with what a run froze."""


@dataclass(frozen=True)
class RunTags:
    """What is asked: give a run these tags and no others."""

    tags: tuple[str, ...]


@dataclass(frozen=True)
class Again:
    """What is asked: the same run once more, with these attributes changed over what it had."""

    attributes: dict[str, dict[str, Any]] = field(default_factory=dict)
    refresh: tuple[str, ...] = ()
    """Run these nodes and what depends on them, whatever the cache has."""
    key: str | None = None
    """Idempotency key."""


@dataclass(frozen=True)
class RunDocument:
    """The pipeline of a run as it was, with the attributes that were asked for."""

    run: RunId
    pipeline: str
    file: str
    nodes: tuple[NodeView, ...]
    defaults: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Node → attribute → the value it had because none was given. A node that was not run has none here."""
    computed: dict[str, dict[str, str]] = field(default_factory=dict)
    """The same where the default is no value but code, as its text."""


@dataclass(frozen=True)
class FrozenFile:
    """A file as a run froze it."""

    path: str
    digest: Digest
    size: int
    now: Now


@dataclass(frozen=True)
class FrozenText:
    """What stands in a file as a run froze it; no text when it cannot be shown, and why."""

    path: str
    digest: Digest
    size: int
    text: str | None
    reason: str | None = None


@dataclass(frozen=True)
class RunEnvironment:
    """What some jobs of a run ran with: what was declared, what that became, and on which machine."""

    jobs: tuple[str, ...]
    declared: Declared | None
    """None: they ran with what the worker's interpreter has."""
    resolved: dict[str, str]
    """Version by distribution; "" for one that was not resolved."""
    worker: str | None = None
    machine: Machine | None = None


@dataclass(frozen=True)
class FromRun:
    """What is asked: write the pipeline of a run into the project, under this name."""

    run: RunId
    name: str


@dataclass(frozen=True)
class WrittenPipeline:
    """A pipeline that was written from a run, and which files it may use are other than the run's today."""

    project: ProjectId
    name: str
    file: str
    differs: tuple[FrozenFile, ...]


@dataclass(frozen=True)
class ComparedFile:
    """A file of two runs: as each froze it (None: it had none), and what differs, as a unified diff."""

    path: str
    runs: tuple[RunId, RunId]
    texts: tuple[str | None, str | None]
    diff: str
    reason: str | None = None
    """Why it cannot be shown."""


@dataclass(frozen=True)
class RunCount:
    """How many runs there are."""

    count: int
