"""Lines of a log as a terminal would show them: what a carriage return or a backspace wrote over is gone.

Colours and styles (SGR sequences) stay, on the letters that they were printed with; every other control
sequence is taken out. Sequences that move to other lines are not followed: each line stands for itself.
"""

from __future__ import annotations

import re

_MOVES = re.compile(r"[\r\b]|\x1b\[[0-9;]*[CDGKPX]")
_STYLE = re.compile(r"\x1b\[[0-9;:]*m")
_SEQUENCE = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # cursor, screen, modes, styles
    r"|\x1b[\]PX^_][^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c)?"  # titles, links, clipboard, device strings
    r"|\x1b[ -/]*[0-~]?"
    r"|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"  # control characters but tab, line feed and carriage return
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_PIECES = re.compile(
    rf"(?P<style>{_STYLE.pattern})|(?P<move>{_MOVES.pattern})|(?P<letters>[^\x1b\r\b]+|.)", re.DOTALL
)
_MOVING = re.compile(rf"^.*?(?:{_MOVES.pattern}).*$", re.MULTILINE)
_WIDEST = 100_000
"""No cursor goes further to the right."""
_LONGEST_STYLE = 120


def visible(line: str) -> str:
    """The line as it stands when all of it has been printed, with its styles."""
    if _CONTROL.search(line) is None:
        return line
    line = line[:-1] if line.endswith("\r") else line
    kept = _SEQUENCE.sub(lambda match: match[0] if _is_shown(match[0]) else "", line)
    return _overwrite(kept) if _MOVES.search(kept) else kept


def plain(line: str) -> str:
    """The line as it stands when all of it has been printed, letters only."""
    return _STYLE.sub("", visible(line))


def plain_lines(text: str) -> str:
    """Several lines, each `plain`; as many line breaks as before."""
    if _CONTROL.search(text) is None:
        return text
    text = text.replace("\r\n", "\n")
    if _MOVES.search(text) is not None:
        text = _MOVING.sub(lambda line: plain(line[0]), text)
    return _SEQUENCE.sub("", text)


def _is_shown(sequence: str) -> bool:
    return (
        sequence == "\b" or _STYLE.fullmatch(sequence) is not None or _MOVES.fullmatch(sequence) is not None
    )


def _overwrite(line: str) -> str:
    """Print the line into cells, and read these."""
    cells: list[tuple[str, str]] = []
    at, style = 0, ""
    for piece in _PIECES.finditer(line):
        if piece["style"]:
            style = _styled(style, piece["style"])
        elif piece["move"]:
            at = _move(cells, at, piece["move"])
        else:
            if at > len(cells):
                cells += [("", " ")] * (at - len(cells))
            letters = piece["letters"]
            cells[at : at + len(letters)] = [(style, letter) for letter in letters]
            at += len(letters)
    return _written(cells)


def _styled(before: str, sequence: str) -> str:
    if sequence in ("\x1b[m", "\x1b[0m"):
        return ""
    both = before + sequence
    return both if len(both) <= _LONGEST_STYLE else sequence


def _move(cells: list[tuple[str, str]], at: int, move: str) -> int:
    """Where the cursor is after a move; what it erases goes."""
    if move == "\r":
        return 0
    if move == "\b":
        return max(at - 1, 0)
    words = move[2:-1].split(";")[0][:6]
    number = int(words) if words else 0
    match move[-1]:
        case "C":
            return min(at + max(number, 1), _WIDEST)
        case "D":
            return max(at - max(number, 1), 0)
        case "G":
            return min(max(number, 1) - 1, _WIDEST)
        case "K":
            _erase(cells, at, number)
        case "P":
            del cells[at : at + max(number, 1)]
        case _:
            end = min(at + max(number, 1), len(cells))
            cells[at:end] = [("", " ")] * (end - at)
    return at


def _erase(cells: list[tuple[str, str]], at: int, how: int) -> None:
    if how == 0:
        del cells[at:]
    elif how == 1:
        cells[: at + 1] = [("", " ")] * min(at + 1, len(cells))
    else:
        cells.clear()


def _written(cells: list[tuple[str, str]]) -> str:
    parts: list[str] = []
    before = ""
    for style, letter in cells:
        if style != before:
            parts.append(f"\x1b[0m{style}" if before else style)
            before = style
        parts.append(letter)
    if before:
        parts.append("\x1b[0m")
    return "".join(parts)
