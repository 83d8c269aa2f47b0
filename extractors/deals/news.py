"""News or recalled: each deal of an article is weighed by where it stands, when it happened and how it is told."""

from __future__ import annotations

from datetime import date

from extractors.deals.circumstances import days_before
from extractors.deals.drafts import Draft
from extractors.deals.points import Cues
from extractors.deals.scene import Scene
from extractors.deals.sums import GROUPS


def news_cues(
    draft: Draft,
    merged: list[Draft],
    scene: Scene,
    published: date | None,
    *,
    round_up: bool,
    retrospective: bool,
    lead: int,
) -> Cues:
    """The cues; `config/points/news.yaml` weighs them.

    Args:
        round_up: many companies, none of them the topic.
        retrospective: the title dates the article to a past year.
        lead: how many sentences count as the beginning.
    """
    company = draft.company.name
    own = [d for d in merged if d.company.name == company]
    same_kind = [d for d in own if d.kind == draft.kind]
    number = draft.views[0].number
    cues: Cues = {"any": 1.0, GROUPS[draft.kind]: 1.0, "depth": min(number, 20) / 20}
    titled = any(name == company for name, _ in scene.titled)
    for name, there in (
        ("title", any(view.where == "title" for view in draft.views)),
        ("titled", titled),
        ("topic", company == scene.cast.topic),
        ("early", number <= lead),
        ("lead", number <= 2),
        ("first", draft is merged[0]),
        ("first_of_company", draft is own[0]),
        ("first_of_kind", draft is same_kind[0]),
        ("told_again", len(draft.views) > 1),
        ("only", len(merged) == 1),
        ("round_up", round_up),
        ("retrospective", retrospective),
        ("recalled", any(a.role == "background" for a in draft.around)),
        ("recalled:first", bool(draft.around) and draft.around[0].role == "background"),
        ("cumulative", any(a.cumulative for a in draft.around)),
        ("earlier", any(a.earlier for a in draft.around)),
        ("official", any(a.official for a in draft.around)),
        ("no_sum", draft.amount is None),
        ("opens_paragraph", draft.view.first),
        ("buyer_is_topic", any(n.name == scene.cast.topic for n in draft.investors)),
        ("buyer_titled", any(n.name == name for n in draft.investors for name, _ in scene.titled)),
        ("has_investors", bool(draft.investors)),
        ("has_round", draft.round is not None),
        ("has_valuation", draft.valuation is not None),
    ):
        if there:
            cues[name] = 1.0
            if name in ("titled", "topic", "early", "round_up"):
                for other in ("first_of_company", "first_of_kind", "recalled"):
                    cues.setdefault(f"{name}|{other}", 0.0)
    for pair in [c for c in cues if "|" in c]:
        one, other = pair.split("|")
        cues[pair] = 1.0 if one in cues and other in cues else 0.0
    for around in draft.around:
        cues[f"status:{around.status or 'told'}"] = 1.0
    cues |= _age(draft, published)
    return {cue: strength for cue, strength in cues.items() if strength}


def _age(draft: Draft, published: date | None) -> Cues:
    if draft.when is None or published is None:
        return {"undated": 1.0}
    told = draft.when[1].value.value
    days = days_before(told, published)
    precision = {4: "year", 7: "month"}.get(len(told), "day")
    if precision == "year" and told == str(published.year):
        return {"this_year": 1.0}
    near = "week" if days <= 8 else "month" if days <= 45 else "quarter" if days <= 120 else "old"
    return {f"age:{near}": 1.0, f"age:{near}:{precision}": 1.0}
