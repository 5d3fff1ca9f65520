"""Pipelines: operations as nodes, and which output each input takes; read from a YAML document."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from deepforge.core.errors import did_you_mean
from deepforge.core.graph import Edge
from deepforge.core.operation import Attribute, Input, Operation, Output
from deepforge.core.problem import CORRECT, Place, Problem

BUILT_INS: dict[str, Operation] = {
    "Input": Operation(
        name="Input",
        file="",
        module="",
        form="class",
        outputs=(Output("data"),),
        attributes=(Attribute("artifact", "str"),),
        doc="Gives an artifact to the pipeline, by name (the newest version) or by name@version.",
    ),
    "Output": Operation(
        name="Output",
        file="",
        module="",
        form="class",
        inputs=(Input("data"),),
        attributes=(Attribute("name", "str"),),
        doc="Saves what it is given as a new version of an artifact.",
    ),
}
"""Operations that the server does itself."""

KEYS = ("nodes", "notes")
NODE_KEYS = (
    "operation",
    "attributes",
    "references",
    "inputs",
    "resources",
    "cache",
    "bypass",
    "through",
    "mute",
    "pin",
    "at",
)
NOTE_KEYS = ("text", "at", "size")
NO_NODES = "There are no nodes to choose from."
ANOTHER_VALUE = "Write another value."
_NODE_NAME = re.compile(r"[^\x00-\x1f\x7f./\\=\s](?:[^\x00-\x1f\x7f./\\=]*[^\x00-\x1f\x7f./\\=\s])?")
_LONGEST_NAME = 200


@dataclass(frozen=True)
class Source:
    """Where an input takes its data: an output of a node; None: the only one that its operation has."""

    node: str
    output: str | None = None

    def __str__(self) -> str:
        return f"{self.node}.{self.output}" if self.output else self.node


@dataclass(frozen=True)
class Node:
    """One operation in a pipeline."""

    name: str
    operation: str
    attributes: dict[str, Any] = field(default_factory=dict)
    references: dict[str, str] = field(default_factory=dict)
    inputs: dict[str, Source] = field(default_factory=dict)
    resources: dict[str, Any] = field(default_factory=dict)
    cache: bool | None = None
    """None: as the operation says."""
    bypass: bool = False
    """Taken out: each of its outputs gives what one of its inputs takes."""
    through: dict[str, str | None] = field(default_factory=dict)
    """Which input an output gives while it is taken out, where the person chose; None: nothing."""
    mute: bool = False
    """Neither it nor what depends on it is run."""
    pin: bool = False
    """It stays where it is drawn when the others are tidied."""
    at: tuple[float, float] | None = None
    """Where it is drawn."""
    lines: Mapping[str, int] = field(default_factory=dict, compare=False, repr=False)
    """The line of the node in its file (under ""), and of its parts, such as `inputs.images`."""

    @property
    def built_in(self) -> bool:
        """Whether the server does it itself."""
        return self.operation in BUILT_INS


@dataclass(frozen=True)
class Note:
    """Words that somebody pinned beside the nodes, in Markdown; `size` is width and height."""

    text: str = ""
    at: tuple[float, float] | None = None
    size: tuple[float, float] | None = None


@dataclass(frozen=True)
class Pipeline:
    """A directed graph of operations, as its file says; whether it makes sense is for the rules to say."""

    name: str
    nodes: dict[str, Node]
    file: str = ""
    notes: dict[str, Note] = field(default_factory=dict)

    def edges(self) -> tuple[Edge, ...]:
        """Which node takes data from which, each pair once."""
        pairs = ((source.node, node.name) for node in self.nodes.values() for source in node.inputs.values())
        return tuple(Edge(source, target) for source, target in dict.fromkeys(pairs))


def resolved(pipeline: Pipeline, operations: Mapping[str, Operation]) -> Pipeline:
    """The pipeline with every source's output named. Sources that cannot be resolved stay as they are."""
    known = {**operations, **BUILT_INS}

    def resolve(source: Source) -> Source:
        node = pipeline.nodes.get(source.node)
        operation = known.get(node.operation) if node else None
        if source.output is None and operation and len(operation.outputs) == 1:
            return replace(source, output=operation.outputs[0].name)
        return source

    nodes = {
        name: replace(node, inputs={port: resolve(source) for port, source in node.inputs.items()})
        for name, node in pipeline.nodes.items()
    }
    return replace(pipeline, nodes=nodes)


