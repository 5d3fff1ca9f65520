"""Committing: what differs from the last commit of the person's own repository, and a commit of it.

The open documents are written first, so that what is on the screen is what is committed. No hook of the
repository runs, nothing is signed, and no filter is started.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from deepforge.core.commit import (
    ChangedFile,
    Changes,
    CommitRequest,
    Committed,
    Refusal,
    RepositoryRequest,
    UncommitRequest,
    check_author,
    tidy_message,
)
from deepforge.core.errors import BadInput, Conflict
from deepforge.core.history import NOW, HistoryDiff
from deepforge.core.ids import ProjectId
from deepforge.core.user import Caller
from deepforge.services import documents
from deepforge.services.history import file_change, pipeline_change, pipeline_name, tell
from deepforge.services.house import House
from deepforge.services.projects import folder_of, record_of
from deepforge.store import commits, git, project_files
from deepforge.store.preferences import Preferences, read_preferences
from deepforge.store.repository import Repository, repository_of
from deepforge.store.work_tree import (
    LONGEST_TEXT,
    Difference,
    WorkTree,
    branch_of,
    head_of,
    refuse_detached,
    work_tree,
)

SHOWN = 1000
"""How many changed files are named."""
IGNORED = "__pycache__/\ndeepforge-output/\n.venv/\n.env\n.DS_Store\n"
"""What a new repository ignores: what programs leave behind, and secrets."""


def changes(house: House, caller: Caller, project: ProjectId) -> Changes:
    """What differs from the last commit, and why it cannot be committed.

    Raises NotFound, InvalidProject, Unavailable, NoSpace, Damaged.
    """
    found = repository_of(folder_of(house, record_of(house, project)))
    preferences = read_preferences(found)
    known = _known(found, preferences)
    if found is None:
        return known
    documents.flush(house, project)
    try:
        with work_tree(found, preferences) as tree:
            differing = tree.differences()
            known = replace(
                known,
                files=tuple(_shown(found, one) for one in differing[:SHOWN]),
                changed=len(differing),
                possible=sum(one.reason is None for one in differing),
            )
            refuse_detached(tree.branch)
    except Conflict as error:
        return replace(known, refusal=Refusal(error.message, error.hint or ""))
    return known


def difference(house: House, caller: Caller, project: ProjectId, path: str) -> HistoryDiff:
    """How a file differs from the last commit. Raises NotFound, Conflict."""
    found, preferences = _repository(house, project)
    documents.flush(house, project)
    with work_tree(found, preferences) as tree:
        one = _find(found, tree, path)
        change = file_change(_LETTERS[one.change], path, tree.patch(one.path).decode(errors="replace"))
        name = pipeline_name(path)
        sides = (_committed(tree, one), _present(found, one)) if name else (None, None)
    drawn = (pipeline_change(name, path, *sides),) if name else ()
    return HistoryDiff(tree.head or "", NOW, (change,), drawn)


def commit(house: House, caller: Caller, project: ProjectId, asked: CommitRequest) -> Committed:
    """Commit files as they are now, on the branch that is checked out.

    Raises BadInput; Conflict when nothing can be committed now, or somebody else was faster; Unavailable,
    NoSpace.
    """
    found, preferences = _repository(house, project)
    name, email = check_author(asked.name, asked.email)
    message = tidy_message(asked.message)
    documents.flush(house, project)
    with work_tree(found, preferences) as tree:
        refuse_detached(tree.branch)
        if asked.head is not None and asked.head != tree.head:
            raise Conflict("Somebody else committed meanwhile.", "Look at what changed again.")
        chosen = _chosen(found, tree.differences(), asked)
        made = _commit(tree, chosen, message, git.identity(name, email))
    tell(house, project)
    return made


def uncommit(house: House, caller: Caller, project: ProjectId, asked: UncommitRequest) -> Changes:
    """Take the last commit back; the files stay as they are.

    Raises Conflict when it is not the last one any more, or was pushed; NotFound.
    """
    found, preferences = _repository(house, project)
    commits.take_back(found, preferences, asked.commit, asked.staged)
    tell(house, project)
    return changes(house, caller, project)


def begin(house: House, caller: Caller, project: ProjectId, asked: RepositoryRequest) -> Committed:
    """Make the folder of a project a git repository, and commit all that is in it.

    Raises BadInput; Conflict when it lies in one already; InvalidProject, Unavailable, NoSpace.
    """
    name, email = check_author(asked.name, asked.email)
    message = tidy_message(asked.message)
    folder = folder_of(house, record_of(house, project)).resolve()
    if repository_of(folder) is not None or os.path.lexists(folder / ".git"):
        raise Conflict("The project lies in a git repository already.", "Commit what changed.")
    documents.flush(house, project)
    with _new_repository(folder) as found, work_tree(found, read_preferences(found)) as tree:
        chosen = [one for one in tree.differences() if one.reason is None]
        made = _commit(tree, chosen, message, git.identity(name, email))
    tell(house, project)
    return made


@contextmanager
def _new_repository(folder: Path) -> Iterator[Repository]:
    """A repository in a folder, which is gone again when the block fails."""
    made = [folder / ".gitignore"] if not os.path.lexists(folder / ".gitignore") else []
    try:
        git.init(folder)
        for file in made:
            project_files.write_text(folder, file.name, IGNORED)
        found = repository_of(folder)
        assert found is not None, "it was just made"
        yield found
    except BaseException:
        shutil.rmtree(folder / ".git", ignore_errors=True)
        for file in made:
            file.unlink(missing_ok=True)
        raise


def _commit(tree: WorkTree, chosen: Sequence[Difference], message: str, who: dict[str, str]) -> Committed:
    written = [one.path for one in chosen if one.change != "deleted"]
    gone = [one.path for one in chosen if one.change == "deleted"]
    made = commits.commit(tree, written, gone, message, who)
    assert tree.branch is not None, "a branch is checked out"
    return Committed(made.commit, tree.branch, made.files, made.staged)


def _repository(house: House, project: ProjectId) -> tuple[Repository, Preferences]:
    """Raises Conflict when the project lies in no repository."""
    found = repository_of(folder_of(house, record_of(house, project)))
    if found is None:
        raise Conflict("The project is not in a git repository.", "Keep it in git first.")
    return found, read_preferences(found)


def _known(found: Repository | None, preferences: Preferences) -> Changes:
    """What is known of a repository without looking at its files, and who commits."""
    name = preferences.value("author.name", "user.name")
    email = preferences.value("author.email", "user.email")
    if found is None:
        return Changes(repository=False, name=name, email=email)
    hooks, signs = preferences.hooks(found), preferences.is_on("commit.gpgSign")
    return Changes(True, branch_of(found), head_of(found), name=name, email=email, hooks=hooks, signs=signs)


def _chosen(found: Repository, differing: Sequence[Difference], asked: CommitRequest) -> list[Difference]:
    """What of all that differs is to be committed. Raises Conflict, BadInput."""
    known = {one.path.removeprefix(found.prefix): one for one in differing}
    without = set(asked.without)
    for path in (*(asked.paths or ()), *without):
        if path not in known:
            raise Conflict(f"{path} is as in the last commit.", "Look at what changed again.")
    if asked.paths is None:
        wanted = [path for path, one in known.items() if one.reason is None and path not in without]
    else:
        wanted = [path for path in dict.fromkeys(asked.paths) if path not in without]
    for path in wanted:
        if (reason := known[path].reason) is not None:
            raise Conflict(f"{path} cannot be committed from here.", reason)
    if not wanted and asked.paths is not None:
        raise BadInput("No file is chosen.", "Choose one that changed.")
    if not wanted:
        raise Conflict("Nothing changed that can be committed from here.", "Look at what changed.")
    return [known[path] for path in wanted]


def _find(found: Repository, tree: WorkTree, path: str) -> Difference:
    for one in tree.differences():
        if one.path.removeprefix(found.prefix) == path:
            return one
    raise Conflict(f"{path} is as in the last commit.", "Look at what changed again.")


def _committed(tree: WorkTree, one: Difference) -> bytes | None:
    """A file as it is in the last commit."""
    return tree.index.run(["cat-file", "blob", f":{one.path}"]) if one.change != "added" else None


def _present(found: Repository, one: Difference) -> bytes | None:
    file: Path = found.root / one.path
    if one.change == "deleted" or file.is_symlink() or not file.is_file():
        return None
    with file.open("rb") as stream:
        return stream.read(LONGEST_TEXT)


def _shown(found: Repository, one: Difference) -> ChangedFile:
    path = one.path.removeprefix(found.prefix).encode(errors="surrogateescape").decode(errors="replace")
    return ChangedFile(path, one.change, one.reason)


_LETTERS = {"added": "A", "deleted": "D", "modified": "M"}
