"""Who commits from the editor to a repository that git itself made."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from deepforge.core.commit import Changes, CommitRequest, Committed, UncommitRequest
from deepforge.core.ids import ProjectId
from deepforge.core.user import Caller
from deepforge.services import committing
from deepforge.services.house import House

TRAIN_FILE = "operations/train.py"
ALL = 4
"""How many files the project has."""


def by_hand(folder: Path, *words: str) -> str:
    """What git says when the person calls it."""
    done = subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip("\n")


class Person:
    """Who commits from the editor, and looks at it with git."""

    def __init__(self, house: House, caller: Caller, project: ProjectId, folder: Path) -> None:
        self.house, self.caller, self.project, self.folder = house, caller, project, folder.resolve()

    def git(self, *words: str) -> str:
        """git by hand, in the folder of the project."""
        return by_hand(self.folder, *words)

    def write(self, path: str, text: str | bytes = "x = 1\n") -> Path:
        """Write a file of the project."""
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode() if isinstance(text, str) else text)
        return file

    def changes(self) -> Changes:
        """What differs from the last commit."""
        return committing.changes(self.house, self.caller, self.project)

    def changed(self) -> dict[str, str]:
        """What can be committed, by path."""
        return {one.path: one.change for one in self.changes().files if one.reason is None}

    def reasons(self) -> dict[str, str]:
        """What cannot, and why."""
        return {one.path: one.reason for one in self.changes().files if one.reason is not None}

    def commit(self, *paths: str, message: str = "Try it", **more: object) -> Committed:
        """Commit these paths, or all."""
        asked = CommitRequest(message, "Grace", "g@example.org", paths or None, **more)  # type: ignore[arg-type]
        return committing.commit(self.house, self.caller, self.project, asked)

    def undo(self, made: Committed) -> Changes:
        """Take a commit back."""
        asked = UncommitRequest(made.commit, made.staged)
        return committing.uncommit(self.house, self.caller, self.project, asked)

    def status(self) -> list[str]:
        """What git says of the files."""
        return self.git("status", "--porcelain", "--untracked-files=all").splitlines()

    def committed(self, commit: str = "HEAD") -> list[str]:
        """The paths that a commit changed."""
        listed = self.git("show", "--format=", "--name-status", "--no-renames", "-z", commit).split("\0")[:-1]
        return [f"{letter} {path}" for letter, path in zip(listed[::2], listed[1::2], strict=True)]


@pytest.fixture
def house(quick_house: House) -> House:
    """None of this has to do with the database."""
    return quick_house


@pytest.fixture(autouse=True)
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The person's own settings of git, and nobody else's."""
    home = tmp_path / "person"
    home.mkdir()
    (home / ".gitconfig").write_text("[user]\n\tname = Ada\n\temail = ada@example.org\n")
    for name in ("XDG_CONFIG_HOME", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    return home / ".gitconfig"


@pytest.fixture
def outside(house: House, caller: Caller, project: ProjectId, folder: Path) -> Person:
    """Who keeps the project in no repository."""
    return Person(house, caller, project, folder)


@pytest.fixture
def person(outside: Person) -> Person:
    """Who keeps the project under git, all committed."""
    outside.git("init", "-q", "-b", "main")
    outside.git("add", ".")
    outside.git("commit", "-q", "-m", "By hand")
    return outside


@pytest.fixture
def inside(house: House, caller: Caller, project: ProjectId, folder: Path, tmp_path: Path) -> Person:
    """Whose project is a folder of a larger repository."""
    outer = tmp_path / "larger"
    shutil.move(folder, outer / "work" / "digits")
    folder.symlink_to(outer / "work" / "digits")
    (outer / "readme.md").write_text("one\n")
    by_hand(outer, "init", "-q", "-b", "main")
    by_hand(outer, "add", ".")
    by_hand(outer, "commit", "-q", "-m", "By hand")
    return Person(house, caller, project, folder)
