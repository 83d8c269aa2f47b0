"""Is the recipient an AI company, or the fund or plan for AI? Weighed by its name, its description and the article."""

from __future__ import annotations

import re
from typing import NamedTuple

from extractors.deals.abstraction import View
from extractors.deals.aiterms import AiTerms, trades_told
from extractors.deals.drafts import Draft
from extractors.deals.folding import folded
from extractors.deals.lazy import stands_in
from extractors.deals.names import Name
from extractors.deals.parties import Party
from extractors.deals.points import Cues
from extractors.deals.scene import Scene
from extractors.deals.sums import GROUPS

_NAMED_AI = re.compile(r"\b(?:ai|ia)\b|\.ai\b|[a-z](?:AI|IA)\b")
# Sentences that tell what the article is about.
LEAD = 4
# An article that says AI in so many sentences is about an AI company even when its lead does not say so.
OFTEN = 3
# Within so many characters of the name a word of AI describes it.
APPOSED = 110


def ai_cues(draft: Draft, merged: list[Draft], scene: Scene, terms: AiTerms) -> Cues:
    """The cues; `config/points/ai.yaml` weighs them."""
    cast, views = scene.cast, scene.views
    company = draft.company.name
    group = GROUPS[draft.kind]
    mentions = [p for found in cast.known.values() for p in found if p.name and cast.called(p.name) == company]
    known = [p.span.value.known for p in mentions if isinstance(p.span.value, Name) and p.span.value.known]
    cues: Cues = {"any": 1.0, group: 1.0, f"type:{cast.types.get(company, 'unknown')}": 1.0}
    if known:
        cues["listed:ai" if any(k.ai for k in known) else "listed:other"] = 1.0
    else:
        cues["unlisted"] = 1.0
    if _NAMED_AI.search(company) or _NAMED_AI.search(company.lower()):
        cues["named_ai"] = 1.0
    spoken = {p.view for p in mentions} | {v.number for v in draft.views}
    others = {d.company.name for d in merged} - {company}
    several = len(others) > 1
    turns = _turns(mentions, others, scene)
    own_words = _own_words(turns, others, scene)
    here = next((turn for turn in turns if turn.view.number == draft.view.number), None)
    for strength, pattern in (("strong", terms.strong), ("weak", terms.weak)):
        saying = {v.number for v in views if stands_in(pattern, v.text)}
        own = spoken & saying
        among = "several" if several else "alone"
        if any(pattern.search(words) for words in own_words):
            cues[f"{strength}:words"] = 1.0
            cues[f"{strength}:words|{among}"] = 1.0
        else:
            cues[f"{strength}:unsaid|{among}"] = 1.0
            cues[f"{strength}:unsaid|{group}"] = 1.0
        cues[f"{strength}:article"] = len(saying) / max(1, len(views))
        cues[f"{strength}:own_share"] = len(own) / max(1, len(spoken))
        if len(own) > 1:
            cues[f"{strength}:own_twice"] = 1.0
        if any(pattern.search(t.view.text, t.position, min(t.high, t.position + APPOSED)) for t in turns):
            cues[f"{strength}:apposed"] = 1.0
            cues[f"{strength}:apposed|{group}"] = 1.0
        if any(pattern.search(t.view.text, max(t.low, t.position - APPOSED), t.position) for t in turns):
            cues[f"{strength}:before"] = 1.0
        if own:
            cues[f"{strength}:own"] = 1.0
            cues[f"{strength}:own|{group}"] = 1.0
        if {draft.view.number, min(spoken)} & saying:
            cues[f"{strength}:told"] = 1.0
        if {n + 1 for n in spoken} & saying:
            cues[f"{strength}:next"] = 1.0
        if any(v.number in saying for v in views if v.where == "title"):
            cues[f"{strength}:title"] = 1.0
        if any(v.number in saying for v in views[: LEAD + 1]):
            cues[f"{strength}:lead"] = 1.0
            if company == cast.topic:
                cues[f"{strength}:lead|topic"] = 1.0
            cues[f"{strength}:lead|{group}"] = 1.0
        paragraph = {v.number for v in views if v.paragraph == draft.view.paragraph and v.where == draft.view.where}
        if paragraph & saying:
            cues[f"{strength}:paragraph"] = 1.0
        low, high = (here.low, here.high) if here else (0, len(draft.view.text))
        if pattern.search(draft.view.text, max(low, draft.start - 60), min(high, draft.end + 90)):
            cues[f"{strength}:near"] = 1.0
    for part, trade in trades_told(terms, "\n".join((folded(company), *own_words))):
        cues[f"trade:{part}"] = 1.0
        cues[f"trade:{trade}"] = 1.0
    if "trade:plain" in cues and "trade:learned" not in cues:
        cues["trade:only_plain" if "strong:words" not in cues else "trade:plain|strong"] = 1.0
    elif "trade:learned" in cues:
        cues["trade:only_learned" if "trade:plain" not in cues else "trade:both"] = 1.0
    elif "strong:words" not in cues:
        cues["trade:untold"] = 1.0
    if _plainly(draft, scene, terms, spoken, bool(known)):
        cues["plainly"] = 1.0
        cues[f"plainly|{group}"] = 1.0
    if company == cast.topic:
        cues["topic"] = 1.0
    if several:
        cues["several"] = 1.0
        if scene.itemised:
            cues["itemised"] = 1.0
    if any(named.name == cast.topic for named in draft.investors):
        cues[f"by_topic|{group}"] = 1.0
        if "strong:lead" in cues:
            cues[f"by_topic|strong|{group}"] = 1.0
    for named in draft.investors:
        if any(p.name and p.name.known and p.name.known.ai for p in scene.parties.get(named.name, ())):
            cues["investor:ai"] = 1.0
    return cues


