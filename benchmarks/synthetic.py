"""A database as large as wanted, filled in SQL: companies of sixteen tellings of four deals, spread over ten years."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Engine
from sqlmodel import text

from storage.columns import storable
from storage.database import Database

COMPANY = "Société {}"
_FIRST_DAY = dt.date(2016, 3, 10)
_DAYS = 3650
_COUNT = "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :count) "
# Deal d belongs to company d % companies; mention m tells deal m % deals, so that each has four tellings.
_DAY = {
    "sqlite": "date(:first, '+' || ({i} * 7919 % :days) || ' days')",
    "postgresql": "(CAST(:first AS date) + CAST({i} * CAST(7919 AS bigint) % :days AS integer))",
}
_MILLIONS = "(5 + 2 * ({i} / :companies))"

_ARTICLES = (
    """
INSERT INTO article (id, canonical_url, url, outlet, title, text, published, first_seen, language, paywalled, source,
    state, score, reasons, rule_version)
"""
    + _COUNT
    + """
SELECT i + 1, 'https://archive.example/' || i, 'https://archive.example/' || i, 'La Gazette du Calcul', 'Affaires',
    :words, {day}, {day}, 'fr', {false}, 'file', 'relevant', 1.0, '[]', '' FROM n
"""
)
_DEALS = (
    """
INSERT INTO deal (id, company_key, company, kind, investors, lead, amount, eur, amount_eur, status, role, cumulative,
    ai, confidence, first_published, day, mention_count, created_at, changed_at)
"""
    + _COUNT
    + """
SELECT 'd' || i, 'societe' || (i % :companies), 'Société ' || (i % :companies), 'funding', '["Fonds du Lac"]', '[]',
    {amount}, {euros}, {millions} * 1000000.0, 'announced', 'news', {false}, {true}, 0.9, {day}, {day}, 4, {day}, {day}
FROM n
"""
)
_MENTIONS = (
    """
INSERT INTO mention (article_id, position, company_key, company, kind, investors, lead, amount, status, role,
    cumulative, ai, evidence, rules, confidence, deal_id, own_id)
"""
    + _COUNT
    + """
SELECT i + 1, 0, 'societe' || (i % :companies), 'Société ' || (i % :companies), 'funding', '["Fonds du Lac"]', '[]',
    {amount}, 'announced', 'news', {false}, {true}, '[]', '[]', 0.9, 'd' || (i % :deals),
    CASE WHEN i < :deals THEN 'd' || i END FROM n
"""
)


def fill(db: Database, mentions: int) -> None:
    """Put that many mentions in, with an article each, a quarter as many deals and a sixteenth as many companies."""
    deals, companies = mentions // 4, mentions // 16
    dialect = db.dialect
    bare = {"false": "false", "true": "true"}
    day = _DAY[dialect].format(i="(i % :deals)")
    millions = _MILLIONS.format(i="(i % :deals)")
    json = '(\'{{"value": "\' || {0} || \'000000", "currency": "EUR", {1}}}\')'
    amount = json.format(millions, '"bound": "exact"')
    euros = json.format(millions, '"day": "2026-03-10", "stated": true')
    if dialect == "postgresql":
        amount, euros = f"CAST({amount} AS json)", f"CAST({euros} AS json)"
    shared = {"companies": companies, "deals": deals, "days": _DAYS, "first": _FIRST_DAY.isoformat()}
    with db.transaction() as session:
        for statement, count in ((_ARTICLES, mentions), (_DEALS, deals), (_MENTIONS, mentions)):
            filled = statement.format(day=day, millions=millions, amount=amount, euros=euros, **bare)
            if dialect == "postgresql":
                filled = filled.replace("'[]'", "CAST('[]' AS json)").replace(
                    "'[\"Fonds du Lac\"]'", "CAST('[\"Fonds du Lac\"]' AS json)"
                )
            words = storable("Une société lève des fonds auprès de ses actionnaires. " * 30)
            values = shared | {"count": count, "words": words}
            session.execute(text(filled), {name: value for name, value in values.items() if f":{name}" in filled})
        if dialect == "postgresql":
            for table in ("article", "mention"):
                session.execute(text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"))
    if dialect == "postgresql":  # as the server does by itself some minutes later
        with db.transaction() as session:
            bind = session.get_bind()
        assert isinstance(bind, Engine)
        with bind.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
