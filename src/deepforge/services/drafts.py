"""Drafts: pipelines as they are being drawn, read and checked like those in files."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from deepforge.core.environment import Interpreter, distribution_of, script_block
from deepforge.core.ids import ProjectId
from deepforge.core.operation import Operation
from deepforge.core.outlook import CheckAnswer, CheckRequest, PackagePlan, PlannedFile
from deepforge.core.pipeline import Pipeline, read_pipeline
from deepforge.core.problem import Place, Problem
from deepforge.core.rules import validate
from deepforge.core.source import reached_imports
from deepforge.core.user import Caller
from deepforge.services.current import Standing
from deepforge.services.house import House
from deepforge.services.planning import with_references
from deepforge.services.projects import folder_of, known_project
from deepforge.store import artifacts, workers
from deepforge.store.projects import ProjectRecord

PROVIDED = frozenset({"deepforge"})
"""What every job can import, wherever it runs."""


@dataclass(frozen=True)
class Ground:
    """What a draft stands on: the project as it is now, and its artifacts with their versions."""

    record: ProjectRecord
    standing: Standing
    artifacts: Mapping[str, Collection[int]]


def check(house: House, caller: Caller, project: ProjectId, request: CheckRequest) -> CheckAnswer:
    """All that is wrong with a pipeline as it is being drawn.

    Raises NotFound, InvalidProject; for a pipeline that is not given also UnknownName and InvalidPipeline.
    """
    ground = ground_of(house, project)
    pipeline, problems = draft(ground.standing, request.name, request.nodes, request.notes)
    reading = ground.standing.reading
    found = validate(pipeline, reading.operations, ground.artifacts, reading.unreadable, reading.catalogue)
    return CheckAnswer((*problems, *found, *_missing_packages(house, ground, pipeline)))


def plan_packages(house: House, caller: Caller, project: ProjectId, request: CheckRequest) -> PackagePlan:
    """What the files of operations should declare, because they import what is not installed.

    Raises what `check` raises.
    """
    ground = ground_of(house, project)
    pipeline, _ = draft(ground.standing, request.name, request.nodes, request.notes)
    found: dict[str, PlannedFile] = {}
    for lack in _lacks(house, ground, pipeline):
        before = found.get(lack.operation.file)
        missing = {*lack.missing, *(before.missing if before else ())}
        names = {distribution_of(lack.interpreter, module) for module in lack.imports}
        names.update(before.dependencies if before else ())
        dependencies = tuple(sorted(names))
        found[lack.operation.file] = PlannedFile(
            lack.operation.file, tuple(sorted(missing)), dependencies, script_block(dependencies)
        )
    return PackagePlan(tuple(found.values()))


@dataclass(frozen=True)
class _Lack:
    """An operation that imports what is not installed where it would run, and the node it was found at."""

    operation: Operation
    node: str
    imports: tuple[str, ...]
    missing: tuple[str, ...]
    interpreter: Interpreter


def _lacks(house: House, ground: Ground, pipeline: Pipeline) -> Iterator[_Lack]:
    """The operations that lack something, each once; those that declare an environment have it built."""
    reading = ground.standing.reading
    with house.database.read() as connection:
        newest = next(iter(workers.every(connection)), None)
    if newest is None or reading.declared is not None:
        return
    told: set[str] = set()
    for node in pipeline.nodes.values():
        operation = reading.operations.get(node.operation)
        if operation is None or operation.declared is not None or node.bypass or node.mute:
            continue
        reached = reached_imports(with_references(operation, node), reading.modules)
        imports = tuple(module for module in reached if module not in PROVIDED)
        missing = tuple(module for module in imports if module not in newest.interpreter.modules)
        if missing and operation.name not in told:
            told.add(operation.name)
            yield _Lack(operation, node.name, imports, missing, newest.interpreter)


def _missing_packages(house: House, ground: Ground, pipeline: Pipeline) -> Iterator[Problem]:
    for lack in _lacks(house, ground, pipeline):
        operation = lack.operation
        names = sorted({distribution_of(lack.interpreter, module) for module in lack.imports})
        listed = ", ".join(f'"{name}"' for name in names)
        for module in lack.missing:
            yield Problem(
                "missing_package",
                f"{operation.name} imports {module}, which is not installed where it would run.",
                Place(operation.file, operation.line, lack.node),
                f"Declare what it imports at the head of {operation.file}: # dependencies = [{listed}]",
                "warning",
            )


def ground_of(house: House, project: ProjectId) -> Ground:
    """A project as it is now. Raises NotFound, InvalidProject."""
    with house.database.read() as connection:
        record = known_project(connection, project)
        numbers = artifacts.numbers(connection, project)
    standing = house.current.read(folder_of(house, record))
    house.interfaces.keep(record.id, standing.reading)
    return Ground(record, standing, numbers)


def draft(
    standing: Standing, name: str, nodes: Mapping[str, Any] | None, notes: Mapping[str, Any] | None = None
) -> tuple[Pipeline, list[Problem]]:
    """A pipeline from its nodes as a file would say them, and what is wrong with its form; when no nodes are
    given, as its file is. Raises UnknownName, InvalidPipeline.
    """
    if nodes is None:
        reading = standing.reading.pipeline(name)
        return reading.pipeline, list(reading.problems)
    known = standing.reading.pipelines.get(name)
    file = known.pipeline.file if known else f"pipelines/{name}.yaml"
    return read_pipeline({"nodes": nodes, "notes": notes or None}, name, file)
