"""Drafts of one article brought together: one real-world deal, one mention."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

from extractors.deals.abstraction import Span, View
from extractors.deals.circumstances import circumstances
from extractors.deals.cues import Cues
from extractors.deals.dates import DateSpan
from extractors.deals.discourse import NEVER_FUNDED, SURE_PART, Cast, Named
from extractors.deals.drafts import Draft, amount_draft, bare_draft, price, resolve
from extractors.deals.match import Claim, Match, Matches
from extractors.deals.parties import party_at, read_list, read_list_back, subject
from extractors.values import Amount

_EACH = re.compile(r"\bchacune?\b")
# "Plus de 14 milliards" and "14,3 milliards" are one amount; beyond 6 % they are two.
# How many sentences away a part ("mené par Y") still belongs to a deal of its paragraph, and to the main deal.
PART_REACH = 4
MAIN_REACH = 6
# The announcement's day stands in the first sentences and lies at most so many days back.
DATE_REACH = 7
FRESH_DAYS = 10
# No article of the press tells so many deals; comparing each with each stays cheap.
MOST_DRAFTS = 150
# Below this grade a draft is a guess that better-told facts overrule.
GUESS = 0.6
LOOSE = 0.35
RETOLD_REACH = 2
PRICE_REACH = 6
WHOLE_REACH = 3
# A bare enumeration of so many names, so few sentences after the main round, is taken for its investors.
ENUMERATION = 3
ENUMERATION_REACH = 4
ROUNDING = Decimal("1.06")
BARE_KINDS = ("acquisition", "ipo", "funding")


def draft_all(found: list[Matches], cast: Cast, cues: Cues, published: date | None) -> tuple[list[Draft], list[str]]:
    """Go through the sentences in order, keeping the focus; returns drafts and the reasons of what was refused."""
    drafts: list[Draft] = []
    refused: list[str] = []
    late: list[Claim] = []
    totals = False
    for matches in found:
        view = matches.view
        if view.first and view.where == "text":
            cast.focus = None
        cast.look_at(view)
        cast.seen.append(view)
        totals = totals and not view.first
        here: list[Draft] = []
        pending: list[Claim] = []
        for claim in matches.claims:
            span = claim.span
            if claim.role == "converted" and here and here[-1].amount and here[-1].alt is None:
                here[-1].alt = (view, span, claim.amount)
            elif claim.role == "deal":
                draft, reason = amount_draft(claim, matches, cast, drafts + here)
                if draft is not None and draft.grade < LOOSE and totals and not cast.known[view.number]:
                    draft, reason = None, "goes on with the total of a sector"
                if draft is None:
                    pending.append(claim)
                    refused.append(f"{view.where}:{span.start} {reason}")
                    continue
                if draft not in drafts and draft not in here:
                    here.append(draft)
                    _focus(draft, cast)
            elif claim.role == "not_a_deal" and claim.match:
                totals = totals or claim.match.rule.text.not_a_deal in ("sector", "market")
                refused.append(f"{view.where}:{span.start} {claim.match.rule.id}")
        late += pending
        bare = _bare(matches, here, cast)
        for claim in pending:
            for match in (m for m in claim.fitting() if m.rule.text.part):
                if price(match, claim, bare, cast):
                    break
        here += bare
        for draft in here:
            around = circumstances(view, draft.start, draft.end, published, cues)
            draft.around.append(around)
            draft.views.append(view)
            if around.date:
                draft.when = (view, around.date)
        here += _for_each(here, view, cast)
        drafts += here
        _parts(matches, here, drafts, cast, cues)
        if not here and not matches.claims:
            _enumerated(matches, drafts, cast, cues)
        for draft in here:
            _focus(draft, cast)
    drafts = drafts[:MOST_DRAFTS]
    for claim in late[:MOST_DRAFTS]:
        for match in (m for m in claim.fitting() if m.rule.text.part):
            if price(match, claim, drafts, cast):
                break
    return drafts, refused


def _for_each(here: list[Draft], view: View, cast: Cast) -> list[Draft]:
    """ "100 000 francs à chacune": the same draft for every name of the enumeration just told."""
    if not here or not _EACH.search(view.text):
        return []
    runs = [
        read_list(v, p.position)
        for v in (view, *cast.seen[-2:-1])
        for p in cast.known[v.number]
        if p.name and cast.allowed(p, NEVER_FUNDED)
    ]
    runs = [r for r in runs if len(r) > 1]
    if not runs:
        return []
    run = max(runs, key=len)
    draft = here[-1]
    payers = {n.name for n in draft.investors}
    names = [Named(cast.called(p.name), cast.view_of(p, view), p.span) for p in run if p.name]
    names = [n for n in names if n.name not in payers]
    if not names:
        return []
    draft.company, draft.how = names[0], "slot"
    return [
        replace(
            draft,
            company=n,
            investors=list(draft.investors),
            around=list(draft.around),
            views=list(draft.views),
            rules=list(draft.rules),
        )
        for n in names[1:]
    ]


def _focus(draft: Draft, cast: Cast) -> None:
    cast.focus = draft.company.name
    if draft.investors:
        cast.payer = draft.investors[0].name


def _bare(matches: Matches, here: list[Draft], cast: Cast) -> list[Draft]:
    out: list[Draft] = []
    for match in sorted(matches.deals, key=lambda m: -m.score):
        if "amount" in match.slots or match.rule.kind not in BARE_KINDS:
            continue
        draft = bare_draft(match, cast)
        if draft is None:
            continue
        twin = next(
            (
                d
                for d in here + out
                if d.company.name == draft.company.name
                and (d.kind in (draft.kind, "funding") or draft.kind == "funding")
            ),
            None,
        )
        if twin is not None:
            if draft.kind == "acquisition":
                twin.kind = "acquisition"
            _add_names(twin.investors, draft.investors)
            continue
        out.append(draft)
    return out


def _parts(matches: Matches, here: list[Draft], drafts: list[Draft], cast: Cast, cues: Cues) -> None:
    view = matches.view
    for match in matches.parts:
        for slot in ("lead", "investors"):
            if slot not in match.slots:
                continue
            party = party_at(view, match.slots[slot])
            target = _target(match, here, drafts, cast, cues)
            if party is None or target is None:
                continue
            backward = match.pattern.source.startswith("{")
            run = (
                read_list_back(view, party.position, cast.known[view.number])
                if backward
                else read_list(view, party.position)
            )
            named = [n for n in (resolve(p, view, cast, paying=True) for p in run if p.name) if n]
            named = [n for n in named if n.name != target.company.name]
            if not named:
                continue
            _add_names(target.investors, named)
            if slot == "lead":
                _add_names(target.lead, named)
            target.rules.append(match.rule.id)
    for claim in matches.claims:
        if claim.role == "valuation" and claim.match:
            target = _target(claim.match, here, drafts, cast, cues)
            about = subject(view, claim.match.start, cast.known[view.number])
            valued = resolve(about, view, cast, paying=False) if about and about.name else None
            if valued and target and valued.name != target.company.name and not cast.pays(valued.name):
                continue
            if target is not None and target.valuation is None:
                target.valuation = (view, claim.span, claim.amount)
                target.rules.append(claim.match.rule.id)


def _enumerated(matches: Matches, drafts: list[Draft], cast: Cast, cues: Cues) -> None:
    """Three names or more in a row soon after the main round, and nothing that says otherwise: who took part."""
    view, main = matches.view, main_deal(drafts, cast)
    if main is None or main.kind not in ("funding", "fund") or cues.not_investors.within(view.text):
        return
    if view.number - max(v.number for v in main.views) > ENUMERATION_REACH:
        return
    runs = [read_list(view, p.position) for p in cast.known[view.number] if p.name]
    run = max(runs, key=len, default=[])
    named = [n for n in (resolve(p, view, cast, paying=True) for p in run if p.name) if n]
    people = all(p.name and p.name.type == "person" for p in run)
    if len(named) >= ENUMERATION and not people and all(n.name != cast.topic for n in named):
        _add_names(main.investors, named)
        main.rules.append("parts.enumerated")


def _target(match: Match, here: list[Draft], drafts: list[Draft], cast: Cast, cues: Cues) -> Draft | None:
    """The draft that a part completes: of its sentence, else of its paragraph, else the article's main deal."""
    view = match.view
    firm = [d for d in here if _takes_parts(d)] or here
    if firm:
        left = [d for d in firm if d.start <= match.start]
        return left[-1] if left else firm[0]
    near = [d for d in drafts if d.view.paragraph == view.paragraph and d.view.where == view.where]
    near = [d for d in near if view.number - d.view.number <= PART_REACH and _takes_parts(d)]
    lent = [d for d in near if d.kind == "debt"]
    if lent and cues.of_debt.within(view.text):
        return lent[-1]
    if near:
        return near[-1]
    main = main_deal(drafts, cast)
    sure = match.rule.text.grade >= SURE_PART
    if main is not None and view.number - max(v.number for v in main.views or [main.view]) <= (
        MAIN_REACH if sure else PART_REACH
    ):
        return main
    recent = [d for d in drafts if view.number - d.view.number <= PART_REACH]
    return recent[-1] if recent else None


