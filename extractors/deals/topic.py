"""What company an article is about: every party that could receive money is weighed by its place in title and lead."""

from __future__ import annotations

import re

from extractors.deals.abstraction import View
from extractors.deals.cast import NEVER_FUNDED, PAYING, Cast, headline
from extractors.deals.discourse import company_party, investor_party
from extractors.deals.grammar import Grammar, function, next_verb
from extractors.deals.judge import Judge
from extractors.deals.match import Matches
from extractors.deals.points import Cues

# "X : …", "X, …"
_HEADS_TITLE = re.compile(r"\s*[:,]")
# Title and the sentences that tell what the article is about.
LEAD = 3


def choose_topic(views: list[View], found: list[Matches], cast: Cast, grammar: Grammar, judge: Judge) -> str | None:
    """The company of the article's main deal; None when it is about several, or about none."""
    weighed = topic_cues(views, found, cast, grammar)
    return judge.topic(weighed) if len(weighed) > 1 else None


def topic_cues(views: list[View], found: list[Matches], cast: Cast, grammar: Grammar) -> dict[str | None, Cues]:
    """The cues of every candidate, None for an article without a topic; weighed by `config/points/topic.yaml`."""
    out: dict[str | None, Cues] = {}
    total = sum(cast.count.values()) or 1
    heads = {view.number for view in headline(views)}
    firsts: list[str] = []
    for view in views:
        hits = grammar.hits(view.text) if view.number in heads or view.number <= LEAD else []
        place = "title" if view.number in heads else "lead" if view.number <= LEAD else ""
        named = [p for p in cast.known[view.number] if p.name and cast.allowed(p, NEVER_FUNDED)]
        for at, party in enumerate(named):
            assert party.name is not None
            called = cast.called(party.name)
            if called not in out:
                firsts.append(called)
                kind_of = cast.types.get(called, "unknown")
                out[called] = {
                    f"type:{kind_of}": 1.0,
                    "paying_type": float(kind_of in PAYING),
                    "count": min(cast.count[called], 8) / 8,
                    "share": cast.count[called] / total,
                    "order": min(len(firsts) - 1, 6) / 6,
                }
                for quality, share in cast.told_as.get(called, {}).items():
                    out[called][f"beside:{quality}"] = share
            cues = out[called]
            if view.first and at == 0 and party.position < 40:
                cues["opens_paragraph"] = min(1.0, cues.get("opens_paragraph", 0.0) + 0.34)
            if not place:
                continue
            for quality in cast.qualities.get((view.number, party.position), ()):
                cues[f"{place}:as:{quality}"] = 1.0
            prep, told = function(view.text, hits, party.position, party.name.owner)
            cues[f"{place}"] = 1.0
            cues[f"{place}:{prep}"] = 1.0
            cues[f"{place}:{told}"] = 1.0
            verb = next_verb(view.text, hits, party.position)
            if verb:
                cues[f"{place}:does:{verb}"] = 1.0
            if at == 0:
                cues[f"{place}:first"] = 1.0
                if _HEADS_TITLE.match(view.text, party.position + 1):
                    cues[f"{place}:heads"] = 1.0
            if len(named) == 1:
                cues[f"{place}:alone"] = 1.0
    _ruled(found, cast, out)
    out[None] = _none(views, found, cast, grammar, len(out))
    return out


def _ruled(found: list[Matches], cast: Cast, out: dict[str | None, Cues]) -> None:
    """What the rules themselves say: who receives and who pays, in the title, the lead and the rest."""
    for matches in found:
        number = matches.view.number
        place = "title" if matches.view.where == "title" else "lead" if number <= LEAD else "rest"
        for match in matches.deals:
            for party, name in ((company_party(match, cast), "receives"), (investor_party(match, cast), "pays")):
                called = cast.called(party.name) if party and party.name else None
                if called in out:
                    cues = out[called]
                    cue = f"{place}:{name}"
                    cues[cue] = max(cues.get(cue, 0.0), match.rule.text.grade)
                    cues[name] = min(1.0, cues.get(name, 0.0) + 0.25)


def _none(views: list[View], found: list[Matches], cast: Cast, grammar: Grammar, candidates: int) -> Cues:
    cues: Cues = {"none": 1.0, "none:candidates": min(candidates, 20) / 20}
    heads = {view.number for view in headline(views)}
    titled = {
        cast.called(p.name)
        for view in views
        if view.number in heads
        for p in cast.known[view.number]
        if p.name and cast.allowed(p, NEVER_FUNDED)
    }
    cues[f"none:titled:{min(len(titled), 3)}"] = 1.0
    for view in views[: LEAD + 1]:
        for name in grammar.nouns(view.text):
            cues[f"none:about:{name}"] = 1.0
    if any(
        claim.match is not None and claim.match.rule.text.not_a_deal in ("sector", "market")
        for matches in found
        if matches.view.where == "title"
        for claim in matches.claims
    ):
        cues["none:total_in_title"] = 1.0
    openers = [v for v in views if v.first and v.where == "text"]
    named = [v for v in openers if any(p.name and p.position < 40 for p in cast.known[v.number][:1])]
    cues["none:paragraphs_named"] = min(len(named), 10) / 10
    return cues
