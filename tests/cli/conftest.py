"""The command line as a person calls it, in this process: words in, exit code and what was printed out."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from deepforge.cli.main import main


@dataclass(frozen=True)
class Answer:
    """What a command ended with and printed."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        """The one JSON document on standard output; fails when there is anything else."""
        return json.loads(self.out)


Call = Callable[..., Answer]


@pytest.fixture
def deepforge(home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Call:
    """Call the command line with a data directory of its own and none of this machine's settings."""
    for variable in ("DEEPFORGE_PORT", "DEEPFORGE_HOST", "DEEPFORGE_STORAGE"):
        monkeypatch.delenv(variable, raising=False)

    def call(*words: str) -> Answer:
        capsys.readouterr()
        code = main(words)
        captured = capsys.readouterr()
        return Answer(code, captured.out, captured.err)

    return call
