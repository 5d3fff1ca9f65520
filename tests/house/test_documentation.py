"""The pages that are made from code say what the code says, and every setting is explained."""

from __future__ import annotations

import importlib.util
import re
from dataclasses import fields
from types import ModuleType

import pytest

from deepforge.core.settings import Settings
from tests.house.places import ROOT, shown


@pytest.fixture(scope="module")
def generate() -> ModuleType:
    """The program that makes the pages."""
    specification = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_the_pages_made_from_code_are_up_to_date(generate: ModuleType) -> None:
    assert generate.outdated() == [], "run: python docs/generate.py"


def test_every_setting_is_explained() -> None:
    text = (ROOT / "docs" / "guides" / "configuration.md").read_text(encoding="utf-8")
    explained = re.findall(r"^\| `(\w+)` \| .* \| `DEEPFORGE_\w+` \| (.+) \|$", text, re.MULTILINE)
    assert [name for name, help in explained if help.strip()] == [
        setting.name for setting in fields(Settings)
    ]


def test_links_between_pages_lead_somewhere() -> None:
    pages = [*sorted((ROOT / "docs").rglob("*.md")), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
    lost = [
        f"{shown(page)}: {target}"
        for page in pages
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert lost == []


def test_every_page_is_in_the_table_of_contents() -> None:
    listed = set(
        re.findall(r": ([\w/-]+\.md)$", (ROOT / "mkdocs.yml").read_text(encoding="utf-8"), re.MULTILINE)
    )
    assert listed == {file.relative_to(ROOT / "docs").as_posix() for file in (ROOT / "docs").rglob("*.md")}
