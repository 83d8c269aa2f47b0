"""How sure a mention is, between 0 and 1: grade of its rule, completeness, hedges."""

from __future__ import annotations

from extractors.deals.drafts import Draft
from extractors.values import Status


def confidence(draft: Draft, status: Status) -> float:
    """Monotone: a better rule, a told amount, a second telling raise it; a hedge lowers it."""
    score = draft.grade
    score += 0.05 * (len(draft.views) > 1) + 0.05 * bool(draft.amount) + 0.03 * bool(draft.investors)
    score -= 0.1 * (status in ("rumoured", "planned"))
    return round(min(0.99, max(0.05, score)), 3)
