"""What is installed from a wheel is whole: pages, migrations and examples come along, leftovers do not."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

from deepforge.server import editor
from tests.house.places import PACKAGE, ROOT


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel of the package."""
    folder = tmp_path_factory.mktemp("wheel")
    (built,) = WheelBuilder(str(ROOT)).build(directory=str(folder), versions=["standard"])
    return Path(built)


def test_everything_of_the_package_and_the_examples_is_inside(wheel: Path) -> None:
    inside = {name for name in zipfile.ZipFile(wheel).namelist() if name.startswith("deepforge/")}
    package = {file.relative_to(PACKAGE.parent).as_posix() for file in PACKAGE.rglob("*") if file.is_file()}
    examples = {f"deepforge/{file.relative_to(ROOT).as_posix()}" for file in (ROOT / "examples").rglob("*.*")}
    wanted = {
        name for name in package | examples if "/__pycache__" not in name and "/deepforge-output" not in name
    }
    assert inside == wanted


def test_an_installed_package_has_the_whole_editor(wheel: Path) -> None:
    if not (editor.FOLDER / "index.html").exists():
        pytest.skip("the editor is not built: run make web")
    with zipfile.ZipFile(wheel) as opened:
        page = opened.read("deepforge/server/web/index.html").decode()
        inside = set(opened.namelist())
        named = re.findall(r'(?:src|href)="(/assets/[^"]+)"', page)
        asked = {f"deepforge/server/web{path}" for path in named}
        scripts = [opened.read(name).decode() for name in asked if name.endswith(".js")]
    later = {
        f"deepforge/server/web/{path}"
        for script in scripts
        for path in re.findall(r"assets/[\w.-]+\.\w+", script)
    }
    assert scripts
    assert later
    assert (asked | later) - inside == set()


def test_an_installed_package_finds_its_examples(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path / "installed")
    answer = subprocess.run(
        [sys.executable, "-m", "deepforge", "init", "copy", "--example", "digits", "--json"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(tmp_path / "installed")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(answer.stdout)["pipelines"] == ["train"]
    assert (tmp_path / "copy" / "operations" / "train.py").is_file()
