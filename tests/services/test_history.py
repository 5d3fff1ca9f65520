"""The history of a project: versions of its files, the person's own commits, differences, going back,
branches.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import insert

from deepforge.core.errors import BadInput, Conflict, NotFound, Unavailable
from deepforge.core.history import (
    BranchRequest,
    RestoreRequest,
    VersionName,
    VersionPipeline,
    VersionView,
)
from deepforge.core.ids import ProjectId
from deepforge.core.pipeline import Note
from deepforge.core.project import NodeView
from deepforge.core.run import RunView
from deepforge.core.user import Caller
from deepforge.services import gc, history, new_projects, recording, restoring
from deepforge.services.house import House
from deepforge.store import git
from deepforge.store.database import now as now_of
from deepforge.store.tables import document_updates, documents
from tests.services.conftest import PIPELINE, TRAIN

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

IDENTITY = ("-c", "user.name=Grace", "-c", "user.email=g@example.org", "-c", "commit.gpgsign=false")
TRAIN_FILE = "operations/train.py"


def by_hand(folder: Path, *words: str) -> str:
    done = subprocess.run(["git", *IDENTITY, *words], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


class Person:
    """Who works on the project."""

    def __init__(self, house: House, caller: Caller, project: ProjectId, folder: Path) -> None:
        self.house, self.caller, self.project, self.folder = house, caller, project, folder

    def edit(self, text: str, file: str = TRAIN_FILE) -> None:
        """Edit a file in the editor."""
        (self.folder / file).parent.mkdir(exist_ok=True, parents=True)
        (self.folder / file).write_text(text)
        self.house.histories.note(self.project, self.caller.name)

    def kept(self, text: str, file: str = TRAIN_FILE) -> str:
        """Edit, and have it kept as a version."""
        self.edit(text, file)
        version = recording.keep_edits(self.house, self.project)
        assert version is not None
        return version

    def versions(self, **wanted: str) -> tuple[VersionView, ...]:
        """The newest page of the history."""
        found = history.listing(self.house, self.caller, self.project, **wanted)  # type: ignore[arg-type]
        return found.versions

    def restore(self, version: str, path: str | None = None) -> str:
        """Go back; gives the version to undo it with."""
        asked = RestoreRequest(version, path)
        return restoring.restore(self.house, self.caller, self.project, asked).before

    def branch(self, name: str, version: str = "now", checkout: bool = False) -> str:
        """Make a branch."""
        asked = BranchRequest(name, version, checkout)
        return restoring.make_branch(self.house, self.caller, self.project, asked).commit


@pytest.fixture
def person(house: House, caller: Caller, project: ProjectId, folder: Path) -> Person:
    return Person(house, caller, project, folder)


@pytest.fixture
def repository(person: Person) -> Path:
    """The project under git, all committed."""
    by_hand(person.folder, "init", "-q", "-b", "main")
    by_hand(person.folder, "add", ".")
    by_hand(person.folder, "commit", "-q", "-m", "By hand")
    return person.folder


def test_a_history_begins_with_the_files_as_they_are(person: Person) -> None:
    (first,) = person.versions()
    assert (first.kind, first.words, first.authors, first.changed) == ("edit", "First version", (), 4)


def test_edits_are_kept_after_a_quiet_spell_with_who_made_them(person: Person) -> None:
    now = 0.0
    person.house.clock = lambda: now
    recording.tend(person.house)
    person.edit(TRAIN + "# one\n")
    now = 119.0
    person.house.histories.note(person.project, None)
    recording.tend(person.house)
    assert len(person.versions()) == 1
    now = 119.0 + 120.0
    recording.tend(person.house)
    newest, first = person.versions()
    assert (newest.kind, newest.words, newest.authors, newest.files) == (
        "edit",
        "Edited operations/train.py",
        (person.caller.name,),
        (TRAIN_FILE,),
    )
    assert first.words == "First version"


def test_changes_that_another_program_made_are_kept_as_well(person: Person) -> None:
    now = 0.0
    person.house.clock = lambda: now
    recording.tend(person.house)
    (person.folder / TRAIN_FILE).write_text("x = 1\n")
    with person.house.writing() as ledger:
        ledger.tell(f"project:{person.project}", person.project, "files", {"paths": [TRAIN_FILE]})
    recording.tend(person.house)
    now = 121.0
    recording.tend(person.house)
    newest, _ = person.versions()
    assert (newest.words, newest.authors) == ("Edited operations/train.py", ())


def test_who_wrote_into_a_live_document_is_the_author(person: Person) -> None:
    person.versions()
    (person.folder / TRAIN_FILE).write_text("x = 1\n")
    with person.house.database.write() as connection:
        row = {"id": "D" * 26, "project_id": person.project, "path": TRAIN_FILE, "epoch": "E" * 26}
        connection.execute(insert(documents), row | {"created": "", "agreed": 0})
        update = {"document_id": "D" * 26, "number": 1, "author_id": person.caller.user, "data": b""}
        connection.execute(insert(document_updates), update | {"at": now_of(connection)})
    recording.keep_edits(person.house, person.project)
    assert person.versions()[0].authors == (person.caller.name,)


def test_edits_that_go_on_and_on_are_kept_now_and_then(person: Person) -> None:
    now = 0.0
    person.house.clock = lambda: now
    recording.tend(person.house)
    for minute in range(31):
        now = minute * 60.0
        person.edit(TRAIN + f"# {minute}\n")
    recording.tend(person.house)
    assert len(person.versions()) == 2


def test_several_authors_share_a_version(person: Person) -> None:
    person.versions()
    for name in ("Ada", "Grace"):
        person.house.histories.note(person.project, name)
    person.edit("x = 1\n")
    recording.keep_edits(person.house, person.project)
    assert person.versions()[0].authors == ("Ada", "Grace", person.caller.name)


def test_a_run_keeps_what_it_ran_and_is_named_by_the_version(
    person: Person, start: Callable[..., RunView]
) -> None:
    person.versions()
    person.edit(TRAIN + "# tried\n")
    run = start()
    person.edit(TRAIN + "# edited since\n")
    again = start()
    newest, ran, first = person.versions()
    assert (ran.kind, ran.words, ran.runs) == ("run", "Run of train", (run.id,))
    assert (newest.runs, first.runs) == ((again.id,), ())
    assert "# tried" in (
        history.file_at(person.house, person.caller, person.project, ran.id, TRAIN_FILE).text or ""
    )


def test_runs_of_the_same_files_make_no_version_but_are_named(
    person: Person, start: Callable[..., RunView]
) -> None:
    person.versions()
    found = [start().id for _ in range(2)]
    (only,) = person.versions()
    assert only.runs == tuple(reversed(found))


def test_a_new_server_goes_on_where_the_last_one_stopped(
    person: Person, start: Callable[..., RunView]
) -> None:
    start()
    before = person.versions()
    person.house.histories.handled.clear()
    assert person.versions() == before


def test_a_new_server_does_not_keep_the_same_runs_again(
    person: Person, start: Callable[..., RunView]
) -> None:
    for words in ("# one\n", "# two\n"):
        person.edit(TRAIN + words)
        start()
        before = person.versions()
    person.house.histories.handled.clear()
    for _ in range(3):
        recording.catch_up(person.house, person.project)
    assert person.versions() == before


def test_versions_have_names_and_the_present_can_be_named(person: Person) -> None:
    first = person.versions()[0]
    named = history.name_version(
        person.house, person.caller, person.project, VersionName(" Before  the talk ", first.id)
    )
    assert (named.id, named.names) == (first.id, ("Before the talk",))
    person.edit("x = 1\n")
    now = history.name_version(person.house, person.caller, person.project, VersionName("Works"))
    assert (now.kind, now.words, now.authors) == ("named", "Works", (person.caller.name,))
    assert [version.names for version in person.versions()] == [("Works",), ("Before the talk",)]
    for name in ("", "  ", "two\x00", "\u202egnp.exe"):
        with pytest.raises(BadInput, match="That cannot name a version"):
            history.name_version(person.house, person.caller, person.project, VersionName(name))
    with pytest.raises(BadInput, match=r"The name has 300 letters\.\nIt may have at most 200\."):
        history.name_version(person.house, person.caller, person.project, VersionName("x" * 300))
    odd = ("🎉 größe 数字", "👩‍💻", "می‌خواهم", "a/b", "../up", "x" * 200)
    for name in odd:
        history.name_version(person.house, person.caller, person.project, VersionName(name, first.id))
    assert person.versions()[-1].names == ("Before the talk", *odd)


def test_the_persons_own_commits_stand_in_the_same_timeline(person: Person, repository: Path) -> None:
    person.kept("x = 1\n")
    kinds = {version.words: (version.kind, version.authors) for version in person.versions()}
    assert kinds["By hand"] == ("commit", ("Grace",))
    assert (
        history.file_at(
            person.house, person.caller, person.project, by_hand(repository, "rev-parse", "HEAD"), TRAIN_FILE
        ).text
        == TRAIN
    )
    assert by_hand(repository, "for-each-ref", "--format=%(refname)") == "refs/heads/main"
    assert (
        by_hand(repository, "status", "--porcelain") == f"M {TRAIN_FILE}".rjust(len(TRAIN_FILE) + 3).strip()
    )


def test_pages_of_the_history_join_without_gap_or_double(person: Person, repository: Path) -> None:
    person.versions()
    for number in range(5):
        person.kept(f"x = {number}\n")
        by_hand(repository, "commit", "-q", "-a", "-m", f"Commit {number}")
    whole = [version.id for version in person.versions()]
    paged: list[str] = []
    cursor = None
    while True:
        page = history.listing(person.house, person.caller, person.project, limit=4, after=cursor)
        paged += [version.id for version in page.versions]
        cursor = page.next
        if cursor is None:
            break
        person.kept(f"y = {len(paged)}\n")
    assert sorted(paged) == sorted(whole)
    assert len(whole) == 12
    with pytest.raises(BadInput):
        history.listing(person.house, person.caller, person.project, after="../x")


def test_the_history_of_one_file_and_a_search(person: Person) -> None:
    person.versions()
    person.kept("x = 1\n")
    other = person.kept("y = 1\n", "utils/scale.py")
    assert next(version.id for version in person.versions(path="utils/scale.py")) == other
    assert len(person.versions(path="utils/scale.py")) == 2
    assert next(version.id for version in person.versions(q="SCALE")) == other
    assert person.versions(q="nothing like it") == ()
    with pytest.raises(BadInput):
        person.versions(path="../x")


def test_two_versions_differ_in_text_and_pipelines_node_by_node(person: Person) -> None:
    first = person.versions()[0].id
    person.kept(TRAIN.replace("epochs: int = 5", "epochs: int = 9"))
    second = person.kept(PIPELINE.replace("epochs: 5", "epochs: 7"), "pipelines/train.yaml")
    person.edit("new = 1\n", "utils/new.py")
    found = history.diff(person.house, person.caller, person.project, first, second)
    assert [(file.path, file.change, file.added, file.removed) for file in found.files] == [
        (TRAIN_FILE, "changed", 1, 1),
        ("pipelines/train.yaml", "changed", 1, 1),
    ]
    assert found.files[0].patch.startswith("@@ ")
    assert "+    def __init__(self, epochs: int = 9):" in found.files[0].patch
    (pipeline,) = found.pipelines
    assert {node.name: node.change for node in pipeline.diff.nodes} == {
        "load": "same",
        "train": "changed",
        "keep": "same",
    }
    now = history.diff(person.house, person.caller, person.project, second, "now")
    assert [(file.path, file.change) for file in now.files] == [("utils/new.py", "added")]
    one = history.diff(person.house, person.caller, person.project, first, "now", TRAIN_FILE)
    assert [file.path for file in one.files] == [TRAIN_FILE]
    assert len(person.versions()) == 3  # looking keeps nothing


def test_a_pipeline_is_read_as_it_was_in_a_version(person: Person) -> None:
    def at(version: str, path: str = "pipelines/train.yaml") -> VersionPipeline:
        return history.pipeline_at(person.house, person.caller, person.project, version, path)

    first = person.versions()[0].id
    note = "notes: {why: {text: Longer, at: [0, 90]}}\n"
    nodes = PIPELINE.replace("epochs: 5}", "epochs: 7}, resources: {cpus: 2}, bypass: true")
    second = person.kept(nodes + note, "pipelines/train.yaml")
    person.edit("nodes: [\n", "pipelines/train.yaml")

    def train(found: VersionPipeline) -> NodeView:
        assert found.pipeline is not None
        return next(node for node in found.pipeline.nodes if node.name == "train")

    assert train(at(first)).attributes == {"epochs": 5}
    later = train(at(second))
    assert (later.attributes, later.resources, later.bypass) == ({"epochs": 7}, {"cpus": 2}, True)
    assert at(second).notes == {"why": Note("Longer", (0, 90))}
    assert "line" in (at("now").problem or "")
    assert at("now").pipeline is None
    assert at(first, "pipelines/other.yaml") == VersionPipeline("pipelines/other.yaml", first)
    with pytest.raises(BadInput):
        at(first, TRAIN_FILE)
    with pytest.raises(NotFound):
        at("0" * 40)


def test_files_that_are_no_text_and_pipelines_that_are_none_are_told(person: Person) -> None:
    first = person.versions()[0].id
    (person.folder / "data.bin").write_bytes(bytes(range(256)))
    person.edit("nodes: [\n", "pipelines/train.yaml")
    found = history.diff(person.house, person.caller, person.project, first, "now")
    assert [(file.path, file.binary, file.patch == "") for file in found.files] == [
        ("data.bin", True, True),
        ("pipelines/train.yaml", False, False),
    ]
    assert found.pipelines[0].diff.problem
    version = recording.keep_edits(person.house, person.project)
    assert history.file_at(person.house, person.caller, person.project, str(version), "data.bin").text is None


def test_going_back_writes_the_files_and_can_be_taken_back(person: Person) -> None:
    first = person.versions()[0].id
    person.kept("x = 1\n")
    person.edit("new = 1\n", "utils/deep/new.py")
    (person.folder / "notes.txt").write_text("keep me\n")
    before = person.restore(first)
    assert (person.folder / TRAIN_FILE).read_text() == TRAIN
    assert not (person.folder / "utils/deep").exists()
    assert person.versions()[0].words == "Restored “First version”"
    person.restore(before)
    assert (person.folder / TRAIN_FILE).read_text() == "x = 1\n"
    assert (person.folder / "utils/deep/new.py").read_text() == "new = 1\n"
    assert (person.folder / "notes.txt").read_text() == "keep me\n"


def test_going_back_with_one_file_leaves_the_others(person: Person) -> None:
    first = person.versions()[0].id
    person.kept("x = 1\n")
    person.edit("y = 1\n", "utils/scale.py")
    before = person.restore(first, TRAIN_FILE)
    assert (person.folder / TRAIN_FILE).read_text() == TRAIN
    assert (person.folder / "utils/scale.py").read_text() == "y = 1\n"
    person.restore(before, TRAIN_FILE)
    assert (person.folder / TRAIN_FILE).read_text() == "x = 1\n"
    with pytest.raises(NotFound):
        person.restore(first, "utils/never.py")
    with pytest.raises(NotFound):
        person.restore("0" * 40)


def test_hidden_files_and_what_is_no_part_of_the_project_stay(person: Person) -> None:
    first = person.versions()[0].id
    (person.folder / ".env").write_text("secret\n")
    person.kept("x = 1\n")
    person.restore(first)
    assert (person.folder / ".env").read_text() == "secret\n"


@pytest.fixture
def odd(repository: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The repository, with what versions of ours do not keep as git does."""
    monkeypatch.setattr("deepforge.store.project_files.LARGEST_FILE", 1000)
    (repository / "link.py").symlink_to(TRAIN_FILE)
    (repository / "nowhere").symlink_to("/nonexistent")
    (repository / "large.bin").write_bytes(bytes(2000))
    (repository / "run.sh").write_text("#!/bin/sh\n")
    (repository / "run.sh").chmod(0o755)
    (repository / ".gitattributes").write_text("*.txt text eol=crlf\n*.dat filter=big\n")
    (repository / "lines.txt").write_bytes(b"one\r\ntwo\r\n")
    (repository / "big.dat").write_text("of a program\n")
    (repository / "gone.py").write_text("")
    by_hand(repository, "add", ".")
    by_hand(repository, "commit", "-q", "-m", "Odd files")
    return repository


