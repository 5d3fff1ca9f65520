"""Facts about committing: what differs from the last commit, who commits, and what came of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from deepforge.core.errors import BadInput

LONGEST_MESSAGE = 20_000
"""Letters."""
_BEGIN, _MIDDLE, _END = (
    re.compile(mark, re.MULTILINE) for mark in (rb"^<<<<<<< ", rb"^=======\r?$", rb"^>>>>>>> ")
)


@dataclass(frozen=True)
class ChangedFile:
    """A file that differs from the last commit. `reason`: why it cannot be committed from here."""

    path: str
    change: Literal["added", "modified", "deleted"]
    reason: str | None = None


@dataclass(frozen=True)
class Refusal:
    """Why nothing can be committed now, and what to do about it."""

    message: str
    hint: str


@dataclass(frozen=True)
class Changes:
    """What differs from the last commit in the folder of a project.

    `repository` is false when it lies in no git repository.
    """

    repository: bool
    branch: str | None = None
    """None when no branch is checked out."""
    head: str | None = None
    """The last commit; None before the first."""
    files: tuple[ChangedFile, ...] = ()
    """The first of them by path."""
    changed: int = 0
    possible: int = 0
    """How many of all can be committed from here."""
    refusal: Refusal | None = None
    name: str | None = None
    """Who commits, as git is set up; None when it is not."""
    email: str | None = None
    hooks: tuple[str, ...] = ()
    """Programs of the repository that git would start, and DeepForge does not."""
    signs: bool = False
    """Whether git would sign the commit; DeepForge does not."""


@dataclass(frozen=True)
class CommitRequest:
    """What to commit, and in whose name. Without `paths` it is all that can be committed, less `without`."""

    message: str
    name: str
    email: str
    paths: tuple[str, ...] | None = None
    without: tuple[str, ...] = ()
    head: str | None = None
    """The last commit that the person knows of; nothing is committed when it is another by now."""


@dataclass(frozen=True)
class RepositoryRequest:
    """Who begins the repository of a project."""

    name: str
    email: str
    message: str = "First commit"


@dataclass(frozen=True)
class Committed:
    """A commit that was made. `staged` is what was staged before, as a tree, to undo it with."""

    commit: str
    branch: str
    files: int
    staged: str


@dataclass(frozen=True)
class UncommitRequest:
    """A commit to take back. Without `staged` nothing of it is staged afterwards."""

    commit: str
    staged: str | None = None


def tidy_message(message: str) -> str:
    """A message without blank lines around it, or several between, or blanks at the ends of its lines.

    Raises BadInput when nothing is left, or too much.
    """
    lines = [line.rstrip() for line in message.replace("\0", "").splitlines()]
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    if not text:
        raise BadInput("The commit has no message.", "Say in a line what it changes.")
    if len(text) > LONGEST_MESSAGE:
        raise BadInput(f"The message has more than {LONGEST_MESSAGE:,} letters.", "Shorten it.")
    return f"{text}\n"


def check_author(name: str, email: str) -> tuple[str, str]:
    """Who commits, as git takes it. Raises BadInput."""
    name, email = " ".join(name.split()), email.strip()
    if not name.strip(".,:;<>\"\\'") or not name.isprintable() or set(name) & set("<>"):
        raise BadInput("The commit has no author's name.", "Write a name, without < and >.")
    if not re.fullmatch(r"[^\s<>@]+@[^\s<>@]+", email) or not email.isprintable():
        raise BadInput(f"{email!r} is no e-mail address.", "Write one such as ada@example.org.")
    return name, email


def has_conflict_marks(data: bytes) -> bool:
    """Whether a text has the three marks that a merge leaves where two sides differ.

    >>> has_conflict_marks(b"<<<<<<< ours\\na\\n=======\\nb\\n>>>>>>> theirs\\n")
    True
    """
    at = 0
    for mark in (_BEGIN, _MIDDLE, _END):
        found = mark.search(data, at)
        if found is None:
            return False
        at = found.end()
    return True
