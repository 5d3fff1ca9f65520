"""Previews: what is safe and cheap is read here; anything that takes a library or user code a worker makes.

Nothing is unpickled, imported or run in this process: of text, JSON, pictures and folders the bytes are read.
"""

from __future__ import annotations

import base64
import binascii
import json
import struct
from typing import Any

from deepforge.core.artifact import MANIFEST, REFERENCE
from deepforge.core.errors import BadInput, BlobDamaged, Damaged, NotFound, TooLarge
from deepforge.core.ids import Digest, JobId, WorkerId, is_digest
from deepforge.core.manifest import LARGEST, decode_manifest
from deepforge.core.messages import Exchange
from deepforge.core.preview import PreviewAnswer, PreviewAsk, PreviewView
from deepforge.core.user import Caller
from deepforge.runtime.previews.trees import tree
from deepforge.services import references
from deepforge.services.house import House
from deepforge.services.ledger import Ledger
from deepforge.services.memory import WantedPreview, WorkerCard, knows_environment
from deepforge.store import blob_index, previews

LARGEST_TEXT = 100_000
"""Bytes of a text that are shown."""
LARGEST_JSON = 4 << 20
"""Bytes of a JSON file that is read as a tree; of a larger one the text is shown."""
MOST_FILES = 1000
GONE = "The bytes are no longer there: run again what made them, or upload them again."
GIVEN_SECONDS = 90.0
"""After so long without an answer a preview is asked for again."""
MOST_TRIES = 3

SAFE = frozenset({"json", "bytes", "png", MANIFEST, REFERENCE})
"""The codecs whose files this process reads itself."""

_PICTURES: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)


def show(
    house: House,
    caller: Caller,
    digest: Digest,
    codec: str,
    type: str = "",
    job: JobId | None = None,
    *,
    again: bool = False,
) -> PreviewView:
    """The preview of some data, or how far it is; wanting one has it made.

    `job`: the one that made the data, whose code and environment may be needed. `again`: one that failed is
    tried once more. Raises NotFound for what nothing uses.
    """
    if not is_digest(digest):
        raise BadInput("That is not a digest.", "A digest has 64 hexadecimal digits.")
    with house.database.read() as connection:
        size = blob_index.size_of(connection, digest)
        if size is None or not blob_index.may_see(connection, digest, None):
            raise NotFound(f"There is no blob {digest}.", "It may have been removed with its run.")
        known = previews.find(connection, digest, codec) if codec not in SAFE else None
        origin = previews.origin_of(connection, digest, job) if known is None or again else None
    view = PreviewView(digest, codec, type, size, "wanted")
    if not house.blobs.seems_whole(digest, size):
        return _told(view, "gone", {"reason": GONE})
    if codec in SAFE:
        return _read(house, view)
    if known is not None and not (again and known.state in ("failed", "unsupported")):
        return _told(view, known.state, known.document if known.state != previews.WANTED else {})
    assert origin is not None
    ask = PreviewAsk(digest, size, type, codec, origin.snapshot, origin.environment)
    with house.writing() as ledger:
        memory = ledger.memory.previews(ledger.connection)
        if (digest, codec) not in memory:
            previews.want(ledger.connection, ask, ledger.at)
            memory[digest, codec] = WantedPreview(ask)
            ledger.news = True
    return view


def image(house: House, caller: Caller, digest: Digest, codec: str) -> bytes:
    """The picture, as PNG, that belongs to a preview. Raises NotFound when there is none."""
    with house.database.read() as connection:
        allowed = blob_index.may_see(connection, digest, None)
        known = previews.find(connection, digest, codec) if allowed else None
    try:
        data = base64.b64decode(str((known.document if known else {}).get("png", "")), validate=True)
    except binascii.Error:
        data = b""
    if not data.startswith(b"\x89PNG\r\n\x1a\n"):
        raise NotFound("There is no picture of it.", "Ask for its preview first.")
    return data


# What workers are given and say


def give(ledger: Ledger, card: WorkerCard, said: Exchange) -> tuple[PreviewAsk, ...]:
    """The previews that a worker is to make now. One that was given before and never answered is given again;
    a few times, for it may be what ends its workers.
    """
    wanted = ledger.memory.previews(ledger.connection)
    given: list[PreviewAsk] = []
    workers = ledger.memory.workers(ledger.connection).values()
    for key, preview in list(wanted.items()):
        if len(given) >= said.preview_slots:
            break
        if preview.worker is not None and ledger.clock - preview.given < GIVEN_SECONDS:
            continue
        if preview.tries >= MOST_TRIES:
            reason = f"The workers that were asked for it ended, or did not answer, {MOST_TRIES} times."
            _keep(ledger, PreviewAnswer(*key, "failed", {"error": "NoAnswer", "reason": reason}))
            continue
        if not _suits(preview, card, workers, ledger.clock):
            continue
        preview.worker, preview.given, preview.tries = card.record.id, ledger.clock, preview.tries + 1
        given.append(preview.ask)
    return tuple(given)