def test_links_large_files_modes_and_ends_of_lines_stay_as_git_has_them_in_a_branch(
    person: Person, odd: Path
) -> None:
    person.versions()
    (odd / "gone.py").unlink()
    (odd / "run.sh").write_text("#!/bin/sh\nls\n")
    (odd / "big.dat").write_text("changed by hand\n")
    old = person.kept("x = 1\n")
    person.kept("x = 2\n")
    for name, version in (("then", old), ("now", "now")):
        person.branch(name, version)
        assert by_hand(odd, "diff", "--name-status", "--no-renames", "main", name).splitlines() == [
            "D\tgone.py",
            f"M\t{TRAIN_FILE}",
            "M\trun.sh",
        ]
        assert by_hand(odd, "ls-tree", name, "run.sh").startswith("100755")


def test_a_link_that_became_a_file_is_one_in_the_branch(person: Person, odd: Path) -> None:
    (odd / "link.py").unlink()
    (odd / "link.py").write_text("own = 1\n")
    person.branch("now")
    assert by_hand(odd, "diff", "--raw", "--abbrev=4", "main", "now").split("\t")[0].split()[:2] == [
        ":120000",
        "100644",
    ]


def test_switching_and_going_back_leave_links_in_place(person: Person, odd: Path) -> None:
    commit = by_hand(odd, "rev-parse", "HEAD")
    (odd / "link.py").unlink()
    person.edit("x = 1\n")
    before = person.restore(commit)
    assert (odd / "link.py").readlink() == Path(TRAIN_FILE)
    assert by_hand(odd, "status", "--porcelain", "link.py", "nowhere", "run.sh", TRAIN_FILE) == ""
    person.restore(before)
    by_hand(odd, "checkout", "-q", ".")
    person.branch("earlier", by_hand(odd, "rev-parse", "HEAD"), checkout=True)
    person.branch("other", by_hand(odd, "rev-parse", "HEAD"), checkout=True)
    assert by_hand(odd, "status", "--porcelain") == ""
    (odd / "nowhere").unlink()
    (odd / "nowhere").symlink_to("elsewhere")
    old = person.versions()[0].id
    with pytest.raises(Conflict, match="nowhere is not committed"):
        person.branch("more", old, checkout=True)


