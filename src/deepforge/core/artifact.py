"""Facts about artifacts: named, typed, versioned data with its lineage."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from deepforge.core.errors import BadInput
from deepforge.core.ids import ArtifactId, Digest, JobId, ProjectId, RunId
from deepforge.core.manifest import can_stand_in_name

DIRECTORY = "directory"
"""The type of an artifact that is a folder; its blob is a manifest."""

MANIFEST = "manifest"
"""The codec of a folder: JSON `{"files": {path: {"digest", "size"}}}` with sorted paths."""

REFERENCE = "reference"
"""The codec of data that lies elsewhere: its blob is JSON that says where it lies."""

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
    gone: bool = False
    """Whether its bytes are no longer there."""


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
    tags: tuple[str, ...] = ()
    newest: int = 0
    """The number of the newest version."""
    used_by: int = 0
    """How many runs took a version of it."""
    gone: bool = False
    """Whether the bytes of the newest version are no longer there."""


@dataclass(frozen=True)
class ArtifactFilter:
    """Which artifacts are wanted; None: all. `q` is looked for in names and tags."""

    project: ProjectId | None = None
    name: str | None = None
    type: str | None = None
    tag: str | None = None
    q: str | None = None


@dataclass(frozen=True)
class Facet:
    """A value that artifacts have, and how many have it."""

    value: str
    count: int


@dataclass(frozen=True)
class ArtifactFacets:
    """What artifacts can be filtered by."""

    types: tuple[Facet, ...]
    tags: tuple[Facet, ...]


@dataclass(frozen=True)
class ArtifactName:
    """What is asked: call an artifact so."""

    name: str


@dataclass(frozen=True)
class ArtifactTags:
    """What is asked: give an artifact these tags and no others."""

    tags: tuple[str, ...]


@dataclass(frozen=True)
class NeedingRun:
    """A run that has not ended and takes an artifact."""

    id: RunId
    pipeline: str


@dataclass(frozen=True)
class RemovedArtifact:
    """An artifact that was hidden: who still needs it, and until when it can be brought back."""

    id: ArtifactId
    name: str
    until: str
    needed_by: tuple[NeedingRun, ...] = ()


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


LONGEST_TAG = 50
MOST_TAGS = 20


def clean_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Tags without spaces around them, each once, in their order. Raises BadInput for an unusable one."""
    found = tuple(dict.fromkeys(tag.strip() for tag in tags))
    for tag in found:
        if len(tag) > LONGEST_TAG:
            raise BadInput(
                f"The tag {tag[:20]}… has {len(tag)} letters.", f"It may have at most {LONGEST_TAG}."
            )
        if not tag or "," in tag or not can_stand_in_name(tag):
            hint = f"A tag has 1 to {LONGEST_TAG} letters that can be shown, without commas."
            raise BadInput(f"{tag!r} cannot be a tag.", hint)
    if len(found) > MOST_TAGS:
        raise BadInput(f"These are {len(found)} tags.", f"There may be {MOST_TAGS}.")
    return found


def plain_name(name: str) -> str:
    """A name without a version. Raises BadInput when it has one, or cannot name an artifact."""
    if parse_artifact_reference(name)[1] is not None:
        raise BadInput(f"{name!r} names a version.", "Give the name alone: the number is counted up.")
    return name


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
