"""What people look for in the dashboard: names and words of deals, words of articles, and orders to list deals in.

Everything is called `browse_…`. On SQLite the words are FTS5 tables that triggers keep: a later migration that
rebuilds `article` or `browse_words` under the same name must create their triggers again.
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel import Session

from storage.aliases import applied_aliases
from storage.browse_index import index_names

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# As `storage.browse.SHOWN` has it: SQLite takes a partial index only for the very same terms.
SHOWN = "redirect_to IS NULL AND mention_count > 0 AND NOT rejected AND role = 'news' AND ai AND NOT cumulative"
ACCENTED = "àâäáãåçéèêëíìîïñóòôöõúùûüýÿ"
PLAIN = "aaaaaaceeeeiiiinooooouuuuyy"
CHUNK = 500


def upgrade() -> None:
    op.create_table(
        "browse_name",
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("deal_id", sa.String(), sa.ForeignKey("deal.id"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("role", "key", "deal_id"),
    )
    op.create_index("browse_name_by_deal", "browse_name", ["deal_id", "role"])
    op.create_table(
        "browse_words",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("deal_id", sa.String(), sa.ForeignKey("deal.id"), nullable=False, unique=True),
        sa.Column("words", sa.Text(), nullable=False),
    )
    for name, columns in (
        # All that a count looks at, so that it need not look at the deals themselves.
        ("day", "day, id, kind, status, round, amount_eur, redirect_to, mention_count, rejected, role, ai, cumulative"),
        ("euros", "(coalesce(amount_eur, -1)), id"),
        ("company", "company_key, id"),
    ):
        op.execute(f"CREATE INDEX browse_deal_{name} ON deal ({columns}) WHERE {SHOWN}")
    op.execute("CREATE INDEX browse_article_state ON article (state, id)")
    op.execute("CREATE INDEX browse_article_outlet ON article (outlet, id)")
    if op.get_bind().dialect.name == "sqlite":
        _sqlite("article", ("title", "text"))
        _sqlite("browse_words", ("words",))
    else:
        _postgresql()
    _index_what_is_there()


def _sqlite(table: str, columns: tuple[str, ...]) -> None:
    fts = "browse_article_fts" if table == "article" else "browse_words_fts"
    names = ", ".join(columns)
    new, old = (", ".join(f"{row}.{column}" for column in columns) for row in ("new", "old"))
    op.execute(
        f"CREATE VIRTUAL TABLE {fts} USING fts5({names}, content='{table}', content_rowid='id', "
        "detail='none', tokenize='unicode61 remove_diacritics 2')"
    )
    add = f"INSERT INTO {fts}(rowid, {names}) VALUES (new.id, {new});"
    drop = f"INSERT INTO {fts}({fts}, rowid, {names}) VALUES ('delete', old.id, {old});"
    op.execute(f"CREATE TRIGGER {fts}_in AFTER INSERT ON {table} BEGIN {add} END")
    op.execute(f"CREATE TRIGGER {fts}_out AFTER DELETE ON {table} BEGIN {drop} END")
    op.execute(f"CREATE TRIGGER {fts}_anew AFTER UPDATE OF {names} ON {table} BEGIN {drop} {add} END")
    op.execute(f"INSERT INTO {fts}({fts}) VALUES ('rebuild')")


def _postgresql() -> None:
    # Longer texts than this would not fit into a tsvector, and the row could not be stored.
    folded = f"translate(lower(left(words, 100000)), '{ACCENTED}', '{PLAIN}')"
    op.execute(
        "CREATE FUNCTION browse_vector(words text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE "
        f"AS $$ SELECT to_tsvector('french'::regconfig, {folded}) $$"
    )
    op.execute(
        "CREATE FUNCTION browse_query(words text) RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE "
        f"AS $$ SELECT websearch_to_tsquery('french'::regconfig, {folded}) $$"
    )
    # The index of articles is left to 0009: made here, the stems of every text would be made twice on the way there.
    op.execute("CREATE INDEX browse_words_gin ON browse_words USING gin (browse_vector(words))")


def _index_what_is_there() -> None:
    connection = op.get_bind()
    ids = [row[0] for row in connection.execute(sa.text("SELECT id FROM deal WHERE mention_count > 0"))]
    with Session(connection, join_transaction_mode="create_savepoint") as session:
        aliases = applied_aliases(session)
        for start in range(0, len(ids), CHUNK):
            index_names(session, ids[start : start + CHUNK], aliases)
        session.commit()
