"""Parameters of a function: their annotations and defaults, as the source has them."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from deepforge.core.returns import Function, unquoted

Parameter = tuple[ast.arg, ast.expr | None]
"""A parameter, and its default if it has one."""


class Required(Enum):
    """What stands for the default of a parameter that has none."""

    REQUIRED = "required"


REQUIRED: Final = Required.REQUIRED


@dataclass(frozen=True)
class Expression:
    """A default that is not a literal, such as `os.cpu_count()`, as its source text."""

    text: str


def positional(function: Function) -> list[Parameter]:
    """The parameters that can be given by position, `self` among them."""
    parameters = [*function.args.posonlyargs, *function.args.args]
    without = len(parameters) - len(function.args.defaults)
    return list(zip(parameters, [*[None] * without, *function.args.defaults], strict=True))


def keyword_only(function: Function) -> list[Parameter]:
    """The parameters that can be given by keyword only."""
    return list(zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True))


def annotation_of(parameter: ast.arg) -> str | None:
    """The annotation as it is written, without quotation marks around the whole."""
    return None if parameter.annotation is None else ast.unparse(unquoted(parameter.annotation))


def value_of(node: ast.expr | None) -> Any:
    """A default: the literal value as it is (None, lists and dicts too), an Expression, or REQUIRED."""
    if node is None:
        return REQUIRED
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return Expression(ast.unparse(node))


def written(default: Any) -> str | None:
    """A default as Python writes it; None when there is none."""
    if default is REQUIRED:
        return None
    if isinstance(default, Expression):
        return default.text
    return ast.unparse(ast.Constant(default)) if isinstance(default, float) else repr(default)


def allows_none(annotation: ast.expr | None) -> bool:
    """Whether the annotation names None: `None`, `Optional[X]`, `X | None`, `Union[X, None]`."""
    if annotation is None:
        return False
    node = unquoted(annotation)
    if isinstance(node, ast.Constant):
        return node.value is None
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return allows_none(node.left) or allows_none(node.right)
    if isinstance(node, ast.Subscript):
        name = ast.unparse(node.value).rpartition(".")[2]
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        if name == "Union":
            return any(map(allows_none, parts))
        return name == "Optional" or (name == "Annotated" and allows_none(parts[0]))
    return False
