"""Workspaces: what a child finds in its folder, made without copying anything twice.

The code of a project is laid out once for each snapshot and shared by all jobs of it; inputs are read where
they lie.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from deepforge.core.artifact import MANIFEST, REFERENCE
from deepforge.core.errors import BlobDamaged
from deepforge.core.ids import Digest
from deepforge.core.manifest import FileEntry, decode_manifest
from deepforge.core.messages import InputSpec, JobSpec
from deepforge.runtime.session import ARTIFACTS, OUTPUT
from deepforge.runtime.work import WORK
from deepforge.worker.attempt import Attempt, keep
from deepforge.worker.blob_folder import BlobFolder, as_no_space

KEPT_SNAPSHOTS = 32
"""Laid out snapshots that stay when no attempt uses them, newest first."""

LAID_OUT = (MANIFEST, REFERENCE)
"""The codecs of inputs that are more than one blob."""

Describe = Callable[[InputSpec], tuple[Path, dict[str, Any]]]
"""Where such an input was laid out, and the type and codec that a job reads it with."""

Fetch = Callable[[Digest], None]
"""Brings a blob that is missing into the folder of blobs. May raise NotFound, BlobDamaged, NoSpace,
Unavailable."""


def code_folder(codes: Path, snapshot: Digest) -> Path:
    """Where the files of a snapshot are laid out."""
    return codes / snapshot


def is_ready(spec: JobSpec, codes: Path, blobs: BlobFolder) -> bool:
    """Whether everything a job reads is on this machine already, and needs no further look."""
    if any(given and given.codec in LAID_OUT for given in spec.inputs.values()):
        return False
    return os.path.isdir(code_folder(codes, spec.snapshot)) and not missing_inputs(spec, blobs)


def missing_inputs(spec: JobSpec, blobs: BlobFolder) -> list[Digest]:
    """The inputs whose bytes are not here."""
    return [
        given.digest
        for given in spec.inputs.values()
        if given and not blobs.claim(given.digest, None if given.codec == REFERENCE else given.size)
    ]


def lay_out_code(codes: Path, snapshot: Digest, blobs: BlobFolder, fetch: Fetch) -> Path:
    """The folder with a snapshot's files, made now when it is not there. Whole or not there at all.

    The files are read-only; the folders are not, so that Python keeps its bytecode beside them, and a person
    can remove the data directory with a plain `rm -r`.
    """
    target = code_folder(codes, snapshot)
    if target.is_dir():
        return target
    fetch_missing([snapshot], blobs, fetch)
    files = decode_manifest(blobs.read(snapshot))
    fetch_missing(
        (entry.digest for entry in files.values() if not blobs.claim(entry.digest, entry.size)), blobs, fetch
    )
    partial = codes / f".{snapshot}.{os.getpid()}.{time.monotonic_ns()}"
    try:
        for path, entry in files.items():
            _lay_out_file(partial / path, entry, blobs)
        partial.mkdir(parents=True, exist_ok=True)
        partial.rename(target)
    except OSError as error:
        if target.is_dir():  # somebody else was as fast
            return target
        raise as_no_space(error, "lay out the project's files") from error
    finally:
        remove_code(partial)
    return target


def _lay_out_file(target: Path, entry: FileEntry, blobs: BlobFolder) -> None:
    # Copied rather than linked: a job of the superuser that writes to its own code must not reach the blob.
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(blobs.path(entry.digest), target)
    target.chmod(0o444)


def fetch_missing(digests: Iterable[Digest], blobs: BlobFolder, fetch: Fetch) -> None:
    """Bring blobs here that are not. Raises BlobDamaged when one is not here even then."""
    for digest in digests:
        if not blobs.claim(digest):
            fetch(digest)
            if not blobs.has(digest):
                raise BlobDamaged(f"The blob {digest} is gone.", "Run what made it again.")


def furnish(attempt: Attempt, codes: Path, blobs: BlobFolder, describe: Describe) -> None:
    """Write what the child of an attempt needs to know, and what a later worker does.

    Inputs that are one blob are read where they lie; those that were laid out get a link by their name, which
    the operation sees.
    """
    spec = attempt.lease.spec
    inputs: dict[str, Any] = {}
    for name, given in spec.inputs.items():
        if given is None:
            inputs[name] = None
            continue
        if given.codec in LAID_OUT:
            place, read_as = describe(given)
            _link(place, attempt.folder / "inputs" / name)
            inputs[name] = {"file": f"inputs/{name}", **read_as}
            continue
        inputs[name] = {"file": str(blobs.path(given.digest)), "type": given.type, "codec": given.codec}
    described = {
        "format": 1,
        "job": attempt.lease.job,
        "fence": attempt.lease.fence,
        "name": spec.name,
        "operation": {"module": spec.module, "name": spec.operation, "form": spec.form},
        "attributes": spec.attributes,
        "references": spec.references,
        "enumerations": spec.enumerations,
        "inputs": inputs,
        "outputs": list(spec.outputs),
        "code": str(code_folder(codes, spec.snapshot)),
        "seed": None,
    }
    keep(attempt, described)


def _link(source: Path, target: Path) -> None:
    target.parent.mkdir(exist_ok=True)
    target.unlink(missing_ok=True)
    target.symlink_to(source)


def make_room(folder: Path) -> None:
    """Remove what a job left to be kept, and what it worked with, as far as that can be done."""
    for part in (WORK, ARTIFACTS):
        shutil.rmtree(folder / part, ignore_errors=True)
    for output in folder.glob(f"{OUTPUT}*"):
        with contextlib.suppress(OSError):
            output.unlink()


def set_aside_code(codes: Path, used: set[Digest], keep: int = KEPT_SNAPSHOTS) -> list[Path]:
    """Take snapshots that no attempt uses, but for the newest, out of the way of later attempts.

    Says where they are now, besides what a killed worker left half laid out: `remove_code` may take its time
    over them.

    `used`: of all attempts there are; called where no other can come meanwhile.
    """
    try:
        with os.scandir(codes) as found:
            dated = [(_changed(entry), entry) for entry in found]
    except FileNotFoundError:
        return []
    entries = [entry for _, entry in sorted(dated, key=lambda pair: pair[0], reverse=True)]
    aside = [
        Path(entry.path) for entry in entries if entry.name.startswith(".") and not _is_growing(entry, used)
    ]
    for entry in [entry for entry in entries if not entry.name.startswith(".")][keep:]:
        if entry.name not in used:
            moved = codes / f".{entry.name}.aside.{time.monotonic_ns()}"
            with contextlib.suppress(OSError):  # it stays, and is tried again next time
                os.rename(entry.path, moved)
                aside.append(moved)
    return aside


def _changed(entry: os.DirEntry[str]) -> float:
    try:
        return entry.stat(follow_symlinks=False).st_mtime
    except FileNotFoundError:  # half laid out a moment ago, and whole now
        return time.time()


def _is_growing(entry: os.DirEntry[str], used: set[Digest]) -> bool:
    """Whether this process may be laying out the snapshot at this moment."""
    _, snapshot, maker, *_ = [*entry.name.split("."), "", ""]
    return maker == str(os.getpid()) and snapshot in used


def remove_code(folder: Path) -> None:
    """Remove a folder of code; nothing happens when it is not there."""
    shutil.rmtree(folder, ignore_errors=True)
