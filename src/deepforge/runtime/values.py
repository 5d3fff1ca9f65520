"""The names of values' types, as recorded with artifacts: `list`, `numpy.ndarray`, `layers.net.Net`."""

from __future__ import annotations

import importlib
from typing import Any, Optional


def full_name(cls: type) -> str:
    """`module.qualname` of a class; built-in ones go without their module."""
    module = cls.__module__
    return cls.__qualname__ if module == "builtins" else "%s.%s" % (module, cls.__qualname__)


def type_name(value: Any) -> str:
    """The full name of a value's class."""
    return full_name(type(value))


def find_class(name: str) -> Optional[type]:
    """The class with this full name, importing its module; None when there is none."""
    parts = name.split(".")
    for length in range(len(parts) - 1, 0, -1):
        try:
            found: Any = importlib.import_module(".".join(parts[:length]))
            for part in parts[length:]:
                found = getattr(found, part)
        except (ImportError, AttributeError):
            continue
        return found if isinstance(found, type) else None
    return None
