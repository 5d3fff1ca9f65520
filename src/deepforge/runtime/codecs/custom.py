"""What a project registered with `deepforge.serialization.register`."""

from __future__ import annotations

from typing import Any, BinaryIO

from deepforge.runtime import serialization


def accepts(value: Any) -> bool:
    """Whether something is registered for the value's class or one of its bases."""
    return bool(serialization.serializers) and serialization.registered_name(type(value)) is not None


def write(value: Any, file: BinaryIO) -> None:
    """Write by the registered function."""
    serialization.dump(value, file)


def read(path: str, name: str) -> Any:
    """Read by the registered function. Raises LookupError when the project no longer registers one."""
    reader = serialization.find_deserializer(name)
    if reader is None:
        raise LookupError("the project's serialization.py registers nothing for %s" % name)
    with open(path, "rb") as file:
        return reader(file)
