"""Editing inputs and attributes: parameters, the fields of a dataclass, and `self.x = x` in `__init__`."""

from __future__ import annotations

import re
from typing import Any

import libcst as cst

from deepforge.core.code import InterfaceEdit
from deepforge.core.errors import BadInput
from deepforge.core.interface import Port, place_of
from deepforge.core.rewriting.names import (
    rename_attribute,
    rename_keyword,
    rename_variable,
    self_attributes,
    uses,
)
from deepforge.core.rewriting.parameters import Parameters, make, with_annotation, with_default
from deepforge.core.rewriting.plan import Change, Plan, block_of, is_docstring, is_pass, line


def edit_inputs(plan: Plan, edit: InterfaceEdit) -> list[cst.CSTNode]:
    """Plan an edit of an input; answers where what was removed is still used. Raises BadInput, Conflict."""
    parameters = Parameters(plan.call)
    is_method = isinstance(plan.found, cst.ClassDef)
    skip = 1 if is_method and len(parameters.positional) > len(plan.operation.inputs) else 0
    return _edit_parameters(plan, plan.call, parameters, edit, skip, by_keyword=False)


def edit_attributes(plan: Plan, edit: InterfaceEdit) -> list[cst.CSTNode]:
    """Plan an edit of an attribute, as `edit_inputs` does."""
    if not isinstance(plan.found, cst.ClassDef):
        return _edit_parameters(plan, plan.call, Parameters(plan.call), edit, 0, by_keyword=True)
    if plan.init is None and plan.has_fields:
        return _edit_field(plan, plan.found, edit)
    if plan.init is None:
        _refuse_inherited([port.name for port in plan.operation.attributes])
        _add_init(plan, plan.found, edit)
        return []
    parameters = Parameters(plan.init)
    by_place = len(parameters.positional) - 1
    if edit.deed == "add":
        at = edit.at
        by_keyword = bool(parameters.keyword) and (at is None or at >= by_place)
        if by_keyword and at is not None:
            edit = _at(edit, at - by_place)
        _edit_parameters(plan, plan.init, parameters, edit, 0 if by_keyword else 1, by_keyword=by_keyword)
        statement = line(f"self.{edit.name} = {edit.name}")
        plan.on(plan.init, lambda node: _appended(node, statement))
        return []
    index = _index(plan, edit)
    by_keyword = index >= by_place
    if edit.deed == "move" and edit.at is not None:
        if (edit.at >= by_place) != by_keyword:
            raise BadInput(
                f"{edit.name} cannot be moved across the * of __init__.", "Edit the source instead."
            )
        edit = _at(edit, edit.at - by_place if by_keyword else edit.at)
    return _edit_parameters(plan, plan.init, parameters, edit, 0 if by_keyword else 1, by_keyword=by_keyword)


def _edit_parameters(
    plan: Plan,
    function: cst.FunctionDef,
    parameters: Parameters,
    edit: InterfaceEdit,
    skip: int,
    *,
    by_keyword: bool,
) -> list[cst.CSTNode]:
    group = parameters.keyword if by_keyword else parameters.positional
    left: list[cst.CSTNode] = []
    if edit.deed == "add":
        at = _free_place(group, edit, skip) if edit.at is None else edit.at + skip
        if at > len(group):
            raise BadInput(f"There is no place {edit.at}.")
        parameters.insert(group, at, make(edit.name, edit.annotation, edit.default))
    else:
        at = _place(group, edit.name)
        match edit.deed:
            case "retype":
                parameters.replace(group, at, with_annotation(group[at], edit.annotation))
            case "default":
                parameters.replace(group, at, with_default(group[at], edit.default))
            case "move":
                assert edit.at is not None
                parameters.move(group, at, edit.at + skip)
            case "remove":
                left = _forget(plan, function, edit.name)
                parameters.remove(group, at)
            case _:
                _rename(plan, function, edit)
                return []
    plan.on(function, lambda node: node.with_changes(params=parameters.finish()))
    return left


def _rename(plan: Plan, function: cst.FunctionDef, edit: InterfaceEdit) -> None:
    owner = plan.found
    rename_variable(plan, plan.scope_of(function), function, edit.name, edit.value)
    if not isinstance(owner, cst.ClassDef) or function is plan.init:
        rename_keyword(plan, owner.name.value, edit.name, edit.value)
    if isinstance(owner, cst.ClassDef) and function is plan.init and _kept_as(function, edit.name):
        rename_attribute(plan, owner, edit.name, edit.value)


