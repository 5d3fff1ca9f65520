"""Making an operation of pasted code: of a class or function as it is, of statements by wrapping them."""

from __future__ import annotations

import ast
import builtins
import io
import keyword
import re
import symtable
import textwrap
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass

from deepforge.core.code import LARGEST_SOURCE
from deepforge.core.errors import BadInput, TooLarge
from deepforge.core.interface import check_name
from deepforge.core.operation import read_operation
from deepforge.core.problem import errors_of
from deepforge.core.source import said_of

_HEADS = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)
INDENT = "    "


@dataclass(frozen=True)
class Pasted:
    """An operation that was made of pasted code."""

    name: str
    source: str


def file_name(operation: str) -> str:
    """The file of an operation, without its ending: `LoadDigits` → `load_digits`.

    >>> file_name("LoadMNISTDigits")
    'load_mnist_digits'
    """
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", operation)
    return re.sub(r"_+", "_", words).strip("_").lower() or "operation"


def operation_of(source: str, name: str | None = None) -> Pasted:
    """The operation in pasted code, named `name` when it has no name of its own.

    Raises BadInput with the line when it is no Python, or when it cannot be an operation; TooLarge.
    """
    if len(source) > LARGEST_SOURCE:
        raise TooLarge(f"The code has more than {LARGEST_SOURCE // 2**20} MiB.", "Paste a part of it.")
    source = textwrap.dedent(source.replace("\r\n", "\n").removeprefix("\ufeff")).strip("\n") + "\n"
    tree = _parsed(source)
    found = _own_name(tree, name)
    if found is None:
        found = name or "pasted"
        check_name(found)
        source = _wrapped(source, tree, found)
    reading = read_operation(source, f"operations/{file_name(found)}.py")
    problems = errors_of(list(reading.problems))
    if reading.operation is None:
        first = problems[0]
        raise BadInput(f"This cannot be an operation: {first.message} (line {first.place.line})", first.hint)
    return Pasted(reading.operation.name, source)


def _parsed(source: str) -> ast.Module:
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        text = (error.text or "").strip()
        raise BadInput(
            f"Line {error.lineno or 1} is not Python: {said_of(error)}.",
            f"The line is: {text}" if text else None,
        ) from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise BadInput(f"This is not Python: {error}.") from None
    if not tree.body:
        raise BadInput("There is no code in this.", "Paste a function, a class or some statements.")
    return tree


def _own_name(tree: ast.Module, wanted: str | None) -> str | None:
    """The class or function in the code that is the operation; None when there is none, or statements do
    something beside it.
    """
    classes = [node.name for node in tree.body if isinstance(node, ast.ClassDef) and _has_execute(node)]
    functions = [
        node.name for node in tree.body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    ]
    known = classes or functions
    if wanted in known:
        return wanted
    if classes:
        return classes[0]
    loose = [node for node in tree.body if not isinstance(node, _HEADS) and not _is_quiet(node)]
    return functions[-1] if functions and not loose else None


def _has_execute(node: ast.ClassDef) -> bool:
    return any(isinstance(part, ast.FunctionDef) and part.name == "execute" for part in node.body)


def _is_quiet(node: ast.stmt) -> bool:
    """Whether a statement at the top of a file only names something, or documents it."""
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    if isinstance(node, ast.Assign):
        return all(isinstance(target, ast.Name) and target.id.isupper() for target in node.targets)
    return isinstance(node, ast.If) and "__name__" in ast.unparse(node.test)


def _wrapped(source: str, tree: ast.Module, name: str) -> str:
    """The statements as the body of a function; what they lack are its inputs, what they make last its
    output.
    """
    lines = source.splitlines(keepends=True)
    inside_text = set(_lines_inside_texts(source))
    head: list[str] = []
    body: list[str] = []
    end = 0
    for node in tree.body:
        first = min([node.lineno, *(mark.lineno for mark in getattr(node, "decorator_list", []))])
        if first <= end:  # several statements on a line stay together
            continue
        end = _last_line(tree, node)
        start = first
        while start > 1 and lines[start - 2].lstrip().startswith("#"):
            start -= 1
        texts = lines[start - 1 : end]
        if isinstance(node, _HEADS):
            head += texts
        elif node is tree.body[-1] and isinstance(node, ast.Expr) and _result(tree):
            continue  # it becomes the return
        else:
            body += [
                text if number in inside_text or not text.strip() else INDENT + text
                for number, text in enumerate(texts, start)
            ]
    returned = _result(tree)
    if returned:
        body.append(f"{INDENT}return {returned}\n")
    if not body:
        raise BadInput("There is nothing to run in this.", "Paste a function, a class or some statements.")
    inputs = ", ".join(_missing(source, tree))
    top = "".join(head)
    return (
        f"{top}\n\ndef {name}({inputs}):\n{''.join(body)}"
        if top
        else f"def {name}({inputs}):\n{''.join(body)}"
    )


def _last_line(tree: ast.Module, node: ast.stmt) -> int:
    """The last line of a statement, and of others that begin on it."""
    end = node.end_lineno or node.lineno
    for other in tree.body:
        if other.lineno == end:
            end = max(end, other.end_lineno or end)
    return end


def _lines_inside_texts(source: str) -> Iterator[int]:
    """The lines that begin within a text of several lines, and so must not be indented."""
    depth, began = 0, 0
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.STRING:
            yield from range(token.start[0] + 1, token.end[0] + 1)
        elif tokenize.tok_name[token.type] == "FSTRING_START":
            began = token.start[0] if not depth else began
            depth += 1
        elif tokenize.tok_name[token.type] == "FSTRING_END":
            depth -= 1
            if not depth:
                yield from range(began + 1, token.end[0] + 1)


def _result(tree: ast.Module) -> str | None:
    """What the statements make last: the name in the last line, or the last one that is assigned."""
    last = tree.body[-1]
    if isinstance(last, ast.Expr) and isinstance(last.value, ast.Name):
        return last.value.id
    if isinstance(last, ast.Expr) and isinstance(last.value, ast.Tuple):
        names = [part.id for part in last.value.elts if isinstance(part, ast.Name)]
        return ", ".join(names) if len(names) == len(last.value.elts) else None
    if isinstance(last, ast.Assign) and len(last.targets) == 1 and isinstance(last.targets[0], ast.Name):
        return last.targets[0].id
    return None


def _missing(source: str, tree: ast.Module) -> list[str]:
    """The names that the code uses and nobody makes, in the order in which they occur."""
    table = symtable.symtable(source, "pasted", "exec")
    made = {
        symbol.get_name() for symbol in table.get_symbols() if symbol.is_assigned() or symbol.is_imported()
    }
    made |= {child.get_name() for child in table.get_children()}
    free: set[str] = set()
    waiting = [table]
    while waiting:
        current = waiting.pop()
        waiting += current.get_children()
        free |= {
            symbol.get_name()
            for symbol in current.get_symbols()
            if symbol.is_global() and symbol.is_referenced()
        }
        if current is table:
            free |= {symbol.get_name() for symbol in current.get_symbols() if symbol.is_referenced()}
    free = {name for name in free - made if not hasattr(builtins, name) and not keyword.iskeyword(name)}
    free -= {"__file__", "__name__", "self"}
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id in free]
    found.sort(key=lambda node: (node.lineno, node.col_offset))
    return list(dict.fromkeys(node.id for node in found))
