"""Following: what a pipeline says once an operation, or a part of its interface, has another name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from deepforge.core.code import OperationRename


def followed(content: Any, change: OperationRename) -> Any:
    """The content of a pipeline's file with the new name wherever it means the old one.

    The same object when it means it nowhere.
    """
    nodes = content.get("nodes") if isinstance(content, Mapping) else None
    if not isinstance(nodes, Mapping):
        return content
    concerned = {
        name
        for name, node in nodes.items()
        if isinstance(node, Mapping) and node.get("operation") == change.name
    }
    if not concerned:
        return content
    made = {
        name: _node(node, change, is_one=name in concerned, ones=concerned)
        if isinstance(node, Mapping)
        else node
        for name, node in nodes.items()
    }
    return content if made == nodes else {**content, "nodes": made}


def _node(
    node: Mapping[str, Any], change: OperationRename, *, is_one: bool, ones: set[str]
) -> dict[str, Any]:
    made = dict(node)
    match change.part:
        case None if is_one:
            made["operation"] = change.to
        case "input" if is_one:
            made = _with(made, "inputs", lambda ports: _keys(ports, change))
            made = _with(made, "through", lambda ports: _values(ports, change))
        case "output":
            made = _with(made, "inputs", lambda ports: _sources(ports, change, ones))
            if is_one:
                made = _with(made, "through", lambda ports: _keys(ports, change))
        case "attribute" | "reference" if is_one:
            made = _with(made, "attributes", lambda ports: _keys(ports, change))
            made = _with(made, "references", lambda ports: _keys(ports, change))
    return made


def _with(node: dict[str, Any], key: str, renamed: Any) -> dict[str, Any]:
    part = node.get(key)
    return {**node, key: renamed(part)} if isinstance(part, Mapping) else node


def _keys(part: Mapping[str, Any], change: OperationRename) -> dict[str, Any]:
    if change.to in part:  # it stands for something else already
        return dict(part)
    return {change.to if name == change.port else name: value for name, value in part.items()}


def _values(part: Mapping[str, Any], change: OperationRename) -> dict[str, Any]:
    return {name: change.to if value == change.port else value for name, value in part.items()}


def _sources(part: Mapping[str, Any], change: OperationRename, ones: set[str]) -> dict[str, Any]:
    old = {f"{name}.{change.port}": f"{name}.{change.to}" for name in ones}
    return {name: old.get(value, value) if isinstance(value, str) else value for name, value in part.items()}
