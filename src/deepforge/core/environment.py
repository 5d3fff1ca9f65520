"""Environments: what an operation declares, and what an interpreter has installed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from deepforge.core.ids import Digest

UNKNOWN = Digest("")


@dataclass(frozen=True)
class Declared:
    """Dependencies as a person wrote them, in a PEP 723 block or a requirements file."""

    requirements: tuple[str, ...]
    python: str | None = None
    """A version specifier, such as `>=3.11`."""
    origin: str = ""
    """The file they stand in."""
    digest: Digest = UNKNOWN
    """Of the sorted requirements and the Python version."""


@dataclass(frozen=True)
class Distribution:
    """An installed distribution: its version and the names of the distributions it requires."""

    version: str
    requires: tuple[str, ...] = ()


@dataclass(frozen=True)
class Interpreter:
    """A Python and what is installed in it. Names of distributions are normalised as in PEP 503."""

    python: str
    platform: str
    distributions: dict[str, Distribution] = field(default_factory=dict)
    modules: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Top-level module → the distributions that provide it."""


NAMED_OTHERWISE = {
    "bs4": "beautifulsoup4",
    "cv2": "opencv-python-headless",
    "dateutil": "python-dateutil",
    "PIL": "pillow",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "yaml": "pyyaml",
}
"""Well-known modules whose distribution has another name."""


def distribution_of(interpreter: Interpreter, module: str) -> str:
    """The distribution that gives a top-level module, by what is installed, else by what is well known."""
    installed = interpreter.modules.get(module)
    return installed[0] if installed else NAMED_OTHERWISE.get(module, module.replace("_", "-").lower())


def script_block(dependencies: Iterable[str]) -> str:
    """Dependencies as the head of a file says them (PEP 723)."""
    lines = "".join(f'#   "{name}",\n' for name in dependencies)
    return f"# /// script\n# dependencies = [\n{lines}# ]\n# ///\n"


def installed_for(interpreter: Interpreter, imports: Iterable[str]) -> dict[str, str]:
    """Which distributions, in which versions, stand behind these top-level modules, with all they require.

    A module that nothing installed provides (the standard library, or missing) adds nothing.
    """
    waiting = [name for module in imports for name in interpreter.modules.get(module, ())]
    found: dict[str, str] = {}
    while waiting:
        name = waiting.pop()
        distribution = interpreter.distributions.get(name)
        if distribution is None or name in found:
            continue
        found[name] = distribution.version
        waiting.extend(distribution.requires)
    return dict(sorted(found.items()))
