"""Facts about runs, jobs and attempts, as the API, the client and the command line show them.

Times are UTC in ISO 8601 with milliseconds and a `Z`; sizes are bytes; durations are seconds.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from deepforge.core.ids import Digest, JobId, ProjectId, RunId

RunState = Literal["pending", "running", "success", "failed", "canceled"]
JobState = Literal["pending", "queued", "running", "success", "failed", "canceled", "skipped"]

RUN_STATES: tuple[RunState, ...] = ("pending", "running", "success", "failed", "canceled")
RUN_ENDS: frozenset[RunState] = frozenset({"success", "failed", "canceled"})
JOB_ENDS: frozenset[JobState] = frozenset({"success", "failed", "canceled", "skipped"})


@dataclass(frozen=True)
class Origin:
    """The run that another one was made from, and how.

    `again`: from the same files. `from`: the same, anew from some nodes on. `failed`: only what had not
    succeeded. `restart`: a job and what depends on it, with the project's files as they were by then.
    """

    run: RunId
    how: Literal["again", "from", "failed", "restart"] = "again"
    nodes: tuple[str, ...] = ()
    """From which nodes on it ran anew."""


@dataclass(frozen=True)
class Frame:
    """One line of a traceback; `project_file` when the file belongs to the project."""

    file: str
    line: int
    function: str
    code: str = ""
    project_file: str | None = None


@dataclass(frozen=True)
class Failure:
    """Why a job failed: the kind (a class name, `Killed`, `TimedOut` …), what was said, where."""

    kind: str
    message: str
    traceback: str = ""
    frames: tuple[Frame, ...] = ()
    hint: str | None = None


@dataclass(frozen=True)
class Progress:
    """How far a job is: `value` of `total` (None when unknown), and what it is doing."""

    value: float
    total: float | None = None
    label: str = ""


@dataclass(frozen=True)
class OutputFact:
    """The data that left an output: its bytes by digest, its Python type and the codec that wrote them."""

    name: str
    digest: Digest
    size: int
    type: str
    codec: str


@dataclass(frozen=True)
class JobView:
    """One job of a run."""

    id: JobId
    name: str
    operation: str
    state: JobState
    cached: bool = False
    reason: str | None = None
    """Why it waits, why it ran, or why it did not have to."""
    started: str | None = None
    ended: str | None = None
    error: Failure | None = None
    fence: int = 0
    """The number of the newest attempt; 0 before the first."""
    worker: str | None = None
    progress: Progress | None = None
    after: tuple[str, ...] = ()
    """The names of the jobs whose outputs it takes."""
    outputs: tuple[OutputFact, ...] = ()
    metrics: dict[str, float | None] = field(default_factory=dict)


@dataclass(frozen=True)
class RunArtifact:
    """A version of an artifact that a run saved."""

    name: str
    version: int
    digest: Digest
    type: str
    size: int
    made: bool = True
    """False: what the run was to save is the same as this version, which was there already."""


@dataclass(frozen=True)
class RunView:
    """One run, whole."""

    id: RunId
    project: ProjectId
    project_name: str
    pipeline: str
    state: RunState
    jobs: tuple[JobView, ...]
    artifacts: tuple[RunArtifact, ...]
    metrics: dict[str, float | None]
    """Last value of each metric."""
    created: str
    started: str | None
    ended: str | None
    snapshot: Digest
    """Digest of the manifest of the project's files as they were."""
    commit: str | None = None
    """The git commit the project stood on, when it is under git."""
    author: str = ""
    figures: int = 0
    tags: tuple[str, ...] = ()
    origin: Origin | None = None
    """The run it was made from; None when it was asked for by itself."""
    stopping: bool = False
    """Whether it was asked to stop and has not ended yet."""


@dataclass(frozen=True)
class RunSummary:
    """One run, as a line of a list."""

    id: RunId
    project: ProjectId
    project_name: str
    pipeline: str
    state: RunState
    created: str
    started: str | None
    ended: str | None
    jobs: dict[str, int]
    """How many jobs are in each state; states with none are left out."""
    cached: int
    metrics: dict[str, float | None]
    author: str = ""
    tags: tuple[str, ...] = ()
    origin: Origin | None = None


