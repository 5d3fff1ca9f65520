"""Fractional indexes: texts that sort, with room for another one between any two."""

from __future__ import annotations

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
"""In the order in which Python and JavaScript compare letters. No index ends with the first of them, so that
something fits in front of it."""


def between(low: str | None, high: str | None) -> str:
    """An index behind `low` and before `high`; None: the beginning, or the end, of all.

    Raises ValueError when `low` is not before `high`.
    """
    if low is not None and high is not None and low >= high:
        raise ValueError(f"nothing lies between {low!r} and {high!r}")
    index = ""
    below, above = low or "", high
    while True:
        place = len(index)
        least = _digit(below, place, 0)
        most = _digit(above, place, len(DIGITS)) if above is not None else len(DIGITS)
        if most - least > 1:
            return index + DIGITS[(least + most) // 2]
        index += DIGITS[least]
        if most > least:
            above = None  # whatever follows is before `high` already


def spread(count: int) -> list[str]:
    """So many indexes in their order, evenly apart."""
    width = 1
    while len(DIGITS) ** width <= count + 1:
        width += 1
    step = len(DIGITS) ** width // (count + 1)
    return [_written(step * (place + 1), width) for place in range(count)]


def _digit(index: str, place: int, default: int) -> int:
    if place >= len(index):
        return default
    return max(DIGITS.find(index[place]), 0)


def _written(number: int, width: int) -> str:
    letters = ""
    for _ in range(width):
        number, digit = divmod(number, len(DIGITS))
        letters = DIGITS[digit] + letters
    return letters.rstrip(DIGITS[0])
