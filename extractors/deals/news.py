"""News or recalled: each deal of an article is weighed by where it stands, when it happened and how it is told."""

from __future__ import annotations

import re
from datetime import date

from extractors.deals.circumstances import days_before
from extractors.deals.drafts import Draft
from extractors.deals.grammar import governor, words_after, words_before
from extractors.deals.points import Cues
from extractors.deals.scene import Scene
from extractors.deals.sums import GROUPS

_CLAUSE = re.compile(r"[;:]")
# So much of the clause around a sum is read for tenses, and so many words on either side.
_CLAUSE_BEFORE, _CLAUSE_AFTER, _NEAR = 110, 70, 4
_WORD = re.compile(r"[a-z]{3,}")
# How long ago it was, as `_age` tells; each is weighed with the tense and the status that it is told in.
_AGES = frozenset(["undated", "this_year", "age:week", "age:month", "age:quarter", "age:old"])
# The first that fits a verb is its tense; "aurait" is no imperfect.
_TENSES = (
    ("pluperfect", re.compile(r"\b(?:avai(?:t|ent)|(?:s')?etai(?:t|ent))\b")),
    ("conditional", re.compile(r"\b\w+rai(?:t|ent)\b")),
    ("imperfect", re.compile(r"\b\w+ai(?:t|ent)\b")),
    ("future", re.compile(r"\b\w+(?:ra|ront)\b")),
    ("perfect", re.compile(r"\b(?:a|ont|est|sont|vien(?:t|nent)\s+de)\b")),
)


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
    merged = sorted(merged, key=_after_the_news)
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
        ("recalled", draft.recalled),
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
    cues |= _telling(draft, scene)
    cues |= _beside(draft, merged, scene)
    if _beside_title(draft, own):
        cues["beside_title"] = 1.0
    ages = [cue for cue in cues if cue in _AGES]
    told = [cue for cue in cues if cue.startswith(("tense:", "status:"))]
    cues |= {f"{cue}|{age}": 1.0 for cue in told for age in ages}
    return {cue: strength for cue, strength in cues.items() if strength}


def _beside_title(draft: Draft, own: list[Draft]) -> bool:
    """Whether a deal of the same company that the title tells stands in its sentence or just before it."""
    titled = [d for d in own if d is not draft and any(view.where == "title" for view in d.views)]
    number = draft.views[0].number
    return any(0 <= number - view.number <= 1 for d in titled for view in d.views if view.where == "text")


def _after_the_news(draft: Draft) -> int:
    """What just happened first, and last what only dates it: "Neuf mois après l'amorçage (3 M€), elle lève 18 M€"."""
    return draft.around[0].older - draft.around[0].just_now if draft.around else 0


def _telling(draft: Draft, scene: Scene) -> Cues:
    """How the sentence tells it: the tense of its verb, the words around the sum and in the sentence."""
    view, text = draft.view, draft.view.text
    at = draft.start
    if draft.amount is not None and draft.amount[0] is view and draft.sum_at is not None:
        at = draft.sum_at
    hits = scene.hits(view)
    verb = governor(text, hits, at) or next(iter(hits), None)
    told = text[verb.start : verb.end] if verb else ""
    tense = next((name for name, pattern in _TENSES if pattern.search(told)), "present" if verb else "none")
    cues: Cues = {f"tense:{tense}": 1.0}
    low = max((m.end() for m in _CLAUSE.finditer(text, 0, at)), default=0)
    clause = text[max(low, at - _CLAUSE_BEFORE) : at + _CLAUSE_AFTER]
    cues |= {f"clause:{name}": 1.0 for name, pattern in _TENSES if pattern.search(clause)}
    cues |= {f"before:{word}": 1.0 for word in words_before(view, at, _NEAR)}
    cues |= {f"behind:{word}": 1.0 for word in words_after(view, at, _NEAR)}
    cues |= {f"word:{word}": 1.0 for word in _WORD.findall(text)}
    if scene.itemised:
        cues["itemised"] = 1.0
        if view.first:
            cues["itemised|opens_paragraph"] = 1.0
    return cues


def _beside(draft: Draft, merged: list[Draft], scene: Scene) -> Cues:
    """What else the article tells: of how many companies, how much of it recalled, what came just before."""
    view, company = draft.view, draft.company.name
    companies = len({other.company.name for other in merged})
    cues: Cues = {
        "companies:"
        + ("one" if companies == 1 else "two" if companies == 2 else "few" if companies < 5 else "many"): 1.0,
        "beside": min(sum(other is not draft and other.view is view for other in merged), 3) / 3,
        "how_far": view.number / max(len(scene.views), 1),
    }
    for title in scene.views[:1]:
        cues |= {f"title_word:{word}": 1.0 for word in _WORD.findall(title.text)}
    others = [other for other in merged if other.company.name != company]
    if others:
        recalled = sum(other.recalled for other in others) / len(others)
        cues |= {"others:recalled": recalled, "others:told": 1.0 - recalled}
    before = [other for other in merged if other.view.number < view.number]
    cues["told_before"] = min(len(before), 5) / 5
    if before:
        cues["goes_on" if before[-1].company.name == company else "turns"] = 1.0
    return cues


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
