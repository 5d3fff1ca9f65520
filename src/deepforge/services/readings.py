"""Readings: what the files of a project say, each read once for the same content."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from deepforge.core.catalogue import Catalogue, catalogue_of
from deepforge.core.digest import digest_of
from deepforge.core.document import as_pipeline
from deepforge.core.enumeration import with_enumerations
from deepforge.core.environment import Declared
from deepforge.core.errors import DeepForgeError, InvalidPipeline, UnknownName, did_you_mean
from deepforge.core.ids import Digest
from deepforge.core.inheritance import unseen_attributes
from deepforge.core.module import ModuleReading, read_module
from deepforge.core.operation import Operation, Reading, read_operation
from deepforge.core.pipeline import Pipeline, read_pipeline
from deepforge.core.problem import CORRECT, Place, Problem
from deepforge.core.project import PROJECT_FILE, ProjectSettings, read_project_settings
from deepforge.core.source import module_name, normalise, read_requirements
from deepforge.store import project_files

REQUIREMENTS = "requirements.txt"
KEPT = 4096
"""How many readings are kept."""

_T = TypeVar("_T")


@dataclass(frozen=True)
class PipelineReading:
    """A pipeline as its file says it, and what is wrong with its form."""

    pipeline: Pipeline
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class ProjectReading:
    """A project as its files say it."""

    settings: ProjectSettings
    operations: dict[str, Operation]
    unreadable: tuple[Problem, ...]
    """What is wrong with operations that cannot be used, and what should be looked at in the others."""
    modules: dict[str, str]
    """The source of each module of the project by its dotted name."""
    digests: dict[str, Digest]
    """The digest of the normal form of each module."""
    pipelines: dict[str, PipelineReading]
    catalogue: Catalogue
    """What references may name."""
    declared: Declared | None
    """The environment of operations that declare none themselves."""
    problems: tuple[Problem, ...] = field(default=())
    """What is wrong with other files."""
    readings_of_modules: dict[str, ModuleReading] = field(default_factory=dict)
    no_text: dict[str, Problem] = field(default_factory=dict)
    """The modules that are not UTF-8, with what is told of each; `modules` has what can be made out."""

    def pipeline(self, name: str) -> PipelineReading:
        """The pipeline of that name.

        Raises InvalidPipeline when its file cannot be read, UnknownName when there is none.
        """
        found = self.pipelines.get(name)
        if found is None:
            unreadable = [
                problem for problem in self.problems if _pipeline_name(problem.place.file or "") == name
            ]
            if unreadable:
                lines = "\n".join(f"  {problem}" for problem in unreadable)
                raise InvalidPipeline(f"The pipeline {name} cannot be read:\n{lines}", problems=unreadable)
            hint = did_you_mean(name, self.pipelines) or "Add one as pipelines/<name>.yaml."
            raise UnknownName(f"The project has no pipeline {name}.", hint)
        return found


class Readings:
    """Keeps what was read by path and content, the most recently used. Safe for threads: who asks for what
    another one is reading waits for that.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, str, Digest], Future[Any]] = OrderedDict()

    def read(self, files: Mapping[str, Digest], content: Callable[[str], bytes]) -> ProjectReading:
        """A project from its files by path; `content` gives the bytes of one. What is wrong is in the
        problems.
        """
        return _ProjectReader(self, files, content).read()

    def once(self, read: Callable[..., _T], path: str, digest: Digest, *arguments: object) -> _T:
        """What `read(path, *arguments)` gives; for the same path and content it is not called again, unless
        it raised an error.
        """
        key = (read.__name__, path, digest)
        with self._lock:
            known = self._kept.get(key)
            if known is None:
                found: Future[_T] = Future()
                self._kept[key] = found
                while len(self._kept) > KEPT:
                    self._kept.popitem(last=False)
            else:
                self._kept.move_to_end(key)
        if known is not None:
            there: _T = known.result()
            return there
        try:
            found.set_result(read(path, *arguments))
        except BaseException as error:  # noqa: BLE001 - all who wait are told
            with self._lock:
                if self._kept.get(key) is found:
                    del self._kept[key]
            found.set_exception(error)
        return found.result()


