"""History: the versions of a project's files and the person's own commits as one timeline, files as they
were, and what differs between two versions.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable
from dataclasses import dataclass

from deepforge.core.errors import BadInput, Damaged, DeepForgeError, NotFound
from deepforge.core.history import (
    NOW,
    FileChange,
    HistoryDiff,
    HistoryPage,
    PipelineChange,
    VersionFile,
    VersionName,
    VersionPipeline,
    VersionView,
)
from deepforge.core.ids import ProjectId
from deepforge.core.manifest import can_stand_in_name, is_safe_path
from deepforge.core.moment import moment
from deepforge.core.pipeline import read_pipeline
from deepforge.core.pipeline_diff import PipelineDiff, compare_pipelines
from deepforge.core.user import Caller
from deepforge.services import documents
from deepforge.services.house import House
from deepforge.services.projects import folder_of, pipeline_view, record_of
from deepforge.services.readings import PipelineReading
from deepforge.services.recording import (
    AUTHOR,
    Said,
    authors_of,
    catch_up,
    read_message,
    record_now,
    writers_of,
)
from deepforge.store import project_files, snapshots
from deepforge.store.chronicle import SCRATCH, Chronicle, Entry, Kept
from deepforge.store.repository import Repository, repository_of

SHOWN_FILES = 12
"""How many of the files that a version changed are named."""
SEARCHED = 2000
"""How many of the newest versions a search looks at."""
LONGEST_TEXT = 2 << 20
"""Bytes of a file that is shown as text."""
LONGEST_PATCH = 200_000
"""Letters of the difference of one file."""
LONGEST_NAME = 200
_CURSOR = re.compile(r"([0-9a-f]{40})\.(\d{1,9})\.([0-9a-f]{40,64}|-)\.(\d{1,9})")


@dataclass(frozen=True)
class Reader:
    """What is needed to read the history of one project."""

    house: House
    project: ProjectId
    chronicle: Chronicle
    repository: Repository | None

    @property
    def prefix(self) -> str:
        """Where the project lies in the person's repository."""
        return self.repository.prefix if self.repository else ""

    def environment(self, version: str) -> dict[str, str] | None:
        """The variables to read a version with: the person's commits lie in their repository."""
        if self.repository is None or self.is_ours(version):
            return None
        return self.repository.reading

    def is_ours(self, version: str) -> bool:
        """Whether a version is one of the chronicle. Raises NotFound when it has no version's form."""
        try:
            return self.chronicle.tree(version) is not None
        except NotFound:
            if self.repository is None:
                raise
            return False

    def tree(self, version: str) -> str | None:
        """The tree of a version's project files; None when it has none. Raises NotFound."""
        if version == NOW:
            return self.chronicle.tree(self.scratch())
        if self.is_ours(version):
            return self.chronicle.tree(version)
        return self.chronicle.tree(version, self.prefix, self.environment(version))

    def files(self, version: str) -> dict[str, Kept]:
        """The project files of a version. Raises NotFound."""
        if version == NOW:
            return self.chronicle.files(self.scratch())
        if self.is_ours(version):
            return self.chronicle.files(version)
        found = self.chronicle.files(version, self.prefix, self.environment(version))
        return {path: kept for path, kept in found.items() if project_files.belongs(path)}

    def links(self, version: str) -> dict[str, str]:
        """The links among the files of a person's commit, and the objects that say where they lead."""
        if version == NOW or self.is_ours(version) or (tree := self.tree(version)) is None:
            return {}
        found = self.chronicle.links_of_tree(tree, self.environment(version))
        return {path: oid for path, oid in found.items() if project_files.belongs(path)}

    def scratch(self) -> str:
        """The files as they are, kept for the moment."""
        folder = folder_of(self.house, record_of(self.house, self.project))
        documents.flush(self.house, self.project)
        files = {path: entry.digest for path, entry in project_files.read_files(folder).files.items()}
        found = self.chronicle.add(
            files,
            lambda path: (folder / path).read_bytes(),
            NOW,
            author=NOW,
            at=0,
            even_same=True,
            ref=SCRATCH,
        )
        assert found is not None, "it is kept although it is the same"
        return found


def reader_of(house: House, project: ProjectId) -> Reader:
    """Reads the history of a project. Raises NotFound, InvalidProject."""
    folder = folder_of(house, record_of(house, project))
    chronicle = house.histories.of(project)
    with chronicle.lock:
        chronicle.prepare()
    return Reader(house, project, chronicle, repository_of(folder))


