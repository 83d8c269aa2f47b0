"""Manners that outlive a run: when to come back to a feed or a host, and where feeds moved."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    with op.batch_alter_table("feed_state") as table:
        table.add_column(sa.Column("next_check", moment, nullable=True))
        table.add_column(sa.Column("trouble", sa.Float(), nullable=False, server_default="0"))
        table.add_column(sa.Column("not_found_times", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("disabled_at", moment, nullable=True))
        table.add_column(sa.Column("disabled_url", sa.Text(), nullable=True))
        table.add_column(sa.Column("moved_from", sa.Text(), nullable=True))
        table.add_column(sa.Column("moved_to", sa.Text(), nullable=True))
        table.add_column(sa.Column("moved_times", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("windows_missed", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "host_pause",
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("until", moment, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("host"),
    )
