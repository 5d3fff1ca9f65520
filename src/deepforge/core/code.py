"""What is asked and told about code: edits of an interface, what stands at a place, what may be written
there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from deepforge.core.problem import Problem
from deepforge.core.project import OperationView

LARGEST_SOURCE = 2 << 20
"""Bytes; a larger file is shown, but neither analysed nor edited."""

Part = Literal["input", "output", "attribute", "reference"]
"""A reference is an attribute that a pipeline gives the name of a resource, such as an architecture."""

Deed = Literal["add", "rename", "retype", "remove", "move", "default", "doc", "operation"]


@dataclass(frozen=True)
class InterfaceEdit:
    """One change of the interface of an operation.

    `add` takes name, annotation, default and at; `rename` takes name and value, the new name; `retype` takes
    name and annotation (None: without); `remove` takes name; `move` takes name and at; `default` takes name
    and default (None: without). `doc` takes value, the new documentation; `operation` takes value, the new
    name of the operation itself. Annotations and defaults are Python expressions, as text.
    """

    deed: Deed
    part: Part | None = None
    name: str = ""
    value: str = ""
    annotation: str | None = None
    default: str | None = None
    at: int | None = None
    """The place among its kind, counted from 0; None: wherever it fits."""


@dataclass(frozen=True)
class EditRequest:
    """A source, and the change of its interface that is asked for."""

    path: str
    source: str
    edit: InterfaceEdit


@dataclass(frozen=True)
class Edited:
    """The changed source, and the lines in which what was removed is still used."""

    source: str
    uses: tuple[int, ...] = ()


@dataclass(frozen=True)
class SourceRequest:
    """A source as it is in somebody's editor, which may be newer than the file."""

    path: str
    source: str


@dataclass(frozen=True)
class PlaceRequest:
    """A place in a source: the line counts from 1, the column from 0, in UTF-16 units as browsers count."""

    path: str
    source: str
    line: int
    column: int


@dataclass(frozen=True)
class Ground:
    """Where the modules are that a source may import: the project's folder, and those of packages."""

    folder: str
    packages: tuple[str, ...] = ()


@dataclass(frozen=True)
class InterfaceView:
    """The interface of a source, and what is wrong with it.

    While it cannot be read, `operation` is what it was last, and says so by `current`.
    """

    operation: OperationView | None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Formatted:
    """A source in the usual format."""

    source: str


@dataclass(frozen=True)
class Diagnostic:
    """Something that is wrong at a place. Lines count from 1, columns from 0 in UTF-16 units."""

    line: int
    column: int
    end_line: int
    end_column: int
    severity: Literal["error", "warning"]
    message: str
    code: str | None = None
    """The name of the rule, such as `F401`; None: it is no Python."""


@dataclass(frozen=True)
class Completion:
    """A name that may stand at a place."""

    name: str
    kind: str
    """`function`, `class`, `module`, `param`, `keyword`, `statement`, `property`, `instance` or `path`."""
    detail: str = ""
    """Its signature or type, on one line."""


@dataclass(frozen=True)
class Completions:
    """What may be written at a place, the likeliest first; it replaces the letters from column `start` on."""

    start: int
    items: tuple[Completion, ...] = ()


@dataclass(frozen=True)
class Hover:
    """What is known about the name at a place: its signature, and its documentation as plain text."""

    signature: str = ""
    doc: str = ""


@dataclass(frozen=True)
class Definition:
    """Where a name is made. `path` is None for what is not of the project; then `module` says whose it is."""

    name: str
    module: str
    path: str | None = None
    line: int | None = None
    column: int | None = None


@dataclass(frozen=True)
class Occurrence:
    """A place in a source where a name stands: line from 1, columns from 0 in UTF-16 units."""

    line: int
    column: int
    end_column: int


@dataclass(frozen=True)
class OperationRequest:
    """A new operation: from a template, from code that a person pasted, or else a plain function."""

    name: str | None = None
    source: str | None = None
    template: str | None = None


@dataclass(frozen=True)
class NewOperation:
    """The file that a new operation would be, not yet written, and its name."""

    path: str
    source: str
    name: str


@dataclass(frozen=True)
class CodeTemplate:
    """A beginning for an operation."""

    name: str
    title: str
    description: str


@dataclass(frozen=True)
class OperationRename:
    """The new name of an operation, or of one of its ports, for the pipelines that use it."""

    name: str
    """What the operation is called in the pipelines."""
    to: str
    part: Part | None = None
    """None: the operation itself has the new name."""
    port: str = ""
    """What the input, output or attribute was called."""


@dataclass(frozen=True)
class Followed:
    """The files that were changed with a name."""

    paths: tuple[str, ...]
