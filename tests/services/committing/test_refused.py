"""When and what the editor does not commit, and why."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from deepforge.core.commit import Committed
from deepforge.core.errors import Conflict, Damaged, NoSpace, Unavailable
from deepforge.core.history import BranchRequest
from deepforge.services import committing, restoring
from deepforge.store import commits, git
from deepforge.store.preferences import read_preferences
from deepforge.store.repository import repository_of
from deepforge.store.work_tree import work_tree
from tests.services.committing.conftest import TRAIN_FILE, Person, by_hand

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def test_what_git_would_refuse_for_its_ends_of_lines_is_refused(person: Person, own: Path) -> None:
    with own.open("a") as config:
        config.write("[core]\n\tautocrlf = input\n\tsafecrlf = true\n")
    person.write("a.txt", "one\r\ntwo\r\n")
    with pytest.raises(Conflict, match="CRLF would be replaced by LF"):
        person.commit()
    assert person.status() == ["?? a.txt"]


def test_no_filter_is_started_and_its_files_cannot_be_chosen(person: Person, tmp_path: Path) -> None:
    canary, evil = tmp_path / "canary", tmp_path / "evil"
    evil.write_text(f"#!/bin/sh\ntouch {canary}\ncat\n")
    evil.chmod(0o755)
    person.write(".gitattributes", "*.bin filter=big\n*.dat filter=odd.name\n")
    person.write("old.bin", b"old")
    person.git("add", ".")
    person.git("commit", "-q", "-m", "Large")
    for part in ("clean", "smudge", "process"):
        person.git("config", f"filter.big.{part}", str(evil))
        person.git("config", f"filter.odd.name.{part}", str(evil))
    person.git("config", "filter.big.required", "true")
    hooks = person.folder / ".git/hooks"
    hooks.mkdir(exist_ok=True)
    for hook in ("pre-commit", "commit-msg", "post-commit", "reference-transaction", "post-index-change"):
        shutil.copy(evil, hooks / hook)
    for name in ("core.fsmonitor", "gpg.program", "core.sshCommand", "diff.external", "diff.big.textconv"):
        person.git("config", name, str(evil))
    person.git("config", "commit.gpgSign", "true")
    person.write("new.bin", b"new")
    person.write("new.dat", b"new")
    person.write("old.bin", b"newer")
    person.write(TRAIN_FILE)
    assert person.reasons() == {
        "new.bin": "It goes through the filter “big”, a program: commit it with git.",
        "new.dat": "It goes through the filter “odd.name”, a program: commit it with git.",
        "old.bin": "It goes through the filter “big”, a program: commit it with git.",
    }
    seen = person.changes()
    assert (seen.changed, seen.possible, seen.signs) == (4, 1, True)
    assert seen.hooks == ("pre-commit", "commit-msg", "post-commit", "reference-transaction")
    with pytest.raises(Conflict, match="cannot be committed from here"):
        person.commit("new.bin")
    found = repository_of(person.folder)
    assert found is not None
    with work_tree(found, read_preferences(found)) as tree, pytest.raises(Damaged):
        tree.index.add(["new.bin"])  # as if the attribute came only now
    for path in ("old.bin", "new.bin", TRAIN_FILE):
        committing.difference(person.house, person.caller, person.project, path)
    person.undo(person.commit())
    made = person.commit()
    (person.folder / "old.bin").unlink()
    assert person.changed() == {"old.bin": "deleted"}
    person.commit()
    assert not canary.exists()
    assert person.committed(made.commit) == [f"M {TRAIN_FILE}"]


def test_submodules_and_repositories_inside_are_left_out(person: Person, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    by_hand(other, "init", "-q", "-b", "main")
    by_hand(other, "commit", "-q", "--allow-empty", "-m", "One")
    person.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(other), "sub")
    person.git("commit", "-q", "-m", "With a submodule")
    by_hand(person.folder / "sub", "commit", "-q", "--allow-empty", "-m", "Two")
    inner = person.folder / "inner"
    inner.mkdir()
    by_hand(inner, "init", "-q")
    assert person.reasons() == {
        "inner/": "It is a git repository of its own.",
        "sub": "It is a submodule: commit it with git.",
    }
    assert person.changed() == {}


@pytest.mark.parametrize("deed", ["merge", "rebase", "cherry-pick", "revert"])
def test_nothing_is_committed_in_the_middle_of_something(person: Person, deed: str) -> None:
    person.git("switch", "-q", "-c", "other")
    person.write(TRAIN_FILE, "theirs = 1\n")
    person.git("commit", "-q", "-a", "-m", "Theirs")
    person.git("switch", "-q", "main")
    person.write(TRAIN_FILE, "ours = 1\n")
    person.git("commit", "-q", "-a", "-m", "Ours")
    if deed == "revert":
        person.write(TRAIN_FILE, "ours = 2\n")
        person.git("commit", "-q", "-a", "-m", "More")
    words = [deed, "HEAD~"] if deed == "revert" else [deed, "other"]
    subprocess.run(["git", *words], cwd=person.folder, capture_output=True, check=False)
    person.write("new.py")
    refusal = person.changes().refusal
    assert refusal is not None
    assert refusal.message == f"The repository is in the middle of a {deed}."
    assert refusal.hint.startswith(f"End it with git {deed} --continue")
    with pytest.raises(Conflict, match="in the middle"):
        person.commit("new.py")
    with pytest.raises(Conflict, match="in the middle"):
        person.undo(Committed(person.git("rev-parse", "HEAD"), "main", 1, ""))


def test_conflicts_that_are_left_have_to_be_settled(person: Person) -> None:
    person.write(TRAIN_FILE, "mine = 1\n")
    person.git("stash", "-q")
    person.write(TRAIN_FILE, "theirs = 1\n")
    person.git("commit", "-q", "-a", "-m", "Theirs")
    subprocess.run(["git", "stash", "pop"], cwd=person.folder, capture_output=True, check=False)
    with pytest.raises(Conflict, match="has a conflict that is not settled"):
        person.commit()
    person.git("reset", "-q")
    assert person.reasons() == {TRAIN_FILE: "It has the marks of a conflict: settle that first."}


def test_without_a_branch_nothing_is_committed_and_a_branch_can_be_made(person: Person) -> None:
    person.git("switch", "-q", "--detach")
    person.write(TRAIN_FILE)
    person.write("staged.py")
    person.git("add", "staged.py")
    found = person.changes()
    assert (found.branch, found.changed) == (None, 2)
    assert found.refusal is not None
    with pytest.raises(Conflict, match="No branch is checked out"):
        person.commit()
    asked = BranchRequest("try/it", str(found.head), checkout=True)
    restoring.make_branch(person.house, person.caller, person.project, asked)
    assert person.status() == [f" M {TRAIN_FILE}", "A  staged.py"]
    person.commit()
    assert person.git("branch", "--show-current") == "try/it"
    assert person.status() == []


def test_a_branch_that_somebody_moved_is_left_alone(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    person.write(TRAIN_FILE)
    stale = str(person.changes().head)
    move = commits._move

    def late(*words: object) -> None:
        person.git("commit-tree", "HEAD^{tree}", "-p", "HEAD", "-m", "x")
        new = person.git("commit-tree", "HEAD^{tree}", "-p", "HEAD", "-m", "Faster")
        person.git("update-ref", "refs/heads/main", new)
        move(*words)  # type: ignore[arg-type]

    monkeypatch.setattr(commits, "_move", late)
    with pytest.raises(Conflict, match="Somebody else committed meanwhile"):
        person.commit()
    monkeypatch.undo()
    assert (person.git("log", "-1", "--format=%s"), person.status()) == ("Faster", [f" M {TRAIN_FILE}"])
    assert not (person.folder / ".git/index.lock").exists()
    with pytest.raises(Conflict, match="Somebody else committed meanwhile"):
        person.commit(head=stale)
    person.commit()
    assert person.status() == []


def test_a_repository_of_somebody_else_is_left_alone(
    person: Person, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    person.write(TRAIN_FILE)
    monkeypatch.setattr(os, "geteuid", lambda: person.folder.stat().st_uid + 1)
    with pytest.raises(Conflict, match="belongs to another user"):
        person.commit()
    refusal = person.changes().refusal
    assert refusal is not None
    assert refusal.hint == (f"If you trust it: git config --global --add safe.directory {person.folder}")
    with own.open("a") as config:
        config.write(f"[safe]\n\tdirectory = {person.folder}\n")
    person.commit()


def test_another_program_at_work_is_waited_for_by_the_person(person: Person) -> None:
    person.write(TRAIN_FILE)
    lock = person.folder / ".git/index.lock"
    lock.touch()
    with pytest.raises(Conflict, match="Another program is just changing the repository") as error:
        person.commit()
    assert "index.lock" in str(error.value.hint)
    assert lock.exists()
    lock.unlink()
    (person.folder / ".git/refs/heads/main.lock").touch()
    with pytest.raises(Conflict, match="Another program is just changing the repository"):
        person.commit()
    assert not lock.exists()
    assert person.changed() == {TRAIN_FILE: "modified"}


def test_a_disk_that_is_full_or_may_not_be_written_is_told(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    person.write(TRAIN_FILE)
    person.git("gc", "-q")
    said = {
        "error: insufficient permission for adding an object to repository database": Unavailable,
        "fatal: Unable to create '/x/.git/HEAD.lock': Read-only file system": Unavailable,
        "error: file write error: No space left on device": NoSpace,
    }
    for words, kind in said.items():
        assert type(git._error("update-index", words)) is kind
    monkeypatch.setattr(os, "open", _refusing(os.open))
    with pytest.raises(Unavailable, match="The repository cannot be written"):
        person.commit()
    assert person.changed() == {TRAIN_FILE: "modified"}


def _refusing(opens: Callable[..., int]) -> Callable[..., int]:
    def refuse(path: object, *words: object, **more: object) -> int:
        if str(path).endswith("index.lock"):
            raise OSError(30, "Read-only file system")
        return opens(path, *words, **more)

    return refuse


def test_names_that_are_no_text_are_left_out(person: Person) -> None:
    with open(os.fsencode(person.folder) + b"/\xff.txt", "w") as file:
        file.write("x")
    assert person.reasons() == {"\ufffd.txt": "Its name is no UTF-8 text: commit it with git."}
    with pytest.raises(Conflict, match="Nothing changed that can be committed"):
        person.commit()
