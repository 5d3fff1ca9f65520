"""Materials: inputs of jobs that are not one blob: folders, and what lies elsewhere and is referred to.

A folder is laid out once for each manifest, its files as links to blobs, so that nothing is copied. What lies
elsewhere is streamed here and checked to be what was referred to, whenever a job begins.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from deepforge.core.artifact import MANIFEST, REFERENCE
from deepforge.core.errors import BadInput, Conflict
from deepforge.core.ids import Digest
from deepforge.core.manifest import decode_manifest
from deepforge.core.messages import InputSpec, JobSpec
from deepforge.core.reference import Reference, decode_reference, split_url
from deepforge.core.registry import load_adapter
from deepforge.worker.blob_folder import BlobFolder, as_no_space
from deepforge.worker.workspace import Fetch, fetch_missing

KEPT_SECONDS = 24 * 3600.0
"""For how long what no job uses is kept."""

_STRETCH = 8 << 20


def is_material(given: InputSpec | None) -> bool:
    """Whether an input is to be laid out before a job can read it."""
    return given is not None and given.codec in (MANIFEST, REFERENCE)


def place_of(materials: Path, given: InputSpec) -> Path:
    """Where an input is laid out."""
    return materials / given.digest


def lay_out(materials: Path, spec: JobSpec, blobs: BlobFolder, fetch: Fetch) -> None:
    """Bring everything here that the inputs of a job are made of.

    Raises Conflict when what lies elsewhere has changed, and whatever fetching it raises.
    """
    for given in spec.inputs.values():
        if given is None or not is_material(given):
            continue
        fetch_missing([given.digest], blobs, fetch)
        materials.mkdir(parents=True, exist_ok=True)
        if given.codec == MANIFEST:
            _lay_out_folder(materials, given.digest, blobs, fetch)
        else:
            _bring(place_of(materials, given), decode_reference(blobs.read(given.digest)))


def described(given: InputSpec, blobs: BlobFolder) -> dict[str, Any]:
    """How a job reads an input that was laid out: its type and its codec."""
    if given.codec == MANIFEST:
        return {"type": given.type, "codec": MANIFEST}
    reference = decode_reference(blobs.read(given.digest))
    return {"type": reference.type, "codec": reference.codec}


def blobs_of(inputs: Iterable[InputSpec], blobs: BlobFolder) -> set[Digest]:
    """The blobs that inputs are read from: those of a folder lie behind its links."""
    found = set()
    for given in inputs:
        found.add(given.digest)
        if given.codec == MANIFEST and blobs.has(given.digest):
            found |= {entry.digest for entry in decode_manifest(blobs.read(given.digest)).values()}
    return found


def sweep(materials: Path, used: set[Digest], kept: float = KEPT_SECONDS) -> None:
    """Remove what no job uses and none has used for long."""
    found = list(materials.iterdir()) if materials.is_dir() else []
    for each in found:
        if each.name.partition(".")[0] in used:
            continue
        try:
            if each.lstat().st_mtime > time.time() - kept:
                continue
            shutil.rmtree(each) if each.is_dir() and not each.is_symlink() else each.unlink()
        except FileNotFoundError:
            continue


def _lay_out_folder(materials: Path, manifest: Digest, blobs: BlobFolder, fetch: Fetch) -> None:
    target = materials / manifest
    files = decode_manifest(blobs.read(manifest))
    fetch_missing(
        (entry.digest for entry in files.values() if not blobs.claim(entry.digest, entry.size)), blobs, fetch
    )
    if target.is_dir():
        os.utime(target)
        return
    partial = materials / f"{manifest}.{os.getpid()}.{time.monotonic_ns()}"
    try:
        partial.mkdir()
        for path, entry in files.items():
            file = partial / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.symlink_to(blobs.path(entry.digest).resolve())
        partial.rename(target)
    except OSError as error:
        if not target.is_dir():  # else somebody was as fast
            raise as_no_space(error, "lay out a folder") from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _bring(target: Path, reference: Reference) -> None:
    folder, name = split_url(reference.url)
    storage = load_adapter("storage", "fsspec")(folder)
    reference.check(storage.facts(name))
    if target.exists() and target.stat().st_size == reference.size:
        os.utime(target)
        return
    partial = target.with_name(f"{target.name}.{os.getpid()}.{time.monotonic_ns()}")
    try:
        with storage.open(name) as source, partial.open("wb") as file:
            shutil.copyfileobj(source, file, _STRETCH)
        if partial.stat().st_size != reference.size:
            raise BadInput(f"Of {reference.url} only a part came.", "Run again.")
        try:
            reference.check(storage.facts(name))  # it may have changed while it came
        except Conflict:
            partial.unlink()
            raise
        partial.chmod(0o444)
        partial.replace(target)
    except OSError as error:
        raise as_no_space(error, f"fetch {reference.url}") from error
    finally:
        partial.unlink(missing_ok=True)
