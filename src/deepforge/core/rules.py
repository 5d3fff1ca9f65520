"""The rules of a pipeline: each small and named; together they find everything that is wrong."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from deepforge.core.annotation import can_meet, fits, in_words
from deepforge.core.artifact import parse_artifact_reference
from deepforge.core.catalogue import Catalogue
from deepforge.core.errors import BadInput, did_you_mean, nearest
from deepforge.core.graph import find_cycle
from deepforge.core.inheritance import UNSEEN
from deepforge.core.operation import Attribute, Expression, Operation, operation_name
from deepforge.core.pipeline import BUILT_INS, Node, Pipeline, Source, resolved
from deepforge.core.problem import CORRECT, Place, Problem
from deepforge.core.resources import parse_resources
from deepforge.core.selection import Carried, carried, idle, without_bypassed
from deepforge.core.source import same_name


@dataclass(frozen=True)
class Context:
    """What the rules look at."""

    pipeline: Pipeline
    operations: Mapping[str, Operation]
    """The project's, and the built-in ones."""
    artifacts: Mapping[str, Collection[int]]
    """Name → versions."""
    unreadable: tuple[Problem, ...]
    """What is wrong with operations that could not be read; their files are in the places."""
    catalogue: Catalogue = field(default_factory=Catalogue)
    """What references may name."""
    bypassed: frozenset[str] = frozenset()
    """The nodes that do not run, but let data through."""
    left_out: frozenset[str] = frozenset()
    """The other nodes that do not run: they are muted, or behind one that is, or not asked for."""

    def known(self) -> Iterator[tuple[Node, Operation]]:
        """The nodes whose operation is known."""
        for node in self.pipeline.nodes.values():
            operation = self.operations.get(node.operation)
            if operation:
                yield node, operation

    def rests(self, node: Node) -> bool:
        """Whether the node does not run."""
        return node.name in self.bypassed or node.name in self.left_out

    def connections(self) -> Iterator[tuple[Node, str, Source]]:
        """Every input that takes something."""
        for node in self.pipeline.nodes.values():
            for name, source in node.inputs.items():
                yield node, name, source

    def given(self, source: Source) -> Carried:
        """What a source gives, through the nodes that are bypassed."""
        return carried(self.pipeline, self.operations, source)

    def operation_of(self, node: str) -> Operation | None:
        """The operation of the node of that name, when both are known."""
        found = self.pipeline.nodes.get(node)
        return self.operations.get(found.operation) if found else None

    def problem(self, rule: str, message: str, node: Node, part: str, hint: str) -> Problem:
        """A problem at a node, or at one part of it, such as `inputs.images`."""
        line = node.lines.get(part, node.lines.get(""))
        place = Place(self.pipeline.file or None, line, node.name, part.partition(".")[2] or part or None)
        return Problem(rule, message, place, hint)


Rule = Callable[[Context], Iterator[Problem]]

_EMPTY = Catalogue()


def validate(
    pipeline: Pipeline,
    operations: Mapping[str, Operation],
    artifacts: Mapping[str, Collection[int]],
    unreadable: Iterable[Problem] = (),
    catalogue: Catalogue = _EMPTY,
    aside: Iterable[str] = (),
) -> list[Problem]:
    """All problems of a pipeline, rule by rule.

    `artifacts` has the versions of each artifact of the project by name, `unreadable` the problems of those
    of the project's operations that cannot be used; only those that the pipeline names are told. `catalogue`
    has what references may name.

    What is wrong with a node that is muted, or that depends on one, does not forbid a run and is a warning;
    so is what is wrong with a node that is bypassed, as long as it lets through what others take. `aside` are
    nodes that a run to others leaves out, which is as good as muted.
    """
    known = {**operations, **BUILT_INS}
    whole = resolved(pipeline, operations)
    bypassed = frozenset(name for name, node in whole.nodes.items() if node.bypass)
    left_out = frozenset([*idle(without_bypassed(whole, known)), *aside])
    context = Context(whole, known, artifacts, tuple(unreadable), catalogue, bypassed, left_out)
    return [
        replace(problem, severity="warning") if _is_harmless(problem, context) else problem
        for rule in RULES
        for problem in rule(context)
    ]


