"""A deal in one line, by kind and status, in French and English: "Safran rachèterait Preligens pour 220 M€"."""

from __future__ import annotations

from alerts.formatting import NBSP, Language, money
from extractors.values import Kind, Status
from storage.values import DealView

_Headlines = dict[Kind, dict[Status, tuple[str, str]]]

# Kind, status → headline with an amount, and without one. {who} of an acquisition is the buyer.
_FRENCH: _Headlines = {
    "funding": {
        "announced": ("{company} lève {amount}", "{company} lève des fonds"),
        "planned": ("{company} veut lever {amount}", "{company} veut lever des fonds"),
        "rumoured": ("{company} lèverait {amount}", "{company} lèverait des fonds"),
        "cancelled": ("{company} : levée de {amount} annulée", "{company} : levée annulée"),
    },
    "debt": {
        "announced": ("{company} emprunte {amount}", "{company} emprunte"),
        "planned": ("{company} veut emprunter {amount}", "{company} veut emprunter"),
        "rumoured": ("{company} emprunterait {amount}", "{company} emprunterait"),
        "cancelled": ("{company} : emprunt de {amount} annulé", "{company} : emprunt annulé"),
    },
    "grant": {
        "announced": ("{company} reçoit {amount} d’aide", "{company} reçoit une aide"),
        "planned": ("{company} doit recevoir {amount} d’aide", "{company} doit recevoir une aide"),
        "rumoured": ("{company} recevrait {amount} d’aide", "{company} recevrait une aide"),
        "cancelled": ("{company} : aide de {amount} annulée", "{company} : aide annulée"),
    },
    "acquisition": {
        "announced": ("Rachat de {company} pour {amount}", "Rachat de {company}"),
        "planned": ("Rachat de {company} en projet, pour {amount}", "Rachat de {company} en projet"),
        "rumoured": ("Rachat de {company} évoqué, pour {amount}", "Rachat de {company} évoqué"),
        "cancelled": ("Rachat de {company} annulé ({amount})", "Rachat de {company} annulé"),
    },
    "ipo": {
        "announced": ("{company} entre en Bourse ({amount})", "{company} entre en Bourse"),
        "planned": ("{company} prépare son entrée en Bourse ({amount})", "{company} prépare son entrée en Bourse"),
        "rumoured": ("{company} entrerait en Bourse ({amount})", "{company} entrerait en Bourse"),
        "cancelled": ("{company} renonce à la Bourse ({amount})", "{company} renonce à la Bourse"),
    },
    "fund": {
        "announced": ("{company} : un fonds de {amount}", "{company} : un nouveau fonds"),
        "planned": ("{company} vise un fonds de {amount}", "{company} prépare un fonds"),
        "rumoured": ("{company} préparerait un fonds de {amount}", "{company} préparerait un fonds"),
        "cancelled": ("{company} : fonds de {amount} abandonné", "{company} : fonds abandonné"),
    },
    "infrastructure": {
        "announced": ("{company} engage {amount} dans l’infrastructure", "{company} investit dans l’infrastructure"),
        "planned": ("{company} prévoit {amount} d’infrastructure", "{company} prévoit des infrastructures"),
        "rumoured": ("{company} engagerait {amount} dans l’infrastructure", "{company} investirait en infrastructure"),
        "cancelled": ("{company} : infrastructure de {amount} abandonnée", "{company} : infrastructure abandonnée"),
    },
}  # fmt: skip
_FRENCH_BUYER: dict[Status, tuple[str, str]] = {
    "announced": ("{who} rachète {company} pour {amount}", "{who} rachète {company}"),
    "planned": ("{who} veut racheter {company} pour {amount}", "{who} veut racheter {company}"),
    "rumoured": ("{who} rachèterait {company} pour {amount}", "{who} rachèterait {company}"),
    "cancelled": ("{who} ne rachète plus {company} ({amount})", "{who} ne rachète plus {company}"),
}

