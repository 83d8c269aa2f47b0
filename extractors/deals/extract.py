"""An article in, deals out: the whole cascade, and the same with its explanation."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from extractors.deals.abstraction import Span, View
from extractors.deals.ai import ai_cues
from extractors.deals.assemble import draft_all, may_tell_deals
from extractors.deals.backers import choose_backers
from extractors.deals.cast import Cast, Named, gather
from extractors.deals.circumstances import SINCE
from extractors.deals.confidence import confidence
from extractors.deals.cues import Cues
from extractors.deals.dates import DateSpan
from extractors.deals.dating import date_items, date_neighbours, date_news
from extractors.deals.discourse import is_strong, learn_roles
from extractors.deals.drafts import Draft
from extractors.deals.judge import Judge
from extractors.deals.knowledge import DealKnowledge
from extractors.deals.later_rounds import give_rounds, name_rounds
from extractors.deals.match import Matches, Subject, match_view
from extractors.deals.merge import merge
from extractors.deals.news import news_cues
from extractors.deals.parties import Party, parties
from extractors.deals.passage import passages
from extractors.deals.pockets import split_pockets
from extractors.deals.scene import Scene
from extractors.deals.statuses import status_cues
from extractors.deals.terms import drop_restated, drop_terms, former_values
from extractors.deals.topic import choose_topic
from extractors.mending import mended
from extractors.values import Amount, Article, DealMention, Evidence, Status

# Title and the sentences that tell what the article is about.
LEAD = 4
# How likely a deal must be news, and its recipient of AI, to be called so. Chosen on the open labelled articles,
# half of them read with points measured on the other half: a higher mark for news lost more of the day's deals than it
# kept recalled ones out.
NEWS, AI = 0.62, 0.5
# An article with deals of so many companies and none in its title is a round-up.
ROUND_UP = 3
BULLETS = tuple("•►▪·–-*")
# An item of a list names its company in its first so many characters.
ITEM_HEAD = 60


@dataclass(frozen=True, slots=True)
class Trace:
    """What was seen on the way: the views with their spans, all matches, what was refused and why."""

    deals: tuple[DealMention, ...]
    views: tuple[View, ...]
    matches: tuple[Matches, ...]
    topic: str | None
    refused: tuple[str, ...]


def find_deals(article: Article, knowledge: DealKnowledge) -> tuple[DealMention, ...]:
    """The deals a French article tells, in order of first mention. Pure; no clock, no I/O.

    Damaged text is read as it was meant; evidence cites it as it came.
    """
    meant = mended(article)
    read = _matched(meant.article, knowledge)
    if not may_tell_deals(read.found, read.known, knowledge.grammar):
        return ()
    return tuple(map(meant.cited, _trace(meant.article, knowledge, read).deals))


def trace_deals(article: Article, knowledge: DealKnowledge) -> Trace:
    """`find_deals` with its explanation, of an article as it stands (`mended(article).article` for a damaged one)."""
    return _trace(article, knowledge, _matched(article, knowledge))


@dataclass(frozen=True, slots=True)
class _Matched:
    """An article's sentences, the parties of each by its number, and what the rules say of each."""

    views: list[View]
    known: dict[int, list[Party]]
    found: list[Matches]


def _matched(article: Article, knowledge: DealKnowledge) -> _Matched:
    title, text = passages(article, knowledge)
    views = title.views + text.views
    known = {view.number: parties(view) for view in views}  # first: matching blanks out what restates a sum
    about = Subject(views, LEAD)
    return _Matched(views, known, [match_view(view, knowledge.rules, about) for view in views])


def _trace(article: Article, knowledge: DealKnowledge, read: _Matched) -> Trace:
    views, found = read.views, read.found
    actors = gather(views, read.known, knowledge.cues)
    learn_roles(found, actors)
    actors.topic = choose_topic(views, found, actors, knowledge.grammar, knowledge.judge)
    actors.strong = is_strong(actors.topic, views, actors)
    scene = Scene(views, found, actors, knowledge.grammar)
    drafts, refused = draft_all(found, scene, knowledge.judge, knowledge.cues, article.published)
    merged = split_pockets(merge(drop_restated(drafts, found), actors, knowledge.cues), views, knowledge.pockets)
    name_rounds(merged, views, knowledge.cues.named_round)
    date_news(merged, views, actors, article.published)
    date_neighbours(merged, views, knowledge.cues, article.published)
    setting = _setting(views, merged, actors, knowledge.cues, article.published)
    choose_backers(merged, scene, knowledge.judge, knowledge.cues)
    judge = knowledge.judge
    news = _news(merged, setting, scene, judge, article.published)
    give_rounds(merged, views, actors, knowledge.cues)
    drop_terms(merged)
    former_values(found, merged, news, actors)
    ai = _of_ai(merged, {id(d): judge.is_ai(d, ai_cues(d, merged, scene, knowledge.ai_terms)) for d in merged})
    statuses = {id(d): judge.status(d, status_cues(d, scene, knowledge.cues, setting.hedged)) for d in merged}
    if setting.round_up:
        date_items([d for d in merged if id(d) in news], views, article.published)
    deals = tuple(
        _mention(draft, article, statuses[id(draft)], ai=id(draft) in ai, news=id(draft) in news) for draft in merged
    )
    return Trace(deals, tuple(views), tuple(found), actors.topic, tuple(refused))


