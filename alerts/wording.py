"""What a mail says in words: labels, and what changed. French and English; `alerts.headlines` has the headlines."""

from __future__ import annotations

from dataclasses import dataclass

from alerts.formatting import Language, money
from alerts.headlines import names
from extractors.values import Amount, Kind, Status
from storage.values import Change


@dataclass(frozen=True, slots=True)
class Words:
    """The fixed words of a mail in one language."""

    title: str
    new: str
    updates: str
    kinds: dict[Kind, str]
    statuses: dict[Status, str]
    rounds: dict[str, str]
    others: tuple[str, str]
    parties: dict[Kind, tuple[str, str]]
    investors: tuple[str, str]
    valuation: str
    round: str
    date: str
    lead: str
    converted: str
    last_known: str
    confirmed: str
    called_off: str
    amount_changed: str
    amount_known: str
    lead_changed: str
    revised: str
    week: str
    period: str
    totals: str
    counted: tuple[str, str]
    talk: tuple[str, str]
    unknown: tuple[str, str]
    chart: str
    chart_talk: str
    more: tuple[str, str]
    nothing: str
    footer: str
    correct: str
    sent_to: str
    quote: tuple[str, str]
    colon: str


WORDS: dict[Language, Words] = {
    "fr": Words(
        title="Veille IA",
        new="Nouveau",
        updates="Du nouveau sur une opération déjà annoncée",
        kinds={
            "funding": "levée de fonds",
            "debt": "dette",
            "grant": "aide publique",
            "acquisition": "rachat",
            "ipo": "entrée en Bourse",
            "fund": "fonds",
            "infrastructure": "infrastructure",
        },
        statuses={"announced": "", "planned": "en projet", "rumoured": "selon des sources", "cancelled": "annulée"},
        rounds={
            "pre-seed": "pré-amorçage",
            "seed": "amorçage",
            "bridge": "tour relais",
            "growth": "capital-croissance",
            "series": "série {letter}",
        },
        others=("{n} autre opération IA", "{n} autres opérations IA"),
        parties={
            "acquisition": ("Acquéreur", "Acquéreurs"),
            "debt": ("Prêteur", "Prêteurs"),
            "grant": ("Financeur", "Financeurs"),
        },
        investors=("Investisseur", "Investisseurs"),
        valuation="Valorisation",
        round="Tour",
        date="Date",
        lead="chef de file",
        converted="soit environ {amount} au taux BCE du {day}",
        last_known="soit environ {amount} au dernier taux BCE connu, du {day}",
        confirmed="Confirmée : l’opération était « {before} » jusqu’ici.",
        called_off="Annulée : l’opération n’aura pas lieu.",
        amount_changed="Montant revu : {after}, au lieu de {before}.",
        amount_known="Montant désormais connu : {after}.",
        lead_changed="Chef de file : {after}, au lieu de {before}.",
        revised="mise à jour",
        week="La semaine de l’IA",
        period="du {first} au {last}",
        totals="En tout",
        counted=("{n} opération annoncée pour {amount}", "{n} opérations annoncées pour {amount}"),
        talk=("{n} rumeur ou projet, {amount}", "{n} rumeurs ou projets, {amount}"),
        unknown=("{n} sans montant connu", "{n} sans montant connu"),
        chart="Les plus gros montants, en euros",
        chart_talk=" (en orange, rumeurs et projets)",
        more=("et {n} autre opération, en bref", "et {n} autres opérations, en bref"),
        nothing="montant inconnu",
        footer="Lu dans la presse francophone par Veille IA. Chaque opération renvoie aux articles qui la disent ; "
        "la phrase citée est celle d’où viennent les chiffres.",
        correct="Une erreur ? « veille deals correct {id} » la corrige, pour de bon ; "
        "l’identifiant est sous chaque opération.",
        sent_to="Veille « {name} ».",
        quote=("«\N{NO-BREAK SPACE}", "\N{NO-BREAK SPACE}»"),
        colon="\N{NO-BREAK SPACE}: ",
    ),
    "en": Words(
        title="Veille IA",
        new="New",
        updates="News of a deal told before",
        kinds={
            "funding": "funding",
            "debt": "debt",
            "grant": "public aid",
            "acquisition": "acquisition",
            "ipo": "listing",
            "fund": "fund",
            "infrastructure": "infrastructure",
        },
        statuses={"announced": "", "planned": "planned", "rumoured": "according to sources", "cancelled": "called off"},
        rounds={
            "pre-seed": "pre-seed",
            "seed": "seed",
            "bridge": "bridge",
            "growth": "growth",
            "series": "series {letter}",
        },
        others=("{n} other AI deal", "{n} other AI deals"),
        parties={
            "acquisition": ("Buyer", "Buyers"),
            "debt": ("Lender", "Lenders"),
            "grant": ("Paid by", "Paid by"),
        },
        investors=("Investor", "Investors"),
        valuation="Valuation",
        round="Round",
        date="Date",
        lead="lead",
        converted="about {amount} at the ECB rate of {day}",
        last_known="about {amount} at the last known ECB rate, of {day}",
        confirmed="Confirmed: so far it was “{before}”.",
        called_off="Called off: it will not happen.",
        amount_changed="Amount now {after}, not {before}.",
        amount_known="Amount now known: {after}.",
        lead_changed="Lead: {after}, not {before}.",
        revised="update",
        week="The week in AI",
        period="{first} to {last}",
        totals="In all",
        counted=("{n} deal announced for {amount}", "{n} deals announced for {amount}"),
        talk=("{n} rumour or plan, {amount}", "{n} rumours or plans, {amount}"),
        unknown=("{n} without a known amount", "{n} without a known amount"),
        chart="The largest amounts, in euros",
        chart_talk=" (orange: rumours and plans)",
        more=("and {n} other deal, in brief", "and {n} other deals, in brief"),
        nothing="amount unknown",
        footer="Read in the French-language press by Veille IA. Each deal links to the articles that tell it; "
        "the sentence quoted is where the figures come from.",
        correct="A mistake? “veille deals correct {id}” corrects it for good; the id stands below each deal.",
        sent_to="Watch “{name}”.",
        quote=("“", "”"),
        colon=": ",
    ),
}


def parties_label(kind: Kind, count: int, language: Language) -> str:
    """What so many investors are called in a deal of this kind."""
    words = WORDS[language]
    one, several = words.parties.get(kind, words.investors)
    return several if count > 1 else one


def round_words(name: str, language: Language) -> str:
    """`series-b` → `série B`; a round we have no words for as it is."""
    words = WORDS[language].rounds
    if name.startswith("series-"):
        return words["series"].format(letter=name.removeprefix("series-").upper())
    return words.get(name, name)


def change_words(change: Change, language: Language) -> str:
    """What changed, as a sentence."""
    words = WORDS[language]
    before, after = (_side(side, language) for side in (change.before, change.after))
    if change.field == "status":
        return words.called_off if change.after == "cancelled" else words.confirmed.format(before=before)
    if change.field == "amount":
        template = words.amount_known if change.before is None else words.amount_changed
        return template.format(before=before, after=after)
    return words.lead_changed.format(before=before, after=after)


def _side(side: str | Amount | tuple[str, ...] | None, language: Language) -> str:
    if isinstance(side, Amount):
        return money(side, language)
    if isinstance(side, tuple):
        return names(side, language)
    statuses: dict[str, str] = {str(status): words for status, words in WORDS[language].statuses.items()}
    return statuses.get(side or "", side or "")