def _takes_parts(draft: Draft) -> bool:
    """Guesses and totals have no investors of their own."""
    return draft.grade > LOOSE and not any(a.cumulative for a in draft.around) and not draft.sets_cumulative


def main_deal(drafts: list[Draft], cast: Cast) -> Draft | None:
    """The first deal told of the topic company that is neither recalled nor a total."""
    for draft in drafts:
        recalled = any(a.role == "background" or a.cumulative for a in draft.around)
        if draft.company.name == cast.topic and not recalled:
            return draft
    return None


def _add_names(names: list[Named], more: list[Named]) -> None:
    have = {n.name for n in names}
    for name in more:
        if name.name not in have:
            names.append(name)
            have.add(name.name)


def merge(drafts: list[Draft], cast: Cast) -> list[Draft]:
    """One draft for each deal: same company and amount, or a bare telling of a deal that has one."""
    kept: list[Draft] = []
    for draft in without_tranches(without_valuations(with_prices(without_loose_guesses(drafts, cast)))):
        twin = next((k for k in kept if _same(k, draft)), None)
        if twin is None:
            kept.append(draft)
        else:
            _join(twin, draft)
    for draft in kept:
        if draft.kind == "acquisition" and draft.amount is None and draft.valuation is not None:
            draft.amount, draft.valuation = draft.valuation, None
    return kept


