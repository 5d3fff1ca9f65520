"""Recording versions: of what runs ran, after a spell of edits, and of what somebody names or restores."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from deepforge.core.digest import digest_of
from deepforge.core.errors import BlobDamaged, DeepForgeError, InvalidProject
from deepforge.core.history import VersionKind
from deepforge.core.ids import ProjectId, RunId
from deepforge.core.manifest import FileEntry, decode_manifest, encode_manifest
from deepforge.core.moment import moment, seconds_of
from deepforge.services import documents
from deepforge.services.house import House
from deepforge.services.projects import folder_of, record_of
from deepforge.store import events, git, project_files, projects, snapshots, writers
from deepforge.store.chronicle import Chronicle, Entry
from deepforge.store.repository import repository_of
from deepforge.store.snapshots import SnapshotLine

_log = logging.getLogger(__name__)

KIND, RUN, MANIFEST, BASE, AUTHOR = (
    "Deepforge-Kind",
    "Deepforge-Run",
    "Deepforge-Manifest",
    "Deepforge-Base",
    "Co-authored-by",
)
NOBODY = "DeepForge"
"""Who commits when files were changed by other programs."""
MOST_RUNS = 20
"""How many of the newest runs are looked at when a history begins."""


@dataclass(frozen=True)
class Said:
    """What the message of a version says: a line, and what stands in its trailers."""

    words: str
    kind: VersionKind
    authors: tuple[str, ...]
    manifest: str | None
    base: str | None
    run: str | None


def tend(house: House) -> None:
    """Keep what should be kept by now. Called every few seconds; does nothing when git is not installed."""
    if not git.is_there():
        return
    with house.database.read() as connection:
        known = [record.id for record in projects.every(connection)]
    _note_changes(house, known)
    due = set(house.histories.due())
    for project in known:
        is_new = house.histories.meet(project)
        if is_new or project in due:
            _try(lambda: keep_edits(house, project), project)  # noqa: B023 - called at once
    with house.database.read() as connection:
        newest = snapshots.newest_runs(connection, house.histories.newest_run)
    for project in newest.keys() & set(known):
        _try(lambda: catch_up(house, project), project)  # noqa: B023 - called at once
    house.histories.newest_run = max(newest.values(), default=house.histories.newest_run)


def pack(house: House) -> None:
    """Pack the histories that have grown. Called now and then; does nothing when git is not installed."""
    if not git.is_there():
        return
    with house.database.read() as connection:
        known = [record.id for record in projects.every(connection)]
    for project in known:
        _try(house.histories.of(project).pack, project)


def keep_edits(house: House, project: ProjectId) -> str | None:
    """Keep the files as they are as a version, if anything changed; gives its id."""
    return record_now(house, project, "edit", None, writers_of(house, project))


def writers_of(house: House, project: ProjectId) -> tuple[str, ...]:
    """Who made the edits since the newest version; they count as kept from here on."""
    noted = house.histories.take(project)
    tip = house.histories.of(project).tip()
    if tip is None:
        return noted
    (entry,) = house.histories.of(project).log(tip, 0, 1)
    with house.database.read() as connection:
        wrote = writers.since(connection, project, moment(entry.at))
    return tuple(dict.fromkeys([*noted, *wrote]))


def record_now(
    house: House,
    project: ProjectId,
    kind: VersionKind,
    words: str | None,
    authors: tuple[str, ...],
    *,
    even_same: bool = False,
) -> str | None:
    """Keep the files as they are as a version; None when nothing changed. Raises NotFound, InvalidProject."""
    folder = folder_of(house, record_of(house, project))
    documents.flush(house, project)
    with house.histories.of(project).lock:
        catch_up(house, project)
        files = project_files.read_files(folder).files
        repository = repository_of(folder)
        base = repository.head if repository else None
        return _add(
            house,
            project,
            files,
            lambda path: (folder / path).read_bytes(),
            kind=kind,
            words=words,
            authors=authors,
            at=int(time.time()),
            base=base,
            even_same=even_same,
        )


def catch_up(house: House, project: ProjectId) -> None:
    """Keep the snapshots of runs that were started since the newest version."""
    chronicle = house.histories.of(project)
    with chronicle.lock:
        found = _new_runs(house, project, chronicle)
        for run in found:
            try:
                files = decode_manifest(house.blobs.read(run.snapshot))
                _add(
                    house,
                    project,
                    files,
                    lambda path: house.blobs.read(files[path].digest),  # noqa: B023 - called at once
                    kind="run",
                    words=f"Run of {run.pipeline}",
                    authors=(run.author,),
                    at=seconds_of(run.created),
                    base=run.commit,
                    run=run.run,
                )
            except BlobDamaged:
                _log.warning("The files of the run %s are gone, so there is no version of them.", run.run)
            house.histories.handled[project] = max(run.run, house.histories.handled[project])


def _note_changes(house: House, known: Collection[ProjectId]) -> None:
    """Note the projects whose files were changed since the last time, whoever did it."""
    histories = house.histories
    with house.database.read() as connection:
        if histories.seen is None:
            histories.seen = events.last(connection)
        topics = [f"project:{project}" for project in known]
        while page := events.after(connection, topics, histories.seen, 1000):
            for event in page:
                if event.kind == "files" and event.project is not None:
                    histories.note(event.project, None)
            histories.seen = page[-1].seq


def _new_runs(house: House, project: ProjectId, chronicle: Chronicle) -> list[SnapshotLine]:
    handled, since = house.histories.handled, None
    after = handled.get(project)
    if after is None and (tip := chronicle.tip()) is not None:
        since = moment(chronicle.log(tip, 0, 1)[0].at + 1)
    with house.database.read() as connection:
        if after is None:
            newest = snapshots.newest(connection, project, 1, after=None, since=None)
            handled[project] = newest[-1].run if newest else RunId("")
        return snapshots.newest(connection, project, MOST_RUNS, after=after, since=since)


def read_message(message: str) -> Said:
    """What a message of ours says."""
    head, _, tail = message.rpartition("\n\n")
    pairs = [line.partition(": ") for line in tail.splitlines()]
    found: dict[str, list[str]] = {}
    for key, _, value in pairs:
        found.setdefault(key, []).append(value)
    kind = _KINDS.get((found.get(KIND) or ["edit"])[0], "edit")

    def first(key: str) -> str | None:
        return found[key][0] if key in found else None

    others = tuple(value.rpartition(" <")[0] for value in found.get(AUTHOR, ()))
    return Said(head.strip().partition("\n")[0], kind, others, first(MANIFEST), first(BASE), first(RUN))


def authors_of(entry: Entry, said: Said) -> tuple[str, ...]:
    """Who made a version of ours."""
    return () if entry.author == NOBODY else (entry.author, *said.authors)


_KINDS: dict[str, VersionKind] = {"edit": "edit", "run": "run", "named": "named", "restore": "restore"}


def _add(
    house: House,
    project: ProjectId,
    files: Mapping[str, FileEntry],
    content: Callable[[str], bytes],
    *,
    kind: VersionKind,
    words: str | None,
    authors: tuple[str, ...],
    at: int,
    base: str | None,
    even_same: bool = False,
    run: str | None = None,
) -> str | None:
    chronicle = house.histories.of(project)
    digests = {path: entry.digest for path, entry in files.items()}
    if words is None:
        tip = chronicle.tip()
        before = {path: kept.oid for path, kept in chronicle.files(tip).items()} if tip else {}
        words = _what_changed(before, chronicle.oids(digests, content))
    author, *others = authors or (NOBODY,)
    trailers: list[tuple[str, str]] = [(KIND, kind), (MANIFEST, digest_of(encode_manifest(files)))]
    trailers += [(BASE, base)] if base else []
    trailers += [(RUN, run)] if run else []
    trailers += [(AUTHOR, f"{other} <{_ADDRESS}>") for other in others]
    lines = "\n".join(f"{key}: {value}" for key, value in trailers)
    message = f"{' '.join(words.split())}\n\n{lines}"
    return chronicle.add(digests, content, message, author=author, at=at, even_same=even_same)


_ADDRESS = "deepforge@localhost"


def _what_changed(before: Mapping[str, str], after: Mapping[str, str]) -> str:
    if not before:
        return "First version"
    added = sorted(after.keys() - before.keys())
    gone = sorted(before.keys() - after.keys())
    edited = sorted(path for path in after.keys() & before.keys() if after[path] != before[path])
    parts = [
        (word, paths) for word, paths in (("Edited", edited), ("Added", added), ("Removed", gone)) if paths
    ]
    if not parts:
        return "Nothing changed"
    texts = [f"{word} {_listed(paths)}" for word, paths in parts]
    return ", ".join([texts[0], *(text[0].lower() + text[1:] for text in texts[1:])])


def _listed(paths: list[str]) -> str:
    return paths[0] if len(paths) == 1 else f"{len(paths)} files"


def _try(deed: Callable[[], object], project: ProjectId) -> None:
    try:
        deed()
    except InvalidProject as error:
        _log.debug("No version of project %s was kept: %s", project, error)
    except DeepForgeError as error:
        _log.warning("No version of project %s was kept: %s", project, error)
