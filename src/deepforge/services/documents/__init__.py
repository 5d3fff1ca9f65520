"""Live documents: the files of a project that several people edit at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deepforge.core.document_history import Edit
from deepforge.core.errors import BadInput
from deepforge.core.ids import ProjectId
from deepforge.core.user import Caller
from deepforge.services.documents.room import Member, Room
from deepforge.services.documents.rooms import Rooms
from deepforge.store import documents, users

if TYPE_CHECKING:
    from deepforge.services.house import House

__all__ = ["Member", "Room", "Rooms", "edits", "flush"]

MOST_EDITS = 500


def flush(house: House, project: ProjectId) -> None:
    """Have the files of a project say what its open documents say.

    Raises InvalidProject, TooLarge, Unavailable, NoSpace.
    """
    house.documents.flush(project)


def edits(
    house: House, caller: Caller, project: ProjectId, *, path: str | None = None, limit: int = 50
) -> tuple[Edit, ...]:
    """Who changed the files of a project, in the editor or outside of it, the newest first.

    Raises BadInput.
    """
    if not 0 < limit <= MOST_EDITS:
        raise BadInput(f"limit is {limit}.", f"It may be 1 to {MOST_EDITS}.")
    with house.database.read() as connection:
        found = documents.edits(connection, project, path, limit)
        names = {}
        for author in {record.author for record in found if record.author is not None}:
            person = users.find(connection, author)
            names[author] = person.name if person else None
    return tuple(
        Edit(
            path=record.path,
            author=record.author,
            name=names.get(record.author) if record.author else None,
            started=record.started,
            ended=record.ended,
            updates=record.updates,
        )
        for record in found
    )
