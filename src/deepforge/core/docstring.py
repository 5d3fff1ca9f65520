"""Docstrings: what they say of an operation, and of each of its parameters and results."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from docstring_parser import Docstring as Parsed
from docstring_parser import ParseError, parse

_SECTIONS = re.compile(
    r"^\s*(?:(?:Args|Arguments|Parameters|Params|Attributes|Returns|Yields)\s*:?\s*$|[:@](?:param|returns?)\b)",
    re.MULTILINE,
)
_NEXT_RESULT = re.compile(r"\n(\w+)(?: \([^)]*\))?:\s+")
"""A further line of Google's `Returns`, which the parser takes for a part of the first."""
_BEGIN = "."


@dataclass(frozen=True)
class Doc:
    """What a docstring says: the text without its sections, and of each name what its line there says."""

    text: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    results: Mapping[str, str] = field(default_factory=dict)


def read_doc(text: str | None) -> Doc:
    """A docstring in the style of Google, NumPy, Sphinx or Epydoc; one in none of them is a text as it is."""
    clean = (text or "").strip()
    if not _SECTIONS.search(clean):
        return Doc(clean)
    try:
        found = parse(f"{_BEGIN}\n\n{clean}")  # a section at the very beginning would not be seen
    except (ParseError, LookupError, ValueError):  # what the parser itself stumbles over is a plain text
        return Doc(clean)
    parameters = {one.arg_name: _line(one.description) for one in found.params if one.description}
    return Doc((found.description or "").removeprefix(_BEGIN).strip(), parameters, _results(found))


def _results(found: Parsed) -> dict[str, str]:
    """By name, as Google's and NumPy's style tell several; one without a name is that of the only result."""
    results = {}
    for one in found.many_returns:
        name = one.return_name or one.type_name or ""
        first, *others = _NEXT_RESULT.split(one.description or "")
        for result, words in zip([name, *others[::2]], [first, *others[1::2]], strict=True):
            if words:
                results[result] = _line(words)
    return results


def _line(text: str) -> str:
    return " ".join(text.split())
