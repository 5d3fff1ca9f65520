"""Making and moving files, also where a file cannot have two names."""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from deepforge.core.errors import Conflict, InvalidProject
from deepforge.store import file_moves


def refusing(number: int) -> Callable[..., None]:
    def refuse(*where: object) -> None:
        raise OSError(number, os.strerror(number))

    return refuse


@pytest.fixture(params=["links", "no links"])
def folder(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder on a disk that knows links, and on one that does not, such as exFAT or a share."""
    if request.param == "no links":
        monkeypatch.setattr(os, "link", refusing(errno.EPERM))
    return tmp_path


def test_a_file_is_made_and_moved_and_never_written_over(folder: Path) -> None:
    file_moves.create(folder, "utils/a.py", b"a")
    file_moves.create(folder, "utils/b.py", b"b")
    with pytest.raises(Conflict):
        file_moves.create(folder, "utils/b.py", b"c")
    with pytest.raises(Conflict):
        file_moves.move(folder, "utils/a.py", "utils/b.py")
    file_moves.move(folder, "utils/a.py", "layers/a.py")
    assert {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.py")} == {
        "layers/a.py": b"a",
        "utils/b.py": b"b",
    }
    assert os.listdir(folder / "utils") == ["b.py"]
    assert (folder / "utils" / "b.py").stat().st_mode & 0o777 == 0o644


def test_a_move_that_fails_leaves_everything_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.py").write_bytes(b"a")
    monkeypatch.setattr(os, "link", refusing(errno.EPERM))
    monkeypatch.setattr(os, "replace", refusing(errno.EACCES))
    with pytest.raises(InvalidProject, match="Permission denied"):
        file_moves.move(tmp_path, "a.py", "b.py")
    assert os.listdir(tmp_path) == ["a.py"]


def test_a_pipe_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    told: list[str] = []

    def read() -> None:
        try:
            file_moves.read(tmp_path, "pipe", 10)
        except InvalidProject as error:
            told.append(error.message)

    reading = threading.Thread(target=read, daemon=True)
    reading.start()
    reading.join(10)
    assert told == ["pipe is no plain file."]