def test_a_branch_has_the_files_of_its_version_and_leaves_all_else(person: Person, repository: Path) -> None:
    (repository / ".gitignore").write_text("x\n")
    by_hand(repository, "add", ".gitignore")
    by_hand(repository, "commit", "-q", "-m", "Ignore")
    person.versions()
    old = person.kept("x = 1\n")
    person.kept("x = 2\n")
    commit = person.branch("try/old", old)
    assert by_hand(repository, "rev-parse", "try/old") == commit
    assert by_hand(repository, "show", f"try/old:{TRAIN_FILE}") == "x = 1"
    assert by_hand(repository, "show", "try/old:.gitignore") == "x"
    assert by_hand(repository, "rev-parse", "try/old^") == by_hand(repository, "rev-parse", "main")
    assert by_hand(repository, "branch", "--show-current") == "main"
    assert (repository / TRAIN_FILE).read_text() == "x = 2\n"
    by_hand(repository, "fsck", "--strict")
    found = restoring.branches(person.house, person.caller, person.project)
    current = {branch.name: branch.current for branch in found.branches}
    assert current == {"main": True, "try/old": False}
    with pytest.raises(Conflict, match="There is a branch"):
        person.branch("try/old", old)
    with pytest.raises(BadInput):
        person.branch("two words", old)


