"""Going back: the files of a version written again, and branches of the person's repository made at one.

What was there before is kept as a version first, so that nothing is lost by it and it can be taken back.
"""

from __future__ import annotations

import os
import posixpath
import tempfile
import time
from pathlib import Path

from deepforge.core.errors import Conflict, NotFound
from deepforge.core.history import NOW, Branches, BranchRequest, BranchView, Restored, RestoreRequest
from deepforge.core.ids import ProjectId
from deepforge.core.moment import moment
from deepforge.core.user import Caller
from deepforge.services.history import Reader, reader_of, tell
from deepforge.services.house import House
from deepforge.services.projects import folder_of, record_of
from deepforge.services.recording import keep_edits, read_message, record_now
from deepforge.store import git, project_files, repository
from deepforge.store.chronicle import Kept
from deepforge.store.commits import write_commit
from deepforge.store.preferences import Preferences, read_preferences, refuse_foreign
from deepforge.store.repository import Repository
from deepforge.store.staging import LINK, Entry, Staging, staging
from deepforge.store.work_tree import work_tree


def restore(house: House, caller: Caller, project: ProjectId, asked: RestoreRequest) -> Restored:
    """Write the files of a version, or one of them, as they were. What it has not is removed.

    Raises NotFound, InvalidProject, NoSpace.
    """
    reader = reader_of(house, project)
    folder = folder_of(house, record_of(house, project))
    chronicle = reader.chronicle
    with chronicle.lock:
        wanted = reader.files(asked.version)
        keep_edits(house, project)
        before = chronicle.tip()
        assert before is not None, "the files as they were are kept"
        there = chronicle.files(before)
        if asked.path is not None:
            if asked.path not in wanted and asked.path not in there:
                raise NotFound(
                    f"There is no file {asked.path} now, nor was there in that version.",
                    "Look at what the version changed.",
                )
            wanted = {path: kept for path, kept in wanted.items() if path == asked.path}
            there = {path: kept for path, kept in there.items() if path == asked.path}
        written, removed = _write(reader, folder, asked.version, wanted, there)
        words = f"Restored {_called(reader, asked)}"
        version = record_now(house, project, "restore", words, (caller.name,)) or before
    _tell_files(house, project, [*written, *removed])
    return Restored(version, before, tuple(written), tuple(removed))


def branches(house: House, caller: Caller, project: ProjectId) -> Branches:
    """The branches of the repository that the project lies in. Raises NotFound."""
    found = repository.repository_of(folder_of(house, record_of(house, project)))
    if found is None:
        return Branches(repository=False)
    listed = repository.branches(found)
    return Branches(
        True, tuple(BranchView(one.name, one.commit, moment(one.at), one.current) for one in listed)
    )


def make_branch(house: House, caller: Caller, project: ProjectId, asked: BranchRequest) -> BranchView:
    """Make a branch in the person's repository whose newest commit has the files of a version.

    Raises Conflict when there is no repository, or when it is to be checked out over what is not committed.
    """
    reader = reader_of(house, project)
    folder = folder_of(house, record_of(house, project))
    found = reader.repository
    if found is None:
        raise Conflict(
            "The project is not in a git repository.", f"Make it one: git init {folder.resolve().name}"
        )
    preferences = read_preferences(found)
    refuse_foreign(found, preferences)
    with reader.chronicle.lock:
        repository.check_branch_name(found, asked.name)
        is_here = asked.version == found.head
        if asked.checkout and not is_here:
            _refuse_unclean(reader, found, preferences)
        is_commit = asked.version != NOW and not reader.is_ours(asked.version)
        at = int(time.time())
        commit = asked.version if is_commit else _commit(reader, found, preferences, caller, asked, at)
        repository.write_branch(found, asked.name, commit)
        if asked.checkout and is_here:
            repository.switch(found, asked.name, commit)
        elif asked.checkout:
            keep_edits(house, project)
            wanted = reader.files(asked.version)
            there = reader.files(NOW)
            written, removed = _write(reader, folder, asked.version, wanted, there)
            repository.switch(found, asked.name, commit)
            record_now(house, project, "restore", f"Switched to the branch {asked.name}", (caller.name,))
            _tell_files(house, project, [*written, *removed])
    tell(house, project)
    return BranchView(asked.name, commit, moment(at), asked.checkout)


def _write(
    reader: Reader, folder: Path, version: str, wanted: dict[str, Kept], there: dict[str, Kept]
) -> tuple[list[str], list[str]]:
    """Make the files be as wanted; gives those that were written, and those that were removed."""
    environment = reader.environment(version) if version != NOW else None
    links = reader.links(version)
    removed = [path for path in there if path not in wanted and path not in links]
    for path in removed:
        project_files.remove_file(folder, path)
    for path, oid in links.items():
        project_files.write_link(folder, path, reader.chronicle.blob(oid, environment))
    changed = [path for path, kept in wanted.items() if path not in there or there[path].oid != kept.oid]
    for path in changed:
        project_files.write_bytes(folder, path, reader.chronicle.blob(wanted[path].oid, environment))
    return changed, removed


