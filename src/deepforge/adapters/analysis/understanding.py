"""What the helper for understanding answers, by jedi. It reads code and imports none of it."""

from __future__ import annotations

import os
import sysconfig
import time
from functools import lru_cache
from pathlib import Path
from typing import Any

import jedi
import jedi.settings
import parso.cache
from jedi.api.environment import InterpreterEnvironment

from deepforge.core.code import Completion, Completions, Definition, Hover, Occurrence

MOST = 200
"""Completions in one answer."""
DETAILED_SECONDS = 0.05
"""How long the details of completions may take."""
LONGEST_DOC = 4000

jedi.settings.auto_import_modules = []
jedi.settings.cache_directory = os.path.abspath("jedi")
parso.cache._default_cache_path = Path("parso").absolute()
_PREPARED = InterpreterEnvironment()


def prepare() -> None:
    """Have the next answer come at the usual pace: what Python itself brings is read."""
    source = "first = [number for number in [1, 2]]\nfirst.app"
    complete(source, "operations/first.py", 2, 9, os.getcwd(), [])


def complete(source: str, path: str, line: int, column: int, folder: str, packages: list[str]) -> Completions:
    """What may be written at a place."""
    script, place = _script(source, path, folder, packages), _place(source, line, column)
    found = script.complete(*place)
    prefix = found[0].get_completion_prefix_length() if found else 0
    text = _line(source, line)[: place[1]]
    start = _units(text[: len(text) - prefix])
    deadline = time.monotonic() + DETAILED_SECONDS
    found.sort(key=lambda name: (name.name.startswith("__"), name.name.startswith("_")))
    return Completions(
        start,
        tuple(
            Completion(name.name, name.type, _detail(name) if time.monotonic() < deadline else "")
            for name in found[:MOST]
        ),
    )


def hover(source: str, path: str, line: int, column: int, folder: str, packages: list[str]) -> Hover:
    """What is known about the name at a place; both empty when that is nothing."""
    script = _script(source, path, folder, packages)
    found = script.help(*_place(source, line, column)) or []
    for name in found:
        signatures = name.get_signatures()
        signature = signatures[0].to_string() if signatures else name.description
        doc = name.docstring(raw=True)
        if signature or doc:
            return Hover(signature, doc[:LONGEST_DOC])
    return Hover()


def definition(
    source: str, path: str, line: int, column: int, folder: str, packages: list[str]
) -> tuple[Definition, ...]:
    """Where the name at a place is made. Places outside of the project have no path."""
    script = _script(source, path, folder, packages)
    place = _place(source, line, column)
    found = script.goto(*place, follow_imports=True, follow_builtin_imports=True)
    return tuple(_definition(name, folder) for name in found)


def references(
    source: str, path: str, line: int, column: int, folder: str, packages: list[str]
) -> tuple[Occurrence, ...]:
    """Where in the source the name at a place stands."""
    script = _script(source, path, folder, packages)
    place = _place(source, line, column)
    found = script.get_references(*place, include_builtins=False, scope="file")
    return tuple(
        Occurrence(
            name.line, start := _units(_line(source, name.line)[: name.column]), start + _units(name.name)
        )
        for name in found
    )


def _definition(name: Any, folder: str) -> Definition:
    known = name.module_path
    root = os.path.realpath(folder)
    real = os.path.realpath(known) if known is not None else ""
    if not real.startswith(root + os.sep):
        return Definition(name.name, name.module_name)
    path = os.path.relpath(real, root).replace(os.sep, "/")
    line = name.line or 1
    before = (name.get_line_code() or "")[: name.column or 0]
    return Definition(name.name, name.module_name, path, line, _units(before))


def _detail(name: Any) -> str:
    if name.type in ("function", "class"):
        signatures = name.get_signatures()
        return signatures[0].to_string() if signatures else ""
    if name.type in ("module", "keyword"):
        return ""
    return str(name.description)


def _script(source: str, path: str, folder: str, packages: list[str]) -> jedi.Script:
    return jedi.Script(
        source,
        path=os.path.join(folder, path),
        project=_project(folder, tuple(packages)),
        environment=_PREPARED,
    )


@lru_cache(maxsize=8)
def _project(folder: str, packages: tuple[str, ...]) -> jedi.Project:
    """A project whose modules are read. Only the standard library may be loaded, for what C has written."""
    library = sysconfig.get_paths()
    base = [library["stdlib"], library["platstdlib"], os.path.join(library["platstdlib"], "lib-dynload")]
    return jedi.Project(
        folder,
        sys_path=list(dict.fromkeys(base)),
        added_sys_path=[folder, *packages],
        smart_sys_path=False,
        load_unsafe_extensions=False,
    )


def _line(source: str, line: int) -> str:
    lines = source.split("\n")
    return lines[line - 1].rstrip("\r") if 0 < line <= len(lines) else ""


def _place(source: str, line: int, column: int) -> tuple[int, int]:
    """A place as jedi counts it, in letters, from one in UTF-16 units; never outside of the text."""
    lines = source.split("\n")
    line = min(max(line, 1), len(lines))
    text = _line(source, line)
    units = letters = 0
    while letters < len(text) and units < column:
        units += 2 if ord(text[letters]) > 0xFFFF else 1
        letters += 1
    return line, letters


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
