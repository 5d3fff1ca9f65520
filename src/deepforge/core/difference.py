"""Where code differs: the first line that means something else, whatever was formatted or commented."""

from __future__ import annotations

import ast
from itertools import zip_longest


def changed_line(was: str, now: str) -> int | None:
    """The first line of `now` that means something else than in `was`; None when nothing does.

    Of text that is not Python, the first line that reads otherwise.
    """
    try:
        return _differ(ast.parse(was), ast.parse(now), 1)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        pairs = enumerate(zip_longest(was.splitlines(), now.splitlines()), 1)
        return next((number for number, (old, new) in pairs if old != new), None)


def _differ(was: object, now: object, line: int) -> int | None:
    if type(was) is not type(now):
        return _line_of(now, line)
    if isinstance(was, ast.AST) and isinstance(now, ast.AST):
        line = _line_of(now, line)
        found = (_differ(getattr(was, name, None), getattr(now, name, None), line) for name in now._fields)
        return next((number for number in found if number is not None), None)
    if isinstance(was, list) and isinstance(now, list):
        for old, new in zip(was, now, strict=False):
            line = _line_of(new, line)
            number = _differ(old, new, line)
            if number is not None:
                return number
        if len(now) > len(was):
            return _line_of(now[len(was)], line)
        return line if len(now) < len(was) else None
    return line if was != now else None


def _line_of(node: object, line: int) -> int:
    return int(getattr(node, "lineno", line))
