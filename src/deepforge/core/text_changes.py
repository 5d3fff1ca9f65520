"""Differences of texts: as few and small replacements as can be found, and applied to a text that went on."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import accumulate, islice

MOST_LINES = 250_000
MOST_LETTERS = 100_000
"""Pairs of lines, and of letters, up to which the smallest difference is looked for between two pieces."""
MOST_LETTERS_IN_ALL = 1_000_000
"""The same for the letters of all pieces together; the rest is replaced
piece by piece."""
MOST_CHANGES = 5_000
"""More replacements than these are made fewer, each with what lies between."""
_LINE_END = re.compile(r"\r\n?|\n")


@dataclass(frozen=True)
class Replacement:
    """At an offset in letters, so many are taken out and some put in."""

    at: int
    removed: int
    text: str

    @property
    def end(self) -> int:
        """The offset behind what is taken out."""
        return self.at + self.removed


def difference(old: str, new: str) -> list[Replacement]:
    """What turns the old text into the new one, by rising offset in the old one; no two touch the same
    letter.
    """
    before = old.rfind("\n", 0, _shared(old, new)) + 1
    after = _shared(old[before:][::-1], new[before:][::-1])
    line = old.find("\n", len(old) - after) + 1
    after = len(old) - line if after and line else 0
    middle_old, middle_new = old[before : len(old) - after], new[before : len(new) - after]
    changes = list(_joined(_by_lines(middle_old, middle_new, before)))
    together = -(-len(changes) // MOST_CHANGES)
    return changes if together <= 1 else [_across(old, batch) for batch in _batches(changes, together)]


def apply(text: str, changes: list[Replacement]) -> str:
    """The text with all replacements made."""
    for change in reversed(changes):
        text = text[: change.at] + change.text + text[change.end :]
    return text


def carried_over(base: str, theirs: str, ours: str) -> list[Replacement]:
    """What changed from `base` to `theirs`, as replacements in `ours`, which comes from `base` as well.

    What both changed in the same way is done already; where one took out what the other changed, the rest
    goes and what was put in stays.
    """
    mine = difference(base, ours)
    done, course = set(mine), _Course(mine)
    found: list[Replacement] = []
    for change in difference(base, theirs):
        if change not in done:
            found += course.carry(change)
    return list(_joined(iter(found)))


def unified(text: str) -> str:
    """The text with every line ended by a line feed, as editors in browsers keep it."""
    return _LINE_END.sub("\n", text)


def with_line_ends_of(written: str, text: str) -> str:
    """A text of line feeds, with the line ends that `written` has; new lines end as most there do."""
    if "\r" not in written:
        return text
    ends = _LINE_END.findall(written)
    usual = max(sorted(set(ends)), key=ends.count)
    old, new = unified(written).split("\n"), text.split("\n")
    made = [usual] * (len(new) - 1)
    for tag, i, _, j, stop in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        for place in range(j, stop):
            if tag == "equal" and place < len(made) and i + place - j < len(ends):
                made[place] = ends[i + place - j]
    return "".join(line + end for line, end in zip(new, [*made, ""], strict=True))


def _shared(one: str, other: str) -> int:
    """How many letters two texts have in common at their beginning."""
    least, most = 0, min(len(one), len(other))
    while least < most:
        middle = (least + most + 1) // 2
        if one[least:middle] == other[least:middle]:
            least = middle
        else:
            most = middle - 1
    return least


def _by_lines(old: str, new: str, offset: int) -> Iterator[Replacement]:
    one, two = old.splitlines(keepends=True), new.splitlines(keepends=True)
    places = [0]
    for line in one:
        places.append(places[-1] + len(line))
    left = MOST_LETTERS_IN_ALL
    for i, i_end, j, j_end in _changed(one, two):
        taken, put = old[places[i] : places[i_end]], "".join(two[j:j_end])
        start = _shared(taken, put)
        end = _shared(taken[start:][::-1], put[start:][::-1])
        taken, put = taken[start : len(taken) - end], put[start : len(put) - end]
        pairs = len(taken) * len(put)
        if pairs > min(MOST_LETTERS, left):
            yield Replacement(offset + places[i] + start, len(taken), put)
        else:
            left -= pairs
            yield from _by_letters(taken, put, offset + places[i] + start)


def _changed(one: list[str], two: list[str]) -> Iterator[tuple[int, int, int, int]]:
    """Which lines differ, as ranges of both.

    Lines that each text has once, in the same order, hold the two together (Cohen's patience difference);
    only what lies between them is searched for the longest common pieces.
    """
    i, j = 0, 0
    for stop_i, stop_j in [*_anchors(one, two), (len(one), len(two))]:
        yield from _changed_between(one, two, (i, stop_i), (j, stop_j))
        i, j = stop_i + 1, stop_j + 1


def _anchors(one: list[str], two: list[str]) -> list[tuple[int, int]]:
    """Where the longest rising sequence of lines stands that both texts have exactly once."""
    counted_one, counted_two = Counter(one), Counter(two)
    place = {line: j for j, line in enumerate(two) if counted_two[line] == 1}
    pairs = [(i, place[line]) for i, line in enumerate(one) if counted_one[line] == 1 and line in place]
    ends: list[int] = []
    """The least last place of a rising sequence of each length."""
    last: list[int] = []
    before: list[int] = []
    for number, (_, j) in enumerate(pairs):
        length = bisect_left(ends, j)
        before.append(last[length - 1] if length else -1)
        ends[length : length + 1] = [j]
        last[length : length + 1] = [number]
    found = []
    at = last[-1] if last else -1
    while at >= 0:
        found.append(pairs[at])
        at = before[at]
    return found[::-1]


def _changed_between(
    one: list[str], two: list[str], lines: tuple[int, int], others: tuple[int, int]
) -> Iterator[tuple[int, int, int, int]]:
    (i, i_end), (j, j_end) = lines, others
    while i < i_end and j < j_end and one[i] == two[j]:
        i, j = i + 1, j + 1
    while i < i_end and j < j_end and one[i_end - 1] == two[j_end - 1]:
        i_end, j_end = i_end - 1, j_end - 1
    if (i_end - i) * (j_end - j) > MOST_LINES or i == i_end or j == j_end:
        if i < i_end or j < j_end:
            yield i, i_end, j, j_end
        return
    matcher = SequenceMatcher(None, one[i:i_end], two[j:j_end], autojunk=False)
    for tag, start, stop, other, other_stop in matcher.get_opcodes():
        if tag != "equal":
            yield i + start, i + stop, j + other, j + other_stop


def _by_letters(old: str, new: str, offset: int) -> Iterator[Replacement]:
    for tag, i, i_end, j, j_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            yield Replacement(offset + i, i_end - i, new[j:j_end])


def _batches(changes: list[Replacement], size: int) -> Iterator[list[Replacement]]:
    return (changes[start : start + size] for start in range(0, len(changes), size))


def _across(old: str, changes: list[Replacement]) -> Replacement:
    """One replacement that does what several do."""
    put, at = "", changes[0].at
    for change in changes:
        put += old[at : change.at] + change.text
        at = change.end
    return Replacement(changes[0].at, at - changes[0].at, put)


def _joined(changes: Iterator[Replacement]) -> Iterator[Replacement]:
    """Neighbours as one."""
    waiting: Replacement | None = None
    for change in changes:
        if waiting is None:
            waiting = change
        elif change.at == waiting.end:
            removed, text = waiting.removed + change.removed, waiting.text + change.text
            waiting = Replacement(waiting.at, removed, text)
        else:
            yield waiting
            waiting = change
    if waiting is not None:
        yield waiting


class _Course:
    """Changes that have been made in a text: which of them a place meets, and where it is afterwards."""

    def __init__(self, made: list[Replacement]) -> None:
        self._made = made
        self._ends = [change.end for change in made]
        self._shifts = [0, *accumulate(len(change.text) - change.removed for change in made)]

    def carry(self, change: Replacement) -> Iterator[Replacement]:
        """One more change of the same text, in the offsets that hold afterwards."""
        pieces = [(change.at, change.end)]
        for other in self._met(change):
            start, end = pieces[-1]
            if other.end < start or other.at >= end:
                continue
            pieces[-1:] = [(start, max(start, other.at)), (min(max(other.end, start), end), end)]
        put = change.text
        for start, end in pieces:
            if end > start or put:
                yield Replacement(self._moved(start), end - start, put)
                put = ""

    def _met(self, change: Replacement) -> Iterator[Replacement]:
        for other in islice(self._made, bisect_left(self._ends, change.at), None):
            if other.at >= change.end:
                return
            yield other

    def _moved(self, place: int) -> int:
        before = bisect_right(self._ends, place)
        moved = place + self._shifts[before]
        if before < len(self._made) and (around := self._made[before]).at < place:
            moved += len(around.text) - (place - around.at)
        return moved