def _forget(plan: Plan, function: cst.FunctionDef, name: str) -> list[cst.CSTNode]:
    """Plan the removal of `self.x = x`, and tell what else uses the parameter."""
    kept = _kept_as(function, name) if function is plan.init else []
    block = function.body.body
    gone: set[int] = set()
    for statement in kept:
        is_only = len([part for part in block if not is_docstring(part)]) == len(kept)
        empty = line("pass") if is_only and statement is kept[-1] else cst.RemovalSentinel.REMOVE
        plan.on(statement, _always(empty))
        gone.update(id(node) for node in _inside(statement))
    if any(isinstance(node, cst.Param) and node.name.value == name for node in _inside(function.params)):
        gone.update(id(node) for node in _inside(function.params))
    left: list[cst.CSTNode] = [node for node in uses(plan.scope_of(function), name) if id(node) not in gone]
    if kept and isinstance(plan.found, cst.ClassDef):
        left += [
            node for node in self_attributes(plan.found) if node.attr.value == name and id(node) not in gone
        ]
    return left


def _always(node: Any) -> Change:
    """Puts the same in place of anything."""
    return lambda _: node


def _kept_as(init: cst.FunctionDef, name: str) -> list[cst.SimpleStatementLine]:
    """The statements `self.x = x` of `__init__`."""
    return [
        statement
        for statement in init.body.body
        if isinstance(statement, cst.SimpleStatementLine) and len(statement.body) == 1
        if _is_keeping(statement.body[0], name)
    ]


def _is_keeping(statement: cst.CSTNode, name: str) -> bool:
    if isinstance(statement, cst.Assign) and len(statement.targets) == 1:
        target: cst.CSTNode = statement.targets[0].target
    elif isinstance(statement, cst.AnnAssign):
        target = statement.target
    else:
        return False
    return (
        isinstance(target, cst.Attribute)
        and isinstance(target.value, cst.Name)
        and target.value.value == "self"
        and target.attr.value == name
        and isinstance(statement.value, cst.Name)
        and statement.value.value == name
    )


def _inside(node: cst.CSTNode) -> list[cst.CSTNode]:
    found, waiting = [], [node]
    while waiting:
        current = waiting.pop()
        found.append(current)
        waiting.extend(current.children)
    return found


def _free_place(group: list[cst.Param], edit: InterfaceEdit, skip: int) -> int:
    """Where a new parameter may stand: one without default before those that have one."""
    if edit.default is not None and edit.default.strip():
        return len(group)
    if skip == 0 and group and all(parameter.default is not None for parameter in group):
        return 0
    return next((index for index, parameter in enumerate(group) if parameter.default is not None), len(group))


def _place(group: list[cst.Param], name: str) -> int:
    return next(index for index, parameter in enumerate(group) if parameter.name.value == name)


def _index(plan: Plan, edit: InterfaceEdit) -> int:
    return place_of([Port(attribute.name) for attribute in plan.operation.attributes], edit)


def _at(edit: InterfaceEdit, at: int) -> InterfaceEdit:
    return InterfaceEdit(edit.deed, edit.part, edit.name, edit.value, edit.annotation, edit.default, at)


def _appended(init: Any, statement: cst.SimpleStatementLine) -> Any:
    block = block_of(init.body)
    body = [part for part in block.body if not (is_pass(part) and len(block.body) <= 2)]
    return init.with_changes(body=block.with_changes(body=[*body, statement]))


def _add_init(plan: Plan, owner: cst.ClassDef, edit: InterfaceEdit) -> None:
    """Plan an `__init__` for a class that has none."""
    inherits = any(
        not (isinstance(base.value, cst.Name) and base.value.value == "object") for base in owner.bases
    )
    head = cst.Module([]).code_for_node(make(edit.name, edit.annotation, edit.default))
    lines = [f"def __init__(self, {head}):", f"    self.{edit.name} = {edit.name}"]
    if inherits:
        lines.insert(1, "    super().__init__()")
    init = cst.parse_statement("\n".join(lines))

    def put(node: Any) -> Any:
        block = block_of(node.body)
        at = next(
            (index for index, part in enumerate(block.body) if isinstance(part, cst.FunctionDef)),
            len(block.body),
        )
        body = list(block.body)
        if at < len(body):
            following: Any = body[at]
            blank = cst.EmptyLine(indent=False)
            made = init.with_changes(leading_lines=[blank] if at else [])
            if not following.leading_lines or not at:
                body[at] = following.with_changes(leading_lines=[blank, *following.leading_lines])
        else:
            made = init.with_changes(leading_lines=[cst.EmptyLine(indent=False)])
        body.insert(at, made)
        return node.with_changes(body=block.with_changes(body=body))

    plan.on(owner, put)


