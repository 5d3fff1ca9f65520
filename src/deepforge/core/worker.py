"""Facts about workers, as the API shows them."""

from __future__ import annotations

from dataclasses import dataclass

from deepforge.core.ids import WorkerId
from deepforge.core.resources import Machine


@dataclass(frozen=True)
class WorkerView:
    """One worker. `seen` is when it was last heard of; `connected` whether that was within its lease."""

    id: WorkerId
    name: str
    machine: Machine
    python: str
    slots: int
    running: int
    """How many attempts it holds."""
    version: str
    connected: bool
    seen: str
    created: str
