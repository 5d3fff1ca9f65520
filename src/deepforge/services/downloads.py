"""Downloads: the bytes of a version as one stream, wherever they lie; a folder as a ZIP file."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import BinaryIO

from deepforge.core.artifact import REFERENCE, ArtifactVersion
from deepforge.core.errors import BlobDamaged
from deepforge.core.manifest import LARGEST, decode_manifest
from deepforge.services import references, zips
from deepforge.services.house import House


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
    return zips.zipped(
        zips.Member(path, entry.size, partial(house.blobs.open, entry.digest))
        for path, entry in files.items()
    )


def _cut(version: ArtifactVersion) -> BlobDamaged:
    return BlobDamaged(
        f"The bytes of {version.name}@{version.version} are damaged.",
        "Run again what made it, or save it again.",
    )
