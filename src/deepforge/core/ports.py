"""The edges of the house: what an adapter has to offer, each as a small protocol."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Protocol

from deepforge.core.code import (
    Completions,
    Definition,
    Diagnostic,
    Edited,
    EditRequest,
    Ground,
    Hover,
    Occurrence,
    PlaceRequest,
    SourceRequest,
)
from deepforge.core.ids import JobId, RunId
from deepforge.core.job import JobStatus, RunStatus
from deepforge.core.run import OutputFact


class Storage(Protocol):
    """Keeps named bytes. Names are relative paths with forward slashes; what is put is whole or not there.

    Every method may raise Unavailable when the storage does not answer and NoSpace when it is full. Safe for
    threads.
    """

    def put(self, name: str, source: Path) -> None:
        """Keep the bytes of a local file under a name; the same name again replaces them."""

    def open(self, name: str, offset: int = 0) -> BinaryIO:
        """Read from `offset` on; the caller closes. Raises NotFound."""

    def size(self, name: str) -> int | None:
        """Bytes kept under the name; None when there are none."""

    def delete(self, name: str) -> None:
        """Forget the name; nothing happens when it is not there."""

    def names(self, prefix: str = "") -> Iterator[str]:
        """All names that start with the prefix, in no order."""


class Compute(Protocol):
    """A place where workers run. One instance belongs to one server."""

    def start(self) -> None:
        """Bring workers up; they find the server themselves. Does nothing for those that are up."""

    def check(self) -> None:
        """Called every few seconds: bring back what died."""

    def stop(self, grace: float) -> None:
        """Let the workers give their jobs back and end, within `grace` seconds."""


class Analysis(Protocol):
    """Reads code, and never runs any of it. Safe for threads.

    Every method may raise Unavailable: looking at code may take too long, or too much memory.
    """

    def prepare(self) -> None:
        """Questions are to be expected: what takes time to begin with may begin. Waits for nothing."""

    def rewrite(self, request: EditRequest) -> Edited:
        """The source after an edit of the interface of its operation.

        Raises BadInput, UnknownName, Conflict, TooLarge.
        """

    def format(self, request: SourceRequest) -> str:
        """The source in the usual format; its line ends stay. Raises BadInput when it cannot be read."""

    def check(self, request: SourceRequest) -> tuple[Diagnostic, ...]:
        """What is wrong in the source, in the order of its lines."""

    def complete(self, ground: Ground, request: PlaceRequest) -> Completions:
        """What may be written at a place."""

    def hover(self, ground: Ground, request: PlaceRequest) -> Hover:
        """What is known about the name at a place."""

    def definition(self, ground: Ground, request: PlaceRequest) -> tuple[Definition, ...]:
        """Where the name at a place is made."""

    def references(self, ground: Ground, request: PlaceRequest) -> tuple[Occurrence, ...]:
        """Where in the source the name at a place stands, in the order of the source."""

    def close(self) -> None:
        """End whatever runs for it."""


class Ledger(Protocol):
    """What the scheduler needs to know and have done, inside one transaction."""

    def load(self, run: RunId) -> RunStatus:
        """Where the run stands. Raises NotFound."""

    def save(self, before: RunStatus | None, after: RunStatus) -> None:
        """Keep what changed between the two (everything when `before` is None), and tell who watches."""

    def look_up(self, run: RunStatus, job: JobStatus) -> tuple[tuple[OutputFact, ...] | None, str]:
        """The cached outputs of a job whose inputs are there, or None; and why."""

    def perform(self, run: RunStatus, job: JobStatus) -> tuple[tuple[OutputFact, ...], str, bool]:
        """Do a built-in operation: its outputs, the reason to show, and whether all was as it is.

        Raises DeepForgeError when it cannot be done; the job then fails with it.
        """

    def remember(self, run: RunStatus, job: JobStatus) -> None:
        """Enter a job's outputs into the cache."""

    def enqueue(self, run: RunStatus, job: JobStatus) -> None:
        """Offer the job to workers."""

    def withdraw(self, job: JobId) -> None:
        """No longer offer it."""

    def stop(self, job: JobId, fence: int) -> None:
        """Have the worker end the attempt."""

    def now(self) -> str:
        """The database's clock: UTC, ISO 8601, milliseconds, `Z`."""
