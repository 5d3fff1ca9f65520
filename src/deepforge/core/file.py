"""Files of a project, as its editor shows them: what each is, and which names they may have."""

from __future__ import annotations

import keyword
from dataclasses import dataclass
from typing import Literal

from deepforge.core.errors import BadInput
from deepforge.core.ids import Digest
from deepforge.core.manifest import is_safe_path
from deepforge.core.operation import RESERVED, operation_name
from deepforge.core.problem import Problem

FileKind = Literal[
    "operation",
    "utils",
    "layers",
    "serialization",
    "pipeline",
    "architecture",
    "dashboard",
    "settings",
    "other",
]
LONGEST_NAME = 120
"""Bytes of one part of a path."""
LONGEST_PATH = 480

_FOLDERS: dict[str, FileKind] = {
    "operations": "operation",
    "utils": "utils",
    "layers": "layers",
    "pipelines": "pipeline",
    "architectures": "architecture",
    "dashboards": "dashboard",
}
_SETTINGS = ("deepforge.toml", "environment.yml", "pyproject.toml")
_LEFT_OUT = frozenset({"__pycache__", "node_modules", "deepforge-output"})


@dataclass(frozen=True)
class FileView:
    """A file of a project, as a line of its tree."""

    path: str
    kind: FileKind
    size: int
    digest: Digest
    operation: str | None = None
    """The name of the operation in it."""
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class FileList:
    """All files of a project by path, and what of its folder is no part of it."""

    files: tuple[FileView, ...]
    skipped: tuple[str, ...] = ()
    """Each with the reason."""


@dataclass(frozen=True)
class FileText:
    """A file that is text."""

    path: str
    text: str
    digest: Digest


@dataclass(frozen=True)
class NewText:
    """The text of a file that is to be."""

    text: str


@dataclass(frozen=True)
class FileRename:
    """A file, and the path that it is to have."""

    path: str
    to: str


@dataclass(frozen=True)
class TextMatch:
    """A line of a file in which a text was found."""

    path: str
    line: int
    text: str


@dataclass(frozen=True)
class TextMatches:
    """The first lines in which a text was found; `more` when there are others."""

    matches: tuple[TextMatch, ...]
    more: bool = False


def kind_of(path: str) -> FileKind:
    """What a file of a project is, by where it lies."""
    if path == "serialization.py":
        return "serialization"
    if path in _SETTINGS or (path.startswith("requirements") and path.endswith(".txt")):
        return "settings"
    folder, slash, _ = path.partition("/")
    kind = _FOLDERS.get(folder, "other") if slash else "other"
    if kind == "operation" and not path.endswith(".py"):
        return "other"
    if kind in ("pipeline", "architecture") and not path.endswith((".yaml", ".yml")):
        return "other"
    return kind


def check_path(path: str) -> None:
    """Raises BadInput, with what to do, for a path that no file of a project may have."""
    shown = path if len(path) <= 80 else f"{path[:80]}…"
    if not is_safe_path(path) or path.startswith("/"):
        raise BadInput(
            f"{shown!r} is no path inside the project.", "Write one such as operations/train.py, without .."
        )
    for part in path.split("/"):
        if len(part.encode(errors="replace")) > LONGEST_NAME:
            raise BadInput(
                f"A name in it has more than {LONGEST_NAME} bytes.",
                "Choose a shorter name, such as train.py.",
            )
        if part.startswith(".") or part in _LEFT_OUT:
            raise BadInput(
                f"{part!r} is kept out of projects.", "Choose a name that does not begin with a dot."
            )
        if part != part.strip() or any(letter in '<>:"|?*' for letter in part):
            raise BadInput(
                f"{part!r} cannot be the name of a file everywhere.",
                'Leave out spaces at the ends and < > : " | ? *',
            )
    if len(path) > LONGEST_PATH:
        raise BadInput(
            f"The path has more than {LONGEST_PATH} letters.", "Use fewer folders or shorter names."
        )
    if path.endswith(".py"):
        _check_module(path)


def _check_module(path: str) -> None:
    for part in path.removesuffix(".py").split("/"):
        if not part.isidentifier() or keyword.iskeyword(part):
            raise BadInput(
                f"{part!r} cannot be imported as a module.",
                "Use letters, digits and underscores, and no word of Python, such as load_digits.",
            )
        if not part.isascii():
            raise BadInput(
                f"{part!r} has letters that not every file system keeps.",
                "Use a to z, digits and underscores.",
            )
    if path.startswith("operations/") and operation_name(path) in RESERVED:
        raise BadInput(f"{operation_name(path)} is the name of a built-in operation.", "Choose another name.")


def pipeline_path(name: str) -> str:
    """The path of the file of a pipeline that is new. Raises BadInput for a name that none may have."""
    if not name or name != name.strip():
        raise BadInput(f"{name!r} cannot name a pipeline.", "Write a name such as train.")
    path = f"pipelines/{name}.yaml"
    check_path(path)
    return path
