"""Fractional indexes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepforge.core.order import DIGITS, between, spread


@given(st.lists(st.integers(0, 1 << 30), max_size=200))
def test_there_is_always_room_between_two_indexes(places: list[int]) -> None:
    order = spread(3)
    for place in places:
        at = place % (len(order) + 1)
        low = order[at - 1] if at else None
        high = order[at] if at < len(order) else None
        made = between(low, high)
        assert not made.endswith(DIGITS[0])
        order.insert(at, made)
    assert order == sorted(set(order))


@pytest.mark.parametrize("count", [0, 1, 61, 62, 5000])
def test_a_spread_is_sorted_without_repetition(count: int) -> None:
    found = spread(count)
    assert len(found) == count
    assert found == sorted(set(found))


def test_nothing_lies_between_two_that_are_not_in_order() -> None:
    with pytest.raises(ValueError, match="nothing lies between"):
        between("b", "a")


def test_indexes_stay_short_when_items_come_one_after_the_other() -> None:
    last: str | None = None
    for _ in range(200):
        last = between(last, None)
    assert last is not None
    assert len(last) < 50
