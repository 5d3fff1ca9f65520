"""The journal: one append-only file of framed records that a job writes and everybody else reads.

A frame is `<length:u32><crc32:u32><kind:u8><payload>`, little-endian; the length counts the payload, the
checksum covers kind and payload. Each record is one `write` to a file opened for appending, so a record whose
call returned is in the page cache and survives the death of the process, threads and forked children may
write at once, and a torn tail is recognised and left out.
"""

import json
import mmap
import os
import struct
import zlib
from typing import Any, Dict, FrozenSet, Iterator, List, NamedTuple, Optional, Set, Tuple, Union

SERIES = 1  # <key:u64><names: JSON list>: announces the metrics of a set, before its first point
POINT = 2  # <key:u64><x:f64><time:f64><value:f64>…: one value for each metric of the set
PROGRESS = 3  # JSON {"value", "total", "label", "time"}
FIGURE = 4  # <header length:u32><header: JSON><part bytes>…: see `pack_figure`
STARTED = 5  # JSON {"pid", "time", "python"}
RESULT = 6  # JSON {"outputs": [{"name", "file", "type", "codec"}], "time"}
ERROR = 7  # JSON {"kind", "message", "traceback", "frames", "hint", "time"}
EXIT = 8  # JSON {"code", "signal", "reason", "time"}: written by whoever waited for the process
PUBLISHED = 9  # JSON {"outputs": [{"name", "digest", "size", "type", "codec"}], "artifacts": [...], "time"}
NOTE = 10  # JSON {"text", "time"}: what the worker is doing for the job, such as building its environment

HEADER = struct.Struct("<IIB")
POINT_HEAD = struct.Struct("<Qdd")
MAX_PAYLOAD = 64 * 1024 * 1024
"""Bytes; a longer record is refused by the writer and taken as damage by the reader."""


class Record(NamedTuple):
    """One record: its kind, its payload, and the offset just behind it."""

    kind: int
    payload: bytes
    end: int


class JournalDamaged(Exception):
    """A record's checksum or length is wrong; everything before it was read."""


def frame(kind: int, payload: bytes) -> bytes:
    """One record, ready to be written. Raises ValueError when the payload is longer than MAX_PAYLOAD."""
    if len(payload) > MAX_PAYLOAD:
        raise ValueError("a journal record of %d bytes; the limit is %d" % (len(payload), MAX_PAYLOAD))
    body = bytes((kind,)) + payload
    return struct.pack("<II", len(payload), zlib.crc32(body)) + body


def frame_json(kind: int, content: Dict[str, Any]) -> bytes:
    """One record whose payload is JSON."""
    return frame(kind, json.dumps(content, separators=(",", ":")).encode())


def read_records(data: Union[bytes, memoryview], offset: int = 0) -> Iterator[Record]:
    """The whole records of `data`, whose first byte is at `offset`. An unfinished one at the end is left out.

    Raises JournalDamaged at a record that cannot be right, after giving all before it.
    """
    view = memoryview(data)
    at = 0
    while at + HEADER.size <= len(view):
        length, checksum, kind = HEADER.unpack_from(view, at)
        if length > MAX_PAYLOAD:
            raise JournalDamaged("a record at byte %d claims %d bytes" % (offset + at, length))
        end = at + HEADER.size + length
        if end > len(view):
            return
        if zlib.crc32(view[at + 8 : end]) != checksum:
            raise JournalDamaged("the record at byte %d has a wrong checksum" % (offset + at))
        yield Record(kind, bytes(view[at + HEADER.size : end]), offset + end)
        at = end


def whole_length(data: Union[bytes, memoryview]) -> int:
    """How many bytes of `data` are whole records. Raises JournalDamaged as `read_records` does."""
    end = 0
    for record in read_records(data):
        end = record.end
    return end


def series_key(names: Tuple[str, ...]) -> int:
    """The key of a set of metrics: the same names give the same key in every process."""
    text = json.dumps(names, separators=(",", ":")).encode()
    return zlib.crc32(text) << 32 | zlib.crc32(text[::-1])


def pack_figure(header: Dict[str, Any], parts: Dict[str, bytes]) -> bytes:
    """The payload of a FIGURE: `header` has "figure" (its id), "title", "time"; parts go by media type."""
    described = dict(header, parts=[[media, len(content)] for media, content in parts.items()])
    head = json.dumps(described, separators=(",", ":")).encode()
    return b"".join([struct.pack("<I", len(head)), head, *parts.values()])


def unpack_figure(payload: bytes) -> Tuple[Dict[str, Any], Dict[str, bytes]]:
    """Undo `pack_figure`. Raises JournalDamaged when the lengths do not add up."""
    try:
        (length,) = struct.unpack_from("<I", payload)
        header = json.loads(payload[4 : 4 + length])
        at, parts = 4 + length, {}
        for media, size in header.pop("parts"):
            parts[media] = payload[at : at + size]
            at += size
    except (struct.error, ValueError, KeyError, TypeError, AttributeError) as error:
        raise JournalDamaged("a figure record cannot be read: %s" % error) from None
    if at != len(payload):
        raise JournalDamaged("a figure record has %d bytes, its parts %d" % (len(payload), at))
    return header, parts


