"""Planning: from a project's files and a request to the jobs of a run, or to everything that forbids it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from deepforge.core.errors import InvalidPipeline, did_you_mean
from deepforge.core.fingerprint import Referred
from deepforge.core.graph import downstream, topological_order, upstream
from deepforge.core.ids import Digest, JobId
from deepforge.core.job import JobPlan
from deepforge.core.operation import REQUIRED, Operation
from deepforge.core.pipeline import (
    ANOTHER_VALUE,
    BUILT_INS,
    NO_NODES,
    Node,
    Pipeline,
    plain,
    resolved,
    with_attributes,
)
from deepforge.core.problem import Place, Problem, errors_of
from deepforge.core.resources import Resources, parse_resources
from deepforge.core.rules import validate
from deepforge.core.run import RunRequest
from deepforge.core.selection import idle, only, without_bypassed
from deepforge.core.source import data_files, reach, reached_imports
from deepforge.engine.cache import Recipe, Wire, code_parts, computed_defaults, shown_attributes
from deepforge.services.readings import PipelineReading, ProjectReading
from deepforge.store.database import fresh_id


@dataclass(frozen=True)
class PlannedJob:
    """A job of a run that is to be started."""

    plan: JobPlan
    recipe: Recipe


def problems_of(
    project: ProjectReading, reading: PipelineReading, artifacts: Mapping[str, Collection[int]]
) -> list[Problem]:
    """Everything that is wrong with a pipeline as its file says it."""
    rules = validate(reading.pipeline, project.operations, artifacts, project.unreadable, project.catalogue)
    return [*reading.problems, *rules, *_no_text(project, reading.pipeline, rules)]


def plan(
    project: ProjectReading,
    request: RunRequest,
    artifacts: Mapping[str, Collection[int]],
    files: Mapping[str, Digest],
) -> list[PlannedJob]:
    """The jobs of a run, those that depend on nothing first.

    `files` has the digest of each file of the project by its path.

    Raises UnknownName when there is no such pipeline, InvalidPipeline with all that is wrong.
    """
    reading = project.pipeline(request.pipeline)
    pipeline, problems = with_attributes(reading.pipeline, request.attributes, project.operations)
    problems += reading.problems
    problems += _unusable_values(request)
    chosen = choose(pipeline, project.operations)
    running = wanted(chosen, request)
    if isinstance(running, Problem):
        problems.append(running)
        running, aside = chosen.running, set[str]()
    else:
        aside = _left_out(pipeline, chosen, running, request)
    problems += validate(
        pipeline, project.operations, artifacts, project.unreadable, project.catalogue, aside
    )
    problems += [
        problem
        for problem in project.problems
        if not (problem.place.file or "").startswith("pipelines/") and problem not in project.no_text.values()
    ]
    problems += _no_text(project, running, problems)
    errors = [problem for problem in errors_of(problems) if problem.place.node not in aside]
    if errors:
        count = f"{len(errors)} problems" if len(errors) > 1 else "a problem"
        lines = "\n".join(f"  {problem}" for problem in errors)
        raise InvalidPipeline(f"The pipeline {request.pipeline} has {count}:\n{lines}", problems=problems)
    order = topological_order(list(running.nodes), running.edges())
    ids = {name: JobId(fresh_id()) for name in order}
    fresh = downstream(request.refresh, running.edges())
    return [
        planned_job(project, files, running.nodes[name], ids, request.cache and name not in fresh)
        for name in order
    ]


def _left_out(pipeline: Pipeline, chosen: Chosen, running: Pipeline, request: RunRequest) -> set[str]:
    """The nodes that a run to others does not need, not even to let data through."""
    if not request.to:
        return set()
    needed = upstream(request.to, pipeline.edges())
    return (pipeline.nodes.keys() - needed) | (chosen.running.nodes.keys() - running.nodes.keys())


def _no_text(project: ProjectReading, pipeline: Pipeline, told: Collection[Problem]) -> list[Problem]:
    """What is wrong with modules that are not UTF-8 and that a node would run; what is told is left out."""
    if not project.no_text:
        return []
    used: set[str] = set()
    for node in pipeline.nodes.values():
        if node.operation in project.operations:
            used.update(reach(with_references(project.operations[node.operation], node), project.modules))
    return [problem for module, problem in project.no_text.items() if module in used and problem not in told]


@dataclass(frozen=True)
class Chosen:
    """A pipeline by what becomes of its nodes in a run."""

    running: Pipeline
    """What runs: bypassed nodes are taken out, and muted ones are gone with all behind them."""
    bypassed: frozenset[str]
    muted: dict[str, str]
    """The nodes that do not run, each with the node that is muted."""


def choose(pipeline: Pipeline, operations: Mapping[str, Operation]) -> Chosen:
    """The nodes that run, with each source's output named."""
    through = without_bypassed(resolved(pipeline, operations), {**operations, **BUILT_INS})
    muted = idle(through)
    running = only(through, through.nodes.keys() - muted.keys())
    return Chosen(running, frozenset(pipeline.nodes.keys() - through.nodes.keys()), muted)


