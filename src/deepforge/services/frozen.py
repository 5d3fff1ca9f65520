"""Frozen: what a run was made of, shown, compared with today, and taken up again as a pipeline to edit."""

from __future__ import annotations

import difflib
from dataclasses import replace
from typing import Any

import msgspec

from deepforge.core.errors import BadInput, Conflict, NotFound
from deepforge.core.file import pipeline_path
from deepforge.core.frozen import (
    ComparedFile,
    FromRun,
    FrozenFile,
    FrozenText,
    Now,
    RunDocument,
    WrittenPipeline,
)
from deepforge.core.ids import ProjectId, RunId
from deepforge.core.manifest import FileEntry, decode_manifest
from deepforge.core.pipeline import Node
from deepforge.core.project import NodeView
from deepforge.core.user import Caller
from deepforge.services.house import House
from deepforge.services.projects import folder_of, record_of
from deepforge.services.shelf import known
from deepforge.store import file_moves, jobs, project_files, yaml_edit
from deepforge.store.runs import RunRecord

LARGEST_TEXT = 2 << 20
"""Bytes of a file that is shown."""


def document(house: House, caller: Caller, run: RunId) -> RunDocument:
    """The pipeline of a run as it was. Raises NotFound."""
    with house.database.read() as connection:
        record = known(connection, run)
        specs = jobs.specs(connection, run)
    nodes = msgspec.convert(record.document, dict[str, Node])
    changes = record.request.get("attributes") or {}
    given = {name: {**node.attributes, **changes.get(name, {})} for name, node in nodes.items()}
    referred = {
        name: specs.get(name, {}).get("references") or _references(node, changes.get(name, {}))
        for name, node in nodes.items()
    }
    return RunDocument(
        run=run,
        pipeline=record.pipeline,
        file=_pipeline_file(record, _files(house, record)),
        nodes=tuple(
            NodeView(
                name=name,
                operation=node.operation,
                attributes={key: value for key, value in given[name].items() if key not in referred[name]},
                references=referred[name],
                inputs={port: str(source) for port, source in node.inputs.items()},
                at=node.at,
            )
            for name, node in nodes.items()
        ),
        defaults=_without(specs, "effective", given, referred),
        computed=_without(specs, "computed", given, referred),
    )


def _references(node: Node, changes: dict[str, Any]) -> dict[str, str]:
    """The references of a node that did not run, less those that were asked to be something else."""
    return {name: target for name, target in node.references.items() if name not in changes}


def _without(
    specs: dict[str, dict[str, Any]],
    part: str,
    given: dict[str, dict[str, Any]],
    referred: dict[str, dict[str, str]],
) -> dict[str, dict[str, Any]]:
    """A part of what jobs are made of, by node, less what the nodes give."""
    found = {}
    for name, attributes in given.items():
        known = specs.get(name, {}).get(part, {})
        rest = {
            key: value for key, value in known.items() if key not in attributes and key not in referred[name]
        }
        if rest:
            found[name] = rest
    return found


def files(house: House, caller: Caller, run: RunId) -> tuple[FrozenFile, ...]:
    """The files of the project as a run froze them, by path, and how each stands today. Raises NotFound."""
    record = _record(house, run)
    today = _today(house, record.project)
    return tuple(
        FrozenFile(path, entry.digest, entry.size, _now(entry, today.get(path)))
        for path, entry in sorted(_files(house, record).items())
    )


def file(house: House, caller: Caller, run: RunId, path: str) -> FrozenText:
    """What stood in a file when a run froze it. Raises NotFound."""
    record = _record(house, run)
    entry = _files(house, record).get(path)
    if entry is None:
        raise NotFound(f"The run has no file {path}.", f"List its files at /api/v1/runs/{run}/files.")
    return _text(house, path, entry)


def compare_file(house: House, caller: Caller, pair: tuple[RunId, RunId], path: str) -> ComparedFile:
    """A file of two runs side by side. Raises NotFound when neither has it."""
    found = [_files(house, _record(house, run)).get(path) for run in pair]
    if found == [None, None]:
        raise NotFound(f"Neither run has a file {path}.", "Look at what differs: deepforge runs compare.")
    was, now = (None if entry is None else _text(house, path, entry) for entry in found)
    reason = next((text.reason for text in (was, now) if text and text.reason), None)
    before, after = was.text if was else None, now.text if now else None
    lines = difflib.unified_diff(
        (before or "").splitlines(),
        (after or "").splitlines(),
        path if was else "/dev/null",
        path if now else "/dev/null",
        lineterm="",
    )
    return ComparedFile(path, pair, (before, after), "" if reason else "\n".join(lines), reason)


