"""The walls between the rooms stand, and each of them stops what it is there to stop."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.house.places import PACKAGE, ROOT

CORE = "core"
STORAGE = "adapters/storage"
BREACHES = {
    "One way down": ("engine", "import deepforge.services"),
    "The runtime travels alone: the standard library only": ("runtime", "import numpy"),
    "The core is pure: no web, no database, no processes, no frameworks": (CORE, "import subprocess"),
    "A worker has no database and no web server; a client knows only words": (
        "worker",
        "import deepforge.store",
    ),
    "Adapters, and the suites that judge them, know only the core": (STORAGE, "import deepforge.client"),
    "Nobody imports an adapter (the registry loads it by name) nor the test kit": (
        CORE,
        "import deepforge.adapters.storage",
    ),
    "Families of adapters are strangers to each other": (
        "adapters/compute",
        "import deepforge.adapters.storage",
    ),
}
"""Contract → the room that breaks it, and the line by which it does."""


def contracts() -> list[str]:
    """The names of the contracts in pyproject.toml."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return [contract["name"] for contract in settings["tool"]["importlinter"]["contracts"]]


def check_walls(house: Path) -> dict[str, bool]:
    """Have import-linter judge the house: contract → whether it holds."""
    answer = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--no-logo"],
        cwd=house,
        env=os.environ | {"PYTHONPATH": str(house / "src"), "COLUMNS": "1000", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    verdicts = {
        name: line.removeprefix(name).strip().startswith("KEPT")
        for name in contracts()
        for line in answer.stdout.splitlines()
        if line.startswith(f"{name} ") and line.split()[-1] in ("KEPT", "BROKEN")
    }
    assert answer.returncode == (0 if all(verdicts.values()) else 1), answer.stdout + answer.stderr
    assert list(verdicts) == contracts(), answer.stdout + answer.stderr
    return verdicts


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A house of the same build, to be broken."""
    shutil.copytree(PACKAGE, tmp_path / "src" / "deepforge", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_walls_stand() -> None:
    assert check_walls(ROOT) == dict.fromkeys(contracts(), True)


def test_each_contract_has_a_breach_that_tries_it() -> None:
    assert sorted(BREACHES) == sorted(contracts())


@pytest.mark.parametrize("name", BREACHES)
def test_a_wall_catches_its_breach(name: str, copy: Path) -> None:
    room, line = BREACHES[name]
    (copy / "src" / "deepforge" / room / "breach.py").write_text(f'"""A breach."""\n\n{line}\n')
    assert check_walls(copy)[name] is False


def test_a_new_room_breaks_the_build_until_it_is_given_a_place(copy: Path) -> None:
    room = copy / "src" / "deepforge" / "attic"
    room.mkdir()
    (room / "__init__.py").write_text('"""A room nobody has placed."""\n')
    assert check_walls(copy)["One way down"] is False