@dataclass(frozen=True, slots=True)
class Setting:
    """What kind of article it is.

    round_up: many companies, none of them the topic.
    retrospective: the title dates it to a past year.
    hedged: the lead tells its news from unnamed sources, and nothing is official.
    """

    round_up: bool
    retrospective: bool
    hedged: bool


def _setting(views: list[View], merged: list[Draft], actors: Cast, cues: Cues, published: date | None) -> Setting:
    title = [v for v in views if v.where == "title"]
    titled = frozenset(actors.called(p.name) for v in title for p in actors.known[v.number] if p.name)
    dates = [s.value for v in title for at, s in v.of("date") if not SINCE.match(v.text, at + 1)]
    years = [value.value for value in dates if isinstance(value, DateSpan)]
    lead = "\n".join(v.text for v in views[: LEAD + 1])
    return Setting(
        round_up=_is_round_up(merged, actors, titled),
        retrospective=bool(published and years and all(y < str(published.year) for y in years)),
        hedged=cues.status["rumoured"].within(lead) and not cues.official.search(lead),
    )


def _is_round_up(merged: list[Draft], actors: Cast, titled: frozenset[str]) -> bool:
    """Many companies, each with an item of its own, in an article that is not about one of them."""
    bulleted = {d.company.name for d in merged if d.view.text.lstrip()[:1] in BULLETS}
    if len(bulleted) >= ROUND_UP:
        return True
    if actors.strong:
        return False
    companies = {d.company.name for d in merged}
    items = {d.company.name for d in merged if d.view.first and d.company.span.start - d.view.start < ITEM_HEAD}
    builders = {d.company.name for d in merged if d.kind == "infrastructure"}
    several = len(titled & companies) > 1 and len(companies) >= ROUND_UP
    if not titled and len(companies) >= ROUND_UP:
        return True
    return several or any(
        len(group) >= ROUND_UP for group in (items, builders, companies if actors.topic is None else ())
    )


def _of_ai(merged: list[Draft], sure: dict[int, float]) -> set[int]:
    """Which drafts are of AI: a company is or is not, whichever deal is told; a fund or a plan for itself."""
    own: dict[tuple[str, str], list[float]] = defaultdict(list)
    for draft in merged:
        own[_whose(draft)].append(sure[id(draft)])
    return {id(draft) for draft in merged if sum(own[_whose(draft)]) / len(own[_whose(draft)]) >= AI}


def _whose(draft: Draft) -> tuple[str, str]:
    return draft.company.name, draft.kind if draft.kind in ("fund", "infrastructure") else ""


def _news(merged: list[Draft], setting: Setting, scene: Scene, judge: Judge, published: date | None) -> set[int]:
    """Which drafts are the article's news; what is recalled is background."""
    return {
        id(draft)
        for draft in merged
        if judge.is_news(
            draft,
            news_cues(
                draft,
                merged,
                scene,
                published,
                round_up=setting.round_up,
                retrospective=setting.retrospective,
                lead=LEAD,
            ),
        )
        >= NEWS
    }


def _mention(draft: Draft, article: Article, status: Status, *, ai: bool, news: bool) -> DealMention:
    evidence = []

    def cite(view: View, span: Span[object], name: str) -> None:
        raw = article.title if view.where == "title" else article.text
        evidence.append(Evidence(span.start, span.end, raw[span.start : span.end], name, view.where))

    def cite_names(names: list[Named], field: str) -> None:
        for named in names:
            cite(named.view, named.span, field)

    cite_names([draft.company], "company")
    cite_names(draft.investors, "investors")
    cite_names(draft.lead, "lead")
    for name, value in (("amount", draft.amount), ("alt", draft.alt), ("valuation", draft.valuation)):
        if value:
            cite(value[0], value[1], name)
    if draft.round:
        cite(draft.round[0], draft.round[1], "round")
    if draft.when:
        cite(draft.when[0], draft.when[1], "date")  # type: ignore[arg-type]
    return DealMention(
        kind=draft.kind,
        company=draft.company.name,
        investors=tuple(n.name for n in draft.investors),
        lead=tuple(n.name for n in draft.lead),
        amount=_value(draft.amount),
        alt=_value(draft.alt),
        valuation=_value(draft.valuation),
        round=draft.round[2] if draft.round else None,
        status=status,
        role="news" if news else "background",
        cumulative=draft.total or _multiplied(draft, article),
        date=draft.when[1].value.value if draft.when else None,
        ai=ai,
        evidence=tuple(evidence),
        rules=tuple(dict.fromkeys(draft.rules)),
        confidence=confidence(draft, status),
    )


def _multiplied(draft: Draft, article: Article) -> bool:
    """ "Deux fois 250 millions": the figure is the sum of two operations."""
    if not draft.amount:
        return False
    view, span, _ = draft.amount
    raw = article.title if view.where == "title" else article.text
    return " fois " in raw[span.start : span.end].replace("\u00a0", " ")


def _value(held: tuple[View, Span[object], Amount] | None) -> Amount | None:
    return held[2] if held else None
