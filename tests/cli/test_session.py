"""A project is opened by a link in the data directory, under a name that stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from deepforge.cli.folders import find_project
from deepforge.cli.session import link_project
from deepforge.core.errors import BadInput, InvalidProject


def make_project(folder: Path, name: str | None = None) -> Path:
    """A project folder that says nothing but its name, or nothing at all."""
    folder.mkdir(parents=True)
    (folder / "deepforge.toml").write_text(f'name = "{name}"\n' if name else "")
    return folder


def test_a_project_is_named_by_its_file_else_by_its_folder(tmp_path: Path, home: Path) -> None:
    named = make_project(tmp_path / "a", "digits")
    assert link_project(home, named) == "digits"
    assert link_project(home, make_project(tmp_path / "b")) == "b"
    assert (home / "projects" / "digits").readlink() == named
    assert home.stat().st_mode & 0o777 == 0o700


def test_a_folder_keeps_the_name_it_was_opened_under(tmp_path: Path, home: Path) -> None:
    folder = make_project(tmp_path / "a", "digits")
    assert link_project(home, folder) == "digits"
    (folder / "deepforge.toml").write_text('name = "letters"\n')
    assert link_project(home, folder) == "digits"


def test_two_folders_of_one_name_are_told_apart(tmp_path: Path, home: Path) -> None:
    folders = [make_project(tmp_path / name, "digits") for name in ("a", "b", "c")]
    assert [link_project(home, folder) for folder in folders] == ["digits", "digits-2", "digits-3"]
    assert [link_project(home, folder) for folder in folders] == ["digits", "digits-2", "digits-3"]


def test_the_name_of_a_folder_that_is_gone_is_free_again(tmp_path: Path, home: Path) -> None:
    first = make_project(tmp_path / "a", "digits")
    link_project(home, first)
    moved = first.rename(tmp_path / "moved")
    assert link_project(home, moved) == "digits"
    assert (home / "projects" / "digits").readlink() == moved


@pytest.mark.parametrize("name", ["a/b", "..", "x" * 201, "a\\tb"])
def test_a_name_that_is_no_file_name_is_refused(name: str, tmp_path: Path, home: Path) -> None:
    with pytest.raises(BadInput):
        link_project(home, make_project(tmp_path / "a", name))
    assert list((home / "projects").iterdir()) == []


def test_a_name_that_is_refused_is_told_with_its_file(tmp_path: Path, home: Path) -> None:
    folder = make_project(tmp_path / "a", "a/b")
    with pytest.raises(BadInput) as caught:
        link_project(home, folder)
    assert caught.value.message == f"'a/b' cannot name a project ({folder / 'deepforge.toml'})."


def test_a_folder_that_was_removed_while_one_is_in_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_project(tmp_path / "gone")
    monkeypatch.chdir(folder)
    (folder / "deepforge.toml").unlink()
    folder.rmdir()
    with pytest.raises(InvalidProject, match="was removed"):
        find_project(None)


def test_a_file_that_is_no_text_is_named(tmp_path: Path, home: Path) -> None:
    folder = make_project(tmp_path / "a")
    (folder / "deepforge.toml").write_bytes(b"name = '\xff'")
    with pytest.raises(InvalidProject, match=r"deepforge\.toml is not text"):
        link_project(home, folder)


def test_the_project_one_is_in_is_found_from_any_folder_below(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_project(tmp_path / "a")
    (folder / "operations" / "deep").mkdir(parents=True)
    monkeypatch.chdir(folder / "operations" / "deep")
    assert find_project(None) == folder
    with pytest.raises(InvalidProject, match="is not a project"):
        find_project(folder / "operations")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InvalidProject, match="is not in a project"):
        find_project(None)
