"""Cache keys with named parts, so that two of them can be compared and say what differs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Protocol

from deepforge.core.digest import digest_of
from deepforge.core.ids import Digest
from deepforge.core.operation import Expression, Operation
from deepforge.core.run import Change

__all__ = [
    "Fingerprint",
    "Part",
    "Referred",
    "changes",
    "describe",
    "digest_of",
    "distributions",
    "effective_attributes",
    "files_part",
    "fingerprint",
    "referred",
]

_ORDER = ("operation", "module", "files", "attribute", "reference", "input", "environment", "codecs")
_SHOWN = 8
"""How many letters of a digest are shown."""
_LONGEST = 120
"""How many letters of a value are shown."""
_NAMED = 50
"""How many data files are shown by their names; of more, only how many there are."""
_TOLD = 5
"""How many data files that changed are told by their names."""


class Data(Protocol):
    """What came into an input: OutputFact, InputSpec and the like."""

    @property
    def digest(self) -> Digest:
        """Of the bytes."""

    @property
    def type(self) -> str:
        """The Python type."""

    @property
    def codec(self) -> str:
        """What wrote the bytes."""


@dataclass(frozen=True)
class Part:
    """One part of a key: its digest, and what a person may see of it."""

    digest: Digest
    shown: str = ""


@dataclass(frozen=True)
class Referred:
    """What a reference names, and the digest of the normal form of each project module that it reaches."""

    target: str
    modules: Mapping[str, str]


@dataclass(frozen=True)
class Fingerprint:
    """A cache key by its parts.

    They are `operation`, `module utils.x`, `files`, `attribute epochs`, `reference loss`, `input images`,
    `environment` and `codecs`.
    """

    parts: dict[str, Part] = field(default_factory=dict)

    @property
    def key(self) -> Digest:
        """The whole as one digest; what is shown does not count."""
        return digest_of("\n".join(f"{name}\0{self.parts[name].digest}" for name in sorted(self.parts)))


def fingerprint(
    operation: Operation,
    modules: Mapping[str, str],
    attributes: Mapping[str, Any],
    inputs: Mapping[str, Data | None],
    environment: tuple[str, Mapping[str, str]],
    codecs_version: int,
    references: Mapping[str, Referred] = MappingProxyType({}),
) -> Fingerprint:
    """The key of a job.

    `modules` has the digest of the normal form of each project module that the operation reaches,
    `attributes` what the node says (defaults are filled in, so that writing one out changes nothing),
    `environment` the digest of the resolved environment and its distributions with their versions. The names
    of nodes do not matter.
    """
    code = digest_of(json.dumps([operation.form, operation.name, operation.source_digest_text]))
    parts = {"operation": Part(code, code[:_SHOWN])}
    for name, digest in modules.items():
        parts[f"module {name}"] = Part(Digest(digest), digest[:_SHOWN])
    for name, referred in references.items():
        whole = digest_of(json.dumps([referred.target, sorted(referred.modules.items())]))
        parts[f"reference {name}"] = Part(whole, referred.target)
    for name, value in effective_attributes(operation, attributes).items():
        if name in references:
            continue
        text = canonical(value)
        parts[f"attribute {name}"] = Part(digest_of(text), _shorten(text))
    for name, data in inputs.items():
        if data is None:
            parts[f"input {name}"] = Part(digest_of("nothing"), "nothing")
        else:
            whole = digest_of(json.dumps([data.digest, data.type, data.codec]))
            parts[f"input {name}"] = Part(whole, f"{data.type} {data.digest[:_SHOWN]}")
    digest, installed = environment
    shown = ", ".join(f"{name} {version}" for name, version in sorted(installed.items()))
    parts["environment"] = Part(Digest(digest), shown)
    parts["codecs"] = Part(digest_of(str(codecs_version)), str(codecs_version))
    return Fingerprint(parts)


def distributions(shown: str) -> dict[str, str]:
    """Distributions with their versions, from what is shown of an environment; "" for one that was only
    declared.
    """
    pairs = (entry.rpartition(" ") for entry in shown.split(", ") if entry.strip())
    return {name: version for name, _, version in pairs}


def files_part(files: Mapping[str, str]) -> Part:
    """The part `files` of a key: the project's data files, with their digests by path."""
    shown = ", ".join(f"{path} {files[path][:_SHOWN]}" for path in sorted(files))
    if len(files) > _NAMED:
        shown = f"{len(files)} files"
    return Part(digest_of(json.dumps(sorted(files.items()))), shown)


