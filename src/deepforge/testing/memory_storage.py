"""A storage in memory, for tests of what stands on one."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from deepforge.core.errors import BadInput, NotFound
from deepforge.core.manifest import is_safe_path


class MemoryStorage:
    """Keeps each name in `content`, where a test may look at it and damage it."""

    def __init__(self) -> None:
        self.content: dict[str, bytes] = {}

    def put(self, name: str, source: Path) -> None:
        """Keep the bytes of a local file under a name; the same name again replaces them."""
        self.content[_checked(name)] = source.read_bytes()

    def open(self, name: str, offset: int = 0) -> BinaryIO:
        """Read from `offset` on; the caller closes. Raises NotFound."""
        if _checked(name) not in self.content:
            raise NotFound(f"{name} is not in the memory")
        file = io.BytesIO(self.content[name])
        file.seek(offset)
        return file

    def size(self, name: str) -> int | None:
        """Bytes kept under the name; None when there are none."""
        return len(self.content[name]) if _checked(name) in self.content else None

    def delete(self, name: str) -> None:
        """Forget the name; nothing happens when it is not there."""
        self.content.pop(_checked(name), None)

    def names(self, prefix: str = "") -> Iterator[str]:
        """All names that start with the prefix, in no order."""
        return iter([name for name in self.content if name.startswith(prefix)])


def _checked(name: str) -> str:
    if not is_safe_path(name):
        raise BadInput(f"{name!r} cannot be a name in a storage", "Names are relative paths.")
    return name
