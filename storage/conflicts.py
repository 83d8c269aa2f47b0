"""What the tellings of one deal say field by field: who backs the value shown, who says otherwise, and what conflicts.

Saying otherwise is no conflict yet. "Près de 200 millions" beside 202,7, a rumoured figure beside the announced one,
a month beside a day are alternatives; a conflict is what cannot both be true and is told as fact by both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from extractors.values import Amount
from storage.agreement import amounts_agree, is_firm, period, rounds_contradict
from storage.facts import DealFacts, MentionFacts

FieldName = Literal["company", "kind", "amount", "valuation", "round", "status", "date", "investors", "lead", "ai"]
Value = str | bool | Amount | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Alternative:
    """A value that is not the one shown, with the keys of the mentions that give it."""

    value: Value
    mentions: tuple[str, ...]
    conflicts: bool


@dataclass(frozen=True, slots=True)
class FieldTold:
    """One field: the value shown (None when nobody states one), the mentions that give this very value, the others.

    Decisions may show a value that no mention gives: `mentions` is empty then.
    """

    field: FieldName
    value: Value | None
    mentions: tuple[str, ...]
    alternatives: tuple[Alternative, ...] = ()

    @property
    def conflicting(self) -> bool:
        """Whether some alternative cannot be true beside the value shown."""
        return any(alternative.conflicts for alternative in self.alternatives)


def fields_told(mentions: Sequence[MentionFacts], shown: DealFacts) -> tuple[FieldTold, ...]:
    """What `mentions` say of each field, against the values `shown`. The same for any order of mentions."""
    ordered = sorted(mentions, key=lambda mention: mention.key)
    return tuple(_told(field, ordered, shown) for field in _READ)


def conflicts(mentions: Sequence[MentionFacts], shown: DealFacts) -> tuple[FieldTold, ...]:
    """Only the fields about which tellings conflict."""
    return tuple(told for told in fields_told(mentions, shown) if told.conflicting)


def _told(field: FieldName, mentions: Sequence[MentionFacts], shown: DealFacts) -> FieldTold:
    value = _READ[field](shown)
    tellers: dict[Value, list[MentionFacts]] = {}
    for mention in mentions:
        if (said := _READ[field](mention)) is not None:
            tellers.setdefault(_plain(said), []).append(mention)
    backing = tellers.pop(_plain(value), []) if value is not None else []
    firm = [mention for mention in mentions if is_firm(mention)] or list(mentions)
    others = [
        Alternative(
            said,
            _keys(saying),
            value is not None and any(m in firm and _CONFLICT[field](m, shown, firm) for m in saying),
        )
        for said, saying in tellers.items()
    ]
    others.sort(key=lambda other: (-len(other.mentions), other.mentions))
    return FieldTold(field, value, _keys(backing), tuple(others))


def _plain(value: Value) -> Value:
    """Without what is not part of the value: the place in the text that an amount was read from."""
    if isinstance(value, Amount):
        return Amount(0, 0, value.value, value.currency, value.bound, value.high)
    return value


def _keys(mentions: Iterable[MentionFacts]) -> tuple[str, ...]:
    return tuple(mention.key for mention in mentions)


def _amounts(stated: Amount | None, other: Amount | None, mention: MentionFacts, shown: DealFacts) -> bool:
    """Two figures that cannot be the same money."""
    return (
        stated is not None
        and other is not None
        and not amounts_agree(stated, other, mention.published, shown.first_published)
    )


def _amount_conflicts(mention: MentionFacts, shown: DealFacts, _others: Sequence[MentionFacts]) -> bool:
    forms = [form for form in (mention.amount, mention.alt) if form is not None]
    ours = [form for form in (shown.amount, shown.alt) if form is not None]
    return all(_amounts(a, b, mention, shown) for a in forms for b in ours)


def _valuation_conflicts(mention: MentionFacts, shown: DealFacts, _others: Sequence[MentionFacts]) -> bool:
    return _amounts(mention.valuation, shown.valuation, mention, shown)


def _rounds_conflict(mention: MentionFacts, shown: DealFacts, _others: Sequence[MentionFacts]) -> bool:
    return rounds_contradict(mention, shown)


def _dates_conflict(mention: MentionFacts, shown: DealFacts, _others: Sequence[MentionFacts]) -> bool:
    """No day is in both."""
    (first, last), (from_day, to_day) = period(mention.date or ""), period(shown.date or "")
    return last < from_day or to_day < first


def _leads_conflict(mention: MentionFacts, _shown: DealFacts, others: Sequence[MentionFacts]) -> bool:
    """Two tellings name leads without one in common; the deal shows all of them."""
    return any(other.lead_keys and not set(mention.lead_keys) & set(other.lead_keys) for other in others)


def _never(_mention: MentionFacts, _shown: DealFacts, _others: Sequence[MentionFacts]) -> bool:
    """Spellings differ, one outlet names more investors than another, and a status has its own history."""
    return False


def _always(_mention: MentionFacts, _shown: DealFacts, _others: Sequence[MentionFacts]) -> bool:
    return True


_READ: dict[FieldName, Callable[[MentionFacts | DealFacts], Value | None]] = {
    "company": lambda facts: facts.company,
    "kind": lambda facts: facts.kind,
    "amount": lambda facts: facts.amount,
    "valuation": lambda facts: facts.valuation,
    "round": lambda facts: facts.round,
    "status": lambda facts: facts.status,
    "date": lambda facts: facts.date,
    "investors": lambda facts: facts.investors or None,
    "lead": lambda facts: facts.lead or None,
    "ai": lambda facts: facts.ai,
}
_CONFLICT: dict[FieldName, Callable[[MentionFacts, DealFacts, Sequence[MentionFacts]], bool]] = {
    "company": _never,
    "kind": _always,
    "amount": _amount_conflicts,
    "valuation": _valuation_conflicts,
    "round": _rounds_conflict,
    "status": _never,
    "date": _dates_conflict,
    "investors": _never,
    "lead": _leads_conflict,
    "ai": _always,
}
