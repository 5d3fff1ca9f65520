"""What a function returns: the names and types of its outputs, from all its `return` statements."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from deepforge.core.problem import Place, Problem

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Output:
    """An output of an operation: its name, its annotation as it is written, and what its docstring says."""

    name: str
    annotation: str | None = None
    doc: str = ""


def read_outputs(
    function: Function, file: str, declared: Sequence[str] | None
) -> tuple[tuple[Output, ...], list[Problem]]:
    """The outputs of a function. `declared` are the names in `outputs = (…)`, which win over those returned.

    A returned tuple has one output for each element, anything else is one. The names come from the first
    `return` whose elements are all plain (`x` or `self.x`), else from the first; an element without a name is
    `result`, or `result_1` and so on by its place. Returns that do not agree on how many there are make a
    problem.
    """
    problems = list(_yields(function, file))
    returns = list(_returns(function))
    valued = [found for found in returns if not _is_bare(found)]
    if declared is not None:
        problems += _against_declared(function, valued, declared, file)
        return _typed(list(declared), function), problems
    if not valued:
        return (), problems
    problems += _disagreeing(function, returns, file)
    chosen = next((found for found in valued if all(map(_plain_name, _elements(found)))), valued[0])
    starred = next((part for part in _elements(chosen) if isinstance(part, ast.Starred)), None)
    if starred is not None:
        problems.append(
            Problem(
                "returns",
                f"{function.name} returns *{ast.unparse(starred.value)}, so its outputs cannot be counted.",
                Place(file, starred.lineno),
                'Return each by name, or declare them: outputs = ("first", "second").',
            )
        )
    names = _distinct(
        _plain_name(part) or _placed_name(index) for index, part in enumerate(_elements(chosen))
    )
    outputs = _typed(names, function)
    return outputs, problems + list(_annotated_otherwise(function, len(names), file))


def _own_nodes(function: Function) -> Iterator[ast.AST]:
    """The nodes of the body in the order of the source, those of nested functions and classes left out."""
    waiting: list[ast.AST] = list(reversed(function.body))
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            waiting.extend(reversed(list(ast.iter_child_nodes(node))))


def _returns(function: Function) -> Iterator[ast.Return]:
    return (node for node in _own_nodes(function) if isinstance(node, ast.Return))


def _yields(function: Function, file: str) -> Iterator[Problem]:
    for node in _own_nodes(function):
        if isinstance(node, ast.Yield | ast.YieldFrom):
            yield Problem(
                "returns",
                f"{function.name} yields, but an operation returns its outputs once.",
                Place(file, node.lineno),
                "Collect what it yields and return it.",
            )
            return


def _is_bare(found: ast.Return) -> bool:
    return found.value is None or (isinstance(found.value, ast.Constant) and found.value.value is None)


def _elements(found: ast.Return) -> list[ast.expr]:
    if isinstance(found.value, ast.Tuple):
        return found.value.elts
    return [] if found.value is None or _is_bare(found) else [found.value]


def _plain_name(part: ast.expr) -> str | None:
    if isinstance(part, ast.Name):
        return part.id
    if isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name) and part.value.id == "self":
        return part.attr
    return None


def _placed_name(index: int) -> str:
    return f"result_{index}" if index else "result"


def _distinct(names: Iterator[str]) -> list[str]:
    """The same names, where one that came before gets its place as an ending."""
    found: list[str] = []
    for index, name in enumerate(names):
        found.append(f"{name}_{index}" if name in found else name)
    return found


def _disagreeing(function: Function, returns: list[ast.Return], file: str) -> Iterator[Problem]:
    first = next((found for found in returns if not _is_bare(found)), returns[0])
    for other in sorted(returns, key=lambda found: found.lineno):
        if _is_bare(other) and other.value is not None and len(_elements(first)) == 1:
            continue  # its only output is None here
        if len(_elements(other)) != len(_elements(first)):
            first, other = sorted((first, other), key=lambda found: found.lineno)
            yield Problem(
                "returns",
                f"{function.name} returns {_count(first)} in line {first.lineno} "
                f"but {_count(other)} in line {other.lineno}.",
                Place(file, other.lineno),
                "Let every return give the same outputs; None stands for one that is missing.",
            )
            return


def _count(found: ast.Return) -> str:
    number = len(_elements(found))
    return {0: "nothing", 1: "1 value"}.get(number, f"{number} values")


def _against_declared(
    function: Function, valued: list[ast.Return], declared: Sequence[str], file: str
) -> Iterator[Problem]:
    for found in valued:
        if (
            isinstance(found.value, ast.Tuple)
            and len(declared) > 1
            and len(found.value.elts) != len(declared)
        ):
            if any(isinstance(part, ast.Starred) for part in found.value.elts):
                continue
            yield Problem(
                "returns",
                f"{function.name} returns {_count(found)} but declares the outputs {', '.join(declared)}.",
                Place(file, found.lineno),
                "Let the declared outputs and the return agree.",
            )


def _typed(names: list[str], function: Function) -> tuple[Output, ...]:
    annotations = _annotations(function, len(names))
    return tuple(Output(name, annotation) for name, annotation in zip(names, annotations, strict=True))


def _annotations(function: Function, count: int) -> list[str | None]:
    """The annotation of each output, from that of the function."""
    if function.returns is None or count == 0:
        return [None] * count
    if count == 1:
        text = ast.unparse(unquoted(function.returns))
        return [None if text == "None" else text]
    parts = _tuple_parts(function.returns)
    if parts is None or len(parts) != count:
        return [None] * count
    return [ast.unparse(unquoted(part)) for part in parts]


def _tuple_parts(annotation: ast.expr) -> list[ast.expr] | None:
    """The parts of `tuple[A, B]`; None when the annotation is no tuple of known length."""
    annotation = unquoted(annotation)
    if not isinstance(annotation, ast.Subscript):
        return None
    if ast.unparse(annotation.value).rpartition(".")[2] not in ("tuple", "Tuple"):
        return None
    parts = annotation.slice.elts if isinstance(annotation.slice, ast.Tuple) else [annotation.slice]
    if any(isinstance(part, ast.Constant) and part.value is ... for part in parts):
        return None
    return parts


def _annotated_otherwise(function: Function, count: int, file: str) -> Iterator[Problem]:
    parts = _tuple_parts(function.returns) if function.returns is not None else None
    if parts is not None and count > 1 and len(parts) != count:
        yield Problem(
            "returns",
            f"{function.name} is annotated to return {len(parts)} values but returns {count}.",
            Place(file, function.lineno),
            "Let the annotation and the return agree.",
            "warning",
        )


def unquoted(annotation: ast.expr) -> ast.expr:
    """An annotation written as text, such as `"np.ndarray"`, as the expression it stands for."""
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        try:
            return ast.parse(annotation.value.strip(), mode="eval").body
        except (SyntaxError, ValueError):
            return annotation
    return annotation
