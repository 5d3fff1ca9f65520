"""Artifacts as rows: versions, and which run saved which."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from deepforge.core.artifact import ArtifactFilter, ArtifactSummary, ArtifactVersion, Facet, Lineage
from deepforge.core.ids import ArtifactId, Digest, ProjectId
from deepforge.core.run import RunArtifact
from deepforge.store import artifact_lines, artifacts, blob_index
from deepforge.store.database import Database
from tests.store.seed import AT, Seeded, add_run

EVERYTHING = ArtifactFilter()
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
        assert artifacts.version_of(connection, DATA) == two
        assert artifacts.version_of(connection, DATA, 1) == one
        assert artifacts.version_of(connection, DATA, 3) is None
        numbers = artifacts.numbers(connection, seeded.project)
        assert {name: list(found) for name, found in numbers.items()} == {"data": [1, 2], "model": [1]}


def test_artifacts_are_listed_by_their_newest_versions(database: Database) -> None:
    with database.write() as connection:
        seeded = add_run(connection)
        for number in (1, 2):
            artifacts.add_version(connection, version(seeded, DATA, "data", number), seeded.user)
        artifacts.add_version(connection, version(seeded, MODEL, "model", 1), seeded.user)
        data = ArtifactSummary(
            DATA, seeded.project, seeded.project, "data", 2, Digest("2" * 64), 2, "int", "json", AT, newest=2
        )
        model = replace(data, id=MODEL, name="model", versions=1, digest=Digest("1" * 64), size=1, newest=1)
        assert artifact_lines.page(connection, ArtifactFilter()) == [data, model]
        assert artifact_lines.page(connection, ArtifactFilter(seeded.project, "model")) == [model]
        artifacts.remove(connection, DATA)
        assert artifact_lines.page(connection, ArtifactFilter()) == [model]


def listed(connection: Connection, wanted: ArtifactFilter = EVERYTHING, **how: Any) -> list[str]:
    return [line.name for line in artifact_lines.page(connection, wanted, **how)]


def test_artifacts_are_filtered_sorted_and_paged(database: Database) -> None:
    with database.write() as connection:
        seeded = add_run(connection)
        for number, (name, type) in enumerate((("b", "int"), ("A", "list"), ("c_1", "int"), ("cX1", "int"))):
            artifact = ArtifactId(f"{number}" * 26)
            made = replace(version(seeded, artifact, name, 1), size=10 - number, type=type)
            artifacts.add_version(connection, made, seeded.user)
        artifacts.tag(connection, ArtifactId("0" * 26), ["über", 'quo"te', "50%"])
        assert listed(connection) == ["A", "b", "c_1", "cX1"]
        assert listed(connection, column="size") == ["cX1", "c_1", "A", "b"]
        assert listed(connection, column="size", descending=True, limit=2) == ["b", "A"]
        second = ArtifactId("1" * 26)
        assert listed(connection, column="size", descending=True, after=second) == ["c_1", "cX1"]
        assert listed(connection, column="versions", after=second) == ["c_1", "cX1"]
        assert listed(connection, after=ArtifactId("9" * 26)) == []
        assert listed(connection, ArtifactFilter(q="C_")) == ["c_1"]
        assert listed(connection, ArtifactFilter(type="list")) == ["A"]
        for tag in ("über", 'quo"te', "50%"):
            assert listed(connection, ArtifactFilter(tag=tag)) == ["b"]
        assert listed(connection, ArtifactFilter(tag="50")) == []
        assert listed(connection, ArtifactFilter(q="0%")) == ["b"]
        found = artifact_lines.facets(connection, seeded.project)
        assert found.types == (Facet("int", 3), Facet("list", 1))
        assert [facet.value for facet in found.tags] == ["50%", 'quo"te', "über"]


def test_artifacts_are_looked_for_in_any_letters_and_in_each_tag(database: Database) -> None:
    with database.write() as connection:
        seeded = add_run(connection)
        for number, name in enumerate(("Über-modell", "plain")):
            artifact = ArtifactId(f"{number}" * 26)
            artifacts.add_version(connection, version(seeded, artifact, name, 1), seeded.user)
        artifacts.tag(connection, ArtifactId("1" * 26), ["Größe", "best", "a\\b"])
        for looked_for in ("über", "ÜBER", "Modell"):
            assert listed(connection, ArtifactFilter(q=looked_for)) == ["Über-modell"]
        for looked_for in ("GRÖSSE".replace("SS", "ß"), "BEST", "a\\b"):
            assert listed(connection, ArtifactFilter(q=looked_for)) == ["plain"]
        for looked_for in ("[", '"', ",", "best,"):
            assert listed(connection, ArtifactFilter(q=looked_for)) == []
        assert listed(connection, ArtifactFilter(tag="best")) == ["plain"]
        for tag in ("Best", "bes", "größe"):
            assert listed(connection, ArtifactFilter(tag=tag)) == []


def test_a_list_goes_on_behind_an_artifact_that_was_removed_meanwhile(database: Database) -> None:
    with database.write() as connection:
        seeded = add_run(connection)
        for number, name in enumerate("abc"):
            artifact = ArtifactId(f"{number}" * 26)
            artifacts.add_version(connection, version(seeded, artifact, name, 1), seeded.user)
        artifacts.hide(connection, ArtifactId("1" * 26), AT)
        assert listed(connection, after=ArtifactId("1" * 26)) == ["c"]


def test_a_removed_artifact_is_nowhere_and_gives_its_name_to_a_new_one(database: Database) -> None:
    with database.write() as connection:
        seeded = add_run(connection)
        artifacts.add_version(connection, version(seeded, DATA, "data", 1), seeded.user)
        artifacts.note_saved(connection, seeded.run, [(DATA, 1)])
        artifacts.hide(connection, DATA, AT)
        assert listed(connection) == []
        assert artifacts.find(connection, seeded.project, "data") is None
        assert artifacts.find(connection, seeded.project, "data", 1) is None
        assert artifacts.numbers(connection, seeded.project) == {}
        assert artifacts.saved_by(connection, [seeded.run]) == {seeded.run: []}
        assert artifacts.removed_named(connection, seeded.project, "data") == DATA
        artifacts.add_version(connection, version(seeded, MODEL, "data", 1), seeded.user)
        assert artifacts.find_id(connection, seeded.project, "data") == MODEL
        known = artifacts.record(connection, DATA)
        assert known == artifacts.ArtifactRecord(DATA, seeded.project, f"data~{DATA}", (), AT)
        assert artifacts.removed_before(connection, AT) == []
        assert artifacts.removed_before(connection, AT.replace("2026", "2027")) == [DATA]


def test_whoever_keeps_the_bytes_without_having_saved_them_took_them(database: Database) -> None:
    with database.write() as connection:
        seeded = add_run(connection)
        other = add_run(connection, seeded.project)
        made = version(seeded, DATA, "data", 1)
        artifacts.add_version(connection, made, seeded.user)
        artifacts.note_saved(connection, seeded.run, [(DATA, 1)])
        blob_index.record(connection, made.digest, 1)
        for owner in (f"run:{seeded.run}", f"run:{other.run}", "artifact:x:1"):
            blob_index.use(connection, made.digest, seeded.project, owner)
        assert artifact_lines.count_users(connection, [DATA, MODEL]) == {DATA: 1, MODEL: 0}


def test_a_run_has_saved_each_version_once(database: Database) -> None:
    with database.write() as connection:
        seeded = add_run(connection)
        artifacts.add_version(connection, version(seeded, DATA, "data", 1), seeded.user)
        artifacts.note_saved(connection, seeded.run, [(DATA, 1), (DATA, 1), (DATA, 9), (MODEL, 1)])
        artifacts.note_saved(connection, seeded.run, [(DATA, 1)])
        other = add_run(connection, seeded.project).run
        artifacts.note_saved(connection, other, [(DATA, 1)])
        assert artifacts.saved_by(connection, [seeded.run, other]) == {
            seeded.run: [RunArtifact("data", 1, Digest("1" * 64), "int", 1)],
            other: [RunArtifact("data", 1, Digest("1" * 64), "int", 1, made=False)],
        }
