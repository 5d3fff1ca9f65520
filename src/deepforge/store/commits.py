"""Commits on the branch that is checked out in a person's repository, made and taken back.

The branch moves only if nobody moved it meanwhile; of the person's index only the paths of the commit change.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deepforge.core.errors import Conflict, Damaged, NotFound, Unavailable
from deepforge.store import git
from deepforge.store.blobs import full_disk
from deepforge.store.chronicle import is_version
from deepforge.store.preferences import Preferences, refuse_foreign
from deepforge.store.repository import Repository
from deepforge.store.staging import Entry, Staging, as_staged
from deepforge.store.work_tree import WorkTree, head_of, refuse_middle

_MOVED = ("but expected", "reference already exists", "unable to resolve reference")


@dataclass(frozen=True)
class Made:
    """A commit, what was staged before it, as a tree, and how many files it changed."""

    commit: str
    staged: str
    files: int


def commit(
    tree: WorkTree, written: Sequence[str], gone: Sequence[str], message: str, who: dict[str, str]
) -> Made:
    """Commit these paths as they are now: some were written, others are gone.

    Raises Conflict when they are as in the last commit, or when somebody else changes the repository; as
    `git.run`.
    """
    repository, index = tree.repository, tree.index
    with _locked(repository) as keep, as_staged(repository, tree.preferences) as own:
        before = own.tree()
        index.remove(gone)
        try:
            index.add(written)
        except Damaged as error:
            raise Conflict(
                f"git does not take the files: {error.message}", "Commit with git itself."
            ) from error
        made = index.tree()
        changed = index.differing(tree.head, made)
        if not changed and tree.head is not None:
            raise Conflict("The files are as in the last commit.", "Look at what changed again.")
        new = write_commit(repository, made, tree.head, message, who)
        _bring_up_to_date(own, [*changed, *_unchanged(index, [*written, *gone], changed)])
        keep(own)
        first = message.partition("\n")[0]
        words = f"commit{'' if tree.head else ' (initial)'}: {first}"
        _move(repository, words, new, tree.head or "", who)
    return Made(new, before, len(changed))


def write_commit(
    repository: Repository, tree: str, parent: str | None, message: str, who: dict[str, str]
) -> str:
    """A commit of a tree that no branch leads to yet; gives its id. Raises as `git.run`."""
    made = git.run(
        repository.directory,
        ["commit-tree", tree, *(["-p", parent] if parent else []), "-F", "-"],
        data=message.encode(),
        environment=who,
        settings=[("i18n.commitEncoding", "UTF-8")],
    )
    return made.decode().strip()


def take_back(repository: Repository, preferences: Preferences, made: str, staged: str | None) -> None:
    """Take the last commit back; the files stay, and what it changed is staged as it was, or not at all.

    Raises Conflict when it is not the last one, was pushed, or joins several; as `git.run`.
    """
    refuse_foreign(repository, preferences)
    refuse_middle(repository)
    _refuse_kept(repository, made)
    words = ["log", "--max-count=1", "--no-show-signature", "--format=%P%x1f%cn%x1f%ce", made]
    said = git.run(repository.directory, words).decode(errors="replace").rstrip("\n")
    parents, name, email = said.split("\x1f")
    before, who = parents.split(), git.identity(name, email)
    if len(before) > 1:
        raise Conflict("That commit joins several.", "Take it back with git reset.")
    parent = before[0] if before else None
    with _locked(repository) as keep, as_staged(repository, preferences) as own:
        changed = own.differing(parent, made)
        _bring_up_to_date(own, _entries(own, staged or parent, [one.path for one in changed]))
        keep(own)
        if parent is None:
            _update_ref(repository, ["-d", "HEAD", made], who)
        else:
            _move(repository, "reset: taken back", parent, made, who)


def _bring_up_to_date(own: Staging, entries: Sequence[Entry]) -> None:
    """Have a copy of the person's index say what these paths are, and what their files look like."""
    own.put(sorted(entries, key=lambda one: one.oid is not None))
    own.run(["update-index", "-q", "--refresh", "--ignore-submodules"])


def _unchanged(index: Staging, paths: Sequence[str], changed: Sequence[Entry]) -> list[Entry]:
    """Those of the paths that the commit did not change, which may be staged otherwise, as it has them."""
    left = set(paths) - {one.path for one in changed}
    if not left:
        return []
    found = {one.path: one for one in index.entries(index.tree()) if one.path in left}
    return [found.get(path, Entry(path, "0", None)) for path in sorted(left)]


def _entries(own: Staging, tree: str | None, paths: Sequence[str]) -> list[Entry]:
    """What a tree, or a commit, says of these paths. Raises NotFound when it is none."""
    if tree is None:
        return [Entry(path, "0", None) for path in paths]
    if not is_version(tree):
        raise NotFound(f"There is no tree {tree!r}.", "Leave it out.")
    try:
        there = {one.path: one for one in own.entries(tree)}
    except Damaged as error:
        raise NotFound(f"There is no tree {tree}.", "Leave it out.") from error
    return [there.get(path, Entry(path, "0", None)) for path in paths]


def _refuse_kept(repository: Repository, made: str) -> None:
    if not is_version(made) or head_of(repository) != made:
        raise Conflict(
            "That is not the last commit any more.", "Take back what came after it first, with git."
        )
    words = ["for-each-ref", f"--contains={made}", "--count=1", "--format=%(refname:short)", "refs/remotes/"]
    if pushed := git.run(repository.directory, words).decode(errors="replace").strip():
        raise Conflict(f"That commit was pushed: it is in {pushed}.", "Undo what it did with git revert.")


def _move(repository: Repository, words: str, new: str, old: str, who: dict[str, str]) -> None:
    _update_ref(repository, ["-m", words, "HEAD", new, old], who)


def _update_ref(repository: Repository, words: list[str], who: dict[str, str]) -> None:
    """Move the branch that is checked out. Raises Conflict when it is not where it was."""
    where = {"GIT_WORK_TREE": str(repository.root)}
    try:
        git.run(repository.directory, ["update-ref", *words], environment=where | who)
    except Damaged as error:
        if any(sign in error.message for sign in _MOVED):
            raise Conflict(
                "Somebody else committed meanwhile.", "Nothing was committed: look at what changed again."
            ) from error
        raise


@contextmanager
def _locked(repository: Repository) -> Iterator[Callable[[Staging], None]]:
    """The person's index, locked as git does; what is kept in the block is in its place at the end of it.

    Raises Conflict when another program holds the lock, Unavailable, NoSpace.
    """
    index = repository.directory / "index"
    lock = index.with_name("index.lock")
    try:
        with full_disk(repository.directory):
            held = os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666)
    except FileExistsError:
        raise git.locked_by_others(lock) from None
    except OSError as error:
        raise Unavailable(
            f"The repository cannot be written: {error.strerror}.", "Look at the rights of its .git folder."
        ) from error

    def keep(own: Staging) -> None:
        with full_disk(repository.directory):
            _write(held, own.index, index)

    is_done = False
    try:
        yield keep
        os.replace(lock, index)
        is_done = True
    finally:
        os.close(held)
        if not is_done:
            lock.unlink(missing_ok=True)


def _write(descriptor: int, source: Path, like: Path) -> None:
    data = memoryview(source.read_bytes())
    while data:
        data = data[os.write(descriptor, data) :]
    if like.exists():
        os.fchmod(descriptor, like.stat().st_mode & 0o777)
    os.fsync(descriptor)
