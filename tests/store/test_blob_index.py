"""The index of blobs: who uses what, who may see what, and what may be collected."""

from __future__ import annotations

from deepforge.core.ids import Digest, ProjectId
from deepforge.store import blob_index
from deepforge.store.database import Database

ONE, TWO, THREE = (Digest(letter * 64) for letter in "123")
HERE, THERE = ProjectId("H" * 26), ProjectId("T" * 26)


def test_a_blob_is_recorded_once_with_its_size(database: Database) -> None:
    with database.write() as connection:
        blob_index.record(connection, ONE, 10)
        blob_index.record_all(connection, {ONE: 10, TWO: 20})
        blob_index.record_all(connection, {})
    with database.read() as connection:
        assert [blob_index.size_of(connection, digest) for digest in (ONE, TWO, THREE)] == [10, 20, None]


def test_a_blob_is_unused_until_somebody_uses_it_and_after_the_last_one_releases_it(
    database: Database,
) -> None:
    with database.write() as connection:
        blob_index.record_all(connection, {ONE: 1, TWO: 2})
        assert blob_index.unused(connection) == [ONE, TWO]
        blob_index.use(connection, ONE, HERE, "run:1")
        blob_index.use(connection, ONE, HERE, "run:1")
        blob_index.use_all(connection, [ONE, ONE, TWO], HERE, "run:2")
        assert blob_index.unused(connection) == []
        assert blob_index.all_used(connection) == {ONE, TWO}
        assert blob_index.used_by(connection, "run:2") == (ONE, TWO)
        blob_index.release(connection, "run:2")
        assert blob_index.unused(connection) == [TWO]
        blob_index.release(connection, "run:1")
        assert blob_index.unused(connection) == [ONE, TWO]


def test_only_those_whose_project_uses_a_blob_may_see_it(database: Database) -> None:
    with database.write() as connection:
        blob_index.record_all(connection, {ONE: 1, TWO: 2})
        blob_index.use(connection, ONE, HERE, "run:1")
    with database.read() as connection:
        seen = {
            (digest, projects): blob_index.may_see(connection, digest, projects)
            for digest in (ONE, TWO, THREE)
            for projects in (None, (HERE,), (THERE,), (HERE, THERE), ())
        }
    assert {question for question, answer in seen.items() if answer} == {
        (ONE, None),
        (ONE, (HERE,)),
        (ONE, (HERE, THERE)),
    }


def test_only_blobs_that_nobody_uses_can_be_forgotten(database: Database) -> None:
    with database.write() as connection:
        blob_index.record_all(connection, {ONE: 1, TWO: 2})
        blob_index.use(connection, ONE, HERE, "run:1")
        assert blob_index.forget(connection, [ONE, TWO, THREE]) == [TWO]
        assert [blob_index.size_of(connection, digest) for digest in (ONE, TWO)] == [1, None]