class _ProjectReader:
    """One reading of one project."""

    def __init__(
        self, readings: Readings, files: Mapping[str, Digest], content: Callable[[str], bytes]
    ) -> None:
        self.readings = readings
        self.files = files
        self.content = content
        self.operations: dict[str, Operation] = {}
        self.unreadable: list[Problem] = []
        self.problems: list[Problem] = []
        self.modules: dict[str, str] = {}
        self.digests: dict[str, Digest] = {}
        self.readings_of_modules: dict[str, ModuleReading] = {}
        self.pipelines: dict[str, PipelineReading] = {}
        self.no_text: dict[str, Problem] = {}

    def read(self) -> ProjectReading:
        for path in sorted(self.files):
            module, pipeline = module_name(path), _pipeline_name(path)
            if module is not None:
                self.read_module(path, module)
            elif pipeline is not None:
                self.read_pipeline(path, pipeline)
        settings = self.read_settings()
        self.operations = {
            name: with_enumerations(operation, self.readings_of_modules)
            for name, operation in self.operations.items()
        }
        found = (unseen_attributes(each, self.readings_of_modules) for each in self.operations.values())
        self.unreadable += filter(None, found)
        return ProjectReading(
            settings=settings,
            operations=self.operations,
            unreadable=tuple(self.unreadable),
            modules=self.modules,
            digests=self.digests,
            catalogue=catalogue_of(self.readings_of_modules.values()),
            pipelines=self.pipelines,
            declared=self.read_declared(settings),
            problems=tuple(self.problems),
            readings_of_modules=self.readings_of_modules,
            no_text=self.no_text,
        )

    def text(self, path: str) -> str | None:
        """The text of a file; None, with a problem, when it has none."""
        found = self.readings.once(_decode, path, self.files[path], self.content)
        if isinstance(found, Problem):
            self.problems.append(found)
            return None
        return found

    def read_module(self, path: str, module: str) -> None:
        source = self.readings.once(_decode, path, self.files[path], self.content)
        if isinstance(source, Problem):
            self.keep_no_text(path, module, source)
            return
        self.modules[module] = source
        self.digests[module] = self.readings.once(_digest, path, self.files[path], source)
        self.readings_of_modules[module] = self.readings.once(_read_module, path, self.files[path], source)
        if not _is_operation(path):
            return
        reading = self.readings.once(_read_operation, path, self.files[path], source)
        self.unreadable += reading.problems
        if reading.operation is not None:
            self.add(reading.operation)

    def keep_no_text(self, path: str, module: str, problem: Problem) -> None:
        """A module that is not UTF-8: what can be made out of it tells who would use it."""
        source = self.readings.once(_made_out, path, self.files[path], self.content)
        self.modules[module] = source
        self.digests[module] = digest_of(source)
        self.readings_of_modules[module] = replace(read_module(source, path), problem=problem)
        self.no_text[module] = problem
        (self.unreadable if _is_operation(path) else self.problems).append(problem)

    def add(self, operation: Operation) -> None:
        other = self.operations.setdefault(operation.name, operation)
        if other is not operation:
            message = f"{operation.name} is also the name of the operation in {other.file}."
            place = Place(operation.file, operation.line)
            self.problems.append(Problem("unique_operation", message, place, "Rename one of them."))

    def read_pipeline(self, path: str, name: str) -> None:
        found = self.readings.once(_read_pipeline, path, self.files[path], name, self.content)
        if isinstance(found, Problem):
            self.problems.append(found)
        else:
            self.pipelines[name] = found

    def read_settings(self) -> ProjectSettings:
        text = self.text(PROJECT_FILE) if PROJECT_FILE in self.files else None
        try:
            return read_project_settings(text) if text is not None else ProjectSettings()
        except DeepForgeError as error:
            self.problems.append(
                Problem("project_settings", error.message, Place(PROJECT_FILE), error.hint or CORRECT)
            )
            return ProjectSettings()

    def read_declared(self, settings: ProjectSettings) -> Declared | None:
        file = settings.environment or REQUIREMENTS
        if file not in self.files:
            if settings.environment:
                place = Place(PROJECT_FILE, part="environment")
                hint = did_you_mean(file, self.files) or "Write it."
                self.problems.append(Problem("project_settings", f"There is no file {file}.", place, hint))
            return None
        text = self.text(file)
        if text is None:
            return None
        declared, problems = read_requirements(text, file)
        self.problems += problems
        return declared


def _decode(path: str, content: Callable[[str], bytes]) -> str | Problem:
    data = content(path)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        return Problem("encoding", "The file is not UTF-8 text.", Place(path, line), "Save it as UTF-8.")


def _made_out(path: str, content: Callable[[str], bytes]) -> str:
    """What can be read of a file that is not UTF-8."""
    return content(path).decode("utf-8-sig", errors="replace")


def _digest(path: str, source: str) -> Digest:
    return digest_of(normalise(source))


def _read_operation(path: str, source: str) -> Reading:
    return read_operation(source, path)


def _read_module(path: str, source: str) -> ModuleReading:
    return read_module(source, path)


def _read_pipeline(path: str, name: str, content: Callable[[str], bytes]) -> PipelineReading | Problem:
    try:
        document = as_pipeline(project_files.parse_yaml(content(path), path), path)
    except DeepForgeError as error:
        return Problem("yaml", error.message, Place(path), error.hint or CORRECT)
    pipeline, problems = read_pipeline(document, name, path)
    return PipelineReading(pipeline, tuple(problems))


def _is_operation(path: str) -> bool:
    folder, _, file = path.partition("/")
    return folder == "operations" and not file.rpartition("/")[2].startswith("_")


def _pipeline_name(path: str) -> str | None:
    folder, _, file = path.partition("/")
    if folder != "pipelines" or not file.endswith((".yaml", ".yml")):
        return None
    return file.rpartition(".")[0]
