"""The verbs of `veille` for names of companies and investors: near misses to judge, aliases to apply."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import islice
from typing import Annotated

import typer
from rich.console import Console

from config.settings import load_settings

companies_app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="Les noms : ceux qui se ressemblent, les alias relus.",
    epilog="Exemples : `veille companies suggest` · `veille companies apply`",
)

out = Console(soft_wrap=False)


@companies_app.command("suggest", epilog="Exemple : `veille companies suggest --limit 50`")
def companies_suggest(
    limit: Annotated[int, typer.Option(min=1, help="Combien de paires montrer.")] = 30,
) -> None:
    """Noms en base qui désignent peut-être la même organisation. Rien n'est fusionné : à vous de juger.

    Une même organisation : ajoutez l'autre nom aux `aliases` de `lexicon/organisations.yaml`, puis `veille companies
    apply`. Deux organisations : donnez à chacune son entrée, la paire ne sera plus montrée. Ou jugez dans le tableau de
    bord, page Noms (`veille web`).
    """
    from extractors.deals.organisations import Organisations
    from storage.alias_decisions import judged_pairs
    from storage.companies import company_key
    from storage.database import open_database
    from storage.near_names import suggestions
    from storage.organisations import names_seen, other_words
    from terminal.name_table import name_table

    settings = load_settings()
    judged = {company_key(entry.name) for entry in Organisations.load(settings.config_dir).entries}
    database = open_database(settings.database)
    try:
        seen, decided = names_seen(database), judged_pairs(database)
    finally:
        database.dispose()
    found = suggestions(seen, judged=judged, others=other_words(settings.config_dir))
    found = [pair for pair in found if frozenset({pair.name.key, pair.alias.key}) not in decided]
    if not found:
        out.print(f"{len(seen)} noms en base, aucune paire à relire.", highlight=False)
        return
    out.print(name_table(islice(found, limit)))
    if len(found) > limit:
        out.print(f"{limit} paires sur {len(found)} ; --limit en montre davantage.", highlight=False)


@companies_app.command("apply", epilog="Exemple : `veille companies apply`")
def companies_apply() -> None:
    """Range ce qui est en base selon les alias du lexique ; le prochain passage réunit les opérations."""
    from extractors.deals.organisations import Organisations
    from storage.aliases import aliases_of, countries_of
    from storage.database import open_database
    from storage.organisations import apply_aliases, apply_countries

    settings = load_settings()
    entries = Organisations.load(settings.config_dir).entries
    aliases = aliases_of(entries)
    database = open_database(settings.database)
    try:
        moved = apply_aliases(database, aliases, datetime.now(UTC))
        apply_countries(database, countries_of(entries))
    finally:
        database.dispose()
    plural = "s" if moved > 1 else ""
    out.print(f"{len(aliases)} alias en vigueur, {moved} mention{plural} rangée{plural} autrement.", highlight=False)
