"""Artifacts as rows: versions, and which run saved which."""

from __future__ import annotations

from dataclasses import replace

from deepforge.core.artifact import ArtifactSummary, ArtifactVersion, Lineage
from deepforge.core.ids import ArtifactId, Digest, ProjectId, RunId
from deepforge.core.run import RunArtifact
from deepforge.store import artifacts
from deepforge.store.database import Database
from tests.store.seed import AT, Seeded, add_run

DATA, MODEL = ArtifactId("D" * 26), ArtifactId("M" * 26)


def version(seeded: Seeded, artifact: ArtifactId, name: str, number: int) -> ArtifactVersion:
    lineage = Lineage(
        seeded.run, seeded.job, "train", "Train", "model", attributes={"rate": 0.1, "sizes": [1]}
    )
    digest = Digest(f"{number}" * 64)
    return ArtifactVersion(
        artifact, seeded.project, name, number, digest, number, "int", "json", AT, "owner", lineage
    )


def test_versions_are_found_by_name_and_number(database: Database) -> None:
    with database.write() as connection:
        seeded = add_run(connection)
        one, two = version(seeded, DATA, "data", 1), version(seeded, DATA, "data", 2)
        other = version(seeded, MODEL, "model", 1)
        for each in (one, two, other):
            artifacts.add_version(connection, each, seeded.user)
        assert artifacts.find(connection, seeded.project, "data") == two
        assert artifacts.find(connection, seeded.project, "data", 1) == one
        assert artifacts.find(connection, seeded.project, "data", 3) is None
        assert artifacts.find(connection, ProjectId("0" * 26), "data") is None
        assert artifacts.find_id(connection, seeded.project, "model") == MODEL
        assert artifacts.versions(connection, DATA) == [two, one]
        assert artifacts.numbers(connection, seeded.project) == {"data": {1, 2}, "model": {1}}


def test_artifacts_are_listed_by_their_newest_versions(database: Database) -> None:
    with database.write() as connection:
        seeded = add_run(connection)
        for number in (1, 2):
            artifacts.add_version(connection, version(seeded, DATA, "data", number), seeded.user)
        artifacts.add_version(connection, version(seeded, MODEL, "model", 1), seeded.user)
        data = ArtifactSummary(
            DATA, seeded.project, seeded.project, "data", 2, Digest("2" * 64), 2, "int", "json", AT
        )
        model = replace(data, id=MODEL, name="model", versions=1, digest=Digest("1" * 64), size=1)
        assert artifacts.listing(connection) == [data, model]
        assert artifacts.listing(connection, seeded.project, "model") == [model]
        artifacts.remove(connection, DATA)
        assert artifacts.listing(connection) == [model]


def test_a_run_has_saved_each_version_once(database: Database) -> None:
    with database.write() as connection:
        seeded = add_run(connection)
        artifacts.add_version(connection, version(seeded, DATA, "data", 1), seeded.user)
        artifacts.note_saved(connection, seeded.run, [(DATA, 1), (DATA, 1), (DATA, 9), (MODEL, 1)])
        artifacts.note_saved(connection, seeded.run, [(DATA, 1)])
        other = RunId("0" * 26)
        assert artifacts.saved_by(connection, [seeded.run, other]) == {
            seeded.run: [RunArtifact("data", 1, Digest("1" * 64), "int", 1)],
            other: [],
        }
