"""Whoever collects the tests, as each process of them does, does not wait for what a few of them need."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.house.places import ROOT, shown

HEAVY = {"torch", "sklearn", "scipy", "keras", "pandas", "pyarrow", "plotly"}
"""Packages that take a second and more, or hundreds of megabytes."""


def test_no_file_of_tests_imports_a_heavy_package_before_one_of_its_tests_runs() -> None:
    found = [
        f"{shown(file)}:{line}: {name}"
        for file in sorted((ROOT / "tests").rglob("*.py"))
        for line, name in imported_at_once(ast.parse(file.read_text(encoding="utf-8")))
        if name.partition(".")[0] in HEAVY
    ]
    assert found == [], "import it in the tests or fixtures that need it"


def imported_at_once(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """What is imported with a module itself, by whichever way: its line and its name."""
    for node in ast.iter_child_nodes(tree):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
                continue
            case ast.Import(names=names):
                yield from ((node.lineno, name.name) for name in names)
            case ast.ImportFrom(module=str(module)):
                yield node.lineno, module
            case ast.Call(
                func=ast.Attribute(attr="importorskip" | "import_module"),
                args=[ast.Constant(value=str(name)), *_],
            ):
                yield node.lineno, name
        yield from imported_at_once(node)
