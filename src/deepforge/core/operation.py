"""Operations: their interface, read from Python source and never by running it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from deepforge.core.annotation import ReferenceKind, may_refer, parse_annotation, reference_kind
from deepforge.core.docstring import Doc, read_doc
from deepforge.core.environment import Declared
from deepforge.core.fields import INHERITED, Field, Style, fields_of, style_of
from deepforge.core.parameter import (
    REQUIRED,
    Expression,
    Parameter,
    Required,
    allows_none,
    annotation_of,
    keyword_only,
    positional,
    value_of,
)
from deepforge.core.problem import Place, Problem
from deepforge.core.returns import Function, Output, read_outputs
from deepforge.core.source import (
    camel_case,
    imported_names,
    module_name,
    outside_names,
    read_script_block,
    read_tree,
    same_name,
    too_deep,
)

__all__ = [
    "REQUIRED",
    "RESERVED",
    "Attribute",
    "Enumeration",
    "Expression",
    "Input",
    "Located",
    "Operation",
    "Output",
    "Reading",
    "Required",
    "locate",
    "operation_name",
    "read_operation",
]

RESERVED = ("Input", "Output")
"""The names of the built-in operations."""


@dataclass(frozen=True)
class Input:
    """An input: a parameter of `execute`, or a positional one of a function.

    `required` when it has no default and its annotation does not allow None.
    """

    name: str
    annotation: str | None = None
    required: bool = True
    default: Any = REQUIRED
    doc: str = ""


@dataclass(frozen=True)
class Enumeration:
    """An enumeration of the project: its import path, and the names of its members."""

    path: str
    members: tuple[str, ...]


@dataclass(frozen=True)
class Attribute:
    """An attribute: a parameter of `__init__`, or a keyword-only one of a function.

    The default is the literal value as it is, an Expression, or REQUIRED.
    """

    name: str
    annotation: str | None = None
    default: Any = REQUIRED
    line: int = 0
    doc: str = ""
    enumeration: Enumeration | None = None
    """Of which its value names a member; it is known once the modules of the project are read."""

    @property
    def required(self) -> bool:
        """Whether a value has to be given."""
        return self.fallback is REQUIRED

    @property
    def reference(self) -> ReferenceKind | None:
        """What is chosen for it among the project's resources; None: it is no reference."""
        return reference_kind(self.annotation)

    @property
    def may_refer(self) -> bool:
        """Whether a pipeline may give it a resource all the same."""
        return self.enumeration is None and may_refer(self.annotation)

    @property
    def optional(self) -> bool:
        """Whether its annotation allows None."""
        return self.annotation is not None and allows_none(parse_annotation(self.annotation))

    @property
    def fallback(self) -> Any:
        """What holds when nothing is given, as a pipeline would write it; an Expression when that cannot be
        known, REQUIRED when there is nothing. The member of an enumeration is its name, and a reference that
        may be None is that.
        """
        if self.default is REQUIRED:
            return None if self.reference and self.optional else REQUIRED
        if self.enumeration is not None and isinstance(self.default, Expression):
            member = self.default.text.rpartition(".")[2]
            return member if member in self.enumeration.members else self.default
        return self.default