def _is_harmless(problem: Problem, context: Context) -> bool:
    node = problem.place.node
    return node in context.left_out or (node in context.bypassed and problem.rule not in _WIRING)


_WIRING = ("known_operation", "known_input", "known_output", "acyclic", "bypass")
"""The rules that a node has to keep even if it only lets data through."""


def has_nodes(context: Context) -> Iterator[Problem]:
    """A pipeline has at least one node."""
    if not context.pipeline.nodes:
        place = Place(context.pipeline.file or None)
        hint = "Add one: nodes: {train: {operation: Train}}."
        yield Problem("has_nodes", "The pipeline has no nodes.", place, hint)


def operation_readable(context: Context) -> Iterator[Problem]:
    """The operations that a pipeline names can be read."""
    told: set[Problem] = set()
    for node in context.pipeline.nodes.values():
        if node.name in context.left_out:
            continue
        for problem in _unreadable(context, node):
            if problem not in told:
                told.add(problem)
                yield problem


def _unreadable(context: Context, node: Node) -> list[Problem]:
    if node.operation in context.operations:
        return []
    made = context.catalogue.in_operations.get(node.operation)
    return [
        problem
        for problem in context.unreadable
        if problem.severity == "error"
        and (
            same_name(operation_name(problem.place.file or ""), node.operation)
            or (made is not None and made.file == problem.place.file)
        )
    ]


def known_operation(context: Context) -> Iterator[Problem]:
    """Every node names an operation of the project or a built-in one."""
    for node in context.pipeline.nodes.values():
        if node.operation not in context.operations and not _unreadable(context, node):
            hint = _beside_another(context, node) or did_you_mean(node.operation, context.operations)
            hint = hint or "Write it into a file of operations/."
            message = f"There is no operation {node.operation}."
            yield context.problem("known_operation", message, node, "", hint)


def _beside_another(context: Context, node: Node) -> str | None:
    """What to do when a file makes what a node names, but gives another operation."""
    made = context.catalogue.in_operations.get(node.operation)
    if made is None:
        return None
    given = next((one.name for one in context.operations.values() if one.file == made.file), None)
    gives = f"gives the operation {given}, and a file gives one" if given else "gives no operation"
    return f"{made.file} makes it in line {made.line}, but {gives}: move it to a file of its own."


def known_attribute(context: Context) -> Iterator[Problem]:
    """Every attribute that is given is one of the operation."""
    for node, operation in context.known():
        for name in node.attributes:
            if operation.attribute(name):
                continue
            hint = _advice_on_attribute(context, operation, name)
            if operation.input(name):
                hint = f"{name} is an input: connect it under inputs."
            message = f"{operation.name} has no attribute {name}."
            yield context.problem("known_attribute", message, node, f"attributes.{name}", hint)


def _advice_on_attribute(context: Context, operation: Operation, name: str) -> str:
    """What to do about an attribute that the operation has not; it may be one of a base class that is not
    read.
    """
    known = [attribute.name for attribute in operation.attributes]
    unseen = (one for one in context.unreadable if one.rule == UNSEEN and one.place.file == operation.file)
    inherits = next(unseen, None)
    if inherits and not nearest(name, known):
        return f"{inherits.message} {inherits.hint}"
    return did_you_mean(name, known) or f"{operation.name} has no attributes: remove it."


def required_attribute(context: Context) -> Iterator[Problem]:
    """Every attribute without a default is given."""
    for node, operation in context.known():
        for attribute in operation.attributes:
            if (
                attribute.required
                and not attribute.reference
                and attribute.name not in node.attributes
                and attribute.name not in node.references
            ):
                message = f"{node.name} needs a value for the attribute {attribute.name} of {operation.name}."
                hint = f"Write attributes: {{{attribute.name}: …}}"
                hint += "." if node.built_in else ", or give it a default in the code."
                yield context.problem(
                    "required_attribute", message, node, f"attributes.{attribute.name}", hint
                )