def wanted(chosen: Chosen, request: RunRequest) -> Pipeline | Problem:
    """What runs of a request that names nodes to run to; or what is wrong with the nodes that it names."""
    running = chosen.running
    for name in (*request.to, *request.refresh):
        if name not in running.nodes:
            return _no_such_node(chosen, name)
    if request.to:
        running = only(running, upstream(request.to, running.edges()))
    if not running.nodes and (chosen.bypassed or chosen.muted):
        hint = "Switch one of them on again."
        return Problem("has_nodes", "Every node is muted or bypassed.", Place(running.file or None), hint)
    return running


def _no_such_node(chosen: Chosen, name: str) -> Problem:
    place = Place(chosen.running.file or None, node=name)
    if name in chosen.bypassed:
        return Problem("known_node", f"{name} is bypassed and does not run.", place, "Switch its bypass off.")
    if name in chosen.muted:
        by = chosen.muted[name]
        why = "is muted" if by == name else f"depends on {by}, which is muted,"
        return Problem("known_node", f"{name} {why} and does not run.", place, f"Switch {by} on again.")
    return Problem(
        "known_node",
        f"The pipeline has no node {name}.",
        Place(chosen.running.file or None),
        did_you_mean(name, chosen.running.nodes) or NO_NODES,
    )


def _unusable_values(request: RunRequest) -> list[Problem]:
    """The values that are asked for and cannot be kept, as those of a pipeline's file cannot."""
    problems = []
    for node, attributes in request.attributes.items():
        for name, value in attributes.items():
            try:
                plain(value)
            except ValueError as error:
                place = Place(node=node, part=name)
                problems.append(Problem("attribute_value", f"{name} {error}.", place, ANOTHER_VALUE))
    return problems


def planned_job(
    project: ProjectReading,
    files: Mapping[str, Digest],
    node: Node,
    ids: Mapping[str, JobId],
    use_cache: bool = True,
) -> PlannedJob:
    """The job of a node whose sources are resolved; `ids` has those of all nodes it takes data from."""
    operation = {**project.operations, **BUILT_INS}[node.operation]
    wires = {name: Wire(ids[source.node], source.output or "") for name, source in node.inputs.items()}
    remember = operation.cache if node.cache is None else node.cache
    base = parse_resources(operation.resources) if operation.resources else Resources()
    plan = JobPlan(
        id=ids[node.name],
        name=node.name,
        operation=node.operation,
        after=tuple(dict.fromkeys(wire.job for wire in wires.values())),
        built_in=node.built_in,
        use_cache=use_cache and remember,
        resources=parse_resources(node.resources, base),
    )
    return PlannedJob(plan, _recipe(project, files, operation, node, wires, remember))


def _recipe(
    project: ProjectReading,
    files: Mapping[str, Digest],
    operation: Operation,
    node: Node,
    wires: Mapping[str, Wire],
    remember: bool,
) -> Recipe:
    built_in = node.built_in
    reached = () if built_in else reach(operation, project.modules)
    whole = with_references(operation, node)
    data = () if built_in else data_files(whole, project.modules, files)
    given = {**node.attributes, **node.references}
    return Recipe(
        operation=operation.name,
        module=operation.module,
        form=operation.form,
        attributes=dict(node.attributes),
        inputs={port.name: wires.get(port.name) for port in operation.inputs},
        outputs=tuple(port.name for port in operation.outputs),
        parts=code_parts(
            operation,
            {name: project.digests[name] for name in reached},
            node.attributes,
            {path: files[path] for path in data},
            {name: _referred(project, target) for name, target in node.references.items()},
        ),
        references=dict(node.references),
        enumerations={
            attribute.name: attribute.enumeration.path
            for attribute in operation.attributes
            if attribute.enumeration is not None
        },
        unchosen=tuple(
            attribute.name
            for attribute in operation.attributes
            if attribute.default is REQUIRED and not attribute.required and attribute.name not in given
        ),
        effective=shown_attributes(operation, given),
        computed=computed_defaults(operation, given),
        imports=() if built_in else reached_imports(whole, project.modules),
        preload=None if built_in else project.settings.preload,
        environment=None if built_in else operation.declared or project.declared,
        remember=remember and not built_in,
    )


def with_references(operation: Operation, node: Node) -> Operation:
    """The operation as one that also imports the modules of what the node refers to."""
    modules = (target.rpartition(".")[0] for target in node.references.values())
    return replace(operation, project_imports=(*operation.project_imports, *modules))


@dataclass(frozen=True)
class _Module:
    """A module as what imports nothing but itself."""

    module: str

    @property
    def project_imports(self) -> tuple[str, ...]:
        return (self.module,)


def _referred(project: ProjectReading, target: str) -> Referred:
    """A resource with the modules that it reaches, its own among them."""
    module = target.rpartition(".")[0]
    reached = {module, *reach(_Module(module), project.modules)}
    return Referred(target, {name: project.digests[name] for name in reached if name in project.digests})
