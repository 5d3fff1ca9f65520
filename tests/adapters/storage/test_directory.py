"""Storage in a folder."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from deepforge.adapters.storage.directory import DirectoryStorage
from deepforge.core.errors import NoSpace, Unavailable
from deepforge.testing.storage import StorageSuite
from tests.support.disk import small_disk


class TestDirectoryStorage(StorageSuite):
    @pytest.fixture
    def storage(self, tmp_path: Path) -> DirectoryStorage:
        return DirectoryStorage(tmp_path / "storage")


def test_a_full_disk_is_said_to_be_full_and_keeps_nothing_half(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(os.urandom(3 * 1024 * 1024))
    with small_disk(tmp_path / "disk", megabytes=2) as disk:
        storage = DirectoryStorage(disk)
        with pytest.raises(NoSpace, match="full"):
            storage.put("ab/name", source)
        assert [path for path in disk.rglob("*") if path.is_file()] == []
        source.write_bytes(b"small")
        storage.put("ab/name", source)
        assert storage.size("ab/name") == 5


def test_a_folder_that_cannot_be_used_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    source = tmp_path / "source"
    source.write_bytes(b"bytes")
    with pytest.raises(Unavailable, match="does not work"):
        DirectoryStorage(tmp_path / "file" / "folder").put("name", source)