def unpack_point(payload: bytes) -> Tuple[int, float, float, Tuple[float, ...]]:
    """The key, x, time and values of a POINT."""
    key, x, time = POINT_HEAD.unpack_from(payload)
    return (
        key,
        x,
        time,
        struct.unpack_from("<%dd" % ((len(payload) - POINT_HEAD.size) // 8), payload, POINT_HEAD.size),
    )


class Journal:
    """A journal open for appending. Safe for threads and across fork; each record is one write."""

    def __init__(self, path: Union[str, "os.PathLike[str]"]) -> None:
        self.path = os.fspath(path)
        self.descriptor = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o644)
        self._announced: Dict[Tuple[str, ...], Tuple[int, struct.Struct, bytes]] = {}

    def append(self, data: bytes) -> None:
        """Write whole frames. Raises OSError when the disk is full; what was written is taken back."""
        written = os.write(self.descriptor, data)
        if written != len(data):
            self._complete(data, written)

    def point(self, names: Tuple[str, ...], x: float, time: float, values: Tuple[float, ...]) -> None:
        """Append one point of a set of metrics, announcing the set first when this process has not yet.

        Raises OSError as `append` does.
        """
        known = self._announced.get(names)
        if known is None:
            known = self._announce(names)
        key, layout, prefix = known
        payload = layout.pack(POINT, key, x, time, *values)
        data = prefix + zlib.crc32(payload).to_bytes(4, "little") + payload
        written = os.write(self.descriptor, data)
        if written != len(data):
            self._complete(data, written)

    def _announce(self, names: Tuple[str, ...]) -> Tuple[int, struct.Struct, bytes]:
        # Two threads may both announce a set: readers take the second announcement as the first.
        key = series_key(names)
        self.append(frame(SERIES, struct.pack("<Q", key) + json.dumps(names, separators=(",", ":")).encode()))
        layout = struct.Struct("<BQdd%dd" % len(names))
        self._announced[names] = (key, layout, struct.pack("<I", layout.size - 1))
        return self._announced[names]

    def _complete(self, data: bytes, written: int) -> None:
        try:
            while written < len(data):
                written += os.write(self.descriptor, data[written:])
        except OSError:
            self._take_back(data[:written])
            raise

    def _take_back(self, torn: bytes) -> None:
        # Only while it is the tail: another process may have appended behind it, and then `seal` decides.
        start = os.fstat(self.descriptor).st_size - len(torn)
        if os.pread(self.descriptor, len(torn), start) == torn:
            os.ftruncate(self.descriptor, start)

    def close(self) -> None:
        """Close the file."""
        os.close(self.descriptor)


def seal(path: Union[str, "os.PathLike[str]"]) -> FrozenSet[int]:
    """Cut off what a killed writer left behind the last whole record; the kinds of the records that stay.

    Only for when nobody writes any more. Behind damage nothing can be trusted, so everything from there on
    goes too. A journal that is not there has no records.
    """
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return frozenset()
    try:
        size = os.fstat(descriptor).st_size
        if size == 0:
            return frozenset()
        with mmap.mmap(descriptor, size, access=mmap.ACCESS_READ) as content, memoryview(content) as view:
            kinds, end = _scan(view)
        if end != size:
            os.ftruncate(descriptor, end)
        return kinds
    finally:
        os.close(descriptor)


def _scan(view: memoryview) -> Tuple[FrozenSet[int], int]:
    """The kinds of the records before the first damage, and where they end; `read_records` without copies."""
    kinds: Set[int] = set()
    at, size = 0, len(view)
    while at + HEADER.size <= size:
        length, checksum, kind = HEADER.unpack_from(view, at)
        end = at + HEADER.size + length
        if length > MAX_PAYLOAD or end > size or zlib.crc32(view[at + 8 : end]) != checksum:
            break
        kinds.add(kind)
        at = end
    return frozenset(kinds), at


def unpack_series(payload: bytes) -> Tuple[int, List[str]]:
    """The key and the names of a SERIES."""
    (key,) = struct.unpack_from("<Q", payload)
    return key, [str(name) for name in json.loads(payload[8:])]


def unpack_json(payload: bytes) -> Dict[str, Any]:
    """The content of a record whose payload is JSON. Raises JournalDamaged when it is not an object."""
    try:
        content: Optional[Any] = json.loads(payload)
    except ValueError as error:
        raise JournalDamaged("a record is not JSON: %s" % error) from None
    if not isinstance(content, dict):
        raise JournalDamaged("a record is not a JSON object")
    return content
