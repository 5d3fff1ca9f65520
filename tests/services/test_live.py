"""Where somebody goes on who follows what happens."""

from __future__ import annotations

from deepforge.services import live
from deepforge.services.house import House
from deepforge.store import events


def test_who_goes_on_hears_of_a_gap_and_of_none_else(house: House) -> None:
    for number in range(3):
        with house.writing() as ledger:
            ledger.tell("runs", None, "run", {"number": number})
    last = live.last_seq(house)
    assert live.begin(house, None) == (last, False)
    assert live.begin(house, last) == (last, False)
    assert live.begin(house, last - 1) == (last - 1, False)
    with house.database.write() as connection:
        events.prune(connection, 1)
    assert live.begin(house, 0) == (0, True)


def test_who_has_seen_more_than_there_is_begins_anew(house: House) -> None:
    last = live.last_seq(house)
    assert live.begin(house, last + 1_000_000) == (last, True)
