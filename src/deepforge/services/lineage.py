"""Lineage: what led to a version of an artifact, and what came of it, from runs and versions."""

from __future__ import annotations

from collections import deque

from sqlalchemy import Connection

from deepforge.core.artifact import REFERENCE, ArtifactVersion
from deepforge.core.ids import ArtifactId, Digest, JobId, ProjectId, RunId
from deepforge.core.lineage import LineageEdge, LineageNode, LineageView
from deepforge.core.user import Caller
from deepforge.services import artifacts
from deepforge.services.house import House
from deepforge.store import lineage
from deepforge.store.lineage import RanJob, RanRun

MOST_NODES = 300
"""Nodes in one answer; what leads further back is cut there."""
RUNS_AT_ONCE = 10
"""Runs that took a version in one answer, the newest first."""


def show(
    house: House,
    caller: Caller,
    artifact: ArtifactId,
    number: int | None = None,
    depth: int = 8,
    after: RunId | None = None,
) -> LineageView:
    """The graph around a version (None: the newest), `depth` jobs back; and the runs that took it, from
    behind `after` on. Raises NotFound.
    """
    version = artifacts.version(house, caller, artifact, number)
    with house.database.read() as connection:
        walk = _Walk(connection, version.project)
        root = walk.add_version(version)
        walk.up(version, depth)
        next_run = walk.down(version, after)
    edges = tuple(LineageEdge(*edge) for edge in walk.edges)
    return LineageView(root, tuple(walk.nodes.values()), edges, next_run, walk.cut)


def source_file(spec: dict[str, object]) -> str:
    """The file of the project that an operation was in."""
    module = str(spec.get("module", ""))
    return f"{module.replace('.', '/')}.py" if module else ""


