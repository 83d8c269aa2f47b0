"""Spans in a sentence: brackets without colour, colour without brackets."""

from __future__ import annotations

import io

from rich.console import Console

from extractors.deals.explain import Cited, ToldSentence
from terminal.marking import marked, marked_example, segments

SENTENCE = ToldSentence(
    "text",
    100,
    132,
    "Nuvéa [sic] lève 3 M€ avec Elaia",
    (Cited("company", 100, 105), Cited("amount", 117, 121), Cited("investors", 127, 132), Cited("lead", 127, 132)),
)


def console(colour: bool) -> Console:
    return Console(file=io.StringIO(), width=200, color_system="truecolor" if colour else None, force_terminal=colour)


def printed(out: Console, line: object) -> str:
    out.print(line)
    assert isinstance(out.file, io.StringIO)
    return out.file.getvalue()


def test_segments_are_the_sentence_cut_at_its_spans() -> None:
    cut = list(segments(SENTENCE))
    assert "".join(segment.text for segment in cut) == SENTENCE.text
    assert [(segment.text, segment.field, segment.labels) for segment in cut if segment.cited] == [
        ("Nuvéa", "company", "entreprise"),
        ("3 M€", "amount", "montant"),
        ("Elaia", "lead", "investisseur, chef de file"),
    ]


def test_overlapping_spans_leave_the_text_whole() -> None:
    crossed = ToldSentence(
        "text", 0, 10, "abcdefghij", (Cited("company", 0, 5), Cited("amount", 3, 8), Cited("date", 9, 30))
    )
    assert "".join(segment.text for segment in segments(crossed)) == "abcdefghij"


def test_markers_without_colour() -> None:
    out = console(colour=False)
    expected = "[entreprise Nuvéa] [sic] lève [montant 3 M€] avec [investisseur, chef de file Elaia]\n"
    assert printed(out, marked(SENTENCE, out)) == expected


def test_colour_without_markers() -> None:
    out = console(colour=True)
    shown = printed(out, marked(SENTENCE, out))
    assert "montant" not in shown
    assert "\x1b[30;102m 3 M€ \x1b[0m" in shown.replace("\x1b[1;30;102m", "\x1b[30;102m")
    assert "[sic]" in shown


def test_examples_of_rules() -> None:
    example = "[company Nuvéa] lève [amount 3 M€]."
    plain, coloured = console(colour=False), console(colour=True)
    assert printed(plain, marked_example(example, plain)) == example + "\n"
    shown = printed(coloured, marked_example(example, coloured))
    assert "company" not in shown
    assert "Nuvéa\x1b[0m" in shown