def listing(
    house: House,
    caller: Caller,
    project: ProjectId,
    *,
    path: str | None = None,
    limit: int = 50,
    after: str | None = None,
    q: str | None = None,
) -> HistoryPage:
    """A stretch of the history, newest first: of all files, or of one.

    `q` keeps those whose words, names, authors or files hold it, among the newest. Raises NotFound, BadInput,
    Unavailable when git is not installed.
    """
    reader = reader_of(house, project)
    chronicle = reader.chronicle
    if path is not None and not is_safe_path(path):
        raise BadInput(
            f"{path!r} is no path inside the project.", "Write a path such as operations/train.py."
        )
    catch_up(house, project)
    if chronicle.tip() is None:
        record_now(house, project, "edit", None, ())
    tip, skip, head, head_skip = _begin(reader, after)
    count = SEARCHED if q else limit + 1
    ours = chronicle.log(tip, skip, count, path)
    theirs = _commits(reader, head, head_skip, count, path)
    names: dict[str, list[str]] = {}
    for name in chronicle.names():
        names.setdefault(name.version, []).append(name.title)
    merged = sorted(
        [(entry, True) for entry in ours] + [(entry, False) for entry in theirs],
        key=lambda pair: -pair[0].at,
    )
    if q:
        wanted = q.casefold()
        merged = [pair for pair in merged if wanted in _searched(pair[0], names.get(pair[0].id, []))]
    page = merged[:limit]
    taken = sum(is_ours for _, is_ours in page)
    more = len(merged) > limit and not q
    cursor = f"{tip}.{skip + taken}.{head or '-'}.{head_skip + len(page) - taken}" if more else None
    return HistoryPage(_views(house, reader, page, names), cursor)


def name_version(house: House, caller: Caller, project: ProjectId, asked: VersionName) -> VersionView:
    """Give the files as they are, or a version, a name. Raises BadInput, NotFound."""
    title = " ".join(asked.name.split())
    if len(title) > LONGEST_NAME:
        raise BadInput(f"The name has {len(title)} letters.", f"It may have at most {LONGEST_NAME}.")
    if not title or not can_stand_in_name(title):
        raise BadInput("That cannot name a version.", f"Write 1 to {LONGEST_NAME} letters that can be shown.")
    reader = reader_of(house, project)
    chronicle = reader.chronicle
    with chronicle.lock:
        if asked.version == NOW:
            authors = writers_of(house, project)
            others = tuple(name for name in authors if name != caller.name)
            version = record_now(house, project, "named", title, (caller.name, *others))
            version = version or chronicle.tip()
        elif reader.is_ours(asked.version):
            version = asked.version
        else:
            raise BadInput(
                "That is a commit of your own repository.",
                "Name it there, with git tag, or restore it first.",
            )
        assert version is not None, "something was kept"
        at = max(int(time.time()), chronicle.log(version, 0, 1)[0].at)
        chronicle.name(version, title, author=caller.name, at=at)
    tell(house, project)
    titles = [name.title for name in chronicle.names() if name.version == version]
    (entry,) = chronicle.log(version, 0, 1)
    return _views(house, reader, [(entry, True)], {version: titles})[0]


def file_at(house: House, caller: Caller, project: ProjectId, version: str, path: str) -> VersionFile:
    """A file as it was in a version, or is now. Raises NotFound."""
    reader = reader_of(house, project)
    kept = reader.files(version).get(path)
    if kept is None:
        raise NotFound(f"There was no file {path} in that version.", "Look at what the version changed.")
    data = reader.chronicle.blob(kept.oid, reader.environment(version) if version != NOW else None)
    return VersionFile(path, version, len(data), text_of(data))


def pipeline_at(house: House, caller: Caller, project: ProjectId, version: str, path: str) -> VersionPipeline:
    """A pipeline as it was in a version. Raises BadInput when the path is none of a pipeline, NotFound."""
    name = pipeline_name(path)
    if name is None:
        raise BadInput(f"{path!r} is no pipeline.", "Write a path such as pipelines/train.yaml.")
    reader = reader_of(house, project)
    kept = reader.files(version).get(path)
    if kept is None:
        return VersionPipeline(path, version)
    data = reader.chronicle.blob(kept.oid, reader.environment(version) if version != NOW else None)
    try:
        reading = _reading(data, name, path)
    except DeepForgeError as error:
        return VersionPipeline(path, version, problem=error.message)
    return VersionPipeline(path, version, pipeline_view(name, reading, []), reading.pipeline.notes)


def diff(
    house: House, caller: Caller, project: ProjectId, before: str, after: str, path: str | None = None
) -> HistoryDiff:
    """What differs between two versions, in text and, of pipelines, node by node. Raises NotFound."""
    reader = reader_of(house, project)
    environment = reader.repository.reading if reader.repository else None
    trees = [reader.tree(version) for version in (before, after)]
    changes = []
    pipelines: list[PipelineChange] = []
    for letter, file, patch in reader.chronicle.diff(trees[0], trees[1], path, environment):
        if not project_files.belongs(file):
            continue
        changes.append(file_change(letter, file, patch))
        if (name := pipeline_name(file)) is not None:
            sides = [_text_at(reader, tree, file, environment) for tree in trees]
            pipelines.append(pipeline_change(name, file, *sides))
    return HistoryDiff(before, after, tuple(changes), tuple(pipelines))


