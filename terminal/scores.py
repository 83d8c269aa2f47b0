"""What `veille evaluate` prints: the figures, and the errors grouped by cause with a few examples."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.table import Table
from rich.text import Text

from evaluation.causes import Group, Mistake
from evaluation.scoring import Figures
from extractors.values import DealMention
from terminal.explain_words import FIELDS, field_value
from terminal.marking import print_indented

_RATES = {
    "deals": "opérations",
    "alerts": "alertes",
    "investors": "investisseurs",
    "lead": "chefs de file",
    "relevance": "pertinence",
}
_FIELD_NAMES = {**FIELDS, "bound": "borne"}
_SIDES = {"missed": "Manquées", "false": "Fausses", "field": "Champs faux"}
_CAUSES = {
    ("missed", "language"): "article pris pour une autre langue",
    ("missed", "wrong_amount"): "société trouvée, montant faux",
    ("missed", "wrong_company"): "montant trouvé, destinataire faux",
    ("missed", "no_words"): "opération sans montant, non lue",
    ("missed", "unread"): "montant non lu dans le texte",
    ("missed", "vetoed"): "montant écarté par un veto",
    ("missed", "too_small"): "montant jugé trop petit",
    ("missed", "converted"): "montant pris pour une conversion",
    ("missed", "valuation"): "montant pris pour une valorisation",
    ("missed", "unclaimed"): "aucune règle ne prend le montant",
    ("missed", "no_recipient"): "règle trouvée, destinataire introuvable",
    ("missed", "sector_total"): "montant pris pour la suite du total d'un secteur",
    ("missed", "overruled"): "fondue dans une autre, ou dominée",
    ("false", "wrong_amount"): "société juste, montant faux",
    ("false", "wrong_company"): "montant juste, destinataire faux",
    ("false", "twice"): "opération déjà dite, pour une autre société",
    ("false", "vetoable"): "un veto convenait, mais n'a pas gagné",
    ("false", "unlabelled"): "aucune opération annotée n'y répond",
}


def print_scores(out: Console, figures: Figures, groups: Iterable[Group]) -> None:
    """The figures, then each cause with its count, the rules at work and its examples."""
    out.print(_rates(figures))
    fields = " · ".join(f"{_FIELD_NAMES[name]} {share:.3f}" for name, share in figures.fields.items())
    lines = (
        f"champs : {fields}",
        f"fiches exactes {figures.exact_records:.3f} · langue {figures.language:.3f}",
        f"preuves exactes {figures.evidence_spans_exact:.3f} · {figures.articles} articles",
    )
    for line in lines:
        out.print(Text(line), soft_wrap=True)
    side = ""
    for group in groups:
        if group.side != side:
            side = group.side
            out.print(Text(f"\n{_SIDES[side]}", "bold"))
        _print_group(out, group)


def _rates(figures: Figures) -> Table:
    table = Table("", show_lines=False)
    for column in ("précision", "rappel", "F1", "justes", "dites", "annotées"):
        table.add_column(column, justify="right")
    for name, title in _RATES.items():
        rate = getattr(figures, name)
        shares = (f"{share:.3f}" for share in (rate.precision, rate.recall, rate.f1))
        table.add_row(title, *shares, str(rate.tp), str(rate.predicted), str(rate.gold))
    return table


def _print_group(out: Console, group: Group) -> None:
    cause = _CAUSES.get((group.side, group.cause)) or _FIELD_NAMES.get(group.cause, group.cause)
    commonest = sorted(group.details.items(), key=lambda item: -item[1])[:4]
    by = f"  ({', '.join(f'{name} {count}' for name, count in commonest)})" if commonest else ""
    out.print(Text(f"{group.count:>5}  {cause}").append(by, "dim"), soft_wrap=True)
    for mistake in group.examples:
        print_indented(out, Text().append(f"{mistake.article} : ", "dim").append(_told(group, mistake)), 7)


def _told(group: Group, mistake: Mistake) -> str:
    told, expected = mistake.told, mistake.expected
    if group.side == "field" and told and expected:
        return f"{expected.company} : {_field(told, group.cause)} au lieu de {_field(expected, group.cause)}"
    if told and expected:
        return f"{_deal(told)} au lieu de {_deal(expected)}"
    return _deal(told or expected)


def _field(deal: DealMention, name: str) -> str:
    if name == "bound":
        return field_value(deal, "amount")
    return field_value(deal, name)


def _deal(deal: DealMention | None) -> str:
    return f"{deal.company}, {field_value(deal, 'amount')}, {field_value(deal, 'kind')}" if deal else ""
