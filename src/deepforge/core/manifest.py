"""Manifests: a folder of files as one small piece of bytes that names each file's digest."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from deepforge.core.errors import Damaged
from deepforge.core.ids import Digest, is_digest

LARGEST = 64 << 20
"""Bytes of a manifest: some 500 000 files."""


@dataclass(frozen=True)
class FileEntry:
    """A file of a folder."""

    digest: Digest
    size: int


_UNUSABLE = ("Cc", "Cs", "Zl", "Zp")
_TURNS_ROUND = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def can_stand_in_name(text: str) -> bool:
    """Whether the name of a file may hold all these letters.

    Any space may stand in it and what joins emoji. Control characters, ends of lines, halves of surrogate
    pairs, and marks that have text shown in another order may not.
    """
    return text.isprintable() or not any(
        letter in _TURNS_ROUND or unicodedata.category(letter) in _UNUSABLE for letter in text
    )


def is_safe_path(path: str) -> bool:
    """Whether a path stays inside its folder: relative, with `/`, no `.` or `..`, no drive."""
    parts = path.split("/")
    drive = parts[0][1:2] == ":" and parts[0][0].isalpha()
    return not drive and all(
        part not in ("", ".", "..") and "\\" not in part and can_stand_in_name(part) for part in parts
    )


def encode_manifest(files: Mapping[str, FileEntry]) -> bytes:
    """The bytes of a manifest; the same files give the same bytes."""
    content = {path: {"digest": files[path].digest, "size": files[path].size} for path in sorted(files)}
    return json.dumps({"files": content}, separators=(",", ":"), ensure_ascii=False).encode()


def decode_manifest(data: bytes) -> dict[str, FileEntry]:
    """The files of a manifest. Raises Damaged when it is none, or when a path would leave the folder."""
    try:
        content = json.loads(data)["files"]
        files = {
            path: FileEntry(Digest(str(entry["digest"])), int(entry["size"]))
            for path, entry in content.items()
        }
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Damaged(f"this is not a manifest: {error}") from None
    for path, entry in files.items():
        if not is_safe_path(path) or not is_digest(entry.digest) or entry.size < 0:
            raise Damaged(f"a manifest names {path!r}, which cannot be a file of a folder")
    return files