class _Walk:
    """One walk through rows; nodes and edges are found once each."""

    def __init__(self, connection: Connection, project: ProjectId) -> None:
        self.connection = connection
        self.project = project
        self.nodes: dict[str, LineageNode] = {}
        self.edges: dict[tuple[str, str, str], None] = {}
        self.cut = False
        self._runs: dict[RunId, RanRun | None] = {}

    def add_version(self, version: ArtifactVersion) -> str:
        made = version.lineage
        origin = "run" if made.run else "reference" if version.codec == REFERENCE else "upload"
        node = LineageNode(
            id=f"v:{version.artifact}:{version.version}",
            kind="artifact",
            name=version.name,
            artifact=version.artifact,
            version=version.version,
            digest=version.digest,
            type=version.type,
            codec=version.codec,
            size=version.size,
            run=made.run,
            at=version.created,
            origin=origin,  # type: ignore[arg-type]
        )
        self.nodes.setdefault(node.id, node)
        return node.id

    def up(self, version: ArtifactVersion, depth: int) -> None:
        """What led to a version, the nearest first."""
        waiting: deque[tuple[ArtifactVersion | RanJob, int]] = deque([(version, depth)])
        seen: set[str] = set()
        while waiting:
            thing, left = waiting.popleft()
            if isinstance(thing, ArtifactVersion):
                further = self._makers(thing)
            else:
                further = self._sources(thing)
            for each in further:
                key = each.id if isinstance(each, RanJob) else f"{each.artifact}:{each.version}"
                if key in seen:
                    continue
                seen.add(key)
                if left <= 0 or len(self.nodes) >= MOST_NODES:
                    self.cut = True
                    continue
                waiting.append((each, left - isinstance(each, RanJob)))

    def down(self, version: ArtifactVersion, after: RunId | None) -> str | None:
        """What came of a version: in the run that made it, and in those that took it as an input."""
        made = version.lineage
        root = f"v:{version.artifact}:{version.version}"
        if after is None and made.run is not None and made.job is not None:
            run = self._run(made.run)
            if run is not None:
                self._follow(run, {(made.job, made.output)}, root)
        found = lineage.takers(self.connection, self.project, version.digest, RUNS_AT_ONCE + 1, after)
        for taker in found[:RUNS_AT_ONCE]:
            run = self._run(taker)
            given = {
                (job.id, "data")
                for job in (run.jobs.values() if run else ())
                if job.operation == "Input" and _takes(job, version)
            }
            if run is not None and given:
                self._follow(run, given, root)
        return found[RUNS_AT_ONCE - 1] if len(found) > RUNS_AT_ONCE else None

    def _makers(self, version: ArtifactVersion) -> list[ArtifactVersion | RanJob]:
        """The job that made a version; of a run that was removed, what the version itself remembers."""
        made, here = version.lineage, self.add_version(version)
        if made.run is None or made.job is None:
            return []
        run = self._run(made.run)
        job = run.jobs.get(made.job) if run else None
        if run is not None and job is not None:
            self._connect(self._add_job(run, job), here, made.output)
            return [job]
        node = LineageNode(
            id=f"j:{made.job}",
            kind="job",
            name=made.job_name,
            run=made.run,
            job=made.job,
            operation=made.operation,
            at=version.created,
            removed=True,
        )
        self.nodes.setdefault(node.id, node)
        self._connect(node.id, here, made.output)
        further: list[ArtifactVersion | RanJob] = []
        for name, digest in made.inputs.items():
            known = self._version_of(digest)
            self._connect(self.add_version(known) if known else self._add_data(digest), node.id, name)
            further += [known] if known else []
        return further

    def _sources(self, job: RanJob) -> list[ArtifactVersion | RanJob]:
        """What a job took: outputs of other jobs, versions of artifacts, and its own source."""
        run = self._run(job.run)
        assert run is not None, "its job was read with it"
        here = self._add_job(run, job)
        further: list[ArtifactVersion | RanJob] = []
        for name, (source, output) in job.wires.items():
            before = run.jobs.get(source)
            if before is None:
                continue
            if before.operation == "Input":
                known = self._version_taken(before)
                fact = before.output("data")
                if known is not None:
                    self._connect(self.add_version(known), here, name)
                    further.append(known)
                elif fact is not None:
                    self._connect(self._add_data(fact.digest), here, name)
            else:
                label = output if output == name else f"{output} → {name}"
                self._connect(self._add_job(run, before), here, label)
                further.append(before)
        return further

    def _follow(self, run: RanRun, given: set[tuple[JobId, str]], root: str) -> None:
        """The jobs of a run that took what was given, what they led to, and the versions that were saved."""
        reached: set[JobId] = set()
        for job in run.jobs.values():  # in the order of the pipeline: those that are taken from come first
            if job.operation in ("Input", "Output"):
                continue
            for name, (source, output) in job.wires.items():
                if (source, output) in given and len(self.nodes) < MOST_NODES:
                    self._connect(root, self._add_job(run, job), name)
                    reached.add(job.id)
                elif source in reached and len(self.nodes) < MOST_NODES:
                    label = output if output == name else f"{output} → {name}"
                    self._connect(self._add_job(run, run.jobs[source]), self._add_job(run, job), label)
                    reached.add(job.id)
        for version in lineage.saved_in(self.connection, run.id):
            if version.lineage.job in reached:
                self._connect(f"j:{version.lineage.job}", self.add_version(version), version.lineage.output)

    def _add_job(self, run: RanRun, job: RanJob) -> str:
        node = LineageNode(
            id=f"j:{job.id}",
            kind="job",
            name=job.name,
            run=run.id,
            job=job.id,
            operation=job.operation,
            pipeline=run.pipeline,
            state=job.state,
            at=job.ended,
        )
        if node.id not in self.nodes:
            self.nodes[node.id] = node
            path, digest = source_file(job.spec), job.spec.get("parts", {}).get("operation", {}).get("digest")
            if path:
                file = LineageNode(
                    f"f:{path}:{digest}", "file", path, digest=Digest(digest) if digest else None
                )
                self.nodes.setdefault(file.id, file)
                self._connect(file.id, node.id, "")
        return node.id

    def _add_data(self, digest: Digest) -> str:
        node = LineageNode(f"d:{digest}", "data", digest[:12], digest=digest)
        self.nodes.setdefault(node.id, node)
        return node.id

    def _connect(self, source: str, target: str, label: str) -> None:
        self.edges[source, target, label] = None

    def _run(self, run: RunId) -> RanRun | None:
        if run not in self._runs:
            self._runs[run] = lineage.run_with_jobs(self.connection, run)
        return self._runs[run]

    def _version_of(self, digest: Digest) -> ArtifactVersion | None:
        return next(iter(lineage.with_digest(self.connection, self.project, digest)), None)

    def _version_taken(self, job: RanJob) -> ArtifactVersion | None:
        return version_taken(self.connection, self.project, job)


def version_taken(connection: Connection, project: ProjectId, job: RanJob) -> ArtifactVersion | None:
    """The version that an Input gave; None when it is no longer there."""
    fact = job.output("data")
    if fact is None:
        return None
    found = lineage.with_digest(connection, project, fact.digest)
    named = [version for version in found if _takes(job, version)]
    return next(iter([*named, *found]), None)


def _takes(job: RanJob, version: ArtifactVersion) -> bool:
    fact = job.output("data")
    reference = str(job.spec.get("attributes", {}).get("artifact", ""))
    name, at, number = reference.rpartition("@")
    wanted = name if at and number.isdecimal() else reference
    return fact is not None and fact.digest == version.digest and wanted == version.name
