"""Bytes to text and markup to plain text."""

from __future__ import annotations

import pytest

from sources.decoding import charset_of, decode
from sources.feeds.plaintext import plain_text

FRENCH = "L’éditeur « Île-Été » lève 12 M€ à Orléans, où naît l’œuvre – déjà…"


@pytest.mark.parametrize(
    ("body", "declared"),
    [
        (FRENCH.encode(), ()),
        (FRENCH.encode(), ("iso-8859-1",)),
        (FRENCH.encode("utf-8-sig"), ("iso-8859-1",)),
        (FRENCH.encode("cp1252"), ()),
        (FRENCH.encode("cp1252"), ("utf-8",)),
        (FRENCH.encode("cp1252"), ("iso-8859-1",)),
        (FRENCH.encode("cp1252"), ("no-such-encoding", None)),
        (FRENCH.encode("utf-16"), ()),
        (FRENCH.replace("’", "'").replace("œ", "oe").replace("–", "-").replace("…", "").encode("iso-8859-15"),
         ("iso-8859-15",)),
    ],
)  # fmt: skip
def test_decode(body: bytes, declared: tuple[str | None, ...]) -> None:
    text = decode(body, declared)
    assert text[0] == "L"
    assert "lève 12 M€ à Orléans, où naît" in text


def test_quotation_with_no_break_space_is_not_taken_for_utf8() -> None:
    # é, no-break space, » are by chance one UTF-8 character when written in Windows-1252.
    text = "« la société\xa0» lève 3 M€ après l’été"
    assert decode(text.encode("cp1252"), ("utf-8",)) == text


def test_a_stray_byte_does_not_spoil_the_rest() -> None:
    assert decode("déjà levé à l’été".encode() + b" \x80 et \xe9") == "déjà levé à l’été € et é"


@pytest.mark.parametrize(
    ("header", "charset"),
    [("text/xml; charset=ISO-8859-1", "ISO-8859-1"), ('text/xml;charset="utf-8"', "utf-8"), ("text/xml", None)],
)
def test_charset(header: str, charset: str | None) -> None:
    assert charset_of(header) == charset


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("L&#8217;IA &amp; vous", "L’IA & vous"),
        ("<b>12 M€</b> pour l<i>éditeur</i>", "12 M€ pour léditeur"),
        ("<p>Un.</p><p>Deux.</p>trois<br/>quatre", "Un. Deux. trois quatre"),
        ("a<script>alert('x < y')</script>b<style>p{}</style>", "ab"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;Titre", "Titre"),
        ("3 < 5 et 7 > 6", "3 < 5 et 7 > 6"),
        ("saut\r\nde\tligne\x00\x0b", "saut de ligne"),
        ("350\xa0000\xa0€", "350\xa0000\xa0€"),
        ("R&D et AT&T", "R&D et AT&T"),
        ("<!-- caché -->vu<img src=x onerror=alert(1)>", "vu"),
    ],
)
def test_plain(markup: str, text: str) -> None:
    assert plain_text(markup, 500) == text


def test_long_text_is_cut_at_a_word() -> None:
    cut = plain_text("mot " * 300, 500)
    assert len(cut) <= 500
    assert cut.endswith("mot…")
    assert len(plain_text("x" * 10_000, 500)) == 500