_ENGLISH: _Headlines = {
    "funding": {
        "announced": ("{company} raises {amount}", "{company} raises money"),
        "planned": ("{company} seeks {amount}", "{company} seeks money"),
        "rumoured": ("{company} said to raise {amount}", "{company} said to raise money"),
        "cancelled": ("{company}: {amount} round called off", "{company}: round called off"),
    },
    "debt": {
        "announced": ("{company} borrows {amount}", "{company} borrows"),
        "planned": ("{company} wants to borrow {amount}", "{company} wants to borrow"),
        "rumoured": ("{company} said to borrow {amount}", "{company} said to borrow"),
        "cancelled": ("{company}: {amount} loan called off", "{company}: loan called off"),
    },
    "grant": {
        "announced": ("{company} receives {amount} of aid", "{company} receives aid"),
        "planned": ("{company} to receive {amount} of aid", "{company} to receive aid"),
        "rumoured": ("{company} said to receive {amount} of aid", "{company} said to receive aid"),
        "cancelled": ("{company}: {amount} of aid called off", "{company}: aid called off"),
    },
    "acquisition": {
        "announced": ("{company} bought for {amount}", "{company} bought"),
        "planned": ("{company} to be bought for {amount}", "{company} to be bought"),
        "rumoured": ("{company} said to be bought for {amount}", "{company} said to be bought"),
        "cancelled": ("{company}: {amount} purchase called off", "{company}: purchase called off"),
    },
    "ipo": {
        "announced": ("{company} goes public ({amount})", "{company} goes public"),
        "planned": ("{company} plans to go public ({amount})", "{company} plans to go public"),
        "rumoured": ("{company} said to go public ({amount})", "{company} said to go public"),
        "cancelled": ("{company} will not go public ({amount})", "{company} will not go public"),
    },
    "fund": {
        "announced": ("{company}: a fund of {amount}", "{company}: a new fund"),
        "planned": ("{company} targets a fund of {amount}", "{company} plans a fund"),
        "rumoured": ("{company} said to plan a fund of {amount}", "{company} said to plan a fund"),
        "cancelled": ("{company}: {amount} fund abandoned", "{company}: fund abandoned"),
    },
    "infrastructure": {
        "announced": ("{company} commits {amount} to infrastructure", "{company} invests in infrastructure"),
        "planned": ("{company} plans {amount} of infrastructure", "{company} plans to invest in infrastructure"),
        "rumoured": ("{company} said to commit {amount} to computing", "{company} said to invest in computing"),
        "cancelled": ("{company}: {amount} of infrastructure abandoned", "{company}: infrastructure abandoned"),
    },
}  # fmt: skip
_ENGLISH_BUYER: dict[Status, tuple[str, str]] = {
    "announced": ("{who} buys {company} for {amount}", "{who} buys {company}"),
    "planned": ("{who} wants to buy {company} for {amount}", "{who} wants to buy {company}"),
    "rumoured": ("{who} said to buy {company} for {amount}", "{who} said to buy {company}"),
    "cancelled": ("{who} no longer buys {company} ({amount})", "{who} no longer buys {company}"),
}


# What several buyers do.
_PLURALS: dict[Language, dict[str, str]] = {
    "fr": {"rachète ": "rachètent ", "veut ": "veulent ", "rachèterait ": "rachèteraient "},
    "en": {"buys ": "buy ", "wants ": "want "},
}
_VOWELS = frozenset("aàâeéèêiîoôuû")


def headline(deal: DealView, language: Language) -> str:
    """One line that tells the deal: "Mistral AI lève 600 M€", "Safran rachèterait Preligens pour environ 220 M€"."""
    headlines, buyer = (_FRENCH, _FRENCH_BUYER) if language == "fr" else (_ENGLISH, _ENGLISH_BUYER)
    known_buyer = deal.kind == "acquisition" and len(deal.investors) > 0
    with_amount, without = buyer[deal.status] if known_buyer else headlines[deal.kind][deal.status]
    template = without if deal.amount is None else with_amount
    amount = "" if deal.amount is None else money(deal.amount, language)
    buyers = deal.lead or deal.investors
    if known_buyer and len(buyers) > 1:
        for one, several in _PLURALS[language].items():
            template = template.replace(one, several)
    if language == "fr":
        template = _french(template, deal.company, amount)
    return template.format(company=deal.company, amount=amount, who=names(buyers, language))


def names(people: tuple[str, ...], language: Language, most: int = 2) -> str:
    """The first names of a list: `A`, `A et B`, `A, B…`."""
    if len(people) > most:
        return ", ".join(people[:most]) + "…"
    return (" et " if language == "fr" else " and ").join(people)


def _french(template: str, company: str, amount: str) -> str:
    """The template with its prepositions as French wants them before these words."""
    if amount.startswith(f"de{NBSP}"):  # "de 40 à 50 M€" brings its own
        template = template.replace("de {amount}", "{amount}").replace("pour {amount}", "pour un montant {amount}")
    elif amount.startswith(("environ", "au moins")):
        template = template.replace("de {amount}", "d’{amount}")
    if company[:1].casefold() in _VOWELS:
        template = template.replace("de {company}", "d’{company}")
    return template.replace(" :", f"{NBSP}:")
