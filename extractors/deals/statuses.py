"""Done, planned, rumoured or called off: each status is weighed by the cues around a deal's tellings."""

from __future__ import annotations

import re

from extractors.deals.cues import Cues as CueWords
from extractors.deals.drafts import Draft
from extractors.deals.grammar import words_after, words_before
from extractors.deals.points import Cues
from extractors.deals.scene import Scene
from extractors.deals.sums import GROUPS

_FUTURE = re.compile(r"\b[a-z]{3,}(?:ra|ront)\b")
_CONDITIONAL = re.compile(r"\b[a-z]{2,}rai(?:t|ent)\b")
_QUESTION = re.compile(r"\?\s*\Z")
_NEGATION = re.compile(r"\b(?:ne|n')\s*[a-z' ]{1,30}\b(?:pas|plus|jamais|rien)\b")


def status_cues(draft: Draft, scene: Scene, words: CueWords, hedged: bool) -> Cues:
    """The cues; `config/points/status.yaml` weighs them for each status.

    Args:
        hedged: the lead tells its news from unnamed sources, and nothing is official.
    """
    cues: Cues = {"any": 1.0, GROUPS[draft.kind]: 1.0}
    if hedged:
        cues["hedged"] = 1.0
        if draft.company.name == scene.cast.topic:
            cues["hedged|topic"] = 1.0
    for around in draft.around:
        cues[f"cue:{around.status or 'none'}"] = 1.0
        if around.official:
            cues["official"] = 1.0
        if around.role == "background":
            cues["recalled"] = 1.0
    for view in draft.views:
        near = view.text[max(0, draft.start - 90) : draft.end + 60] if view is draft.view else view.text
        for name, there in (
            ("conditional", _CONDITIONAL.search(near)),
            ("future", _FUTURE.search(near)),
            ("question", _QUESTION.search(view.text)),
            ("negation", _NEGATION.search(near)),
            ("hearsay", words.hearsay_verb.search(near)),
        ):
            if there:
                cues[name] = 1.0
                cues[f"{name}|{GROUPS[draft.kind]}"] = 1.0
        for status, cue in words.status.items():
            if cue.within(view.text):
                cues[f"sentence:{status}"] = 1.0
            if cue.within(near):
                cues[f"near:{status}"] = 1.0
    view = draft.view
    for word in (*words_before(view, draft.start, 4), *words_after(view, max(draft.start, draft.end - 1), 3)):
        if len(word) > 2:
            cues[f"word:{word}"] = 1.0
    for status, cue in words.status.items():
        if any(v.where == "title" and cue.within(v.text) for v in scene.views):
            cues[f"title:{status}"] = 1.0
            if any(name == draft.company.name for name, _ in scene.titled):
                cues[f"title:{status}|titled"] = 1.0
        if any(v.paragraph == view.paragraph and v.where == view.where and cue.within(v.text) for v in scene.views):
            cues[f"paragraph:{status}"] = 1.0
    if draft.amount is None:
        cues["no_sum"] = 1.0
    return cues
