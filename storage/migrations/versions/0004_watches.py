"""Deliveries to several recipients, notes, digests, and what is remembered of each watch."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "watch_state",
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("first_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_slot", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("channel"),
    )
    op.add_column("delivery", sa.Column("kind", sa.String(), nullable=False, server_default="deals"))
    op.add_column("delivery", sa.Column("since", sa.DateTime(timezone=True), nullable=True))
    op.add_column("delivery", sa.Column("note", sa.JSON(), nullable=True))
    op.add_column("delivery", sa.Column("rendered", sa.JSON(), nullable=True))
    op.add_column("delivery", sa.Column("served", sa.JSON(), nullable=True))
    op.add_column("delivery", sa.Column("refused", sa.JSON(), nullable=True))
