"""Is the recipient an AI company, or the fund or plan for AI? Judged from its name, its description and the article."""

from __future__ import annotations

import re

from extractors.deals.abstraction import View
from extractors.deals.aiterms import AiTerms
from extractors.deals.cast import Cast
from extractors.deals.drafts import Draft
from extractors.deals.names import Name

# An article that says AI in so many sentences is about an AI company even when its lead does not say so.
OFTEN = 3


def judge_ai(draft: Draft, views: list[View], cast: Cast, terms: AiTerms, lead: int) -> bool:
    """True when the lexicon says so, when AI words stand near the name, or when the article's own topic is AI."""
    company = draft.company.name
    mentions = [p for found in cast.known.values() for p in found if p.name and cast.called(p.name) == company]
    if any(isinstance(p.span.value, Name) and p.span.value.known and p.span.value.known.ai for p in mentions):
        return True
    if re.search(r"\b(?:ai|ia)\b", company.lower()) or (
        company.lower().endswith((".ai", "ai")) and company[-2:] == "AI"
    ):
        return True
    pattern = terms.weak if draft.kind == "infrastructure" else terms.strong
    spoken = sorted({p.view for p in mentions} | {v.number for v in draft.views})
    by_number = {v.number: v for v in views}
    if any(pattern.search(by_number[n].text) for n in spoken[:4]):
        return True
    known = any(isinstance(p.span.value, Name) and p.span.value.known for p in mentions)
    about = any(pattern.search(v.text) for v in views[: lead + 1])
    if draft.kind in ("infrastructure", "fund"):
        return about
    if company == cast.topic:
        return about or (not known and sum(1 for v in views if pattern.search(v.text)) >= OFTEN)
    return about and cast.topic is not None and not known
