"""Facts about previews: what a person sees of some data without loading it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from deepforge.core.environment import Declared
from deepforge.core.ids import Digest

PreviewState = Literal["ready", "wanted", "failed", "unsupported", "gone"]
AnswerState = Literal["ready", "failed", "unsupported"]


@dataclass(frozen=True)
class PreviewAsk:
    """A preview that a worker is to make: of which data, and with which code and environment."""

    digest: Digest
    size: int
    type: str
    codec: str
    snapshot: Digest | None = None
    """The project's files, where classes of its own may be defined."""
    environment: Declared | None = None
    """That of the job that made the data; used where it is built already."""


@dataclass(frozen=True)
class PreviewAnswer:
    """What a worker found."""

    digest: Digest
    codec: str
    state: AnswerState
    document: dict[str, Any] = field(default_factory=dict)
    """By `kind`: array, table, image, text, json, model, figure, bytes or object; else `reason`."""


@dataclass(frozen=True)
class PreviewView:
    """A preview, as far as it is. `document` says `reason` when there is none and none is to come."""

    digest: Digest
    codec: str
    type: str
    size: int
    state: PreviewState
    document: dict[str, Any] = field(default_factory=dict)
    image: bool = False
    """Whether `/previews/<digest>/image` has a picture of it."""
