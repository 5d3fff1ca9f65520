"""What a newcomer types is there, and is what the documents say."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.house.places import ROOT


def test_the_targets_that_documents_name_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert {"start", "demo", "test", "check", "format", "docs", "clean"} <= targets
    pages = [*(ROOT / "docs").rglob("*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
    named = {
        target
        for page in pages
        for target in re.findall(
            r"^make ([a-z]+)|`make ([a-z]+)`", page.read_text(encoding="utf-8"), re.MULTILINE
        )
        for target in target
        if target
    }
    assert named <= targets


def find_python(folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Ask for a Python on a machine that has only what lies in a folder."""
    return subprocess.run(
        ["/bin/sh", ROOT / ".ci" / "python"],
        env={"PATH": str(folder), **variables},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A folder of programs, empty at first."""
    return tmp_path


def pretend(file: Path, version: str, fit: bool, has_venv: bool = True) -> None:
    """A program that answers as a Python of this version would."""
    file.write_text(
        "#!/bin/sh\n"
        f'case "$2" in *version_info\\[:2\\]*) echo {version};; *sys.exit*) exit {0 if fit else 1};; '
        f"*venv*) exit {0 if has_venv else 1};; esac\n"
    )
    os.chmod(file, 0o755)


def test_a_python_that_is_new_enough_is_found(machine: Path) -> None:
    pretend(machine / "python3", "3.9", fit=False)
    pretend(machine / "python3.12", "3.12", fit=True)
    assert find_python(machine).stdout == "python3.12\n"


def test_the_python_that_is_named_comes_first(machine: Path) -> None:
    pretend(machine / "python3", "3.12", fit=True)
    pretend(machine / "mine", "3.13", fit=True)
    assert find_python(machine, PYTHON="mine").stdout == "mine\n"


def test_without_a_fitting_python_it_says_what_it_found_and_what_to_do(machine: Path) -> None:
    pretend(machine / "python3", "3.9", fit=False)
    pretend(machine / "python3.11", "3.11", fit=True, has_venv=False)
    answer = find_python(machine)
    assert (answer.returncode, answer.stdout) == (1, "")
    assert "needs Python 3.11 or newer" in answer.stderr
    assert "python3 is 3.9" in answer.stderr
    assert "apt install python3-venv" in answer.stderr
    assert "make start PYTHON=" in answer.stderr
