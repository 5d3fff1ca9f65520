"""History: the commit a project stands on, as git itself says it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from deepforge.store.history import commit_of

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

IDENTITY = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "commit.gpgsign=false")


def git(folder: Path, *words: str) -> str:
    done = subprocess.run(["git", *IDENTITY, *words], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    return folder


def commit(repository: Path) -> str:
    git(repository, "commit", "-q", "--allow-empty", "-m", "Change")
    return git(repository, "rev-parse", "HEAD")


def test_a_folder_that_is_not_under_git_stands_on_no_commit(tmp_path: Path) -> None:
    assert commit_of(tmp_path) is None
    assert commit_of(tmp_path / "gone") is None


def test_a_repository_without_commits_stands_on_none(repository: Path) -> None:
    assert commit_of(repository) is None


def test_a_project_stands_on_the_commit_of_the_repository_around_it(repository: Path) -> None:
    first = commit(repository)
    project = repository / "projects" / "digits"
    project.mkdir(parents=True)
    assert (commit_of(repository), commit_of(project)) == (first, first)
    second = commit(repository)
    assert commit_of(project) == second != first


def test_a_linked_project_is_looked_up_where_it_really_is(repository: Path, tmp_path: Path) -> None:
    found = commit(repository)
    (tmp_path / "link").symlink_to(repository)
    assert commit_of(tmp_path / "link") == found


def test_packed_references_are_found(repository: Path) -> None:
    found = commit(repository)
    git(repository, "pack-refs", "--all")
    assert not (repository / ".git" / "refs" / "heads" / "main").exists()
    assert commit_of(repository) == found


def test_a_commit_without_a_branch_is_found(repository: Path) -> None:
    first = commit(repository)
    commit(repository)
    git(repository, "checkout", "-q", first)
    assert commit_of(repository) == first


@pytest.mark.parametrize("packed", [False, True])
def test_a_linked_worktree_stands_on_its_own_commit(repository: Path, tmp_path: Path, packed: bool) -> None:
    first = commit(repository)
    git(repository, "worktree", "add", "-q", "-b", "other", str(tmp_path / "worktree"))
    if packed:
        git(repository, "pack-refs", "--all")
    second = commit(repository)
    assert (commit_of(tmp_path / "worktree"), commit_of(repository)) == (first, second)


@pytest.mark.parametrize(
    "head", ["", "ref: refs/heads/../../../secret", "ref: refs/heads/main", "\udcff", "not a commit"]
)
def test_a_repository_that_cannot_be_read_stands_on_no_commit(repository: Path, head: str) -> None:
    commit(repository)
    (repository / ".git" / "refs" / "heads" / "main").write_text("ref: refs/heads/main")
    (repository / ".git" / "HEAD").write_bytes(head.encode(errors="surrogateescape"))
    assert commit_of(repository) is None
