"""Facts about projects, and what stands in their deepforge.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from typing import Any, Literal

from deepforge.core.errors import InvalidProject, did_you_mean
from deepforge.core.ids import ProjectId
from deepforge.core.problem import Problem
from deepforge.core.run import RunSummary

PROJECT_FILE = "deepforge.toml"


@dataclass(frozen=True)
class ProjectView:
    """One project, as a line of a list."""

    id: ProjectId
    name: str
    created: str
    pipelines: tuple[str, ...]
    last_run: RunSummary | None = None
    folder: str = ""
    """Its entry in the projects folder, which stays when the project gets another name."""
    linked: bool = False
    """Whether that is a link to a folder of the person, which is never moved or deleted."""
    removed: str | None = None
    """Since when it is hidden; None: it is there."""


@dataclass(frozen=True)
class NewProject:
    """A project to make: its name, and the template it begins as; None: empty."""

    name: str
    template: str | None = None


@dataclass(frozen=True)
class ProjectName:
    """A name for a project."""

    name: str


@dataclass(frozen=True)
class ImportedProject:
    """A project made from an archive, and what of that was left out, such as links."""

    project: ProjectView
    skipped: tuple[str, ...]


@dataclass(frozen=True)
class PortView:
    """An input or an output: its name, its annotation as written, and whether it has to be connected."""

    name: str
    annotation: str | None = None
    required: bool = False
    written: str | None = None
    """The default of an input, as Python writes it; None: it has none."""
    doc: str = ""


@dataclass(frozen=True)
class AttributeView:
    """An attribute of an operation. `default` is None as well when there is none; then `required` is true."""

    name: str
    annotation: str | None = None
    required: bool = False
    default: Any = None
    written: str | None = None
    """The default as Python writes it; None: it has none."""
    doc: str = ""
    reference: Literal["callable", "class"] | None = None
    """Which of the project's resources it takes, when it is a reference."""
    members: tuple[str, ...] = ()
    """The names it takes, when it is an enumeration of the project; its default is one of them."""
    optional: bool = False
    """Whether its annotation allows None."""


@dataclass(frozen=True)
class OperationView:
    """The interface of an operation, as it is read from its source."""

    name: str
    file: str
    form: Literal["class", "function", "built-in"]
    inputs: tuple[PortView, ...]
    outputs: tuple[PortView, ...]
    attributes: tuple[AttributeView, ...]
    doc: str = ""
    line: int = 1
    current: bool = True
    """False: the file cannot be read now, as the problems say; this is the interface it had last."""


@dataclass(frozen=True)
class NodeView:
    """One node of a pipeline. `inputs` names the output each takes, such as `digits.train_images`."""

    name: str
    operation: str
    attributes: dict[str, Any] = field(default_factory=dict)
    references: dict[str, str] = field(default_factory=dict)
    inputs: dict[str, str] = field(default_factory=dict)
    at: tuple[float, float] | None = None
    resources: dict[str, Any] = field(default_factory=dict)
    cache: bool | None = None
    bypass: bool = False
    through: dict[str, str | None] = field(default_factory=dict)
    mute: bool = False
    pin: bool = False


@dataclass(frozen=True)
class PipelineView:
    """One pipeline of a project, as it stands in its file."""

    name: str
    file: str
    nodes: tuple[NodeView, ...]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class TemplateView:
    """An example that a new project can begin as."""

    name: str
    title: str
    description: str
    shows: tuple[str, ...]
    """What one sees in it, a few words each."""
    needs: tuple[str, ...]
    """Packages that its operations import, as pip names them."""
    seconds: float | None
    """How long its pipeline took the first time, on two cores of a CPU; None: it has none."""
    pipeline: PipelineView | None
    """The pipeline to look at first, as a picture of the template."""
    pipelines: tuple[str, ...] = ()


@dataclass(frozen=True)
class ProjectDetail:
    """One project, whole. Among its operations are the built-in ones, which have no file."""

    id: ProjectId
    name: str
    pipelines: tuple[PipelineView, ...]
    operations: tuple[OperationView, ...]
    problems: tuple[Problem, ...] = ()
    description: str = ""
    folder: str = ""


@dataclass(frozen=True)
class ProjectSettings:
    """What deepforge.toml says."""

    name: str | None = None
    """None: the folder's name."""
    description: str = ""
    preload: tuple[str, ...] | None = None
    """Modules for the warm parents, in place of the setting of the installation."""
    environment: str | None = None
    """The requirements file for operations that declare nothing; None: requirements.txt, if there."""


def read_project_settings(text: str, file: str = PROJECT_FILE) -> ProjectSettings:
    """The settings in the text of a deepforge.toml. Raises InvalidProject, which names the key."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidProject(f"{file} cannot be read: {error}.", "Correct the file.") from None
    known = ("name", "description", "preload", "environment")
    for key, value in content.items():
        if key not in known:
            raise InvalidProject(
                f"{file} says {key}, which is no setting of a project.", did_you_mean(key, known)
            )
        if key == "preload":
            if not isinstance(value, list) or not all(isinstance(module, str) for module in value):
                raise InvalidProject(
                    f"{file}: preload is {value!r}.", 'Write a list of modules, such as ["numpy"].'
                )
        elif not isinstance(value, str) or (key != "description" and not value.strip()):
            raise InvalidProject(f"{file}: {key} is {value!r}.", "Write a text in quotation marks.")
    preload = content.get("preload")
    return ProjectSettings(
        name=content.get("name"),
        description=content.get("description", ""),
        preload=None if preload is None else tuple(preload),
        environment=content.get("environment"),
    )
