"""Storage anywhere that fsspec reaches: `s3://bucket/folder`, `gs://…`, `az://…`, `sftp://…` and many more.

Who may enter is found as the tools of each place find it, such as in AWS_ACCESS_KEY_ID,
AWS_SECRET_ACCESS_KEY and AWS_ENDPOINT_URL or in ~/.aws; nothing of that is kept by DeepForge.
"""

from __future__ import annotations

import asyncio
import errno
import io
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import urljoin, urlsplit

import fsspec
from fsspec.core import url_to_fs

from deepforge.core.errors import AdapterMissing, BadInput, DeepForgeError, NoSpace, NotFound, Unavailable
from deepforge.core.manifest import is_safe_path
from deepforge.core.reference import RemoteFact

_OBJECT_STORES = frozenset({"s3", "s3a", "gs", "gcs", "az", "abfs", "abfss", "oss", "oci", "obs", "memory"})
"""Where what is being uploaded cannot be seen before it is whole."""

_MARKS = (
    "ETag",
    "etag",
    "md5Hash",
    "Content-MD5",
    "Digest",
    "LastModified",
    "Last-Modified",
    "last_modified",
    "mtime",
)
"""What storages call that by which a content is known again, the surest first."""

MOST_HOPS = 5
"""How often a web server may lead from one address to another."""

_TEMPORARY = ".deepforge-"
_STRETCH = 8 * 1024 * 1024


