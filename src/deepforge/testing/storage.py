"""The suite that every storage has to pass. A test module inherits it and gives the fixture `storage`:

class TestMyStorage(StorageSuite):
    @pytest.fixture
    def storage(self) -> Storage:
        return MyStorage(...)  # empty, for each test anew
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from deepforge.core.errors import BadInput, DeepForgeError, NotFound
from deepforge.core.ports import Storage

LARGE = 12 * 1024 * 1024
"""Bytes; more than what object stores take in one part."""


class StorageSuite:
    """What a storage promises."""

    @pytest.fixture
    def source(self, tmp_path: Path) -> Path:
        """A local file to be put."""
        path = tmp_path / "source"
        path.write_bytes(b"0123456789")
        return path

    def test_what_is_put_is_read_back(self, storage: Storage, source: Path) -> None:
        storage.put("ab/abcdef", source)
        assert read(storage, "ab/abcdef") == b"0123456789"
        assert storage.size("ab/abcdef") == 10

    def test_putting_leaves_the_local_file_as_it_was(self, storage: Storage, source: Path) -> None:
        storage.put("name", source)
        assert source.read_bytes() == b"0123456789"

    def test_reading_may_begin_anywhere(self, storage: Storage, source: Path) -> None:
        storage.put("name", source)
        assert read(storage, "name", 3) == b"3456789"
        assert read(storage, "name", 10) == b""

    def test_reading_piece_by_piece_gives_the_same(self, storage: Storage, source: Path) -> None:
        storage.put("name", source)
        with storage.open("name", 1) as file:
            assert (file.read(2), file.read(3), file.read(), file.read()) == (b"12", b"345", b"6789", b"")

    def test_no_bytes_at_all_can_be_kept(self, storage: Storage, source: Path) -> None:
        source.write_bytes(b"")
        storage.put("empty", source)
        assert (storage.size("empty"), read(storage, "empty")) == (0, b"")

    def test_large_files_come_back_whole(self, storage: Storage, source: Path) -> None:
        data = bytes(range(256)) * (LARGE // 256)
        source.write_bytes(data)
        storage.put("large", source)
        assert storage.size("large") == LARGE
        assert read(storage, "large") == data
        assert read(storage, "large", LARGE - 5) == data[-5:]

    def test_the_same_name_again_replaces_the_bytes(self, storage: Storage, source: Path) -> None:
        storage.put("name", source)
        source.write_bytes(b"other")
        storage.put("name", source)
        assert (storage.size("name"), read(storage, "name")) == (5, b"other")
        assert list(storage.names()) == ["name"]

    def test_what_was_never_put_is_not_there(self, storage: Storage) -> None:
        assert storage.size("missing") is None
        with pytest.raises(NotFound):
            storage.open("missing")

    def test_a_folder_of_names_is_no_name(self, storage: Storage, source: Path) -> None:
        storage.put("folder/name", source)
        assert storage.size("folder") is None

    def test_deleted_names_are_gone_and_may_be_deleted_again(self, storage: Storage, source: Path) -> None:
        storage.put("name", source)
        storage.delete("name")
        storage.delete("name")
        storage.delete("folder/never there")
        assert storage.size("name") is None
        assert list(storage.names()) == []

    def test_names_are_listed_by_prefix(self, storage: Storage, source: Path) -> None:
        for name in ("ab/one", "ab/two", "abc", "b/ab/x", "with space/é"):
            storage.put(name, source)
        assert sorted(storage.names()) == ["ab/one", "ab/two", "abc", "b/ab/x", "with space/é"]
        assert sorted(storage.names("ab")) == ["ab/one", "ab/two", "abc"]
        assert sorted(storage.names("ab/o")) == ["ab/one"]
        assert list(storage.names("c/")) == []

    @pytest.mark.parametrize("name", ["", "/etc/passwd", "../outside", "a/../../b", "a//b", "a\\b", "a\nb"])
    def test_names_that_lead_elsewhere_are_refused(self, storage: Storage, source: Path, name: str) -> None:
        with pytest.raises(BadInput):
            storage.put(name, source)
        with pytest.raises(BadInput):
            storage.open(name)
        with pytest.raises(BadInput):
            storage.delete(name)

    def test_a_put_that_fails_leaves_what_was_there(self, storage: Storage, source: Path) -> None:
        storage.put("name", source)
        with pytest.raises((DeepForgeError, OSError)):
            storage.put("name", source.with_name("gone"))
        assert read(storage, "name") == b"0123456789"
        assert list(storage.names()) == ["name"]

    def test_many_threads_may_use_it_at_once(self, storage: Storage, tmp_path: Path) -> None:
        def put_and_read(number: int) -> bytes:
            source = tmp_path / f"source {number}"
            source.write_bytes(b"%d" % number * 1000)
            storage.put(f"many/{number}", source)
            return read(storage, f"many/{number}")

        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(put_and_read, range(32)))
        assert found == [b"%d" % number * 1000 for number in range(32)]
        assert len(list(storage.names("many/"))) == 32


def read(storage: Storage, name: str, offset: int = 0) -> bytes:
    """All bytes from `offset` on."""
    with storage.open(name, offset) as file:
        return file.read()
