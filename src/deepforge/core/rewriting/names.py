"""Renaming a variable of a function, or an attribute of `self`: whatever means it follows, nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import libcst as cst
from libcst.metadata import Assignment, Scope

from deepforge.core.errors import Conflict
from deepforge.core.rewriting.plan import Plan


def rename_variable(plan: Plan, scope: Scope, within: cst.CSTNode, old: str, new: str) -> None:
    """Rename a name of a scope where it is made and where it is used. Raises Conflict when it is not safe."""
    refuse_used(plan, within, new)
    for node in _declarations(within):
        if any(item.name.value in (old, new) for item in node.names):
            raise Conflict(
                f"{old} is declared global or nonlocal in line {plan.line_of(node)}.", "Rename it as text."
            )
    for name in uses(scope, old):
        plan.on(name, lambda node: node.with_changes(value=new))


def uses(scope: Scope, name: str) -> list[cst.Name]:
    """Where a name of a scope stands: where it is made, and where it is used."""
    found: dict[int, cst.Name] = {}
    for assignment in scope[name]:
        if assignment.scope is not scope or not isinstance(assignment, Assignment):
            continue
        target = _name_in(assignment.node, name)
        nodes = [target] if target is not None else []
        nodes += [access for use in assignment.references if (access := _leftmost(use.node)) is not None]
        found.update({id(node): node for node in nodes if node.value == name})
    return list(found.values())


def is_local(scope: Scope, name: str) -> bool:
    """Whether the scope itself makes the name."""
    return any(assignment.scope is scope for assignment in scope[name])


def refuse_used(plan: Plan, within: cst.CSTNode, name: str) -> None:
    """Raises Conflict when the name stands for something already."""
    for node in _variables(within):
        if node.value == name:
            raise Conflict(f"{name} is used already in line {plan.line_of(node)}.", "Choose another name.")


def rename_attribute(plan: Plan, owner: cst.ClassDef, old: str, new: str) -> None:
    """Rename `self.old` in all methods of a class. Raises Conflict when there is a `self.new`."""
    for node in self_attributes(owner):
        if node.attr.value == new:
            raise Conflict(
                f"self.{new} is used already in line {plan.line_of(node)}.", "Choose another name."
            )
    members = [getattr(part, "name", None) for part in owner.body.body]
    if any(isinstance(member, cst.Name) and member.value == new for member in members):
        raise Conflict(f"{new} is a method of {owner.name.value}.", "Choose another name.")
    for node in self_attributes(owner):
        if node.attr.value == old:
            plan.on(node.attr, lambda name: name.with_changes(value=new))


def self_attributes(within: cst.CSTNode) -> Iterator[cst.Attribute]:
    """Every `self.x` in a node."""
    for node in _nodes(within):
        if (
            isinstance(node, cst.Attribute)
            and isinstance(node.value, cst.Name)
            and node.value.value == "self"
        ):
            yield node


def rename_keyword(plan: Plan, called: str, old: str, new: str) -> None:
    """Rename a keyword wherever the module calls something of that name."""
    for node in _nodes(plan.module):
        if isinstance(node, cst.Call) and isinstance(node.func, cst.Name) and node.func.value == called:
            for argument in node.args:
                if argument.keyword is not None and argument.keyword.value == old:
                    plan.on(argument.keyword, lambda name: name.with_changes(value=new))


def _nodes(within: cst.CSTNode) -> Iterator[cst.CSTNode]:
    waiting = [within]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(node.children))


def _variables(within: cst.CSTNode) -> Iterator[cst.Name]:
    """The names that stand for variables: neither attributes nor keywords of calls."""
    skipped: set[int] = set()
    for node in _nodes(within):
        if isinstance(node, cst.Attribute):
            skipped.add(id(node.attr))
        elif isinstance(node, cst.Arg) and node.keyword is not None:
            skipped.add(id(node.keyword))
        elif isinstance(node, cst.Name) and id(node) not in skipped:
            yield node


def _declarations(within: cst.CSTNode) -> Iterator[cst.Global | cst.Nonlocal]:
    return (node for node in _nodes(within) if isinstance(node, cst.Global | cst.Nonlocal))


def _leftmost(node: cst.CSTNode) -> cst.Name | None:
    while isinstance(node, cst.Attribute):
        node = node.value
    return node if isinstance(node, cst.Name) else None


def _name_in(node: Any, name: str) -> cst.Name | None:
    """The name that an assignment makes."""
    if isinstance(node, cst.Name):
        return node
    if isinstance(node, cst.Param | cst.FunctionDef | cst.ClassDef):
        return node.name if node.name.value == name else None
    if isinstance(node, cst.ImportAlias) and node.asname is None and isinstance(node.name, cst.Name):
        raise Conflict(f"{name} is imported.", "Rename it as text.")
    inner = getattr(getattr(node, "asname", None), "name", None) or getattr(node, "name", None)
    return inner if isinstance(inner, cst.Name) and inner.value == name else None
