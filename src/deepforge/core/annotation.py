"""Annotations as far as text can tell: whether a value fits one, and whether two of them can meet.

Only what is certain counts. A name that is not known here may be anything, and fits everything.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from datetime import date, datetime
from functools import lru_cache
from typing import Literal

from deepforge.core.returns import unquoted

ReferenceKind = Literal["callable", "class"]
"""What may be chosen: whatever can be called, or classes only."""

_RENAMED = {
    "Type": "type",
    "List": "list",
    "Dict": "dict",
    "Tuple": "tuple",
    "Set": "set",
    "FrozenSet": "frozenset",
    "Text": "str",
    "NoneType": "None",
    "OrderedDict": "dict",
    "Mapping": "dict",
    "MutableMapping": "dict",
}
_FITS: dict[str, Callable[[object], bool]] = {
    "None": lambda value: value is None,
    "bool": lambda value: isinstance(value, bool),
    "int": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "float": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "complex": lambda value: isinstance(value, int | float | complex) and not isinstance(value, bool),
    "str": lambda value: isinstance(value, str),
    "bytes": lambda value: isinstance(value, bytes),
    "list": lambda value: isinstance(value, list | tuple),
    "tuple": lambda value: isinstance(value, list | tuple),  # YAML and JSON have no tuples
    "set": lambda value: isinstance(value, list | tuple | set | frozenset),
    "frozenset": lambda value: isinstance(value, list | tuple | set | frozenset),
    "Sequence": lambda value: isinstance(value, list | tuple | str),
    "Iterable": lambda value: isinstance(value, list | tuple | str | dict | set | frozenset),
    "dict": lambda value: isinstance(value, dict),
    "Path": lambda value: isinstance(value, str),
    "PathLike": lambda value: isinstance(value, str),
    "date": lambda value: isinstance(value, str) and _reads(value, date.fromisoformat),
    "datetime": lambda value: isinstance(value, str) and _reads(value, datetime.fromisoformat),
}
_WORDS = {
    "None": "null",
    "bool": "true or false",
    "int": "a whole number",
    "float": "a number",
    "complex": "a number",
    "str": "a text",
    "list": "a list",
    "tuple": "a list",
    "set": "a list",
    "frozenset": "a list",
    "Sequence": "a list",
    "Iterable": "a list",
    "dict": "a mapping",
    "Path": "a path, as text",
    "date": "a date, such as 2026-11-22",
    "datetime": "a date and time, such as 2026-11-22T18:30",
}
_MEETS = {
    ("bool", "int"),
    ("bool", "float"),
    ("bool", "complex"),
    ("int", "float"),
    ("int", "complex"),
    ("float", "complex"),
}
_CONCRETE = frozenset(
    {"None", "bool", "int", "float", "complex", "str", "bytes", "list", "dict", "tuple", "set", "frozenset"}
    | {"ndarray", "Tensor", "DataFrame"}
)
"""Types of which no value has two (but for those that `_MEETS` lists)."""

_SIZED = ("list", "set", "frozenset", "tuple", "Sequence", "Iterable")


def _reads(text: str, read: Callable[[str], object]) -> bool:
    try:
        read(text)
    except ValueError:
        return False
    return True


@lru_cache(maxsize=1024)
def parse_annotation(text: str) -> ast.expr | None:
    """The annotation as an expression; None when it is none."""
    try:
        return unquoted(ast.parse(text.strip(), mode="eval").body)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def fits(value: object, annotation: str) -> bool:
    """Whether a pipeline's value can be meant by the annotation: a bool is no int, an int is a float."""
    node = parse_annotation(annotation)
    return node is None or _fits(value, node)


def _fits(value: object, node: ast.expr) -> bool:
    alternatives = list(_alternatives(node))
    return any(_fits_one(value, alternative) for alternative in alternatives)


def _fits_one(value: object, node: ast.expr) -> bool:
    if isinstance(node, ast.Constant) and node.value is None:
        return value is None
    name, parts = _split(node)
    if name == "Literal":
        return any(_same_literal(value, part) for part in parts)
    check = _FITS.get(name)
    if check is None:
        return True
    if not check(value):
        return False
    if name == "dict" and len(parts) == 2 and isinstance(value, dict):
        return all(_fits(key, parts[0]) and _fits(part, parts[1]) for key, part in value.items())
    if isinstance(value, list | tuple) and name in _SIZED and parts:
        if name == "tuple" and not _is_ellipsis(parts[-1]):
            return len(parts) == len(value) and all(map(_fits, value, parts))
        return all(_fits(part, parts[0]) for part in value)
    return True


