"""Analysis on this machine: two helpers, so that an edit never waits for a slow completion."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from deepforge.adapters.analysis import ruff
from deepforge.adapters.analysis.answerer import IDLE_SECONDS, SECONDS, Helper
from deepforge.core.code import (
    Completions,
    Definition,
    Diagnostic,
    Edited,
    EditRequest,
    Ground,
    Hover,
    Occurrence,
    PlaceRequest,
    SourceRequest,
)

PATIENCE = 5
"""How much longer an edit may take than a completion: a person waits for it, and knows."""


class LocalAnalysis:
    """Answers questions about code in processes of its own. Safe for threads."""

    def __init__(self, folder: Path, *, seconds: float = SECONDS, idle_seconds: float = IDLE_SECONDS) -> None:
        self.understanding = Helper("understanding", folder, seconds=seconds, idle_seconds=idle_seconds)
        self.rewriting = Helper("rewriting", folder, seconds=PATIENCE * seconds, idle_seconds=idle_seconds)

    def prepare(self) -> None:
        """Start what answers about places in code, as it takes seconds to begin with."""
        self.understanding.prepare()

    def rewrite(self, request: EditRequest) -> Edited:
        """The source after an edit of the interface of its operation."""
        told = self.rewriting.ask(
            "rewrite",
            source=request.source,
            path=request.path,
            edit=msgspec.to_builtins(request.edit),
        )
        return msgspec.convert(told, Edited)

    def format(self, request: SourceRequest) -> str:
        """The source in the usual format."""
        return ruff.format_source(request.source, request.path)

    def check(self, request: SourceRequest) -> tuple[Diagnostic, ...]:
        """What is wrong in the source."""
        return ruff.check_source(request.source, request.path)

    def complete(self, ground: Ground, request: PlaceRequest) -> Completions:
        """What may be written at a place."""
        return msgspec.convert(self._ask("complete", ground, request), Completions)

    def hover(self, ground: Ground, request: PlaceRequest) -> Hover:
        """What is known about the name at a place."""
        return msgspec.convert(self._ask("hover", ground, request), Hover)

    def definition(self, ground: Ground, request: PlaceRequest) -> tuple[Definition, ...]:
        """Where the name at a place is made."""
        return msgspec.convert(self._ask("definition", ground, request), tuple[Definition, ...])

    def references(self, ground: Ground, request: PlaceRequest) -> tuple[Occurrence, ...]:
        """Where in the source the name at a place stands."""
        return msgspec.convert(self._ask("references", ground, request), tuple[Occurrence, ...])

    def close(self) -> None:
        """End the helpers."""
        self.understanding.close()
        self.rewriting.close()

    def _ask(self, question: str, ground: Ground, request: PlaceRequest) -> Any:
        return self.understanding.ask(
            question,
            source=request.source,
            path=request.path,
            line=request.line,
            column=request.column,
            folder=ground.folder,
            packages=list(ground.packages),
        )
