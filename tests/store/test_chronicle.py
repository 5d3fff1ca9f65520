"""The chronicle of a project, and git run so that nothing of a repository is executed."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from deepforge.core.digest import digest_of
from deepforge.core.errors import BadInput, Conflict, Damaged, NotFound, Unavailable
from deepforge.store import git
from deepforge.store.chronicle import Chronicle
from deepforge.store.repository import branches, check_branch_name, repository_of, staged, write_branch

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

IDENTITY = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "commit.gpgsign=false")


def by_hand(folder: Path, *words: str) -> str:
    done = subprocess.run(["git", *IDENTITY, *words], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def chronicle(tmp_path: Path) -> Chronicle:
    return Chronicle(tmp_path / "history" / "p.git")


@pytest.fixture
def keep(chronicle: Chronicle) -> Callable[..., str | None]:
    def add(at: int, words: str = "Edited", **files: str) -> str | None:
        content = {name.replace("__", "/"): text.encode() for name, text in files.items()}
        digests = {path: digest_of(data) for path, data in content.items()}
        return chronicle.add(digests, content.__getitem__, words, author="Ada", at=at)

    return add


def test_versions_are_kept_one_on_top_of_the_other(
    chronicle: Chronicle, keep: Callable[..., str | None]
) -> None:
    assert chronicle.tip() is None
    first = keep(1, "One", a="1", folder__b="2")
    second = keep(2, "Two", a="1", folder__c="3")
    assert first
    assert second
    assert chronicle.tip() == second
    assert [
        (entry.id, entry.author, entry.at, entry.message, entry.files)
        for entry in chronicle.log(second, 0, 9)
    ] == [
        (second, "Ada", 2, "Two", ("folder/b", "folder/c")),
        (first, "Ada", 1, "One", ("a", "folder/b")),
    ]
    assert {path: chronicle.blob(kept.oid) for path, kept in chronicle.files(first).items()} == {
        "a": b"1",
        "folder/b": b"2",
    }
    assert [entry.id for entry in chronicle.log(second, 0, 9, "a")] == [first]
    assert [entry.id for entry in chronicle.log(second, 1, 9)] == [first]


def test_what_did_not_change_makes_no_version(chronicle: Chronicle, keep: Callable[..., str | None]) -> None:
    assert keep(1, a="1")
    assert keep(2, a="1") is None


def test_names_of_files_may_hold_anything(chronicle: Chronicle) -> None:
    content = {'a "b"\\c': b"1", "ü/日本 x": b"2", "-rf": b"3"}
    version = chronicle.add(
        {path: digest_of(data) for path, data in content.items()},
        content.__getitem__,
        "Odd",
        author="<evil>\nauthor x",
        at=1,
    )
    assert version
    assert {path: chronicle.blob(kept.oid) for path, kept in chronicle.files(version).items()} == content
    assert chronicle.log(version, 0, 1)[0].author == "evilauthor x"


def test_a_version_has_any_number_of_names(chronicle: Chronicle, keep: Callable[..., str | None]) -> None:
    version = keep(1, a="1")
    assert version
    for title in ("Before the talk", "Good 🖋"):
        chronicle.name(version, title, author="Ada", at=5)
    assert [(name.title, name.version) for name in chronicle.names()] == [
        ("Before the talk", version),
        ("Good 🖋", version),
    ]


def test_differences_are_told_file_by_file(chronicle: Chronicle, keep: Callable[..., str | None]) -> None:
    first, second = (
        keep(1, a="1\n", b="diff --git x\n", c="gone\n"),
        keep(2, a="2\n", b="diff --git y\n", d="new\n"),
    )
    assert first
    assert second
    found = chronicle.diff(chronicle.tree(first), chronicle.tree(second))
    assert [(kind, path) for kind, path, _ in found] == [("M", "a"), ("M", "b"), ("D", "c"), ("A", "d")]
    assert "-diff --git x\n+diff --git y\n" in found[1][2]
    assert [path for _, path, _ in chronicle.diff(chronicle.tree(first), chronicle.tree(second), "a")] == [
        "a"
    ]
    assert len(chronicle.diff(None, chronicle.tree(first))) == 3


def test_packing_loses_no_version(
    chronicle: Chronicle, keep: Callable[..., str | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deepforge.store.chronicle.LOOSE", 1)
    ids = [keep(at, a=str(at)) for at in range(5)]
    chronicle.name(str(ids[0]), "First", author="Ada", at=9)
    chronicle.pack()
    assert [entry.id for entry in chronicle.log(str(ids[-1]), 0, 9)] == ids[::-1]
    assert len(list((chronicle.directory / "objects" / "pack").glob("*.pack"))) == 1


@pytest.mark.parametrize("version", ["", "HEAD", "main", "--output=/tmp/x", "0" * 39, "0" * 40, "a..b"])
def test_only_ids_name_versions(chronicle: Chronicle, keep: Callable[..., str | None], version: str) -> None:
    keep(1, a="1")
    with pytest.raises(NotFound):
        chronicle.files(version)


def test_without_git_that_is_said(chronicle: Chronicle, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(git, "_program", lambda: None)
    with pytest.raises(Unavailable, match="git is not installed"):
        chronicle.prepare()


def test_a_file_that_became_a_link_differs_like_any_other(tmp_path: Path, chronicle: Chronicle) -> None:
    folder = tmp_path / "repository"
    folder.mkdir()
    by_hand(folder, "init", "-q", "-b", "main")
    for file in ("a.txt", "b.txt"):
        (folder / file).write_text(f"{file}\n")
    by_hand(folder, "add", ".")
    by_hand(folder, "commit", "-q", "-m", "Files")
    (folder / "a.txt").unlink()
    (folder / "a.txt").symlink_to("b.txt")
    (folder / "b.txt").write_text("other\n")
    by_hand(folder, "commit", "-q", "-a", "-m", "A link")
    found = repository_of(folder)
    assert found is not None
    assert found.head is not None
    chronicle.prepare()
    before, after = by_hand(folder, "rev-parse", "HEAD~"), found.head
    told = chronicle.diff(f"{before}^{{tree}}", f"{after}^{{tree}}", None, found.reading)
    assert [(kind, path) for kind, path, _ in told] == [("T", "a.txt"), ("M", "b.txt")]
    assert "+other" in told[1][2]


@pytest.fixture
def hostile(tmp_path: Path) -> tuple[Path, Path]:
    """A repository that starts a program wherever git lets it, and what that program would leave behind."""
    folder, canary, evil = tmp_path / "hostile", tmp_path / "canary", tmp_path / "evil"
    evil.write_text(f'#!/bin/sh\necho "$0 $*" >> {canary}\ncat 2>/dev/null\n')
    evil.chmod(0o755)
    folder.mkdir()
    by_hand(folder, "init", "-q", "-b", "main")
    (folder / "a.txt").write_text("one\n")
    (folder / "sub").mkdir()
    (folder / "sub" / "b.txt").write_text("two\n")
    by_hand(folder, "add", ".")
    by_hand(folder, "commit", "-q", "-m", "Begin")
    (folder / ".gitattributes").write_text("* filter=evil diff=evil merge=evil\n")
    by_hand(folder, "add", ".")
    by_hand(folder, "commit", "-q", "-m", "Attributes")
    hooks = folder / ".git" / "hooks"
    hooks.mkdir(exist_ok=True)
    for name in (
        "pre-commit", "post-commit", "commit-msg", "prepare-commit-msg", "post-checkout", "post-index-change",
        "reference-transaction", "fsmonitor-watchman", "pre-auto-gc", "post-merge", "post-rewrite", "update",
    ):  # fmt: skip
        shutil.copy(evil, hooks / name)
    with (folder / ".git" / "config").open("a") as config:
        config.write(
            f"""
