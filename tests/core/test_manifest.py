"""Manifests."""

from __future__ import annotations

import pytest

from deepforge.core.errors import Damaged
from deepforge.core.ids import Digest
from deepforge.core.manifest import FileEntry, decode_manifest, encode_manifest, is_safe_path

FILES = {"b/ü.py": FileEntry(Digest("b" * 64), 2), "a.py": FileEntry(Digest("a" * 64), 1)}


def test_a_manifest_comes_back() -> None:
    assert decode_manifest(encode_manifest(FILES)) == FILES
    assert decode_manifest(encode_manifest({})) == {}


def test_the_same_files_give_the_same_bytes() -> None:
    assert encode_manifest(FILES) == encode_manifest(dict(reversed(FILES.items())))
    assert encode_manifest(FILES).startswith(b'{"files":{"a.py":{"digest":"aaaa')


@pytest.mark.parametrize(
    "path",
    [
        "a",
        "a/b.py",
        "a b/ü",
        "..a/b..",
        "con",
        "Screenshot 10.00.00\u202fAM.png",
        "a\u00a0b.csv",
        "👩\u200d🔬.png",
        "0:30.wav",
        "takes/a:b.wav",
    ],
)
def test_a_path_inside_its_folder_is_safe(path: str) -> None:
    assert is_safe_path(path)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/a",
        "a/",
        "a//b",
        "../a",
        "a/../b",
        "./a",
        "a\\b",
        "C:/a",
        "c:a",
        "a\0b",
        "a\nb",
        "a\u2028b",
        "a\u202egpj.py",
    ],
)
def test_a_path_that_could_leave_its_folder_is_not(path: str) -> None:
    assert not is_safe_path(path)
    files = {path: FileEntry(Digest("a" * 64), 1)}
    with pytest.raises(Damaged, match="cannot be a file of a folder"):
        decode_manifest(encode_manifest(files))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff",
        b"[]",
        b"{}",
        b'{"files": []}',
        b'{"files": {"a": 3}}',
        b'{"files": {"a": {"digest": "x", "size": 1}}}',
        b'{"files": {"a": {"digest": 3, "size": 1}}}',
        b'{"files": {"a": {"size": 1}}}',
        b'{"files": {"a": {"digest": "' + b"a" * 64 + b'", "size": -1}}}',
    ],
)
def test_other_bytes_are_no_manifest(data: bytes) -> None:
    with pytest.raises(Damaged):
        decode_manifest(data)
