"""What Alembic runs to apply revisions: on the connection, and in the transaction, of whoever asks."""

from __future__ import annotations

from alembic import context

from deepforge.store.tables import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True, compare_type=True)
context.run_migrations()
