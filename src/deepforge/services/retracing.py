"""Retracing: a pipeline with exactly the operations that led to a version of an artifact, as they were."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from deepforge.core.artifact import ArtifactVersion
from deepforge.core.errors import Conflict
from deepforge.core.file import pipeline_path
from deepforge.core.ids import ArtifactId, Digest, JobId, RunId
from deepforge.core.lineage import Difference, MadePipeline
from deepforge.core.operation import Operation
from deepforge.core.user import Caller
from deepforge.engine.cache import code_parts, shown_attributes
from deepforge.services import artifacts
from deepforge.services.house import House
from deepforge.services.lineage import version_taken
from deepforge.services.projects import folder_of, known_project, read
from deepforge.store import file_moves, lineage, yaml_edit
from deepforge.store.lineage import RanJob, RanRun

COLUMN, ROW = 240, 130
"""How far apart nodes are drawn."""
MOST_NODES = 400
_KEPT = ("resources", "cache")
"""What a node of the old pipeline says besides that still counts."""

Nodes = dict[str, dict[str, Any]]


def make(
    house: House, caller: Caller, artifact: ArtifactId, name: str, number: int | None = None
) -> MadePipeline:
    """Write what led to a version (None: the newest) as a new pipeline of its project, and say what is not as
    it was.

    Raises NotFound, BadInput for an unusable name, Conflict when the project has such a pipeline, when
    nothing led to the version, or when a part of what did is no longer known.
    """
    path = pipeline_path(name)
    version = artifacts.version(house, caller, artifact, number)
    if version.lineage.job is None:
        raise Conflict(
            f"{version.name}@{version.version} was uploaded: no operation led to it.",
            "Choose a version that a run has saved.",
        )
    with house.database.read() as connection:
        project = known_project(connection, version.project)
        reading = read(house, project)
        trace = _Trace(connection, version, reading.operations)
        source = trace.expand(version)
    output = {"operation": "Output", "attributes": {"name": version.name}, "inputs": {"data": source}}
    trace.nodes[trace.free(version.name)] = output
    nodes = _laid_out(trace.nodes)
    folder = folder_of(house, project)
    if name in reading.pipelines:
        raise Conflict(f"The project has a pipeline {name} already.", "Choose another name.")
    file_moves.create(folder, path, yaml_edit.rewrite("", {"nodes": nodes}, path).encode())
    return MadePipeline(name, path, nodes, tuple(trace.differences))


class _Trace:
    """One way back from a version; every job and every version becomes one node."""

    def __init__(
        self, connection: Connection, version: ArtifactVersion, operations: Mapping[str, Operation]
    ) -> None:
        self.connection = connection
        self.project = version.project
        self.operations = operations
        self.nodes: Nodes = {}
        self.differences: list[Difference] = []
        self._of_version: dict[tuple[ArtifactId, int], str] = {}
        self._of_job: dict[JobId, str] = {}
        self._runs: dict[RunId, RanRun | None] = {}
        self._entered = 0

    def expand(self, version: ArtifactVersion) -> str:
        """Where a version comes from, as an input says it: `node.output`."""
        key = (version.artifact, version.version)
        if key not in self._of_version:
            made = version.lineage
            if made.job is None or made.run is None or not made.output:
                self._of_version[key] = self._input(version)
            else:
                run = self._run(made.run)
                job = run.jobs.get(made.job) if run else None
                node = self._job(run, job) if run and job else self._remembered(version)
                self._of_version[key] = f"{node}.{made.output}"
        return self._of_version[key]

    def free(self, name: str) -> str:
        """A name for a node that no other has."""
        plain = name.translate({ord(letter): "-" for letter in "./\\="}).strip() or "node"
        if len(self.nodes) >= MOST_NODES:
            raise _too_many()
        free, count = plain, 2
        while free in self.nodes:
            free, count = f"{plain}-{count}", count + 1
        return free

    def _enter(self) -> None:
        """Count an operation before what led to it: a chain of them must not go deeper than Python can."""
        self._entered += 1
        if self._entered > MOST_NODES:
            raise _too_many()

    def _input(self, version: ArtifactVersion) -> str:
        name = self.free(version.name)
        reference = f"{version.name}@{version.version}"
        self.nodes[name] = {"operation": "Input", "attributes": {"artifact": reference}}
        return f"{name}.data"

    def _job(self, run: RanRun, job: RanJob) -> str:
        if job.id in self._of_job:
            return self._of_job[job.id]
        self._enter()
        inputs = {}
        for port, (source, output) in job.wires.items():
            before = run.jobs[source]
            if before.operation == "Input":
                known = version_taken(self.connection, self.project, before)
                if known is None:
                    raise _lost(f"the input {before.name} of the run {run.id}")
                inputs[port] = self.expand(known)
            else:
                inputs[port] = f"{self._job(run, before)}.{output}"
        was = run.document.get(job.name) or {}
        kept = {word: was[word] for word in _KEPT if was.get(word) not in (None, {})}
        effective = dict(job.spec.get("effective") or {})
        given = set(job.spec.get("attributes") or {})
        digest = ((job.spec.get("parts") or {}).get("operation") or {}).get("digest")
        references = dict(job.spec.get("references") or {})
        if references:
            kept["references"] = references
        effective = {key: value for key, value in effective.items() if key not in references}
        node = self._add(job.name, job.operation, effective, given, inputs, kept, digest)
        self._of_job[job.id] = node
        return node

    def _remembered(self, version: ArtifactVersion) -> str:
        """The operation of a run that was removed, as the version itself remembers it."""
        made = version.lineage
        assert made.job is not None, "somebody asked for it"
        if made.job in self._of_job:
            return self._of_job[made.job]
        self._enter()
        inputs = {}
        for port, digest in made.inputs.items():
            known = lineage.with_digest(self.connection, self.project, digest)
            if not known:
                raise _lost(f"what {made.job_name} took as {port}")
            inputs[port] = self.expand(known[0])
        attributes = dict(made.attributes)
        references = self._references(made.operation, attributes)
        kept = {"references": {name: attributes.pop(name) for name in references}} if references else {}
        given = set(attributes)
        node = self._add(made.job_name, made.operation, attributes, given, inputs, kept, made.source)
        self._of_job[made.job] = node
        return node

    def _references(self, operation: str, attributes: Mapping[str, Any]) -> list[str]:
        """Those of the attributes that are references today; a version remembers them as their names."""
        today = self.operations.get(operation)
        known = today.attributes if today else ()
        return [one.name for one in known if one.reference and isinstance(attributes.get(one.name), str)]

    def _add(
        self,
        name: str,
        operation: str,
        effective: dict[str, Any],
        given: set[str],
        inputs: dict[str, str],
        kept: dict[str, Any],
        source: Digest | str | None,
    ) -> str:
        node = self.free(name or operation)
        today = self.operations.get(operation)
        defaults = shown_attributes(today, {}) if today else {}
        attributes = {
            attribute: value
            for attribute, value in effective.items()
            if attribute in given or attribute not in defaults or defaults[attribute] != value
        }
        content: dict[str, Any] = {"operation": operation}
        if attributes:
            content["attributes"] = attributes
        content |= kept
        if inputs:
            content["inputs"] = inputs
        self.nodes[node] = content
        self._compare(node, operation, today, {**attributes, **kept.get("references", {})}, source)
        return node

    def _compare(
        self,
        node: str,
        operation: str,
        today: Operation | None,
        attributes: dict[str, Any],
        source: Digest | str | None,
    ) -> None:
        if today is None:
            message = f"The project has no operation {operation} any more."
            self.differences.append(Difference(node, operation, "missing", message))
            return
        if source and code_parts(today, {}, {})["operation"].digest != source:
            message = f"The code of {operation} has changed since."
            self.differences.append(Difference(node, operation, "changed", message))
        known = {attribute.name for attribute in today.attributes}
        for attribute in sorted(set(attributes) - known):
            message = f"{operation} has no attribute {attribute} any more."
            self.differences.append(Difference(node, operation, "attribute", message))

    def _run(self, run: RunId) -> RanRun | None:
        if run not in self._runs:
            self._runs[run] = lineage.run_with_jobs(self.connection, run)
        return self._runs[run]


def _laid_out(nodes: Nodes) -> Nodes:
    """The nodes with places, from left to right as data flows."""
    columns: dict[str, int] = {}
    for name, node in nodes.items():  # a node is added behind those that it takes from
        before = [source.rpartition(".")[0] for source in node.get("inputs", {}).values()]
        columns[name] = 1 + max((columns[each] for each in before), default=-1)
    rows: dict[int, int] = {}
    placed: Nodes = {}
    for name in sorted(nodes, key=columns.__getitem__):
        column = columns[name]
        row = rows.get(column, 0)
        rows[column] = row + 1
        placed[name] = {**nodes[name], "at": [80 + COLUMN * column, 80 + ROW * row]}
    return placed


def _too_many() -> Conflict:
    return Conflict(f"More than {MOST_NODES} operations led to it.", "Start from one of its inputs.")


def _lost(what: str) -> Conflict:
    return Conflict(f"It is no longer known what {what} was.", "The run, or the artifact, was removed.")