# The fields of a dataclass


def _edit_field(plan: Plan, owner: cst.ClassDef, edit: InterfaceEdit) -> list[cst.CSTNode]:
    fields = _fields(owner)
    own = [field.target.value for _, field in fields if isinstance(field.target, cst.Name)]
    inherited = [port.name for port in plan.operation.attributes if port.name not in own]
    if edit.name in inherited or edit.at is not None:
        _refuse_inherited(inherited)
    if edit.deed == "add":
        _add_field(plan, owner, fields, edit)
        return []
    place = next(
        index
        for index, (_, statement) in enumerate(fields)
        if statement.target.value == edit.name  # type: ignore[attr-defined]
    )
    whole, statement = fields[place]
    match edit.deed:
        case "retype":
            if not edit.annotation:
                raise BadInput("A field of a dataclass needs a type.", "Write one such as int.")
            plan.on(statement.annotation, lambda node: node.with_changes(annotation=_parsed(edit.annotation)))
        case "default":
            default = _parsed(edit.default) if edit.default and edit.default.strip() else None
            equal = (
                cst.AssignEqual(cst.SimpleWhitespace(" "), cst.SimpleWhitespace(" "))
                if default is not None
                else cst.MaybeSentinel.DEFAULT
            )
            plan.on(statement, lambda node: node.with_changes(value=default, equal=equal))
        case "rename":
            rename_attribute(plan, owner, edit.name, edit.value)
            rename_keyword(plan, owner.name.value, edit.name, edit.value)
            scope = plan.scope_at(statement)
            for name in uses(scope, edit.name):
                plan.on(name, lambda node: node.with_changes(value=edit.value))
        case "remove":
            only = len(owner.body.body) == 1
            plan.on(whole, lambda _: line("pass") if only else cst.RemovalSentinel.REMOVE)
            return [node for node in self_attributes(owner) if node.attr.value == edit.name]
        case _:
            assert edit.at is not None
            order = [statement for statement, _ in fields]
            moving = order.pop(place)
            order.insert(edit.at, moving)
            for (old, _), new in zip(fields, order, strict=True):
                plan.on(old, _always(new))
    return []


def _refuse_inherited(names: list[str]) -> None:
    if names:
        raise BadInput(f"A base class has {', '.join(names)}.", "Edit the source instead.")


def _parsed(text: str | None) -> cst.BaseExpression:
    return cst.parse_expression((text or "").strip())


def _fields(owner: cst.ClassDef) -> list[tuple[cst.SimpleStatementLine, cst.AnnAssign]]:
    return [
        (statement, part)
        for statement in owner.body.body
        if isinstance(statement, cst.SimpleStatementLine)
        for part in statement.body
        if isinstance(part, cst.AnnAssign) and isinstance(part.target, cst.Name)
        if not re.search(r"ClassVar|\bKW_ONLY$", cst.Module([]).code_for_node(part.annotation.annotation))
    ]


def _add_field(
    plan: Plan,
    owner: cst.ClassDef,
    fields: list[tuple[cst.SimpleStatementLine, cst.AnnAssign]],
    edit: InterfaceEdit,
) -> None:
    text = f"{edit.name}: {(edit.annotation or 'object').strip()}"
    with_value = bool(edit.default and edit.default.strip())
    text += f" = {(edit.default or '').strip()}" if with_value else ""
    at = edit.at
    if at is None:
        first = next((index for index, (_, part) in enumerate(fields) if part.value is not None), len(fields))
        at = len(fields) if with_value else first
    statement = line(text)
    if at < len(fields):
        plan.on(fields[at][0], lambda node: cst.FlattenSentinel([statement, node]))
    elif fields:
        plan.on(fields[-1][0], lambda node: cst.FlattenSentinel([node, statement]))
    else:

        def put(node: Any) -> Any:
            block = block_of(node.body)
            first = 1 if block.body and is_docstring(block.body[0]) else 0
            return node.with_changes(
                body=block.with_changes(body=[*block.body[:first], statement, *block.body[first:]])
            )

        plan.on(owner, put)
