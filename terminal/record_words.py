"""The words of `veille deals show` and of decisions, in French and English."""

from __future__ import annotations

from dataclasses import dataclass

from alerts.formatting import Language, money
from alerts.wording import WORDS, round_words
from extractors.values import Amount, Kind, Status


@dataclass(frozen=True, slots=True)
class RecordWords:
    """The fixed words in one language."""

    fields: dict[str, str]
    verbs: dict[str, str]
    life: str
    mentions: str
    mention: str
    independent: str
    disagreements: str
    otherwise: str
    decisions: str
    undone: str
    rejected: str
    merged: str
    background: str
    announced: str
    copy: str
    earlier: str
    held_by: str
    by_hand: str
    nothing: str
    yes: str
    no: str
    by: str


RECORD_WORDS: dict[Language, RecordWords] = {
    "fr": RecordWords(
        fields={
            "company": "Entreprise", "kind": "Nature", "amount": "Montant", "valuation": "Valorisation",
            "round": "Tour", "status": "Statut", "date": "Date", "investors": "Investisseurs", "lead": "Chef de file",
            "ai": "IA", "role": "Rôle", "cumulative": "Cumul", "confidence": "Sûreté",
        },
        verbs={
            "merge": "réunies", "split": "mention mise à part", "reject": "rejetée", "correct": "corrigée",
            "confirm": "vérifiée", "note": "note",
        },
        life="Vie", mentions="Mentions", mention="mention", independent="dont {n} textes indépendants",
        disagreements="Désaccords", otherwise="Dit autrement", decisions="Décisions",
        undone="annulée par {who} le {day}", rejected="rejetée : ni listée ni annoncée", merged="réunit aussi",
        background="rappel", announced="annoncée", copy="copie de {outlet}", earlier="texte modifié {n} fois",
        held_by="selon", by_hand="fixé à la main", nothing="rien", yes="oui", no="non", by="par {who} le {day}",
    ),
    "en": RecordWords(
        fields={
            "company": "Company", "kind": "Kind", "amount": "Amount", "valuation": "Valuation", "round": "Round",
            "status": "Status", "date": "Date", "investors": "Investors", "lead": "Lead", "ai": "AI", "role": "Role",
            "cumulative": "Total", "confidence": "Confidence",
        },
        verbs={
            "merge": "merged", "split": "mention split off", "reject": "rejected", "correct": "corrected",
            "confirm": "checked", "note": "note",
        },
        life="Life", mentions="Mentions", mention="mention", independent="{n} independent texts among them",
        disagreements="Disagreements", otherwise="Told otherwise", decisions="Decisions",
        undone="undone by {who} on {day}", rejected="rejected: neither listed nor told", merged="also merges",
        background="recalled", announced="announced", copy="copy of {outlet}", earlier="text changed {n} times",
        held_by="according to", by_hand="set by hand", nothing="nothing", yes="yes", no="no", by="by {who} on {day}",
    ),
}  # fmt: skip


def value_words(field: str, value: object, language: Language) -> str:
    """The value of a field as a reader writes it."""
    words = RECORD_WORDS[language]
    if isinstance(value, bool):
        return words.yes if value else words.no
    if value is None or value in ("", (), []):
        return words.nothing
    if isinstance(value, Amount):
        return money(value, language)
    if isinstance(value, tuple | list):
        return ", ".join(str(name) for name in value)
    kinds: dict[str, str] = {str(kind): told for kind, told in WORDS[language].kinds.items()}
    if field == "kind":
        return kinds.get(str(value), str(value))
    if field == "status":
        return status_words(str(value), language)
    return round_words(str(value), language) if field == "round" else str(value)


def status_words(status: Status | str, language: Language) -> str:
    """Where a deal stands."""
    statuses: dict[str, str] = {str(one): told for one, told in WORDS[language].statuses.items()}
    return statuses.get(status, status) or RECORD_WORDS[language].announced


def kind_words(kind: Kind, language: Language) -> str:
    """The nature of a deal."""
    return WORDS[language].kinds[kind]
