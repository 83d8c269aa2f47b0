"""The French words of explanations: fields, slots, kinds of span, why something was refused or came near."""

from __future__ import annotations

from alerts.formatting import Language, money, period
from alerts.wording import WORDS, round_words
from extractors.deals.elements import weight
from extractors.deals.explain import Cited, Refused, RuleTold
from extractors.deals.whynot import Near, Seen
from extractors.values import DealMention

LANGUAGE: Language = "fr"
_WORDS = WORDS[LANGUAGE]

FIELDS = {
    "company": "entreprise",
    "kind": "opération",
    "amount": "montant",
    "alt": "conversion",
    "valuation": "valorisation",
    "round": "tour",
    "investors": "investisseurs",
    "lead": "chef de file",
    "status": "statut",
    "role": "rôle",
    "cumulative": "cumul",
    "date": "date",
    "ai": "IA",
    "confidence": "sûreté",
}
_TYPES = {
    "company": "entreprise",
    "fund": "fonds",
    "bank": "banque",
    "public": "organisme public",
    "state": "État",
    "person": "personne",
    "outlet": "média",
    "regulator": "autorité",
    "school": "école",
    "club": "club",
    "place": "lieu",
    "unknown": "nom",
}
_SPANS = {"name": "nom", "amount": "somme", "date": "date", "round": "tour", "anaphor": "reprise"}
_NOT_PARTIES = ("outlet", "regulator", "school", "place")
_SLOTS = {
    "amount": "une somme",
    "alt": "une somme convertie",
    "valuation": "une valorisation",
    "part": "une part de la somme",
    "company": "une entreprise",
    "investor": "un investisseur",
    "investors": "des investisseurs",
    "lead": "un chef de file",
    "party": "un nom",
    "round": "un tour",
    "date": "une date",
}


def field_value(mention: DealMention, field: str) -> str:
    """One field of a deal as an analyst reads it; a dash when the article does not tell it."""
    values = {
        "company": mention.company,
        "kind": _WORDS.kinds[mention.kind],
        "amount": money(mention.amount, LANGUAGE) if mention.amount else "",
        "alt": money(mention.alt, LANGUAGE) if mention.alt else "",
        "valuation": money(mention.valuation, LANGUAGE) if mention.valuation else "",
        "round": round_words(mention.round, LANGUAGE) if mention.round else "",
        "investors": ", ".join(mention.investors),
        "lead": ", ".join(mention.lead),
        "status": _WORDS.statuses[mention.status] or "annoncée",
        "role": "actualité" if mention.role == "news" else "rappel",
        "cumulative": "oui" if mention.cumulative else "non",
        "date": period(mention.date, LANGUAGE) if mention.date else "",
        "ai": "oui" if mention.ai else "non",
        "confidence": f"{mention.confidence:.2f}",
    }
    return values[field] or "–"


def label(cited: Cited) -> str:
    """The name of a cited field; a span is one investor."""
    return "investisseur" if cited.field == "investors" else FIELDS.get(cited.field, cited.field)


def rule_words(rule: RuleTold) -> str:
    """What a rule says; for what is done without a rule, what was done."""
    return rule.says or "noms énumérés juste après l'opération"


def refusal_words(refused: Refused) -> str:
    """Why a candidate became no deal, in a sentence."""
    rule, rival = refused.rule, refused.rival
    if refused.reason == "vetoed" and rule:
        over = f", plutôt que {rival.id}" if rival else ""
        return f"ce n'est pas une opération : {rule.says} ({rule.id}{over})"
    if refused.reason == "valuation" and rule:
        return f"valorisation que ne rejoint aucune opération ({rule.id})"
    by = f" ({rule.id})" if rule else ""
    return {
        "too_small": "somme trop petite pour une opération",
        "converted": "conversion de la somme qui précède",
        "valuation": "valorisation que ne rejoint aucune opération",
        "unclaimed": "aucune règle ne prend cette somme",
        "no_recipient": f"une règle prend cette somme{by}, mais qui la reçoit n'est pas trouvé",
        "sector_total": f"suite du total d'un secteur{by}",
        "overruled": f"une opération mieux dite l'emporte{by}",
        "unnamed": f"opération sans somme dont la société n'est pas nettement nommée{by}",
        "vetoed": "ce n'est pas une opération",
    }[refused.reason]


def seen_words(seen: Seen) -> str:
    """A span and what it was taken for: « Le Monde » (média : ne reçoit ni ne verse)."""
    kind = _TYPES.get(seen.type, seen.type) if seen.type else _SPANS.get(seen.kind, seen.kind)
    if seen.amount is not None:
        kind = f"somme : {money(seen.amount, LANGUAGE)}" + ("" if seen.amount.currency else ", monnaie inconnue")
    if seen.source:
        kind += ", cité comme source"
    elif seen.type in _NOT_PARTIES:
        kind += ", jamais partie à une opération"
    return f"« {seen.text} » ({kind})"


def near_words(near: Near) -> str:
    """What kept a rule from giving a deal, in a sentence."""
    rival = near.rival
    if near.hindrance in ("vetoed", "valuation") and rival and near.scores:
        won, lost = near.scores
        return f"la règle {rival.id} l'emporte ({won:.2f} contre {lost:.2f}) : {rival.says}"
    if near.hindrance == "elements":
        # Said in full words, the weightiest first: an author looks for the verb before the comma.
        missing = sorted(near.missing, key=lambda part: -weight(part))
        return "il manque " + ", et ".join(element_words(part) for part in missing)
    return {
        "order": f"tout y est, mais {element_words(near.missing[0]) if near.missing else 'un élément'} "
        "est trop loin ou du mauvais côté",
        "trigger": f"le motif convient, mais aucun déclencheur n'y est : {', '.join(near.missing)}",
        "exception": f"une exception l'arrête (unless) : {near.by}",
        "wrong_subject": f"l'article parle d'autre chose (not_about) : {near.by}",
        "subject_missing": f"ni la phrase ni le début ne disent de quoi il s'agit (about) : {near.by}",
        "too_small": "la somme est trop petite pour une opération",
        "converted": "la somme n'est que la conversion de celle qui précède",
        "valuation": "la somme est prise pour une valorisation",
        "vetoed": "la somme n'est pas celle d'une opération",
        "unclaimed": "la somme n'est prise par aucune règle",
        "no_recipient": "elle s'applique, mais aucun destinataire n'est trouvé",
        "sector_total": "la somme continue le total d'un secteur",
        "overruled": "une opération mieux dite l'emporte",
        "unnamed": "elle s'applique, mais la société n'est pas nettement nommée",
        "elements": "",
    }[near.hindrance]


def element_words(part: str) -> str:
    """An element of a pattern in words: {amount} is "une somme ({amount})"."""
    name = part.strip("{}!")
    if part.startswith("{") and name in _SLOTS:
        return f"{_SLOTS[name]} {part}"
    if part.startswith("<") and part.endswith(">") and part.count("<") == 1:
        return f"un mot de la classe {part}"
    if part == "%prep":
        return "« dans », « chez » ou « au capital de »"
    return f"« {part} »" if "|" not in part else f"un de {part}"