def attribute_type(context: Context) -> Iterator[Problem]:
    """Every attribute has a value of its type: that of the annotation, else that of the default."""
    for node, operation in context.known():
        for name, value in node.attributes.items():
            attribute = operation.attribute(name)
            if attribute is None or attribute.reference or attribute.enumeration:
                continue
            wanted = _wanted(attribute)
            if wanted is None or _is_default(value, attribute) or fits(value, wanted):
                continue
            message = f"{name} of {node.name} is {value!r}, but {operation.name} wants {in_words(wanted)}."
            rest = "" if attribute.required else ", or leave it out for the default"
            hint = f"Correct the value{rest}."
            yield context.problem("attribute_type", message, node, f"attributes.{name}", hint)


def _wanted(attribute: Attribute) -> str | None:
    """The type an attribute has by its annotation, else by its default."""
    if attribute.annotation is not None:
        return attribute.annotation
    default = attribute.default
    if attribute.required or default is None or isinstance(default, Expression):
        return None
    return "float" if type(default) is int else type(default).__name__


def _is_default(value: Any, attribute: Attribute) -> bool:
    return type(value) is type(attribute.default) and bool(value == attribute.default)


def known_member(context: Context) -> Iterator[Problem]:
    """An attribute that is an enumeration has the name of one of its members."""
    for node, operation in context.known():
        for name, value in node.attributes.items():
            attribute = operation.attribute(name)
            if attribute is None or attribute.enumeration is None:
                continue
            members = attribute.enumeration.members
            if value in members if isinstance(value, str) else value is None and attribute.optional:
                continue
            kind = attribute.enumeration.path.rpartition(".")[2]
            message = f"{name} of {node.name} is {value!r}, which is no member of {kind}."
            hint = did_you_mean(str(value), members) or f"Give {kind} members."
            yield context.problem("known_member", message, node, f"attributes.{name}", hint)


def known_reference(context: Context) -> Iterator[Problem]:
    """A reference names an attribute that can be one, and a resource that the project has."""
    for node, operation in context.known():
        for name, target in node.references.items():
            attribute = operation.attribute(name)
            if attribute is None:
                hint = _advice_on_attribute(context, operation, name)
                message = f"{operation.name} has no attribute {name} that could refer to {target}."
            elif not attribute.reference and not attribute.may_refer:
                message = f"{name} of {operation.name} is {attribute.annotation}, and cannot be a reference."
                hint = "Give it a value under attributes, or annotate it as Callable."
            else:
                trouble = context.catalogue.trouble(target, attribute.reference or "callable")
                if trouble is None:
                    continue
                message, hint = f"{name} of {node.name} refers to {trouble[0]}", trouble[1]
                message = message.rstrip(".") + "."
            yield context.problem("known_reference", message, node, f"references.{name}", hint)


def required_reference(context: Context) -> Iterator[Problem]:
    """Every reference is chosen, unless it has a default or may be None."""
    for node, operation in context.known():
        for attribute in operation.attributes:
            given = {*node.attributes, *node.references}
            if attribute.reference and attribute.required and attribute.name not in given:
                message = f"The reference {attribute.name} of {node.name} is not chosen."
                hint = f"Write references: {{{attribute.name}: utils.module.name}}, or give it a default."
                part = f"references.{attribute.name}"
                yield context.problem("required_reference", message, node, part, hint)


def literal_reference(context: Context) -> Iterator[Problem]:
    """A reference is not given as a value, and not twice."""
    for node, operation in context.known():
        for name, value in node.attributes.items():
            attribute = operation.attribute(name)
            if attribute is None:
                continue
            if name in node.references:
                message = f"{name} of {node.name} stands under attributes and under references."
                hint = "Remove one of them."
            elif attribute.reference and not (value is None and attribute.optional):
                what = "a class" if attribute.reference == "class" else "a class or a function"
                message = f"{name} of {node.name} is {value!r}, but {operation.name} wants {what}."
                known = isinstance(value, str) and value in context.catalogue.resources
                shown = value if known else "utils.module.name"
                hint = f"Write it under references: {{{name}: {shown}}}."
            else:
                continue
            yield context.problem("literal_reference", message, node, f"attributes.{name}", hint)


def known_input(context: Context) -> Iterator[Problem]:
    """Every input that is connected is one of the operation."""
    for node, operation in context.known():
        known = [port.name for port in operation.inputs]
        for name in node.inputs:
            if name in known:
                continue
            hint = did_you_mean(name, known) or f"{operation.name} takes no inputs: remove the connection."
            if operation.attribute(name):
                hint = f"{name} is an attribute: give it under attributes."
            yield context.problem(
                "known_input", f"{operation.name} has no input {name}.", node, f"inputs.{name}", hint
            )


