"""Which value a deal shows when its tellings differ. Every rule ends in a stable order, so that ties do not float.

What is told as fact counts before plans, and plans before rumours. Within that: the figure most tellings give,
then the more precise bound, then the more confident telling, then the earlier one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import TypeVar

from extractors.values import Amount, Bound, Status
from storage.facts import DealFacts, MentionFacts

_FIRMNESS: dict[Status, int] = {"rumoured": 0, "planned": 1, "announced": 2, "cancelled": 2}
_PRECISION: dict[Bound, int] = {"exact": 4, "range": 3, "about": 2, "at_least": 1, "at_most": 0}

Value = TypeVar("Value", bound=Hashable)


def choose(mentions: Sequence[MentionFacts]) -> DealFacts:
    """The values of the deal that these mentions tell; `mentions` is not empty and sorted by key."""
    everybody, mentions = mentions, independent(mentions)
    firmest = _firmest(mentions)
    amount_teller = _amount_teller(mentions)
    amount = amount_teller.amount if amount_teller else None
    news = [mention for mention in everybody if mention.role == "news"]
    return DealFacts(
        kind=_majority(mentions, lambda mention: mention.kind) or mentions[0].kind,
        company=_company(mentions),
        investors=_parties(firmest, lambda mention: zip(mention.investor_keys, mention.investors, strict=True)),
        lead=_parties(firmest, lambda mention: zip(mention.lead_keys, mention.lead, strict=True)),
        amount=amount,
        alt=_alt(mentions, amount),
        valuation=_best_amount(mentions, lambda mention: mention.valuation),
        round=_majority(mentions, lambda mention: mention.round),
        status=status_of(mentions),
        role="news" if news else "background",
        cumulative=mentions[0].cumulative,
        date=_date(firmest) or _date(mentions),
        ai=_about_ai(mentions),
        confidence=max(mention.confidence for mention in everybody),
        first_published=min(mention.published for mention in news or everybody),
    )


def independent(mentions: Sequence[MentionFacts]) -> list[MentionFacts]:
    """Without repetitions: of the copies of one text that tell the same, the surest speaks for all, in the same order.

    A copy that tells something else (an updated figure) stays.
    """
    speakers: dict[Hashable, MentionFacts] = {}
    for mention in mentions:
        told = (
            mention.origin or mention.key, mention.kind, _figure(mention.amount), _figure(mention.valuation),
            mention.round, mention.status, mention.role, mention.date, mention.ai, mention.investor_keys,
            mention.lead_keys,
        )  # fmt: skip
        known = speakers.setdefault(told, mention)
        if (-mention.confidence, mention.key) < (-known.confidence, known.key):
            speakers[told] = mention
    chosen = {mention.key for mention in speakers.values()}
    return [mention for mention in mentions if mention.key in chosen]


def status_of(mentions: Sequence[MentionFacts]) -> Status:
    """The furthest stage of rumoured → planned → announced; cancelled unless the press announces it again later.

    A later recall of the announcement is none: the past is told as it was.
    """
    cancelled = [mention.published for mention in mentions if mention.status == "cancelled"]
    again = [mention.published for mention in mentions if mention.status == "announced" and mention.role == "news"]
    if cancelled and (not again or max(cancelled) >= max(again)):
        return "cancelled"
    return max((mention.status for mention in mentions if mention.status != "cancelled"), key=_FIRMNESS.__getitem__)


def _firmest(mentions: Sequence[MentionFacts]) -> list[MentionFacts]:
    top = max(_FIRMNESS[mention.status] for mention in mentions)
    return [mention for mention in mentions if _FIRMNESS[mention.status] == top]


def _amount_teller(mentions: Sequence[MentionFacts]) -> MentionFacts | None:
    return _teller(mentions, lambda mention: mention.amount)


def _best_amount(mentions: Sequence[MentionFacts], of: Callable[[MentionFacts], Amount | None]) -> Amount | None:
    teller = _teller(mentions, of)
    return of(teller) if teller else None


def _teller(mentions: Sequence[MentionFacts], of: Callable[[MentionFacts], Amount | None]) -> MentionFacts | None:
    """The mention whose amount the deal shows."""
    stating = [mention for mention in mentions if of(mention) is not None]
    if not stating:
        return None
    votes: dict[Hashable, int] = defaultdict(int)
    candidates = _firmest(stating)
    for mention in candidates:
        votes[_figure(of(mention))] += 1

    def rank(mention: MentionFacts) -> tuple[int, int, float, int, str]:
        amount = of(mention)
        assert amount is not None
        precision = _PRECISION[amount.bound]
        return (-votes[_figure(amount)], -precision, -mention.confidence, mention.published.toordinal(), mention.key)

    return min(candidates, key=rank)


def _figure(amount: Amount | None) -> Hashable:
    return None if amount is None else (amount.value, amount.currency)


def _alt(mentions: Iterable[MentionFacts], amount: Amount | None) -> Amount | None:
    """The conversion that somebody states for the very figure shown."""
    stated = [m for m in mentions if m.alt is not None and _figure(m.amount) == _figure(amount)]
    return min(stated, key=lambda mention: (-mention.confidence, mention.key)).alt if stated else None


def _majority(mentions: Iterable[MentionFacts], of: Callable[[MentionFacts], Value | None]) -> Value | None:
    """The value with the most confidence behind it; ties go to the smallest spelling."""
    weight: dict[Value, list[float]] = defaultdict(list)
    for mention in mentions:
        if (value := of(mention)) is not None:
            weight[value].append(mention.confidence)
    # fsum-like stability: the floats are added in sorted order, so that the order of mentions cannot matter.
    return min(weight, key=lambda value: (-round(sum(sorted(weight[value])), 9), str(value)), default=None)


def _about_ai(mentions: Iterable[MentionFacts]) -> bool:
    """What the tellings with more confidence behind them say; yes when they balance."""
    says = {
        answer: sorted(mention.confidence for mention in mentions if mention.ai is answer) for answer in (True, False)
    }
    return round(sum(says[True]), 9) >= round(sum(says[False]), 9)


def _company(mentions: Sequence[MentionFacts]) -> str:
    """The spelling used most; one in capitals only when there is no other."""
    mixed = [mention for mention in mentions if not (mention.company.isupper() and len(mention.company) > 4)]
    counts: dict[str, int] = defaultdict(int)
    for mention in mixed or mentions:
        counts[mention.company] += 1
    return min(counts, key=lambda name: (-counts[name], name))


def _parties(
    mentions: Iterable[MentionFacts], of: Callable[[MentionFacts], Iterable[tuple[str, str]]]
) -> tuple[str, ...]:
    """Everybody named, those named most often first; each under the spelling used most."""
    spellings: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    place: dict[str, int] = {}
    for mention in mentions:
        for position, (key, name) in enumerate(of(mention)):
            spellings[key][name] += 1
            place[key] = min(position, place.get(key, position))
    order = sorted(spellings, key=lambda key: (-sum(spellings[key].values()), place[key], key))
    return tuple(min(spellings[key], key=lambda name: (-spellings[key][name], name)) for key in order)


def _date(mentions: Iterable[MentionFacts]) -> str | None:
    """The most precise date told; of equally precise ones the one most confidence backs, then the earliest."""
    dates = [mention for mention in mentions if mention.date]
    if not dates:
        return None
    finest = max(len(mention.date or "") for mention in dates)
    return _majority((mention for mention in dates if len(mention.date or "") == finest), lambda mention: mention.date)
