"""Differences of texts, and carrying them over to a text that went on."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from deepforge.core.text_changes import (
    MOST_CHANGES,
    Replacement,
    apply,
    carried_over,
    difference,
    unified,
    with_line_ends_of,
)

TEXTS = st.text("ab\nü😀", max_size=24)
CODE = "def f():\n    return 1\n\n\ndef g():\n    return 2\n"


@given(TEXTS, TEXTS)
def test_a_difference_makes_the_new_text_from_the_old_one(old: str, new: str) -> None:
    changes = difference(old, new)
    assert apply(old, changes) == new
    assert all(one.end < other.at for one, other in pairwise(changes))


@given(TEXTS, TEXTS)
def test_what_only_one_side_changed_is_carried_over_whole(base: str, new: str) -> None:
    assert apply(base, carried_over(base, new, base)) == new
    assert apply(new, carried_over(base, base, new)) == new


@given(TEXTS, TEXTS)
def test_what_both_sides_changed_alike_is_not_done_twice(base: str, new: str) -> None:
    assert apply(new, carried_over(base, new, new)) == new


@given(TEXTS, TEXTS, TEXTS)
def test_any_change_can_be_carried_over_to_any_text(base: str, theirs: str, ours: str) -> None:
    changes = carried_over(base, theirs, ours)
    assert all(change.at >= 0 and change.end <= len(ours) for change in changes)
    assert all(one.end <= other.at for one, other in pairwise(changes))


def test_a_difference_is_small() -> None:
    assert difference(CODE, CODE.replace("return 2", "return 3")) == [Replacement(CODE.index("2"), 1, "3")]


def test_changes_of_different_lines_are_both_kept() -> None:
    theirs = CODE.replace("return 1", "return 10")
    ours = CODE.replace("def g", "def h") + "# end\n"
    merged = apply(ours, carried_over(CODE, theirs, ours))
    assert merged == CODE.replace("return 1", "return 10").replace("def g", "def h") + "# end\n"


def test_what_was_put_into_a_line_that_others_took_out_stays() -> None:
    ours = CODE.replace("    return 1\n", "    return 1\n    # mine\n")
    theirs = CODE.replace("    return 1\n", "")
    assert "# mine" in apply(ours, carried_over(CODE, theirs, ours))


LINES = [f"    line {number} of many\n" for number in range(12_000)]
EVERY_SECOND = "".join(
    line if number % 2 else line.replace("line", "lüne") for number, line in enumerate(LINES)
)
EVERY_THIRD = "".join(
    line if number % 3 else line.replace("many", "more") for number, line in enumerate(LINES)
)


def test_many_changes_are_each_found_in_their_line() -> None:
    some = "".join(LINES[:6_000])
    changes = difference(some, EVERY_SECOND[: len(some)])
    assert len(changes) == 3_000
    assert {(change.removed, change.text) for change in changes} == {(1, "ü")}


def test_very_many_changes_are_made_as_fewer() -> None:
    changes = difference("".join(LINES), EVERY_SECOND)
    assert len(changes) <= MOST_CHANGES
    assert apply("".join(LINES), changes) == EVERY_SECOND


def test_many_changes_are_carried_over_to_many_others() -> None:
    some = slice(0, sum(map(len, LINES[:6_000])))
    base, theirs, ours = "".join(LINES)[some], EVERY_SECOND[some], EVERY_THIRD[some]
    merged = apply(ours, carried_over(base, theirs, ours))
    assert merged.count("lüne") == 3_000
    assert merged.count("more") == 2_000


def test_long_texts_of_repeated_lines_do_not_take_long() -> None:
    old = "\n" * 20_000 + "x\n" + "y = 1\n\n" * 5_000
    new = old.replace("x\n", "z\n") + "end\n"
    assert apply(old, difference(old, new)) == new


@given(st.text("ab\n", max_size=30), st.text("ab\n", max_size=30), st.sampled_from(["\r\n", "\r", "\n"]))
def test_line_ends_of_a_file_are_kept(old: str, new: str, end: str) -> None:
    written = old.replace("\n", end)
    assert with_line_ends_of(written, old) == written
    assert unified(with_line_ends_of(written, new)) == new


def test_new_lines_end_as_most_lines_of_the_file_do() -> None:
    assert with_line_ends_of("a\r\nb\r\nc\n", "a\nx\nb\nc\n") == "a\r\nx\r\nb\r\nc\n"