def known_output(context: Context) -> Iterator[Problem]:
    """Every source is a node of the pipeline and an output of its operation."""
    for node, name, source in context.connections():
        part = f"inputs.{name}"
        if source.node not in context.pipeline.nodes:
            others = (other for other in context.pipeline.nodes if other != node.name)
            hint = did_you_mean(source.node, others) or "Add it, or remove the connection."
            message = f"{name} of {node.name} takes {source}, but there is no node {source.node}."
            yield context.problem("known_output", message, node, part, hint)
            continue
        operation = context.operation_of(source.node)
        if operation is None:
            continue
        outputs = [output.name for output in operation.outputs]
        if source.output is None:
            count = "no outputs" if not outputs else f"{len(outputs)} outputs"
            message = f"{name} of {node.name} takes {source.node}, but {operation.name} has {count}."
            names = " or ".join(f"{source.node}.{output}" for output in outputs)
            hint = f"Name one: {names}." if outputs else _nothing(operation)
            yield context.problem("known_output", message, node, part, hint)
        elif source.output not in outputs:
            message = (
                f"{name} of {node.name} takes {source}, but {operation.name} has no output {source.output}."
            )
            hint = did_you_mean(source.output, outputs) or _nothing(operation)
            yield context.problem("known_output", message, node, part, hint)


def _nothing(operation: Operation) -> str:
    return f"{operation.name} returns nothing: let it, or remove the connection."


def connected_or_optional(context: Context) -> Iterator[Problem]:
    """An input may stay unconnected only when its parameter has a default or may be None."""
    for node, operation in context.known():
        for port in operation.inputs:
            source = node.inputs.get(port.name)
            given = context.given(source) if source else None
            if port.required and given and given.source is None and given.fits:
                message = f"The input {port.name} of {node.name} gets nothing through {given.at}."
                hint = f"Connect what {given.at} would take, or switch off its bypass."
                yield context.problem("connected_or_optional", message, node, f"inputs.{port.name}", hint)
            elif port.required and source is None:
                message = f"The input {port.name} of {node.name} is not connected."
                hint = f"Connect it: inputs: {{{port.name}: node.output}}"
                hint += "." if node.built_in else f"; or let {operation.name} do without: {port.name}=None."
                yield context.problem("connected_or_optional", message, node, f"inputs.{port.name}", hint)


def bypass(context: Context) -> Iterator[Problem]:
    """What others take from a node that is bypassed is something that the node takes itself."""
    told: set[tuple[str, str | None]] = set()
    for node, _, source in context.connections():
        given = context.given(source)
        if given.fits or given.at is None or context.rests(node) or (given.at, source.output) in told:
            continue
        told.add((given.at, source.output))
        place = context.pipeline.nodes[given.at]
        message = f"{given.at} is bypassed, but takes nothing that {node.name} could be given for {source}."
        hint = f"Switch the bypass off, or connect {node.name} to something else."
        yield context.problem("bypass", message, place, "bypass", hint)


def through(context: Context) -> Iterator[Problem]:
    """What a node that is bypassed lets through has the names of an output and an input."""
    for node, operation in context.known():
        outputs = [output.name for output in operation.outputs]
        inputs = [port.name for port in operation.inputs]
        for output, port in node.through.items():
            if output not in outputs:
                message = f"{operation.name} has no output {output} to let anything through."
                hint = did_you_mean(output, outputs) or f"{operation.name} returns nothing: remove it."
            elif port is not None and port not in inputs:
                message = f"{operation.name} has no input {port} to let through as {output}."
                hint = did_you_mean(port, inputs) or f"{operation.name} takes no inputs: remove it."
            else:
                continue
            yield context.problem("through", message, node, f"through.{output}", hint)


