"""A sentence with the spans of its fields marked: in colour on a terminal, between brackets elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from extractors.deals.examples import parse_example
from extractors.deals.explain import Cited, ToldSentence
from terminal.explain_words import label

STYLES = {
    "company": "bold black on bright_cyan",
    "investors": "black on bright_yellow",
    "lead": "bold black on yellow",
    "amount": "bold black on bright_green",
    "alt": "black on green",
    "valuation": "black on bright_magenta",
    "round": "black on bright_blue",
    "date": "black on bright_white",
}


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a sentence: `cited` is empty outside fields, and holds several where two fields share the words."""

    text: str
    cited: tuple[Cited, ...] = ()

    @property
    def labels(self) -> str:
        """The names of the fields, as a reader knows them."""
        return ", ".join(dict.fromkeys(label(cited) for cited in self.cited))

    @property
    def field(self) -> str:
        """The field whose colour the stretch has: who leads rather than who invests; empty outside fields."""
        names = [cited.field for cited in self.cited]
        return "lead" if "lead" in names else names[0] if names else ""


def segments(sentence: ToldSentence) -> Iterator[Segment]:
    """The sentence cut at its spans, in order. Of spans that overlap without being the same the first one stands."""
    at = sentence.start
    shared: dict[tuple[int, int], list[Cited]] = {}
    for cited in sentence.cited:
        shared.setdefault((cited.start, cited.end), []).append(cited)
    for (start, end), held in sorted(shared.items()):
        if start < at or end > sentence.end:
            continue
        if start > at:
            yield Segment(sentence.text[at - sentence.start : start - sentence.start])
        yield Segment(sentence.text[start - sentence.start : end - sentence.start], tuple(held))
        at = end
    if at < sentence.end:
        yield Segment(sentence.text[at - sentence.start :])


def marked(sentence: ToldSentence, out: Console) -> Text:
    """The sentence for this console: "[montant 3 M€]" where there is no colour."""
    line = Text()
    for segment in segments(sentence):
        if not segment.cited:
            line.append(segment.text)
        elif _in_colour(out):
            line.append(f" {segment.text} ", STYLES.get(segment.field, "reverse"))
        else:
            line.append(f"[{segment.labels} {segment.text}]")
    return line


def marked_example(example: str, out: Console) -> Text:
    """A rule's example: its slots in colour, or as they are written in the file."""
    if not _in_colour(out):
        return Text(example)
    plain, marks = parse_example(example)
    line = Text(plain)
    for mark in marks:
        line.stylize(STYLES.get(mark.slot, "reverse"), mark.start, mark.end)
    return line


def legend(fields: Iterable[str], out: Console) -> Text | None:
    """Which colour is which field; None where there is no colour."""
    if not _in_colour(out):
        return None
    line = Text("  ")
    for field in dict.fromkeys(fields):
        line.append(f" {label(Cited(field, 0, 0))} ", STYLES.get(field, "reverse")).append(" ")
    return line


def print_indented(out: Console, line: Text, by: int) -> None:
    """A line with a left margin: folded on a terminal, whole elsewhere, where a program may read it."""
    if out.is_terminal:
        out.print(Padding(line, (0, 0, 0, by)))
    else:
        out.print(Text(" " * by).append_text(line), soft_wrap=True)


def _in_colour(out: Console) -> bool:
    return out.color_system is not None
