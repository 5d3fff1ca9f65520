"""Projects that were deleted: hidden first, so that it can be taken back, and gone for good after a day."""

from __future__ import annotations

from pathlib import Path

from deepforge.core.errors import Conflict, NotFound
from deepforge.core.ids import ProjectId
from deepforge.core.moment import moment
from deepforge.core.project import ProjectView
from deepforge.core.project_name import free_name
from deepforge.core.user import Caller
from deepforge.services.house import House
from deepforge.services.projects import known_project, tell, view
from deepforge.store import database, project_folders, projects
from deepforge.store.projects import ProjectRecord

KEPT_SECONDS = 24 * 3600.0
"""For how long a deleted project can be restored."""


def listing(house: House, caller: Caller) -> tuple[ProjectView, ...]:
    """The projects that can be restored, the last deleted first."""
    with house.database.read() as connection:
        hidden = projects.removed(connection)
    return tuple(
        ProjectView(
            record.id,
            record.name,
            record.created,
            (),
            folder=record.folder,
            linked=(house.data.projects / record.folder).is_symlink(),
            removed=record.removed,
        )
        for record in hidden
    )


def remove(house: House, caller: Caller, project: ProjectId) -> None:
    """Hide a project and put its folder aside; of one that is linked, only the link.

    Raises NotFound, Conflict while runs of it go on.
    """
    with _Moves(house.data.projects) as moves, house.writing() as ledger:
        record = known_project(ledger.connection, project)
        going = projects.runs_of(ledger.connection, project, active=True)
        if going:
            one = len(going) == 1
            raise Conflict(
                f"{'A run' if one else f'{len(going)} runs'} of {record.name} {'goes' if one else 'go'} on.",
                f"Stop {'it' if one else 'them'} first: deepforge runs stop {' '.join(going[:5])}",
            )
        place = project_folders.put_aside(house.data.projects, record.folder, project)
        moves.done(record.folder, place)
        projects.hide(ledger.connection, project, place, ledger.at)
        tell(ledger, project, "removed", {"name": record.name})


def restore(house: House, caller: Caller, project: ProjectId) -> ProjectView:
    """Bring a hidden project back, with a number behind its name when another has that now.

    Raises NotFound.
    """
    with _Moves(house.data.projects) as moves, house.writing() as ledger:
        record = projects.find_removed(ledger.connection, project)
        if record is None:
            if projects.find(ledger.connection, project) is not None:
                raise Conflict("The project is there.", "There is nothing to restore.")
            raise NotFound(
                f"There is no deleted project {project}.",
                "Deleted projects are kept for a day; this one may be gone for good.",
            )
        name = free_name(record.name, (known.name for known in projects.every(ledger.connection)))
        entry = project_folders.take_back(house.data.projects, record.folder)
        moves.done(record.folder, entry)
        projects.bring_back(ledger.connection, project, name, entry, ledger.at)
        tell(ledger, project, "restored", {"name": name})
    return view(house, caller, project)


class _Moves:
    """Moves a folder back when the transaction around it fails, at its end too."""

    def __init__(self, projects: Path) -> None:
        self._projects = projects
        self._moved: tuple[str, str] | None = None

    def done(self, before: str, after: str) -> None:
        """Note where a folder was and where it is."""
        self._moved = before, after

    def __enter__(self) -> _Moves:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: object) -> None:
        if error is not None and self._moved is not None:
            project_folders.move_back(self._projects, *self._moved)


def collect(house: House, kept_seconds: float = KEPT_SECONDS) -> int:
    """Remove for good what was hidden for so long; gives how many projects that were. Called now and then."""
    with house.database.read() as connection:
        old = projects.removed(connection, moment(database.seconds(connection) - kept_seconds))
    for record in old:
        _forget(house, record)
    return len(old)


def _forget(house: House, record: ProjectRecord) -> None:
    with house.writing() as ledger:
        if projects.find_removed(ledger.connection, record.id) is None:
            return  # restored meanwhile
        for run in projects.runs_of(ledger.connection, record.id):
            ledger.memory.drop(run)
        projects.forget(ledger.connection, record.id)
        ledger.tell("projects", None, "gone", {"id": record.id})
    project_folders.remove_for_good(house.data.projects, record.folder)
    house.histories.forget(record.id)
    house.interfaces.forget(record.id)
