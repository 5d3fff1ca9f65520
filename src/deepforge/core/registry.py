"""Adapters, found by name among the installed distributions and loaded when used."""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points
from typing import Any, Literal

from deepforge.core.errors import AdapterMissing, did_you_mean

AdapterKind = Literal["storage", "compute", "analysis"]

EXTRAS: dict[tuple[str, str], str] = {("storage", "fsspec"): "s3", ("compute", "ray"): "ray"}
"""The extra of this distribution that brings what an adapter needs."""


def adapter_names(kind: AdapterKind) -> tuple[str, ...]:
    """The names of all installed adapters of a kind, sorted."""
    return tuple(sorted({point.name for point in _points(kind)}))


def load_adapter(kind: AdapterKind, name: str) -> type[Any]:
    """The class of the adapter. Raises AdapterMissing, which says what to install, when it is not there."""
    for point in _points(kind):
        if point.name == name:
            return _load(kind, point)
    extra = EXTRAS.get((kind, name))
    if extra:
        hint = f"Install it: pip install 'deepforge[{extra}]'"
    else:
        hint = did_you_mean(name, adapter_names(kind)) or "Install DeepForge with pip: pip install deepforge"
    raise AdapterMissing(f"No {kind} adapter is called {name!r}.", hint)


def _points(kind: AdapterKind) -> tuple[EntryPoint, ...]:
    return tuple(entry_points(group=f"deepforge.{kind}"))


def _load(kind: AdapterKind, point: EntryPoint) -> type[Any]:
    try:
        loaded: type[Any] = point.load()
    except ImportError as error:
        missing = error.name or str(error)
        extra = EXTRAS.get((kind, point.name))
        package = f"'deepforge[{extra}]'" if extra else missing.partition(".")[0]
        raise AdapterMissing(
            f"The {kind} adapter {point.name!r} needs {missing}, which is not installed.",
            f"Install it: pip install {package}",
        ) from error
    return loaded
