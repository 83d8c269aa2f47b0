"""What speaks for a deal told of a party without a sum: what it does, what rules point at it, what stands near."""

from __future__ import annotations

from extractors.deals.abstraction import View
from extractors.deals.clauses import act, heads
from extractors.deals.cues import Cues as CueWords
from extractors.deals.drafts import Draft
from extractors.deals.grammar import governor, word_cues
from extractors.deals.kinds import SHARE
from extractors.deals.markers import MarkerRegex
from extractors.deals.match import Match, Matches
from extractors.deals.points import Cues
from extractors.deals.rule_parties import payers_of
from extractors.deals.scene import Mention, Scene

# What names do where a company changes hands: see `grammar.function`, and verb classes.
_TARGETS = frozenset(["free+acquire", "of+acquire", "of+buy", "free+divest", "free+sell", "of+divest", "of+sell"])
_BUYERS = frozenset(
    ["par+acquired", "par+sold", "par+buy", "to+sold", "to+divest", "to+sell", "in+bought", "of+bought"]
)
_CHANGES_HANDS = frozenset(["acquired", "sold", "bought"])
_AMOUNT_WORDS = MarkerRegex(r"<price>\b")


def bare_cues(
    scene: Scene,
    matches: Matches,
    mention: Mention,
    mentions: list[Mention],
    ruled: list[tuple[Match, str]],
    drafts: list[Draft],
    words: CueWords,
) -> Cues:
    view, cast, called = matches.view, scene.cast, mention.called
    kind_of = cast.types.get(called, "unknown")
    if kind_of == "fund" and any(match.rule.kind == "fund" for match, _ in ruled):
        kind_of = "raiser"  # that it is a fund speaks against a purchase, not against its own raising
    mark = "~" if mention.anaphor else ""
    cues: Cues = {
        "any": 1.0,
        f"type:{kind_of}": 1.0,
        f"{mark}{mention.function}": 1.0,
        "count": min(cast.count[called], 6) / 6,
    }
    for match, how in ruled:
        cues[f"ruled:{how}"] = 1.0
        cues[f"ruled:{match.rule.kind}"] = max(cues.get(f"ruled:{match.rule.kind}", 0.0), match.score)
        cues[f"ruled|by:{match.rule.id}"] = 1.0
        payers = {named.name for named in payers_of(match, view, cast)} - {called}
        cues[f"ruled|{'payer' if payers else 'nobody_pays'}"] = 1.0
    if not ruled:
        cues["ruled:none"] = 1.0
    for role in scene.hand_cues(called):
        cues[f"hands:{role}"] = 1.0
    if mention.verb:
        cues[f"{mark}does:{mention.verb}"] = 1.0
    hits = scene.hits(view)
    doer = next((head for head in heads(view.text) if head.party == mention.position), None)
    does = act(hits, doer.verb) if doer is not None else ""
    for part in _parts(scene, view, mention, does):
        cues[f"part:{part}"] = 1.0
        cues[f"part:{part}|{kind_of}"] = 1.0
        if view.of("amount"):
            cues[f"part:{part}|sum_here"] = 1.0
        if any(draft.company.name == called for draft in drafts):
            cues[f"part:{part}|has_sum"] = 1.0
        if ruled:
            cues[f"part:{part}|ruled"] = 1.0
    if does:
        cues[f"doer:{does}"] = 1.0
        cues[f"doer:{does}|{kind_of}"] = 1.0
    verb = governor(view.text, hits, mention.position)
    if verb is not None and not any(verb.end <= m.position < mention.position for m in mentions):
        cues[f"first_behind:{verb.verb}"] = 1.0
        cues[f"first_behind:{verb.verb}|{mention.prep}"] = 1.0
    if mention.head:
        cues[f"head:{mention.head}"] = 1.0
        if "buyout" in scene.about:
            cues["head:any|buyout"] = 1.0
    if mention.anaphor:
        cues[f"anaphor:{mention.anaphor}"] = 1.0
    for name, there in (
        ("owner", mention.owner),
        ("bracketed", mention.bracketed),
        ("listed", mention.listed >= 2),
        ("described", bool(mention.descriptor)),
        ("title", view.where == "title"),
        ("early", view.number <= 2),
        ("titled", any(name == called for name, _ in scene.titled)),
        ("topic", called == cast.topic),
        ("strong", called == cast.topic and cast.strong),
        ("sum_here", bool(view.of("amount"))),
        ("round", bool(view.of("round"))),
        ("date", bool(view.of("date"))),
        ("share", bool(SHARE.search(view.text))),
        ("price_word", bool(_AMOUNT_WORDS.search(view.text))),
        ("cancelled", words.status["cancelled"].within(view.text)),
        ("rumoured", words.status["rumoured"].within(view.text)),
        ("recalled", words.recall.within(view.text)),
        ("undisclosed", words.undisclosed.within(view.text)),
        ("undisclosed_next", _said_next(scene, view, words)),
        ("buyer_before", any(m.verb == "acquire" and m.position < mention.position for m in mentions)),
        ("buyer_after", any(m.function in ("par+acquired", "to+sold", "to+divest") for m in mentions)),
        ("payer_before", any(m.verb in ("invest", "join", "lead") and m.position < mention.position for m in mentions)),
        ("other", any(m.called != called for m in mentions)),
    ):
        if there:
            cues[name] = 1.0
    cues |= word_cues(view, mention.position, before=3)
    for name in scene.about:
        cues[f"about:{name}"] = 1.0
    for name in scene.nouns(view.text):
        cues[f"near:{name}"] = 1.0
    for hit in hits:
        cues[f"sentence:{hit.verb}"] = 1.0
    for draft in drafts:
        if draft.company.name == called:
            cues[f"has:{draft.kind}"] = 1.0
            apart = abs(draft.view.number - view.number)
            cues["has:here" if apart == 0 else "has:near" if apart <= 2 else "has:far"] = 1.0
    cues["pays"] = scene.balance(called)
    return cues


def _said_next(scene: Scene, view: View, words: CueWords) -> bool:
    """Whether the sentence behind this one, in its paragraph, says that the sum is not told."""
    after = next((v for v in scene.views if v.number == view.number + 1), None)
    return after is not None and after.paragraph == view.paragraph and words.undisclosed.within(after.text)


def _parts(scene: Scene, view: View, mention: Mention, does: str) -> set[str]:
    """What a party may be in the purchases of its sentence: "target", "buyer", or "listed" behind a colon.

    Args:
        does: the class of the finite verb that it is the subject of, or "".
    """
    functions = {mention.function, mention.head}
    out = set()
    if functions & _TARGETS or {mention.verb, does} & _CHANGES_HANDS:
        out.add("target")
    if functions & _BUYERS or "acquire" in (mention.verb, does):
        out.add("buyer")
    colon = view.text.rfind(":", 0, mention.position)
    if colon >= 0 and mention.prep == "free" and "buyout" in scene.nouns(view.text[:colon]):
        out.add("listed")
    return out
