"""Endings: what a journal says of how an attempt ended, and what that means for the run."""

from __future__ import annotations

import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from deepforge.core.event import Event, Failed, Interrupted, Lost, Stopped, Succeeded
from deepforge.core.ids import JobId
from deepforge.core.resources import Resources
from deepforge.core.run import Failure, OutputFact


@dataclass(frozen=True)
class Exit:
    """How the process ended, as whoever waited for it saw. `reason` says what ended it, when somebody did."""

    code: int | None = None
    signal: int | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Ending:
    """What the journal said so far: an error that was raised, whether a result was returned, how the
    process ended.
    """

    error: Failure | None = None
    result: bool = False
    exit: Exit | None = None


@dataclass(frozen=True)
class Published:
    """The last record: what of the results was stored, or why it could not be."""

    outputs: tuple[OutputFact, ...] = ()
    failure: Failure | None = None


def verdict(
    job: JobId,
    fence: int,
    ending: Ending,
    published: Published,
    expected: Sequence[str],
    is_there: Callable[[OutputFact], bool],
    asked: Resources,
    at: str,
) -> Event:
    """The event that an attempt ends with.

    `expected` names the outputs the operation has, `is_there` tells whether the bytes of one have arrived,
    `asked` is what the job had asked for.
    """
    left = ending.exit or Exit(reason="lost")
    if left.reason == "canceled":
        return Stopped(job, fence, at)
    if left.reason in ("interrupted", "returned"):
        return Interrupted(job, fence, at, begun=left.reason == "interrupted")
    if left.reason == "lost" and not ending.result and not ending.error:
        return Lost(job, fence, at)
    failure = (
        _why_it_failed(ending, left, asked)
        or published.failure
        or _what_is_missing(published, expected, is_there)
    )
    if failure is not None:
        return Failed(job, fence, failure, at)
    return Succeeded(job, fence, published.outputs, at)


def damaged(job: JobId, fence: int, what: str, at: str) -> Failed:
    """The event of an attempt whose journal cannot be read any further."""
    failure = Failure(
        "JournalDamaged",
        f"The journal of this job is damaged: {what}. What it said before is kept; the rest is not known.",
        hint="Look at the disk of the worker's machine, then run the pipeline again.",
    )
    return Failed(job, fence, failure, at)


def _ended_by(reason: str | None, asked: Resources) -> Failure | None:
    """The failure of a job that was ended for a limit; None when it was not."""
    match reason:
        case "timeout":
            limit = f" its timeout of {asked.timeout:g} s" if asked.timeout else " it may"
            return Failure(
                "TimedOut",
                f"The job ran longer than{limit}.",
                hint="Raise `timeout` in the resources of the operation or of the node.",
            )
        case "memory":
            return Failure(
                "OutOfMemory",
                f"The job used more than the {asked.memory / 1e6:,.0f} MB of memory that it asked for.",
                hint="Raise `memory` in the resources of the operation or of the node.",
            )
        case "oom":
            return Failure(
                "OutOfMemory",
                "The machine ran out of memory, and its kernel ended the job.",
                hint="Use less at once, or run fewer jobs at the same time on this machine.",
            )
    return None


def _why_it_failed(ending: Ending, left: Exit, asked: Resources) -> Failure | None:
    limit = _ended_by(left.reason, asked)
    if limit is not None:
        return limit
    if ending.error is not None:
        return ending.error
    if left.signal:
        return Failure("Killed", f"killed by signal {left.signal} ({_name_of(left.signal)})")
    if left.code:
        return Failure("SystemExit", f"exited with code {left.code}")
    if not ending.result:
        return Failure(
            "SystemExit",
            "exited before it returned",
            hint="An operation has to return; do not call sys.exit() or os._exit() in it.",
        )
    return None


def _what_is_missing(
    published: Published, expected: Sequence[str], is_there: Callable[[OutputFact], bool]
) -> Failure | None:
    names = [fact.name for fact in published.outputs]
    if names != list(expected):
        return Failure(
            "WrongOutputs",
            f"The job gave {', '.join(names) or 'nothing'} where its operation has "
            f"{', '.join(expected) or 'no outputs'}.",
        )
    gone = [fact.name for fact in published.outputs if not is_there(fact)]
    if gone:
        return Failure(
            "BlobMissing",
            f"The bytes of {', '.join(gone)} did not arrive with the worker's word that they are stored.",
            hint="Run the pipeline again; if it stays so, look at the worker's log.",
        )
    return None


def _name_of(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return "unknown"
