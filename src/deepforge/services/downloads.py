"""Downloads: the bytes of a version as one stream, wherever they lie; a folder as a ZIP file."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import BinaryIO

from deepforge.core.artifact import REFERENCE, ArtifactVersion
from deepforge.core.errors import BlobDamaged
from deepforge.core.manifest import LARGEST, FileEntry, decode_manifest
from deepforge.services import references
from deepforge.services.house import House

_STRETCH = 1 << 20


def open(house: House, version: ArtifactVersion, offset: int = 0) -> tuple[BinaryIO, int]:
    """The bytes from `offset` on, to be closed by the caller, and how many there are in all.

    Raises BlobDamaged, and for what lies elsewhere Unavailable, and Conflict when it has changed.
    """
    if version.codec == REFERENCE:
        return references.open(house, version.digest, offset), version.size
    if house.blobs.size(version.digest) != version.size:
        raise _cut(version)
    return house.blobs.open(version.digest, offset), version.size


def zipped(house: House, version: ArtifactVersion) -> Iterator[bytes]:
    """A folder as a ZIP file, made while it is read. Raises BlobDamaged before the first byte when a file is
    gone.
    """
    files = decode_manifest(house.blobs.read(version.digest, LARGEST))
    for path, entry in files.items():
        if house.blobs.size(entry.digest) != entry.size:
            raise BlobDamaged(
                f"{path} of the folder {version.name}@{version.version} is damaged.", "Save the folder again."
            )
    return _zip(house, files)


def _zip(house: House, files: dict[str, FileEntry]) -> Iterator[bytes]:
    out = _Outlet()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
        for path, entry in files.items():
            facts = zipfile.ZipInfo(path, date_time=(1980, 1, 1, 0, 0, 0))
            facts.external_attr = 0o644 << 16
            with (
                house.blobs.open(entry.digest) as source,
                archive.open(facts, "w", force_zip64=entry.size >= 1 << 31) as target,
            ):
                while chunk := source.read(_STRETCH):
                    target.write(chunk)
                    yield out.take()
    yield out.take()


class _Outlet(io.RawIOBase):
    """What was written since it was last taken; it cannot be gone back in."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self._parts.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)


def _cut(version: ArtifactVersion) -> BlobDamaged:
    return BlobDamaged(
        f"The bytes of {version.name}@{version.version} are damaged.",
        "Run again what made it, or save it again.",
    )
