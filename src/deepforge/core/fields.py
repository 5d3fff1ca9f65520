"""Fields: what classes take that have their `__init__` written from annotations, as dataclasses do."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from deepforge.core.parameter import REQUIRED, Expression, value_of
from deepforge.core.returns import unquoted

Style = Literal["dataclass", "attrs", "model", "struct"]

INHERITED: tuple[Style, ...] = ("model", "struct")
"""The styles of which a class is by its base class alone, without a decorator of its own."""

_ATTRS = ("define", "frozen", "mutable")
_DECORATORS: dict[str, Style] = {
    "dataclass": "dataclass",
    "dataclasses.dataclass": "dataclass",
    "pydantic.dataclasses.dataclass": "dataclass",
    **{f"{module}{name}": "attrs" for module in ("", "attrs.", "attr.") for name in _ATTRS},
}
_BASES: dict[str, Style] = {
    "NamedTuple": "dataclass",
    "typing.NamedTuple": "dataclass",
    "Struct": "struct",
    "msgspec.Struct": "struct",
    "BaseModel": "model",
    "pydantic.BaseModel": "model",
    "BaseSettings": "model",
    "pydantic_settings.BaseSettings": "model",
}
_NO_FIELDS = ("ClassVar", "KW_ONLY")


@dataclass(frozen=True)
class Field:
    """A field that is given when an object is made."""

    name: str
    """As it is given, which for attrs is without underscores in front."""
    annotation: str
    default: Any
    """As that of a parameter: a literal value, an Expression or REQUIRED."""
    line: int


def style_of(node: ast.ClassDef) -> Style | None:
    """Which library writes the `__init__` of a class; None: nobody does. A base class counts only if it is
    the library's own.
    """
    for mark in node.decorator_list:
        called = mark.func if isinstance(mark, ast.Call) else mark
        if found := _DECORATORS.get(ast.unparse(called)):
            return found
    return next((_BASES[name] for base in node.bases if (name := ast.unparse(base)) in _BASES), None)


def fields_of(node: ast.ClassDef, style: Style) -> Iterator[Field]:
    """The fields that a class itself says, in its order."""
    computed = dict(_computed(node)) if style == "attrs" else {}
    for statement in node.body:
        if not isinstance(statement, ast.AnnAssign) or not isinstance(statement.target, ast.Name):
            continue
        name = statement.target.id
        annotation = ast.unparse(unquoted(statement.annotation))
        if annotation.partition("[")[0].rpartition(".")[2] in _NO_FIELDS:
            continue
        if style == "model" and (name.startswith("_") or name == "model_config"):
            continue
        default = _default(statement.value)
        if default is not None:
            shown = name.lstrip("_") if style == "attrs" else name
            yield Field(shown, annotation, computed.get(name, default[0]), statement.lineno)


def _computed(node: ast.ClassDef) -> Iterator[tuple[str, Any]]:
    """The defaults that methods give, marked `@rate.default`, by the name of the field."""
    for method in node.body:
        if not isinstance(method, ast.FunctionDef):
            continue
        for mark in method.decorator_list:
            match mark:
                case ast.Attribute(value=ast.Name(id=name), attr="default"):
                    yield name, Expression(f"self.{method.name}()")


def _default(value: ast.expr | None) -> tuple[Any] | None:
    """The default of a field; None when it is not given at all."""
    if not isinstance(value, ast.Call) or ast.unparse(value.func).rpartition(".")[2] not in _MAKERS:
        return (value_of(value),)
    words = {keyword.arg: keyword.value for keyword in value.keywords}
    init = words.get("init")
    if isinstance(init, ast.Constant) and init.value is False:
        return None
    given = words.get("default", next(iter(value.args), None))
    if isinstance(given, ast.Constant) and given.value is Ellipsis:
        return (REQUIRED,)
    if given is not None:
        return (value_of(given),)
    return (value_of(value) if words.keys() & {"default_factory", "factory"} else REQUIRED,)


_MAKERS = ("field", "Field", "ib")
"""What makes a field with more than a default."""
