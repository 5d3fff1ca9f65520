"""History: the commit a project folder stands on, read from git's own files without running git."""

from __future__ import annotations

import re
from pathlib import Path

_COMMIT = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")
_LONGEST_CHAIN = 5  # of symbolic references; git itself stops at five


def commit_of(folder: Path) -> str | None:
    """The commit that is checked out in the git repository around a folder.

    None when the folder is not under git, has no commit yet, or git keeps its references in a way we cannot
    read.
    """
    try:
        git = git_directory(folder.resolve())
        return _resolve(git, "HEAD") if git else None
    except (OSError, UnicodeDecodeError):
        return None


def git_directory(folder: Path) -> Path | None:
    """The git directory of the repository around a folder, wherever that lies; None when there is none."""
    for candidate in (folder, *folder.parents):
        git = candidate / ".git"
        if git.is_dir():
            return git
        if git.is_file():  # a linked worktree or a submodule
            word, _, path = git.read_text().strip().partition(": ")
            return (candidate / path).resolve() if word == "gitdir" else None
    return None


def _resolve(git: Path, reference: str) -> str | None:
    common = git / "commondir"
    shared = (git / common.read_text().strip()).resolve() if common.is_file() else git
    for _ in range(_LONGEST_CHAIN):
        content = _read_reference(git, reference) or _read_reference(shared, reference)
        if content is None:
            return _packed(shared, reference)
        if not content.startswith("ref: "):
            return content if _COMMIT.fullmatch(content) else None
        reference = content.removeprefix("ref: ").strip()
    return None


def _read_reference(git: Path, reference: str) -> str | None:
    path = git / reference
    return path.read_text().strip() if ".." not in reference and path.is_file() else None


def _packed(git: Path, reference: str) -> str | None:
    packed = git / "packed-refs"
    if packed.is_file():
        for line in packed.read_text().splitlines():
            commit, _, name = line.partition(" ")
            if name == reference and _COMMIT.fullmatch(commit):
                return commit
    return None
