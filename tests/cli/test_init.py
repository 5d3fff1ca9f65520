"""`deepforge init`: a folder that runs at once, or what a folder that is there lacks."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from deepforge.store.examples import examples
from tests.cli.conftest import Call


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_the_starter_is_copied_under_its_new_name(deepforge: Call, tmp_path: Path) -> None:
    assert deepforge("init", "thesis", "--json").json() == {
        "name": "thesis",
        "folder": str(tmp_path / "thesis"),
        "example": "starter",
        "pipelines": ["main"],
    }
    assert tomllib.loads((tmp_path / "thesis" / "deepforge.toml").read_text())["name"] == "thesis"
    assert sorted(file.name for file in (tmp_path / "thesis" / "operations").iterdir()) == [
        "count.py",
        "throw_dice.py",
    ]


@pytest.mark.parametrize("example", sorted(examples()))
def test_every_example_can_be_copied(example: str, deepforge: Call, tmp_path: Path) -> None:
    assert deepforge("init", "copy", "--example", example).code == 0
    original = {file.relative_to(examples()[example]) for file in examples()[example].rglob("*.py")}
    copied = {file.relative_to(tmp_path / "copy") for file in (tmp_path / "copy").rglob("*.py")}
    assert copied == {file for file in original if "__pycache__" not in file.parts}


def test_the_examples_are_there_under_the_names_the_help_gives() -> None:
    assert {"basics", "digits", "starter"} <= set(examples())


def test_a_folder_of_scripts_gets_what_it_lacks_and_keeps_what_it_has(
    deepforge: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "thesis"
    (folder / "operations").mkdir(parents=True)
    (folder / "train.py").write_text("print('mine')")
    monkeypatch.chdir(folder)
    answer = deepforge("init", ".")
    assert answer.out == (
        "thesis is a project now. Added: pipelines/, deepforge.toml. No other file was touched. Now:\n\n"
        "  deepforge projects open .\n\n"
        "Operations go into the folder operations; the guide 'From a script to a pipeline' shows how.\n"
    )
    files = {file.relative_to(folder).as_posix(): file.read_text() for file in folder.rglob("*.*")}
    pipeline = files.pop("pipelines/main.yaml")
    assert pipeline.endswith("nodes: {}\n")
    assert files == {"train.py": "print('mine')", "deepforge.toml": 'name = "thesis"\n'}


def test_a_project_lacks_nothing(deepforge: Call, tmp_path: Path) -> None:
    (tmp_path / "thesis" / "pipelines").mkdir(parents=True)
    (tmp_path / "thesis" / "pipelines" / "mine.yaml").write_text("nodes: {}")
    assert deepforge("init", "thesis", "--json").json() == {
        "name": "thesis",
        "folder": str(tmp_path / "thesis"),
        "example": None,
        "pipelines": ["mine"],
        "added": ["operations/", "deepforge.toml"],
    }
    again = deepforge("init", "thesis")
    assert (again.code, again.err) == (
        1,
        "Error: thesis is a project already.\n"
        "Show it with deepforge projects open thesis, or choose another name for a new one.\n",
    )


@pytest.mark.parametrize("arguments", [["file"], ["thesis", "--example", "digits"]])
def test_what_is_there_is_never_written_over(deepforge: Call, tmp_path: Path, arguments: list[str]) -> None:
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "notes.txt").write_text("mine")
    (tmp_path / "file").write_text("mine")
    answer = deepforge("init", *arguments)
    assert (answer.code, answer.err) == (
        1,
        f"Error: {arguments[0]} is there already.\nChoose another name, or an empty folder.\n",
    )
    assert [file.name for file in (tmp_path / "thesis").iterdir()] == ["notes.txt"]


def test_an_empty_folder_may_be_filled(deepforge: Call, tmp_path: Path) -> None:
    (tmp_path / "thesis").mkdir()
    assert deepforge("init", "thesis").code == 0
    assert (tmp_path / "thesis" / "pipelines" / "main.yaml").is_file()


def test_an_unknown_example_is_answered_with_the_nearest(deepforge: Call) -> None:
    error = deepforge("init", "thesis", "--example", "digts", "--json").json()["error"]
    assert (error["code"], error["hint"]) == ("unknown_name", "Did you mean digits?")
