"""An index of its own, made from a commit and files, apart from what the person has staged."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deepforge.store import git
from deepforge.store.preferences import Preferences
from deepforge.store.repository import Repository

OWN_INDEX = (("core.splitIndex", "false"), ("core.fsyncMethod", "batch"))
SUBMODULE = "160000"
LINK = "120000"


@dataclass(frozen=True)
class Entry:
    """A path of a tree or an index. `oid` is None when it has no such path."""

    path: str
    mode: str
    oid: str | None
    size: int = 0
    """Bytes, where a tree was listed."""


@dataclass(frozen=True)
class Staging:
    """An index beside a folder of files, `root`, over the objects of a repository."""

    repository: Repository
    preferences: Preferences
    root: Path
    index: Path

    def run(
        self,
        words: Sequence[str],
        *,
        data: bytes | None = None,
        strict: bool = False,
        settings: Sequence[tuple[str, str]] = (),
    ) -> bytes:
        """What git prints, with this index. `strict`: what would need a filter fails. Raises as `git.run`."""
        return git.run(
            self.repository.directory,
            words,
            data=data,
            environment={
                "GIT_WORK_TREE": str(self.root),
                "GIT_INDEX_FILE": str(self.index),
                "GIT_ATTR_NOSYSTEM": None,
            },
            settings=[*self.preferences.as_git_would(strict=strict), *OWN_INDEX, *settings],
            seconds=git.LONG,
        )

    def put(self, entries: Iterable[Entry]) -> None:
        """Have the index say these of the paths."""
        lines = [f"{one.mode if one.oid else 0} {one.oid or self._nothing}\t{one.path}" for one in entries]
        self.run(["update-index", "-z", "--index-info"], data=_listed(lines))

    def remove(self, paths: Iterable[str]) -> None:
        """Take paths out of the index."""
        self.put(Entry(path, "0", None) for path in paths)

    def add(self, paths: Iterable[str]) -> None:
        """Have the index say what the files are, their ends of lines, modes and links as git keeps them."""
        words = ["update-index", "-z", "--add", "--remove", "--replace", "--stdin"]
        self.run(words, data=_listed(paths), strict=True)

    def tree(self) -> str:
        """Write the index as a tree; gives its id."""
        return self.run(["write-tree"]).decode().strip()

    def differing(self, before: str | None, after: str) -> list[Entry]:
        """The paths that differ between two trees or commits, as they are in the second."""
        base = before or self.run(["hash-object", "-t", "tree", "--stdin"], data=b"").decode().strip()
        words = ["diff-tree", "-r", "-z", "--raw", "--no-renames", "--no-ext-diff", base, after, "--"]
        parts = _parts(self.run(words))
        found = []
        for raw, path in zip(parts[::2], parts[1::2], strict=True):
            _, mode, _, oid, _ = raw.split(" ")
            found.append(Entry(path, mode, oid if mode != "000000" else None))
        return found

    def entries(self, tree: str, folder: str = "") -> list[Entry]:
        """What is in a tree or commit, or in a folder of it. Raises Damaged when there is no such tree."""
        found = []
        for line in paths_in(self.run(["ls-tree", "-r", "-l", "-z", tree, *([folder] if folder else [])])):
            facts, _, path = line.partition("\t")
            mode, _, oid, size = facts.split()
            found.append(Entry(path, mode, oid, int(size) if size.isdigit() else 0))
        return found

    def filters(self, paths: Iterable[str]) -> dict[str, str]:
        """The paths that git would give to a program first, and what that is called."""
        listed = self.run(["check-attr", "-z", "--stdin", "filter"], data=_listed(paths))
        parts = _parts(listed)
        none = ("unspecified", "unset", "set", "")
        return {path: name for path, name in zip(parts[::3], parts[2::3], strict=True) if name not in none}

    @property
    def _nothing(self) -> str:
        is_long = self.preferences.value("extensions.objectFormat") == "sha256"
        return "0" * (64 if is_long else 40)


@contextmanager
def staging(
    repository: Repository, preferences: Preferences, base: str | None, root: Path | None = None
) -> Iterator[Staging]:
    """An index that is as a commit, or empty, until the end of the block.

    `root` is where the files lie, else the person's own folder. Raises as `git.run`.
    """
    with tempfile.TemporaryDirectory(prefix="deepforge-index-") as temporary:
        index = Path(temporary, "index")
        own = repository.directory / "index"
        if root is None and own.is_file():
            shutil.copy2(own, index)  # with its time, by which git knows what was written just before
        made = Staging(repository, preferences, root or repository.root, index)
        if base is None:
            made.run(["read-tree", "--empty"])
        else:
            made.run(["read-tree", *(["--reset"] if index.exists() else []), base])
        yield made


@contextmanager
def as_staged(repository: Repository, preferences: Preferences) -> Iterator[Staging]:
    """A copy of the person's own index until the end of the block."""
    with tempfile.TemporaryDirectory(prefix="deepforge-index-") as temporary:
        index = Path(temporary, "index")
        own = repository.directory / "index"
        if own.is_file():
            shutil.copy2(own, index)
        yield Staging(repository, preferences, repository.root, index)


def paths_in(output: bytes) -> list[str]:
    """What git has listed with `-z`."""
    return _parts(output)


def _parts(output: bytes) -> list[str]:
    return output.decode(errors="surrogateescape").split("\0")[:-1]


def _listed(lines: Iterable[str]) -> bytes:
    return b"".join(os.fsencode(line) + b"\0" for line in lines)
