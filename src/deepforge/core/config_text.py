"""The text of config.toml by its lines: which of them can be read, and the text with the others set aside."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass

SET_ASIDE = "# This line could not be read:"
OPENING = ("[", '"""', "'''")
"""What a value of several lines begins with."""
LONGEST = 200
"""Lines of such a value."""


@dataclass(frozen=True)
class UnreadableLine:
    """A line that is no TOML, or not where it stands; the first of the file is 1."""

    number: int
    text: str
    reason: str


def unreadable_lines(text: str) -> tuple[UnreadableLine, ...]:
    """The lines without which the rest can be read, in their order; none when the whole can be.

    Of two lines that give the same key, the second.
    """
    if _complaint(text) is None:
        return ()
    lines = _lines(text)
    kept = ""
    found: list[UnreadableLine] = []
    at = 0
    while at < len(lines):
        many = _statement(kept, lines[at:])
        if many:
            kept += "\n".join(lines[at : at + many]) + "\n"
        else:
            found.append(UnreadableLine(at + 1, _legible(lines[at]), _complaint(kept + lines[at]) or ""))
        at += many or 1
    return tuple(found)


def set_aside(text: str) -> str:
    """The text with each line that cannot be read turned into a comment; it can then be read."""
    numbers = {line.number for line in unreadable_lines(text)}
    return "".join(
        f"{SET_ASIDE}\n# {_legible(line)}\n" if number in numbers else f"{line}\n"
        for number, line in enumerate(_lines(text), 1)
    )


def without_password(text: str) -> str:
    """A line or a value for what others may see, over one's shoulder or in a report: no password of a URL."""
    return re.sub(r"(://[^:/@\s]*):[^@/\s]+@", r"\1:***@", text)


def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").removesuffix("\n").split("\n")


def _legible(line: str) -> str:
    return line.encode("utf-8", "replace").decode()


def _statement(before: str, lines: list[str]) -> int:
    """How many of the lines are the next statement, since lists and long texts take several; 0: none is."""
    most = LONGEST if any(mark in lines[0] for mark in OPENING) else 1
    for many in range(1, min(most, len(lines)) + 1):
        if _complaint(before + "\n".join(lines[:many])) is None:
            return many
    return 0


def _complaint(text: str) -> str | None:
    """Why the text is no TOML, without the place. Bytes that are no UTF-8 are in it as surrogates."""
    try:
        text.encode()
        tomllib.loads(text)
    except UnicodeEncodeError:
        return "It is not UTF-8"
    except tomllib.TOMLDecodeError as error:
        return re.sub(r" \(at [^()]*\)$", "", str(error))
    return None
