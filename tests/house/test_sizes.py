"""A file is a noun: half of them under 150 lines, none over 600."""

from __future__ import annotations

from statistics import median

from tests.house.places import ROOT, modules, shown

LONGEST = 600
MEDIAN = 150

EXCEPTIONS: dict[str, int] = {}
"""Files that may be longer, with their length. The list only shrinks: whoever shortens a file lowers its
number.
"""


def lines_of_modules() -> dict[str, int]:
    return {shown(file): len(file.read_text(encoding="utf-8").splitlines()) for file in modules()}


def test_no_module_is_longer_than_600_lines() -> None:
    long = {name: lines for name, lines in lines_of_modules().items() if lines > LONGEST}
    assert {name: lines for name, lines in long.items() if lines > EXCEPTIONS.get(name, LONGEST)} == {}


def test_the_list_of_exceptions_only_shrinks() -> None:
    now = lines_of_modules()
    loose = {name: lines for name, lines in EXCEPTIONS.items() if now.get(name, 0) < lines}
    assert loose == {}, "lower these numbers to the file's length, or take the file off the list"


def test_half_of_the_modules_have_less_than_150_lines() -> None:
    assert median(lines_of_modules().values()) < MEDIAN


def test_no_test_file_is_longer_than_600_lines() -> None:
    files = sorted((ROOT / "tests").rglob("*.py"))
    long = {shown(file) for file in files if len(file.read_text(encoding="utf-8").splitlines()) > LONGEST}
    assert long == set()
