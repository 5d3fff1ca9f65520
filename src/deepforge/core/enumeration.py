"""Enumerations: which attributes of an operation are annotated with one, and the names of its members."""

from __future__ import annotations

from dataclasses import replace

from deepforge.core.annotation import single_name
from deepforge.core.module import ModuleReading, Modules, find_class
from deepforge.core.operation import Attribute, Enumeration, Operation

_BASES = frozenset({"enum.Enum", "enum.IntEnum", "enum.StrEnum", "enum.ReprEnum"})


def with_enumerations(operation: Operation, modules: Modules) -> Operation:
    """The operation with the members of each attribute that is annotated with an enumeration of the project.

    One of another package is none, since only importing it could tell its members.
    """
    home = modules.get(operation.module)
    if home is None or not any(attribute.annotation for attribute in operation.attributes):
        return operation
    attributes = tuple(_with_members(attribute, home, modules) for attribute in operation.attributes)
    return operation if attributes == operation.attributes else replace(operation, attributes=attributes)


def _with_members(attribute: Attribute, home: ModuleReading, modules: Modules) -> Attribute:
    written = single_name(attribute.annotation)
    found = enumeration(home.path_of(written), modules) if written else None
    return replace(attribute, enumeration=found) if found else attribute


def enumeration(path: str, modules: Modules) -> Enumeration | None:
    """The enumeration of that import path, wherever it is imported from; None when there is none."""
    found = find_class(path, modules)
    if found is None:
        return None
    module, name = found
    members = module.classes[name].values
    if not members or not _is_enumeration(module, name, modules, set()):
        return None
    return Enumeration(f"{module.name}.{name}", members)


def _is_enumeration(module: ModuleReading, name: str, modules: Modules, seen: set[str]) -> bool:
    for base in module.classes[name].bases:
        if base in _BASES:
            return True
        if base in seen:
            continue
        seen.add(base)
        above = find_class(base, modules)
        if above is not None and _is_enumeration(*above, modules, seen):
            return True
    return False
