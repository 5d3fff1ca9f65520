"""What may not stand in the repository: unfinished work, silent errors, the paths of one machine."""

from __future__ import annotations

import ast
import os
import re
from contextlib import suppress
from functools import cache
from pathlib import Path

from tests.house.places import PACKAGE, ROOT, modules, shown

TEXTS = {".py", ".md", ".toml", ".yaml", ".yml", ".html", ".css", ".js", ".ts", ".tsx", ".txt", ""}
BUILT = ROOT / "src" / "deepforge" / "server" / "web"
"""The editor, as Vite has built it."""
MADE = {"node_modules", "site", "build", "dist", "deepforge-output", "__pycache__"}


@cache
def texts() -> dict[Path, str]:
    """Every text file that people write, this room's aside."""
    written = {}
    for folder, inner, names in os.walk(ROOT):
        here = Path(folder)
        inner[:] = [
            name
            for name in sorted(inner)
            if name not in MADE
            and not (name.startswith(".") and name != ".ci")
            and here / name not in (BUILT, ROOT / "tests" / "house")
        ]
        for name in sorted(names):
            file = here / name
            if file.suffix in TEXTS and (not name.startswith(".") or name == ".gitignore"):
                with suppress(UnicodeDecodeError):  # it is no text
                    written[file] = file.read_text(encoding="utf-8")
    return written


def found(pattern: str, within: Path = ROOT) -> list[str]:
    """Where a pattern occurs."""
    wanted = re.compile(pattern)
    return [
        f"{shown(file)}:{number}: {line.strip()[:80]}"
        for file, text in texts().items()
        if file.is_relative_to(within) and wanted.search(text)
        for number, line in enumerate(text.splitlines(), 1)
        if wanted.search(line)
    ]


def test_nothing_is_left_to_be_done() -> None:
    assert found(r"\b(TODO|FIXME|XXX|HACK)\b") == []
    assert found(r"\bNotImplementedError\b|\bmock\.patch\b", PACKAGE) == []


def test_no_path_of_one_machine_is_written_down() -> None:
    assert found(r"(?<![\w.$}/*-])/(work|root|opt|farm)/") == []


def test_no_error_is_swallowed() -> None:
    silent = []
    for file in modules():
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.ExceptHandler):
                continue
            caught = ast.unparse(node.type) if node.type else ""
            passes = len(node.body) == 1 and isinstance(node.body[0], ast.Pass)
            if node.type is None or (passes and caught in ("Exception", "BaseException")):
                silent.append(f"{shown(file)}:{node.lineno}")
    assert silent == []
