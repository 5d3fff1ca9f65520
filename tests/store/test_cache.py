"""The cache as rows: one answer for a key in a project."""

from __future__ import annotations

from dataclasses import replace

from deepforge.core.ids import ArtifactId, Digest, ProjectId
from deepforge.core.run import OutputFact
from deepforge.store import cache, runs
from deepforge.store.cache import CacheEntry
from deepforge.store.database import Database
from tests.store.seed import AT, add_job, add_run

KEY = Digest("k" * 64)
OUTPUT = OutputFact("model", Digest("d" * 64), 3, "int", "json")


def test_what_was_entered_last_answers(database: Database) -> None:
    with database.write() as connection:
        seeded = add_run(connection)
        other = add_job(connection, seeded.user, seeded.project, seeded.run, "other")
        saved = ((ArtifactId("A" * 26), 2),)
        entry = CacheEntry(seeded.project, KEY, seeded.job, seeded.run, (OUTPUT,), saved)
        newer = replace(entry, job=other, outputs=())
        cache.put(connection, [entry], AT)
        assert cache.find(connection, seeded.project, KEY) == entry
        cache.put(connection, [newer], AT)
        assert cache.find(connection, seeded.project, KEY) == newer
        assert cache.find(connection, ProjectId("0" * 26), KEY) is None
        cache.remove(connection, seeded.project, KEY)
        assert cache.find(connection, seeded.project, KEY) is None


def test_an_entry_goes_with_the_run_that_made_it(database: Database) -> None:
    with database.write() as connection:
        seeded = add_run(connection)
        cache.put(connection, [CacheEntry(seeded.project, KEY, seeded.job, seeded.run, ())], AT)
        runs.remove(connection, seeded.run)
        assert cache.find(connection, seeded.project, KEY) is None