[core]
    fsmonitor = {evil}
    hooksPath = {hooks}
    sshCommand = {evil}
    gitProxy = {evil}
    editor = {evil}
    pager = {evil}
    askPass = {evil}
    alternateRefsCommand = {evil}
    attributesFile = {folder}/.gitattributes
[alias]
    log = !{evil}
    diff-tree = !{evil}
    cat-file = !{evil}
    update-ref = !{evil}
[filter "evil"]
    clean = {evil}
    smudge = {evil}
    process = {evil}
    required = true
[diff]
    external = {evil}
[diff "evil"]
    command = {evil}
    textconv = {evil}
[merge "evil"]
    driver = {evil}
[gpg]
    program = {evil}
[commit]
    gpgSign = true
[tag]
    gpgSign = true
[log]
    showSignature = true
[pager]
    log = {evil}
    diff-tree = {evil}
    for-each-ref = {evil}
[interactive]
    diffFilter = {evil}
[credential]
    helper = !{evil}
[extensions]
    partialClone = origin
[remote "origin"]
    url = ext::{evil}
    promisor = true
    partialclonefilter = blob:none
    uploadpack = {evil}
[trace2]
    eventTarget = {canary}
"""
        )
    return folder, canary


def test_nothing_that_a_repository_names_is_ever_started(
    hostile: tuple[Path, Path],
    chronicle: Chronicle,
    keep: Callable[..., str | None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder, canary = hostile
    for name in ("GIT_EXTERNAL_DIFF", "GIT_SSH_COMMAND", "GIT_EDITOR", "GIT_PAGER", "GIT_PROXY_COMMAND"):
        monkeypatch.setenv(name, str(canary.with_name("evil")))
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "core.fsmonitor")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", str(canary.with_name("evil")))
    found = repository_of(folder)
    assert found is not None
    assert found.head is not None
    keep(1, a="1")

    commits = chronicle.log(found.head, 0, 9, None, found.reading)
    assert [entry.message for entry in commits] == ["Attributes", "Begin"]
    files = chronicle.files(found.head, "", found.reading)
    assert chronicle.blob(files["a.txt"].oid, found.reading) == b"one\n"
    trees = [chronicle.tree(entry.id, "", found.reading) for entry in commits]
    assert chronicle.diff(trees[1], trees[0], None, found.reading)[0][:2] == ("A", ".gitattributes")
    assert not staged(found, chronicle.directory)
    assert [branch.name for branch in branches(found)] == ["main"]
    check_branch_name(found, "try")
    write_branch(found, "try", commits[1].id)
    assert {branch.name for branch in branches(found)} == {"main", "try"}
    with pytest.raises(Damaged):  # an object that a partial clone would ask its remote for
        chronicle.blob("1" * 40, found.reading)
    with pytest.raises(Damaged):
        git.run(found.directory, ["cat-file", "blob", "1" * 40])
    assert not canary.exists()


def test_the_hostile_repository_is_hostile(hostile: tuple[Path, Path]) -> None:
    folder, canary = hostile
    os.utime(folder / "a.txt", (1, 1))
    subprocess.run(["git", "status"], cwd=folder, capture_output=True, check=False)
    assert canary.exists()


def test_a_folder_inside_a_repository_sees_its_own_files_only(tmp_path: Path, chronicle: Chronicle) -> None:
    folder = tmp_path / "repository"
    (folder / "inner").mkdir(parents=True)
    by_hand(folder, "init", "-q", "-b", "main")
    (folder / "inner" / "a").write_text("1")
    (folder / "outer").write_text("2")
    by_hand(folder, "add", ".")
    by_hand(folder, "commit", "-q", "-m", "Both")
    found = repository_of(folder / "inner")
    assert found is not None
    assert found.head is not None
    chronicle.prepare()
    assert list(chronicle.files(found.head, found.prefix, found.reading)) == ["a"]


@pytest.mark.parametrize("name", ["", "a b", "-x", "a..b", "a.lock", "HEAD", "@{-1}", "refs/../x"])
def test_a_name_that_git_takes_for_no_branch_is_told(tmp_path: Path, name: str) -> None:
    by_hand(tmp_path, "init", "-q", "-b", "main")
    by_hand(tmp_path, "commit", "-q", "--allow-empty", "-m", "Begin")
    found = repository_of(tmp_path)
    assert found is not None
    with pytest.raises((BadInput, Conflict)):
        check_branch_name(found, name)
