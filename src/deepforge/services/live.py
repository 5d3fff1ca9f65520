"""Live: what happened on a topic since an event, for who watches."""

from __future__ import annotations

from collections.abc import Iterable

from deepforge.core.user import Caller
from deepforge.services.house import House
from deepforge.store import events
from deepforge.store.events import Event

KEPT = 200_000
"""How many events are kept; who was away for more has to ask for the whole state again."""


def events_after(
    house: House, caller: Caller, topics: Iterable[str], seq: int, limit: int = 1000
) -> tuple[Event, ...]:
    """The first events behind `seq` on any of the topics (`runs`, `run:<id>`), in their order."""
    with house.database.read() as connection:
        return events.after(connection, topics, seq, limit)


def begin(house: House, after: int | None) -> tuple[int, bool]:
    """The number to go on from for who has seen the events up to `after` (None: from now on), and whether
    there is a gap: those behind it are no longer kept, or it is from before a backup was put back.
    """
    last = last_seq(house)
    if after is None or after > last:
        return last, after is not None
    return after, after < first_seq(house) - 1


def last_seq(house: House) -> int:
    """The number of the newest event; 0 before the first."""
    with house.database.read() as connection:
        return events.last(connection)


def first_seq(house: House) -> int:
    """The number of the oldest event that is kept; who saw less than that has missed some."""
    with house.database.read() as connection:
        return events.first(connection)
