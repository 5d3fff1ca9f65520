"""Runs as rows: pages in every order, without gaps and repetitions."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, insert

from deepforge.core.ids import Digest, ProjectId, RunId, UserId
from deepforge.core.job import new_run
from deepforge.core.run import RunFilter
from deepforge.store import run_lines, runs, users
from deepforge.store.database import Database, fresh_id
from deepforge.store.run_lines import Column
from deepforge.store.runs import RunRecord
from deepforge.store.tables import blob_uses, blobs, last_values
from tests.store.seed import AT, add_run


def record(project: ProjectId, author: UserId, **changes: object) -> RunRecord:
    made = RunRecord(
        RunId(fresh_id()), project, author, "train", {"cache": True}, {}, Digest("s" * 64), None, None, AT
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def test_a_run_is_found_as_it_was_recorded(database: Database) -> None:
    with database.write() as connection:
        seeded = add_run(connection)
        added = record(seeded.project, seeded.user, commit="c" * 40, idempotency_key="k")
        runs.add(connection, added)
        expected = replace(added, project_name=seeded.project, author="owner")
        assert runs.find(connection, added.id) == expected
        assert runs.find_by_key(connection, seeded.user, "k") == expected
        assert runs.find_by_key(connection, UserId("0" * 26), "k") is None
        assert runs.find(connection, RunId("0" * 26)) is None


def test_a_run_is_moved_on(database: Database) -> None:
    with database.write() as connection:
        seeded = add_run(connection)
        added = record(seeded.project, seeded.user)
        runs.add(connection, added)
        assert runs.active(connection) == [seeded.run, added.id]
        moved = replace(new_run(added.id, []), state="failed", canceling=True, started=AT, ended=AT)
        runs.move(connection, moved)
        found = runs.find(connection, added.id)
        assert found is not None
        assert (found.state, found.canceling, found.started, found.ended) == ("failed", True, AT, AT)
        assert runs.active(connection) == [seeded.run]


def test_earlier_runs_are_those_of_the_same_pipeline(database: Database) -> None:
    with database.write() as connection:
        seeded = add_run(connection)
        made = [record(seeded.project, seeded.user, pipeline=name) for name in ("a", "b", "a", "a", "a")]
        for each in made:
            runs.add(connection, each)
        ids = [each.id for each in made]
        assert runs.earlier(connection, seeded.project, "a", ids[4], 2) == [ids[3], ids[2]]
        assert runs.earlier(connection, seeded.project, "a", ids[2], 9) == [ids[0]]


@pytest.mark.parametrize("column", ["created", "started", "ended", "duration", "state", "pipeline"])
@pytest.mark.parametrize("descending", [False, True])
def test_pages_in_every_order_have_every_run_once(
    database: Database, column: Column, descending: bool
) -> None:
    with database.write() as connection:
        seeded = add_run(connection)
        runs.remove(connection, seeded.run)
        for number in range(7):
            started = None if number in (2, 5) else f"2026-01-0{1 + number // 2}"
            ended = started and f"2026-01-0{3 + number // 2}"
            state = "failed" if number % 2 else "success"
            made = record(
                seeded.project,
                seeded.user,
                started=started,
                ended=ended,
                state=state,
                pipeline=f"p{number // 3}",
            )
            runs.add(connection, made)
        whole = run_lines.page(connection, RunFilter(), column, descending, 100, None)
        pages, after = [], None
        while page := run_lines.page(connection, RunFilter(), column, descending, 2, after):
            pages += page
            after = page[-1].id
        assert pages == whole
        assert len({line.id for line in whole}) == 7
        if column == "started":
            assert [line.started for line in whole[-2:]] == [None, None]
            assert whole[-2].id > whole[-1].id, "of equal ones the newest comes first"
        assert run_lines.count(connection, RunFilter()) == 7
        assert run_lines.page(connection, RunFilter(seeded.project), column, descending, 100, None) == whole


@pytest.mark.parametrize("descending", [False, True])
def test_pages_in_the_order_of_a_metric_have_every_run_once(database: Database, descending: bool) -> None:
    with database.write() as connection:
        seeded = add_run(connection)
        for value in (0.5, 0.1, 0.5, None, 0.9, 0.1):
            made = record(seeded.project, seeded.user)
            runs.add(connection, made)
            row = {"run_id": made.id, "name": "loss", "project_id": seeded.project, "job_id": seeded.job}
            connection.execute(insert(last_values), {**row, "x": 0.0, "value": value})
        whole = run_lines.page_by_metric(connection, RunFilter(seeded.project), "loss", descending, 100, None)
        pages, after = [], None
        wanted = RunFilter(pipeline="train", states=("pending", "running"))
        while page := run_lines.page_by_metric(connection, wanted, "loss", descending, 2, after):
            pages += page
            after = page[-1].id
        assert pages == whole
        assert len({line.id for line in whole}) == 7
        assert {whole[-1].id, whole[-2].id} >= {seeded.run}, "those without a number come last"


def test_runs_are_found_by_what_is_known_of_them(database: Database) -> None:
    with database.write() as connection:
        seeded = add_run(connection)
        ada = users.create(connection, "Ada L.").id
        best = record(seeded.project, ada, pipeline="digits_big", tags=("best", "v 1"), state="success")
        worse = record(seeded.project, seeded.user, pipeline="digits", tags=("best ever", 'so "so"'))
        for each in (best, worse):
            runs.add(connection, each)

        def found(**wanted: object) -> list[RunId]:
            chosen = RunFilter(**wanted)  # type: ignore[arg-type]
            lines = run_lines.page(connection, chosen, "created", False, 100, None)
            by_metric = run_lines.page_by_metric(connection, chosen, "loss", True, 100, None)
            assert {line.id for line in by_metric} == {line.id for line in lines}
            assert run_lines.count(connection, chosen) == len(lines)
            return [line.id for line in lines]

        assert found(states=("success", "running")) == [seeded.run, best.id]
        assert found(author="Ada L.") == found(text="ada") == found(pipeline="digits_big") == [best.id]
        assert found(author="nobody") == found(text="digits nobody") == found(tag="ever") == []
        assert found(tag="best") == found(tag="v 1") == [best.id]
        assert found(tag='so "so"') == [worse.id]
        hour = timedelta(hours=1)
        now = datetime.now(UTC)
        assert found(since=now - hour) == found(until=now + hour) == [seeded.run, best.id, worse.id]
        assert found(since=now + hour) == found(until=now - hour) == []
        assert found(text="DIGITS") == found(text="best") == [best.id, worse.id]
        assert found(text="digits_big v") == found(text="s_b") == [best.id]
        assert found(text="100%") == []
        assert found(text=best.id.lower()) == [best.id]
        assert found(text=worse.id[-6:]) == [worse.id]


def test_runs_are_looked_for_in_any_letters_and_in_each_tag(database: Database) -> None:
    with database.write() as connection:
        seeded = add_run(connection)
        one = record(seeded.project, seeded.user, pipeline="Übung", tags=("Größe", "best"))
        for each in (one, record(seeded.project, seeded.user, pipeline="plain")):
            runs.add(connection, each)

        def found(**wanted: str) -> list[RunId]:
            page = run_lines.page(connection, RunFilter(**wanted), "created", True, 9, None)  # type: ignore[arg-type]
            return [line.id for line in page]

        for text in ("übung", "ÜBUNG", "größe", "BEST"):
            assert found(text=text) == [one.id]
        assert found(tag="best") == [one.id]
        for wanted in ({"text": "["}, {"text": '"'}, {"tag": "Best"}, {"tag": "bes"}):
            assert found(**wanted) == []


def test_a_run_is_hidden_and_brought_back(database: Database) -> None:
    with database.write() as connection:
        seeded = add_run(connection)
        other = record(seeded.project, seeded.user, idempotency_key="k")
        runs.add(connection, other)
        runs.tag(connection, other.id, ["kept"])
        runs.hide(connection, other.id, AT)
        assert runs.find(connection, other.id) is None
        hidden = runs.find(connection, other.id, removed=True)
        assert hidden is not None
        assert (hidden.removed, hidden.tags) == (AT, ("kept",))
        newest = run_lines.newest_of(connection, seeded.project)
        assert newest is not None
        assert (newest.id, run_lines.lines(connection, [other.id])) == (seeded.run, [])
        assert runs.earlier(connection, seeded.project, "train", RunId("7" * 26), 9) == [seeded.run]
        assert runs.find_by_key(connection, seeded.user, "k") == hidden, "a key is not given away"
        assert (run_lines.count(connection, RunFilter()), runs.hidden_before(connection, AT)) == (1, [])
        removed = run_lines.page(connection, RunFilter(removed=True), "created", True, 9, None)
        assert [line.id for line in removed] == runs.hidden_before(connection, "9") == [other.id]
        runs.hide(connection, other.id, None)
        assert runs.find(connection, other.id) == replace(hidden, removed=None)


def test_runs_are_listed_by_who_started_them(database: Database) -> None:
    with database.write() as connection:
        seeded = add_run(connection)
        users.create(connection, "nobody")
        zoe, ada = users.create(connection, "zoe").id, users.create(connection, "ada").id
        made = [record(seeded.project, author) for author in (zoe, ada, zoe, ada)]
        for each in made:
            runs.add(connection, each)

        def listed(descending: bool) -> list[RunId]:
            found, after = [], None
            while page := run_lines.page(connection, RunFilter(), "author", descending, 2, after):
                found += [line.id for line in page]
                after = found[-1]
            return [run for run in found if run != seeded.run]

        assert listed(descending=False) == [made[place].id for place in (3, 1, 2, 0)]
        assert listed(descending=True) == [made[place].id for place in (2, 0, 3, 1)]


@pytest.mark.parametrize("sort", ["created", "started", "ended", "duration", "author", "metric"])
@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("in_project", [False, True])
def test_no_order_of_a_list_sorts_all_runs(
    sqlite_database: Database, sort: str, descending: bool, in_project: bool
) -> None:
    asked: list[tuple[str, tuple[str, ...]]] = []
    with sqlite_database.write() as connection:
        users.create(connection, "ada")
    with sqlite_database.read() as connection:
        event.listen(connection, "before_cursor_execute", lambda *facts: asked.append(facts[2:4]))
        wanted = RunFilter(project=ProjectId("p") if in_project else None)
        if sort == "metric":
            run_lines.page_by_metric(connection, wanted, "loss", descending, 50, None)
        else:
            run_lines.page(connection, wanted, sort, descending, 50, None)  # type: ignore[arg-type]
        queries = [(query, values) for query, values in asked if query.startswith("SELECT")]
        steps = [
            row[-1]
            for query, values in queries
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", values).all()
        ]
    assert [step for step in steps if step == "USE TEMP B-TREE FOR ORDER BY"] == []


def test_the_newest_run_of_each_pipeline_is_found_behind_any_number_of_others(database: Database) -> None:
    with database.write() as connection:
        seeded = add_run(connection)
        rare = record(seeded.project, seeded.user, pipeline="a rare one")
        busy = [record(seeded.project, seeded.user, pipeline="busy") for _ in range(1500)]
        hidden = record(seeded.project, seeded.user, pipeline="busy")
        only_hidden = record(seeded.project, seeded.user, pipeline="hidden")
        for made in (rare, *busy, hidden, only_hidden):
            runs.add(connection, made)
        runs.hide(connection, hidden.id, AT)
        runs.hide(connection, only_hidden.id, AT)
        elsewhere = add_run(connection)
        found = run_lines.newest_of_pipelines(connection, seeded.project)
        expected = [("busy", busy[-1].id), ("a rare one", rare.id), ("train", seeded.run)]
        assert [(line.pipeline, line.id) for line in found] == expected
        assert run_lines.newest_of_pipelines(connection, ProjectId("0" * 26)) == []
        (other,) = run_lines.newest_of_pipelines(connection, elsewhere.project)
        assert other.id == elsewhere.run


def test_the_newest_runs_of_pipelines_are_looked_up_in_an_index(sqlite_database: Database) -> None:
    asked: list[tuple[str, tuple[str, ...]]] = []
    with sqlite_database.read() as connection:
        event.listen(connection, "before_cursor_execute", lambda *facts: asked.append(facts[2:4]))
        run_lines.newest_of_pipelines(connection, ProjectId("p"))
        query, values = asked[-1]
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", values).all()
    of_runs = [row[-1] for row in plan if "runs" in row[-1]]
    by_name = "SEARCH runs USING INDEX ix_runs_project_id_pipeline_id (project_id=?"
    assert sum(step.startswith(by_name) for step in of_runs) == 3
    assert [step for step in of_runs if not step.startswith("SEARCH runs USING ")] == []


def test_a_run_that_is_removed_takes_everything_with_it_but_blobs(database: Database) -> None:
    with database.write() as connection:
        seeded = add_run(connection)
        connection.execute(insert(blobs), {"digest": "s" * 64, "size": 1, "created": AT})
        kept = record(seeded.project, seeded.user)
        runs.add(connection, kept)
        for owner in (f"snapshot:{'s' * 64}", f"snapshot:{'t' * 64}", "run:x"):
            connection.execute(
                insert(blob_uses), {"digest": "s" * 64, "project_id": seeded.project, "owner": owner}
            )
        runs.remove(connection, seeded.run)
        assert runs.find(connection, seeded.run) is None
        assert runs.unused_snapshots(connection) == [f"snapshot:{'t' * 64}"]
        assert runs.unused_snapshots(connection, [f"snapshot:{one * 64}" for one in "stu"]) == [
            f"snapshot:{'t' * 64}"
        ]
        assert runs.unused_snapshots(connection, []) == []


def test_looking_for_unused_snapshots_does_not_go_through_the_runs_again_for_each(
    sqlite_database: Database,
) -> None:
    asked: list[tuple[str, tuple[str, ...]]] = []
    with sqlite_database.read() as connection:
        event.listen(connection, "before_cursor_execute", lambda *facts: asked.append(facts[2:4]))
        runs.unused_snapshots(connection)
        query, values = next(one for one in asked if "blob_uses" in one[0])
        steps = [row[-1] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", values)]
    assert (steps != [], [step for step in steps if "CORRELATED" in step]) == (True, [])
