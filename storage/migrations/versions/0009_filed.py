"""Articles are looked for by words, state and outlet in one index, so that words which most articles hold cost little.

Until now an index gave the articles with the words, of which those of an outlet or of an older page were picked one by
one: hundreds of thousands for a word that is in most. On SQLite state and outlet are words of the index themselves; on
PostgreSQL they are keys beside the stems, with the stretch of ids that the article lies in.
"""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# As `storage.search` asks for them.
STRETCH = 5000
FILED = "'zs' || replace({row}.state, '_', '') || ' zo' || lower(hex({row}.outlet))"


def _sqlite() -> None:
    """The table of words anew, over a view that says how an article is filed."""
    for trigger in ("in", "out", "anew"):
        op.execute(f"DROP TRIGGER browse_article_fts_{trigger}")
    op.execute("DROP TABLE browse_article_fts")
    filed = FILED.format(row="article")
    op.execute(f"CREATE VIEW browse_article_read AS SELECT id, title, text, {filed} AS filed FROM article")
    op.execute(
        "CREATE VIRTUAL TABLE browse_article_fts USING fts5(title, text, filed, content='browse_article_read', "
        "content_rowid='id', detail='none', tokenize='unicode61 remove_diacritics 2')"
    )
    new, old = (f"{row}.id, {row}.title, {row}.text, {FILED.format(row=row)}" for row in ("new", "old"))
    columns = "rowid, title, text, filed"
    add = f"INSERT INTO browse_article_fts({columns}) VALUES ({new});"
    drop = f"INSERT INTO browse_article_fts(browse_article_fts, {columns}) VALUES ('delete', {old});"
    op.execute(f"CREATE TRIGGER browse_article_fts_in AFTER INSERT ON article BEGIN {add} END")
    op.execute(f"CREATE TRIGGER browse_article_fts_out AFTER DELETE ON article BEGIN {drop} END")
    op.execute(
        "CREATE TRIGGER browse_article_fts_anew AFTER UPDATE OF title, text, state, outlet ON article "
        f"BEGIN {drop} {add} END"
    )
    op.execute("INSERT INTO browse_article_fts(browse_article_fts) VALUES ('rebuild')")


def _postgresql() -> None:
    op.execute(
        "CREATE FUNCTION browse_filed(state text, outlet text, id integer) RETURNS text[] LANGUAGE sql IMMUTABLE "
        "PARALLEL SAFE AS $$ SELECT ARRAY['s ' || state, 'o ' || outlet, 'b ' || CAST(id / "
        f"{STRETCH} AS text)] $$"
    )
    op.execute("SET LOCAL maintenance_work_mem = '256MB'")
    op.execute("DROP INDEX IF EXISTS browse_article_gin")
    op.execute("CREATE INDEX browse_article_gin ON article USING gin (browse_filed(state, outlet, id), browse_stems)")


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _sqlite()
    else:
        _postgresql()