def text_of(data: bytes) -> str | None:
    """Bytes as text; None when they are none, or too many."""
    if len(data) > LONGEST_TEXT or b"\0" in data:
        return None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _begin(reader: Reader, after: str | None) -> tuple[str, int, str | None, int]:
    """Where a stretch begins: a version and how many are left out, and the same for the person's commits."""
    if after is None:
        tip = reader.chronicle.tip()
        assert tip is not None, "the first version was kept"
        return tip, 0, reader.repository.head if reader.repository else None, 0
    match = _CURSOR.fullmatch(after)
    if match is None:
        raise BadInput("`after` is not what an earlier page gave as `next`.", "Begin without it.")
    return match[1], int(match[2]), None if match[3] == "-" else match[3], int(match[4])


def _commits(reader: Reader, head: str | None, skip: int, count: int, path: str | None) -> list[Entry]:
    """The person's own commits; none when their objects cannot be read from here."""
    if head is None or reader.repository is None:
        return []
    where = reader.prefix + path if path else reader.prefix or None
    try:
        found = reader.chronicle.log(head, skip, count, where, reader.repository.reading)
    except Damaged:
        return []
    begin = len(reader.prefix)
    return [
        Entry(
            entry.id,
            entry.author,
            entry.at,
            entry.message,
            tuple(file[begin:] for file in entry.files if file.startswith(reader.prefix)),
        )
        for entry in found
    ]


def _views(
    house: House, reader: Reader, page: Iterable[tuple[Entry, bool]], names: dict[str, list[str]]
) -> tuple[VersionView, ...]:
    lines = [
        (entry, read_message(entry.message) if is_ours else _commit_said(entry)) for entry, is_ours in page
    ]
    manifests = {said.manifest for _, said in lines if said.manifest}
    with house.database.read() as connection:
        ran = snapshots.runs_with(connection, reader.project, manifests) if manifests else {}
    return tuple(
        VersionView(
            id=entry.id,
            kind=said.kind,
            at=moment(entry.at),
            words=said.words or "No message",
            authors=(entry.author, *said.authors) if said.kind == "commit" else authors_of(entry, said),
            names=tuple(names.get(entry.id, ())),
            files=entry.files[:SHOWN_FILES],
            changed=len(entry.files),
            runs=ran.get(said.manifest or "", ()),
        )
        for entry, said in lines
    )


def _commit_said(entry: Entry) -> Said:
    others = tuple(
        line.partition(":")[2].strip().rpartition(" <")[0]
        for line in entry.message.splitlines()
        if line.casefold().startswith(f"{AUTHOR}:".casefold())
    )
    return Said(entry.message.partition("\n")[0][:200], "commit", others, None, None, None)


def _searched(entry: Entry, names: list[str]) -> str:
    return "\n".join([entry.message, entry.author, *entry.files, *names]).casefold()


def file_change(letter: str, path: str, patch: str) -> FileChange:
    """A change of a file from what git says: the letter of it, and the patch."""
    begin = patch.find("@@ ")
    hunks = patch[begin:] if begin >= 0 and (begin == 0 or patch[begin - 1] == "\n") else ""
    lines = hunks.split("\n")
    cut = len(hunks) > LONGEST_PATCH
    return FileChange(
        path=path,
        change={"A": "added", "D": "removed"}.get(letter, "changed"),  # type: ignore[arg-type]
        added=sum(line.startswith("+") for line in lines),
        removed=sum(line.startswith("-") for line in lines),
        binary=patch.startswith("Binary files ") or "\nBinary files " in patch[:2000],
        patch=hunks[:LONGEST_PATCH].rpartition("\n")[0] + "\n" if cut else hunks,
        cut=cut,
    )


def pipeline_name(path: str) -> str | None:
    """What the pipeline of a file is called; None when it is that of none."""
    folder, _, file = path.partition("/")
    return file.rpartition(".")[0] if folder == "pipelines" and file.endswith((".yaml", ".yml")) else None


def _text_at(reader: Reader, tree: str | None, path: str, environment: dict[str, str] | None) -> bytes | None:
    kept = reader.chronicle.files_of_tree(tree, environment).get(path) if tree else None
    return reader.chronicle.blob(kept.oid, environment) if kept else None


def pipeline_change(name: str, path: str, before: bytes | None, after: bytes | None) -> PipelineChange:
    """How a pipeline differs between two texts of its file; None: there is no file."""
    sides: list[PipelineReading | None] = []
    for data in (before, after):
        try:
            sides.append(_reading(data, name, path) if data is not None else None)
        except DeepForgeError as error:
            return PipelineChange(path, PipelineDiff(name, "changed", (), (), error.message), None, None)
    views = [pipeline_view(name, side, []) if side else None for side in sides]
    pipelines = [side.pipeline if side else None for side in sides]
    return PipelineChange(path, compare_pipelines(pipelines[0], pipelines[1]), views[0], views[1])


def _reading(data: bytes, name: str, path: str) -> PipelineReading:
    """The pipeline that a file held. Raises DeepForgeError when its text cannot be read."""
    pipeline, problems = read_pipeline(project_files.parse_yaml(data, path), name, path)
    return PipelineReading(pipeline, tuple(problems))


def tell(house: House, project: ProjectId) -> None:
    """Tell whoever has the project open that its history has grown."""
    with house.writing() as ledger:
        ledger.tell(f"project:{project}", project, "history", {})
