"""References: artifacts whose bytes stay where they lie, checked whenever they are used."""

from __future__ import annotations

from typing import Any, BinaryIO

from deepforge.core.artifact import REFERENCE, ArtifactVersion, Lineage, plain_name
from deepforge.core.errors import NotFound
from deepforge.core.ids import Digest, ProjectId
from deepforge.core.reference import Reference, check_url, decode_reference, encode_reference, split_url
from deepforge.core.registry import load_adapter
from deepforge.core.run import OutputFact
from deepforge.core.upload import kind_of
from deepforge.core.user import Caller
from deepforge.services import versions
from deepforge.services.house import House
from deepforge.store import projects


def add(house: House, caller: Caller, project: ProjectId, name: str, url: str) -> ArtifactVersion:
    """Make what lies at a URL the next version of an artifact.

    Raises BadInput for an unusable name or URL, NotFound when nothing lies there, Unavailable when its
    storage does not answer, AdapterMissing.
    """
    plain_name(name)
    check_url(url, house.settings.file_references)
    folder, file = split_url(url)
    found = _storage(folder).facts(file)
    kind, codec = kind_of(file.partition("?")[0])
    data = encode_reference(Reference(url, found.size, found.mark, kind, codec))
    digest = house.blobs.put_bytes(data, durable=True)
    fact = OutputFact(name, digest, found.size, kind, REFERENCE)
    with house.writing() as ledger:
        if projects.find(ledger.connection, project) is None:
            raise NotFound(f"There is no project {project}.", "List the projects at /api/v1/projects.")
        version, is_new = versions.save(
            ledger.connection, project, caller.user, name, fact, Lineage(), ledger.at
        )
        ledger.hold_blobs(project, versions.owner_of(version), {digest: len(data)})
        if is_new:
            ledger.tell("artifacts", project, "version", {"name": name, "version": version.version})
    with house.database.read() as connection:
        return versions.find(connection, project, f"{name}@{version.version}")


def read(house: House, digest: Digest) -> Reference:
    """What a reference says. Raises BlobDamaged, Damaged."""
    return decode_reference(house.blobs.read(digest))


def open(house: House, digest: Digest, offset: int = 0) -> BinaryIO:
    """Read what a reference means from `offset` on; the caller closes.

    Raises Conflict when it has changed since, NotFound, Unavailable.
    """
    reference = read(house, digest)
    folder, file = split_url(reference.url)
    storage = _storage(folder)
    reference.check(storage.facts(file))
    found: BinaryIO = storage.open(file, offset)
    return found


def _storage(folder: str) -> Any:
    return load_adapter("storage", "fsspec")(folder)