def test_a_branch_is_checked_out_only_over_what_is_committed(person: Person, repository: Path) -> None:
    old = person.versions()[0].id
    person.kept("x = 2\n")
    with pytest.raises(Conflict, match="not committed"):
        person.branch("try", old, checkout=True)
    by_hand(repository, "add", ".")
    with pytest.raises(Conflict, match="staged"):
        person.branch("try", old, checkout=True)
    by_hand(repository, "commit", "-q", "-m", "Two")
    person.branch("try", old, checkout=True)
    assert by_hand(repository, "branch", "--show-current") == "try"
    assert (repository / TRAIN_FILE).read_text() == TRAIN
    assert by_hand(repository, "status", "--porcelain") == ""


def test_a_project_that_is_under_no_git_has_history_but_no_branches(person: Person, tmp_path: Path) -> None:
    person.versions()
    person.kept("x = 1\n")
    assert not restoring.branches(person.house, person.caller, person.project).repository
    with pytest.raises(Conflict, match="not in a git repository"):
        person.branch("try")
    assert not (person.folder / ".git").exists()


def test_without_git_there_is_no_history_and_everything_else_works(
    person: Person, start: Callable[..., RunView], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(git, "_program", lambda: None)
    recording.tend(person.house)
    gc.collect(person.house)
    assert start().state in ("pending", "running")
    with pytest.raises(Unavailable, match="git is not installed"):
        person.versions()


def test_a_project_made_here_begins_with_its_first_commit(house: House, caller: Caller) -> None:
    made = new_projects.create(house, caller, "new", "starter")
    words = [version.words for version in history.listing(house, caller, made.id).versions]
    assert sorted(words) == ["Begin as starter", "First version"]