def date_news(merged: list[Draft], views: list[View], cast: Cast, published: date | None) -> None:
    """Undated news of the topic takes the day its announcement is dated, told in the first sentences."""
    main = main_deal(merged, cast)
    if main is None or main.when is not None or published is None:
        return
    for view in views[:DATE_REACH]:
        for _, span in view.of("date"):
            value = span.value
            if isinstance(value, DateSpan) and value.precision == "day":
                days = (published - date.fromisoformat(value.value)).days
                if 0 <= days <= FRESH_DAYS:
                    main.when = (view, cast_date(span))
                    return


def date_items(items: list[Draft], views: list[View], published: date | None) -> None:
    """Undated items of a round-up take the period its title or first sentences tell."""
    told = [
        (view, cast_date(span))
        for view in views[:DATE_REACH]
        for _, span in view.of("date")
        if isinstance(span.value, DateSpan) and (span.value.precision == "day" or view.where == "title")
    ]
    told = [(v, s) for v, s in told if published and s.value.value <= published.isoformat()[: len(s.value.value)]]
    for draft in items:
        if draft.when is None and told:
            draft.when = told[0]


def cast_date(span: Span[object]) -> Span[DateSpan]:
    """The same span, known to hold a date."""
    assert isinstance(span.value, DateSpan)
    return Span(span.kind, span.start, span.end, span.value)


def without_loose_guesses(drafts: list[Draft], cast: Cast) -> list[Draft]:
    """A guess (an amount without any word of a deal) stands only where the same company has a deal told outright.

    An article about one company that tells none outright keeps its first guess.
    """
    told = {d.company.name for d in drafts if d.grade > LOOSE or d.amount is None}
    kept = [
        d for d in drafts if d.grade > LOOSE or d.company.name in told or d.kind == "infrastructure" or d.how == "own"
    ]
    if not told and cast.strong:
        kept += [d for d in drafts if d.company.name == cast.topic and d not in kept][:1]
    return kept


def with_prices(drafts: list[Draft]) -> list[Draft]:
    """A guessed funding of a company whose purchase is told without amount is the price of that purchase."""
    bought = [d for d in drafts if d.kind == "acquisition" and d.amount is None]
    priced: set[int] = set()
    for draft in bought:
        if any(d.kind == "acquisition" and d.amount and d.company.name == draft.company.name for d in drafts):
            continue
        for guess in drafts:
            near = 0 <= guess.view.number - draft.view.number <= PRICE_REACH
            if (
                guess.kind == "funding"
                and guess.grade < GUESS
                and near
                and guess.company.name == draft.company.name
                and guess.amount
            ):
                draft.amount, draft.alt = guess.amount, guess.alt
                draft.rules += guess.rules
                priced.add(id(guess))
                break
    return [d for d in drafts if id(d) not in priced]


def without_valuations(drafts: list[Draft]) -> list[Draft]:
    """Drop guesses whose amount is told elsewhere as a valuation."""
    values = [d.valuation[2] for d in drafts if d.valuation]
    return [d for d in drafts if d.grade > GUESS or not d.amount or not any(_equal(v, _amount(d)) for v in values)]


