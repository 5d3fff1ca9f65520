"""One edit of an interface, from source to source, judged by reading what came out."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import libcst as cst

from deepforge.core.code import LARGEST_SOURCE, Edited, InterfaceEdit
from deepforge.core.errors import BadInput, TooLarge
from deepforge.core.interface import ANY, Interface, change, field_of, interface_of
from deepforge.core.operation import Operation, read_operation
from deepforge.core.rewriting.attributes import edit_attributes, edit_inputs
from deepforge.core.rewriting.importing import typed_as_reference, with_callable
from deepforge.core.rewriting.names import refuse_used, uses
from deepforge.core.rewriting.outputs import edit_outputs, pin
from deepforge.core.rewriting.plan import Plan, block_of, is_docstring

BYTE_ORDER_MARK = "\ufeff"


def rewrite(source: str, path: str, edit: InterfaceEdit) -> Edited:
    """The source after an edit of the interface of its operation; all else is as it was, letter by letter.

    Raises BadInput (also when the source cannot be read now), UnknownName, Conflict, TooLarge.
    """
    if len(source) > LARGEST_SOURCE:
        raise TooLarge(f"The source has more than {LARGEST_SOURCE // 2**20} MiB.", "Edit it as text.")
    mark = BYTE_ORDER_MARK if source.startswith(BYTE_ORDER_MARK) else ""
    text = source.removeprefix(mark)
    if edit.part == "reference" and edit.deed in ("add", "retype"):
        edit = replace(edit, annotation=typed_as_reference(edit))
    operation = _read(text, path)
    before = interface_of(operation)
    wanted: Interface | None = change(before, edit)
    if wanted == before:
        return Edited(source)
    if edit.deed == "add" and edit.at is None:
        wanted = None  # the place is chosen below
    written, left = _planned(text, operation, edit, None)
    after = _interface(written, path)
    wanted = wanted or change(before, _placed(before, after, edit))
    if after is not None and _names_only(after, wanted):
        names = [port.name for port in wanted.outputs]
        written, left = _planned(text, operation, edit, names)
        after = _interface(written, path)
    if after != wanted:
        raise BadInput(
            "This cannot be changed here without changing more than was asked for.", _advice(after, edit)
        )
    if edit.part == "reference" and edit.deed in ("add", "retype"):
        written = with_callable(written, path, edit.annotation)
    return Edited(mark + written, left)


def _read(source: str, path: str) -> Operation:
    reading = read_operation(source, path, with_digest=False)
    if reading.operation is None:
        first = reading.problems[0] if reading.problems else None
        where = f" (line {first.place.line})" if first and first.place.line else ""
        raise BadInput(
            f"The interface cannot be edited while it cannot be read{where}.",
            first.message if first else "Write an operation first.",
        )
    return reading.operation


def _interface(source: str, path: str) -> Interface | None:
    operation = read_operation(source, path, with_digest=False).operation
    return interface_of(operation) if operation is not None else None


def _placed(before: Interface, after: Interface | None, edit: InterfaceEdit) -> InterfaceEdit:
    """The edit with the place that was chosen for what it adds; a field of a dataclass always has a type."""
    field = field_of(edit)
    ports = getattr(after or before, field)
    place = next((index for index, port in enumerate(ports) if port.name == edit.name), None)
    if place is not None and field == "attributes" and not edit.annotation and ports[place].annotation == ANY:
        edit = replace(edit, annotation=ANY)
    return replace(edit, at=place)


def _names_only(after: Interface, wanted: Interface) -> bool:
    """Whether only the names of outputs are not yet what they should be."""
    if after == wanted or len(after.outputs) != len(wanted.outputs):
        return False
    named = tuple(
        replace(port, name=right.name) for port, right in zip(after.outputs, wanted.outputs, strict=True)
    )
    return replace(after, outputs=named) == wanted


def _planned(
    source: str, operation: Operation, edit: InterfaceEdit, names: list[str] | None
) -> tuple[str, tuple[int, ...]]:
    """The source after the edit; `names` are written down as `outputs = (…)`. The lines where what was
    removed is used.
    """
    plan = Plan(source, operation)
    left: list[cst.CSTNode] = []
    if edit.deed == "doc":
        _document(plan, edit.value)
    elif edit.deed == "operation":
        _rename_operation(plan, edit.value)
    else:
        match field_of(edit):
            case "inputs":
                left = edit_inputs(plan, edit)
            case "outputs":
                edit_outputs(plan, edit)
            case _:
                left = edit_attributes(plan, edit)
    if names:
        pin(plan, names)
    marked = _marked(plan, left)
    written = plan.carry_out()
    return _without_marks(written, marked)


def _marked(plan: Plan, nodes: list[cst.CSTNode]) -> str | None:
    """Mark names in the plan, so that their lines are known when everything has its place."""
    if not nodes:
        return None
    mark = "_still_used"
    while mark in plan.module.code:
        mark += "_"
    for node in nodes:
        target = node.attr if isinstance(node, cst.Attribute) else node
        plan.on(target, lambda name: name.with_changes(value=name.value + mark))
    return mark


def _without_marks(source: str, mark: str | None) -> tuple[str, tuple[int, ...]]:
    if mark is None:
        return source, ()
    lines = [number for number, text in enumerate(source.split("\n"), 1) if mark in text]
    return source.replace(mark, ""), tuple(lines)


def _document(plan: Plan, text: str) -> None:
    """Plan another documentation of the class or function."""
    owner = plan.found
    doc = inspect.cleandoc(text)

    def put(node: Any) -> Any:
        block = block_of(node.body)
        has_one = bool(block.body) and is_docstring(block.body[0])
        rest = list(block.body[1:] if has_one else block.body)
        if not doc:
            rest = rest or [cst.parse_statement("pass")]
            return node.with_changes(body=block.with_changes(body=rest)) if has_one else node
        indent = _indent(plan, owner)
        written = quoted(doc, indent).replace("\n", plan.module.default_newline)
        statement = cst.SimpleStatementLine([cst.Expr(cst.SimpleString(written))])
        if has_one:
            old = block.body[0]
            assert isinstance(old, cst.SimpleStatementLine)
            statement = old.with_changes(body=[old.body[0].with_changes(value=statement.body[0].value)])  # type: ignore[attr-defined]
        return node.with_changes(body=block.with_changes(body=[statement, *rest]))

    plan.on(owner, put)


def _indent(plan: Plan, owner: cst.ClassDef | cst.FunctionDef) -> str:
    """How the body of a class or function at the top of the file is indented."""
    own = owner.body.indent if isinstance(owner.body, cst.IndentedBlock) else None
    return own if own is not None else plan.module.default_indent


def quoted(doc: str, indent: str) -> str:
    """A documentation as a text in three quotation marks, its later lines indented."""
    safe = doc.replace("\\", "\\\\").replace('"""', '\\"""')
    if safe.endswith('"'):
        safe = safe[:-1] + '\\"'
    first, *later = safe.split("\n")
    if not later:
        return f'"""{first}"""'
    lines = [first, *(indent + part if part else "" for part in later), indent]
    return '"""' + "\n".join(lines) + '"""'


def _rename_operation(plan: Plan, name: str) -> None:
    owner = plan.found
    if name == owner.name.value:
        return
    refuse_used(plan, plan.module, name)
    scope = plan.scope_at(owner)
    rename: Callable[[Any], Any] = lambda node: node.with_changes(value=name)  # noqa: E731
    for node in uses(scope, owner.name.value):
        plan.on(node, rename)


def _advice(after: Interface | None, edit: InterfaceEdit) -> str:
    if edit.deed == "operation" and after is not None and after.name != edit.value:
        return "Name the file like the operation, so that it is clear which one is meant."
    return "Edit the source instead."
