"""Each module says what it is, and what it offers is sorted."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.house.places import PACKAGE, modules, shown

NO_NOUNS = {"utils", "util", "helpers", "helper", "common", "misc", "manager"}


def offered(file: Path) -> list[str] | None:
    """What the module's `__all__` names; None when it has none."""
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and [ast.unparse(target) for target in node.targets] == ["__all__"]:
            return [str(name) for name in ast.literal_eval(node.value)]
    return None


def test_a_module_says_in_its_first_line_what_it_is() -> None:
    silent = [
        shown(file)
        for file in modules()
        if not (ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or "").strip()
    ]
    assert silent == []


def in_order(names: list[str]) -> list[str]:
    """Constants, then classes, then functions and modules; each by the alphabet."""
    return sorted(names, key=lambda name: (not name.isupper(), not name[0].isupper(), name))


def test_what_a_module_offers_is_sorted() -> None:
    offers = {shown(file): names for file in modules() if (names := offered(file)) is not None}
    assert offers == {file: in_order(names) for file, names in offers.items()}


def test_the_package_says_what_it_offers() -> None:
    assert offered(PACKAGE / "__init__.py")


def test_a_module_is_named_by_a_noun_of_the_domain() -> None:
    assert [shown(file) for file in modules() if file.stem in NO_NOUNS or file.parent.name in NO_NOUNS] == []
