"""Which blobs there are, and who uses each: a blob that nobody uses may be collected."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import Connection, bindparam, delete, exists, literal, select, text, true

from deepforge.core.ids import Digest, ProjectId
from deepforge.store.database import now
from deepforge.store.tables import blob_uses, blobs

_RECORD = text(
    "INSERT INTO blobs (digest, size, created) VALUES (:digest, :size, :created)"
    " ON CONFLICT (digest) DO NOTHING"
)
_USE = text(
    "INSERT INTO blob_uses (digest, project_id, owner) VALUES (:digest, :project, :owner)"
    " ON CONFLICT (digest, project_id, owner) DO NOTHING"
)
_RELEASE = delete(blob_uses).where(blob_uses.c.owner == bindparam("of_owner"))
_SIZE = select(blobs.c.size).where(blobs.c.digest == bindparam("wanted"))


def record(connection: Connection, digest: Digest, size: int) -> None:
    """Enter a blob; again does nothing."""
    record_all(connection, {digest: size})


def record_all(connection: Connection, sizes: dict[Digest, int], at: str | None = None) -> None:
    """Enter blobs by digest with their sizes in bytes; those that are there stay as they are.

    `at`: the database's clock, when it was read already.
    """
    if sizes:
        at = at or now(connection)
        rows = [{"digest": digest, "size": size, "created": at} for digest, size in sizes.items()]
        connection.execute(_RECORD, rows)


def use(connection: Connection, digest: Digest, project: ProjectId, owner: str) -> None:
    """Say that `owner` (such as `run:<id>`) of a project uses a recorded blob; again does nothing."""
    use_all(connection, [digest], project, owner)


def use_all(connection: Connection, digests: Iterable[Digest], project: ProjectId, owner: str) -> None:
    """Say that `owner` of a project uses these recorded blobs."""
    rows = [{"digest": digest, "project": project, "owner": owner} for digest in dict.fromkeys(digests)]
    if rows:
        connection.execute(_USE, rows)


def release(connection: Connection, owner: str) -> None:
    """Say that `owner` uses nothing any more."""
    connection.execute(_RELEASE, {"of_owner": owner})


def size_of(connection: Connection, digest: Digest) -> int | None:
    """Bytes of a recorded blob; None when it is not recorded."""
    found = connection.execute(_SIZE, {"wanted": digest}).scalar_one_or_none()
    return int(found) if found is not None else None


def used_by(connection: Connection, owner: str) -> tuple[Digest, ...]:
    """The blobs that `owner` uses, sorted."""
    query = select(blob_uses.c.digest).where(blob_uses.c.owner == owner).order_by(blob_uses.c.digest)
    return tuple(Digest(digest) for digest in connection.execute(query).scalars())


def unused(connection: Connection) -> list[Digest]:
    """The recorded blobs that nobody uses, sorted."""
    used = exists().where(blob_uses.c.digest == blobs.c.digest)
    query = select(blobs.c.digest).where(~used).order_by(blobs.c.digest)
    return [Digest(digest) for digest in connection.execute(query).scalars()]


def forget(connection: Connection, digests: Collection[Digest]) -> list[Digest]:
    """Strike out those of the blobs that nobody uses, and say which.

    Their bytes may go once this is committed.
    """
    forgotten = []
    for digest in digests:
        used = exists().where(blob_uses.c.digest == literal(digest))
        if connection.execute(delete(blobs).where(blobs.c.digest == digest, ~used)).rowcount:
            forgotten.append(digest)
    return forgotten


def may_see(connection: Connection, digest: Digest, projects: Collection[ProjectId] | None) -> bool:
    """Whether something in one of these projects (None: in any) uses the blob.

    Knowing a digest gives no right to the bytes, nor to learn whether they are here.
    """
    among = true() if projects is None else blob_uses.c.project_id.in_(list(projects))
    query = select(exists().where(blob_uses.c.digest == digest, among))
    return bool(connection.execute(query).scalar_one())


def used_among(connection: Connection, digests: Collection[Digest]) -> set[Digest]:
    """Those of some hundred blobs that somebody uses."""
    query = select(blob_uses.c.digest).where(blob_uses.c.digest.in_(list(digests))).distinct()
    return {Digest(digest) for digest in connection.execute(query).scalars()}


def all_used(connection: Connection) -> set[Digest]:
    """Every blob somebody uses."""
    return {Digest(digest) for digest in connection.execute(select(blob_uses.c.digest).distinct()).scalars()}
