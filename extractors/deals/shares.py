"""Sums told beside a round that are none of their own: what one investor puts in it, what the company is worth."""

from __future__ import annotations

import re

from extractors.deals.abstraction import CLASSES, PARTY, View
from extractors.deals.drafts import Draft

# How many sentences after a round one investor's share of it may be told.
REACH = 3
_SUM = CLASSES["amount"][1:-1]
_ROUND = rf"(?:tour|levee|ronde|operation|serie|augmentation|financement|amorcage|extension|{CLASSES['round']})"
_PUTS = (
    r"(?:apport(?:e|ent|era|eront|ait|aient)|met|mettent|mettra|mettait|place|placent|fourni(?:t|ssent|ra)|inject(?:e|ent)|"
    r"investi(?:t|ssent|ra)|souscri(?:t|vent)|remet|remettent|contribue(?:nt)?|complete(?:nt)?|signe(?:nt)?|verse(?:nt)?|"
    r"(?:a|ont|avait|avaient|aura)\s+(?:\w+\s+)?(?:apporte|mis|place|fourni|injecte|investi|souscrit|remis|contribue|complete|signe|"
    r"verse|pose|engage|lache|aligne)|souscrire|engag(?:e|ent|era)|lach(?:e|ent)|align(?:e|ent)|"
    r"y\s+v(?:a|ont)\s+(?:chacun\s+)?de|avoir\s+(?:mis|place|injecte|investi|apporte))"
)
_ORDINAL = r"\b(?:le|la)\s+(?:premiere?|seconde?|troisieme|derniere?(?:\s+citee?)?)\b"
# "Partech y met 3 millions", "le premier a mis 4 millions", "Alven, présent depuis l'origine, remet 3 millions"
_PUT_IN = re.compile(rf"(?:{PARTY}|{_ORDINAL})[^;:{_SUM}]{{0,60}}\b{_PUTS}\s+[^;:,{_SUM}]{{0,24}}\Z")
# "mené par Partech (2 millions", "Partech, entré au capital, à hauteur de 2 millions", "Partech a passé un ordre de"
_LED = re.compile(rf"\b(?:menee?|dirigee?|conduite?|emmenee?|pilotee?|codirigee?)\s+par\s+[^;:.{_SUM}]{{0,30}}\(\s*\Z")
_LEVEL = re.compile(
    rf"{PARTY}[^;:{_SUM}]{{0,90}}\b(?:au\s+capital|au\s+tour|ferme\w*\s+la\s+marche|accompagne\w*)\b[^;:{_SUM}]{{0,70}},"
    r"\s*a\s+hauteur\s+de\s+\Z"
)
_ORDER = re.compile(
    r"\bpass\w+\s+(?:un\s+|des\s+)?ordres?\s+(?:de|d'|pour)\s*\Z|\b(?:lead|chef\s+de\s+file|en\s+tete)\s*,?\s+(?:avec|pour)\s*\Z"
)
_LEFT = re.compile(r"\A\s*(?:restante?s?|manquants?)\b")
# "dans une opération de 11 millions", "de ce tour", "au même tour": the sum is a share of it, whenever that was.
_INTO = re.compile(
    rf"\A[^;:.{_SUM}]{{0,90}}?,?\s+(?:a\s+l'occasion|a\s+la\s+faveur|dans\s+le\s+cadre)\s+d(?:e\s+(?:ce|cette|la)\s+|u\s+|'(?:un|une)\s+)"
    rf"{_ROUND}\b"
    rf"|\A[^;:.{_SUM}]{{0,30}}?\s*,?\s*(?:dans|lors\s+d'|sur|de)\s*(?:un|une|le|la|ce|cette|son|sa)?\s*(?:total|{_ROUND})\b"
    rf"[^;:.{_SUM}]{{0,20}}{CLASSES['amount']}"
    rf"|\A[^;:.{_SUM}]{{0,30}},\s*(?:le\s+gros|l'essentiel|la\s+majeure\s+partie|(?:plus\s+de\s+)?la\s+moitie)\s+d[^;:.{_SUM}]{{0,30}}"
    rf"{_ROUND}[^;:.{_SUM}]{{0,20}}{CLASSES['amount']}"
    rf"|\A\s*(?:a|au|dans)\s+(?:ce|cette|le|la)?\s*meme\s+{_ROUND}"
)
# What comes on top of the round is a deal of its own.
_MORE = re.compile(
    r"\b(?:en\s+outre|en\s+plus|de\s+plus|en\s+parallele|parallelement|s'y?\s*ajout\w*|s'ajout\w*|ajout\w*|supplementaires?|"
    r"convertibles?|rallonges?|par\s+ailleurs|separement|meme\s+temps|prets?|emprunts?|obligations?|subventions?|rachet\w*)\b"
)
# The round told a sentence after the share of one of its investors: "L'industriel conduit la série C", "cet apport
# s'inscrit dans un tour de".
_WITHIN = re.compile(
    rf"\A\W*(?:{PARTY}|l'\w+|le\s+\w+)[^.;:{_SUM}]{{0,20}}?\b(?:mene|conduit|dirige|emmene|pilote|codirige)\s+"
    rf"(?:ce|cette|cet|la|le|l')\s*{_ROUND}"
    r"|\A\W*(?:ce\s+(?:montant|cheque|ticket)|cet(?:te)?\s+(?:somme|apport|investissement|participation|mise|entree))\b"
    r"[^.;:]{0,30}?\b"
    r"(?:s'inscri\w+|represent\w+|fai\w+\s+partie|constitu\w+|entre\w*)\b"
)
# "Dix milliards seront versés en avril"
_PAID_OUT = re.compile(
    r"\A\s+(?:seront|sera|doivent\s+etre|devraient\s+etre)\s+(?:verse|debloque|decaisse|libere)e?s?\b"
    r"|\A\s+(?:iront|ira)\s+(?:a|aux?)\b"
)
_WITH = re.compile(rf"\b(?:avec|pour|contre|moyennant)\s+[^;:.,{_SUM}]{{0,16}}\Z")
_HAD = re.compile(r"\b(?:avait|avaient)\b")
_EQUITY = ("funding", "ipo", "infrastructure")


