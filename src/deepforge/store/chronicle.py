"""The chronicle of a project: the versions of its files, in a bare git repository of our own.

One chain of commits under `refs/deepforge/history`, names as annotated tags. It lies in the data directory,
also when the project's folder is under git itself: the person's branches, index and files are never touched,
and no clean-up of that repository can take a version away.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from deepforge.core.errors import NotFound
from deepforge.core.ids import Digest
from deepforge.store import git

HISTORY = "refs/deepforge/history"
SCRATCH = "refs/deepforge/now"
OURS = "deepforge@localhost"
LOOSE = 2000
"""So many loose objects are packed together."""
_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_FORMAT = "%x1e%H%x1f%an%x1f%at%x1f%B"


@dataclass(frozen=True)
class Entry:
    """A commit: of the chronicle, or of the person's own. `at` is in Unix seconds."""

    id: str
    author: str
    at: int
    message: str
    files: tuple[str, ...]


@dataclass(frozen=True)
class Name:
    """A name that somebody gave to a version."""

    title: str
    version: str


@dataclass(frozen=True)
class Kept:
    """A file of a version: its object, and its mode as git has it."""

    oid: str
    mode: str = "100644"


class Chronicle:
    """The versions of one project. Safe for threads: one writes at a time."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.lock = threading.RLock()
        self._oids: dict[Digest, str] = {}

    def tip(self) -> str | None:
        """The newest version; None before the first."""
        if not (self.directory / "HEAD").is_file():
            return None
        found = git.run(self.directory, ["for-each-ref", "--format=%(objectname)", HISTORY])
        return found.decode().strip() or None

    def add(
        self,
        files: Mapping[str, Digest],
        content: Callable[[str], bytes],
        message: str,
        *,
        author: str,
        at: int,
        even_same: bool = False,
        ref: str = HISTORY,
    ) -> str | None:
        """Keep the files as a version on top of the newest and give its id; None when they are the same.

        `content` gives the bytes of a file. Raises Unavailable, NoSpace, Damaged.
        """
        with self.lock:
            self.prepare()
            tip = self.tip()
            before = self.files(tip) if tip else {}
            oids = self.oids(files, content)
            written = [path for path, oid in oids.items() if path not in before or before[path].oid != oid]
            gone = [path for path in before if path not in oids]
            if tip and not written and not gone and not even_same:
                return None
            stream = bytearray()
            _put(stream, f"commit {ref}\n")
            who = git.identity(author, OURS)["GIT_AUTHOR_NAME"]
            _put(stream, f"author {who} <{OURS}> {at} +0000\ncommitter {who} <{OURS}> {at} +0000\n")
            _put_data(stream, message.encode())
            if tip:
                _put(stream, f"from {tip}\n")
            for path in gone:
                _put(stream, f"D {_quoted(path)}\n")
            for path in written:
                _put(stream, f"M 100644 inline {_quoted(path)}\n")
                _put_data(stream, content(path))
            git.run(self.directory, ["fast-import", "--quiet", "--force"], data=bytes(stream))
            found = git.run(self.directory, ["rev-parse", "--verify", ref])
            return found.decode().strip()

    def oids(self, files: Mapping[str, Digest], content: Callable[[str], bytes]) -> dict[str, str]:
        """The names that git gives to the contents of files."""
        return {path: self._oid(digest, path, content) for path, digest in files.items()}

    def files(
        self, version: str, prefix: str = "", environment: Mapping[str, str] | None = None
    ) -> dict[str, Kept]:
        """The plain files of a version, or of a folder in it. Raises NotFound."""
        tree = self.tree(version, prefix, environment)
        return self.files_of_tree(tree, environment) if tree else {}

    def files_of_tree(self, tree: str, environment: Mapping[str, str] | None = None) -> dict[str, Kept]:
        """The plain files of a tree, with their folders."""
        listed = self._listed(tree, environment)
        return {path: Kept(oid, mode) for path, mode, oid in listed if mode in ("100644", "100755")}

    def links_of_tree(self, tree: str, environment: Mapping[str, str] | None = None) -> dict[str, str]:
        """The links of a tree: the object of each says where it leads."""
        return {path: oid for path, mode, oid in self._listed(tree, environment) if mode == "120000"}

    def tree(
        self, version: str, prefix: str = "", environment: Mapping[str, str] | None = None
    ) -> str | None:
        """The tree of a version, or of a folder in it; None when it has no such folder. Raises NotFound."""
        whole = self._resolve(f"{_checked(version)}^{{tree}}", environment)
        if whole is None:
            raise NotFound(
                f"There is no version {version}.", "List the versions with deepforge history list."
            )
        return self._resolve(f"{version}:{prefix.rstrip('/')}", environment) if prefix else whole

    def blob(self, oid: str, environment: Mapping[str, str] | None = None) -> bytes:
        """The bytes of a file. Raises Damaged."""
        return git.run(self.directory, ["cat-file", "blob", oid], environment=environment)

    def log(
        self,
        begin: str,
        skip: int,
        count: int,
        path: str | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> list[Entry]:
        """Commits from one on back, the newest first; `path`: only those that changed it."""
        words = ["log", "-z", f"--format={_FORMAT}", "--name-only", "--no-renames", f"--skip={skip}"]
        words += [f"--max-count={count}", "--no-ext-diff", "--no-textconv", _checked(begin), "--"]
        text = git.run(self.directory, words + ([path] if path else []), environment=environment)
        entries: list[tuple[list[str], list[str]]] = []
        for part in text.decode(errors="replace").split("\0"):
            part = part.lstrip("\n")
            if part.startswith("\x1e"):
                entries.append((part[1:].split("\x1f", 3), []))
            elif part and entries:
                entries[-1][1].append(part)
        return [
            Entry(facts[0], facts[1], int(facts[2]), facts[3].strip(), tuple(files))
            for facts, files in entries
        ]

    def name(self, version: str, title: str, *, author: str, at: int) -> None:
        """Give a version of the chronicle a name."""
        with self.lock:
            number = len(self.names())
            tag = f"deepforge/{at}-{number}"
            who = git.identity(author, OURS, at)
            words = ["tag", "--annotate", "--cleanup=verbatim", "--message", title, tag, version]
            git.run(self.directory, words, environment=who)

    def names(self) -> list[Name]:
        """All names, the oldest first."""
        if self.tip() is None:
            return []
        words = ["for-each-ref", "--sort=creatordate", "--format=%(*objectname)%1f%(contents:subject)"]
        listed = git.run(self.directory, [*words, "refs/tags/deepforge/"]).decode(errors="replace")
        pairs = (line.partition("\x1f") for line in listed.splitlines())
        return [Name(title, version) for version, _, title in pairs]

    def diff(
        self,
        before: str | None,
        after: str | None,
        path: str | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> list[tuple[str, str, str]]:
        """The files that differ between two trees: the letter of the change, the path, the patch of it."""
        with self.lock:
            self.prepare()
            empty = git.run(self.directory, ["mktree"]).decode().strip()
        pair = [before or empty, after or empty]
        common = ["diff-tree", "-r", "--no-renames", "--no-ext-diff", "--no-textconv", "--no-color", *pair]
        rest = ["--", path] if path else ["--"]
        raw = git.run(self.directory, [*common, "--raw", "-z", *rest], environment=environment)
        parts = raw.decode(errors="replace").split("\0")[:-1]
        listed = [(parts[i].split(" ")[-1][:1], parts[i + 1]) for i in range(0, len(parts) - 1, 2)]
        text = git.run(self.directory, [*common, "--patch", *rest], environment=environment)
        patches = re.split(r"^diff --git .*\n", text.decode(errors="replace"), flags=re.MULTILINE)[1:]
        # A file that became a link, or the other way round, has two patches: one that removes, one that adds.
        rest_of = iter(patches)
        return [(kind, name, "".join(islice(rest_of, 2 if kind == "T" else 1))) for kind, name in listed]

    def pack(self) -> None:
        """Pack loose objects together when there are many, and drop what no version holds.

        Called now and then.
        """
        with self.lock:
            if self.tip() is None:
                return
            said = git.run(self.directory, ["count-objects", "-v"]).decode()
            counts = dict(line.split(": ") for line in said.splitlines())
            if int(counts["count"]) + 100 * int(counts["packs"]) > LOOSE:
                git.run(self.directory, ["repack", "-a", "-d", "-q"])
                git.run(self.directory, ["prune", "--expire=1.hour.ago"])

    def drop(self) -> None:
        """Remove it with all versions."""
        with self.lock:
            shutil.rmtree(self.directory, ignore_errors=True)

    def prepare(self) -> None:
        """Make the repository, if it is not there yet. Raises Unavailable when git is not installed."""
        if (self.directory / "HEAD").is_file():
            return
        self.directory.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        git.run(self.directory, ["init", "--quiet", "--bare", "--template=", "--initial-branch=none"])

    def _oid(self, digest: Digest, path: str, content: Callable[[str], bytes]) -> str:
        """The name that git gives to the content of a file."""
        found = self._oids.get(digest)
        if found is None:
            data = content(path)
            found = hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()
            self._oids[digest] = found
        return found

    def _listed(self, tree: str, environment: Mapping[str, str] | None) -> Iterator[tuple[str, str, str]]:
        listed = git.run(self.directory, ["ls-tree", "-r", "-z", tree], environment=environment)
        for line in listed.decode(errors="surrogateescape").split("\0")[:-1]:
            facts, _, path = line.partition("\t")
            mode, _, oid = facts.split(" ")
            yield path, mode, oid

    def _resolve(self, name: str, environment: Mapping[str, str] | None) -> str | None:
        words = ["cat-file", "--batch-check"]
        said = git.run(self.directory, words, data=f"{name}\n".encode(), environment=environment).decode()
        oid, _, rest = said.strip().partition(" ")
        return oid if rest.startswith("tree") else None


def is_version(text: str) -> bool:
    """Whether a text has the form of a version's id."""
    return _ID.fullmatch(text) is not None


def _checked(version: str) -> str:
    if not is_version(version):
        raise NotFound(f"There is no version {version!r}.", "List the versions with deepforge history list.")
    return version


def _put(stream: bytearray, text: str) -> None:
    stream += text.encode()


def _put_data(stream: bytearray, data: bytes) -> None:
    stream += b"data %d\n" % len(data) + data + b"\n"


def _quoted(path: str) -> str:
    return '"' + path.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
