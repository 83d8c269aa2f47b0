"""From matches to drafts: one for each fact of a sentence, with its parties resolved."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from extractors.deals.abstraction import Span, View
from extractors.deals.cast import Cast, Named
from extractors.deals.circumstances import Circumstances
from extractors.deals.dates import DateSpan
from extractors.deals.judge import Judge
from extractors.deals.kinds import kind_cues
from extractors.deals.match import Claim, Match, Matches
from extractors.deals.recipients import weigh_cues
from extractors.deals.rounds import RoundSpan
from extractors.deals.rule_parties import only_other, payers_of
from extractors.deals.scene import Mention, Scene, Told
from extractors.deals.sums import fitting_rules
from extractors.values import Amount, Kind

# Below this a draft is a guess that better-told facts overrule.
GUESS = 0.6
LOOSE = 0.35
# Nobody ever raised, borrowed, listed or paid so much (the most told is 250 billion, for a company, in 2026): beyond it
# stand plans of a decade, markets, valuations and the losses of a bad day. In currencies worth about a dollar.
BEYOND = Decimal(300_000_000_000)
STRONG = frozenset({"EUR", "USD", "GBP", "CHF", "CAD"})
# "14 M€ pour la première": so near, and so sure.
ORDER_REACH, BY_ORDER = 14, 0.9
# A veto this sure, and so much surer than any rule that takes the sum for a deal's, decides alone.
VETO, VETO_MARGIN = 0.8, 0.4


@dataclass(slots=True, eq=False)
class Draft:
    """A fact on its way to a mention.

    retold: other sentences that tell it and were not chosen.
    apart: told without a sum of a company that has another deal of the same kind: the two are not one.
    """

    kind: Kind
    company: Named
    how: str
    view: View
    start: int
    end: int
    rules: list[str]
    grade: float
    investors: list[Named] = field(default_factory=list)
    lead: list[Named] = field(default_factory=list)
    amount: tuple[View, Span[object], Amount] | None = None
    alt: tuple[View, Span[object], Amount] | None = None
    valuation: tuple[View, Span[object], Amount] | None = None
    round: tuple[View, Span[object], str] | None = None
    when: tuple[View, Span[DateSpan]] | None = None
    around: list[Circumstances] = field(default_factory=list)
    views: list[View] = field(default_factory=list)
    retold: list[View] = field(default_factory=list)
    sets_cumulative: bool = False
    apart: bool = False

    @property
    def sum_at(self) -> int | None:
        """Where its sum stands in the sentence that tells it."""
        if self.amount is None:
            return None
        view, span, _ = self.amount
        return next((at for at, held in view.of("amount") if held is span), None)

    @property
    def total(self) -> bool:
        """What was raised in all."""
        return self.sets_cumulative or any(around.cumulative for around in self.around[:1])

    @property
    def recalled(self) -> bool:
        """Told as something past."""
        return any(around.role == "background" for around in self.around)


def weighed_draft(claim: Claim, matches: Matches, scene: Scene, told: Told, judge: Judge) -> Draft | None:
    """The draft for a sum, when somebody is likelier to receive it than nobody."""
    view, cast = matches.view, scene.cast
    # A sum that no rule takes is one only where rules tell of deals.
    if _vetoed(claim) or not scene.tells_deals:
        told.give(None, claim.amount.value, None, view)
        return None
    settled = next((match for match in claim.rivals if match.rule.text.settles), None)
    if settled:
        told.give(None, claim.amount.value, None, view)
        claim.role, claim.match = "not_a_deal" if settled.rule.text.not_a_deal else "valuation", settled
        return None
    ordered = _by_order(scene, claim, view)
    called, sure = ordered or judge.recipient(view, claim, weigh_cues(scene, claim, matches, told))
    told.give(called, claim.amount.value, None, view)
    if called is None:
        value = [m for m in claim.rivals if "valuation" in m.slots]
        if value and claim.role == "deal":
            claim.role, claim.match = "valuation", value[0]
        return None
    kind, _ = judge.kind(view, claim, called, kind_cues(scene, claim, matches, called, told))
    if kind != "infrastructure" and claim.amount.value >= BEYOND and claim.amount.currency in STRONG:
        return None
    told.kinds[called] = told.last_kind = kind
    claim.role = "deal"
    here = [m for m in scene.mentions(view) if m.called == called]
    near = min(here, key=lambda m: abs(m.position - claim.position), default=None)
    company = Named(called, view, near.party.span) if near else cast.mention(called, view)
    match = _reading(claim, here, kind)
    draft = Draft(
        kind=kind,
        company=company,
        how="weighed",
        view=view,
        start=match.start if match else claim.position,
        end=match.end if match else claim.position + 1,
        rules=[match.rule.id] if match else ["weighed.near"],
        grade=sure,
        amount=(view, claim.span, claim.amount),
        sets_cumulative=bool(match and match.rule.text.sets.cumulative),
    )
    if match:
        draft.investors = [p for p in payers_of(match, view, cast) if p.name != called]
        draft.investors = draft.investors or only_other(match, view, company, cast)
        if "lead" in match.slots or match.rule.text.leads:
            draft.lead = draft.investors[:1]
    round_near(draft)
    return draft


def _by_order(scene: Scene, claim: Claim, view: View) -> tuple[str, float] | None:
    """Who a sum goes to that is "pour la première", "à la seconde" of two that were named together, and how sure."""
    for mention in scene.mentions(view):
        anaphor, gap = mention.party.anaphor, mention.position - claim.position
        if anaphor and anaphor.order and 0 < gap < ORDER_REACH and mention.prep in ("for", "to", "in"):
            return mention.called, BY_ORDER
    return None


def _vetoed(claim: Claim) -> bool:
    """True where a rule says so outright that the sum is no deal that nothing else needs to be weighed."""
    if claim.role != "not_a_deal" or claim.match is None or claim.match.score < VETO:
        return False
    rivals = [match.score for match in fitting_rules(claim)]
    return claim.match.score - max(rivals, default=0.0) >= VETO_MARGIN


def _reading(claim: Claim, here: list[Mention], kind: Kind) -> Match | None:
    """The best rule that agrees with who receives the sum and what kind of deal it is."""
    places = {m.position for m in here}
    fit = [m for m in claim.fitting() if m.slots.get("company") is None or m.slots["company"] in places]
    if not fit:
        fit = claim.fitting()
    return max(fit, key=lambda m: (m.rule.kind == kind, m.score), default=None)


def round_near(draft: Draft) -> None:
    view = draft.view
    near: list[tuple[int, Span[object]]] = sorted(view.of("round"), key=lambda item: abs(item[0] - draft.end))
    if near and min(abs(near[0][0] - draft.start), abs(near[0][0] - draft.end)) < 60:
        value = near[0][1].value
        assert isinstance(value, RoundSpan)
        draft.round = (view, near[0][1], value.value)


def main_deal(drafts: list[Draft], cast: Cast) -> Draft | None:
    """The first deal told of the topic company that is neither recalled nor a total."""
    for draft in drafts:
        if draft.company.name == cast.topic and not (draft.recalled or any(a.cumulative for a in draft.around)):
            return draft
    return None


def amount_of(draft: Draft) -> Amount:
    """The sum of a draft that has one."""
    assert draft.amount
    return draft.amount[2]


def add_names(names: list[Named], more: list[Named]) -> None:
    """Add those of `more` whose names are not there yet."""
    have = {n.name for n in names}
    for name in more:
        if name.name not in have:
            names.append(name)
            have.add(name.name)
