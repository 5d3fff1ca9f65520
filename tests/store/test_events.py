"""Events: one order for all, and no gap for who comes back."""

from __future__ import annotations

from deepforge.core.ids import ProjectId
from deepforge.store import events
from deepforge.store.database import Database
from deepforge.store.events import NewEvent

PROJECT = ProjectId("P" * 26)


def test_events_come_in_the_order_they_happened_with_all_that_was_said(database: Database) -> None:
    with database.write() as connection:
        events.emit(connection, "run:1", PROJECT, "job", {"state": "running"})
        events.emit(connection, "runs", None, "run", {})
    with database.read() as connection:
        found = events.after(connection, ["run:1", "runs"], 0)
        assert events.first(connection) == found[0].seq
        assert events.last(connection) == found[1].seq
    assert [(one.topic, one.project, one.kind, one.data) for one in found] == [
        ("run:1", PROJECT, "job", {"state": "running"}),
        ("runs", None, "run", {}),
    ]
    assert found[0].seq < found[1].seq
    assert found[0].at[-1] == "Z"


def test_who_comes_back_gets_what_happened_since_on_the_topics_it_watches(database: Database) -> None:
    with database.write() as connection:
        events.emit_all(
            connection, [NewEvent(f"run:{number % 2}", None, str(number), {}) for number in range(6)]
        )
        events.emit_all(connection, [])
    with database.read() as connection:
        seen = events.after(connection, ["run:1"], 0, limit=1)
        assert [one.kind for one in seen] == ["1"]
        assert [one.kind for one in events.after(connection, ["run:1"], seen[-1].seq)] == ["3", "5"]
        assert [one.kind for one in events.after(connection, ["run:0", "run:1"], seen[-1].seq)] == [
            "2",
            "3",
            "4",
            "5",
        ]
        assert events.after(connection, [], 0) == ()
        assert events.after(connection, ["run:2"], 0) == ()


def test_before_anything_happened_the_newest_is_zero(database: Database) -> None:
    with database.read() as connection:
        assert (events.first(connection), events.last(connection)) == (0, 0)


def test_what_was_rolled_back_never_happened(database: Database) -> None:
    class Stop(Exception):
        pass

    try:
        with database.write() as connection:
            events.emit(connection, "runs", None, "run", {})
            raise Stop
    except Stop:
        pass
    with database.read() as connection:
        assert events.after(connection, ["runs"], 0) == ()


def test_old_events_are_pruned_and_numbers_are_never_used_again(database: Database) -> None:
    with database.write() as connection:
        events.emit_all(connection, [NewEvent("runs", None, str(number), {}) for number in range(10)])
        newest = events.last(connection)
        assert events.prune(connection, keep=3) == 7
        assert [one.kind for one in events.after(connection, ["runs"], 0)] == ["7", "8", "9"]
        assert events.first(connection) == newest - 2
        assert events.prune(connection, keep=0) == 2
        assert events.last(connection) == newest
    with database.write() as connection:
        events.emit(connection, "runs", None, "next", {})
        assert events.last(connection) > newest
