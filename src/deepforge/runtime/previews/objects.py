"""Objects of any class: what they say of themselves, and their attributes."""

from __future__ import annotations

from typing import Any, Dict, List

from deepforge.runtime.previews.trees import say, tree
from deepforge.runtime.values import type_name

MOST_ATTRIBUTES = 100
LONGEST_VALUE = 300


def describe(value: Any) -> Dict[str, Any]:
    """The document of an object; of plain lists, dicts and the like a tree, of text and bytes their start."""
    if isinstance(value, str):
        return {"kind": "text", "text": value[:100_000], "length": len(value), "cut": len(value) > 100_000}
    if isinstance(value, (bytes, bytearray)):
        return {"kind": "bytes", "size": len(value), "first": bytes(value[:1024]).hex()}
    if value is None or type(value) in (bool, int, float, dict, list, tuple, set, frozenset):
        return {"kind": "json", "tree": tree(value)}
    return {"kind": "object", "repr": say(value), "attributes": _attributes(value)}


def _attributes(value: Any) -> List[Dict[str, str]]:
    held = getattr(value, "__dict__", None)
    attributes = dict(held) if isinstance(held, dict) else {}
    for cls in type(value).__mro__:
        slots = cls.__dict__.get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            if name not in ("__dict__", "__weakref__") and hasattr(value, name):
                attributes.setdefault(name, getattr(value, name))
    return [
        {"name": str(name), "type": type_name(item), "value": say(item, LONGEST_VALUE)}
        for name, item in list(attributes.items())[:MOST_ATTRIBUTES]
    ]
