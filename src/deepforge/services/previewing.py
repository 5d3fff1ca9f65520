"""Previewing: what a run now would do with each node of a pipeline, and why; nothing is run or changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

import msgspec
from sqlalchemy import Connection

from deepforge.core.errors import BadInput, NotFound, UnknownName
from deepforge.core.fingerprint import Fingerprint
from deepforge.core.graph import downstream, find_cycle, topological_order
from deepforge.core.ids import Digest, JobId, ProjectId, RunId
from deepforge.core.operation import Operation
from deepforge.core.outlook import Cause, LastJob, NodePreview, Outlook, PreviewRequest
from deepforge.core.pipeline import BUILT_INS, Node, Pipeline, with_attributes
from deepforge.core.problem import Problem, errors_of
from deepforge.core.rules import validate
from deepforge.core.run import JOB_ENDS, OutputFact
from deepforge.core.selection import bypass_of, only
from deepforge.core.user import Caller
from deepforge.engine.cache import EnvironmentFact, Past, Recipe, fingerprint_of, what_changed
from deepforge.services import versions
from deepforge.services.causes import Causes
from deepforge.services.drafts import Ground, draft, ground_of
from deepforge.services.house import House
from deepforge.services.memory import WorkerCard, environment_on
from deepforge.services.planning import Chosen, choose, planned_job
from deepforge.store import artifacts, cache, last_jobs, locks, workers
from deepforge.store.last_jobs import LastRecord

NOT_CACHED = "its outputs are not to be taken from the cache"


def preview(
    house: House, caller: Caller, project: ProjectId, request: PreviewRequest
) -> tuple[NodePreview, ...]:
    """What a run now would do with each node, in the order of the pipeline.

    Raises NotFound, InvalidProject; for a pipeline that is not given also UnknownName and InvalidPipeline.
    """
    findings = look(house, project, request)
    return tuple(findings.views[name] for name in findings.pipeline.nodes)


@dataclass
class Findings:
    """What was found out about the nodes of a pipeline."""

    pipeline: Pipeline
    chosen: Chosen
    views: dict[str, NodePreview] = field(default_factory=dict)
    keys: dict[str, Digest] = field(default_factory=dict)
    """The cache keys of those nodes whose inputs are known."""


def look(house: House, project: ProjectId, request: PreviewRequest) -> Findings:
    """Find out about every node of a pipeline. Raises as `preview` does."""
    ground = ground_of(house, project)
    reading = ground.standing.reading
    drawn, problems = draft(ground.standing, request.name, request.nodes)
    pipeline, unknown = with_attributes(drawn, request.attributes, reading.operations)
    problems += unknown + validate(
        pipeline, reading.operations, ground.artifacts, reading.unreadable, reading.catalogue
    )
    chosen = choose(pipeline, reading.operations)
    findings = Findings(pipeline, chosen)
    with house.database.read() as connection:
        seer = _Seer(house, connection, ground, findings)
        seer.rest(chosen)
        seer.judge(_broken(chosen.running, problems, reading.operations))
    return findings


def _broken(
    running: Pipeline, problems: list[Problem], operations: Mapping[str, Operation]
) -> dict[str, str]:
    """The nodes that cannot be judged because of a problem, each with what is wrong."""
    found = {problem.place.node: problem.message for problem in reversed(errors_of(problems))}
    known = {**operations, **BUILT_INS}
    broken = {name: found[name] for name in running.nodes if name in found}
    for name, node in running.nodes.items():
        if node.operation not in known:
            broken.setdefault(name, f"The operation {node.operation} cannot be used.")
    while cycle := find_cycle(list(running.nodes.keys() - broken.keys()), running.edges()):
        message = f"The pipeline goes in a circle: {' → '.join(cycle)}."
        broken |= {name: message for name in cycle if name not in broken}
    return broken


class _Seer:
    """One look at the nodes of one pipeline."""

    def __init__(self, house: House, connection: Connection, ground: Ground, findings: Findings) -> None:
        self.house = house
        self.connection = connection
        self.ground = ground
        self.findings = findings
        self.project = ground.record.id
        pipeline = findings.pipeline
        self.last, self.keyed = last_jobs.of_nodes(connection, self.project, pipeline.name, pipeline.nodes)
        sources = {found.source for found in self.last.values() if found.source}
        self.times = last_jobs.times(connection, sources)
        self.causes = Causes(house.blobs, connection, ground.standing)
        self.data: dict[str, dict[str, OutputFact]] = {}
        """What the nodes give, as far as that is known."""
        self.environments: dict[str, EnvironmentFact] = {}

    def rest(self, chosen: Chosen) -> None:
        """Tell of the nodes that do not run."""
        pipeline = self.findings.pipeline
        known = {**self.ground.standing.reading.operations, **BUILT_INS}
        for name in chosen.bypassed:
            node = pipeline.nodes[name]
            operation = known.get(node.operation)
            pairs = bypass_of(operation, node.through).items() if operation else ()
            through = ", ".join(f"{output} gives {port}" for output, port in pairs if port)
            self.tell(name, "bypassed", through or "nothing goes through it")
        for name, by in chosen.muted.items():
            self.tell(name, "muted", "is muted" if name == by else f"depends on {by}, which is muted")

    def judge(self, broken: dict[str, str]) -> None:
        """Tell of the nodes that run, each behind those it takes data from."""
        running = self.findings.chosen.running
        behind = downstream(broken, running.edges())
        sound = only(running, running.nodes.keys() - behind)
        ids = {name: JobId(name) for name in sound.nodes}
        for name in topological_order(list(sound.nodes), sound.edges()):
            self.judge_node(sound.nodes[name], ids)
        for name in behind & running.nodes.keys():
            reason = broken.get(name) or self.waits_for(running.nodes[name])
            self.tell(name, "unknown", reason)

    def judge_node(self, node: Node, ids: Mapping[str, JobId]) -> None:
        standing = self.ground.standing
        job = planned_job(standing.reading, standing.files, node, ids)
        if not node.built_in and (environment := self.environment(job.recipe)):
            self.environments[node.name] = environment
        inputs: dict[str, OutputFact | None] = {}
        for port, wire in job.recipe.inputs.items():
            given = self.data.get(wire.job) if wire else None
            if wire is not None and given is None:
                self.tell(node.name, "unknown", self.waits_for(node))
                return
            inputs[port] = given[wire.output] if wire and given else None
        if node.operation == "Input":
            self.judge_input(node)
        elif node.operation == "Output":
            self.judge_output(node, inputs["data"])
        else:
            self.judge_job(node, job.recipe, inputs, job.plan.use_cache)

    def judge_input(self, node: Node) -> None:
        try:
            version = versions.find(self.connection, self.project, str(node.attributes["artifact"]))
        except (NotFound, UnknownName, BadInput) as error:
            self.tell(node.name, "unknown", error.message)
            return
        data = OutputFact("data", version.digest, version.size, version.type, version.codec)
        self.data[node.name] = {"data": data}
        self.tell(node.name, "cached", f"is {version.name}@{version.version}")

    def judge_output(self, node: Node, data: OutputFact | None) -> None:
        name = str(node.attributes["name"])
        newest = artifacts.find(self.connection, self.project, name)
        if newest is None or data is None:
            self.tell(node.name, "new", f"saves {name}@1")
        elif (newest.digest, newest.type, newest.codec) == (data.digest, data.type, data.codec):
            self.tell(node.name, "cached", f"is the same as {name}@{newest.version}")
        else:
            self.tell(node.name, "stale", f"saves {name}@{newest.version + 1}")

    def judge_job(
        self, node: Node, recipe: Recipe, inputs: Mapping[str, OutputFact | None], use_cache: bool
    ) -> None:
        ran = self.keyed.get(node.name)
        environment = self.environments.get(node.name)
        if environment is None:
            reason = "it is not known yet what is installed" if ran else "never ran"
            self.tell(node.name, "stale" if ran else "new", reason)
            return
        now = fingerprint_of(recipe, inputs, environment)
        self.findings.keys[node.name] = now.key
        entry = cache.find(self.connection, self.project, now.key)
        if use_cache and entry and all(versions.is_there(self.house.blobs, fact) for fact in entry.outputs):
            self.data[node.name] = {fact.name: fact for fact in entry.outputs}
            self.tell(node.name, "cached", "nothing changed since it ran", run=entry.run, job=entry.job)
            return
        if ran is None:
            self.tell(node.name, "new", "never ran" if use_cache else NOT_CACHED)
            return
        past = Past(ran.run, msgspec.convert(ran.fingerprint, Fingerprint))
        found = self.causes.of(node, past.run, what_changed(past, now))
        reason = ", ".join(cause.words for cause in found)
        reason = reason or (self.why_not_kept(node.name) if use_cache else NOT_CACHED)
        self.tell(node.name, "stale", reason, found, ran.run, ran.job)

    def why_not_kept(self, name: str) -> str:
        """Why a node runs although nothing changed."""
        state = self.last[name].state
        if state not in JOB_ENDS:
            return "a run of it has not ended yet"
        ended = {"failed": "it failed last time", "canceled": "it was canceled last time"}
        return ended.get(state, "its last result is no longer kept")

    def waits_for(self, node: Node) -> str:
        """Of a node that takes what is not known yet: whose outputs those are."""
        makers = dict.fromkeys(source.node for source in node.inputs.values() if source.node not in self.data)
        return f"depends on what {' and '.join(makers)} give{'s' if len(makers) == 1 else ''}"

    def tell(
        self,
        name: str,
        state: Outlook,
        reason: str,
        changes: tuple[Cause, ...] = (),
        run: RunId | None = None,
        job: JobId | None = None,
    ) -> None:
        """Note what was found out about a node."""
        last = self.last.get(name)
        self.findings.views[name] = NodePreview(
            node=name,
            state=state,
            reason=reason,
            changes=changes,
            run=run,
            job=job,
            last=self.last_view(last) if last else None,
            environment=dict(self.environments[name].shown) if name in self.environments else {},
        )

    def last_view(self, last: LastRecord) -> LastJob:
        times = self.times.get(last.source, (None, None)) if last.source else (last.started, last.ended)
        error = f"{last.failure.kind}: {last.failure.message}" if last.failure else None
        return LastJob(
            run=last.run,
            job=last.job,
            state=last.state,
            cached=last.cached,
            started=last.started,
            ended=last.ended,
            seconds=_seconds(*times),
            outputs=last.outputs,
            error=error,
        )

    def environment(self, recipe: Recipe) -> EnvironmentFact | None:
        """The environment on the worker that was heard of last; None when there never was one."""
        return environment_on(self.worker, recipe.environment, recipe.imports) if self.worker else None

    @cached_property
    def worker(self) -> WorkerCard | None:
        found = workers.every(self.connection)[:1]
        return next(
            (WorkerCard(each, locks.of_worker(self.connection, each.id), each.seen) for each in found), None
        )


def _seconds(started: str | None, ended: str | None) -> float | None:
    if started is None or ended is None:
        return None
    return (datetime.fromisoformat(ended) - datetime.fromisoformat(started)).total_seconds()
