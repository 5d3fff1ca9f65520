"""References: artifacts whose bytes stay where they lie, checked whenever they are used."""

from __future__ import annotations

import socket
from ipaddress import ip_address
from typing import Any, BinaryIO
from urllib.parse import urlsplit

from deepforge.core.artifact import REFERENCE, ArtifactVersion, Lineage, plain_name
from deepforge.core.errors import BadInput
from deepforge.core.ids import Digest, ProjectId
from deepforge.core.reference import (
    LARGEST,
    Reference,
    check_url,
    decode_reference,
    encode_reference,
    split_url,
)
from deepforge.core.registry import load_adapter
from deepforge.core.run import OutputFact
from deepforge.core.upload import kind_of
from deepforge.core.user import Caller
from deepforge.services import versions
from deepforge.services.house import House
from deepforge.services.projects import known_project

_CLOUD_SECRETS = frozenset({"100.100.100.200", "192.0.0.192", "fd00:ec2::254"})
"""Where clouds tell a machine its secrets, besides the link-local addresses."""


def add(house: House, caller: Caller, project: ProjectId, name: str, url: str) -> ArtifactVersion:
    """Make what lies at a URL the next version of an artifact.

    Raises BadInput for an unusable name or URL, NotFound when nothing lies there, Unavailable when its
    storage does not answer, AdapterMissing.
    """
    plain_name(name)
    _, file = split_url(url)
    found = _storage(house, url).facts(file)
    kind, codec = kind_of(file.partition("?")[0])
    data = encode_reference(Reference(url, found.size, found.mark, kind, codec))
    digest = house.blobs.put_bytes(data, durable=True)
    fact = OutputFact(name, digest, found.size, kind, REFERENCE)
    with house.writing() as ledger:
        known_project(ledger.connection, project)
        version, is_new = versions.save(
            ledger.connection, project, caller.user, name, fact, Lineage(), ledger.at
        )
        ledger.hold_blobs(project, versions.owner_of(version), {digest: len(data)})
        if is_new:
            ledger.tell("artifacts", project, "version", {"name": name, "version": version.version})
    with house.database.read() as connection:
        return versions.find(connection, project, f"{name}@{version.version}")


def read(house: House, digest: Digest) -> Reference:
    """What a reference says. Raises BlobDamaged, Damaged, TooLarge."""
    return decode_reference(house.blobs.read(digest, LARGEST))


def open(house: House, digest: Digest, offset: int = 0) -> BinaryIO:
    """Read what a reference means from `offset` on; the caller closes.

    Raises Conflict when it has changed since, NotFound, Unavailable, and BadInput for a URL that nothing may
    refer to: the bytes may be anybody's.
    """
    reference = read(house, digest)
    _, file = split_url(reference.url)
    storage = _storage(house, reference.url)
    reference.check(storage.facts(file))
    found: BinaryIO = storage.open(file, offset)
    return found


def _storage(house: House, url: str) -> Any:
    """The storage of a URL that may be referred to. Raises BadInput, AdapterMissing."""
    _check(house, url)
    adapter = load_adapter("storage", "fsspec")
    return adapter(split_url(url)[0], check_hop=lambda target: _check_hop(house, target))


def _check(house: House, url: str) -> None:
    check_url(url, house.settings.file_references)
    _refuse_secrets(url)


def _check_hop(house: House, url: str) -> None:
    """Raise BadInput for an address that a web server leads to and that could not be referred to itself."""
    scheme = urlsplit(url).scheme.lower()
    if scheme not in ("http", "https"):
        raise BadInput(
            f"The address leads on to {scheme}://, where it is not followed.",
            "Refer to an address that gives the data itself.",
        )
    _check(house, url)


def _refuse_secrets(url: str) -> None:
    """Raise BadInput for a host that tells this machine's own secrets to whoever asks from it."""
    parts = urlsplit(url)
    if parts.scheme.lower() not in ("http", "https", "ftp", "sftp") or not parts.hostname:
        return
    try:
        found = {str(entry[4][0]).partition("%")[0] for entry in socket.getaddrinfo(parts.hostname, None)}
    except (OSError, UnicodeError):
        return  # the storage says it in its own words
    if any(address in _CLOUD_SECRETS or _is_link_local(address) for address in found):
        raise BadInput(
            f"Nothing at {parts.hostname} can be referred to.",
            "It is an address of this machine's cloud, not of data: upload the file.",
        )


def _is_link_local(address: str) -> bool:
    found = ip_address(address)
    mapped = getattr(found, "ipv4_mapped", None)
    return found.is_link_local or (mapped is not None and mapped.is_link_local)
