"""Reviewed aliases, ids that come from the first telling of a deal, an index of the redirecting deals only.

Deals that exist keep their ids: the first telling of each takes the deal's id for its own.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# "First" as in storage.deal_ids, where names are compared byte by byte.
_FIRST_TELLINGS = """
UPDATE mention SET own_id = deal_id WHERE id IN (
    SELECT id FROM (
        SELECT mention.id AS id, ROW_NUMBER() OVER (
            PARTITION BY mention.deal_id
            ORDER BY article.first_seen, COALESCE(article.published, DATE(article.first_seen)),
                article.canonical_url {bytewise}, mention.position
        ) AS place
        FROM mention JOIN article ON article.id = mention.article_id
        WHERE mention.deal_id IS NOT NULL
    ) AS told WHERE place = 1
)
"""


def upgrade() -> None:
    op.create_table(
        "alias",
        sa.Column("alias_key", sa.String(), nullable=False),
        sa.Column("main_key", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("alias_key"),
    )
    op.add_column("mention", sa.Column("own_id", sa.String(), nullable=True))
    bytewise = 'COLLATE "C"' if op.get_bind().dialect.name == "postgresql" else ""
    op.execute(_FIRST_TELLINGS.format(bytewise=bytewise))
    redirecting = sa.text("redirect_to IS NOT NULL")
    op.drop_index("deal_by_redirect", "deal")
    op.create_index("deal_by_redirect", "deal", ["redirect_to"], sqlite_where=redirecting, postgresql_where=redirecting)