@dataclass(frozen=True)
class Operation:
    """An operation, as its source says."""

    name: str
    file: str
    module: str
    """Inside the project, such as `operations.train`."""
    form: Literal["class", "function"]
    inputs: tuple[Input, ...] = ()
    outputs: tuple[Output, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    doc: str = ""
    line: int = 1
    resources: dict[str, Any] = field(default_factory=dict)
    cache: bool = True
    imports: tuple[str, ...] = ()
    """Top-level modules outside the standard library, for the warm parent."""
    project_imports: tuple[str, ...] = ()
    """Dotted names outside the standard library that it imports, the project's own among them."""
    declared: Declared | None = None
    """Its dependencies, when a PEP 723 block at its head says some."""
    declares_outputs: bool = False
    """Whether `outputs = (…)` names its outputs."""
    source_digest_text: str = ""
    """The source without comments and formatting, for cache keys."""

    def input(self, name: str) -> Input | None:
        """The input of that name."""
        return next((port for port in self.inputs if port.name == name), None)

    def output(self, name: str) -> Output | None:
        """The output of that name."""
        return next((port for port in self.outputs if port.name == name), None)

    def attribute(self, name: str) -> Attribute | None:
        """The attribute of that name."""
        return next((attribute for attribute in self.attributes if attribute.name == name), None)


@dataclass(frozen=True)
class Reading:
    """What reading a source gave: the operation (None: it cannot be used), and everything that is wrong."""

    operation: Operation | None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Located:
    """Where in a source the parts of its operation stand, as the lines of `class` and `def`."""

    found: int
    """The class, or the function."""
    call: int
    """`execute`, or the function itself."""
    init: int | None
    """`__init__`, which may be that of a base class in the same file; None when there is none."""
    has_fields: bool = False
    """Whether its `__init__` is written from its fields, as that of a dataclass."""


def locate(source: str, file: str) -> Located | None:
    """Where the operation stands that `read_operation` reads; None when there is none."""
    try:
        reader = _Reader(source, file, ast.parse(source))
        pair = reader.find()
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    if pair is None:
        return None
    found, call = pair
    init = reader.init(found) if isinstance(found, ast.ClassDef) else None
    has_fields = isinstance(found, ast.ClassDef) and reader.style(found) is not None
    return Located(found.lineno, call.lineno, init.lineno if init else None, has_fields)


def operation_name(file: str) -> str:
    """The name that a file suggests for its operation: `operations/load_digits.py` → `LoadDigits`."""
    return camel_case(file.rpartition("/")[2].removesuffix(".py"))


def read_operation(source: str, file: str, *, with_digest: bool = True) -> Reading:
    """The operation in a source. Nothing is run, nothing is raised; what is wrong stands in the problems.

    It is the class with `execute` that is named like the file (in CamelCase), else the first class with one,
    else the function that is named like the file, else the only public function. Without its digest, which
    takes most of the time, it says no `source_digest_text`.
    """
    tree = read_tree(source, file)
    if isinstance(tree, Problem):
        return Reading(None, (tree,))
    reader = _Reader(source, file, tree)
    try:
        operation = reader.read(with_digest=with_digest)
    except RecursionError:
        return Reading(None, (too_deep(file),))
    unusable = any(problem.severity == "error" for problem in reader.problems)
    return Reading(None if unusable else operation, tuple(reader.problems))


class _Reader:
    """One reading of one source: the tree, and the problems found so far."""

    def __init__(self, source: str, file: str, tree: ast.Module) -> None:
        self.source = source
        self.file = file
        self.tree = tree
        self.stem = file.rpartition("/")[2].removesuffix(".py")
        self.classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
        self.functions = {node.name: node for node in tree.body if isinstance(node, Function)}
        self.problems: list[Problem] = []

    def read(self, *, with_digest: bool) -> Operation | None:
        pair = self.find()
        if pair is None:
            return None
        found, call = pair
        if found.name in RESERVED:
            self.report(
                "name", f"{found.name} is the name of a built-in operation.", found.lineno, "Rename it."
            )
        if isinstance(found, ast.ClassDef):
            inputs = self.inputs(call, 0 if _is_static(call) else 1)
            attributes = self.class_attributes(found)
            self.refuse_keyword_only(call)
            settings = _settings(found.body)
        else:
            inputs = self.inputs(call, 0)
            attributes = [self.attribute(parameter) for parameter in keyword_only(call)]
            settings = {
                name: node for name, node in _settings(self.tree.body).items() if _is_setting(name, node)
            }
        if isinstance(call, ast.AsyncFunctionDef):
            self.report("interface", f"{call.name} is async.", call.lineno, "Write a plain def.")
        self.refuse_variable(call)
        named = self.declared_outputs(settings)
        outputs, problems = read_outputs(call, self.file, named)
        self.problems += problems
        declared, problems = read_script_block(self.source, self.file)
        self.problems += problems
        doc, said, results = self.docs(found, call)
        alone = results.get("", "") if len(outputs) == 1 else ""
        names = outside_names(imported_names(self.tree, module_name(self.file) or ""))
        return Operation(
            name=found.name,
            file=self.file,
            module=module_name(self.file) or self.stem,
            form="class" if isinstance(found, ast.ClassDef) else "function",
            inputs=tuple(replace(port, doc=said.get(port.name, "")) for port in inputs),
            outputs=tuple(replace(port, doc=results.get(port.name, alone)) for port in outputs),
            attributes=tuple(replace(one, doc=said.get(one.name, "")) for one in attributes),
            doc=doc.text,
            line=found.lineno,
            resources=self.setting(settings, "resources", {}),
            cache=self.setting(settings, "cache", True),
            imports=tuple(dict.fromkeys(name.partition(".")[0] for name in names)),
            project_imports=names,
            declared=declared,
            declares_outputs=named is not None,
            source_digest_text=ast.unparse(self.tree) if with_digest else "",
        )

    def docs(
        self, found: ast.ClassDef | Function, call: Function
    ) -> tuple[Doc, dict[str, str], dict[str, str]]:
        """What the docstrings say: of the operation, of its parameters, of its outputs."""
        init = self.init(found) if isinstance(found, ast.ClassDef) else None
        read = [read_doc(ast.get_docstring(each)) for each in (found, init, call) if each is not None]
        parameters = {name: text for doc in read for name, text in doc.parameters.items()}
        results = {name: text for doc in read for name, text in doc.results.items()}
        return read[0], parameters, results

    def report(self, rule: str, message: str, line: int, hint: str, part: str | None = None) -> None:
        self.problems.append(Problem(rule, message, Place(self.file, line, part=part), hint))

    def find(self) -> tuple[ast.ClassDef | Function, Function] | None:
        """What is the operation, and what of it is called: its method execute, or the function itself."""
        pairs = [(node, call) for node in self.classes.values() if (call := self.method(node, "execute"))]
        if pairs:
            return next((pair for pair in pairs if same_name(pair[0].name, self.stem)), pairs[0])
        named = next((node for name, node in self.functions.items() if same_name(name, self.stem)), None)
        public = [node for name, node in self.functions.items() if not name.startswith("_")]
        if named or len(public) == 1:
            function = named or public[0]
            return function, function
        likely = next((node for name, node in self.classes.items() if same_name(name, self.stem)), None)
        likely = likely or (next(iter(self.classes.values()), None) if not public else None)
        if likely:
            hint = "Add def execute(self, …) that returns the outputs."
            if any(not isinstance(base, ast.Name) or base.id not in self.classes for base in likely.bases):
                hint += " What a base class of another file has is not seen: write it here, and call that."
            self.report("interface", f"The class {likely.name} has no method execute.", likely.lineno, hint)
        elif public:
            names = ", ".join(node.name for node in public)
            hint = f"Name one of them {self.stem}, and those that only help with an underscore in front."
            self.report("interface", f"It is not clear which function is the operation: {names}.", 1, hint)
        else:
            hint = f"Write a class {camel_case(self.stem)} with a method execute, or a function {self.stem}."
            self.report("interface", "There is no operation in this file.", 1, hint)
        return None

    def method(self, node: ast.ClassDef, name: str) -> Function | None:
        """The method, of the class itself or of a base class in the same file."""
        return next((own for each in self.ancestry(node) if (own := _own_method(each, name))), None)

    def init(self, node: ast.ClassDef) -> Function | None:
        """The method `__init__` that is called; None without one, and when it is written from fields."""
        for each in self.ancestry(node):
            own = _own_method(each, "__init__")
            if own is not None or style_of(each):
                return own
        return None

    def ancestry(self, node: ast.ClassDef) -> Iterator[ast.ClassDef]:
        """The class, then its base classes in the same file."""
        seen: set[str] = set()
        waiting = [node]
        while waiting:
            current = waiting.pop(0)
            if current.name in seen:
                continue
            seen.add(current.name)
            yield current
            waiting += [
                self.classes[base.id]
                for base in current.bases
                if isinstance(base, ast.Name) and base.id in self.classes
            ]

    def inputs(self, function: Function, skip: int) -> list[Input]:
        parameters = positional(function)
        if len(parameters) < skip:
            hint = f"Write def {function.name}(self, …)."
            self.report("interface", f"{function.name} takes no self.", function.lineno, hint)
        return [self.input(parameter) for parameter in parameters[skip:]]

    def input(self, parameter: Parameter) -> Input:
        argument, default = parameter
        required = default is None and not allows_none(argument.annotation)
        return Input(argument.arg, annotation_of(argument), required, value_of(default))

    def class_attributes(self, node: ast.ClassDef) -> list[Attribute]:
        init = self.init(node)
        if init is None:
            return self.fields(node)
        self.refuse_variable(init)
        if len(init.args.posonlyargs) > 1:
            hint = "Remove the / from its parameters."
            self.report("interface", "__init__ has positional-only parameters.", init.lineno, hint)
        return [self.attribute(parameter) for parameter in [*positional(init)[1:], *keyword_only(init)]]

    def attribute(self, parameter: Parameter) -> Attribute:
        argument, default = parameter
        return Attribute(argument.arg, annotation_of(argument), value_of(default), argument.lineno)

    def fields(self, node: ast.ClassDef) -> list[Attribute]:
        """The attributes of a dataclass and its like: those of its base classes first; what is said again
        keeps its place, and what is said last counts.
        """
        found: dict[str, Field] = {}
        for each in reversed(list(self.ancestry(node))):
            if style := self.style(each):
                found |= {one.name: one for one in fields_of(each, style)}
        return [Attribute(one.name, one.annotation, one.default, one.line) for one in found.values()]

    def style(self, node: ast.ClassDef) -> Style | None:
        """Which library writes its `__init__`; the subclasses of a model are models, too."""
        inherited = (style for each in self.ancestry(node) if (style := style_of(each)) in INHERITED)
        return style_of(node) or next(inherited, None)

    def refuse_variable(self, function: Function) -> None:
        for parameter, stars in ((function.args.vararg, "*"), (function.args.kwarg, "**")):
            if parameter:
                message = f"{function.name} takes {stars}{parameter.arg}, so its interface cannot be read."
                self.report("interface", message, parameter.lineno, "Name each parameter.", parameter.arg)

    def refuse_keyword_only(self, execute: Function) -> None:
        for parameter, default in keyword_only(execute):
            if default is None:
                message = f"execute takes {parameter.arg} by keyword only, but inputs come by position."
                self.report(
                    "interface", message, parameter.lineno, "Remove the * from its parameters.", parameter.arg
                )

    def declared_outputs(self, settings: dict[str, ast.expr]) -> tuple[str, ...] | None:
        node = settings.get("outputs")
        if node is None:
            return None
        if not _is_setting("outputs", node):
            hint = 'Write names: outputs = ("a", "b").'
            self.report("interface", f"outputs is {ast.unparse(node)}.", node.lineno, hint)
            return None
        names = tuple(value_of(node))
        if len(set(names)) < len(names):
            self.report("interface", "outputs names one twice.", node.lineno, "Give each its own name.")
            return None
        return names

    def setting(self, settings: dict[str, ast.expr], name: str, default: Any) -> Any:
        node = settings.get(name)
        if node is None:
            return default
        if _is_setting(name, node):
            return value_of(node)
        example = 'resources = {"cpus": 2}' if name == "resources" else "cache = False"
        hint = f"Write it as a literal: {example}."
        self.report("interface", f"{name} is {ast.unparse(node)}.", node.lineno, hint)
        return default


def _is_setting(name: str, node: ast.expr) -> bool:
    """Whether what is assigned to the name says something about the operation."""
    value = value_of(node)
    if name == "outputs":
        names = isinstance(value, tuple | list) and bool(value)
        return names and all(isinstance(part, str) and part.isidentifier() for part in value)
    return isinstance(value, dict if name == "resources" else bool)


def _own_method(node: ast.ClassDef, name: str) -> Function | None:
    """The method that the class itself defines, the last one of that name: those above it are overloads."""
    own = (each for each in reversed(node.body) if isinstance(each, Function) and each.name == name)
    return next(own, None)


def _is_static(function: Function) -> bool:
    return any(isinstance(mark, ast.Name) and mark.id == "staticmethod" for mark in function.decorator_list)


def _settings(body: list[ast.stmt]) -> dict[str, ast.expr]:
    """What is assigned in a body to the names that say something about the operation."""
    found: dict[str, ast.expr] = {}
    for statement in body:
        if isinstance(statement, ast.Assign):
            targets, value = statement.targets, statement.value
        elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
            targets, value = [statement.target], statement.value
        else:
            continue
        for target in targets:
            if isinstance(target, ast.Name) and target.id in ("outputs", "resources", "cache"):
                found[target.id] = value
    return found
