"""What a worker and the server say to each other: commands go down, the journal comes up.

Over the wire these are MessagePack (msgspec), because journals are bytes. One exchange does everything: it
ships the stretches of journals and logs that the server has not committed yet, tells which attempts the
worker holds (that is the heartbeat), says what is free, and answers with receipts, new leases and attempts to
stop.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from deepforge.core.environment import Declared, Interpreter
from deepforge.core.ids import Digest, JobId, ProjectId, RunId, WorkerId
from deepforge.core.preview import PreviewAnswer, PreviewAsk
from deepforge.core.resources import MODEST, Machine, Resources


@dataclass(frozen=True)
class Hello:
    """A worker introduces itself. `identity` outlasts restarts; `incarnation` is new with each process."""

    identity: WorkerId
    incarnation: str
    name: str
    machine: Machine
    interpreter: Interpreter
    slots: int
    """How many jobs it runs at once."""
    version: str
    shares_blobs: bool = False
    """Whether its blob directory is the server's own, so that nothing has to be sent."""


@dataclass(frozen=True)
class Welcome:
    """The server's answer: the intervals to keep, in seconds."""

    worker: WorkerId
    heartbeat: float
    lease: float


@dataclass(frozen=True)
class Held:
    """An attempt, named by its job and its fencing number."""

    job: JobId
    fence: int


@dataclass(frozen=True)
class Shipment:
    """The next stretch of an attempt's journal and log, each from the offset the server has committed."""

    job: JobId
    fence: int
    journal_offset: int
    journal: bytes
    log_offset: int
    log: bytes
    final: bool = False
    """Nothing follows: the journal ends with its last record and the log is whole."""


@dataclass(frozen=True)
class Receipt:
    """How far the server has committed an attempt.

    `fenced`: a newer attempt holds the job, so stop and forget it. `settled`: the server has everything, so
    the folder may go.
    """

    job: JobId
    fence: int
    journal_offset: int
    log_offset: int
    status: Literal["ok", "fenced", "settled"] = "ok"


@dataclass(frozen=True)
class InputSpec:
    """An input of a job: the bytes to load and how."""

    digest: Digest
    size: int
    type: str
    codec: str


@dataclass(frozen=True)
class JobSpec:
    """Everything a worker needs to run a job."""

    name: str
    """The node's name in the pipeline."""
    operation: str
    module: str
    """The module of the operation inside the project, such as `operations.train`."""
    form: Literal["class", "function"]
    attributes: dict[str, Any]
    inputs: dict[str, InputSpec | None]
    """By parameter name, in the order of the call; None where nothing is connected."""
    outputs: tuple[str, ...]
    snapshot: Digest
    """The manifest of the project's files; each file is a blob."""
    references: dict[str, str] = field(default_factory=dict)
    """By attribute the import path, inside the project, of the class or function that is given for it."""
    enumerations: dict[str, str] = field(default_factory=dict)
    """By attribute the import path of the enumeration of which its value names a member."""
    imports: tuple[str, ...] = ()
    """Top-level modules that the operation and what it reaches import, for the warm parent."""
    preload: tuple[str, ...] | None = None
    """The modules that the project wants imported beforehand where they are named; None: the worker's
    setting.
    """
    environment: Declared | None = None
    """None: the interpreter the worker runs in."""
    resources: Resources = MODEST


@dataclass(frozen=True)
class Lease:
    """A job given to a worker under a fencing number."""

    job: JobId
    fence: int
    run: RunId
    project: ProjectId
    spec: JobSpec


@dataclass(frozen=True)
class Ahead:
    """Room for jobs that are to be at the worker when those that run there have ended, in a moment."""

    operations: tuple[str, ...]
    """Only of these, as `module.name`: their jobs were short so far."""
    slots: int
    free: Resources


@dataclass(frozen=True)
class Exchange:
    """What a worker says."""

    incarnation: str
    shipments: tuple[Shipment, ...] = ()
    holding: tuple[Held, ...] = ()
    free_slots: int = 0
    free: Resources | None = None
    """What is left of the machine; None when no job is wanted."""
    ahead: Ahead | None = None
    locks: dict[str, str] = field(default_factory=dict)
    """Environments resolved since the last exchange: digest of what was declared → digest of the lock."""
    previews: tuple[PreviewAnswer, ...] = ()
    """Previews that were asked for and are made, or could not be."""
    preview_slots: int = 0
    """How many more previews the worker will make now."""
    wait: float = 0.0
    """Seconds the server may hold the answer back until there is something to say."""


@dataclass(frozen=True)
class Orders:
    """What the server answers."""

    receipts: tuple[Receipt, ...] = ()
    leases: tuple[Lease, ...] = ()
    stop: tuple[Held, ...] = ()
    """Attempts whose run was canceled."""
    previews: tuple[PreviewAsk, ...] = ()
    """Previews to make; the same one again is the same."""
