"""A watch over a folder tells every change, also one of the moment in which it begins."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from watchfiles._rust_notify import RustNotify

from deepforge.services.documents import watches
from deepforge.services.documents.watches import Watch
from tests.support.waiting import until

Watching = Callable[[], set[str]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "project"
    (found / "operations").mkdir(parents=True)
    (found / "operations" / "load.py").write_text("one = 1\n")
    return found


@pytest.fixture
def watching(folder: Path) -> Iterator[Watching]:
    """Begins to watch the folder; what it gives is filled with the paths that are told."""
    begun: list[Watch] = []

    def begin() -> set[str]:
        told: set[str] = set()
        begun.append(Watch(folder, told.update))
        return told

    yield begin
    for watch in begun:
        watch.stop()


def just_before(monkeypatch: pytest.MonkeyPatch, deed: Callable[[], object]) -> None:
    """Have something happen just before the operating system is first asked to tell what happens."""
    deeds = [deed]

    def asked(*arguments: object) -> RustNotify:
        while deeds:
            deeds.pop()()
        return RustNotify(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(watches, "RustNotify", asked)


def test_files_that_come_change_and_go_are_told(folder: Path, watching: Watching) -> None:
    told = watching()
    (folder / "operations" / "load.py").write_text("two = 22\n")
    until(lambda: "operations/load.py" in told, "the change")
    (folder / "operations" / "train.py").write_text("three = 3\n")
    until(lambda: "operations/train.py" in told, "the new file")
    told.clear()
    (folder / "operations" / "load.py").unlink()
    until(lambda: told == {"operations/load.py"}, "the file that went")


def test_a_change_in_the_moment_the_watch_begins_is_told(
    folder: Path, watching: Watching, monkeypatch: pytest.MonkeyPatch
) -> None:
    just_before(monkeypatch, lambda: (folder / "operations" / "load.py").write_text("two = 22\n"))
    told = watching()
    until(lambda: told == {"operations/load.py"}, "the change", seconds=10)


def test_a_folder_that_comes_in_the_moment_the_watch_begins_is_watched(
    folder: Path, watching: Watching, monkeypatch: pytest.MonkeyPatch
) -> None:
    just_before(monkeypatch, (folder / "utils").mkdir)
    told = watching()
    until((folder / "utils").is_dir, "the new folder")
    (folder / "utils" / "scale.py").write_text("scale = 2\n")
    until(lambda: told == {"utils/scale.py"}, "the file in the new folder", seconds=10)


def test_a_folder_that_goes_in_the_moment_the_watch_begins_ends_nothing(
    folder: Path, watching: Watching, monkeypatch: pytest.MonkeyPatch
) -> None:
    just_before(monkeypatch, lambda: shutil.rmtree(folder / "operations"))
    told = watching()
    until(lambda: told == {"operations/load.py"}, "the file that went", seconds=10)
    (folder / "notes.md").write_text("Nothing is left.\n")
    until(lambda: "notes.md" in told, "the new file", seconds=10)
