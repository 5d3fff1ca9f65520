"""Causes: what differs in the parts of a cache key, in words and with the line of code."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from sqlalchemy import Connection

from deepforge.core.difference import changed_line
from deepforge.core.errors import DeepForgeError
from deepforge.core.fingerprint import describe, referred
from deepforge.core.ids import RunId
from deepforge.core.manifest import FileEntry, decode_manifest
from deepforge.core.outlook import Cause
from deepforge.core.pipeline import Node
from deepforge.core.run import Change
from deepforge.core.source import module_name
from deepforge.services.current import Standing
from deepforge.store import project_files, runs
from deepforge.store.blobs import Blobs


class Causes:
    """Says changes in words, with the help of the files that earlier runs have frozen."""

    def __init__(self, blobs: Blobs, connection: Connection, standing: Standing) -> None:
        self._blobs = blobs
        self._connection = connection
        self._standing = standing
        self._frozen = cache(self._read_frozen)
        self._modules = {name: path for path in standing.files if (name := module_name(path))}

    def of(self, node: Node, since: RunId, changes: tuple[Change, ...]) -> tuple[Cause, ...]:
        """The changes of a node since a run, each as one would say it."""
        return tuple(self._cause(node, since, change) for change in changes)

    def _cause(self, node: Node, since: RunId, change: Change) -> Cause:
        kind, _, name = change.part.partition(" ")
        cause = Cause(change.part, describe([change]), change.was, change.now)
        if kind == "attribute" and change.was is not None and change.now is not None:
            return replace(cause, words=f"{name} {change.was} → {change.now}")
        if kind == "attribute":
            return replace(cause, words=f"{name} is gone" if change.now is None else f"{name} is new")
        if kind == "input" and change.was is not None and change.now is not None:
            nothing = " is no longer connected" if change.now == "nothing" else ": other data"
            return replace(cause, words=f"input {name}{nothing}")
        if kind == "operation":
            operation = self._standing.reading.operations.get(node.operation)
            return self._code(cause, since, operation.file if operation else None)
        if kind == "reference" and change.was is not None and change.now is not None:
            cause = replace(cause, words=f"{name}: {referred(change.was, change.now)}")
            return self._referred(cause, since, change.now) if change.was == change.now else cause
        if kind == "reference":
            return replace(cause, words=f"{name} is gone" if change.now is None else f"{name} is new")
        if kind == "module" and change.now is not None:
            return self._code(cause, since, self._modules.get(name))
        return cause

    def _referred(self, cause: Cause, since: RunId, target: str) -> Cause:
        """What a reference names has other code: in its own module, or in one that this imports."""
        file = self._modules.get(target.rpartition(".")[0])
        line = self._line(since, file) if file else None
        return replace(cause, file=file, line=line) if line else cause

    def _code(self, cause: Cause, since: RunId, file: str | None) -> Cause:
        if file is None:
            return cause
        line = self._line(since, file)
        where = f"{file} line {line}" if line else file
        return replace(cause, words=f"code: {where}", file=file, line=line)

    def _line(self, since: RunId, file: str) -> int | None:
        """The first line of a file that means something else than in a run; None: not known."""
        module = module_name(file)
        now = self._standing.reading.modules.get(module) if module else None
        entry = self._frozen(since).get(file)
        if now is None or entry is None:
            return None
        try:
            was = project_files.decode(self._blobs.read(entry.digest), file)
        except DeepForgeError:
            return None
        return changed_line(was, now)

    def _read_frozen(self, run: RunId) -> dict[str, FileEntry]:
        record = runs.find(self._connection, run)
        try:
            return decode_manifest(self._blobs.read(record.snapshot)) if record else {}
        except DeepForgeError:
            return {}
