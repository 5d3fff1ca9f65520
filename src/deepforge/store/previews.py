"""Previews as rows: those that are wanted with what is asked, those that are made with what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Connection, delete, insert, select, update

from deepforge.core.environment import Declared
from deepforge.core.ids import Digest, JobId
from deepforge.core.preview import PreviewAnswer, PreviewAsk, PreviewState
from deepforge.store.tables import artifact_versions, blobs, jobs, previews, runs

WANTED = "wanted"


@dataclass(frozen=True)
class PreviewRecord:
    """A preview, as far as it is."""

    state: PreviewState
    document: dict[str, Any]


@dataclass(frozen=True)
class Origin:
    """The code and the environment of the job that made some data."""

    snapshot: Digest | None = None
    environment: Declared | None = None


def find(connection: Connection, digest: Digest, codec: str) -> PreviewRecord | None:
    """The preview of some data; None when nobody has wanted it yet."""
    row = connection.execute(
        select(previews.c.state, previews.c.document).where(
            previews.c.digest == digest, previews.c.codec == codec
        )
    ).first()
    return PreviewRecord(row.state, row.document or {}) if row else None


def want(connection: Connection, ask: PreviewAsk, at: str) -> None:
    """Note that a preview is wanted, also when there was one."""
    remove(connection, ask.digest, ask.codec)
    row = {"digest": ask.digest, "codec": ask.codec, "state": WANTED, "document": ask, "created": at}
    connection.execute(insert(previews), row)


def answer(connection: Connection, found: PreviewAnswer, at: str) -> bool:
    """Keep what came of a preview that is wanted; False when it is not, or no longer."""
    return bool(
        connection.execute(
            update(previews)
            .where(
                previews.c.digest == found.digest,
                previews.c.codec == found.codec,
                previews.c.state == WANTED,
            )
            .values(state=found.state, document=found.document, created=at)
        ).rowcount
    )


def remove(connection: Connection, digest: Digest, codec: str) -> None:
    """Forget a preview."""
    connection.execute(delete(previews).where(previews.c.digest == digest, previews.c.codec == codec))


def wanted(connection: Connection) -> list[PreviewAsk]:
    """The previews that nobody has made yet, the one that was wanted first at the head."""
    query = (
        select(previews.c.document)
        .where(previews.c.state == WANTED)
        .order_by(previews.c.created, previews.c.digest)
    )
    return [msgspec.convert(document, PreviewAsk) for document in connection.execute(query).scalars()]


def prune(connection: Connection) -> int:
    """Forget the previews of blobs that are no longer known, and say how many those were."""
    known = select(blobs.c.digest)
    return connection.execute(delete(previews).where(previews.c.digest.not_in(known))).rowcount


def origin_of(connection: Connection, digest: Digest, job: JobId | None = None) -> Origin:
    """What is known of the job that made some data: the one that is named, else that of the newest artifact
    with this data.
    """
    if job is None:
        query = select(artifact_versions.c.lineage).where(artifact_versions.c.digest == digest)
        lineages = connection.execute(query.order_by(artifact_versions.c.created.desc())).scalars().all()
        job = next((JobId(lineage["job"]) for lineage in lineages if lineage.get("job")), None)
    if job is None:
        return Origin()
    row = connection.execute(
        select(runs.c.snapshot, jobs.c.spec).join(jobs, jobs.c.run_id == runs.c.id).where(jobs.c.id == job)
    ).first()
    if row is None:
        return Origin()
    declared = row.spec.get("environment")
    return Origin(Digest(row.snapshot), msgspec.convert(declared, Declared) if declared else None)