def with_attributes(
    pipeline: Pipeline,
    changes: Mapping[str, Mapping[str, Any]],
    operations: Mapping[str, Operation] = MappingProxyType({}),
) -> tuple[Pipeline, list[Problem]]:
    """The pipeline with attributes changed: node → attribute → value. Unknown nodes are problems.

    A text for an attribute that is a reference changes that.
    """
    nodes = dict(pipeline.nodes)
    problems = []
    for name, attributes in changes.items():
        if name not in nodes:
            hint = did_you_mean(name, nodes) or NO_NODES
            problems.append(
                Problem("known_node", f"The pipeline has no node {name}.", Place(pipeline.file), hint)
            )
            continue
        nodes[name] = _changed(nodes[name], attributes, operations.get(nodes[name].operation))
    return replace(pipeline, nodes=nodes), problems


def _changed(node: Node, changes: Mapping[str, Any], operation: Operation | None) -> Node:
    attributes, references = {**node.attributes}, {**node.references}
    for name, value in changes.items():
        attribute = operation.attribute(name) if operation else None
        refers = name in references or (attribute is not None and attribute.reference is not None)
        references.pop(name, None)
        attributes.pop(name, None)
        if refers and isinstance(value, str):
            references[name] = value
        else:
            attributes[name] = value
    return replace(node, attributes=attributes, references=references)


def read_pipeline(document: object, name: str, file: str) -> tuple[Pipeline, list[Problem]]:
    """The pipeline in a YAML document of nested mappings and lists, and what is wrong with its shape.

    Nothing is raised, and what can be read is in the pipeline. Lines are told when the document knows them,
    as those of ruamel.yaml do.
    """
    reader = _Reader(file)
    nodes = {node.name: node for node in reader.nodes(document)}
    return Pipeline(name, nodes, file, dict(reader.notes(document))), reader.problems