def commit(ledger: Ledger, said: Exchange) -> None:
    """Keep what a worker made; what nobody wants any more is left aside."""
    for answer in said.previews:
        _keep(ledger, answer)


def forget_worker(ledger: Ledger, worker: WorkerId) -> None:
    """A worker came back as a new process: what it was asked for is to be asked again."""
    for preview in ledger.memory.previews(ledger.connection).values():
        if preview.worker == worker:
            preview.worker = None


def _keep(ledger: Ledger, answer: PreviewAnswer) -> None:
    previews.answer(ledger.connection, answer, ledger.at)
    ledger.memory.previews(ledger.connection).pop((answer.digest, answer.codec), None)
    ledger.news = True


def _suits(preview: WantedPreview, card: WorkerCard, workers: Any, clock: float) -> bool:
    """Whether a worker may make it: one that has the environment goes before others."""
    declared = preview.ask.environment
    if declared is None or knows_environment(card, declared):
        return True
    return not any(knows_environment(other, declared) and clock - other.seen < 30.0 for other in workers)


# What is read here


def _read(house: House, view: PreviewView) -> PreviewView:
    try:
        document = _document(house, view)
    except (BlobDamaged, FileNotFoundError):
        return _told(view, "gone", {"reason": GONE})
    except (Damaged, TooLarge) as error:
        return _told(view, "failed", {"error": type(error).__name__, "reason": error.message})
    return _told(view, "ready", document)


def _document(house: House, view: PreviewView) -> dict[str, Any]:
    digest = view.digest
    if view.codec == MANIFEST:
        return _folder(house, digest)
    if view.codec == REFERENCE:
        reference = references.read(house, digest)
        return {"kind": "reference", "url": reference.url, "size": reference.size, "type": reference.type}
    with house.blobs.open(digest) as file:
        if view.codec == "json" and view.size <= LARGEST_JSON:
            data = file.read()
            try:
                return {"kind": "json", "tree": tree(json.loads(data))}
            except (ValueError, RecursionError):
                return _text_or_bytes(data[: LARGEST_TEXT + 4], view.size)
        head = file.read(LARGEST_TEXT + 4)
    for sign, media in _PICTURES:
        if head.startswith(sign):
            return {"kind": "image", "media": media, **_edges(head, media)}
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return {"kind": "image", "media": "image/webp"}
    return _text_or_bytes(head, view.size)


def _edges(head: bytes, media: str) -> dict[str, int]:
    if media == "image/png" and len(head) >= 24:
        width, height = struct.unpack(">II", head[16:24])
    elif media == "image/gif" and len(head) >= 10:
        width, height = struct.unpack("<HH", head[6:10])
    else:
        return {}
    return {"width": width, "height": height}


def _text_or_bytes(head: bytes, size: int) -> dict[str, Any]:
    text = head[:LARGEST_TEXT].decode("utf-8-sig", "replace")
    broken = text[:-1].count("\ufffd") + sum(letter < " " and letter not in "\t\n\r\f\x1b" for letter in text)
    if broken:
        return {"kind": "bytes", "size": size, "first": head[:1024].hex()}
    return {"kind": "text", "text": text.rstrip("\ufffd"), "length": size, "cut": size > LARGEST_TEXT}


def _folder(house: House, digest: Digest) -> dict[str, Any]:
    files = decode_manifest(house.blobs.read(digest, LARGEST))
    listed = [
        {
            "path": path,
            "digest": entry.digest,
            "size": entry.size,
            "gone": not house.blobs.seems_whole(entry.digest, entry.size),
        }
        for path, entry in list(files.items())[:MOST_FILES]
    ]
    total = sum(entry.size for entry in files.values())
    return {"kind": "folder", "files": listed, "count": len(files), "bytes": total}


def _told(view: PreviewView, state: Any, document: dict[str, Any]) -> PreviewView:
    """The view with what is known; a picture goes by itself, since pages show none from within a text."""
    shown = {name: value for name, value in document.items() if name != "png"}
    return PreviewView(
        view.digest, view.codec, view.type, view.size, state, shown, image=bool(document.get("png"))
    )
