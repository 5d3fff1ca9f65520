"""Uploads: files that come piece by piece, are taken up again where they broke off, and become artifacts.

What has come lies in a folder of its own; the row says how much of it counts. Bytes are never held in memory.
"""

from __future__ import annotations

import json
import os
import shutil
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from io import FileIO
from pathlib import Path

from deepforge.core.artifact import DIRECTORY, MANIFEST, ArtifactVersion, plain_name
from deepforge.core.errors import BadInput, Conflict, NoSpace, NotFound, TooLarge, WrongOffset
from deepforge.core.ids import ProjectId, UploadId, is_ulid
from deepforge.core.manifest import FileEntry, can_stand_in_name, encode_manifest, is_safe_path
from deepforge.core.moment import moment
from deepforge.core.upload import FolderPart, Upload, kind_of
from deepforge.core.user import Caller
from deepforge.services import artifacts
from deepforge.services.house import House
from deepforge.services.projects import known_project
from deepforge.store import blob_index, database, uploads
from deepforge.store.blobs import full_disk
from deepforge.store.database import fresh_id

KEPT_SECONDS = 24 * 3600.0
"""For how long an upload that nobody finishes is kept."""

LONGEST_NAME = 200
LARGEST_JSON = 8 << 20
"""Bytes of a JSON file that is read to see what is in it."""

_busy: set[UploadId] = set()
_lock = threading.Lock()


def begin(house: House, caller: Caller, project: ProjectId, name: str, size: int) -> Upload:
    """Announce a file. Raises BadInput for an unusable name or size, NotFound, NoSpace when it cannot fit."""
    if not 0 < len(name) <= LONGEST_NAME or not can_stand_in_name(name):
        raise BadInput(f"{name!r} cannot name a file.", f"A name has 1 to {LONGEST_NAME} plain letters.")
    if size < 0:
        raise BadInput(f"A file cannot have {size} bytes.")
    folder = _folder(house)
    with full_disk(folder.parent):
        folder.mkdir(exist_ok=True, mode=0o700)
    free = shutil.disk_usage(folder).free
    if size > free:
        raise NoSpace(f"{name} has {size:,} bytes; {free:,} are free.", "Free some space and try again.")
    with house.writing() as ledger:
        known_project(ledger.connection, project)
        upload = Upload(UploadId(fresh_id()), project, name, size, 0, ledger.at)
        uploads.add(ledger.connection, upload, caller.user)
    _file(house, upload.id).touch(mode=0o600)
    return upload


def show(house: House, caller: Caller, upload: UploadId) -> Upload:
    """How far an upload is. Raises NotFound."""
    with house.database.read() as connection:
        found = uploads.find(connection, upload, caller.user) if is_ulid(upload) else None
    if found is None:
        raise NotFound("There is no such upload.", "It may have been given up after a day: begin again.")
    return found


def listing(house: House, caller: Caller, project: ProjectId | None = None) -> tuple[Upload, ...]:
    """The caller's unfinished uploads."""
    with house.database.read() as connection:
        return tuple(uploads.listing(connection, caller.user, project))


def receive(house: House, caller: Caller, upload: UploadId, offset: int, chunks: Iterable[bytes]) -> Upload:
    """Keep the next bytes as they come; those that came before a connection broke count.

    Raises NotFound, WrongOffset, TooLarge, NoSpace, Conflict while another request brings bytes of it.
    """
    with _alone(upload):
        found = show(house, caller, upload)
        if offset != found.received:
            raise WrongOffset(
                f"The next byte of {found.name} is {found.received:,}, not {offset:,}.",
                "Go on from there.",
                received=found.received,
            )
        received = offset
        try:
            with full_disk(_folder(house)), _opened(house, found) as file:
                try:
                    _write(file, chunks, found)
                finally:
                    os.fsync(file.fileno())
                    received = file.tell()
        finally:
            if received != offset:
                with house.writing() as ledger:
                    uploads.receive(ledger.connection, upload, received)
    return show(house, caller, upload)


def finish(
    house: House, caller: Caller, upload: UploadId, name: str, type: str = "", codec: str = ""
) -> ArtifactVersion:
    """Make an upload that is whole the next version of an artifact. Raises NotFound, BadInput, Conflict."""
    plain_name(name)
    with _alone(upload):
        found = _whole(house, caller, upload)
        kind = kind_of(found.name)
        kind = (type or kind[0], codec or kind[1])
        artifacts.check_kind(*kind)
        entry = _keep(house, found)
        if kind == ("json", "json"):
            kind = _json_kind(house, entry)
        saved = artifacts.put(house, caller, found.project, name, entry.digest, entry.size, *kind)
        _forget(house, upload)
    return saved


