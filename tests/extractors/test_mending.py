"""Damaged text is read as it was meant, and cited as it came."""

from __future__ import annotations

import html
import unicodedata

import pytest
from linear import assert_linear

from extractors.deals.extract import find_deals
from extractors.deals.knowledge import default_knowledge
from extractors.mending import mend, mended
from extractors.read import read_article
from extractors.values import Article

TEXT = (
    "La société Nuvéa, spécialiste de l’intelligence artificielle, a levé 12 M€ auprès d’Alven.\n"
    "Fondée à Besançon, l’éditrice avait déjà récolté 3 millions d’euros en 2021. « Une étape », dit-elle."
)


@pytest.mark.parametrize(
    "damaged",
    [
        TEXT.encode().decode("latin-1"),
        TEXT.encode().decode("latin-1").encode().decode("latin-1"),
        unicodedata.normalize("NFD", TEXT),
        TEXT.replace("é", "&eacute;").replace("à", "&#224;").replace("’", "&#x2019;").replace("€", "&euro;"),
        html.escape(TEXT).replace("12", "<b>12</b>").replace("Nuvéa", '<a href="/n">Nuvéa</a>'),
    ],
    ids=["misread", "misread twice", "accents apart", "entities", "tags"],
)
def test_read_as_it_was_meant(damaged: str) -> None:
    assert mend(damaged).text == TEXT
    article = Article("a", "Une levée", damaged, None)
    deals = find_deals(article, default_knowledge())
    whole = find_deals(Article("a", "Une levée", TEXT, None), default_knowledge())
    assert [(d.company, d.amount and d.amount.value, d.investors) for d in deals] == [
        (d.company, d.amount and d.amount.value, d.investors) for d in whole
    ]
    assert [d.company for d in deals][:1] == ["Nuvéa"]
    cited = {evidence.field: evidence for evidence in deals[0].evidence}
    assert mend(cited["amount"].text).text in ("12 M€", "3 millions d’euros")
    for deal in deals:
        for evidence in deal.evidence:
            assert damaged[evidence.start : evidence.end] == evidence.text
    assert read_article(article).relevance == read_article(Article("a", "Une levée", TEXT, None)).relevance


def test_misread_by_windows() -> None:
    shown = "â€œLâ€™IAâ€\u009d Ã©tait lÃ\u00a0, Ã  Paris, oÃ¹ lâ€™Å“uvre coÃ»te 10 Mâ‚¬ â€” dit-on"
    assert mend(shown).text == "“L’IA” était là, à Paris, où l’œuvre coûte 10 M€ — dit-on"


@pytest.mark.parametrize("sign", ["?", "\ufffd", "\ufffd\ufffd"])
def test_lost_letters(sign: str) -> None:
    damaged = "".join(char if char.isascii() else sign for char in TEXT)
    meant = mend(damaged).text
    assert " Nuva, spcialiste de l'intelligence artificielle, a lev 12 M€ auprs d'Alven.\n" in meant
    assert sign != "?" or "l'ditrice avait dj rcolt 3 millions d'euros en 2021." in meant
    assert [d.amount.value for d in find_deals(Article("a", "Nuvea", damaged, None), default_knowledge()) if d.amount]


@pytest.mark.parametrize(
    ("scanned", "meant"),
    [
        ("II a Ievé 10 miIlions, la vaIeur monte, Ia miIice", "II a levé 10 millions, la valeur monte, la milice"),
        ("miIlions vaIeur viIle : 418 O00 €, 1O0 €, H2O", "millions valeur ville : 418 000 €, 100 €, H2O"),
    ],
)
def test_scanned_letters(scanned: str, meant: str) -> None:
    assert mend(scanned).text == meant


def test_glued_sentences() -> None:
    glued = "Nuvéa lève 10 millions.La start-up recrute en 2026.Elle vise « le monde ».Et le reste. Plus tard. Un jour. Fin."
    assert mend(glued).text.count("\n") == 3
    for place, char in enumerate(mend(glued).text):
        start, end = mend(glued).place(place, place + 1)
        assert glued[start:end] == char or char == "\n"


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        "Qui paie ? On l'ignore. Est-ce fini? Non! Et AT&T, R&D; a < b > c, SÃO PAULO, CAFÉ»",
        "DeepIP, Nod.ai, W.IN.G, U.S. Steel, H2O.ai et 3.5 points",
        "Une question?Oui. Le prix:10€",
        "",
    ],
)
def test_what_is_whole_stays(text: str) -> None:
    article = Article("a", text, text, None)
    assert mended(article).article is article


@pytest.mark.parametrize(
    "unit",
    ["&", "&amp;", "&a", "<p ", "<p>", "Ã", "Ã©", "e\u0301", "a?", "\ufffd", "aIa ", "1O", "an.An", "a.A. ", "d?a"],
)
def test_long_texts_take_linear_time(unit: str) -> None:
    assert_linear(mend, unit)


def test_damaged_twice_over() -> None:
    """Misread first, then written as entities."""
    shown = TEXT.encode().decode("latin-1")
    assert mend("".join(char if char.isascii() else f"&#{ord(char)};" for char in shown)).text == TEXT
