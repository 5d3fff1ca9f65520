"""Facts about artifacts: named, typed, versioned data with its lineage."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from deepforge.core.errors import BadInput
from deepforge.core.ids import ArtifactId, Digest, JobId, ProjectId, RunId

DIRECTORY = "directory"
"""The type of an artifact that is a folder; its blob is a manifest."""

MANIFEST = "manifest"
"""The codec of a folder: JSON `{"files": {path: {"digest", "size"}}}` with sorted paths."""

_NAME = re.compile(r"[^\x00-\x1f\x7f/\\]{1,200}")


@dataclass(frozen=True)
class Lineage:
    """What made a version: the code, attributes, environment and inputs, all by digest."""

    run: RunId | None = None
    job: JobId | None = None
    job_name: str = ""
    operation: str = ""
    output: str = ""
    snapshot: Digest | None = None
    source: Digest | None = None
    """Of the operation's file, comments and formatting aside."""
    attributes: dict[str, Any] = field(default_factory=dict)
    environment: str | None = None
    """Digest of the resolved environment."""
    inputs: dict[str, Digest] = field(default_factory=dict)


@dataclass(frozen=True)
class ArtifactVersion:
    """One version of an artifact."""

    artifact: ArtifactId
    project: ProjectId
    name: str
    version: int
    digest: Digest
    size: int
    type: str
    codec: str
    created: str
    author: str = ""
    lineage: Lineage = Lineage()


@dataclass(frozen=True)
class ArtifactSummary:
    """One artifact, as a line of a list: its newest version."""

    id: ArtifactId
    project: ProjectId
    project_name: str
    name: str
    versions: int
    digest: Digest
    size: int
    type: str
    codec: str
    created: str


@dataclass(frozen=True)
class BlobFact:
    """Some bytes that are kept: their digest and how many they are."""

    digest: Digest
    size: int


@dataclass(frozen=True)
class ArtifactRequest:
    """What is asked: save a blob that was uploaded before as the next version of an artifact."""

    project: ProjectId
    name: str
    digest: Digest
    size: int
    type: str
    codec: str


def parse_artifact_reference(text: str) -> tuple[str, int | None]:
    """Split `name` or `name@version` into the name and the version (None: the newest).

    Raises BadInput when the name is empty, too long, or holds slashes or control characters, or when what
    follows `@` is not a positive whole number.
    """
    name, at, version = text.rpartition("@")
    if not at:
        name, version = text, ""
    if not _NAME.fullmatch(name) or name in (".", ".."):
        raise BadInput(
            f"{name!r} cannot name an artifact",
            "A name has 1 to 200 characters, without slashes or control characters.",
        )
    if at and (not version.isdecimal() or int(version) < 1):
        raise BadInput(
            f"{text!r} names no version of an artifact",
            f"Write {name}@3 for version 3, or {name} for the newest.",
        )
    return name, int(version) if at else None
