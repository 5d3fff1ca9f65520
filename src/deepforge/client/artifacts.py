"""Artifacts and their bytes, over HTTP."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from blake3 import blake3

from deepforge.client.http import Http
from deepforge.core.artifact import (
    ArtifactName,
    ArtifactRequest,
    ArtifactSummary,
    ArtifactTags,
    ArtifactVersion,
    BlobFact,
)
from deepforge.core.errors import BlobDamaged
from deepforge.core.ids import ArtifactId, Digest, ProjectId
from deepforge.core.reference import ReferenceRequest

CHUNK = 1 << 20
PAGE = 1000


class Artifacts:
    """The artifacts of a server."""

    def __init__(self, http: Http) -> None:
        self._http = http

    def listing(
        self, *, project: ProjectId | None = None, name: str | None = None
    ) -> tuple[ArtifactSummary, ...]:
        """All artifacts, or those of a project, or of a name, page by page."""
        found: list[ArtifactSummary] = []
        while True:
            after = found[-1].id if found else None
            page: tuple[ArtifactSummary, ...] = self._http.get(
                "/artifacts",
                tuple[ArtifactSummary, ...],
                project=project,
                name=name,
                limit=PAGE,
                after=after,
            )
            found += page
            if len(page) < PAGE:
                return tuple(found)

    def versions(self, artifact: ArtifactId) -> tuple[ArtifactVersion, ...]:
        """All versions of an artifact. Raises NotFound."""
        return self._http.get(f"/artifacts/{artifact}", tuple[ArtifactVersion, ...])

    def find(self, project: ProjectId, reference: str) -> ArtifactVersion:
        """The version that `name` (the newest) or `name@version` means. Raises NotFound with the nearest
        names.
        """
        return self._http.get("/artifacts/find", ArtifactVersion, project=project, reference=reference)

    def put(self, project: ProjectId, name: str, file: Path, *, type: str, codec: str) -> ArtifactVersion:
        """Upload a file and save it as the next version of an artifact."""
        blob = self.upload(file)
        return self._http.post(
            "/artifacts", ArtifactVersion, ArtifactRequest(project, name, blob.digest, blob.size, type, codec)
        )

    def remove(self, artifact: ArtifactId) -> None:
        """Remove an artifact with all its versions; for a day it can be restored."""
        self._http.delete(f"/artifacts/{artifact}")

    def rename(self, artifact: ArtifactId, name: str) -> ArtifactSummary:
        """Call an artifact otherwise. Raises NotFound, BadInput, Conflict when the name is taken."""
        return self._http.post(f"/artifacts/{artifact}/rename", ArtifactSummary, ArtifactName(name))

    def tag(self, artifact: ArtifactId, tags: Iterable[str]) -> ArtifactSummary:
        """Give an artifact these tags and no others. Raises NotFound, BadInput."""
        return self._http.post(f"/artifacts/{artifact}/tags", ArtifactSummary, ArtifactTags(tuple(tags)))

    def restore(self, project: ProjectId, name: str) -> ArtifactSummary:
        """Bring the artifact back that had this name when it was removed. Raises NotFound."""
        return self._http.post("/artifacts/restore", ArtifactSummary, ArtifactName(name), project=project)

    def refer(self, project: ProjectId, name: str, url: str) -> ArtifactVersion:
        """Make what lies at a URL the next version of an artifact, without copying it. Raises BadInput,
        NotFound, Unavailable.
        """
        return self._http.post("/artifacts/reference", ArtifactVersion, ReferenceRequest(project, name, url))

    def upload(self, file: Path) -> BlobFact:
        """Send the bytes of a file; the server finds their digest."""
        return self._http.put("/blobs/new", _read(file), BlobFact)

    def download(self, digest: Digest, file: Path) -> None:
        """Fetch bytes into a file, which appears only when it is whole. Raises NotFound, BlobDamaged."""
        part = file.with_name(f".{file.name}.{os.getpid()}.part")
        hasher = blake3()
        try:
            with open(part, "wb") as output, self._http.stream(f"/blobs/{digest}") as chunks:
                for chunk in chunks:
                    hasher.update(chunk)
                    output.write(chunk)
            if hasher.hexdigest() != digest:
                raise BlobDamaged(f"What came for {digest[:12]} has another digest.", "Try again.")
            os.replace(part, file)
        finally:
            part.unlink(missing_ok=True)

    def read(self, digest: Digest) -> bytes:
        """Bytes by digest, for those that are small."""
        with self._http.stream(f"/blobs/{digest}") as chunks:
            return b"".join(chunks)


def _read(file: Path) -> Iterator[bytes]:
    with open(file, "rb") as source:
        while chunk := source.read(CHUNK):
            yield chunk