def finish_folder(
    house: House, caller: Caller, project: ProjectId, name: str, parts: tuple[FolderPart, ...]
) -> ArtifactVersion:
    """Make uploads that are whole one artifact, a folder. Raises NotFound, BadInput, Conflict."""
    plain_name(name)
    if not parts:
        raise BadInput("A folder without files cannot be saved.", "Give at least one file.")
    for part in parts:
        if not is_safe_path(part.path):
            raise BadInput(f"{part.path!r} cannot be the name of a file in a folder.", "Rename it.")
    if len({part.path for part in parts}) != len(parts):
        raise BadInput("Two files of the folder have the same path.", "Rename one of them.")
    if len({part.upload for part in parts}) != len(parts):
        raise BadInput("Two files of the folder are one upload.", "Upload each of them.")
    with ExitStack() as stack:
        for part in parts:
            stack.enter_context(_alone(part.upload))
        found = {part.path: _whole(house, caller, part.upload) for part in parts}
        for upload in found.values():
            if upload.project != project:
                raise BadInput(f"{upload.name} was uploaded to another project.", "Upload it to this one.")
        files = {path: _keep(house, upload) for path, upload in found.items()}
        manifest = encode_manifest(files)
        digest = house.blobs.put_bytes(manifest, durable=True)
        with house.writing() as ledger:
            blob_index.record(ledger.connection, digest, len(manifest))
        saved = artifacts.put(house, caller, project, name, digest, len(manifest), DIRECTORY, MANIFEST)
        for part in parts:
            _forget(house, part.upload)
    return saved


def cancel(house: House, caller: Caller, upload: UploadId) -> None:
    """Give an upload up. Raises NotFound, Conflict while bytes of it come."""
    with _alone(upload):
        show(house, caller, upload)
        _forget(house, upload)


def forget_abandoned(house: House, kept: float = KEPT_SECONDS) -> int:
    """Give up the uploads whose last byte came more than `kept` seconds ago; how many those were."""
    with house.database.read() as connection:
        found = uploads.before(connection, moment(database.seconds(connection) - kept))
    given_up = 0
    for upload in found:
        if upload not in _busy and time.time() - _last_byte(house, upload) > kept:
            _forget(house, upload)
            given_up += 1
    _remove_strays(house)
    return given_up


def _last_byte(house: House, upload: UploadId) -> float:
    """When the file was last written, in seconds since 1970; long ago when it is gone."""
    try:
        return _file(house, upload).stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _remove_strays(house: House) -> None:
    """Remove the files of uploads that nobody knows."""
    folder = _folder(house)
    names = os.listdir(folder) if folder.is_dir() else []
    if names:
        with house.database.read() as connection:
            known = uploads.every(connection)
        for name in names:
            if name not in known:
                (folder / name).unlink(missing_ok=True)


def _whole(house: House, caller: Caller, upload: UploadId) -> Upload:
    found = show(house, caller, upload)
    if found.received < found.size:
        raise Conflict(
            f"Of {found.name} {found.size - found.received:,} bytes are missing.", "Send them first."
        )
    return found


def _keep(house: House, upload: Upload) -> FileEntry:
    """Make the bytes a blob, without copying them; until they are an artifact, the upload has them too."""
    file = _file(house, upload.id)
    if not file.exists():
        raise Conflict(f"The bytes of {upload.name} are no longer there.", "Send the file again.")
    digest, size = house.blobs.put_file(file, link=True, durable=True)
    with house.writing() as ledger:
        blob_index.record(ledger.connection, digest, size)
    return FileEntry(digest, size)


def _json_kind(house: House, entry: FileEntry) -> tuple[str, str]:
    """The type of the value in a JSON file; what cannot be read as one stays bytes."""
    if entry.size > LARGEST_JSON:
        return "json", "json"
    try:
        value = json.loads(house.blobs.read(entry.digest))
    except (ValueError, RecursionError):
        return "bytes", "bytes"
    return "NoneType" if value is None else value.__class__.__name__, "json"


def _forget(house: House, upload: UploadId) -> None:
    with house.writing() as ledger:
        uploads.remove(ledger.connection, upload)
    _file(house, upload).unlink(missing_ok=True)


@contextmanager
def _opened(house: House, upload: Upload) -> Iterator[FileIO]:
    """The file, cut to what counts: more may have been written just before a server died.

    Without a buffer: where it stands is how much of it was written.
    """
    descriptor = os.open(_file(house, upload.id), os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
    with open(descriptor, "wb", buffering=0) as file:
        file.truncate(upload.received)
        file.seek(upload.received)
        yield file


def _write(file: FileIO, chunks: Iterable[bytes], upload: Upload) -> None:
    for chunk in chunks:
        if file.tell() + len(chunk) > upload.size:
            raise TooLarge(
                f"More than the {upload.size:,} bytes came that {upload.name} was said to have.",
                "Announce it anew with its size.",
            )
        rest = memoryview(chunk)
        while rest:
            rest = rest[file.write(rest) :]


@contextmanager
def _alone(upload: UploadId) -> Iterator[None]:
    with _lock:
        if upload in _busy:
            raise Conflict("Bytes of this upload are coming already.", "Wait until they are here.")
        _busy.add(upload)
    try:
        yield
    finally:
        with _lock:
            _busy.discard(upload)


def _folder(house: House) -> Path:
    return house.data.home / "uploads"


def _file(house: House, upload: UploadId) -> Path:
    return _folder(house) / upload
