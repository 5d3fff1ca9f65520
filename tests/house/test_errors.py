"""There is one tree of errors, and the drawing of it is right."""

from __future__ import annotations

import ast
import re

from deepforge.core import errors
from deepforge.core.errors import DeepForgeError, error_classes
from tests.house.places import modules, shown


def drawn() -> dict[str, str]:
    """Class → parent, as the drawing in core/errors.py has it."""
    path: list[tuple[int, str]] = []
    found = {}
    for line in (errors.__doc__ or "").splitlines():
        match = re.match(r"(\s*[│├└─ ]*)([A-Z]\w+)(?: |$)", line)
        if not match or ("─" not in line and match[2] != "DeepForgeError"):
            continue
        indent = len(match[1])
        while path and path[-1][0] >= indent:
            path.pop()
        found[match[2]] = path[-1][1] if path else "Exception"
        path.append((indent, match[2]))
    return found


def test_the_drawing_shows_every_error_under_its_parent() -> None:
    assert drawn() == {cls.__name__: cls.__bases__[0].__name__ for cls in error_classes().values()}


def test_every_error_has_a_code_of_its_own() -> None:
    codes = [cls.code for cls in error_classes().values()]
    assert sorted(codes) == sorted(set(codes))


def test_all_errors_of_the_tree_live_in_one_file() -> None:
    tree = {cls.__name__ for cls in error_classes().values()}
    elsewhere = [
        f"{shown(file)}: {node.name}"
        for file in modules()
        if not file.as_posix().endswith("core/errors.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
        and tree & {ast.unparse(base).rpartition(".")[2] for base in node.bases}
    ]
    assert elsewhere == []
    assert all(cls.__module__ == "deepforge.core.errors" for cls in error_classes().values())


def test_an_error_tells_what_happened_and_what_to_do() -> None:
    assert (
        str(DeepForgeError("The disk is full.", "Free some space.")) == "The disk is full.\nFree some space."
    )
