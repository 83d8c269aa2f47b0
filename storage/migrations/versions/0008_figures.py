"""What the dashboard counts from: which deals changed, their countries, the rules that made them; decided aliases.

`browse_deal.version` lets a reader who counted before look only at what changed since: on SQLite, where one writes at
a time, a number that grows; on PostgreSQL the transaction that wrote. The indices of 0007 over deals served counting
in SQL, which is done in memory now.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def _stored_stems() -> None:
    """Stems are kept beside the texts: made anew for each text looked at, a word in many of them took seconds.

    The index over those of articles is 0009's. Databases that were brought here before have one of this version.
    """
    op.execute("SET LOCAL maintenance_work_mem = '256MB'")  # `article` is written anew, with all its indices
    op.execute("DROP INDEX IF EXISTS browse_article_gin")
    op.execute("DROP INDEX browse_words_gin")
    for table, words in (("article", "title || ' ' || text"), ("browse_words", "words")):
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN browse_stems tsvector GENERATED ALWAYS AS (browse_vector({words})) STORED"
        )
    op.execute("CREATE INDEX browse_words_gin ON browse_words USING gin (browse_stems)")


def upgrade() -> None:
    op.create_table(
        "browse_deal",
        sa.Column("deal_id", sa.String(), sa.ForeignKey("deal.id"), primary_key=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("country", sa.String(), nullable=True),  # as told beside the company's name
    )
    op.create_index("browse_deal_version", "browse_deal", ["version"])
    op.create_table(
        "browse_rule",
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("deal_id", sa.String(), sa.ForeignKey("deal.id"), nullable=False),
        sa.Column("mentions", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("deal_id", "rule"),
    )
    op.create_table(
        "company_country",
        sa.Column("company_key", sa.String(), primary_key=True),
        sa.Column("country", sa.String(), nullable=False),
    )
    op.create_table(
        "alias_decision",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("alias_key", sa.String(), nullable=False),
        sa.Column("alias", sa.Text(), nullable=False),
        sa.Column("main_key", sa.String(), nullable=False),
        sa.Column("main", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_by", sa.Text(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
    )
    if op.get_bind().dialect.name == "postgresql":
        _stored_stems()
    for name in ("day", "euros", "company"):
        op.execute(f"DROP INDEX browse_deal_{name}")
    op.execute("INSERT INTO browse_deal (deal_id, version) SELECT id, 1 FROM deal")
    each = (
        "json_each(mention.rules) AS told"
        if op.get_bind().dialect.name == "sqlite"
        else "json_array_elements_text(mention.rules) AS told(value)"
    )
    op.execute(
        "INSERT INTO browse_rule (rule, deal_id, mentions) "  # noqa: S608 - our own names
        f"SELECT told.value, deal_id, count(DISTINCT mention.id) FROM mention CROSS JOIN {each} "
        "WHERE deal_id IS NOT NULL GROUP BY told.value, deal_id"
    )
