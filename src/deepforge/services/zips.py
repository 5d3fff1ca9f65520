"""ZIP files, made while they are read: they never lie on the disk or in memory as a whole."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

_STRETCH = 1 << 20
_FIRST, _LAST = (1980, 1, 1, 0, 0, 0), (2107, 12, 31, 23, 59, 58)  # ZIP knows no other times
_LARGE = 1 << 30  # what is smaller may grow meanwhile without needing the larger form


@dataclass(frozen=True)
class Member:
    """One file of an archive. It is opened when its turn comes; one that is gone by then is left out."""

    path: str
    size: int
    open: Callable[[], BinaryIO]
    executable: bool = False
    at: tuple[int, int, int, int, int, int] = _FIRST


def zipped(members: Iterable[Member], *, packed: bool = False) -> Iterator[bytes]:
    """The bytes of a ZIP file; `packed`: with less of them, for more work."""
    out = _Outlet()
    kind = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    with zipfile.ZipFile(out, "w", kind, allowZip64=True) as archive:
        for member in members:
            try:
                source = member.open()
            except FileNotFoundError:
                continue
            facts = zipfile.ZipInfo(member.path, date_time=min(max(member.at, _FIRST), _LAST))
            facts.compress_type = kind
            facts.external_attr = (0o755 if member.executable else 0o644) << 16
            with source, archive.open(facts, "w", force_zip64=member.size >= _LARGE) as target:
                while chunk := source.read(_STRETCH):
                    target.write(chunk)
                    if out.size >= _STRETCH:
                        yield out.take()
    yield out.take()


class _Outlet(io.RawIOBase):
    """What was written since it was last taken; it cannot be gone back in."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[bytes] = []
        self.size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self._parts.append(bytes(data))
        self.size += len(data)
        return len(data)

    def take(self) -> bytes:
        parts, self._parts, self.size = self._parts, [], 0
        return b"".join(parts)
