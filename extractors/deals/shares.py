"""Sums told beside a round that are none of their own: what one investor puts in it, what the company is worth."""

from __future__ import annotations

from extractors.deals.abstraction import View
from extractors.deals.cues import Cue
from extractors.deals.drafts import Draft

# How many sentences after a round one investor's share of it may be told.
REACH = 3
# How far before a sum "avait" says that it is an earlier one.
_HAD_REACH = 60
_EQUITY = ("funding", "ipo", "infrastructure")


def without_shares(drafts: list[Draft], cues: dict[str, Cue]) -> list[Draft]:
    """Drop what one investor puts in a round that is told beside it; its payer is one of the round's."""
    dropped: set[int] = set()
    for draft in drafts:
        whole = _round_of(draft, drafts, cues)
        if whole is not None:
            dropped.add(id(draft))
            known = {named.name for named in whole.investors}
            whole.investors += [named for named in draft.investors if named.name not in known]
            whole.lead = whole.lead or list(draft.lead)
    return [draft for draft in drafts if id(draft) not in dropped]


def _round_of(draft: Draft, drafts: list[Draft], cues: dict[str, Cue]) -> Draft | None:
    """The round that a sum is one investor's share of, if any."""
    if draft.amount is None or draft.kind not in _EQUITY:
        return None
    view = draft.view
    at = draft.start if draft.sum_at is None else draft.sum_at
    larger = [whole for whole in drafts if _larger(whole, draft)]
    if not larger or cues["on_top"].within(view.text):
        return None
    before, after = view.text[:at], view.text[at + 1 :]
    entered = "funding.entered" in draft.rules and cues["entered_for"].before.search(before) is not None
    puts_in = entered or cues["puts_in"].before.search(before) is not None
    if puts_in and cues["of_a_round"].after.match(after):
        return next((whole for whole in larger if view in whole.views), None)
    paid_out = not before.strip(' "') and cues["paid_out"].after.match(after) is not None
    if not paid_out and (_recalled(draft) or cues["had"].within(before[-_HAD_REACH:])):
        return None
    share = puts_in or bool(cues["told_of"].before.search(before) or cues["told_of"].after.match(after))
    told = [whole for whole in larger if _gap(whole, view) is not None and (paid_out or not _apart(draft, whole))]
    if told and (share or paid_out):
        return min(told, key=lambda whole: _gap(whole, view) or 0)
    return _told_next(draft, larger, cues)


def _told_next(draft: Draft, larger: list[Draft], cues: dict[str, Cue]) -> Draft | None:
    """The round told right behind the stake of one who leads it: "Y met 1,3 million dans X. Il mène ce tour de 2"."""
    last = max(view.number for view in draft.views)
    behind = (whole for whole in larger if whole.view.number == last + 1)
    return next((whole for whole in behind if cues["told_next"].within(whole.view.text) and not _recalled(whole)), None)


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