class FsspecStorage:
    """Keeps each name as a file or an object below a URL. `options` go to the file system as they are.

    `check_hop` is asked for each address that a web server leads on to; what it raises is raised.
    """

    def __init__(self, url: str, *, check_hop: Callable[[str], None] | None = None, **options: Any) -> None:
        try:
            if check_hop is not None and urlsplit(url).scheme.lower() in ("http", "https"):
                options |= _checking(check_hop)
            self._files, root = url_to_fs(url, skip_instance_cache=True, use_listings_cache=False, **options)
        except (ImportError, ValueError) as error:
            protocol = fsspec.utils.get_protocol(url)
            raise AdapterMissing(
                f"storage at {protocol}:// cannot be used: {error}",
                "For S3 install it with: pip install 'deepforge[s3]'. For others see the list of fsspec.",
            ) from error
        self._url = url
        self._root = root.rstrip("/")
        protocols = (
            {self._files.protocol} if isinstance(self._files.protocol, str) else set(self._files.protocol)
        )
        self._uploads_whole = bool(protocols & _OBJECT_STORES)

    def put(self, name: str, source: Path) -> None:
        """Keep the bytes of a local file under a name; the same name again replaces them."""
        path = self._path(name)
        with self._speaking(name, putting=True):
            if self._uploads_whole:
                self._files.put_file(str(source), path)
                return
            parent = path.rpartition("/")[0]
            self._files.makedirs(parent, exist_ok=True)
            temporary = f"{parent}/{_TEMPORARY}{uuid.uuid4().hex}"
            try:
                self._files.put_file(str(source), temporary)
                self._files.mv(temporary, path)
            finally:
                if self._files.exists(temporary):
                    self._files.rm_file(temporary)

    def open(self, name: str, offset: int = 0) -> BinaryIO:
        """Read from `offset` on; the caller closes. Raises NotFound."""
        path = self._path(name)
        with self._speaking(name):
            size = self._files.info(path)["size"]
            file = self._files.open(path, "rb", block_size=_STRETCH, cache_type="readahead", size=size)
        raw = _Reader(self, name, file)
        raw.seek(offset)
        return io.BufferedReader(raw, 1024 * 1024)

    def size(self, name: str) -> int | None:
        """Bytes kept under the name; None when there are none."""
        path = self._path(name)
        try:
            with self._speaking(name):
                facts = self._files.info(path)
        except NotFound:
            return None
        return int(facts["size"]) if facts["type"] == "file" else None

    def facts(self, name: str) -> RemoteFact:
        """The size of what is kept under a name, and the mark that its storage knows it by. Raises NotFound,
        and Unavailable when the storage does not tell how large it is.
        """
        path = self._path(name)
        with self._speaking(name):
            found = self._files.info(path)
            if found.get("type") == "directory":
                raise NotFound(f"{name} is a folder of {self._url}")
            if found.get("size") is None:
                raise Unavailable(
                    f"{self._url} does not tell how large {name} is", "Upload the file instead."
                )
        for word in _MARKS:
            if found.get(word):
                return RemoteFact(int(found["size"]), f"{word.lower()}:{found[word]}")
        return RemoteFact(int(found["size"]))

    def delete(self, name: str) -> None:
        """Forget the name; nothing happens when it is not there."""
        path = self._path(name)
        try:
            with self._speaking(name):
                self._files.rm_file(path)
        except NotFound:
            return

    def names(self, prefix: str = "") -> Iterator[str]:
        """All names that start with the prefix, in no order."""
        folder = prefix.rpartition("/")[0]
        with self._speaking(prefix):
            found = self._files.find(f"{self._root}/{folder}" if folder else self._root)
        for path in found:
            name = path[len(self._root) + 1 :]
            if name.startswith(prefix) and not name.rpartition("/")[2].startswith(_TEMPORARY):
                yield name

    def _path(self, name: str) -> str:
        if not is_safe_path(name):
            raise BadInput(f"{name!r} cannot be a name in a storage", "Names are relative paths.")
        return f"{self._root}/{name}"

    @contextmanager
    def _speaking(self, name: str, *, putting: bool = False) -> Iterator[None]:
        """Turns whatever a file system raises into our errors; each has a tree of its own."""
        try:
            yield
        except DeepForgeError:
            raise
        except FileNotFoundError as error:
            if isinstance(error.__cause__, DeepForgeError):
                raise error.__cause__ from None
            if type(error.__cause__).__name__ == "TooManyRedirects":
                raise Unavailable(
                    f"{self._url}/{name} leads to another address more than {MOST_HOPS} times",
                    "Write the address to which it leads in the end.",
                ) from error
            if putting:  # the bucket is not there
                raise self._unavailable(error) from error
            raise NotFound(f"{name} is not in {self._url}") from error
        except Exception as error:
            if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise NoSpace(f"the storage {self._url} is full", "Free some space and try again.") from error
            raise self._unavailable(error) from error

    def _unavailable(self, error: Exception) -> Unavailable:
        said = " ".join(str(error).split()) or type(error).__name__
        return Unavailable(
            f"the storage {self._url} does not answer as it should: {said}",
            "Look at the URL, at what proves who you are (for S3 the AWS_… variables), and at the network.",
        )


def _checking(check: Callable[[str], None]) -> dict[str, Any]:
    """What has fsspec's web client ask before it follows a server to another address."""
    import aiohttp

    async def ask(_session: Any, _context: Any, hop: aiohttp.TraceRequestRedirectParams) -> None:
        target = hop.response.headers.get("Location") or hop.response.headers.get("URI")
        if target is None:
            return
        try:
            await asyncio.to_thread(check, urljoin(str(hop.response.url), target))
        except DeepForgeError:
            hop.response.close()
            raise

    async def client(**options: Any) -> aiohttp.ClientSession:
        trace = aiohttp.TraceConfig()
        trace.on_request_redirect.append(ask)
        return aiohttp.ClientSession(trace_configs=[trace], **options)

    return {"get_client": client, "max_redirects": MOST_HOPS + 1}


class _Reader(io.RawIOBase):
    """A remote file, with our errors."""

    def __init__(self, storage: FsspecStorage, name: str, file: Any) -> None:
        super().__init__()
        self._storage = storage
        self._name = name
        self._file = file

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        return int(self._file.seek(offset, whence))

    def tell(self) -> int:
        return int(self._file.tell())

    def readinto(self, buffer: Any) -> int:
        with self._storage._speaking(self._name):
            data = self._file.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._file.close()
        super().close()