class _Reader:
    """One reading of one document, and the problems found so far."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []

    def report(
        self,
        message: str,
        line: int | None,
        node: str | None = None,
        part: str | None = None,
        *,
        hint: str,
    ) -> None:
        self.problems.append(Problem("shape", message, Place(self.file, line, node, part), hint))

    def nodes(self, document: object) -> Iterator[Node]:
        if document is None:
            return
        if not isinstance(document, Mapping):
            hint = "Begin the file with nodes: and put each node below."
            self.report(f"A pipeline is a mapping, not {_kind(document)}.", 1, hint=hint)
            return
        for word in document:
            if word not in KEYS:
                correct = did_you_mean(str(word), KEYS) or CORRECT
                self.report(f"A pipeline has no {word!r}.", _line(document, word), hint=correct)
        content = document.get("nodes")
        if content is None:
            return
        if not isinstance(content, Mapping):
            hint = "Write them as name: {operation: …}."
            self.report(f"nodes is {_kind(content)}.", _line(document, "nodes"), hint=hint)
            return
        for key, value in content.items():
            line = _line(content, key)
            name = self.name(key, line)
            if name is None:
                continue
            if not isinstance(value, Mapping):
                hint = "Write {operation: Train, …}."
                self.report(f"The node {name} is {_kind(value)}.", line, name, hint=hint)
                continue
            node = self.node(name, value, line)
            if node:
                yield node

    def name(self, key: object, line: int | None) -> str | None:
        if not isinstance(key, str):
            self.report(f"A node is named {key!r}.", line, hint=f'Write it in quotation marks: "{key}".')
            return None
        if len(key) > _LONGEST_NAME or not _NODE_NAME.fullmatch(key):
            hint = f"Write 1 to {_LONGEST_NAME} characters, without dots, slashes or =, and no spaces around."
            self.report(f"{key!r} cannot name a node.", line, hint=hint)
            return None
        return key

    def node(self, name: str, content: Mapping[Any, Any], line: int | None) -> Node | None:
        lines = {"": line} if line else {}
        for key in content:
            if key not in NODE_KEYS:
                hint = did_you_mean(str(key), NODE_KEYS) or CORRECT
                self.report(
                    f"The node {name} says {key}, which means nothing.", _line(content, key), name, hint=hint
                )
        operation = content.get("operation")
        if not isinstance(operation, str) or not operation:
            what = "names no operation" if operation is None else f"has the operation {operation!r}"
            self.report(f"The node {name} {what}.", line, name, hint="Write operation: and its name.")
            return None
        attributes = {}
        for key, value in self.mapping(name, content, "attributes", lines):
            try:
                attributes[key] = plain(value)
            except ValueError as error:
                at = lines.get(f"attributes.{key}")
                self.report(f"The attribute {key} of {name} {error}.", at, name, key, hint=ANOTHER_VALUE)
        references = {}
        for key, value in self.mapping(name, content, "references", lines):
            if isinstance(value, str) and value:
                references[key] = str(value)
            else:
                hint = "Write the import path of a class or function, such as utils.losses.focal."
                self.report(
                    f"{key} of {name} refers to {value!r}.",
                    lines.get(f"references.{key}"),
                    name,
                    key,
                    hint=hint,
                )
        inputs = {}
        for key, value in self.mapping(name, content, "inputs", lines):
            source = self.source(name, key, value, lines.get(f"inputs.{key}"))
            if source:
                inputs[key] = source
        resources = {}
        for key, value in self.mapping(name, content, "resources", lines):
            try:
                resources[key] = plain(value)
            except ValueError as error:
                at = lines.get(f"resources.{key}")
                self.report(f"{key} of {name} {error}.", at, name, key, hint=ANOTHER_VALUE)
        through: dict[str, str | None] = {}
        for key, value in self.mapping(name, content, "through", lines):
            if value is None or isinstance(value, str):
                through[key] = value
            else:
                hint = "Write the input that it gives, or null for nothing."
                self.report(
                    f"{key} of {name} lets {value!r} through.",
                    lines.get(f"through.{key}"),
                    name,
                    key,
                    hint=hint,
                )
        return Node(
            name=name,
            operation=str(operation),
            attributes=attributes,
            references=references,
            inputs=inputs,
            resources=resources,
            cache=self.truth(name, content, "cache"),
            bypass=bool(self.truth(name, content, "bypass")),
            through=through,
            mute=bool(self.truth(name, content, "mute")),
            pin=bool(self.truth(name, content, "pin")),
            at=self.place(name, content),
            lines=lines,
        )

    def mapping(
        self, node: str, content: Mapping[Any, Any], part: str, lines: dict[str, int]
    ) -> Iterator[tuple[str, Any]]:
        """The entries of one part of a node; notes their lines."""
        value = content.get(part)
        if value is None:
            return
        if not isinstance(value, Mapping):
            line = _line(content, part)
            self.report(
                f"{part} of {node} is {_kind(value)}.", line, node, part, hint="Write it as {name: value}."
            )
            return
        for key, entry in value.items():
            line = _line(value, key) or _line(content, part)
            if not isinstance(key, str):
                self.report(
                    f"{part} of {node} has the name {key!r}.", line, node, part, hint="Write names as text."
                )
                continue
            if line:
                lines[f"{part}.{key}"] = line
            yield str(key), entry

    def source(self, node: str, port: str, value: object, line: int | None) -> Source | None:
        hint = "Write the node and its output, such as digits.images."
        if not isinstance(value, str):
            if value is not None:
                self.report(f"{port} of {node} takes {value!r}.", line, node, port, hint=hint)
            return None
        source, dot, output = value.partition(".")
        if not source or (dot and not output):
            self.report(f"{port} of {node} takes {value!r}.", line, node, port, hint=hint)
            return None
        return Source(source.strip(), output.strip() or None)

    def truth(self, node: str, content: Mapping[Any, Any], key: str) -> bool | None:
        """True or false; None when it is not said."""
        value = content.get(key)
        if value is None or isinstance(value, bool):
            return value
        if type(value).__name__ == "ScalarBoolean":  # ruamel.yaml's bool with an anchor is an int
            return bool(value)
        hint = "Write true or false."
        self.report(f"{key} of {node} is {value!r}.", _line(content, key), node, key, hint=hint)
        return None

    def notes(self, document: object) -> Iterator[tuple[str, Note]]:
        content = document.get("notes") if isinstance(document, Mapping) else None
        if content is None:
            return
        if not isinstance(content, Mapping):
            hint = "Write them as id: {text: …, at: [x, y]}."
            self.report(f"notes is {_kind(content)}.", _line(document, "notes"), hint=hint)
            return
        for key, value in content.items():
            line = _line(content, key)
            if not isinstance(value, Mapping) or not isinstance(value.get("text", ""), str):
                hint = "Write {text: …, at: [x, y]}."
                self.report(f"The note {key} is {_kind(value)} without a text.", line, hint=hint)
                continue
            for word in value:
                if word not in NOTE_KEYS:
                    message = f"The note {key} says {word}, which means nothing."
                    hint = did_you_mean(str(word), NOTE_KEYS) or CORRECT
                    self.report(message, _line(value, word), hint=hint)
            at, size = self.pair(value, "at"), self.pair(value, "size")
            for part, found, form in (("at", at, "[x, y]"), ("size", size, "[width, height]")):
                if found is None and value.get(part) is not None:
                    message = f"{part} of the note {key} is {value[part]!r}."
                    self.report(message, _line(value, part), hint=f"Write {form}.")
            yield str(key), Note(str(value.get("text", "")), at, size)

    def place(self, node: str, content: Mapping[Any, Any]) -> tuple[float, float] | None:
        found = self.pair(content, "at")
        if found is None and content.get("at") is not None:
            message = f"{node} is drawn at {content['at']!r}."
            self.report(message, _line(content, "at"), node, "at", hint="Write [x, y].")
        return found

    def pair(self, content: Mapping[Any, Any], key: str) -> tuple[float, float] | None:
        """Two finite numbers; None for anything else."""
        value = content.get(key)
        if (
            isinstance(value, list | tuple)
            and len(value) == 2
            and all(isinstance(part, int | float) and not isinstance(part, bool) for part in value)
            and all(math.isfinite(part) for part in value)
        ):
            return float(value[0]), float(value[1])
        return None


def plain(value: object) -> Any:
    """A value of a document as plain Python: None, bool, int, float, str, and lists and dicts of these.

    The words of a YAML library stay behind. Raises ValueError, whose text follows the name of what has the
    value.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        if type(value).__name__ == "ScalarBoolean":  # ruamel.yaml's bool with an anchor is an int
            return bool(value)
        if not -(2**63) <= value < 2**64:
            raise ValueError(f"is {int(value)}, which is too large a number")
        return int(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"is {float(value)}, which cannot be kept")
        return float(value)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Mapping):
        for key in value:
            if not isinstance(key, str):
                raise ValueError(f"has the key {key!r}, which is no text")
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    raise ValueError(f"is {_kind(value)}; write it in quotation marks if it is meant as text")


def _kind(value: object) -> str:
    """What a value is, in words."""
    if value is None:
        return "empty"
    if isinstance(value, str):
        return "a text"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, list | tuple):
        return "a list"
    return "a mapping" if isinstance(value, Mapping) else f"a {type(value).__name__}"


def _line(mapping: object, key: object) -> int | None:
    """The line of a key, counted from 1, when the mapping knows it."""
    positions = getattr(getattr(mapping, "lc", None), "data", None)
    if isinstance(positions, dict) and key in positions:
        return int(positions[key][0]) + 1
    return None
