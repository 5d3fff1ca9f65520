"""The cache: the key of a job from what it is made of, and why a job has to run when nothing answers for
its key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

from deepforge.core.environment import Declared, Interpreter, installed_for
from deepforge.core.fingerprint import (
    Fingerprint,
    Part,
    Referred,
    canonical,
    changes,
    describe,
    digest_of,
    effective_attributes,
    files_part,
    fingerprint,
)
from deepforge.core.ids import Digest, JobId, RunId
from deepforge.core.job import JobStatus, RunStatus
from deepforge.core.operation import Operation
from deepforge.core.parameter import Expression
from deepforge.core.pipeline import plain
from deepforge.core.run import Change, OutputFact
from deepforge.runtime.codecs import CODECS_VERSION

_NOTHING = Operation(name="", file="", module="", form="function")


@dataclass(frozen=True)
class Wire:
    """Where an input takes its data: an output of a job."""

    job: JobId
    output: str


@dataclass(frozen=True)
class Recipe:
    """What a job is made of, known before its inputs are there. It is kept with the job, so that no source
    is read again.
    """

    operation: str
    module: str
    form: Literal["class", "function"]
    attributes: dict[str, Any]
    """As the node says them, members of enumerations by their names; the job is called with these."""
    inputs: dict[str, Wire | None]
    """By parameter, in the order of the call."""
    outputs: tuple[str, ...]
    parts: dict[str, Part] = field(default_factory=dict)
    """The parts of its key that are known beforehand: the code, the data files and the attributes."""
    references: dict[str, str] = field(default_factory=dict)
    """By attribute the import path of what is given for it."""
    enumerations: dict[str, str] = field(default_factory=dict)
    """By attribute the import path of the enumeration of which its value names a member."""
    unchosen: tuple[str, ...] = ()
    """The references that may be None, have no default and are not chosen."""
    effective: dict[str, Any] = field(default_factory=dict)
    """The attributes with the defaults of those that are not given, as plain values; references by name."""
    computed: dict[str, str] = field(default_factory=dict)
    """The defaults of others that are not given and no literals, as their source text."""
    imports: tuple[str, ...] = ()
    preload: tuple[str, ...] | None = None
    """What the project wants imported beforehand; no part of the key."""
    environment: Declared | None = None
    remember: bool = True
    """Whether its outputs may answer for later jobs."""
    answer: JobId | None = None
    """The job whose outputs are taken in its place, whatever the key; None: what the key finds."""

    @property
    def source(self) -> Digest | None:
        """The digest of the operation's code."""
        part = self.parts.get("operation")
        return part.digest if part else None


@dataclass(frozen=True)
class EnvironmentFact:
    """The environment of a job as a part of its key: its digest, and distributions with their versions."""

    digest: Digest
    shown: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Past:
    """The last time a node of that name was looked up: in which run, and under which key."""

    run: RunId
    fingerprint: Fingerprint


def code_parts(
    operation: Operation,
    modules: Mapping[str, str],
    attributes: Mapping[str, Any],
    files: Mapping[str, str] | None = None,
    references: Mapping[str, Referred] = MappingProxyType({}),
) -> dict[str, Part]:
    """The parts of a key that are known before a run starts: the code, the attributes with their defaults,
    the references, and the data files of the project that the operation may read, where there are any.
    """
    parts = fingerprint(operation, modules, attributes, {}, ("", {}), CODECS_VERSION, references).parts
    known = {name: part for name, part in parts.items() if name not in ("environment", "codecs")}
    return known | {"files": files_part(files)} if files else known


def fingerprint_of(
    recipe: Recipe, inputs: Mapping[str, OutputFact | None], environment: EnvironmentFact
) -> Fingerprint:
    """The key of a job whose inputs are there."""
    found = fingerprint(
        _NOTHING, {}, {}, inputs, (environment.digest, environment.shown), CODECS_VERSION
    ).parts
    return Fingerprint({**recipe.parts, **{name: found[name] for name in found if name != "operation"}})


def shown_attributes(operation: Operation, given: Mapping[str, Any]) -> dict[str, Any]:
    """The attributes a job runs with, defaults included, as plain values; others as their source text."""
    return {name: _plain(value) for name, value in effective_attributes(operation, given).items()}


def computed_defaults(operation: Operation, given: Mapping[str, Any]) -> dict[str, str]:
    """The defaults that are no literals, of attributes that are not given, as their source text."""
    return {
        attribute.name: attribute.fallback.text
        for attribute in operation.attributes
        if attribute.name not in given and isinstance(attribute.fallback, Expression)
    }


def _plain(value: Any) -> Any:
    try:
        return plain(value)
    except ValueError:
        return canonical(value)


def inputs_of(run: RunStatus, recipe: Recipe) -> dict[str, OutputFact | None]:
    """What comes into a job's inputs, by parameter in the order of the call; the jobs before it have
    succeeded.
    """
    return {
        name: output_of(run.jobs[wire.job], wire.output) if wire else None
        for name, wire in recipe.inputs.items()
    }


def output_of(job: JobStatus, name: str) -> OutputFact:
    """What left an output of a job that succeeded."""
    return next(fact for fact in job.outputs if fact.name == name)


def installed_environment(interpreter: Interpreter, imports: tuple[str, ...]) -> EnvironmentFact:
    """The environment of a job that declares none: of the worker's interpreter, what stands behind its
    imports.
    """
    shown = {"python": interpreter.python, **installed_for(interpreter, imports)}
    words = [interpreter.platform, *(f"{name}=={version}" for name, version in shown.items())]
    return EnvironmentFact(digest_of("\n".join(words)), shown)


def declared_environment(declared: Declared, lock: str | None) -> EnvironmentFact:
    """The environment of a job that declares one: by its lock, or by what was declared while it is not
    resolved.
    """
    requirements = dict.fromkeys(declared.requirements, "")
    if lock is None:
        return EnvironmentFact(Digest(f"declared:{declared.digest}"), requirements)
    return EnvironmentFact(Digest(lock), requirements | {"locked as": lock[:8]})


def why_it_runs(past: Past | None, now: Fingerprint) -> str:
    """Why a job runs that nothing answers for, compared with the last time the node was looked up."""
    if past is None:
        return "it has not run before"
    found = changes(past.fingerprint, now)
    if not found:
        return "nothing changed, but no earlier job that succeeded is kept"
    return describe(found)


def what_changed(past: Past | None, now: Fingerprint | None) -> tuple[Change, ...]:
    """The parts of the key that differ from the last time."""
    return changes(past.fingerprint, now) if past and now else ()
