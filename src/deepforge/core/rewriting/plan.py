"""A plan: the parts of a source that an edit concerns, and what is to be done to them."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import Any

import libcst as cst
from libcst.metadata import FunctionScope, MetadataWrapper, PositionProvider, Scope, ScopeProvider

from deepforge.core.errors import BadInput
from deepforge.core.operation import Operation, locate

Change = Callable[[Any], Any]


class Plan:
    """One source with its operation, and the changes that were decided on so far."""

    def __init__(self, source: str, operation: Operation) -> None:
        self.operation = operation
        located = locate(source, operation.file)
        try:
            module = cst.parse_module(source)
        except (cst.ParserSyntaxError, RecursionError) as error:
            raise BadInput(f"The source cannot be edited: {error}.", "Edit it as text.") from None
        self.wrapper = MetadataWrapper(module, unsafe_skip_copy=True)
        self.module = self.wrapper.module
        self._lines: Any = None
        self._scopes: Any = None
        self._changes: dict[int, list[Change]] = {}
        assert located is not None, "a source that was read has an operation"
        self.has_fields = located.has_fields
        known = dict(zip(_definition_lines(source), definitions(self.module), strict=True))
        self.found = known[located.found]
        call = known[located.call]
        init = known[located.init] if located.init else None
        assert isinstance(call, cst.FunctionDef)
        self.call = call
        self.init = init if isinstance(init, cst.FunctionDef) else None

    def line_of(self, node: cst.CSTNode) -> int:
        """The line of a node, counted from 1."""
        if self._lines is None:
            self._lines = self.wrapper.resolve(PositionProvider)
        return int(self._lines[node].start.line)

    def scope_of(self, function: cst.FunctionDef) -> FunctionScope:
        """The names of a function."""
        scope = self.scope_at(function.body)
        assert isinstance(scope, FunctionScope)
        return scope

    def scope_at(self, node: cst.CSTNode) -> Scope:
        """The names that can be seen at a node."""
        if self._scopes is None:
            self._scopes = self.wrapper.resolve(ScopeProvider)
        scope: Scope = self._scopes[node]
        return scope

    def on(self, node: cst.CSTNode, change: Change) -> None:
        """Have a node changed; the change is given what earlier and inner changes made of it."""
        self._changes.setdefault(id(node), []).append(change)

    def carry_out(self) -> str:
        """The source with all changes."""
        changes = self._changes

        class Carrier(cst.CSTTransformer):
            def on_leave(self, original_node: Any, updated_node: Any) -> Any:
                for change in changes.get(id(original_node), ()):
                    updated_node = change(updated_node)
                return updated_node

        return self.module.visit(Carrier()).code


def _definition_lines(source: str) -> list[int]:
    """The line of each function and class, in the order of the source."""
    kinds = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    return sorted(node.lineno for node in ast.walk(ast.parse(source)) if isinstance(node, kinds))


class _Definitions(cst.CSTVisitor):
    """Collects functions and classes, and looks into nothing that cannot hold one."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[cst.FunctionDef | cst.ClassDef] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, cst.FunctionDef | cst.ClassDef):
            self.found.append(node)
        return not isinstance(node, cst.SimpleStatementLine | cst.BaseExpression | cst.Parameters)


def definitions(module: cst.Module) -> list[cst.FunctionDef | cst.ClassDef]:
    """All functions and classes, in the order of the source."""
    visitor = _Definitions()
    module.visit(visitor)
    return visitor.found


def own_nodes(function: cst.FunctionDef) -> Iterator[cst.CSTNode]:
    """The statements of a function, and what holds them; those of nested functions and classes left out."""
    waiting: list[cst.CSTNode] = [function.body]
    while waiting:
        node = waiting.pop(0)
        yield node
        if not isinstance(node, cst.FunctionDef | cst.ClassDef | cst.BaseExpression | cst.BaseSmallStatement):
            waiting[:0] = node.children


def expression(text: str) -> cst.BaseExpression:
    """An expression from its text, which was checked before."""
    return cst.parse_expression(text.strip())


def line(text: str, indent: str = "") -> cst.SimpleStatementLine:
    """A line of code."""
    statement = cst.parse_statement(text)
    assert isinstance(statement, cst.SimpleStatementLine)
    return statement


def block_of(body: cst.BaseSuite) -> cst.IndentedBlock:
    """A body as a block of lines, also when it stood behind the colon."""
    if isinstance(body, cst.IndentedBlock):
        return body
    assert isinstance(body, cst.SimpleStatementSuite)
    inner = cst.SimpleStatementLine(body=body.body, trailing_whitespace=body.trailing_whitespace)
    return cst.IndentedBlock(body=[inner])


def is_docstring(statement: cst.CSTNode) -> bool:
    """Whether a statement is a text that stands alone."""
    return (
        isinstance(statement, cst.SimpleStatementLine)
        and len(statement.body) == 1
        and isinstance(statement.body[0], cst.Expr)
        and isinstance(statement.body[0].value, cst.SimpleString | cst.ConcatenatedString)
    )


def is_pass(statement: cst.CSTNode) -> bool:
    """Whether a statement does nothing."""
    return (
        isinstance(statement, cst.SimpleStatementLine)
        and len(statement.body) == 1
        and isinstance(statement.body[0], cst.Pass)
    )
