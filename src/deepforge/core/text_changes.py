"""Differences of texts: as few and small replacements as can be found, and applied to a text that went on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

MOST_LINES = 4_000_000
MOST_LETTERS = 100_000
"""Pairs of lines, and of letters, up to which the smallest difference is looked for."""
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
    return list(_joined(_by_lines(middle_old, middle_new, before)))


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
    done = set(mine)
    found: list[Replacement] = []
    for change in difference(base, theirs):
        if change not in done:
            found += _carry(change, mine)
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
    if not old or not new or "\n" not in old + new:
        yield from _by_letters(old, new, offset)
        return
    one, two = old.splitlines(keepends=True), new.splitlines(keepends=True)
    places = [0]
    for line in one:
        places.append(places[-1] + len(line))
    matcher = SequenceMatcher(None, one, two, autojunk=len(one) * len(two) > MOST_LINES)
    for tag, i, i_end, j, j_end in matcher.get_opcodes():
        if tag != "equal":
            piece = old[places[i] : places[i_end]]
            yield from _by_letters(piece, "".join(two[j:j_end]), offset + places[i])


def _by_letters(old: str, new: str, offset: int) -> Iterator[Replacement]:
    if not old or not new or len(old) * len(new) > MOST_LETTERS:
        if old or new:
            yield Replacement(offset, len(old), new)
        return
    for tag, i, i_end, j, j_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            yield Replacement(offset + i, i_end - i, new[j:j_end])


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


def _carry(change: Replacement, mine: list[Replacement]) -> Iterator[Replacement]:
    """One change in the offsets of a text in which other changes have been made."""
    pieces = [(change.at, change.end)]
    for other in mine:
        start, end = pieces[-1]
        if other.end < start or other.at >= end:
            continue
        pieces[-1:] = [(start, max(start, other.at)), (min(max(other.end, start), end), end)]
    put = change.text
    for start, end in pieces:
        if end > start or put:
            yield Replacement(_moved(start, mine), end - start, put)
            put = ""


def _moved(place: int, mine: list[Replacement]) -> int:
    """Where a place is once other changes have been made."""
    moved = place
    for other in mine:
        if other.end <= place:
            moved += len(other.text) - other.removed
        elif other.at < place:
            moved += len(other.text) - (place - other.at)
    return moved