def take_up(house: House, caller: Caller, project: ProjectId, wish: FromRun) -> WrittenPipeline:
    """Write the pipeline of a run as a new pipeline of its project, with the attributes that were asked for.

    Raises NotFound, BadInput, and Conflict when there is a pipeline of that name.
    """
    record = _record(house, wish.run)
    if record.project != project:
        raise BadInput("The run belongs to another project.", f"Ask for it in {record.project_name}.")
    path = pipeline_path(wish.name)
    folder = folder_of(house, record_of(house, project))
    if any((folder / path).with_suffix(ending).exists() for ending in (".yaml", ".yml")):
        raise Conflict(f"There is a pipeline {wish.name} already.", "Choose another name.")
    kept = _files(house, record)
    source = _pipeline_file(record, kept)
    text = project_files.decode(house.blobs.read(kept[source].digest), source)
    with house.database.read() as connection:
        specs = jobs.specs(connection, record.id)
    written = _with_attributes(text, record.request.get("attributes"), specs, source)
    file_moves.create(folder, path, written.encode())
    today = _today(house, project)
    differs = tuple(
        FrozenFile(name, entry.digest, entry.size, now)
        for name, entry in sorted(kept.items())
        if name.endswith(".py") and (now := _now(entry, today.get(name))) != "same"
    )
    return WrittenPipeline(project, wish.name, path, differs)


def _with_attributes(
    text: str, changes: dict[str, dict[str, Any]] | None, specs: dict[str, dict[str, Any]], file: str
) -> str:
    """The text of a pipeline with attributes changed; `specs` says which of them are references."""
    if not changes:
        return text
    value = project_files.parse_yaml(text.encode(), file)
    nodes = value["nodes"]
    changed = {
        name: _node_with(nodes[name], attributes, (specs.get(name) or {}).get("references") or {})
        for name, attributes in changes.items()
        if name in nodes
    }
    return yaml_edit.rewrite(text, {**value, "nodes": {**nodes, **changed}}, file)


def _node_with(node: dict[str, Any], changes: dict[str, Any], referred: dict[str, str]) -> dict[str, Any]:
    parts = {"attributes": node.get("attributes") or {}, "references": node.get("references") or {}}
    kept = {
        part: {name: value for name, value in values.items() if name not in changes}
        for part, values in parts.items()
    }
    for name, value in changes.items():
        kept["references" if name in referred else "attributes"][name] = value
    return {**{key: value for key, value in node.items() if key not in kept or kept[key]}, **_filled(kept)}


def _filled(parts: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return {name: values for name, values in parts.items() if values}


def _text(house: House, path: str, entry: FileEntry) -> FrozenText:
    found = FrozenText(path, entry.digest, entry.size, None)
    if entry.size > LARGEST_TEXT:
        return replace(found, reason=f"It is larger than {LARGEST_TEXT >> 20} MB.")
    data = house.blobs.read(entry.digest)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return replace(found, reason="It is no text.")
    return replace(found, reason="It is no text.") if "\0" in text else replace(found, text=text)


def _pipeline_file(record: RunRecord, files: dict[str, FileEntry]) -> str:
    names = (f"pipelines/{record.pipeline}{ending}" for ending in (".yaml", ".yml"))
    return next((name for name in names if name in files), f"pipelines/{record.pipeline}.yaml")


def _record(house: House, run: RunId) -> RunRecord:
    with house.database.read() as connection:
        return known(connection, run)


def _files(house: House, record: RunRecord) -> dict[str, FileEntry]:
    return decode_manifest(house.blobs.read(record.snapshot))


def _today(house: House, project: ProjectId) -> dict[str, FileEntry]:
    return project_files.read_files(folder_of(house, record_of(house, project))).files


def _now(entry: FileEntry, today: FileEntry | None) -> Now:
    if today is None:
        return "gone"
    return "same" if today.digest == entry.digest else "changed"
