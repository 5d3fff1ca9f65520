"""Company: who is in a document, and what each of them shows the others.

Nothing of it is kept. A tab speaks for itself alone: the states it sends are those of the ids it came with,
and they carry the id of the account that is signed in, whatever it says.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from deepforge.core.ids import ProjectId, UserId
from deepforge.services.documents.wire import awareness_message, read_awareness

LARGEST_STATE = 65_536
"""Bytes of an awareness message."""
MOST_TABS = 4
"""Ids that one connection may speak for; a page that is loaded anew has another one."""


@dataclass(eq=False)
class Guest:
    """One connection, as the others of its company know it."""

    user: UserId
    tell: Callable[[bytes], None]
    states: dict[int, tuple[int, Any]] = field(default_factory=dict)
    """Its tabs: the clock and the state of each."""


class Company:
    """Those who have one document open. Belongs to one event loop."""

    def __init__(self) -> None:
        self.guests: set[Guest] = set()

    def join(self, guest: Guest) -> None:
        """Let somebody in, and tell who is here."""
        here = self._states()
        self.guests.add(guest)
        if here:
            guest.tell(awareness_message(here))

    def leave(self, guest: Guest) -> None:
        """Let somebody go, and tell the others.

        The clock stays where it is: a tab that comes back goes on behind it, and is seen at once.
        """
        self.guests.discard(guest)
        gone = [(client, clock, None) for client, (clock, state) in guest.states.items() if state is not None]
        if gone:
            self._tell(awareness_message(gone), but=guest)

    def take(self, guest: Guest, message: bytes) -> None:
        """Pass on what somebody shows. Raises BadMessage."""
        told = []
        for client, clock, state in read_awareness(message):
            if not self._is_its_own(guest, client) or clock < guest.states.get(client, (0, None))[0]:
                continue
            shown = _signed(state, guest.user)
            guest.states[client] = (clock, shown)
            told.append((client, clock, shown))
        if told:
            self._tell(awareness_message(told), but=guest)

    def tell_all(self, guest: Guest) -> None:
        """Answer who asks who is here."""
        guest.tell(awareness_message(self._states()))

    def _is_its_own(self, guest: Guest, client: int) -> bool:
        if client in guest.states:
            return True
        taken = any(client in other.states for other in self.guests if other is not guest)
        return not taken and len(guest.states) < MOST_TABS

    def _states(self) -> list[tuple[int, int, Any]]:
        return [
            (client, clock, state)
            for guest in self.guests
            for client, (clock, state) in guest.states.items()
            if state is not None
        ]

    def _tell(self, message: bytes, but: Guest) -> None:
        for guest in self.guests:
            if guest is not but:
                guest.tell(message)


@dataclass
class Companies:
    """The companies of all documents that are open, by project and path."""

    open: dict[tuple[ProjectId, str], Company] = field(default_factory=dict)

    def at(self, project: ProjectId, path: str) -> Company:
        """The company of a document."""
        return self.open.setdefault((project, path), Company())

    def leave(self, project: ProjectId, path: str, guest: Guest) -> None:
        """Let somebody go; the last one closes the door."""
        company = self.at(project, path)
        company.leave(guest)
        if not company.guests:
            del self.open[project, path]


def _signed(state: Any, user: UserId) -> Any:
    """A state that names the account it comes from, if it names anybody."""
    if not isinstance(state, dict):
        return None
    known = state.get("user")
    if isinstance(known, dict):
        return state | {"user": known | {"id": user}}
    return {key: value for key, value in state.items() if key != "user"}
