"""YAML text as plain values: read strictly, and written in a plain style.

Plain values are None, booleans, whole and finite real numbers, text, lists, and dicts with text for keys.
What else YAML can say (tags, dates, infinities, keys that are lists) is refused or read as text, because
nothing but plain values can be kept, compared and shown everywhere.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from deepforge.core.errors import InvalidProject

__all__ = ["compose", "entries", "flow", "parse", "same", "value_of", "write"]

MOST_VALUES = 100_000
"""Values in one file, each counted as often as aliases repeat it."""
DEEPEST = 100
"""Values within values."""
LARGE = 20_000
"""Letters from which on a text is remembered with its values: a project that is looked at and its document
that is opened need the same ones, and reading 2 000 nodes takes about a second.
"""

_CORE = "tag:yaml.org,2002:"
_WORDS = {"true": True, "false": False}
_CONFLICT = re.compile(r"^(<<<<<<< |>>>>>>> |\|\|\|\|\|\|\| |=======$)", re.MULTILINE)
_PLAIN = re.compile(r"[^\W\d][\w.+/ @-]*(?<! )")
_QUOTED_WORDS = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}


def parse(text: str, file: str) -> Any:
    """The plain values of a YAML text; None when it is empty.

    Raises InvalidProject, which names the file and the line, for anything that cannot be read or kept.
    """
    return _copied(_parsed_large(text, file)) if len(text) >= LARGE else _parsed(text, file)


def _parsed(text: str, file: str) -> Any:
    node = compose(text, file)
    return None if node is None else value_of(node, file)


_parsed_large = lru_cache(maxsize=4)(_parsed)


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _copied(content) for name, content in value.items()}
    return [_copied(item) for item in value] if isinstance(value, list) else value


def compose(text: str, file: str) -> Node | None:
    """The tree of a YAML text, with places; None when it is empty. Raises InvalidProject."""
    conflict = _CONFLICT.search(text)
    if conflict and _CONFLICT.search(text, conflict.end()):
        raise _invalid(
            file, text.count("\n", 0, conflict.start()), "has the marks of a merge conflict", _MERGE
        )
    try:
        node: Node | None = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        said = " ".join(filter(None, (error.context, error.problem)))
        raise _invalid(file, mark.line if mark else 0, f"is not YAML: {said}", _SYNTAX) from error
    except (YAMLError, ValueError) as error:
        raise _invalid(file, 0, f"is not YAML: {' '.join(str(error).split())}", _SYNTAX) from error
    except RecursionError:
        raise _invalid(file, 0, f"has more than {DEEPEST} values within values", "Write less deep.") from None
    return node


def value_of(node: Node, file: str = "") -> Any:
    """The plain value of a node. Raises InvalidProject when it has none."""
    return _Reader(file).read(node, 0)


def entries(node: MappingNode) -> Iterator[tuple[str, Node]]:
    """The entries that a mapping itself has, without those it merges from others by `<<`."""
    for key, value in node.value:
        if key.tag != _CORE + "merge":
            yield str(key.value), value


class _Reader:
    """Reads one document, counting what it reads."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._read = 0

    def read(self, node: Node, depth: int) -> Any:
        self._read += 1
        if self._read > MOST_VALUES or depth > DEEPEST:
            limit = f"{MOST_VALUES:,} values" if depth <= DEEPEST else f"{DEEPEST} values within values"
            raise self._refuse(node, f"has more than {limit}")
        if isinstance(node, ScalarNode):
            return self._scalar(node)
        if isinstance(node, SequenceNode) and node.tag == _CORE + "seq":
            return [self.read(item, depth + 1) for item in node.value]
        if isinstance(node, MappingNode) and node.tag == _CORE + "map":
            return self._mapping(node, depth)
        raise self._refuse(node, f"has the tag {node.tag}, which is not read")

    def _mapping(self, node: MappingNode, depth: int) -> dict[str, Any]:
        merged: dict[str, Any] = {}
        own: dict[str, Any] = {}
        for key, value in node.value:
            if key.tag == _CORE + "merge":
                sources = value.value if isinstance(value, SequenceNode) else [value]
                for source in reversed(sources):
                    if not isinstance(source, MappingNode):
                        raise self._refuse(key, "merges something that is not a mapping")
                    merged |= self._mapping(source, depth + 1)
                continue
            name = self.read(key, depth + 1)
            if not isinstance(name, str):
                raise self._refuse(key, f"has {name!r} for a name", "Write it in quotes.")
            if name in own:
                raise self._refuse(key, f"has {name!r} twice", "Remove or rename one of them.")
            own[name] = self.read(value, depth + 1)
        return {**merged, **own} if merged else own

    def _scalar(self, node: ScalarNode) -> Any:
        text, kind = str(node.value), str(node.tag).removeprefix(_CORE)
        if kind in ("str", "timestamp", "value", "merge"):
            return text
        if kind == "null":
            return None
        if kind == "bool" and text.casefold() in _WORDS:
            return _WORDS[text.casefold()]
        digits = text.replace("_", "")
        try:
            if kind == "int":
                sign = -1 if digits.startswith("-") else 1
                bare = digits.lstrip("+-")
                return sign * int(bare, 0 if bare[:2] in ("0x", "0o", "0b") else 10)
            if kind == "float":
                number = float(re.sub(r"^([+-]?)\.(inf|nan)$", r"\1\2", digits, flags=re.IGNORECASE))
                if not math.isfinite(number):
                    raise self._refuse(node, f"has {text}, which is not a finite number", "Write it as text.")
                return number
        except ValueError:
            raise self._refuse(node, f"has {text!r}, which is no number", "Write it in quotes.") from None
        raise self._refuse(node, f"has the tag {node.tag}, which is not read")

    def _refuse(self, node: Node, what: str, hint: str | None = None) -> InvalidProject:
        return _invalid(self._file, node.start_mark.line, what, hint or "Write plain values.")


