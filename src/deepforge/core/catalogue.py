"""The catalogue of a project: the resources that references may name, and what is wrong with a name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from deepforge.core.annotation import ReferenceKind
from deepforge.core.errors import nearest
from deepforge.core.module import ModuleReading, ProjectResource
from deepforge.core.problem import Problem
from deepforge.core.source import SERIALIZATION

_ASIDE = ("operations", SERIALIZATION)
"""Modules whose classes and functions have a use of their own."""


@dataclass(frozen=True)
class ResourceList:
    """The resources of a project, by module and line, and the modules that cannot be read."""

    resources: tuple[ProjectResource, ...]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Catalogue:
    """The resources of a project by import path."""

    resources: Mapping[str, ProjectResource] = field(default_factory=dict)
    modules: Mapping[str, ModuleReading] = field(default_factory=dict)
    """Those that a reference may lead into, by dotted name."""
    in_operations: Mapping[str, ProjectResource] = field(default_factory=dict)
    """What stands in the files of operations, by its own name; of two with one name, the first."""

    def module_of(self, target: str) -> str:
        """The dotted name of the module in which a resource of this name stands."""
        return target.rpartition(".")[0]

    def trouble(self, target: str, wanted: ReferenceKind) -> tuple[str, str] | None:
        """Why a reference cannot name this, and what to do; None when it can."""
        found = self.resources.get(target)
        if found is not None:
            if wanted == "class" and found.kind == "function":
                return f"{target}, which is a function and no class", "Choose a class."
            return None
        hint = self._meant(target)
        module, _, name = target.rpartition(".")
        if "/" in target or not module:
            how = "Write the import path of a class or function, such as utils.losses.focal."
            return f"{target}, which is no class or function of the project", hint or how
        if name.startswith("_"):
            return f"{target}, whose name is private", f"Call it {name.lstrip('_') or 'something'}."
        reading = self.modules.get(module)
        if reading is None:
            file = f"{module.replace('.', '/')}.py"
            if module.partition(".")[0] in _ASIDE:
                return f"{target}, which is no module for references", f"Put {name} into utils/."
            return f"{target}, but there is no module {file}", hint or f"Write {name} there."
        if reading.problem is not None:
            line = reading.problem.place.line
            where = f"{reading.file}, line {line}"
            return f"{target}, but its module cannot be read: {reading.problem.message}", f"Look at {where}."
        return f"{target}, but {reading.file} has no class or function {name}", hint or f"Write {name} there."

    def _meant(self, target: str) -> str | None:
        """What has the same name elsewhere, or nearly the same in the same module, or in one nearly so
        called.
        """
        module, _, last = target.rpartition(".")
        found = [name for name in self.resources if name.rpartition(".")[2] == last]
        if not found and module in self.modules:
            inside = [name for name in self.resources if self.module_of(name) == module]
            names = nearest(last, (name.rpartition(".")[2] for name in inside))
            found = [f"{module}.{name}" for name in names]
        elif not found:
            found = nearest(target, self.resources)
        return f"Did you mean {' or '.join(found[:3])}?" if found else None

    def listing(self) -> ResourceList:
        """All of it, by module and line."""
        found = sorted(self.resources.values(), key=lambda one: (self.module_of(one.name), one.line))
        problems = [reading.problem for reading in self.modules.values() if reading.problem is not None]
        return ResourceList(tuple(found), tuple(problems))


def catalogue_of(modules: Iterable[ModuleReading]) -> Catalogue:
    """The resources in these modules of a project; operations, and what is private, are left out."""
    known = list(modules)
    usable = {module.name: module for module in known if _is_usable(module.name)}
    in_operations: dict[str, ProjectResource] = {}
    for module in known:
        if module.name.partition(".")[0] == "operations":
            for found in module.resources:
                in_operations.setdefault(found.name.rpartition(".")[2], found)
    resources = {found.name: found for module in usable.values() for found in module.resources}
    return Catalogue(resources, usable, in_operations)


def _is_usable(module: str) -> bool:
    parts = module.split(".")
    return parts[0] not in _ASIDE and not any(part.startswith("_") for part in parts)
