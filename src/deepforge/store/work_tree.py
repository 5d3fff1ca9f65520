"""The files of a person's repository beside its last commit: what differs, and why it cannot be committed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

from deepforge.core.commit import has_conflict_marks
from deepforge.core.errors import Conflict
from deepforge.store import git
from deepforge.store.preferences import Preferences, refuse_foreign
from deepforge.store.repository import Repository
from deepforge.store.staging import SUBMODULE, Staging, as_staged, paths_in, staging

LONGEST_TEXT = 2 << 20
"""Bytes of a file that is looked through for the marks of a conflict, or compared line by line."""
_UNDER_WAY = (
    ("rebase-merge", "rebase", "rebase"),
    ("rebase-apply/applying", "series of patches", "am"),
    ("rebase-apply", "rebase", "rebase"),
    ("MERGE_HEAD", "merge", "merge"),
    ("CHERRY_PICK_HEAD", "cherry-pick", "cherry-pick"),
    ("REVERT_HEAD", "revert", "revert"),
    ("sequencer", "cherry-pick or revert", "cherry-pick"),
)


@dataclass(frozen=True)
class Difference:
    """A path, from the root of the repository, that differs from the last commit."""

    path: str
    change: Literal["added", "modified", "deleted"]
    reason: str | None
    """Why it cannot be committed from here."""


@dataclass(frozen=True)
class WorkTree:
    """A repository as it is now, and an index that is as its last commit."""

    repository: Repository
    preferences: Preferences
    branch: str | None
    head: str | None
    index: Staging = field(repr=False)

    def differences(self) -> list[Difference]:
        """What differs in the folder of the project, by path; ignored files do not. Raises as `git.run`."""
        found = {path: (change, kind) for path, change, kind in self._status()}
        for path in self._staged_new():
            if path not in found and f"{path}/" not in found and os.path.lexists(self.repository.root / path):
                found[path] = ("added", "")
        present = [path for path, (change, _) in found.items() if change != "deleted"]
        filters = self.index.filters(present) if present else {}
        return [
            Difference(path, change, self._reason(path, change, kind, filters.get(path)))
            for path, (change, kind) in sorted(found.items())
        ]

    def patch(self, path: str) -> bytes:
        """How a file differs from the last commit, in unified form."""
        if not self.index.run(["ls-files", "-z", "--", path]):
            self.index.run(["add", "--intent-to-add", "--force", "--", path])
        base = (
            self.head or self.index.run(["hash-object", "-t", "tree", "--stdin"], data=b"").decode().strip()
        )
        words = ["diff-index", "--patch", "--no-renames", "--no-ext-diff", "--no-textconv", "--no-color"]
        words += ["--ignore-submodules=dirty", base, "--", path]
        return self.index.run(words, settings=[("core.bigFileThreshold", str(LONGEST_TEXT))])

    def _status(self) -> Iterator[tuple[str, Literal["added", "modified", "deleted"], str]]:
        words = ["status", "--porcelain=v2", "-z", "--untracked-files=all", "--no-renames"]
        words += ["--ignore-submodules=dirty"]
        prefix = self.repository.prefix
        for line in paths_in(self.index.run([*words, "--", prefix] if prefix else words)):
            if line.startswith("? "):
                yield line[2:], "added", "repository" if line.endswith("/") else ""
            elif line.startswith("1 "):
                _, marks, sub, _, mode, now, _, _, path = line.split(" ", 8)
                kind = "submodule" if sub != "N..." or SUBMODULE in (mode, now) else ""
                yield path, "deleted" if "D" in marks else "modified", kind

    def _staged_new(self) -> list[str]:
        """What the person has staged that is not in the last commit."""
        with as_staged(self.repository, self.preferences) as own:
            if not own.index.exists():
                return []
            where = ["--", self.repository.prefix] if self.repository.prefix else ["--"]
            if self.head is None:
                return paths_in(own.run(["ls-files", "-z", *where]))
            words = ["diff-index", "--cached", "--name-only", "-z", "--no-renames", "--diff-filter=A"]
            return paths_in(own.run([*words, self.head, *where]))

    def _reason(self, path: str, change: str, kind: str, driver: str | None) -> str | None:
        if kind == "submodule":
            return "It is a submodule: commit it with git."
        if kind == "repository":
            return "It is a git repository of its own."
        if _is_no_text(path):
            return "Its name is no UTF-8 text: commit it with git."
        if driver is not None:
            return f"It goes through the filter “{driver}”, a program: commit it with git."
        file = self.repository.root / path
        if change == "deleted" or file.is_symlink():
            return None
        try:
            has_marks = file.stat().st_size <= LONGEST_TEXT and has_conflict_marks(file.read_bytes())
        except FileNotFoundError:
            return None  # it was removed meanwhile
        except OSError as error:
            return f"It cannot be read: {error.strerror}."
        return "It has the marks of a conflict: settle that first." if has_marks else None


@contextmanager
def work_tree(repository: Repository, preferences: Preferences) -> Iterator[WorkTree]:
    """A repository as it is now, until the end of the block.

    Raises Conflict when it belongs to somebody else, or in the middle of a merge or the like; as `git.run`.
    """
    refuse_foreign(repository, preferences)
    refuse_middle(repository)
    branch, head = branch_of(repository), head_of(repository)
    with staging(repository, preferences, head) as index:
        yield WorkTree(repository, preferences, branch, head, index)


def branch_of(repository: Repository) -> str | None:
    """The branch that is checked out; None when none is."""
    found = git.ask(repository.directory, ["symbolic-ref", "--quiet", "HEAD"])
    return found.removeprefix("refs/heads/") if found and found.startswith("refs/heads/") else None


def head_of(repository: Repository) -> str | None:
    """The last commit; None before the first."""
    return git.ask(repository.directory, ["rev-parse", "--verify", "--quiet", "HEAD^{commit}"])


def refuse_middle(repository: Repository) -> None:
    """Raise Conflict in the middle of a merge, a rebase and the like, or when conflicts are left of one."""
    for file, called, command in _UNDER_WAY:
        if (repository.directory / file).exists():
            raise Conflict(
                f"The repository is in the middle of a {called}.",
                f"End it with git {command} --continue, or give it up with git {command} --abort.",
            )
    if unmerged := _unmerged(repository):
        raise Conflict(
            f"{unmerged} has a conflict that is not settled.",
            "Settle it in the file, then say so with git add.",
        )


def refuse_detached(branch: str | None) -> None:
    """Raise Conflict when no branch is checked out: a commit would be lost with the next switch."""
    if branch is None:
        raise Conflict(
            "No branch is checked out.", "Make one at the commit that is, and go on working on it."
        )


def _unmerged(repository: Repository) -> str | None:
    where = {"GIT_WORK_TREE": str(repository.root)}
    listed = paths_in(git.run(repository.directory, ["ls-files", "--unmerged", "-z"], environment=where))
    return listed[0].partition("\t")[2].encode(errors="replace").decode() if listed else None


def _is_no_text(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return True
    return False
