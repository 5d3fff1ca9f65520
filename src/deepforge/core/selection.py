"""Selection: which nodes of a pipeline run, and what takes the place of those that are taken out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from deepforge.core.annotation import can_meet
from deepforge.core.operation import Operation
from deepforge.core.pipeline import Pipeline, Source


def bypass_of(operation: Operation, chosen: Mapping[str, str | None] | None = None) -> dict[str, str | None]:
    """For each output the input that was chosen, else the first, in order, whose annotation fits.

    None: the output gives nothing. An annotation that is missing fits everything.
    """
    inputs = {port.name for port in operation.inputs}
    wanted = {output: port for output, port in (chosen or {}).items() if port is None or port in inputs}
    return {
        output.name: wanted[output.name]
        if output.name in wanted
        else next(
            (
                port.name
                for port in operation.inputs
                if port.annotation is None
                or output.annotation is None
                or can_meet(port.annotation, output.annotation)
            ),
            None,
        )
        for output in operation.outputs
    }


@dataclass(frozen=True)
class Carried:
    """What a source gives once the nodes that are bypassed are taken out."""

    source: Source | None
    """None: nothing, because of what happens at the node `at`."""
    at: str | None = None
    """The last bypassed node on the way; None when there is none."""
    fits: bool = True
    """False: nothing that the node `at` takes could be its output."""


def carried(pipeline: Pipeline, operations: Mapping[str, Operation], source: Source) -> Carried:
    """Follow a source through the nodes that are bypassed.

    `operations` includes the built-in ones; sources have to be resolved. What cannot be followed stays.
    """
    seen: set[str] = set()
    at: str | None = None
    while True:
        node = pipeline.nodes.get(source.node)
        operation = operations.get(node.operation) if node else None
        if node is None or operation is None or not node.bypass or node.name in seen:
            return Carried(source, at)
        mapping = bypass_of(operation, node.through)
        if source.output not in mapping:
            return Carried(source, at)
        seen.add(node.name)
        at, port = node.name, mapping[source.output]
        if port is None:
            return Carried(None, at, fits=False)
        if port not in node.inputs:
            return Carried(None, at)
        source = node.inputs[port]


def without_bypassed(pipeline: Pipeline, operations: Mapping[str, Operation]) -> Pipeline:
    """The pipeline in which nodes that are bypassed are gone, and others take what they let through."""
    if not any(node.bypass for node in pipeline.nodes.values()):
        return pipeline
    nodes = {}
    for name, node in pipeline.nodes.items():
        if node.bypass:
            continue
        found = {port: carried(pipeline, operations, source) for port, source in node.inputs.items()}
        inputs = {port: each.source for port, each in found.items() if each.source is not None}
        nodes[name] = replace(node, inputs=inputs)
    return replace(pipeline, nodes=nodes)


def idle(pipeline: Pipeline) -> dict[str, str]:
    """The nodes that do not run because one is muted, each with the name of that one.

    Bypassed nodes have to be taken out before.
    """
    followers: dict[str, list[str]] = {}
    for edge in pipeline.edges():
        followers.setdefault(edge.source, []).append(edge.target)
    found: dict[str, str] = {name: name for name, node in pipeline.nodes.items() if node.mute}
    waiting = list(found)
    while waiting:
        name = waiting.pop(0)
        for follower in followers.get(name, ()):
            if follower in pipeline.nodes and follower not in found:
                found[follower] = found[name]
                waiting.append(follower)
    return found


def only(pipeline: Pipeline, names: Iterable[str]) -> Pipeline:
    """The pipeline with these nodes alone, in its own order."""
    wanted = set(names)
    return replace(pipeline, nodes={name: node for name, node in pipeline.nodes.items() if name in wanted})
