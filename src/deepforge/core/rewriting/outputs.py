"""Editing outputs: what every `return` gives, the annotation of the function, and the names in
`outputs = (…)`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import libcst as cst

from deepforge.core.code import InterfaceEdit
from deepforge.core.errors import BadInput, Conflict
from deepforge.core.interface import ANY, Port, moved, place_of
from deepforge.core.rewriting.names import is_local, refuse_used, rename_variable
from deepforge.core.rewriting.parameters import carrying, comment_line, without_comment
from deepforge.core.rewriting.plan import (
    Plan,
    block_of,
    expression,
    is_docstring,
    line,
    own_nodes,
)

SETTING = "outputs"


def edit_outputs(plan: Plan, edit: InterfaceEdit) -> None:
    """Plan an edit of an output. Raises BadInput, UnknownName, Conflict."""
    ports = plan.operation.outputs
    if edit.deed == "add":
        _add(plan, edit, len(ports) if edit.at is None else edit.at)
        return
    index = place_of([Port(port.name) for port in ports], edit)
    if edit.deed == "rename":
        _rename(plan, index, edit.value)
    elif edit.deed == "retype":
        texts: list[str | None] = [port.annotation for port in ports]
        texts[index] = edit.annotation
        annotate(plan, texts, _sources(plan), {index})
    elif edit.deed == "remove":
        _remove(plan, index)
    elif edit.deed == "move":
        _move(plan, index, edit.at)


def pin(plan: Plan, names: Sequence[str]) -> None:
    """Have `outputs = (…)` say the names."""
    text = f"({', '.join(repr(name) for name in names)}{',' if len(names) == 1 else ''})".replace("'", '"')
    known = setting_of(plan)
    if known is not None:
        plan.on(known.value, lambda _: expression(text))
        return
    statement = line(f"{SETTING} = {text}")
    if isinstance(plan.found, cst.ClassDef):
        plan.on(plan.found, lambda node: node.with_changes(body=_with_first(node.body, statement)))
    else:
        spaced = statement.with_changes(leading_lines=[cst.EmptyLine(indent=False)])
        plan.on(plan.found, lambda node: cst.FlattenSentinel([spaced, node]))


def setting_of(plan: Plan) -> cst.Assign | None:
    """The statement `outputs = (…)` that counts."""
    body = plan.found.body.body if isinstance(plan.found, cst.ClassDef) else plan.module.body
    found = None
    for statement in body:
        for part in statement.body if isinstance(statement, cst.SimpleStatementLine) else ():
            if isinstance(part, cst.Assign) and any(
                isinstance(target.target, cst.Name) and target.target.value == SETTING
                for target in part.targets
            ):
                found = part
    return found if plan.operation.declares_outputs else None


def _with_first(body: Any, statement: cst.SimpleStatementLine) -> cst.IndentedBlock:
    """A body with one more statement at its beginning, behind the documentation."""
    block = block_of(body)
    at = 1 if block.body and is_docstring(block.body[0]) else 0
    return block.with_changes(body=[*block.body[:at], statement, *block.body[at:]])


def _returns(plan: Plan) -> list[cst.Return]:
    return [node for node in own_nodes(plan.call) if isinstance(node, cst.Return)]


def _is_bare(found: cst.Return) -> bool:
    return found.value is None or (isinstance(found.value, cst.Name) and found.value.value == "None")


def _elements(plan: Plan, found: cst.Return) -> list[cst.BaseElement] | None:
    """What a return gives, one for each output; None when they cannot be told apart."""
    count = len(plan.operation.outputs)
    if found.value is not None and _is_bare(found) and count == 1:
        return [cst.Element(found.value)]
    if _is_bare(found):
        return []
    if isinstance(found.value, cst.Tuple) and not (count == 1 and plan.operation.declares_outputs):
        elements = list(found.value.elements)
        starred = any(isinstance(element, cst.StarredElement) for element in elements)
        return elements if len(elements) == count and not starred else None
    assert found.value is not None
    return [cst.Element(found.value)] if count == 1 else None


def _add(plan: Plan, edit: InterfaceEdit, at: int) -> None:
    ports, name = plan.operation.outputs, edit.name
    _bind(plan, name)
    element = cst.Element(cst.Name(name))
    for found in _returns(plan):
        elements = _elements(plan, found)
        if elements is None and at == len(ports) and found.value is not None:
            kept = (
                list(found.value.elements)
                if isinstance(found.value, cst.Tuple)
                else [cst.StarredElement(found.value)]
            )
            plan.on(found, _giving([*kept, element]))
        elif elements is None:
            raise BadInput(
                f"The outputs in line {plan.line_of(found)} cannot be told apart.",
                "Add the new one at the end.",
            )
        elif elements or not ports:
            plan.on(found, _giving([*elements[:at], element, *elements[at:]]))
    if not ports and not _ends_with_return(plan.call):
        plan.on(plan.call, lambda node: _appended(node, line(f"return {name}")))
    texts = [port.annotation for port in ports]
    annotate(
        plan,
        [*texts[:at], edit.annotation, *texts[at:]],
        [*_sources(plan)[:at], None, *_sources(plan)[at:]],
        {at},
    )
    names = [port.name for port in ports]
    if plan.operation.declares_outputs:
        pin(plan, [*names[:at], name, *names[at:]])


def _bind(plan: Plan, name: str) -> None:
    """Have a name stand for something where it is returned."""
    scope = plan.scope_of(plan.call)
    if is_local(scope, name):
        return
    try:
        refuse_used(plan, plan.call.body, name)
    except Conflict as error:
        raise Conflict(f"{error.message} It is no variable of {plan.call.name.value}.", error.hint) from None
    statement = line(f"{name} = None")
    returns = [
        found for found in _returns(plan) if not plan.operation.outputs or _elements(plan, found) != []
    ]
    place = next(
        (
            node
            for node in own_nodes(plan.call)
            if isinstance(node, cst.SimpleStatementLine) and returns and node.body[-1] is returns[0]
        ),
        None,
    )
    if len(returns) == 1 and place is not None:
        plan.on(place, lambda node: cst.FlattenSentinel([statement, node]))
    else:
        plan.on(plan.call, lambda node: node.with_changes(body=_with_first(node.body, statement)))


def _ends_with_return(function: cst.FunctionDef) -> bool:
    block = block_of(function.body)
    last = block.body[-1]
    return isinstance(last, cst.SimpleStatementLine) and isinstance(last.body[-1], cst.Return | cst.Raise)


def _appended(function: Any, statement: cst.SimpleStatementLine) -> Any:
    block = block_of(function.body)
    body = [part for part in block.body if not _is_lonely_pass(block, part)]
    return function.with_changes(body=block.with_changes(body=[*body, statement]))


def _is_lonely_pass(block: cst.IndentedBlock, part: cst.BaseStatement) -> bool:
    return (
        isinstance(part, cst.SimpleStatementLine)
        and len(part.body) == 1
        and isinstance(part.body[0], cst.Pass)
        and part is block.body[-1]
        and not part.leading_lines
    )


def _rename(plan: Plan, index: int, name: str) -> None:
    ports = plan.operation.outputs
    old = ports[index].name
    names = [port.name for port in ports]
    names[index] = name
    if plan.operation.declares_outputs:
        pin(plan, names)
        return
    scope = plan.scope_of(plan.call)
    inputs = {port.name for port in plan.operation.inputs}
    inputs |= {attribute.name for attribute in plan.operation.attributes}
    returned = [elements[index] for found in _returns(plan) if (elements := _elements(plan, found))]
    is_variable = any(
        isinstance(element.value, cst.Name) and element.value.value == old for element in returned
    )
    if is_variable and is_local(scope, old) and old not in inputs and names.count(name) == 1:
        try:
            rename_variable(plan, scope, plan.call, old, name)
        except Conflict:
            pin(plan, names)
    else:
        pin(plan, names)


def _remove(plan: Plan, index: int) -> None:
    ports = plan.operation.outputs
    _rearrange(plan, lambda elements: [*elements[:index], *elements[index + 1 :]])
    texts, sources = [port.annotation for port in ports], _sources(plan)
    del texts[index], sources[index]
    annotate(plan, texts, sources, set(range(len(texts))) if len(texts) == 1 else set())
    if not plan.operation.declares_outputs:
        return
    names = [port.name for place, port in enumerate(ports) if place != index]
    if names:
        pin(plan, names)
    else:
        setting = setting_of(plan)
        assert setting is not None
        plan.on(setting, lambda _: cst.RemovalSentinel.REMOVE)


def _move(plan: Plan, index: int, to: int | None) -> None:
    ports = plan.operation.outputs
    _rearrange(plan, lambda elements: list(moved(elements, index, to)))
    texts, sources = [port.annotation for port in ports], _sources(plan)
    annotate(plan, moved(texts, index, to), moved(sources, index, to), set())
    if plan.operation.declares_outputs:
        pin(plan, moved([port.name for port in ports], index, to))


def _rearrange(plan: Plan, change: Callable[[list[cst.BaseElement]], list[cst.BaseElement]]) -> None:
    for found in _returns(plan):
        if _is_bare(found):
            continue
        elements = _elements(plan, found)
        if elements is None:
            raise BadInput(
                f"The outputs in line {plan.line_of(found)} cannot be told apart.",
                "Return each by name first: return a, b.",
            )
        plan.on(found, _giving(change(elements)))


def _giving(elements: list[cst.BaseElement]) -> Callable[[Any], Any]:
    """Have a return give these; one that is the only one is given as it is."""

    def give(found: cst.Return) -> cst.Return:
        if not elements:
            return found.with_changes(value=None, whitespace_after_return=cst.MaybeSentinel.DEFAULT)
        old = found.value
        if len(elements) == 1 and isinstance(elements[0], cst.Element):
            value = elements[0].value
            if isinstance(old, cst.Tuple) and old.lpar and _has_comment(elements[0], old):
                value = value.with_changes(lpar=[*old.lpar, *value.lpar], rpar=_closing(elements[0], old))
            elif isinstance(old, cst.Tuple) and old.lpar and _has_line_break(value):
                value = value.with_changes(lpar=[*old.lpar, *value.lpar], rpar=[*value.rpar, *old.rpar])
            return found.with_changes(value=value, whitespace_after_return=cst.SimpleWhitespace(" "))
        kept = old.elements if isinstance(old, cst.Tuple) else ()
        made = cst.Tuple(_with_commas(elements, kept), lpar=[], rpar=[])
        if isinstance(old, cst.Tuple):
            made = made.with_changes(lpar=old.lpar, rpar=old.rpar)
        return found.with_changes(value=made, whitespace_after_return=cst.SimpleWhitespace(" "))

    return give


def _has_comment(element: cst.Element, old: cst.Tuple) -> bool:
    """Whether there is a comment behind an element of a tuple in brackets."""
    if element.deep_equals(old.elements[-1]):
        space = old.rpar[0].whitespace_before
        return isinstance(space, cst.ParenthesizedWhitespace) and space.first_line.comment is not None
    return comment_line(element.comma) is not None


def _closing(element: cst.Element, old: cst.Tuple) -> list[cst.RightParen]:
    """The brackets that close what is left of a tuple, with the comment behind the element before them."""
    if element.deep_equals(old.elements[-1]):
        return [*element.value.rpar, *old.rpar]
    assert isinstance(element.comma, cst.Comma)
    first = old.rpar[0].with_changes(whitespace_before=element.comma.whitespace_after)
    return [*element.value.rpar, first, *old.rpar[1:]]


def _has_line_break(node: cst.BaseExpression) -> bool:
    return "\n" in cst.Module([]).code_for_node(node) and not node.lpar


def _with_commas(elements: list[cst.BaseElement], old: Sequence[cst.BaseElement]) -> list[cst.BaseElement]:
    between = [element.comma for element in old[:-1] if isinstance(element.comma, cst.Comma)]
    comma = without_comment(between[0]) if between else cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
    last = old[-1].comma if len(old) > 1 else cst.MaybeSentinel.DEFAULT
    last = without_comment(last) if isinstance(last, cst.Comma) else last
    return [
        element.with_changes(comma=carrying(comma if index < len(elements) - 1 else last, element.comma))
        for index, element in enumerate(elements)
    ]


# The annotation of what is returned


def annotate(
    plan: Plan, texts: Sequence[str | None], sources: Sequence[str | None], changed: set[int]
) -> None:
    """Have the annotation of the function say the types; `sources` are how those that stay are written."""
    returns = plan.call.returns
    if not any(texts):
        told = any(port.annotation for port in plan.operation.outputs)
        is_none = returns is not None and _code(returns.annotation) == "None"
        if returns is not None and (told or is_none):
            plan.on(plan.call, lambda node: node.with_changes(returns=None))
        return
    parts = [
        (source if source and index not in changed else None) or text or ANY
        for index, (text, source) in enumerate(zip(texts, sources, strict=True))
    ]
    text = parts[0] if len(parts) == 1 else f"{_head(plan)}[{', '.join(parts)}]"
    if returns is not None and isinstance(returns.annotation, cst.SimpleString):
        text = repr(text) if '"' in text else f'"{text}"'
    if returns is None:
        space = cst.SimpleWhitespace(" ")
        made = cst.Annotation(expression(text), whitespace_before_indicator=space)
        plan.on(plan.call, lambda node: node.with_changes(returns=made))
    elif _code(returns.annotation) != text:
        plan.on(returns, lambda node: node.with_changes(annotation=expression(text)))


def _code(node: cst.CSTNode) -> str:
    return cst.Module([]).code_for_node(node)


def _head(plan: Plan) -> str:
    """How the annotation writes `tuple`."""
    returns = plan.call.returns
    if returns is not None and isinstance(returns.annotation, cst.Subscript):
        head = _code(returns.annotation.value)
        if head.rpartition(".")[2] in ("tuple", "Tuple"):
            return head
    return "tuple"


def _sources(plan: Plan) -> list[str | None]:
    """How the type of each output is written, where the annotation has one for each."""
    ports, returns = plan.operation.outputs, plan.call.returns
    if returns is None or not any(port.annotation for port in ports):
        return [None] * len(ports)
    if isinstance(returns.annotation, cst.SimpleString):
        return [port.annotation for port in ports]
    if len(ports) == 1:
        return [_code(returns.annotation)]
    if isinstance(returns.annotation, cst.Subscript) and len(returns.annotation.slice) == len(ports):
        return [_code(part.slice) for part in returns.annotation.slice]
    return [None] * len(ports)
