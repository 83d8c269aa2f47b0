"""One deal whole, for `veille deals show`: what is known, when, who says so, who says otherwise, what was decided."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from alerts.formatting import Language, day, money, period, plain_money
from alerts.headlines import headline
from alerts.wording import WORDS, parties_label, round_words
from storage.conflicts import FieldTold
from storage.records import DealRecord, RecordMention
from terminal.decisions import decision_text
from terminal.record_words import RECORD_WORDS, kind_words, status_words, value_words


def print_record(out: Console, record: DealRecord, language: Language) -> None:
    """Print the record in as many columns as there are; links are never folded, so that they can be followed."""
    _head(out, record, language)
    _facts(out, record, language)
    _life(out, record, language)
    _mentions(out, record, language)
    _disagreements(out, record, language)
    words = RECORD_WORDS[language]
    if record.decisions:
        _title(out, words.decisions)
        for decision in record.decisions:
            out.print(Padding(decision_text(decision, language), (0, 0, 0, 2), expand=False))


def _head(out: Console, record: DealRecord, language: Language) -> None:
    words, deal = RECORD_WORDS[language], record.view
    out.print(Text(headline(deal, language), "bold"))
    parts = [deal.id, kind_words(deal.kind, language)]
    parts += [words.background] if deal.role == "background" else []
    parts += [words.fields["cumulative"].lower()] if deal.cumulative else []
    line = Text(" · ".join(parts), "dim")
    if record.rejected:
        line.append(f" · {words.rejected}", "red")
    out.print(line)
    if record.merged:
        out.print(Text(f"{words.merged} {', '.join(record.merged)}", "dim"))


def _facts(out: Console, record: DealRecord, language: Language) -> None:
    words, deal = RECORD_WORDS[language], record.view
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")

    def row(label: str, value: str) -> None:
        if value:
            table.add_row(Text(label), Text(value))

    row(words.fields["amount"], _amount(record, language))
    row(words.fields["valuation"], money(deal.valuation, language) if deal.valuation else "")
    row(words.fields["round"], round_words(deal.round, language) if deal.round else "")
    row(parties_label(deal.kind, len(deal.investors), language), _names(record, language))
    row(words.fields["status"], status_words(deal.status, language))
    row(words.fields["date"], period(deal.date, language) if deal.date else "")
    row(words.fields["ai"], words.yes if deal.ai else words.no)
    row(words.fields["confidence"], f"{deal.confidence:.2f}".replace(".", "," if language == "fr" else "."))
    out.print()
    out.print(Padding(table, (0, 0, 0, 2), expand=False))


def _amount(record: DealRecord, language: Language) -> str:
    deal = record.view
    if deal.amount is None:
        return ""
    told = money(deal.amount, language)
    if deal.amount_eur is None or deal.amount.currency == "EUR":
        return told
    words = WORDS[language]
    template = words.converted if deal.amount_eur.stated else words.last_known
    euros = plain_money(deal.amount_eur.value, "EUR", language)
    return f"{told} ({template.format(amount=euros, day=day(deal.amount_eur.day, language))})"


def _names(record: DealRecord, language: Language) -> str:
    deal, lead = record.view, WORDS[language].lead
    return ", ".join(f"{name} ({lead})" if name in deal.lead else name for name in deal.investors)


def _life(out: Console, record: DealRecord, language: Language) -> None:
    _title(out, RECORD_WORDS[language].life)
    for turn in record.life:
        mention = record.mention(turn.mention)
        line = Text(f"  {turn.day.isoformat()}  ").append(f"{status_words(turn.status, language):<20}")
        line.append(f" {mention.view.outlet or mention.view.article} ").append(f"[{mention.mark}]", "cyan")
        out.print(line)


def _mentions(out: Console, record: DealRecord, language: Language) -> None:
    words = RECORD_WORDS[language]
    count = len(record.mentions)
    title = f"{words.mentions} ({count})"
    if record.sources < count:
        title += f", {words.independent.format(n=record.sources)}"
    _title(out, title)
    for mention in record.mentions:
        _mention(out, mention, language)


def _mention(out: Console, mention: RecordMention, language: Language) -> None:
    words, view = RECORD_WORDS[language], mention.view
    told = [view.outlet or view.article]
    told += [day(view.published, language)] if view.published else []
    told += [words.background] if view.role == "background" else []
    told += [status_words(view.status, language)] if view.status != "announced" else []
    told += [money(view.amount, language)] if view.amount else []
    told += [words.copy.format(outlet=mention.copy_of)] if mention.copy_of is not None else []
    told += [words.earlier.format(n=mention.earlier)] if mention.earlier else []
    line = Text("  ").append(f"[{mention.mark}]", "cyan").append(f" {told[0]}", "bold")
    out.print(line.append("".join(f" · {part}" for part in told[1:])))
    opening, closing = WORDS[language].quote
    sentence = Text(view.quote)
    for start, end in view.marks:
        sentence.stylize("bold", start, end)
    if view.quote:
        out.print(Padding(Text(opening).append_text(sentence).append(closing), (0, 0, 0, 4), expand=False))
    out.print(Text(f"    {view.url or view.article}", "dim"), soft_wrap=True)


def _disagreements(out: Console, record: DealRecord, language: Language) -> None:
    words = RECORD_WORDS[language]
    # Parties add up and a status has its life above: only what cannot both be true is told of them.
    told = [field for field in record.fields if field.alternatives]
    told = [field for field in told if field.conflicting or field.field not in ("investors", "lead", "status")]
    for title, fields in (
        (words.disagreements, [field for field in told if field.conflicting]),
        (words.otherwise, [field for field in told if not field.conflicting]),
    ):
        if fields:
            _title(out, title)
            for field in fields:
                _field(out, record, field, language)


def _field(out: Console, record: DealRecord, field: FieldTold, language: Language) -> None:
    words = RECORD_WORDS[language]
    line = Text(f"{words.fields[field.field]} : " if language == "fr" else f"{words.fields[field.field]}: ", "dim")
    line.append(value_words(field.field, field.value, language), "bold")
    by_hand = any(field.field in decision.details.get("fields", {}) for decision in record.decisions)
    line.append_text(_sources(record, field.mentions) if field.mentions else Text(""))
    line.append(f" ({words.by_hand})" if by_hand else "")
    for other in field.alternatives:
        style = "red" if other.conflicts else ""
        line.append(" ; " if language == "fr" else "; ").append(value_words(field.field, other.value, language), style)
        line.append_text(_sources(record, other.mentions))
    out.print(Padding(line, (0, 0, 0, 2), expand=False))


def _sources(record: DealRecord, keys: Iterable[str]) -> Text:
    return Text(" ").append(f"[{' '.join(record.mention(key).mark for key in keys)}]", "cyan")


def _title(out: Console, words: str) -> None:
    out.print()
    out.print(Text(words, "bold underline"))
