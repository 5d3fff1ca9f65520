"""Where the house's files are."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "deepforge"


def modules() -> list[Path]:
    """Every Python file of the package, examples that ship with it aside."""
    return sorted(file for file in PACKAGE.rglob("*.py") if "examples" not in file.relative_to(PACKAGE).parts)


def shown(file: Path) -> str:
    """The path as a person would name it."""
    return file.relative_to(ROOT).as_posix()
