"""What can happen to a run, and what its state machine asks for: the words of `core.job`."""

from __future__ import annotations

from dataclasses import dataclass

from deepforge.core.ids import JobId, WorkerId
from deepforge.core.run import Failure, OutputFact

# Events


@dataclass(frozen=True)
class Submitted:
    """The run was recorded."""

    at: str


@dataclass(frozen=True)
class Judged:
    """The answer to `LookUp`: the outputs, or None when the job has to run; the reason either way."""

    job: JobId
    outputs: tuple[OutputFact, ...] | None
    reason: str
    at: str


@dataclass(frozen=True)
class Performed:
    """The answer to `Perform`: a built-in operation is done. `cached`: it found everything as it was."""

    job: JobId
    outputs: tuple[OutputFact, ...]
    reason: str
    at: str
    cached: bool = True


@dataclass(frozen=True)
class Leased:
    """A worker took the job; this raises the fencing number."""

    job: JobId
    worker: WorkerId
    at: str


@dataclass(frozen=True)
class Heard:
    """The worker says that it still holds the attempt."""

    job: JobId
    fence: int
    worker: WorkerId
    at: str


@dataclass(frozen=True)
class Lost:
    """The lease ran out: the worker is unreachable, which is not a failure of the job."""

    job: JobId
    fence: int
    at: str


@dataclass(frozen=True)
class Interrupted:
    """The worker gave the job back in good order, because it is shutting down.

    `begun`: whether it may have run there; else the worker just had no room for it after all.
    """

    job: JobId
    fence: int
    at: str
    begun: bool = True


@dataclass(frozen=True)
class Succeeded:
    """The attempt ended well and its outputs are published."""

    job: JobId
    fence: int
    outputs: tuple[OutputFact, ...]
    at: str


@dataclass(frozen=True)
class Failed:
    """The attempt ended badly; for a built-in operation the fence is 0."""

    job: JobId
    fence: int
    failure: Failure
    at: str


@dataclass(frozen=True)
class Stopped:
    """The processes of an attempt that was to be stopped have ended."""

    job: JobId
    fence: int
    at: str


@dataclass(frozen=True)
class CancelAsked:
    """A person wants the run to end."""

    at: str


Event = (
    Submitted
    | Judged
    | Performed
    | Leased
    | Heard
    | Lost
    | Interrupted
    | Succeeded
    | Failed
    | Stopped
    | CancelAsked
)


# Instructions


@dataclass(frozen=True)
class LookUp:
    """Find out whether the job has to run; answer with `Judged`."""

    job: JobId


@dataclass(frozen=True)
class Perform:
    """Do a built-in operation; answer with `Performed` or `Failed`."""

    job: JobId


@dataclass(frozen=True)
class Enqueue:
    """Offer the job to workers."""

    job: JobId


@dataclass(frozen=True)
class Withdraw:
    """No longer offer the job to workers."""

    job: JobId


@dataclass(frozen=True)
class Stop:
    """Tell the worker to end the processes of the attempt."""

    job: JobId
    fence: int


@dataclass(frozen=True)
class Remember:
    """Enter the job's outputs into the cache."""

    job: JobId


@dataclass(frozen=True)
class Refuse:
    """The event came from an attempt that no longer counts."""

    job: JobId
    fence: int


Instruction = LookUp | Perform | Enqueue | Withdraw | Stop | Remember | Refuse
