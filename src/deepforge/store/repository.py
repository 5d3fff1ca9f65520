"""The git repository that a person keeps a project in, read through our own: its configuration is never used.

The exceptions are making a branch and committing, which have to write there; then `git.run` overrules all
that names a program.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from deepforge.core.errors import BadInput, Conflict, Damaged
from deepforge.store import git
from deepforge.store.history import commit_of, git_directory


@dataclass(frozen=True)
class Repository:
    """Where a project's folder lies in a repository. `prefix` is empty, or ends with a slash."""

    root: Path
    """The folder of its files."""
    directory: Path
    common: Path
    prefix: str
    head: str | None
    """The commit that is checked out; None before the first one."""

    @property
    def reading(self) -> dict[str, str]:
        """Variables with which git in another directory also sees the objects of this one."""
        variables = {"GIT_ALTERNATE_OBJECT_DIRECTORIES": f'"{_quoted(self.common / "objects")}"'}
        if (self.common / "shallow").is_file():
            variables["GIT_SHALLOW_FILE"] = str(self.common / "shallow")
        return variables


@dataclass(frozen=True)
class Branch:
    """A branch: its name, its commit, and when that was made, in Unix seconds."""

    name: str
    commit: str
    at: int
    current: bool


def repository_of(folder: Path) -> Repository | None:
    """The repository around a project's folder; None when there is none that can be read."""
    folder = folder.resolve()
    try:
        directory = git_directory(folder)
        if directory is None:
            return None
        link = directory / "commondir"
        common = (directory / link.read_text().strip()).resolve() if link.is_file() else directory
    except (OSError, UnicodeDecodeError):
        return None
    root = next((place for place in (folder, *folder.parents) if (place / ".git").exists()), folder)
    inner = folder.relative_to(root).as_posix()
    if not (common / "objects").is_dir():
        return None
    return Repository(root, directory, common, "" if inner == "." else f"{inner}/", commit_of(folder))


def branches(repository: Repository) -> list[Branch]:
    """The branches, the one with the newest commit first. Raises Damaged."""
    words = ["for-each-ref", "--sort=-committerdate", f"--format={_BRANCH}", "refs/heads/"]
    listed = git.run(repository.directory, words)
    found = []
    for line in listed.decode(errors="replace").splitlines():
        head, name, commit, at = line.split("\x1f")
        found.append(Branch(name.removeprefix("refs/heads/"), commit, int(at or 0), head == "*"))
    return found


_BRANCH = "%(HEAD)\x1f%(refname)\x1f%(objectname)\x1f%(committerdate:unix)"


def check_branch_name(repository: Repository, name: str) -> None:
    """Raise BadInput when git takes no branch of that name, Conflict when there is one."""
    try:
        git.run(repository.directory, ["check-ref-format", "--branch", name])
    except Damaged:
        raise BadInput(
            f"{name!r} cannot name a branch.",
            "Use letters, digits, dashes and slashes, such as try/wider-network.",
        ) from None
    if any(branch.name == name for branch in branches(repository)):
        raise Conflict(f"There is a branch {name} already.", "Choose another name.")


def write_branch(repository: Repository, name: str, commit: str) -> None:
    """Make a branch at a commit whose objects are there.

    Raises Conflict when somebody was faster, Damaged.
    """
    nothing = "0" * len(commit)
    git.run(repository.directory, ["update-ref", "--no-deref", f"refs/heads/{name}", commit, nothing])


def switch(repository: Repository, name: str, commit: str) -> None:
    """Make a branch the one that is checked out; the files have to be written by others.

    At the commit that is checked out already, what is staged stays so.
    """
    git.run(repository.directory, ["symbolic-ref", "HEAD", f"refs/heads/{name}"])
    if commit != repository.head:
        git.run(repository.directory, ["read-tree", commit])


def staged(repository: Repository, private: Path) -> bool:
    """Whether something is staged that is not committed."""
    index = repository.directory / "index"
    if repository.head is None or not index.is_file():
        return index.is_file()
    variables = repository.reading | {"GIT_INDEX_FILE": str(index)}
    words = ["diff-index", "--cached", "--name-only", "--no-ext-diff", "--no-textconv", repository.head]
    return bool(git.run(private, words, environment=variables))


def _quoted(path: Path) -> str:
    return str(path).replace("\\", "\\\\").replace('"', '\\"')
