"""Skip runs in the order of a metric without reading rows: the index of the values has the run, too."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_INDEXES = (["project_id", "name", "value"], ["name", "value"])


def upgrade() -> None:
    """Go one version up."""
    for columns in _INDEXES:
        op.drop_index(_name(columns), "last_values")
        op.create_index(_name([*columns, "run_id"]), "last_values", [*columns, "run_id"], unique=False)


def downgrade() -> None:
    """Go one version down."""
    for columns in _INDEXES:
        op.drop_index(_name([*columns, "run_id"]), "last_values")
        op.create_index(_name(columns), "last_values", columns, unique=False)


def _name(columns: list[str]) -> str:
    return f"ix_last_values_{'_'.join(columns)}"
