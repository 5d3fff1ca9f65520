"""A problem: one thing that is wrong with what a person made, and where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]

CORRECT = "Correct it there."
"""What to do when nothing better is known."""


@dataclass(frozen=True)
class Place:
    """Where in a project something is; unknown parts are None."""

    file: str | None = None
    """Path inside the project, with forward slashes."""
    line: int | None = None
    """Counted from 1."""
    node: str | None = None
    part: str | None = None
    """An input, output, attribute, reference or resource of the node."""

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.file and self.line else self.file or ""
        what = ".".join(part for part in (self.node, self.part) if part)
        return f"{where} ({what})" if where and what else where or what


@dataclass(frozen=True)
class Problem:
    """What a rule found: the rule's name, the message, where, and what to do next."""

    rule: str
    message: str
    place: Place
    hint: str
    severity: Severity = "error"

    def __str__(self) -> str:
        named = self.place.file is not None and self.message.startswith(self.place.file)
        head = self.message if named or not str(self.place) else f"{self.place}: {self.message}"
        return f"{head} {self.hint}" if head.endswith((".", "!", "?")) else f"{head}. {self.hint}"


def errors_of(problems: list[Problem]) -> list[Problem]:
    """Those problems that forbid a run."""
    return [problem for problem in problems if problem.severity == "error"]