@dataclass(frozen=True)
class RunFilter:
    """Which runs are wanted; None and empty: all."""

    project: ProjectId | None = None
    states: tuple[RunState, ...] = ()
    pipeline: str | None = None
    author: str | None = None
    tag: str | None = None
    since: datetime | None = None
    """Those that were asked for at this time or later; a time without a zone is UTC."""
    until: datetime | None = None
    """Those that were asked for before this time."""
    origin: RunId | None = None
    """Those that were made from this run."""
    text: str = ""
    """Words of which each is in the pipeline's name, the author's, a tag, or begins or ends the id."""
    removed: bool = False
    """Those that are removed and can still be brought back, in place of those that are there."""


@dataclass(frozen=True)
class RunRequest:
    """What is asked: run this pipeline of this project, with these attributes changed."""

    project: ProjectId
    pipeline: str
    attributes: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Node → attribute → value, over what the pipeline says."""
    cache: bool = True
    key: str | None = None
    """Idempotency key: asking again with the same key gives the same run."""
    to: tuple[str, ...] = ()
    """Run only these nodes and what they need; empty: all."""
    refresh: tuple[str, ...] = ()
    """Run these nodes and what depends on them, whatever the cache has."""
    origin: Origin | None = None


@dataclass(frozen=True)
class FigureView:
    """One version of a figure: its parts by media type, each a digest to fetch."""

    job: JobId
    job_name: str
    figure: str
    title: str
    version: int
    created: str
    parts: dict[str, Digest]
    sizes: dict[str, int] = field(default_factory=dict)
    """Bytes of each part."""


@dataclass(frozen=True)
class FigureVersions:
    """Versions of one figure, oldest first; there are `total`, numbered from 1."""

    total: int
    versions: tuple[FigureView, ...]


@dataclass(frozen=True)
class LogPage:
    """A stretch of a job's log. `next` is the offset in bytes to go on from; `done`: no more will come."""

    job: JobId
    offset: int
    text: str
    next: int
    size: int
    done: bool


@dataclass(frozen=True)
class CutLine:
    """A line of a log of which only the beginning is shown; it has so many bytes."""

    line: int
    bytes: int


@dataclass(frozen=True)
class LogLines:
    """Lines of a job's log, numbered from 0, as a terminal would show them: colours and styles stay.

    `total` counts the lines there are; the last one may still grow. `done`: no more will come.
    """

    job: JobId
    attempt: int
    first: int
    lines: tuple[str, ...]
    cut: tuple[CutLine, ...]
    total: int
    size: int
    done: bool


@dataclass(frozen=True)
class LogMatch:
    """A line in which a text was found: a piece of it around that, and where in the piece it begins."""

    line: int
    text: str
    at: int


@dataclass(frozen=True)
class LogMatches:
    """Lines in which a text was found. `next`: the line to go on from; None when all was looked through."""

    matches: tuple[LogMatch, ...]
    next: int | None


@dataclass(frozen=True)
class AttemptView:
    """One try at a job: its number, when it ran and how much it printed, in bytes.

    `ending`: how it ended, when it did not end well.
    """

    number: int
    started: str
    ended: str | None
    size: int
    ending: str | None = None


@dataclass(frozen=True)
class Change:
    """One part of a cache key that differs from last time: `was` and `now` as a person would read them."""

    part: str
    was: str | None
    now: str | None


@dataclass(frozen=True)
class Explanation:
    """Why a job ran or did not: the words, and what changed since the run it is compared with."""

    job: str
    cached: bool
    reason: str
    changes: tuple[Change, ...] = ()
    compared_with: RunId | None = None


@dataclass(frozen=True)
class ComparedRow:
    """One thing that runs have in common by name, with its value in each; None where a run has none."""

    kind: Literal["attribute", "environment", "file", "job", "metric", "artifact"]
    name: str
    """`train.epochs` for an attribute; otherwise a package, the path of a file, the node of a job."""
    values: tuple[Any, ...]
    """In the order of the runs: of a file and an artifact the digest, of a job the state, of a metric the
    last value."""
    differs: bool


@dataclass(frozen=True)
class RunComparison:
    """What runs were made of and what they gave, side by side."""

    runs: tuple[RunSummary, ...]
    rows: tuple[ComparedRow, ...]
