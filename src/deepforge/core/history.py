"""Facts about the history of a project: its versions, what differs between two, and the branches of its
repository.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from deepforge.core.ids import RunId
from deepforge.core.pipeline import Note
from deepforge.core.pipeline_diff import PipelineDiff
from deepforge.core.project import PipelineView

VersionKind = Literal["edit", "run", "named", "restore", "commit"]
"""Why a version was kept: after a spell of edits, as what a run ran, because somebody named it, after a
restore, or as a commit of the person's own."""

NOW = "now"
"""In place of a version: the files as they are."""


@dataclass(frozen=True)
class VersionView:
    """One version of the files of a project."""

    id: str
    kind: VersionKind
    at: str
    words: str
    """What happened, in a line."""
    authors: tuple[str, ...]
    """Empty when the files were changed by other programs."""
    names: tuple[str, ...]
    """What people called this version."""
    files: tuple[str, ...]
    """The files that it changed, the first of them."""
    changed: int
    """How many files it changed."""
    runs: tuple[RunId, ...] = ()
    """The runs that ran with exactly these files, the newest first."""


@dataclass(frozen=True)
class HistoryPage:
    """A stretch of the history, newest first. `next` is where the rest begins; None: there is no more."""

    versions: tuple[VersionView, ...]
    next: str | None


@dataclass(frozen=True)
class VersionName:
    """A name for a version; without one, for the files as they are."""

    name: str
    version: str = NOW


@dataclass(frozen=True)
class VersionFile:
    """A file as it was in a version. `text` is None when it is no text."""

    path: str
    version: str
    size: int
    text: str | None


@dataclass(frozen=True)
class VersionPipeline:
    """A pipeline as it was in a version. `pipeline` is None where it was not there, or cannot be read."""

    path: str
    version: str
    pipeline: PipelineView | None = None
    notes: dict[str, Note] = field(default_factory=dict)
    problem: str | None = None
    """Why its file cannot be read."""


@dataclass(frozen=True)
class FileChange:
    """How a file differs between two versions."""

    path: str
    change: Literal["added", "removed", "changed"]
    added: int
    """Lines."""
    removed: int
    binary: bool
    patch: str
    """The difference in unified form, without heads of files; empty when the file is no text."""
    cut: bool = False
    """Whether the difference was too long, and only its begin is here."""


@dataclass(frozen=True)
class PipelineChange:
    """How a pipeline differs between two versions, and how it is on each side; None: it is not there."""

    path: str
    diff: PipelineDiff
    before: PipelineView | None
    after: PipelineView | None


@dataclass(frozen=True)
class HistoryDiff:
    """What differs between two versions."""

    before: str
    after: str
    files: tuple[FileChange, ...]
    pipelines: tuple[PipelineChange, ...]


@dataclass(frozen=True)
class RestoreRequest:
    """A version to go back to, with all files or with one."""

    version: str
    path: str | None = None


@dataclass(frozen=True)
class Restored:
    """What a restore did: the version that the files are now, and the one that they were, to undo it with."""

    version: str
    before: str
    written: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True)
class BranchRequest:
    """A branch to make in the person's repository, at a version."""

    name: str
    version: str = NOW
    checkout: bool = False
    """Whether to go on working on it; the folder must hold nothing that is not committed."""


@dataclass(frozen=True)
class BranchView:
    """A branch of the person's repository."""

    name: str
    commit: str
    at: str
    current: bool


@dataclass(frozen=True)
class Branches:
    """The branches; `repository` is false when the project's folder is in none."""

    repository: bool
    branches: tuple[BranchView, ...] = ()
