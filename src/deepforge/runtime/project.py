"""The project inside a job: where its modules are found, and operations by their names."""

from __future__ import annotations

import ast
import importlib
import os
import sys
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, Iterator, List

OPERATIONS = "operations"


def enter(code: str) -> None:
    """Make the modules of the project folder `code` importable, and run its `serialization.py` when it has
    one.

    The folder comes behind the standard library, so that nothing in a project can stand in for a standard
    module, and before what is installed.
    """
    _forget_namesakes(code)
    if code not in sys.path:
        sys.path.insert(_behind_standard_library(), code)
    if os.path.isdir(os.path.join(code, OPERATIONS)):
        _add_operations(os.path.join(code, OPERATIONS))
    if os.path.exists(os.path.join(code, "serialization.py")):
        importlib.import_module("serialization")


def _behind_standard_library() -> int:
    version = "python%d.%d" % sys.version_info[:2]
    standard = {os.path.dirname(os.__file__), os.path.join(sys.base_exec_prefix, sys.platlibdir, version)}
    standard |= {os.path.join(folder, "lib-dynload") for folder in standard}
    places = [place for place, folder in enumerate(sys.path) if os.path.normpath(folder) in standard]
    return max(places, default=-1) + 1


def _forget_namesakes(code: str) -> None:
    """Drop installed modules that the warm parent imported under a name the project uses."""
    names = {entry[:-3] if entry.endswith(".py") else entry for entry in os.listdir(code)}
    for name in filter(sys.modules.__contains__, names):
        file = getattr(sys.modules[name], "__file__", None)
        if file and ("site-packages" in file or "dist-packages" in file):
            for loaded in [
                module for module in sys.modules if module == name or module.startswith(name + ".")
            ]:
                del sys.modules[loaded]


def _add_operations(folder: str) -> None:
    if os.path.exists(os.path.join(folder, "__init__.py")):
        package = importlib.import_module(OPERATIONS)
        if hasattr(package, "__getattr__"):
            return
    else:
        package = ModuleType(OPERATIONS, "The operations of the project.")
        package.__path__ = [folder]
        package.__spec__ = ModuleSpec(OPERATIONS, None, is_package=True)
        package.__spec__.submodule_search_locations = package.__path__
        sys.modules[OPERATIONS] = package

    def find(name: str) -> Any:
        for module in _modules_for(folder, name):
            found = getattr(importlib.import_module("%s.%s" % (OPERATIONS, module)), name, None)
            if found is not None:
                setattr(package, name, found)
                return found
        raise AttributeError("the project has no operation %s" % name)

    package.__getattr__ = find  # type: ignore[method-assign]


def _modules_for(folder: str, name: str) -> Iterator[str]:
    """The modules that define `name` at their top: first the one that is named like it."""
    plain = name.replace("_", "").lower()
    modules = sorted(
        entry[:-3] for entry in os.listdir(folder) if entry.endswith(".py") and entry != "__init__.py"
    )
    for module in sorted(modules, key=lambda module: module.replace("_", "").lower() != plain):
        if name in _defined(os.path.join(folder, module + ".py")):
            yield module


def _defined(path: str) -> List[str]:
    try:
        with open(path, "rb") as file:
            tree = ast.parse(file.read())
    except (SyntaxError, ValueError):  # importing the module itself will tell
        return []
    return [
        node.name
        for node in tree.body
        if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
    ]
