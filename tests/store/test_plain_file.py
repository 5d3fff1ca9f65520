"""Plain files, and what may lie in their place."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from deepforge.store.plain_file import read_plain


def test_a_file_is_read_as_far_as_wanted(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    assert (read_plain(tmp_path / "a", 2), read_plain(tmp_path / "a", 9)) == (b"ab", b"abc")


def test_nobody_waits_at_a_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert read_plain(tmp_path / "pipe", 9) is None


def test_a_folder_or_nothing_is_an_error_and_leaves_nothing_open(tmp_path: Path) -> None:
    before = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
    with pytest.raises(IsADirectoryError):
        read_plain(tmp_path, 9)
    with pytest.raises(FileNotFoundError):
        read_plain(tmp_path / "nothing", 9)
    assert (len(os.listdir("/proc/self/fd")) if before else 0) == before
