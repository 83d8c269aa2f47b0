"""The aliases of companies and investors: as the lexicon lists them, and as the database last applied them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlmodel import Session, col, select

from extractors.deals.organisations import Organisation
from storage.companies import company_key
from storage.deal_tables import AliasDecisionRow, AliasRow


def aliases_of(organisations: Iterable[Organisation]) -> dict[str, str]:
    """Key of an alias → key of the main name. A name of its own is never an alias, and the first claim counts."""
    listed = list(organisations)
    names = {company_key(organisation.name) for organisation in listed}
    found: dict[str, str] = {}
    for organisation in listed:
        main = company_key(organisation.name)
        for alias in organisation.aliases:
            if (key := company_key(alias)) not in names:
                found.setdefault(key, main)
    return found


def countries_of(organisations: Iterable[Organisation]) -> dict[str, str]:
    """Key of a company → its country (ISO 3166), where the lexicon tells."""
    return {
        company_key(organisation.name): organisation.country
        for organisation in organisations
        if organisation.country is not None
    }


def with_accepted(session: Session, listed: Mapping[str, str]) -> dict[str, str]:
    """These aliases and, on top of them, those that people accepted; each leads to the last name of its chain."""
    accepted = select(AliasDecisionRow.alias_key, AliasDecisionRow.main_key).where(
        AliasDecisionRow.verdict == "accept", col(AliasDecisionRow.undone_at).is_(None)
    )
    together = dict(listed)
    for alias, main in session.exec(accepted.order_by(col(AliasDecisionRow.id))):
        if _last(together, main) == alias:  # the lexicon has it the other way round
            together.pop(main, None)
        together[alias] = main
    return {alias: _last(together, alias) for alias in together}


def _last(aliases: Mapping[str, str], alias: str) -> str:
    met = {alias}
    while (leads := aliases.get(alias)) is not None and leads not in met:
        alias = leads
        met.add(leads)
    return alias


def applied_aliases(session: Session) -> dict[str, str]:
    """The aliases in force, for `company_key`."""
    return dict(session.exec(select(AliasRow.alias_key, AliasRow.main_key)).all())


def aliases_or_applied(session: Session, aliases: Mapping[str, str] | None) -> Mapping[str, str]:
    """Those given, else those in force."""
    return applied_aliases(session) if aliases is None else aliases
