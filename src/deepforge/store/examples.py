"""Examples: the project folders that ship with DeepForge, and the table of what each shows."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

import deepforge
from deepforge.core.project import PROJECT_FILE

GALLERY = "gallery.toml"
EMPTY = "empty"
"""The example that is no more than a frame for a project."""


@dataclass(frozen=True)
class Example:
    """One line of the gallery: the folder, and what `gallery.toml` says of it."""

    name: str
    folder: Path
    title: str
    pipeline: str | None
    """The pipeline to look at first; None: it has none."""
    shows: tuple[str, ...]
    needs: tuple[str, ...]
    """Packages, as pip names them."""
    seconds: float | None
    """How long the pipeline took the first time, on two cores of a CPU."""


def examples() -> dict[str, Path]:
    """The example projects by name: those inside the package, or those of the checkout it runs from."""
    return {file.parent.name: file.parent for file in sorted(_root().glob(f"*/{PROJECT_FILE}"))}


def gallery() -> tuple[Example, ...]:
    """The examples in the order in which they are shown."""
    file = _root() / GALLERY
    table = tomllib.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    folders = examples()
    return tuple(
        Example(
            name=name,
            folder=folders[name],
            title=line["title"],
            pipeline=line.get("pipeline"),
            shows=tuple(line["shows"]),
            needs=tuple(line.get("needs", ())),
            seconds=line.get("seconds"),
        )
        for name, line in table.items()
        if name in folders
    )


def _root() -> Path:
    package = Path(deepforge.__file__).resolve().parent
    inside = package / "examples"
    return inside if inside.is_dir() else package.parent.parent / "examples"
