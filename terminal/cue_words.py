"""Weighed choices in French: what was chosen, over what, and the cues that spoke loudest, in words."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

from alerts.wording import WORDS
from config.documents import PACKAGE_DIR, read_yaml, validated
from extractors.deals.choices import Choice, Weight

_WORDS = WORDS["fr"]
# What is told of a word that takes up a name ("elle"): the rest is told of the name.
_TAKEN_UP = " (par une reprise)"
_QUOTED = "« {} »"


def _with_one_gap(text: str) -> str:
    if text.count("{}") != 1:
        raise ValueError("{} est attendu une fois")
    return text


_Short = Annotated[str, StringConstraints(min_length=2, max_length=60)]


class CueDescriptions(BaseModel):
    """`config/lexicon/cue-descriptions.yaml`: cues by their whole name, by how they begin, and what follows."""

    model_config = ConfigDict(extra="forbid")

    cues: dict[str, _Short]
    beginnings: dict[str, Annotated[_Short, AfterValidator(_with_one_gap)]]
    values: dict[str, str]

    def told(self, cue: str, decision: str = "") -> str:
        """A cue in words; what nobody described stands as it is written.

        Args:
            decision: a cue that means another thing there is described as `decision/cue`.
        """
        return self.cues.get(f"{decision}/{cue}") or self.find(cue) or f"« {cue} »"

    def find(self, cue: str) -> str:
        """A cue in words, or "" where a part of it is not described."""
        parts = [self._part(part) for part in cue.split("|")]
        return ", et ".join(dict.fromkeys(parts)) if all(parts) else ""

    def _part(self, part: str) -> str:
        name = part.removeprefix("~")
        found = self.cues.get(name) or self._begun(name) or self._value(name)
        return found + _TAKEN_UP if found and name != part else found

    def _begun(self, name: str) -> str:
        for beginning in sorted(self.beginnings, key=len, reverse=True):
            rest = name.removeprefix(beginning)
            if rest in ("", name):
                continue
            words = self.beginnings[beginning]
            # Any word may stand between quotes.
            told = (
                rest if _QUOTED in words and rest not in self.values else self._value(rest) or self.cues.get(rest, "")
            )
            if told:
                return words.format(told).replace("« « ", "« ").replace(" » »", " »")
        return ""

    def _value(self, name: str) -> str:
        if name in self.values:
            return self.values[name]
        for sign, between in (("+", ", derrière "), (":", ", ")):
            parts = [self._value(part) for part in name.split(sign)] if sign in name else []
            if parts and all(parts):
                return between.join(parts)
        return ""


@lru_cache(maxsize=1)
def cue_descriptions() -> CueDescriptions:
    """The shipped descriptions.

    Raises:
        ConfigError: file, line and what is wrong.
    """
    return validated(read_yaml(PACKAGE_DIR / "lexicon" / "cue-descriptions.yaml"), CueDescriptions)


_ASKED = {
    "recipient": "reçoit la somme",
    "kind": "opération",
    "bare": "dite sans somme",
    "bare_kind": "opération",
    "status": "statut",
    "news": "actualité",
    "ai": "IA",
}


def choice_words(choice: Choice) -> str:
    """What was chosen over what: « reçoit la somme : Nuvéa, plutôt que personne (+4.1 points) »."""
    asked = _ASKED.get(choice.decision, choice.decision)
    rival = _answer(choice, choice.rival)
    than = "qu'" if rival[:1].lower() in "aàâeéèêiîoôuy" else "que "
    over = f", plutôt {than}{rival}" if choice.rival not in ("", "yes", "no") else ""
    unit = "points" if abs(choice.lead) >= 2 else "point"
    return f"{asked} : {_answer(choice, choice.answer)}{over} ({choice.lead:+.1f} {unit})"


def weights_words(choice: Choice) -> list[str]:
    """A line of what spoke for it, and one of what spoke against it, where anything did."""
    told = (
        ("pour", [weight for weight in choice.weights if weight.points > 0]),
        ("contre", [weight for weight in choice.weights if weight.points < 0]),
    )
    return [
        f"{name} : {' ; '.join(_weight(weight, choice) for weight in weights)}" for name, weights in told if weights
    ]


def _weight(weight: Weight, choice: Choice) -> str:
    return f"{cue_descriptions().told(weight.cue, choice.decision)} {weight.points:+.1f}"


def _answer(choice: Choice, answer: str | None) -> str:
    if choice.decision in ("kind", "bare_kind") and answer in _WORDS.kinds:
        return _WORDS.kinds[answer]
    if choice.decision == "status" and answer in _WORDS.statuses:
        return _WORDS.statuses[answer] or "annoncée"
    if answer is None:
        return "personne"
    return {"yes": "oui", "no": "non"}.get(answer, answer)
