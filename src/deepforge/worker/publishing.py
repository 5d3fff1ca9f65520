"""Publishing: the files that a job left become blobs, and a record says which."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from deepforge.core.artifact import DIRECTORY, MANIFEST
from deepforge.core.errors import BlobDamaged, DeepForgeError
from deepforge.core.manifest import FileEntry, encode_manifest, is_safe_path
from deepforge.runtime.session import ARTIFACTS
from deepforge.worker.blob_folder import BlobFolder, Kept, as_no_space

FILE = "bytes"
"""The type and the codec of an artifact that is one file: an operation that takes it gets its bytes as they
are."""

Deliver = Callable[[Kept], None]
"""Brings a new blob to where the server finds it, or makes it durable. May raise ServerUnreachable."""
Note = Callable[[str], None]
"""Tells in the log of the job."""

_FEW = 5

TRY_AGAIN = ("server_unreachable", "unavailable")
"""The codes of errors that pass when the server is there again."""


@dataclass(frozen=True)
class Output:
    """An output as the record of the result names it; the file is a path inside the attempt's folder."""

    name: str
    file: str
    type: str
    codec: str


@dataclass(frozen=True)
class Leavings:
    """What a job left to be published."""

    outputs: tuple[Output, ...]
    """None when it did not succeed."""
    artifacts: tuple[Path, ...]
    size: int
    """Bytes of the outputs; those of artifacts are not counted."""


def leavings(folder: Path, result: dict[str, Any] | None) -> Leavings:
    """What is there to publish: the outputs of `result` (None: no success) and the artifacts by tag.

    Raises msgspec.ValidationError when the record is none of ours.
    """
    outputs = msgspec.convert(result.get("outputs", []), tuple[Output, ...]) if result else ()
    size = sum(_size(folder / output.file) for output in outputs)
    try:
        with os.scandir(folder / ARTIFACTS) as entries:
            artifacts = tuple(sorted(Path(entry.path) for entry in entries))
    except FileNotFoundError:
        artifacts = ()
    return Leavings(outputs, artifacts, size)


def publish(folder: Path, left: Leavings, blobs: BlobFolder, deliver: Deliver, note: Note) -> dict[str, Any]:
    """Make blobs of everything; the content of the PUBLISHED record. What a folder loses by that is noted.

    When something cannot be stored, nothing is published and the record says why. Only that the server cannot
    be reached, raised by `deliver`, is for the caller: it is to be tried again, and that does no harm.
    """
    try:
        outputs = [_publish_output(folder, output, blobs, deliver) for output in left.outputs]
        lost: list[str] = []
        artifacts = [_publish_artifact(path, blobs, deliver, lost) for path in left.artifacts]
    except DeepForgeError as error:
        if error.code in TRY_AGAIN:
            raise
        return nothing_published(type(error).__name__, error.message, error.hint)
    except OSError as error:
        known = as_no_space(error, "keep what the job left")
        if isinstance(known, DeepForgeError):
            return nothing_published(type(known).__name__, known.message, known.hint)
        return nothing_published("NotPublished", f"What the job left cannot be read: {error}.", None)
    if lost:
        note(_told_lost(lost))
    return {"outputs": outputs, "artifacts": artifacts}


def nothing_published(kind: str = "", message: str = "", hint: str | None = None) -> dict[str, Any]:
    """The content of a PUBLISHED record that names nothing: because there was nothing, or because of an
    error."""
    nothing: dict[str, Any] = {"outputs": [], "artifacts": []}
    return dict(nothing, error={"kind": kind, "message": message, "hint": hint}) if kind else nothing


def _publish_output(folder: Path, output: Output, blobs: BlobFolder, deliver: Deliver) -> dict[str, Any]:
    path = folder / output.file
    if not is_safe_path(output.file) or not _is_regular(path):
        raise BlobDamaged(
            f"The file of the output {output.name} is gone.", "Do not touch the folder of a job."
        )
    kept = blobs.keep_file(path)
    deliver(kept)
    return _described(output.name, kept, output.type, output.codec)


def _publish_artifact(path: Path, blobs: BlobFolder, deliver: Deliver, lost: list[str]) -> dict[str, Any]:
    """Publish a file or a folder; paths in a folder that cannot be kept come into `lost`."""
    if path.is_dir() and not path.is_symlink():
        files = {}
        for name, file in inner_files(path):
            if not is_safe_path(name) or not _is_regular(file):
                lost.append(f"{path.name}/{name}")
                continue
            kept = blobs.keep_file(file)
            deliver(kept)
            files[name] = FileEntry(kept.digest, kept.size)
        kept = blobs.keep_bytes(encode_manifest(files))
        deliver(kept)
        return _described(path.name, kept, DIRECTORY, MANIFEST)
    if not _is_regular(path):
        raise BlobDamaged(
            f"The artifact {path.name} is neither a file nor a folder.",
            "Copy the file instead of linking it.",
        )
    kept = blobs.keep_file(path)
    deliver(kept)
    return _described(path.name, kept, FILE, FILE)


def _described(name: str, kept: Kept, type_name: str, codec: str) -> dict[str, Any]:
    return {"name": name, "digest": kept.digest, "size": kept.size, "type": type_name, "codec": codec}


def inner_files(folder: Path) -> Iterator[tuple[str, Path]]:
    """What lies below a folder and is no folder, by path inside it, in order; links are not followed."""
    for parent, folders, names in os.walk(folder):
        folders.sort()
        links = (name for name in folders if Path(parent, name).is_symlink())
        for name in sorted((*names, *links)):
            path = Path(parent, name)
            yield path.relative_to(folder).as_posix(), path


def _told_lost(lost: list[str]) -> str:
    names = ", ".join(map(ascii, lost[:_FEW]))
    more = f" and {len(lost) - _FEW} more" if len(lost) > _FEW else ""
    return (
        f"Not kept of the artifacts: {names}{more}. Only plain files are, no links, "
        "and no names with \\, a drive or letters that cannot be shown."
    )


def _is_regular(path: Path) -> bool:
    """Whether this is a file itself: no link to one, no pipe, no device."""
    try:
        return stat.S_ISREG(os.lstat(path).st_mode)
    except OSError:
        return False


def _size(path: Path) -> int:
    try:
        return os.stat(path).st_size
    except OSError:
        return 0
