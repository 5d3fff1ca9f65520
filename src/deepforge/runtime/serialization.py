"""Serialization: how a project's own types are written to files and read again.

A project's `serialization.py` registers a writer and a reader for a class; they serve its subclasses too.
What is not registered is pickled.
"""

from __future__ import annotations

import pickle
from typing import Any, BinaryIO, Callable, Dict, Optional

from deepforge.runtime.values import find_class, full_name, type_name

Dump = Callable[[Any, BinaryIO], Any]
Load = Callable[[BinaryIO], Any]

serializers: Dict[str, Dump] = {}
"""The registered writers, by the full name of their class."""
deserializers: Dict[str, Load] = {}
"""The registered readers, by the full name of their class."""


def register(cls: type, dump: Dump, load: Load) -> None:
    """Write values of `cls` and of its subclasses by `dump(value, file)`, and read them by `load(file)`.

    The files are real ones, open for bytes: `file.name` is a path. The nearest registered class wins;
    registering a class again replaces what was registered.
    """
    name = full_name(cls)
    serializers[name] = dump
    deserializers[name] = load


def registered_name(cls: type) -> Optional[str]:
    """The full name of the nearest registered class among `cls` and its bases; None when there is none."""
    names = [full_name(base) for base in cls.__mro__]
    return next((name for name in names if name in serializers), None)


def dump(value: Any, file: BinaryIO) -> None:
    """Write a value by what is registered for its class, else as a pickle."""
    get_serializer(value)(value, file)


def load(name: str, file: BinaryIO) -> Any:
    """Read a value of the class with this full name by what is registered for it, else as a pickle."""
    return get_deserializer(name)(file)


def get_full_name(cls: type) -> str:
    """The name under which a class is registered."""
    return full_name(cls)


def get_full_class_name(value: Any) -> str:
    """The name under which the class of a value is registered."""
    return type_name(value)


def get_serializer(value: Any) -> Dump:
    """The writer for a value."""
    name = registered_name(type(value))
    return pickle.dump if name is None else serializers[name]


def get_deserializer(name: str) -> Load:
    """The reader for values of the class with this full name."""
    found = find_deserializer(name)
    return pickle.load if found is None else found


def find_deserializer(name: str) -> Optional[Load]:
    """The registered reader for the class of this name, or for the nearest of its bases; None without one."""
    if name in deserializers:
        return deserializers[name]
    cls = find_class(name)
    nearest = None if cls is None else registered_name(cls)
    return None if nearest is None else deserializers[nearest]
