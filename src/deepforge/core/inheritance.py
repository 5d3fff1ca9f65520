"""Inheritance: what an operation takes by a class of another file, which is not read with it."""

from __future__ import annotations

from deepforge.core.module import Modules, find_class
from deepforge.core.operation import Operation
from deepforge.core.problem import Place, Problem

UNSEEN = "unseen_attributes"
"""The rule of the problem that tells of it."""


def unseen_attributes(operation: Operation, modules: Modules) -> Problem | None:
    """A warning when the operation is made with what a class of another file takes; None when it is not.

    Of the classes above it, the nearest that says what it is made with decides; where fields say so, those of
    all classes do.
    """
    home = modules.get(operation.module)
    if home is None or operation.name not in home.classes:
        return None
    waiting, seen = [(home, operation.name)], set[tuple[str, str]]()
    while waiting:
        module, name = waiting.pop(0)
        if (module.name, name) in seen:
            continue
        seen.add((module.name, name))
        facts = module.classes[name]
        if facts.made_with and module is not home and facts.made_with != "nothing":
            return _told(operation, f"{name} in {module.file}")
        if facts.made_with in ("nothing", "parameters"):
            return None
        waiting += [above for base in facts.bases if (above := find_class(base, modules))]
    return None


def _told(operation: Operation, base: str) -> Problem:
    message = f"{operation.name} inherits from {base}, whose parameters are not seen as attributes."
    hint = "Write an __init__ that names them, and give them on with super().__init__(…)."
    return Problem(UNSEEN, message, Place(operation.file, operation.line), hint, severity="warning")
