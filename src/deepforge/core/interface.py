"""An interface as a value that can be changed: what an edit of it has to give, whatever the source looks
like.
"""

from __future__ import annotations

import ast
import inspect
import keyword
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeVar

from deepforge.core.annotation import parse_annotation
from deepforge.core.code import InterfaceEdit
from deepforge.core.errors import BadInput, Conflict, UnknownName, did_you_mean
from deepforge.core.operation import RESERVED, Operation
from deepforge.core.parameter import REQUIRED, value_of

ANY = "object"
"""The annotation of an output beside annotated ones that has none of its own."""


@dataclass(frozen=True)
class Port:
    """An input, an output or an attribute."""

    name: str
    annotation: str | None = None
    default: Any = REQUIRED


@dataclass(frozen=True)
class Interface:
    """All that an edit may change."""

    name: str
    form: Literal["class", "function"]
    inputs: tuple[Port, ...]
    outputs: tuple[Port, ...]
    attributes: tuple[Port, ...]
    doc: str


def interface_of(operation: Operation) -> Interface:
    """The interface of an operation."""
    return Interface(
        operation.name,
        operation.form,
        tuple(Port(port.name, port.annotation, port.default) for port in operation.inputs),
        tuple(Port(port.name, port.annotation) for port in operation.outputs),
        tuple(Port(port.name, port.annotation, port.default) for port in operation.attributes),
        operation.doc,
    )


def field_of(edit: InterfaceEdit) -> str:
    """Which ports of an interface an edit is about. Raises BadInput."""
    if edit.part is None:
        raise BadInput("The edit does not say of what.", "Give part: input, output, attribute or reference.")
    return {"input": "inputs", "output": "outputs"}.get(edit.part, "attributes")


def change(interface: Interface, edit: InterfaceEdit) -> Interface:
    """The interface after an edit. `at` has to be known. Raises BadInput, UnknownName, Conflict."""
    if edit.deed == "doc":
        return replace(interface, doc=inspect.cleandoc(edit.value))
    if edit.deed == "operation":
        check_name(edit.value)
        if edit.value in RESERVED:
            raise Conflict(f"{edit.value} is the name of a built-in operation.", "Choose another name.")
        return replace(interface, name=edit.value)
    field = field_of(edit)
    ports: tuple[Port, ...] = getattr(interface, field)
    if edit.deed == "add":
        _check_new(interface, field, edit.name)
        at = len(ports) if edit.at is None else edit.at
        port = Port(
            edit.name,
            annotation_text(edit.annotation),
            REQUIRED if field == "outputs" else default_of(edit.default),
        )
        changed = (*ports[:at], port, *ports[at:])
    else:
        changed = _changed(interface, field, ports, edit)
    if field == "outputs":
        return replace(interface, outputs=_completed(changed))
    if field == "inputs":
        return replace(interface, inputs=changed)
    return replace(interface, attributes=changed)


def _changed(
    interface: Interface, field: str, ports: tuple[Port, ...], edit: InterfaceEdit
) -> tuple[Port, ...]:
    index = place_of(ports, edit)
    port = ports[index]
    match edit.deed:
        case "rename":
            if edit.value != port.name:
                _check_new(interface, field, edit.value)
            port = replace(port, name=edit.value)
        case "retype":
            port = replace(port, annotation=annotation_text(edit.annotation))
        case "default":
            if field == "outputs":
                raise BadInput("An output has no default.")
            port = replace(port, default=default_of(edit.default))
        case "remove":
            return (*ports[:index], *ports[index + 1 :])
        case _:
            return moved(ports, index, edit.at)
    return (*ports[:index], port, *ports[index + 1 :])


_T = TypeVar("_T")


def moved(things: Sequence[_T], index: int, at: int | None) -> tuple[_T, ...]:
    """The things with one of them at another place. Raises BadInput."""
    if at is None or not 0 <= at < len(things):
        raise BadInput(f"There is no place {at}.", f"Places go from 0 to {len(things) - 1}.")
    rest = [*things[:index], *things[index + 1 :]]
    return (*rest[:at], things[index], *rest[at:])


def place_of(ports: Sequence[Port], edit: InterfaceEdit) -> int:
    """The index of the port that an edit names. Raises UnknownName."""
    for index, port in enumerate(ports):
        if port.name == edit.name:
            return index
    raise UnknownName(
        f"There is no {edit.part} {edit.name}.", did_you_mean(edit.name, (port.name for port in ports))
    )


def check_name(name: str) -> None:
    """Raises BadInput for what Python does not take as a name."""
    if not name.isidentifier() or keyword.iskeyword(name) or name == "self" or name.startswith("__"):
        shown = name if len(name) <= 60 else f"{name[:60]}…"
        hint = "Use letters, digits and underscores, such as learning_rate."
        raise BadInput(f"{shown!r} cannot be a name in Python.", hint)
    if len(name) > 200:
        raise BadInput("The name is longer than 200 letters.", "Choose a shorter one.")


def annotation_text(annotation: str | None) -> str | None:
    """An annotation in its normal form; None for none. Raises BadInput."""
    if annotation is None or not annotation.strip():
        return None
    node = parse_annotation(annotation)
    if node is None or "\n" in annotation.strip():
        raise BadInput(f"{annotation!r} is no type annotation.", "Write one such as np.ndarray or list[int].")
    return ast.unparse(node)


def default_of(default: str | None) -> Any:
    """The value of a default that is given as text; REQUIRED for none. Raises BadInput."""
    if default is None or not default.strip():
        return REQUIRED
    try:
        node = ast.parse(default.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise BadInput(
            f"{default!r} is no Python value.", 'Write one such as 0.1, "text" or [1, 2].'
        ) from None
    return value_of(node)


def _check_new(interface: Interface, field: str, name: str) -> None:
    check_name(name)
    taken = {port.name: kind for kind in ("inputs", "attributes") for port in getattr(interface, kind)}
    if field == "outputs":
        taken = {port.name: "outputs" for port in interface.outputs}
    if name in taken and (interface.form == "function" or taken[name] == field):
        raise Conflict(f"{name} is one of the {taken[name]} already.", "Choose another name.")


def _completed(outputs: tuple[Port, ...]) -> tuple[Port, ...]:
    """Outputs as one annotation of the function can say them: all have a type, or none."""
    if len(outputs) > 1 and any(port.annotation for port in outputs):
        return tuple(replace(port, annotation=port.annotation or ANY) for port in outputs)
    return outputs
