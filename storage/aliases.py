"""The aliases of companies and investors: as the lexicon lists them, and as the database last applied them."""

from __future__ import annotations

from collections.abc import Iterable

from sqlmodel import Session, select

from extractors.deals.organisations import Organisation
from storage.companies import company_key
from storage.deal_tables import AliasRow


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


def applied_aliases(session: Session) -> dict[str, str]:
    """The aliases in force, for `company_key`."""
    return dict(session.exec(select(AliasRow.alias_key, AliasRow.main_key)).all())
