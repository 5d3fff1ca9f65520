"""Projects as rows."""

from __future__ import annotations

from deepforge.core.ids import ProjectId
from deepforge.store import projects
from deepforge.store.database import Database
from deepforge.store.projects import ProjectRecord
from deepforge.store.users import first_user
from tests.store.seed import AT


def test_projects_are_found_by_id_and_listed_by_name(database: Database) -> None:
    with database.write() as connection:
        author = first_user(connection).id
        digits = ProjectRecord(ProjectId("D" * 26), "digits", "digits", author, AT)
        basics = ProjectRecord(ProjectId("E" * 26), "basics", "basics", author, AT)
        for record in (digits, basics):
            projects.add(connection, record)
        assert projects.find(connection, digits.id) == digits
        assert projects.find(connection, ProjectId("0" * 26)) is None
        assert projects.every(connection) == [basics, digits]
