"""References: data that stays where it lies, known again by its size and by the mark its storage gave it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from urllib.parse import urlsplit

from deepforge.core.errors import BadInput, Conflict, Damaged
from deepforge.core.ids import ProjectId

SCHEMES = frozenset(
    {
        "s3",
        "s3a",
        "gs",
        "gcs",
        "az",
        "abfs",
        "abfss",
        "adl",
        "oss",
        "oci",
        "hf",
        "http",
        "https",
        "ftp",
        "sftp",
    }
)
"""The places that an artifact may refer to."""

LARGEST = 1 << 16
"""Bytes of a reference."""

FILE = "file"
"""The scheme of this machine's own files, which only a setting allows."""


@dataclass(frozen=True)
class RemoteFact:
    """What a storage says of a file: how large it is, and a mark that changes with its content, if it has
    one.
    """

    size: int
    mark: str = ""


@dataclass(frozen=True)
class Reference:
    """Where data lies, what it was when somebody referred to it, and how it is read."""

    url: str
    size: int
    mark: str
    type: str
    codec: str

    def check(self, found: RemoteFact) -> None:
        """Raise Conflict when the data is no longer what was referred to."""
        if (found.size, found.mark) != (self.size, self.mark):
            raise Conflict(
                f"The content of {self.url} has changed since it became an artifact.",
                "Import it again: that makes a new version of the artifact.",
            )


@dataclass(frozen=True)
class ReferenceRequest:
    """What is asked: make what lies at this URL the next version of an artifact, without copying it."""

    project: ProjectId
    name: str
    url: str


def encode_reference(reference: Reference) -> bytes:
    """The bytes of a reference; the same one gives the same bytes."""
    return json.dumps({"reference": asdict(reference)}, sort_keys=True).encode()


def decode_reference(data: bytes) -> Reference:
    """The reference in these bytes. Raises Damaged when they are none."""
    try:
        content = json.loads(data)["reference"]
        return Reference(
            str(content["url"]),
            int(content["size"]),
            str(content["mark"]),
            str(content["type"]),
            str(content["codec"]),
        )
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Damaged(f"this is not a reference: {error}") from None


def check_url(url: str, allow_files: bool) -> None:
    """Raise BadInput for a URL that no artifact may refer to, or that carries a password."""
    parts = urlsplit(url)
    scheme = parts.scheme.lower()
    if "::" in url or not url.isprintable() or len(url) > 2000 or not parts.path.strip("/"):
        raise BadInput(f"{url!r} names no file.", "Write a URL such as s3://bucket/folder/data.npy.")
    if parts.password or parts.username:
        raise BadInput(
            "The URL holds who may enter.",
            "Leave that out: it is found where the tools of the storage find it, such as AWS_… variables.",
        )
    if scheme == FILE and not allow_files:
        raise BadInput(
            "Files of the server's own machine cannot be referred to.",
            "Upload the file; or let who runs the server set file_references = true in config.toml.",
        )
    if scheme != FILE and scheme not in SCHEMES:
        raise BadInput(
            f"Nothing can be referred to at {scheme or 'a path'}://.",
            f"These work: {', '.join(sorted(SCHEMES))}.",
        )


def split_url(url: str) -> tuple[str, str]:
    """The folder of a URL, and the name in it."""
    folder, _, name = url.rpartition("/")
    return folder, name
