"""DeepForge: what an operation or a script may call. It works the same inside a run and outside of one."""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from deepforge.runtime import serialization
    from deepforge.runtime.artifact import artifact
    from deepforge.runtime.figure import figure
    from deepforge.runtime.graph import Graph, Image
    from deepforge.runtime.log import log
    from deepforge.runtime.progress import progress

__version__ = "3.0.0.dev0"

__all__ = ["Graph", "Image", "__version__", "artifact", "figure", "log", "progress", "serialization"]


def __getattr__(name: str) -> Any:
    # Loaded when first used: every part of DeepForge passes here when it starts.
    if name not in __all__:
        raise AttributeError(f"module 'deepforge' has no attribute {name!r}")
    if name == "serialization":
        value: Any = importlib.import_module("deepforge.runtime.serialization")
    else:
        home = "graph" if name in ("Graph", "Image") else name
        value = getattr(importlib.import_module("deepforge.runtime." + home), name)
    globals()[name] = value
    return value
