"""The points of weighed cues, measured anew on labelled articles.

Every choice of the extractor is noted with the answer that was right (`evaluation.lessons`): first with the choices
before it answered rightly, then with these and with those that the first points give, so that a choice is also
measured as it will be met. Near the points in force these are what is read under, and only what corrects them is
measured: for a new cue, or new articles, where all that holds should go on to hold.

Each article is read as it stands, with its companies under invented names, and without the lexicon of names; the marked
examples of the rules count as articles.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from evaluation.fitting import fit
from evaluation.invented import with_invented_names
from evaluation.labelled import Labelled
from evaluation.ledger import Ledger, Names
from evaluation.lessons import SEEN, Lessons, Teacher, as_read
from evaluation.truths import Told, told_by_examples
from extractors.deals.extract import trace_deals
from extractors.deals.judge import DECISIONS, NOBODY, Decision, Judge
from extractors.deals.knowledge import DealKnowledge
from extractors.deals.organisations import Organisations
from extractors.deals.points import Points

# What large points cost; in the second round, which has twice the decisions, twice as much. Chosen on 180 articles
# that nothing was learnt from: a third of it told the articles learnt from better, and those worse.
STIFFNESS: Mapping[Decision, float] = {
    "recipient": 7.5, "kind": 7.5, "bare": 5.0, "bare_kind": 6.0, "investor": 6.0,
    "lead": 6.0, "news": 45.0, "topic": 1.5, "status": 4.0, "ai": 9.0,
}  # fmt: skip
# Near the points in force, what a correction costs, times the stiffness. Four hundred articles that nothing was learnt
# from are told as well with 1 as with 4.
NEAR = 2.0
# An article under another form teaches less than the article.
ALTERED = 0.35
# An example of a rule weighs as an article's decision: with more, counter-examples teach that sums are nobody's.
EXAMPLE = 1.0
# An example is a promise to who edits the rules: those that the points would break are measured again with this weight
# on top, so many times at most.
BROKEN, MENDINGS = 8.0, 6
# What the examples of rules can teach: they have no topic, no news and no AI.
_BY_EXAMPLES: tuple[Decision, ...] = ("recipient", "kind", "bare", "bare_kind", "investor", "lead")
# Points smaller than this are left out.
SMALLEST = 0.05
# On fewer decisions nothing is measured: the points in force stay.
FEWEST = 30

Weighted = dict[Decision, list[tuple[Ledger, float]]]
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Measured:
    """One decision's new points; `points` is None when there were too few decisions to measure any.

    decisions: in the articles as they stand.
    before, after: how often the points in force and the new ones choose right in them, 0 to 1.
    """

    points: dict[str, float] | None
    decisions: int
    before: float
    after: float


def weigh(
    articles: Sequence[Labelled],
    knowledge: DealKnowledge,
    progress: Progress = lambda done, total: None,
    fewest: int = FEWEST,
    *,
    near: bool = False,
) -> dict[Decision, Measured]:
    """Measure the points of every decision on these articles; those that are not French are passed over.

    Args:
        articles: one that is given several times is read once, and counts as often.
        knowledge: with the points in force, which the new ones are compared with.
        progress: told how many readings are done, and how many there are.
        near: measure what corrects the points in force, rather than all points.
    """
    times = Counter(labelled for labelled in articles if labelled.language == "fr")
    told = [replace(Told.of(labelled), counts=count) for labelled, count in times.items()]
    reader = _Reader(told, knowledge, progress, near)
    if near:
        points = {d: knowledge.judge.points(d) for d in DECISIONS}
    else:
        # What an article is about first: other choices hang on it, and no answer is forced on it.
        points = dict.fromkeys(DECISIONS, Points({}))
        points["topic"] = Points(fit([(reader.topics(), 1.0)], STIFFNESS["topic"]))
        first = reader.gather(points, forced=True)
        points = {d: Points(fit(first[d], STIFFNESS[d])) for d in DECISIONS}
    both = reader.gather(points, forced=True)
    plain = reader.plain
    for decision, lessons in reader.gather(points, forced=False).items():
        both[decision] += lessons
    promised = reader.examples
    return {d: _measured(d, both[d], promised.of[d], plain.of[d], knowledge.judge, fewest, near) for d in DECISIONS}


def points_yaml(says: str, points: Mapping[str, float]) -> str:
    """A file of `config/points/`: cues in order, each between quotes (many hold a colon)."""
    lines = [f"  {json.dumps(cue, ensure_ascii=False)}: {x}" for cue, x in sorted(points.items())]
    listed = "\n" + "\n".join(lines) if lines else " {}"
    return f"says: {json.dumps(says, ensure_ascii=False)}\npoints:{listed}\n"


def share_right(decision: Decision, lessons: Ledger, points: Points) -> float:
    """How often the option that the points choose is a right one, 0 to 1."""
    right = sum(held[_chosen(decision, scores)] * weight for scores, held, weight in lessons.scores(points))
    return right / lessons.counts if lessons else 0.0


class _Reader:
    """Reads the same articles under one set of points after another.

    plain: what the last reading taught of the articles as they stand; examples: of the examples of rules.
    """

    def __init__(self, told: list[Told], knowledge: DealKnowledge, progress: Progress, near: bool) -> None:
        nameless = knowledge.with_organisations(Organisations.empty())
        self._articles = [(one, knowledge) for one in told]
        self._altered = [(with_invented_names(one), knowledge) for one in told] + [(one, nameless) for one in told]
        self._examples = [(one, knowledge) for one in told_by_examples(knowledge.rules.all)]
        self._progress, self._done = progress, 0
        # Three forms of each article in each round; where all is measured from nothing, one round more, and the topics.
        self._total = (6 if near else 10) * len(told) + (2 if near else 3) * len(self._examples)
        self._names = Names()
        self.plain = Lessons(self._names)
        self.examples = Lessons(self._names)

    def topics(self) -> Ledger:
        """What the articles teach of their topics, under no points at all."""
        return self._read(self._articles, dict.fromkeys(DECISIONS, Points({})), forced=True).of["topic"]

    def gather(self, points: Mapping[Decision, Points], *, forced: bool) -> Weighted:
        """All lessons with their weights."""
        self.plain = self._read(self._articles, points, forced)
        altered = self._read(self._altered, points, forced)
        self.examples = examples = self._read(self._examples, points, forced)
        return {
            decision: [(self.plain.of[decision], 1.0), (altered.of[decision], ALTERED)]
            + [(examples.of[decision], EXAMPLE)] * (decision in _BY_EXAMPLES)
            for decision in DECISIONS
        }

    def _read(
        self, articles: Sequence[tuple[Told, DealKnowledge]], points: Mapping[Decision, Points], forced: bool
    ) -> Lessons:
        notes = Lessons(self._names)
        for told, knowledge in articles:
            teacher = Teacher.of(points, told, notes, forced=forced)
            trace_deals(told.article, replace(knowledge, judge=teacher))
            self._done += 1
            self._progress(self._done, self._total)
        return notes


def _measured(
    decision: Decision,
    lessons: Sequence[tuple[Ledger, float]],
    promised: Ledger,
    plain: Ledger,
    judge: Judge,
    fewest: int,
    near: bool,
) -> Measured:
    in_force = judge.points(decision)
    before = share_right(decision, plain, in_force)
    decisions = round(plain.counts)
    if decisions < fewest:
        return Measured(None, decisions, before, before)
    home = in_force.by_cue if near else None
    stiffness = 2 * STIFFNESS[decision] * (NEAR if near else 1.0)
    found = fit(lessons, stiffness, near=home)
    if decision in _BY_EXAMPLES:
        found = keeping_promises(decision, lessons, promised, found, stiffness, home)
    points = {cue: round(x, 2) for cue, x in sorted(found.items()) if abs(x) >= SMALLEST and SEEN not in cue}
    return Measured(points, decisions, before, share_right(decision, plain, Points(points)))


def keeping_promises(
    decision: Decision,
    lessons: Sequence[tuple[Ledger, float]],
    promised: Ledger,
    found: dict[str, float],
    stiffness: float,
    near: Mapping[str, float] | None = None,
) -> dict[str, float]:
    """The points measured again with more weight on the examples that they break, each read as any text is."""
    promised, taught = as_read(promised), list(lessons)
    for _ in range(MENDINGS):
        read = enumerate(promised.scores(Points(found)))
        broken = [number for number, (scores, right, _) in read if not right[_chosen(decision, scores)]]
        if not broken:
            break
        taught.append((promised.taking(broken, 1.0), BROKEN))
        found = fit(taught, stiffness, start=found, near=near)
    return found


def _chosen(decision: Decision, scores: Sequence[float]) -> int:
    order = sorted(range(len(scores)), key=lambda i: (-scores[i], i))
    best = order[0]
    # "Nobody" stands last, and needs more than the most (see `Judge.recipient`).
    if decision == "recipient" and best == len(scores) - 1 and len(scores) > 1:
        sure = 1.0 / sum(math.exp(score - scores[best]) for score in scores)
        return best if sure >= NOBODY else order[1]
    return best