class _Turn(NamedTuple):
    """A naming of the company with its share of the sentence: up to where another recipient is named."""

    view: View
    position: int
    low: int
    high: int


def _turns(mentions: list[Party], others: set[str], scene: Scene) -> list[_Turn]:
    by_number = {view.number: view for view in scene.views}
    turns = []
    for party in mentions:
        view = by_number[party.view]
        rivals = [p.position for p in scene.cast.known[party.view] if p.name and scene.cast.called(p.name) in others]
        low = max((at + 1 for at in rivals if at < party.position), default=0)
        high = min((at for at in rivals if at > party.position), default=len(view.text))
        turns.append(_Turn(view, party.position, low, high))
    return turns


def _own_words(turns: list[_Turn], others: set[str], scene: Scene) -> list[str]:
    """What is said of the company before another recipient's turn comes: its share of each sentence, and the next."""
    by_number = {view.number: view for view in scene.views}
    words = []
    for view, position, low, high in turns:
        # A word before the name is its own only where no other recipient stands before it.
        words.append(view.text[position if low else 0 : high])
        following = by_number.get(view.number + 1)
        if high < len(view.text) or following is None:
            continue
        named = {scene.cast.called(p.name) for p in scene.cast.known[following.number] if p.name}
        if not named & others and (following.where, following.paragraph) == (view.where, view.paragraph):
            words.append(following.text)
    return words


def _plainly(draft: Draft, scene: Scene, terms: AiTerms, spoken: set[int], known: bool) -> bool:
    """What a quick reader would say: a word of AI near one of the first namings, else in the lead of its article."""
    pattern = terms.weak if draft.kind == "infrastructure" else terms.strong
    by_number = {view.number: view for view in scene.views}
    if any(pattern.search(by_number[number].text) for number in sorted(spoken)[:4]):
        return True
    about = any(pattern.search(view.text) for view in scene.views[: LEAD + 1])
    if draft.kind in ("infrastructure", "fund"):
        return about
    topic = scene.cast.topic
    if draft.company.name == topic:
        return about or (not known and sum(1 for view in scene.views if pattern.search(view.text)) >= OFTEN)
    return about and topic is not None and not known
