"""Modules: the classes and functions that a file of a project makes, read from its source and never by
running it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from deepforge.core.fields import style_of
from deepforge.core.parameter import keyword_only, positional
from deepforge.core.problem import Problem
from deepforge.core.returns import Function
from deepforge.core.source import absolute_import, module_name, read_tree, too_deep


@dataclass(frozen=True)
class ProjectResource:
    """A class or a function of the project's own modules, which a reference may name."""

    name: str
    """Its import path, such as `utils.losses.focal`."""
    kind: Literal["class", "function"]
    file: str
    line: int
    signature: str
    """What it is called with, such as `(predicted, target, gamma=2.0)`."""
    doc: str = ""
    """The first line of its docstring."""


@dataclass(frozen=True)
class ClassFacts:
    """What can be said of a class by its own lines: its bases by import path, the names it gives values, and
    what it is made with: the parameters of its `__init__`, fields that one is written from, nothing when its
    `__init__` takes nothing; None when its bases say so.
    """

    bases: tuple[str, ...]
    values: tuple[str, ...]
    made_with: Literal["parameters", "fields", "nothing"] | None = None


@dataclass(frozen=True)
class ModuleReading:
    """What a module of a project says."""

    name: str
    file: str
    resources: tuple[ProjectResource, ...] = ()
    classes: dict[str, ClassFacts] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    """What each imported name stands for, by its import path."""
    problem: Problem | None = None
    """Why it cannot be read."""

    def path_of(self, written: str) -> str:
        """The import path of what stands in its source as `Optimizer` or `options.Optimizer`."""
        first, dot, rest = written.partition(".")
        return f"{self.names.get(first, f'{self.name}.{first}')}{dot}{rest}"


Modules = Mapping[str, ModuleReading]
"""The modules of a project by dotted name."""


def find_class(path: str, modules: Modules) -> tuple[ModuleReading, str] | None:
    """The module in which a class of that import path stands, followed through those that only import it, and
    its name there; None when it is none of the project's.
    """
    seen: set[str] = set()
    while path not in seen:
        seen.add(path)
        package, _, name = path.rpartition(".")
        module = modules.get(package)
        if module is None:
            return None
        if name in module.classes:
            return module, name
        path = module.names.get(name, path)
    return None


def read_module(source: str, file: str) -> ModuleReading:
    """What stands at the top of a source. Nothing is raised; what cannot be read has a problem."""
    name = module_name(file) or ""
    tree = read_tree(source, file)
    if isinstance(tree, Problem):
        return ModuleReading(name, file, problem=tree)
    try:
        names = dict(_imported(tree.body, name, file.endswith("/__init__.py")))
        found = ModuleReading(name, file, names=names)
        made = {node.name: node for node in _definitions(tree.body)}
        classes = {each.name: _facts(each, found) for each in made.values() if isinstance(each, ast.ClassDef)}
        resources = tuple(
            _resource(node, name, file, made) for node in made.values() if _is_public(node.name)
        )
        return ModuleReading(name, file, resources, classes, names)
    except RecursionError:
        return ModuleReading(name, file, problem=too_deep(file))


def _is_public(name: str) -> bool:
    return not name.startswith("_")


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements at the top, also those that depend on a condition or may fail."""
    for statement in body:
        yield statement
        if isinstance(statement, ast.If | ast.Try):
            yield from _statements(statement.body)
            for handler in getattr(statement, "handlers", ()):
                yield from _statements(handler.body)
            yield from _statements(statement.orelse)


def _definitions(body: list[ast.stmt]) -> Iterator[ast.ClassDef | Function]:
    return (node for node in _statements(body) if isinstance(node, ast.ClassDef | Function))


def _imported(body: list[ast.stmt], module: str, is_package: bool) -> Iterator[tuple[str, str]]:
    for node in _statements(body):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield (alias.asname, alias.name) if alias.asname else (alias.name.partition(".")[0],) * 2
        elif isinstance(node, ast.ImportFrom):
            base = absolute_import(node, module, is_package=is_package)
            for alias in node.names:
                yield alias.asname or alias.name, f"{base}.{alias.name}".lstrip(".")


def _facts(node: ast.ClassDef, module: ModuleReading) -> ClassFacts:
    named = (base.value if isinstance(base, ast.Subscript) else base for base in node.bases)
    bases = tuple(module.path_of(ast.unparse(base)) for base in named)
    return ClassFacts(bases, tuple(dict.fromkeys(_values(node.body))), _made_with(node))


def _made_with(node: ast.ClassDef) -> Literal["parameters", "fields", "nothing"] | None:
    for method in node.body:
        if isinstance(method, Function) and method.name == "__init__":
            return "parameters" if len(positional(method)) > 1 or keyword_only(method) else "nothing"
    return "fields" if style_of(node) else None


def _values(body: list[ast.stmt]) -> Iterator[str]:
    """The names that the body of a class gives values, as an enumeration takes them for members."""
    for statement in body:
        if isinstance(statement, ast.AnnAssign):
            targets: list[ast.expr] = [statement.target] if statement.value is not None else []
        elif isinstance(statement, ast.Assign) and not _is_no_member(statement.value):
            targets = statement.targets
        else:
            continue
        for target in targets:
            parts = target.elts if isinstance(target, ast.Tuple) else [target]
            yield from (part.id for part in parts if isinstance(part, ast.Name) and _is_public(part.id))


def _is_no_member(value: ast.expr) -> bool:
    called = ast.unparse(value.func).rpartition(".")[2] if isinstance(value, ast.Call) else ""
    return isinstance(value, ast.Lambda) or called in ("nonmember", "property", "staticmethod", "classmethod")


def _resource(
    node: ast.ClassDef | Function, module: str, file: str, made: dict[str, ast.ClassDef | Function]
) -> ProjectResource:
    is_class = isinstance(node, ast.ClassDef)
    return ProjectResource(
        name=f"{module}.{node.name}",
        kind="class" if is_class else "function",
        file=file,
        line=node.lineno,
        signature=_signature_of_class(node, made) if isinstance(node, ast.ClassDef) else _signature(node),
        doc=(ast.get_docstring(node) or "").strip().partition("\n")[0].strip(),
    )


def _signature_of_class(node: ast.ClassDef, made: dict[str, ast.ClassDef | Function]) -> str:
    """That of its `__init__`, which may be a base's in the same file; "()" when there is none."""
    seen: set[str] = set()
    waiting: list[ast.ClassDef] = [node]
    while waiting:
        current = waiting.pop(0)
        if current.name in seen:
            continue
        seen.add(current.name)
        for statement in current.body:
            if isinstance(statement, Function) and statement.name == "__init__":
                return _signature(statement, skip=1)
        bases = (made.get(base.id) for base in current.bases if isinstance(base, ast.Name))
        waiting += [base for base in bases if isinstance(base, ast.ClassDef)]
    return "()"


def _signature(node: Function, skip: int = 0) -> str:
    given = node.args
    places = [*given.posonlyargs, *given.args]
    shown = ast.arguments(
        posonlyargs=given.posonlyargs[skip:] if given.posonlyargs else [],
        args=given.args if given.posonlyargs else given.args[skip:],
        vararg=given.vararg,
        kwonlyargs=given.kwonlyargs,
        kw_defaults=given.kw_defaults,
        kwarg=given.kwarg,
        defaults=given.defaults[-(len(places) - skip) :] if len(places) > skip else [],
    )
    return f"({ast.unparse(shown)})"
