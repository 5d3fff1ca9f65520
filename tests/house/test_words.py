"""What may not stand in the repository: unfinished work, silent errors, the paths of one machine."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.house.places import PACKAGE, ROOT, modules, shown

TEXTS = {".py", ".md", ".toml", ".yaml", ".yml", ".html", ".css", ".js", ".ts", ".tsx", ".txt", ""}
BUILT = ROOT / "src" / "deepforge" / "server" / "web"
"""The editor, as Vite has built it."""
MADE = {"node_modules", "site", "build", "dist", "deepforge-output", "__pycache__"}


def texts() -> Iterator[tuple[Path, int, str]]:
    """Every line of every text file that people write, this room's aside: file, number, line."""
    for file in sorted(ROOT.rglob("*")):
        parts = file.relative_to(ROOT).parts
        if not file.is_file() or file.suffix not in TEXTS or parts[:2] == ("tests", "house"):
            continue
        if (
            file.is_relative_to(BUILT)
            or MADE & set(parts)
            or any(part.startswith(".") and part not in (".ci", ".gitignore") for part in parts)
        ):
            continue
        try:
            lines = file.read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError:
            continue
        yield from ((file, number, line) for number, line in enumerate(lines, 1))


def found(pattern: str, within: Path = ROOT, flags: int = 0) -> list[str]:
    """Where a pattern occurs."""
    search = re.compile(pattern, flags).search
    return [
        f"{shown(file)}:{number}: {line.strip()[:80]}"
        for file, number, line in texts()
        if file.is_relative_to(within) and search(line)
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
