"""Storage in a local or mounted folder."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from deepforge.core.errors import BadInput, NoSpace, NotFound, Unavailable
from deepforge.core.manifest import is_safe_path

_TEMPORARY = ".deepforge-"


class DirectoryStorage:
    """Keeps each name as a file below a folder, which is made when it is not there."""

    def __init__(self, folder: str | Path) -> None:
        self._folder = Path(folder).expanduser().absolute()

    def put(self, name: str, source: Path) -> None:
        """Keep the bytes of a local file under a name; the same name again replaces them."""
        target = self._path(name)
        with self._speaking():
            target.parent.mkdir(parents=True, exist_ok=True)
            descriptor, temporary = tempfile.mkstemp(dir=target.parent, prefix=_TEMPORARY)
            try:
                with open(descriptor, "wb") as file, source.open("rb") as given:
                    shutil.copyfileobj(given, file, 1024 * 1024)
                    file.flush()
                    os.fsync(file.fileno())
                os.replace(temporary, target)
            finally:
                with suppress(FileNotFoundError):  # it has been renamed
                    os.unlink(temporary)

    def open(self, name: str, offset: int = 0) -> BinaryIO:
        """Read from `offset` on; the caller closes. Raises NotFound."""
        path = self._path(name)
        with self._speaking():
            try:
                file = path.open("rb")
            except (FileNotFoundError, IsADirectoryError):
                raise NotFound(f"{name} is not in {self._folder}") from None
            file.seek(offset)
            return file

    def size(self, name: str) -> int | None:
        """Bytes kept under the name; None when there are none."""
        path = self._path(name)
        with self._speaking():
            return path.stat().st_size if path.is_file() else None

    def delete(self, name: str) -> None:
        """Forget the name; nothing happens when it is not there."""
        path = self._path(name)
        with self._speaking():
            path.unlink(missing_ok=True)

    def names(self, prefix: str = "") -> Iterator[str]:
        """All names that start with the prefix, in no order."""
        with self._speaking():
            for folder, _, files in os.walk(self._folder):
                inside = Path(folder).relative_to(self._folder)
                for file in files:
                    name = (inside / file).as_posix()
                    if name.startswith(prefix) and not file.startswith(_TEMPORARY):
                        yield name

    def _path(self, name: str) -> Path:
        if not is_safe_path(name):
            raise BadInput(f"{name!r} cannot be a name in a storage", "Names are relative paths.")
        return self._folder / name

    @contextmanager
    def _speaking(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
                raise NoSpace(
                    f"the disk of {self._folder} is full", "Free some space and try again."
                ) from error
            said = error.strerror or error
            raise Unavailable(
                f"the storage {self._folder} does not work: {said}", "Look at its rights and its disk."
            ) from error
