"""Adapters, found by name."""

from __future__ import annotations

from importlib.metadata import EntryPoint

import pytest

from deepforge.core import registry
from deepforge.core.errors import AdapterMissing
from deepforge.core.registry import adapter_names, load_adapter


@pytest.fixture
def _installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three adapters, of which two cannot be loaded."""
    points = [
        EntryPoint("directory", "fractions:Fraction", "deepforge.storage"),
        EntryPoint("fsspec", "no_such_library.storage:Storage", "deepforge.storage"),
        EntryPoint("tape", "no_such_tape.storage:Storage", "deepforge.storage"),
    ]
    monkeypatch.setattr(
        registry, "entry_points", lambda group: [point for point in points if point.group == group]
    )


@pytest.mark.usefixtures("_installed")
def test_an_adapter_is_loaded_by_its_name() -> None:
    assert load_adapter("storage", "directory").__name__ == "Fraction"
    assert adapter_names("storage") == ("directory", "fsspec", "tape")
    assert adapter_names("compute") == ()


@pytest.mark.usefixtures("_installed")
@pytest.mark.parametrize(
    ("kind", "name", "message"),
    [
        ("storage", "directroy", "No storage adapter is called 'directroy'.\nDid you mean directory?"),
        ("compute", "ray", "No compute adapter is called 'ray'.\nInstall it: pip install 'deepforge[ray]'"),
        (
            "compute",
            "local",
            "No compute adapter is called 'local'.\nInstall DeepForge with pip: pip install deepforge",
        ),
        (
            "storage",
            "fsspec",
            "The storage adapter 'fsspec' needs no_such_library, which is not installed.\n"
            "Install it: pip install 'deepforge[s3]'",
        ),
        (
            "storage",
            "tape",
            "The storage adapter 'tape' needs no_such_tape, which is not installed.\n"
            "Install it: pip install no_such_tape",
        ),
    ],
)
def test_a_missing_adapter_says_what_to_install(kind: registry.AdapterKind, name: str, message: str) -> None:
    with pytest.raises(AdapterMissing) as raised:
        load_adapter(kind, name)
    assert str(raised.value) == message
