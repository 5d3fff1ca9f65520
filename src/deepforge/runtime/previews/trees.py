"""Trees of values: nested lists and dicts, cut where there is too much of them."""

from __future__ import annotations

import math
from typing import Any, Dict, List

MOST_ITEMS = 200
"""Items of one list or dict that are told."""
MOST_NODES = 5000
DEEPEST = 12
LONGEST_TEXT = 2000

Node = Dict[str, Any]


def tree(value: Any) -> Node:
    """A value as nodes `{"type", "value"}`, or `{"type", "length", "items"}`, where a dict's items are pairs.

    A node of which something was left out says so by `"cut": true`. Values of other types than JSON's are
    told by what they say of themselves.
    """
    return _node(value, 0, [MOST_NODES])


def _node(value: Any, depth: int, left: List[int]) -> Node:
    left[0] -= 1
    kind = type(value).__name__
    if value is None or type(value) in (bool, int):
        shown: Any = value
        if type(value) is int and value.bit_length() > 53:  # more than a number of JavaScript holds
            shown = str(value) if value.bit_length() < 8192 else "an integer of %d bits" % value.bit_length()
        return {"type": kind, "value": shown}
    if type(value) is float:
        return {"type": kind, "value": value if math.isfinite(value) else str(value)}
    if type(value) is str:
        node: Node = {"type": kind, "value": value[:LONGEST_TEXT], "length": len(value)}
        return dict(node, cut=True) if len(value) > LONGEST_TEXT else node
    if type(value) in (dict, list, tuple, set, frozenset):
        return _container(value, kind, depth, left)
    return {"type": kind, "value": say(value)}


def _container(value: Any, kind: str, depth: int, left: List[int]) -> Node:
    items: List[Any] = []
    node: Node = {"type": kind, "length": len(value), "items": items}
    for number, item in enumerate(value.items() if type(value) is dict else value):
        if number >= MOST_ITEMS or depth >= DEEPEST or left[0] <= 0:
            node["cut"] = True
            break
        if type(value) is dict:
            key = item[0] if type(item[0]) is str else say(item[0])
            items.append([key[:LONGEST_TEXT], _node(item[1], depth + 1, left)])
        else:
            items.append(_node(item, depth + 1, left))
    return node


def say(value: Any, longest: int = LONGEST_TEXT) -> str:
    """What a value says of itself, cut; also when it fails to."""
    try:
        text = repr(value)
    except Exception as error:  # noqa: BLE001 — it is the user's code that failed
        return "<%s, whose repr failed: %s: %s>" % (type(value).__name__, type(error).__name__, error)
    text = text.encode("utf-8", "backslashreplace").decode()
    return text if len(text) <= longest else text[:longest] + "…"
