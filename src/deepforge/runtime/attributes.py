"""Attributes: the plain values that a pipeline gives, as what the operation's annotations ask for."""

from __future__ import annotations

import ast
import inspect
import sys
import typing
from datetime import date, datetime
from pathlib import PurePath
from typing import Any, Callable, Dict, Tuple

_PLAIN = (str, list, dict)
"""What may stand for a value of another type."""


class WrongAttribute(Exception):
    """A value of the pipeline cannot be what the annotation of its attribute asks for."""


def converted(called: Callable[..., Any], values: Dict[str, Any]) -> Dict[str, Any]:
    """The values as paths, dates, times, sets and tuples where the parameters are annotated so.

    What has no annotation, or one that cannot be found out, stays as it is. Raises WrongAttribute.
    """
    if not any(isinstance(value, _PLAIN) for value in values.values()):
        return values
    annotations = _annotations(called)
    return {name: _converted(name, value, annotations.get(name)) for name, value in values.items()}


def _annotations(called: Callable[..., Any]) -> Dict[str, Any]:
    try:
        parameters = inspect.signature(called).parameters.values()
    except (TypeError, ValueError):  # a callable that does not say what it takes
        return {}
    names = vars(sys.modules.get(called.__module__, typing))
    return {each.name: _type(each.annotation, names) for each in parameters}


def _type(annotation: Any, names: Dict[str, Any]) -> Any:
    """The type that an annotation means; None when it is text that names what is not there."""
    if not isinstance(annotation, str):
        return annotation
    try:
        tree = ast.fix_missing_locations(_Unions().visit(ast.parse(annotation.strip(), mode="eval")))
        return eval(compile(tree, "<annotation>", "eval"), {**names, _UNION: typing.Union})  # noqa: S307
    except Exception:  # noqa: BLE001 — it is the user's text, and need not be a type
        return None


_UNION = "_deepforge_union"


class _Unions(ast.NodeTransformer):
    """Writes `X | Y` in the way that Python before 3.10 knows."""

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        if not isinstance(node.op, ast.BitOr):
            return node
        both = ast.Tuple([node.left, node.right], ast.Load())
        return ast.Subscript(ast.Name(_UNION, ast.Load()), both, ast.Load())


def _converted(name: str, value: Any, wanted: Any) -> Any:
    try:
        return _as(value, wanted)
    except (TypeError, ValueError) as error:
        raise WrongAttribute(
            "the attribute %s is %r, which cannot be %s: %s" % (name, value, _words(wanted), error)
        ) from None


def _words(wanted: Any) -> str:
    return wanted.__name__ if type(wanted) is type else str(wanted).replace("typing.", "")


def _as(value: Any, wanted: Any) -> Any:
    """The value as that type. Raises TypeError or ValueError when it cannot be."""
    kind, parts = typing.get_origin(wanted) or wanted, typing.get_args(wanted)
    if _is_union(kind):
        return _as_one_of(value, parts)
    if hasattr(wanted, "__metadata__"):  # Annotated
        return _as(value, wanted.__origin__)
    if not isinstance(kind, type):
        return value
    if isinstance(value, str):
        return _from_text(value, kind)
    if isinstance(value, list):
        return _from_list(value, kind, parts)
    if isinstance(value, dict) and kind is dict and len(parts) == 2:
        return {_as(key, parts[0]): _as(each, parts[1]) for key, each in value.items()}
    return value


def _is_union(kind: Any) -> bool:
    return kind is typing.Union or getattr(kind, "__name__", "") == "UnionType"


def _as_one_of(value: Any, kinds: Tuple[Any, ...]) -> Any:
    """The value itself when it is one of these types already, else as the first that it can be."""
    for kind in kinds:
        if (typing.get_origin(kind) or kind) is type(value):
            return _as(value, kind)
    failure = None
    for kind in kinds:
        try:
            found = _as(value, kind)
        except (TypeError, ValueError) as error:
            failure = failure or error
            continue
        if found is not value:
            return found
    if failure is not None:
        raise failure
    return value


def _from_text(text: str, kind: type) -> Any:
    if issubclass(kind, PurePath):
        return kind(text)
    if kind is datetime:
        return datetime.fromisoformat(text[:-1] + "+00:00" if text.endswith("Z") else text)
    if kind is date:
        return date.fromisoformat(text)
    return text


def _from_list(values: Any, kind: type, parts: Tuple[Any, ...]) -> Any:
    if kind not in (list, tuple, set, frozenset):
        return values
    if not parts:
        return kind(values)
    if kind is tuple and parts[-1] is not Ellipsis:
        if len(parts) != len(values):
            raise ValueError("it has %d values, not %d" % (len(values), len(parts)))
        return tuple(map(_as, values, parts))
    return kind(_as(each, parts[0]) for each in values)