def without_shares(drafts: list[Draft]) -> list[Draft]:
    """Drop what one investor puts in a round that is told beside it; its payer is one of the round's."""
    dropped: set[int] = set()
    for draft in drafts:
        whole = _round_of(draft, drafts)
        if whole is not None:
            dropped.add(id(draft))
            known = {named.name for named in whole.investors}
            whole.investors += [named for named in draft.investors if named.name not in known]
            whole.lead = whole.lead or list(draft.lead)
    return [draft for draft in drafts if id(draft) not in dropped]


def _round_of(draft: Draft, drafts: list[Draft]) -> Draft | None:
    """The round that a sum is one investor's share of, if any."""
    if draft.amount is None or draft.kind not in _EQUITY:
        return None
    view = draft.view
    at = draft.start if draft.sum_at is None else draft.sum_at
    larger = [whole for whole in drafts if _larger(whole, draft)]
    if not larger or _MORE.search(view.text):
        return None
    before, after = view.text[:at], view.text[at + 1 :]
    entered = "funding.entered" in draft.rules and _WITH.search(before) is not None
    put_in = entered or _PUT_IN.search(before) is not None
    if put_in and _INTO.match(after):
        return next((whole for whole in larger if view in whole.views), None)
    paid_out = not before.strip(' "') and _PAID_OUT.match(after) is not None
    if not paid_out and (_recalled(draft) or _HAD.search(before, max(0, at - 60))):
        return None
    share = put_in or any(p.search(before) for p in (_LED, _LEVEL, _ORDER)) or _LEFT.match(after) is not None
    told = [whole for whole in larger if _gap(whole, view) is not None and (paid_out or not _apart(draft, whole))]
    if told and (share or paid_out):
        return min(told, key=lambda whole: _gap(whole, view) or 0)
    return _told_next(draft, larger)


def _told_next(draft: Draft, larger: list[Draft]) -> Draft | None:
    """The round told right behind the stake of one who leads it: "Y met 1,3 million dans X. Il mène ce tour de 2"."""
    last = max(view.number for view in draft.views)
    behind = (whole for whole in larger if whole.view.number == last + 1)
    return next((whole for whole in behind if _WITHIN.search(whole.view.text) and not _recalled(whole)), None)


def _larger(whole: Draft, draft: Draft) -> bool:
    """Whether it is a larger round of the same company, and no total of several."""
    if whole is draft or whole.amount is None or draft.amount is None:
        return False
    if whole.kind not in ("funding", "ipo", draft.kind):
        return False
    one, other = whole.amount[2], draft.amount[2]
    same = whole.company.name == draft.company.name and one.currency == other.currency
    return same and one.value > other.value and not whole.total


def _gap(whole: Draft, view: View) -> int | None:
    """How many sentences before this one a round was last told; None: too far, or not yet."""
    gaps = [view.number - told.number for told in whole.views if 0 <= view.number - told.number <= REACH]
    return min(gaps, default=None)


def _apart(draft: Draft, whole: Draft) -> bool:
    """Whether the two are told of other days."""
    if draft.when is None or whole.when is None:
        return False
    one, other = draft.when[1].value.value, whole.when[1].value.value
    return not (one.startswith(other) or other.startswith(one))


def _recalled(draft: Draft) -> bool:
    return draft.recalled or any(around.earlier for around in draft.around)


def without_values(drafts: list[Draft]) -> list[Draft]:
    """Drop a round of the very sum that the company is told to be worth after a smaller one."""
    return [draft for draft in drafts if not any(_is_value(draft, other) for other in drafts)]


def _is_value(draft: Draft, other: Draft) -> bool:
    """Whether the sum of a draft is what another round values the same company at."""
    if draft is other or draft.amount is None or other.amount is None:
        return False
    if draft.kind != "funding" or other.kind != "funding" or draft.company.name != other.company.name:
        return False
    values = [d.valuation[2] for d in (other, draft) if d.valuation]
    worth = any(v.value == draft.amount[2].value and v.currency == draft.amount[2].currency for v in values)
    if worth and other.amount[2].value * 2 < draft.amount[2].value:
        other.valuation = other.valuation or draft.valuation
        return True
    return False
