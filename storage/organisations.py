"""Companies and investors as entities: their reviewed aliases in force, and names that may be one (suggestions only).

The register is the organisations lexicon (names, aliases, Wikidata and SIREN ids), which analysts edit and review.
The database keeps the aliases as last applied, so that whatever writes or resolves mentions files them alike.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict
from sqlalchemy import delete
from sqlmodel import Session, col, func, select

from config.documents import config_files, read_yaml, validated
from storage.aliases import applied_aliases, with_accepted
from storage.browse_index import mark_changed
from storage.companies import company_key
from storage.database import Database
from storage.deal_tables import AliasRow, CountryRow, DealRow, MentionRow
from storage.mentions import mark_companies
from storage.near_names import NameSeen

_PAGE = 5000


@dataclass(frozen=True, slots=True)
class AliasChange:
    """What putting aliases in force did: mentions filed anew, their companies, and the keys that lead elsewhere now."""

    moved: int
    touched: frozenset[str]
    names: frozenset[str]


def apply_aliases(db: Database, aliases: Mapping[str, str], now: dt.datetime) -> int:
    """Put these aliases, and those that people accepted, in force; mentions are filed anew, companies wait.

    Returns how many mentions changed place. Deals keep their ids, or redirect. Aliases of investors count from
    the next time that a company they put money in is resolved.
    """
    with db.transaction() as session:
        return put_in_force(session, aliases, now).moved


def put_in_force(session: Session, listed: Mapping[str, str], now: dt.datetime) -> AliasChange:
    """As `apply_aliases`, within a transaction."""
    before, aliases = applied_aliases(session), with_accepted(session, listed)
    changed = {key for key in before.keys() | aliases.keys() if before.get(key) != aliases.get(key)}
    if not changed:
        return AliasChange(0, frozenset(), frozenset())
    session.execute(delete(AliasRow).where(col(AliasRow.alias_key).in_(changed)))
    session.add_all([AliasRow(alias_key=key, main_key=aliases[key]) for key in sorted(changed & aliases.keys())])
    # Filed so far under the alias itself, or under what it led to.
    places = changed | {before[key] for key in changed & before.keys()}
    touched: set[str] = set()
    moved = 0
    for row in session.exec(select(MentionRow).where(col(MentionRow.company_key).in_(places))):
        key = company_key(row.company, aliases)
        if key != row.company_key:
            touched |= {key, row.company_key}
            row.company_key = key
            moved += 1
    mark_companies(session, touched, now)
    return AliasChange(moved, frozenset(touched), frozenset(places))


def apply_countries(db: Database, countries: Mapping[str, str]) -> int:
    """Put the countries of companies (key → ISO 3166) in force; deals of companies whose country changed tell it.

    Returns how many changed.
    """
    with db.transaction() as session:
        before = dict(session.exec(select(CountryRow.company_key, CountryRow.country)).all())
        changed = sorted(key for key in before.keys() | countries.keys() if before.get(key) != countries.get(key))
        for start in range(0, len(changed), _PAGE // 10):
            keys = changed[start : start + _PAGE // 10]
            session.execute(delete(CountryRow).where(col(CountryRow.company_key).in_(keys)))
            session.add_all([CountryRow(company_key=key, country=countries[key]) for key in keys if key in countries])
            session.flush()
            mark_changed(session, session.exec(select(DealRow.id).where(col(DealRow.company_key).in_(keys))).all())
        return len(changed)


def names_seen(db: Database) -> list[NameSeen]:
    """Every company and investor in the database, under the spelling used most, with how often it is named."""
    counts: dict[str, Counter[str]] = {}
    with db.reading() as session:
        aliases = applied_aliases(session)
        companies = select(MentionRow.company_key, MentionRow.company, func.count()).group_by(
            col(MentionRow.company_key), col(MentionRow.company)
        )
        for key, name, times in session.exec(companies):
            counts.setdefault(key, Counter())[name] += times
        for investors in session.exec(select(MentionRow.investors).execution_options(yield_per=_PAGE)):
            for name in investors:
                counts.setdefault(company_key(name, aliases), Counter())[name] += 1
    return [
        NameSeen(key, min(names, key=lambda name: (-names[name], name)), sum(names.values()))
        for key, names in sorted(counts.items())
    ]


class _NearNames(BaseModel):
    model_config = ConfigDict(extra="forbid")
    other_organisation: list[str]


def other_words(user_dir: Path | None) -> frozenset[str]:
    """Words that make another organisation of a name, as keys; from `config/lexicon/near_names.yaml`, the user's too.

    Raises:
        ConfigError: names file and line of what is wrong.
    """
    files = config_files("lexicon/near_names.yaml", user_dir)
    words = (word for file in files for word in validated(read_yaml(file), _NearNames).other_organisation)
    return frozenset(company_key(word) for word in words)
