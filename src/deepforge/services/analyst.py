"""The analyst: what reads people's code for the editor, made when somebody first asks."""

from __future__ import annotations

import threading
from pathlib import Path

from deepforge.core.ports import Analysis
from deepforge.core.registry import load_adapter


class Analyst:
    """Gives the one analysis of a house. Safe for threads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._analysis: Analysis | None = None

    def __call__(self) -> Analysis:
        """The analysis. Raises AdapterMissing."""
        with self._lock:
            if self._analysis is None:
                self._analysis = load_adapter("analysis", "local")(self._folder)
            return self._analysis

    def close(self) -> None:
        """End whatever it has started."""
        with self._lock:
            if self._analysis is not None:
                self._analysis.close()
