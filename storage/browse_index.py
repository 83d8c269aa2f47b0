"""Keeping what deals are looked for and counted by, in the transaction that writes the deals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from functools import partial
from typing import Any

from sqlalchemy import delete, func, insert, literal, text, update
from sqlalchemy import select as core_select
from sqlmodel import Session, col, select

from storage.browse_tables import DEALS, NAMES, RULES, WORDS
from storage.companies import company_key
from storage.deal_tables import CountryRow, DealRow, MentionRow
from storage.tables import ArticleRow
from storage.watch_words import telling_of
from storage.watches import WatchWords


def index_deals(
    session: Session, ids: Collection[str], aliases: Mapping[str, str], words: WatchWords | None = None
) -> None:
    """Write what is looked for and counted of these deals anew, and that they changed.

    Args:
        words: by which countries are known; without them what is known of these deals stays.
    """
    index_names(session, ids, aliases)
    _index_rules(session, ids)
    mark_changed(session, ids)
    if words is not None and words.countries:
        _index_countries(session, ids, words)


def mark_changed(session: Session, ids: Collection[str]) -> None:
    """Tell readers who counted before (`storage.frame_reading`) to look at these deals again."""
    version = _version(session)
    session.execute(update(DEALS).where(DEALS.c.deal_id.in_(ids)).values(version=version))
    new = core_select(col(DealRow.id), literal(version)).where(
        col(DealRow.id).in_(ids), col(DealRow.id).not_in(core_select(DEALS.c.deal_id).where(DEALS.c.deal_id.in_(ids)))
    )
    session.execute(insert(DEALS).from_select(["deal_id", "version"], new))


def _index_countries(session: Session, ids: Collection[str], words: WatchWords) -> None:
    for deal_id, company in _without_country(session, ids):
        told = words.countries_of(company, partial(_near, session, deal_id))
        country = " ".join(sorted(told)) or None
        session.execute(update(DEALS).where(DEALS.c.deal_id == deal_id).values(country=country))


def _near(session: Session, deal_id: str) -> str:
    return telling_of(session, deal_id).near


def _without_country(session: Session, ids: Collection[str]) -> list[tuple[str, str]]:
    """Deals, with their companies, whose country the lexicon in force does not tell."""
    known = core_select(col(CountryRow.company_key))
    query = core_select(col(DealRow.id), col(DealRow.company)).where(
        col(DealRow.id).in_(ids), col(DealRow.mention_count) > 0, col(DealRow.company_key).not_in(known)
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def _version(session: Session) -> int:
    """On SQLite, where one writes at a time, more than ever before; on PostgreSQL the transaction."""
    if session.get_bind().dialect.name == "postgresql":
        written = session.execute(text("SELECT CAST(CAST(pg_current_xact_id() AS text) AS bigint)"))
    else:
        written = session.execute(core_select(func.coalesce(func.max(DEALS.c.version), 0) + 1))
    return int(written.scalar_one())


def index_names(session: Session, ids: Collection[str], aliases: Mapping[str, str]) -> None:
    """Write the names and words of these deals anew; of deals that redirect or that nobody tells, none are kept."""
    for table in (NAMES, WORDS):
        session.execute(delete(table).where(table.c.deal_id.in_(ids)))
    # Columns by name, not whole rows: migrations call this on tables that later versions add to.
    columns = (
        col(DealRow.id), col(DealRow.company_key), col(DealRow.company), col(DealRow.investors), col(DealRow.lead)
    )  # fmt: skip
    living = (col(DealRow.id).in_(ids), col(DealRow.mention_count) > 0, col(DealRow.redirect_to).is_(None))
    deals = session.execute(select(*columns).where(*living)).all()  # type: ignore[call-overload]
    told: dict[str, list[tuple[str, str]]] = {deal.id: [] for deal in deals}
    spoken = (
        select(MentionRow.deal_id, ArticleRow.outlet, ArticleRow.title)
        .join(ArticleRow, col(ArticleRow.id) == col(MentionRow.article_id))
        .where(col(MentionRow.deal_id).in_(told))
        .order_by(col(ArticleRow.canonical_url), col(MentionRow.position))  # whichever was read first
    )
    for deal_id, outlet, title in session.exec(spoken):
        told[deal_id or ""].append((outlet, title))
    names = [row for deal in deals for row in _names(deal, told[deal.id], aliases)]
    words = [{"deal_id": deal.id, "words": _words(deal, told[deal.id])} for deal in deals]
    if names:
        session.execute(insert(NAMES), names)
    if words:
        session.execute(insert(WORDS), words)


def _index_rules(session: Session, ids: Collection[str]) -> None:
    """How many mentions of each deal each rule made, from what is stored of them."""
    session.execute(delete(RULES).where(RULES.c.deal_id.in_(ids)))
    told = select(MentionRow.deal_id, MentionRow.rules).where(col(MentionRow.deal_id).in_(ids))
    counts = Counter((deal_id or "", rule) for deal_id, rules in session.exec(told) for rule in set(rules))
    if counts:
        rows = [{"deal_id": deal_id, "rule": rule, "mentions": n} for (deal_id, rule), n in sorted(counts.items())]
        session.execute(insert(RULES), rows)


def _names(deal: Any, told: list[tuple[str, str]], aliases: Mapping[str, str]) -> list[dict[str, str]]:
    """One row a role and key, under the first spelling. Who leads a round also invests in it."""
    # A corrected name is filed under the old key and found under both.
    found: dict[tuple[str, str], str] = {("company", deal.company_key): deal.company}
    found.setdefault(("company", company_key(deal.company, aliases)), deal.company)
    for name in (*deal.lead, *deal.investors):
        found.setdefault(("investor", company_key(name, aliases)), name)
    for name in deal.lead:
        found.setdefault(("lead", company_key(name, aliases)), name)
    for outlet, _ in told:
        if outlet:
            found.setdefault(("outlet", company_key(outlet)), outlet)
    return [{"role": role, "key": key, "deal_id": deal.id, "name": name} for (role, key), name in found.items()]


def _words(deal: Any, told: list[tuple[str, str]]) -> str:
    titles = dict.fromkeys(title for _, title in told)
    outlets = dict.fromkeys(outlet for outlet, _ in told)
    return "\n".join((deal.company, *deal.investors, *deal.lead, *outlets, *titles))
