"""All errors a person can meet, as one tree.

    DeepForgeError
    ├── BadInput              what was given cannot be used
    │   ├── InvalidProject    a project folder, or a file in it, cannot be read
    │   ├── InvalidPipeline   carries all problems that validation found
    │   ├── InvalidSetting    a setting has an unusable value
    │   └── UnknownName       nothing has that name (with the nearest names)
    ├── NotFound              there is no such thing, or no right to see it
    ├── Conflict              it is not possible in the present state
    │   ├── LeaseLost         a newer attempt holds the job
    │   ├── WrongOffset       bytes of an upload came that are not the next
    │   ├── AlreadyRunning    another server owns the data directory
    │   └── PortTaken         another program listens on the port
    ├── Unauthenticated       nobody proved who is asking
    ├── Forbidden             who is asking may not do this
    ├── TooLarge              more than the limit that is named
    ├── Unavailable           a part outside this process does not answer
    │   ├── ServerUnreachable the server does not answer
    │   ├── AdapterMissing    a plug is not installed
    │   └── NoSpace           the disk is full
    └── Damaged               bytes that were kept are not what was written
        ├── BlobDamaged       a blob is gone, or its digest does not fit
        └── DataDirectoryDamaged  a file of the data directory cannot be read

Every error says what happened and where (`message`) and what to do next (`hint`); `code` is stable and goes
over the wire. The server maps classes to HTTP in one table; the client raises the same classes again.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from deepforge.core.problem import Problem


class DeepForgeError(Exception):
    """Something went wrong that a person can do something about."""

    code: ClassVar[str] = "error"

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n{self.hint}" if self.hint else self.message


class BadInput(DeepForgeError):
    """What was given cannot be used."""

    code = "bad_input"


class InvalidProject(BadInput):
    """A project folder, or a file in it, cannot be read."""

    code = "invalid_project"


class InvalidPipeline(BadInput):
    """A pipeline breaks rules; all of them are in `problems`."""

    code = "invalid_pipeline"

    def __init__(self, message: str, hint: str | None = None, problems: Iterable[Problem] = ()) -> None:
        super().__init__(message, hint)
        self.problems = tuple(problems)


class InvalidSetting(BadInput):
    """A setting has an unusable value."""

    code = "invalid_setting"


class UnknownName(BadInput):
    """Nothing has that name."""

    code = "unknown_name"


class NotFound(DeepForgeError):
    """There is no such thing, or no right to see it."""

    code = "not_found"


class Conflict(DeepForgeError):
    """It is not possible in the present state."""

    code = "conflict"


class LeaseLost(Conflict):
    """A newer attempt holds the job; what the older one says no longer counts."""

    code = "lease_lost"


class WrongOffset(Conflict):
    """Bytes of an upload came that are not the next; `received` says how many are there."""

    code = "wrong_offset"

    def __init__(self, message: str, hint: str | None = None, received: int = 0) -> None:
        super().__init__(message, hint)
        self.received = received


class AlreadyRunning(Conflict):
    """Another server owns the data directory."""

    code = "already_running"


class PortTaken(Conflict):
    """Another program listens on the port."""

    code = "port_taken"


class Unauthenticated(DeepForgeError):
    """Nobody proved who is asking."""

    code = "unauthenticated"


class Forbidden(DeepForgeError):
    """Who is asking may not do this."""

    code = "forbidden"


class TooLarge(DeepForgeError):
    """More than the limit that the message names."""

    code = "too_large"


class Unavailable(DeepForgeError):
    """A part outside this process does not answer."""

    code = "unavailable"


class ServerUnreachable(Unavailable):
    """The server does not answer."""

    code = "server_unreachable"


class AdapterMissing(Unavailable):
    """A plug is not installed; the hint says what to install."""

    code = "adapter_missing"


class NoSpace(Unavailable):
    """The disk is full."""

    code = "no_space"


class Damaged(DeepForgeError):
    """Bytes that were kept are not what was written."""

    code = "damaged"


class BlobDamaged(Damaged):
    """A blob is gone, or its digest does not fit."""

    code = "blob_damaged"


class DataDirectoryDamaged(Damaged):
    """A file of the data directory cannot be read."""

    code = "data_directory_damaged"


def nearest(name: str, known: Iterable[str]) -> list[str]:
    """The known names that are nearest to a name; none when none is near."""
    choices = sorted(set(known))
    near = get_close_matches(name, choices, n=3, cutoff=0.6)
    if not near:
        folded = {choice.casefold(): choice for choice in choices}
        near = [folded[match] for match in get_close_matches(name.casefold(), folded, n=3, cutoff=0.6)]
    return near


def did_you_mean(name: str, known: Iterable[str]) -> str | None:
    """A hint that names the nearest known names, or all of them when they are few; None when there are none.

    >>> did_you_mean("Trian", ["Train", "Test"])
    'Did you mean Train?'
    """
    choices = sorted(set(known))
    near = nearest(name, choices)
    if near:
        return f"Did you mean {' or '.join(near)}?"
    if not choices:
        return None
    shown = ", ".join(choices[:8])
    return f"There is {shown}." if len(choices) <= 8 else f"There are {len(choices)}, among them {shown}."


def error_classes() -> dict[str, type[DeepForgeError]]:
    """Every class of the tree by its code, for raising again what came over the wire."""
    classes: dict[str, type[DeepForgeError]] = {}
    waiting: list[type[DeepForgeError]] = [DeepForgeError]
    while waiting:
        found = waiting.pop()
        classes[found.code] = found
        waiting.extend(found.__subclasses__())
    return classes