def effective_attributes(operation: Operation, given: Mapping[str, Any]) -> dict[str, Any]:
    """The attributes a job runs with: those given, over the literal defaults of the operation.

    A default that is an expression is left out: its text is part of the operation's source.
    """
    defaults = {
        attribute.name: attribute.fallback
        for attribute in operation.attributes
        if not attribute.required and not isinstance(attribute.fallback, Expression)
    }
    return defaults | dict(given)


def canonical(value: object) -> str:
    """A value as text such that different values, and equal ones of different types, differ: 1, 1.0 and True.

    The order of a dict counts, since code may depend on it (such as a dict of layers).
    """
    if isinstance(value, dict):
        return "{" + ", ".join(f"{canonical(key)}: {canonical(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(canonical, value)) + "]"
    if isinstance(value, tuple):
        return "(" + "".join(f"{canonical(part)}, " for part in value) + ")"
    if isinstance(value, set | frozenset):
        return "{" + ", ".join(sorted(map(canonical, value))) + "}"
    return repr(value)


def changes(was: Fingerprint | None, now: Fingerprint) -> tuple[Change, ...]:
    """The parts that differ, those of the code first. None when there is nothing to compare with."""
    if was is None:
        return ()
    names = [name for name in was.parts | now.parts if was.parts.get(name) != now.parts.get(name)]
    return tuple(
        change
        for name in sorted(names, key=_order)
        for change in _change(name, was.parts.get(name), now.parts.get(name))
    )


def _order(name: str) -> tuple[int, str]:
    kind = name.partition(" ")[0]
    return _ORDER.index(kind), name


def _change(name: str, was: Part | None, now: Part | None) -> Iterable[Change]:
    if was and now and was.digest == now.digest:
        return
    if name in ("environment", "files") and was and now:
        before, after = set(was.shown.split(", ")), set(now.shown.split(", "))
        yield Change(
            name, ", ".join(sorted(before - after)) or None, ", ".join(sorted(after - before)) or None
        )
    else:
        yield Change(name, was.shown if was else None, now.shown if now else None)


def describe(found: Iterable[Change]) -> str:
    """The changes as one line for people: `attribute epochs: 5 → 6, module utils.data changed`."""
    return ", ".join(map(_describe, found)) or "nothing changed"


def _describe(change: Change) -> str:
    kind = change.part.partition(" ")[0]
    if kind == "files":
        return _describe_files(change)
    what = "the code of the operation" if kind == "operation" else change.part
    if kind == "reference" and change.was and change.now:
        return f"{what}: {referred(change.was, change.now)}"
    if change.was is None and change.now is None:
        return f"{what} changed"
    if kind == "environment":
        return f"environment: {change.was or 'nothing'} → {change.now or 'nothing'}"
    if change.was is None:
        return f"{what} is new" if kind in ("module", "input") else f"{what}: {change.now} is new"
    if change.now is None:
        return f"{what} is gone"
    if kind in ("operation", "module", "input"):
        return f"{what} changed"
    return f"{what}: {change.was} → {change.now}"


def referred(was: str, now: str) -> str:
    """What became of a reference: `focal → dice`, or `focal's code changed` when it names the same."""
    before, after = was.rpartition(".")[2], now.rpartition(".")[2]
    if was == now:
        return f"{after}'s code changed"
    return f"{was} → {now}" if before == after else f"{before} → {after}"


def _describe_files(change: Change) -> str:
    """`data file labels.csv changed`; the names only where they are shown."""
    shown = ", ".join(filter(None, (change.was, change.now))).split(", ")
    names = sorted({entry.rpartition(" ")[0] for entry in shown})
    if len(names) > _TOLD or any(entry == "" or entry.endswith(" files") for entry in shown):
        return "data files of the project changed"
    return f"data file{'s' if len(names) > 1 else ''} {', '.join(names)} changed"


def _shorten(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
