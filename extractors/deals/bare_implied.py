"""Deals told without a sum of a company that their sentence need not name: "Son nouveau propriétaire, Y, se tait"."""

from __future__ import annotations

from extractors.deals.abstraction import View
from extractors.deals.cast import NEVER_FUNDED, PAYING, Cast, Named
from extractors.deals.drafts import Draft
from extractors.deals.match import Match
from extractors.deals.rule_parties import payers_of, recipient_of
from extractors.deals.scene import Scene
from extractors.values import Kind


def implied_drafts(scene: Scene, drafts: list[Draft]) -> list[Draft]:
    """Drafts of what rules tell of the company named just before, at most one for each company and kind.

    Args:
        drafts: those told otherwise; a company that has one of the same kind needs no other, but that one gets who
            pays when nobody was told to.
    """
    have: dict[tuple[str, Kind], Draft] = {(d.company.name, d.kind): d for d in reversed(drafts)}
    out = []
    for matches in scene.found:
        for match in matches.deals:
            if "amount" in match.slots or "antecedent" not in match.rule.text.company:
                continue
            draft = _implied(match, matches.view, scene.cast)
            if draft is None:
                continue
            known = have.setdefault((draft.company.name, draft.kind), draft)
            if known is draft:
                out.append(draft)
            elif not known.investors and abs(known.view.number - draft.view.number) <= 1:
                known.investors = draft.investors
    return out


def _implied(match: Match, view: View, cast: Cast) -> Draft | None:
    payers = payers_of(match, view, cast)
    _, how = recipient_of(match, match.end, view, cast, payers)
    if how not in ("", "topic") or not payers:
        return None
    called = _named_before(match, view, cast, {payer.name for payer in payers})
    if called is None:
        return None
    return Draft(
        kind=match.rule.kind or "funding",
        company=cast.mention(called, view),
        how="bare",
        view=view,
        start=match.start,
        end=match.end,
        rules=[match.rule.id],
        grade=match.score,
        investors=[Named(p.name, p.view, p.span) for p in payers],
    )


def _named_before(match: Match, view: View, cast: Cast, paying: set[str]) -> str | None:
    """The company named last before the match, in its sentence or the one before, else what the article is about."""
    for number in (view.number, view.number - 1):
        found = [p for p in cast.known.get(number, []) if p.name and cast.allowed(p, NEVER_FUNDED)]
        found = [p for p in found if number < view.number or p.position < match.start]
        called = [cast.called(p.name) for p in found if p.name and p.name.type not in PAYING]
        called = [name for name in called if name not in paying and not cast.pays(name)]
        if called:
            return called[-1]
    return cast.topic if cast.topic not in paying else None
