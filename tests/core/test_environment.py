"""Environments."""

from __future__ import annotations

from deepforge.core.environment import Distribution, Interpreter, installed_for

INTERPRETER = Interpreter(
    python="3.11.7",
    platform="linux-x86_64",
    distributions={
        "torch": Distribution("2.6.0", ("numpy", "sympy", "missing")),
        "numpy": Distribution("1.26.4"),
        "sympy": Distribution("1.13", ("torch",)),
        "pandas": Distribution("2.2.0", ("numpy",)),
        "pyyaml": Distribution("6.0"),
    },
    modules={"torch": ("torch",), "numpy": ("numpy",), "yaml": ("pyyaml",), "google": ("gone", "pandas")},
)


def test_what_stands_behind_modules_is_found_with_all_it_requires() -> None:
    assert installed_for(INTERPRETER, ["torch"]) == {"numpy": "1.26.4", "sympy": "1.13", "torch": "2.6.0"}
    assert installed_for(INTERPRETER, ["yaml", "google"]) == {
        "numpy": "1.26.4",
        "pandas": "2.2.0",
        "pyyaml": "6.0",
    }


def test_modules_that_nothing_provides_add_nothing() -> None:
    assert installed_for(INTERPRETER, ["json", "nowhere"]) == {}
