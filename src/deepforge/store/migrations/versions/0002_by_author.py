"""List runs by who started them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one version up."""
    for columns in (["project_id", "author_id", "id"], ["author_id", "id"]):
        op.create_index(
            f"ix_runs_{'_'.join(columns)}",
            "runs",
            columns,
            unique=False,
            sqlite_where=sa.text("removed IS NULL"),
            postgresql_where=sa.text("removed IS NULL"),
        )


def downgrade() -> None:
    """Go one version down."""
    op.drop_index("ix_runs_author_id_id", "runs")
    op.drop_index("ix_runs_project_id_author_id_id", "runs")
