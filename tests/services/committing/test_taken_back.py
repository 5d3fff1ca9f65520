"""Commits that are taken back, who makes them, and projects put under git."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from deepforge.core.commit import Changes, CommitRequest, RepositoryRequest
from deepforge.core.errors import BadInput, Conflict, NoSpace
from deepforge.services import committing
from deepforge.store import commits
from tests.services.committing.conftest import ALL, TRAIN_FILE, Person
from tests.services.conftest import TRAIN

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def test_the_first_commit_of_a_branch_can_be_made_and_taken_back(outside: Person) -> None:
    outside.git("init", "-q", "-b", "trunk")
    outside.write("staged.py")
    outside.git("add", "staged.py")
    found = outside.changes()
    assert (found.branch, found.head, found.changed) == ("trunk", None, ALL + 1)
    made = outside.commit(TRAIN_FILE)
    assert (outside.committed(), made.branch) == ([f"A {TRAIN_FILE}"], "trunk")
    assert outside.status()[0] == "A  staged.py"
    outside.undo(made)
    assert outside.changes().head is None
    assert outside.changes().changed == ALL + 1
    assert (outside.folder / TRAIN_FILE).read_text() == TRAIN


def test_the_last_commit_is_taken_back_and_what_was_staged_is_staged_again(person: Person) -> None:
    before = person.git("rev-parse", "HEAD")
    person.write(TRAIN_FILE, "staged = 1\n")
    person.write("new.py")
    person.git("add", ".")
    person.write(TRAIN_FILE, "edited = 2\n")
    person.write("utils/other.py")
    status = person.status()
    made = person.commit()
    assert person.status() == []
    person.write("later.py")
    person.git("add", "later.py")
    person.undo(made)
    assert person.git("rev-parse", "HEAD") == before
    assert person.status() == sorted([*status, "A  later.py"], key=lambda line: (line[0] == "?", line[3:]))
    assert person.git("show", f":{TRAIN_FILE}") == "staged = 1"
    assert (person.folder / TRAIN_FILE).read_text() == "edited = 2\n"
    with pytest.raises(Conflict, match="not the last commit"):
        person.undo(made)


def test_a_commit_that_was_pushed_is_not_taken_back(person: Person, tmp_path: Path) -> None:
    person.git("init", "-q", "--bare", str(tmp_path / "shared"))
    person.git("remote", "add", "origin", str(tmp_path / "shared"))
    person.write(TRAIN_FILE)
    made = person.commit()
    person.git("push", "-q", "origin", "main")
    with pytest.raises(Conflict, match="it is in origin/main"):
        person.undo(made)
    assert person.git("rev-parse", "HEAD") == made.commit


def test_who_commits_is_read_from_git_and_never_made_up(person: Person, own: Path) -> None:
    work = own.with_name("work")
    work.write_text("[user]\n\temail = ada@work.example\n")
    with own.open("a") as config:
        config.write(f'[includeIf "gitdir:{person.folder}/"]\n\tpath = {work}\n')
    found = person.changes()
    assert (found.name, found.email) == ("Ada", "ada@work.example")
    own.unlink()
    found = person.changes()
    assert (found.name, found.email) == (None, None)
    person.write(TRAIN_FILE)
    for name, email in (
        ("", "a@b"),
        ("Ada", ""),
        ("Ada", "ada"),
        ("A<b", "a@b"),
        ("Ada", "a b@c"),
        ("..", "a@b"),
    ):
        asked = CommitRequest("Try", name, email)
        with pytest.raises(BadInput):
            committing.commit(person.house, person.caller, person.project, asked)
    for message in ("", " \n ", "x" * 20_001):
        with pytest.raises(BadInput):
            person.commit(message=message)


def test_a_project_is_put_under_git(outside: Person) -> None:
    assert outside.changes() == Changes(repository=False, name="Ada", email="ada@example.org")
    with pytest.raises(Conflict, match="not in a git repository"):
        outside.commit()
    outside.write("__pycache__/x.pyc")
    asked = RepositoryRequest("Grace", "g@example.org")
    made = committing.begin(outside.house, outside.caller, outside.project, asked)
    assert (made.branch, made.files, outside.status()) == ("main", ALL + 1, [])
    assert outside.git("log", "--format=%an %ae %s") == "Grace g@example.org First commit"
    assert outside.git("show", "HEAD:.gitignore").splitlines() == committing.IGNORED.splitlines()
    with pytest.raises(Conflict, match="already"):
        committing.begin(outside.house, outside.caller, outside.project, asked)


def test_what_a_project_ignores_already_stays(outside: Person) -> None:
    outside.write(".gitignore", "utils/\n")
    made = committing.begin(
        outside.house, outside.caller, outside.project, RepositoryRequest("Grace", "g@example.org")
    )
    assert (made.files, outside.git("show", "HEAD:.gitignore")) == (ALL, "utils/")


def test_no_repository_is_made_inside_another_nor_left_half(
    inside: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = RepositoryRequest("Grace", "g@example.org")
    with pytest.raises(Conflict, match="already"):
        committing.begin(inside.house, inside.caller, inside.project, asked)
    shutil.rmtree(inside.folder.parents[1] / ".git")

    def fail(*words: object) -> None:
        raise NoSpace("The disk is full.")

    monkeypatch.setattr(commits, "_move", fail)
    with pytest.raises(NoSpace):
        committing.begin(inside.house, inside.caller, inside.project, asked)
    assert not (inside.folder / ".git").exists()
    assert not (inside.folder / ".gitignore").exists()
