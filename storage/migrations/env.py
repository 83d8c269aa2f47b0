"""What Alembic runs: the migrations, on the connection and inside the transaction that `migrate` opened."""

from __future__ import annotations

from alembic import context
from sqlmodel import SQLModel

from storage import backfill_tables, deal_tables, tables  # noqa: F401 - their import fills the metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=SQLModel.metadata, render_as_batch=True
)
with context.begin_transaction():
    context.run_migrations()