def _called(reader: Reader, asked: RestoreRequest) -> str:
    """How people call a version that was restored."""
    names = [name.title for name in reader.chronicle.names() if name.version == asked.version]
    (entry,) = reader.chronicle.log(asked.version, 0, 1, None, reader.environment(asked.version))
    is_ours = reader.is_ours(asked.version)
    words = read_message(entry.message).words if is_ours else entry.message.partition("\n")[0]
    version = f"“{names[-1] if names else words[:60]}”"
    return f"{asked.path} from {version}" if asked.path else version


def _refuse_unclean(reader: Reader, found: Repository, preferences: Preferences) -> None:
    """Raise Conflict when checking out a branch would take something away that is not committed."""
    if found.prefix:
        raise Conflict(
            "The project is a folder of a larger repository.",
            "Make the branch without switching to it, and switch with git.",
        )
    if repository.staged(found, reader.chronicle.directory):
        raise Conflict("Something is staged that is not committed.", "Commit it, or take it back, with git.")
    with work_tree(found, preferences) as tree:
        differing = [
            one.path for one in tree.differences() if one.change != "added" or project_files.belongs(one.path)
        ]
    if differing:
        some = ", ".join(differing[:3]) + (" …" if len(differing) > 3 else "")
        raise Conflict(
            f"{some} {'is' if len(differing) == 1 else 'are'} not committed.",
            "Commit with git first, or make the branch without switching to it.",
        )


def _commit(
    reader: Reader,
    found: Repository,
    preferences: Preferences,
    caller: Caller,
    asked: BranchRequest,
    at: int,
) -> str:
    """A commit in the person's repository with the files of a version, on top of what the version began
    from.
    """
    files = reader.files(asked.version)
    base = _base(reader, found, asked.version)
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(temporary)
        with staging(found, preferences, base, root) as index:
            begin = len(found.prefix)
            listed = index.entries(base, found.prefix) if base else []
            old = {one.path[begin:]: one for one in listed}
            filtered = {
                path[begin:] for path in index.filters(found.prefix + path for path in {*old, *files})
            }
            links = _links(index, old)
            index.remove(
                found.prefix + path
                for path, one in old.items()
                if path not in files and path not in filtered and _could_hold(one, path, old, links, files)
            )
            written = [
                path
                for path, kept in files.items()
                if path not in filtered
                and (path not in old or old[path].oid != kept.oid)
                and not (path in links and _same(files, links[path], kept))
            ]
            for path in written:
                is_program = path in old and old[path].mode == "100755"
                _lay_out(root / found.prefix / path, reader.chronicle.blob(files[path].oid), is_program)
            index.add(found.prefix + path for path in written)
            tree = index.tree()
    name, email = preferences.value("user.name"), preferences.value("user.email")
    who = git.identity(name or caller.name, email or "deepforge@localhost", at)
    return write_commit(found, tree, base, f"Begin the branch {asked.name}\n", who)


def _links(index: Staging, old: dict[str, Entry]) -> dict[str, str]:
    """The links among the entries of a folder, and where in it they lead."""
    found = {}
    for path, one in old.items():
        if one.mode == LINK and one.oid is not None:
            target = os.fsdecode(index.run(["cat-file", "blob", one.oid]))
            found[path] = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
    return found


def _same(files: dict[str, Kept], target: str, kept: Kept) -> bool:
    """Whether a version has at a link what it has where that leads to."""
    return target in files and files[target].oid == kept.oid


def _could_hold(
    one: Entry, path: str, old: dict[str, Entry], links: dict[str, str], files: dict[str, Kept]
) -> bool:
    """Whether a version would have a file of the commit below it, had it been there."""
    if not project_files.belongs(path) or one.size > project_files.LARGEST_FILE:
        return False
    if any(f"{outer}/pyvenv.cfg" in old for outer in Path(path).parents):
        return False
    return one.mode in ("100644", "100755") or links.get(path) in files


def _lay_out(file: Path, data: bytes, is_program: bool) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    file.chmod(0o755 if is_program else 0o644)


def _base(reader: Reader, found: Repository, version: str) -> str | None:
    """The person's commit that a version was made on; what is checked out now, when it does not say, or is
    gone.
    """
    if version != NOW:
        (entry,) = reader.chronicle.log(version, 0, 1)
        said = read_message(entry.message).base
        if said is not None:
            try:
                reader.chronicle.tree(said, "", found.reading)
            except NotFound:
                pass
            else:
                return said
    return found.head


def _tell_files(house: House, project: ProjectId, paths: list[str]) -> None:
    with house.writing() as ledger:
        ledger.tell(f"project:{project}", project, "files", {"paths": sorted(paths)})
        ledger.tell(f"project:{project}", project, "history", {})