_MERGE = "Solve the conflict, and take the lines with <<<<<<<, ======= and >>>>>>> out."
_SYNTAX = (
    "Look at the line and the one before it: indentation, a missing colon, or quotes that are not closed."
)


def _invalid(file: str, line: int, what: str, hint: str) -> InvalidProject:
    return InvalidProject(f"{file}:{line + 1} {what}", hint)


def same(one: Any, other: Any) -> bool:
    """Whether two plain values are the same; unlike `==`, 1, 1.0 and true differ."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(value, other[name]) for name, value in one.items())
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


def write(value: Any) -> str:
    """A plain value as a new YAML text: two levels of names on own lines, the rest in `{…}` and `[…]`."""
    return "".join(f"{line}\n" for line in _lines(value, 2))


def _lines(value: Any, levels: int) -> list[str]:
    if not isinstance(value, dict) or not value or not levels:
        return [flow(value)]
    lines: list[str] = []
    for name, content in value.items():
        inner = _lines(content, levels - 1)
        if isinstance(content, dict) and content and levels > 1:
            lines += [f"{flow(name)}:", *(f"  {line}" for line in inner)]
        else:
            lines.append(f"{flow(name)}: {inner[0]}")
    return lines


def flow(value: Any) -> str:
    """A plain value as YAML on one line, good in any place. Raises ValueError when it is not plain."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float) and math.isfinite(value):
        text = repr(value)
        return text if "." in text else text.replace("e", ".0e")  # other readers take 1e-05 for text
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(flow, value))}]"
    if isinstance(value, dict) and all(isinstance(name, str) for name in value):
        return "{" + ", ".join(f"{flow(name)}: {flow(content)}" for name, content in value.items()) + "}"
    raise ValueError(f"{value!r} cannot be written as YAML")


def _text(value: str) -> str:
    if _PLAIN.fullmatch(value) and value.casefold() not in _QUOTED_WORDS and value.isprintable():
        return value
    return '"' + "".join(_ESCAPES.get(letter) or _printable(letter) for letter in value) + '"'


def _printable(letter: str) -> str:
    if letter.isprintable():
        return letter
    return f"\\U{ord(letter):08x}"