def _same_literal(value: object, part: ast.expr) -> bool:
    try:
        literal = ast.literal_eval(part)
    except (ValueError, TypeError, SyntaxError):
        return True  # a member of an enumeration: only running the code could tell
    return type(value) is type(literal) and value == literal


def can_meet(source: str, target: str) -> bool:
    """Whether data annotated as `source` can be what `target` asks for; only what is certain says no."""
    one, other = parse_annotation(source), parse_annotation(target)
    return one is None or other is None or _can_meet(one, other)


def _can_meet(source: ast.expr, target: ast.expr) -> bool:
    return any(_can_meet_one(one, other) for one in _alternatives(source) for other in _alternatives(target))


def _can_meet_one(source: ast.expr, target: ast.expr) -> bool:
    names: list[str] = []
    parts: list[list[ast.expr]] = []
    for node in (source, target):
        name, inside = _split(node)
        if name == "Literal":
            types = {
                type(ast.literal_eval(part)).__name__ for part in inside if isinstance(part, ast.Constant)
            }
            if len(types) != 1:
                return True
            name, inside = types.pop().replace("NoneType", "None"), []
        names.append(name)
        parts.append(inside)
    one, other = names
    if one not in _CONCRETE or other not in _CONCRETE:
        return True
    if one != other:
        return (one, other) in _MEETS
    if one in ("list", "set", "frozenset") and len(parts[0]) == len(parts[1]) == 1:
        return _can_meet(parts[0][0], parts[1][0])
    if one == "dict" and len(parts[0]) == len(parts[1]) == 2:
        return all(map(_can_meet, parts[0], parts[1]))
    return True


def reference_kind(annotation: str | None) -> ReferenceKind | None:
    """What an attribute that is a reference takes: `Callable`, `type` and unions of them with None.

    None when it is no reference.
    """
    names = _names_without_none(annotation)
    if not names or not names <= {"Callable", "type"}:
        return None
    return "callable" if "Callable" in names else "class"


def may_refer(annotation: str | None) -> bool:
    """Whether a class or a function can be meant by the annotation; only what is certain says no."""
    names = _names_without_none(annotation)
    return not names or not names <= {*_FITS, "Literal"}


def single_name(annotation: str | None) -> str | None:
    """The name of the only type in an annotation besides None, as it is written: `options.Optimizer`."""
    node = parse_annotation(annotation) if annotation else None
    types = [each for each in _alternatives(node) if not _is_none(each)] if node is not None else []
    if len(types) != 1 or not isinstance(types[0], ast.Name | ast.Attribute):
        return None
    return ast.unparse(types[0])


def _names_without_none(annotation: str | None) -> set[str]:
    node = parse_annotation(annotation) if annotation else None
    return (
        {_split(each)[0] for each in _alternatives(node) if not _is_none(each)} if node is not None else set()
    )


def _is_none(node: ast.expr) -> bool:
    return _split(node)[0] == "None"


def in_words(annotation: str) -> str:
    """What an annotation asks for, as one would say it: `int | None` → `a whole number or null`."""
    node = parse_annotation(annotation)
    if node is None:
        return annotation
    found = []
    for alternative in _alternatives(node):
        name, parts = _split(alternative)
        if name == "Literal":
            found += [ast.unparse(part) for part in parts]
        elif parts and name != "Path":
            found.append(ast.unparse(alternative))
        else:
            found.append(_WORDS.get(name, ast.unparse(alternative)))
    return " or ".join(dict.fromkeys(found))


def _alternatives(node: ast.expr) -> Iterator[ast.expr]:
    """The members of a union, however it is written; else the node itself."""
    node = unquoted(node)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        yield from _alternatives(node.left)
        yield from _alternatives(node.right)
        return
    name, parts = _split(node)
    if name == "Union" and parts:
        for part in parts:
            yield from _alternatives(part)
    elif name == "Optional" and parts:
        yield from _alternatives(parts[0])
        yield ast.Constant(None)
    elif name in ("Annotated", "Final") and parts:
        yield from _alternatives(parts[0])
    else:
        yield node


def _split(node: ast.expr) -> tuple[str, list[ast.expr]]:
    """The name of a type without its module, and what stands in its brackets."""
    node = unquoted(node)
    if isinstance(node, ast.Subscript):
        inside = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        return _split(node.value)[0], list(inside)
    if isinstance(node, ast.Constant):
        return ("None" if node.value is None else ""), []
    name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    return _RENAMED.get(name, name), []


def _is_ellipsis(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is ...