def port_types(context: Context) -> Iterator[Problem]:
    """What an output gives can be what the input asks for, as far as both are annotated."""
    for node, name, source in context.connections():
        given = context.given(source)
        if given.source is None:
            continue
        operation, maker = context.operation_of(node.name), context.operation_of(given.source.node)
        port = operation.input(name) if operation else None
        output = maker.output(given.source.output) if maker and given.source.output else None
        if port is None or output is None or port.annotation is None or output.annotation is None:
            continue
        if not can_meet(output.annotation, port.annotation):
            through = f", through {given.at}," if given.at else ""
            message = (
                f"{name} of {node.name} wants {port.annotation}, "
                f"but {given.source}{through} gives {output.annotation}."
            )
            hint = "Connect another output, or correct the annotation."
            yield context.problem("port_types", message, node, f"inputs.{name}", hint)


def acyclic(context: Context) -> Iterator[Problem]:
    """Data does not go in a circle."""
    cycle = find_cycle(list(context.pipeline.nodes), context.pipeline.edges())
    if cycle:
        node = context.pipeline.nodes[cycle[0]]
        message = f"The pipeline goes in a circle: {' → '.join(cycle)}."
        yield context.problem("acyclic", message, node, "", "Remove one of these connections.")


def known_artifact(context: Context) -> Iterator[Problem]:
    """An Input names an artifact that there is, in a version that there is."""
    for node, operation in context.known():
        reference = node.attributes.get("artifact")
        if operation is not BUILT_INS["Input"] or not isinstance(reference, str):
            continue
        try:
            name, version = parse_artifact_reference(reference)
        except BadInput as error:
            hint = error.hint or CORRECT
            yield context.problem("known_artifact", f"{error.message}.", node, "attributes.artifact", hint)
            continue
        versions = context.artifacts.get(name)
        if not versions:
            message = f"There is no artifact {name}."
            hint = (
                did_you_mean(name, context.artifacts)
                or "Run a pipeline that saves it, or put a file there first."
            )
            yield context.problem("known_artifact", message, node, "attributes.artifact", hint)
        elif version is not None and version not in versions:
            message = f"The artifact {name} has no version {version}."
            newest = max(versions)
            hint = f"Its newest is {newest}: write {name}@{newest}, or {name} for whatever is the newest."
            yield context.problem("known_artifact", message, node, "attributes.artifact", hint)


def output_name(context: Context) -> Iterator[Problem]:
    """Every Output has a name that can be an artifact's, and no two have the same."""
    first: dict[str, str] = {}
    for node, operation in context.known():
        name = node.attributes.get("name")
        if operation is not BUILT_INS["Output"] or not isinstance(name, str):
            continue
        if context.rests(node):
            continue
        part = "attributes.name"
        try:
            plain, version = parse_artifact_reference(name)
        except BadInput as error:
            hint = error.hint or CORRECT
            yield context.problem("output_name", f"{error.message}.", node, part, hint)
            continue
        if version is not None:
            hint = f"Write {plain}; every run that makes other data saves a new version."
            yield context.problem("output_name", f"{node.name} cannot choose the version.", node, part, hint)
        elif plain in first:
            message = f"{node.name} and {first[plain]} both save the artifact {plain}."
            yield context.problem("output_name", message, node, part, "Give one of them another name.")
        else:
            first[plain] = node.name


def known_resources(context: Context) -> Iterator[Problem]:
    """What a node or its operation asks of a machine can be understood."""
    for node, operation in context.known():
        try:
            base = parse_resources(operation.resources)
        except BadInput as error:
            place = Place(operation.file, operation.line, node.name, "resources")
            message = f"In the resources of {operation.name}, {error.message}."
            yield Problem("known_resources", message, place, error.hint or CORRECT)
            continue
        if node.built_in and node.resources:
            message = f"{node.name} asks for resources, but {operation.name} runs on no worker."
            yield context.problem("known_resources", message, node, "resources", "Remove them.")
            continue
        for word, value in node.resources.items():
            try:
                parse_resources({word: value}, base)
            except BadInput as error:
                message = f"In the resources of {node.name}, {error.message}."
                hint = error.hint or CORRECT
                yield context.problem("known_resources", message, node, f"resources.{word}", hint)


RULES: tuple[Rule, ...] = (
    has_nodes,
    operation_readable,
    known_operation,
    known_attribute,
    required_attribute,
    attribute_type,
    known_member,
    known_reference,
    required_reference,
    literal_reference,
    known_input,
    known_output,
    connected_or_optional,
    bypass,
    through,
    port_types,
    acyclic,
    known_artifact,
    output_name,
    known_resources,
)
