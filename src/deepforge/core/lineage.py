"""Facts about lineage: what led to a version of an artifact, and what came of it, as a graph."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from deepforge.core.ids import ArtifactId, Digest, JobId, RunId

NodeKind = Literal["artifact", "job", "file", "data"]


@dataclass(frozen=True)
class LineageNode:
    """One thing in a lineage. An artifact is a version of it; `data` are bytes that nobody named."""

    id: str
    kind: NodeKind
    name: str
    artifact: ArtifactId | None = None
    version: int | None = None
    digest: Digest | None = None
    type: str = ""
    codec: str = ""
    size: int | None = None
    run: RunId | None = None
    job: JobId | None = None
    operation: str = ""
    pipeline: str = ""
    state: str = ""
    at: str | None = None
    """When it was made."""
    removed: bool = False
    """Whether the run it belongs to, or the artifact, is no longer there."""
    origin: Literal["", "upload", "reference", "run"] = ""


@dataclass(frozen=True)
class LineageEdge:
    """What went from one to the other: the output, and the input it was given to."""

    source: str
    target: str
    label: str = ""


@dataclass(frozen=True)
class LineageView:
    """A part of a lineage around `root`. `next` goes on with the runs that took it, where there are more."""

    root: str
    nodes: tuple[LineageNode, ...]
    edges: tuple[LineageEdge, ...]
    next: str | None = None
    cut: bool = False
    """Whether more led to it than is told."""


@dataclass(frozen=True)
class PipelineRequest:
    """What is asked: write what led to a version of an artifact as a pipeline of the project."""

    name: str
    version: int | None = None


@dataclass(frozen=True)
class Difference:
    """How an operation, as it was, differs from today's."""

    node: str
    operation: str
    kind: Literal["missing", "changed", "attribute"]
    message: str


@dataclass(frozen=True)
class MadePipeline:
    """A pipeline that was written, and what is not as it was."""

    name: str
    path: str
    nodes: dict[str, dict[str, Any]]
    differences: tuple[Difference, ...]