def without_tranches(drafts: list[Draft]) -> list[Draft]:
    """Drop amounts that add up to another amount of the same company told nearby: they are its parts.

    Equity and debt with an amount each are two deals; then the whole is dropped.
    """
    parts: set[int] = set()
    told = [d for d in drafts if d.amount]
    wholes: dict[tuple[str, Decimal, str | None], list[Draft]] = {}
    for draft in told:
        wholes.setdefault((draft.company.name, _amount(draft).value, _amount(draft).currency), []).append(draft)
    for i, a in enumerate(told):
        for b in told[i + 1 : i + 4]:
            x, y = _amount(a), _amount(b)
            apart = b.view.number - a.view.number
            if apart > 2 or (x.value == y.value and apart) or a.company.name != b.company.name:
                continue
            for c in wholes.get((a.company.name, x.value + y.value, x.currency or y.currency), ()):
                near = min(abs(c.view.number - a.view.number), c.view.number) <= WHOLE_REACH
                if near and x.currency == y.currency:
                    for part in (a, b):
                        _add_names(c.investors, part.investors)
                        _add_names(c.lead, part.lead)
                    parts |= {id(c)} if (a.kind == "debt") != (b.kind == "debt") else {id(a), id(b)}
    return [d for d in drafts if id(d) not in parts]


def _amount(draft: Draft) -> Amount:
    assert draft.amount
    return draft.amount[2]


def _same(a: Draft, b: Draft) -> bool:
    same_company = a.company.name == b.company.name
    if a.amount and b.amount:
        if _retold(a) != _retold(b) and not (a.amount[2].bound != "exact" or a.around[0].status):
            return False
        if same_company and a.kind == b.kind and _rounded(a.amount[2], b.amount[2]):
            return True
        if _rivals(a, b):
            return False
        same = _equal(a.amount[2], b.amount[2]) or bool(a.alt and _equal(a.alt[2], b.amount[2]))
        if not same:
            return False
        guessed = any(d.how in ("topic", "near") and d.grade < GUESS for d in (a, b))
        taken_up = "anaphor" in (a.how, b.how) and abs(a.view.number - b.view.number) <= RETOLD_REACH
        return same_company or guessed or taken_up
    if not same_company:
        return False
    return a.kind == b.kind or (a.amount is None and b.amount is None)


def _rounded(a: Amount, b: Amount) -> bool:
    """True when one rounds the other: "plus de 14 milliards", then "14,3 milliards"."""
    low, high = sorted((a, b), key=lambda x: x.value)
    return (
        a.currency == b.currency
        and low.bound in ("at_least", "about")
        and low.value < high.value <= low.value * ROUNDING
    )


def _rivals(a: Draft, b: Draft) -> bool:
    """True for two deals of one size: other investors, and either other dates or only one of them a rumour."""
    names, others = {n.name for n in a.investors}, {n.name for n in b.investors}
    if not names or not others or names & others:
        return False
    dated = bool(a.when and b.when and a.when[1].value.value[:7] != b.when[1].value.value[:7])
    rumour = {any(c.status == "rumoured" for c in d.around) for d in (a, b)}
    return dated or len(rumour) == 2


def _retold(draft: Draft) -> bool:
    """True for what is told as an earlier deal: "il avait déjà annoncé 500 millions" is not today's 500 millions."""
    return any(a.earlier for a in draft.around)


def _equal(a: Amount, b: Amount) -> bool:
    return a.currency == b.currency and (a.value == b.value or (a.high is not None and a.high == b.high))


def _join(into: Draft, other: Draft) -> None:
    precise = [d for d in (into, other) if d.kind in ("acquisition", "fund", "debt", "ipo", "grant") and d.grade > 0.5]
    kind = max(precise or [into, other], key=lambda d: d.grade).kind
    if other.grade > into.grade:
        into.company, into.how, into.grade = other.company, other.how, other.grade
    into.kind = kind
    if (
        into.amount
        and other.amount
        and _rounded(into.amount[2], other.amount[2])
        and other.amount[2].value > into.amount[2].value
    ):
        into.amount = other.amount
    into.amount = into.amount or other.amount
    into.alt = into.alt or other.alt
    into.valuation = into.valuation or other.valuation
    into.round = into.round or other.round
    into.when = into.when or other.when
    _add_names(into.investors, other.investors)
    _add_names(into.lead, other.lead)
    into.around += other.around
    into.views += other.views
    into.rules += [r for r in other.rules if r not in into.rules]
