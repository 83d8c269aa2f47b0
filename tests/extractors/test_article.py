"""Pages of several makes and encodings: text without the furniture, title, day, canonical URL, and reasons for none."""

from datetime import date

import pytest

from extractors.article import article_from_fragment, article_from_html
from extractors.html_bytes import declared_language, decode_html, is_paywalled
from extractors.values import Article, NoArticle

PARAGRAPHS = [
    "La jeune pousse lilloise Brumelec annonce ce mardi une levée de fonds de 12 millions d’euros, menée par Partech.",
    "Créée en 2019, l’entreprise développe des modèles d’intelligence artificielle qui prédisent la consommation des usines.",
    "« Nous voulons doubler l’équipe et ouvrir un bureau à Bruxelles », explique sa présidente, Inès Morvan, à la rédaction.",
    "Les fonds serviront aussi à certifier le logiciel auprès des gestionnaires de réseau, en France comme en Allemagne.",
]


def page(body: str = "", head: str = "", lang: str = "fr") -> str:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    return f"""<!doctype html><html lang="{lang}"><head><meta charset="utf-8">
<title>Brumelec lève 12 millions d’euros | La Vigie</title>
<meta property="og:title" content="Brumelec lève 12 millions d’euros | La Vigie">
<meta property="og:site_name" content="La Vigie">
<meta property="article:published_time" content="2026-11-17T08:30:00+01:00">
<link rel="canonical" href="https://www.lavigie.example/brumelec-12-millions">{head}</head><body>
<div class="cookie-banner">Nous utilisons des cookies. <button>Tout accepter</button></div>
<nav><ul><li><a href="/">Accueil</a></li><li><a href="/tech">Tech</a></li></ul></nav>
<main><article><h1>Brumelec lève 12 millions d’euros</h1>{text}{body}</article></main>
<aside><h2>À lire aussi</h2><a href="/autre">Zorglub rachète Martin pour 40 millions d’euros</a></aside>
<footer>© La Vigie, mentions légales</footer></body></html>"""


def article(html: str, url: str = "https://www.lavigie.example/brumelec-12-millions?utm_source=x") -> Article:
    found = article_from_html(html.encode(), url, "text/html; charset=utf-8")
    assert isinstance(found, Article)
    return found


def test_text_without_furniture() -> None:
    found = article(page())
    assert all(paragraph in found.text for paragraph in PARAGRAPHS)
    for furniture in ("cookies", "Accueil", "Zorglub", "mentions légales"):
        assert furniture not in found.text


def test_title_day_language_and_canonical_url() -> None:
    found = article(page())
    assert found.title == "Brumelec lève 12 millions d’euros"
    assert found.published == date(2026, 11, 17)
    assert found.language == "fr"
    assert found.url == "https://www.lavigie.example/brumelec-12-millions"


def test_a_canonical_url_of_another_site_is_not_believed() -> None:
    html = page().replace("https://www.lavigie.example/brumelec-12-millions", "https://rival.example/vole")
    url = "https://www.lavigie.example/a"
    assert article(html, url).url == url


def test_no_day_is_invented() -> None:
    html = page().replace('<meta property="article:published_time" content="2026-11-17T08:30:00+01:00">', "")
    assert article(html).published is None


def test_paywall_is_told_from_the_page() -> None:
    mark = '<script type="application/ld+json">{"@type":"NewsArticle","isAccessibleForFree": "False"}</script>'
    assert article(page(head=mark)).paywalled
    assert not article(page()).paywalled
    assert not is_paywalled('{"isAccessibleForFree": true}')


@pytest.mark.parametrize(
    ("body", "content_type", "reason"),
    [
        (b"", "text/html", "no_text"),
        (b"<html><body></body></html>", "text/html", "no_text"),
        (b"<html><body><p>Bonjour</p></body></html>", "text/html", "too_short"),
        (b"%PDF-1.7 ...", "text/html", "not_html"),
        (b"\x89PNG\r\n", "image/png", "not_html"),
        (b"\x00\x01\x02\xff" * 200, "text/html", "no_text"),
    ],
)
def test_pages_without_an_article_say_why(body: bytes, content_type: str, reason: str) -> None:
    found = article_from_html(body, "https://site.example/x", content_type)
    assert isinstance(found, NoArticle)
    assert found.reason == reason


@pytest.mark.parametrize(
    ("encoding", "content_type", "meta"),
    [
        ("utf-8", "text/html; charset=utf-8", "utf-8"),
        ("utf-8", "text/html; charset=iso-8859-1", "iso-8859-1"),
        ("cp1252", "text/html; charset=iso-8859-1", ""),
        ("cp1252", "text/html; charset=utf-8", "windows-1252"),
        ("cp1252", "text/html", ""),
        ("utf-16", "text/html", ""),
    ],
)
def test_the_euro_sign_survives_every_declaration(encoding: str, content_type: str, meta: str) -> None:
    html = f'<html><head><meta charset="{meta}"></head><body>Levée de 12 M€ pour l’œuvre</body></html>'
    assert "Levée de 12 M€ pour l’œuvre" in decode_html(html.encode(encoding), content_type)


def test_one_broken_byte_costs_one_character() -> None:
    html = ("<p>Levée réussie à Orléans</p>" * 40).encode() + b"\xff" + "<p>été</p>".encode()
    decoded = decode_html(html, "text/html; charset=utf-8")
    assert decoded.count("�") == 1
    assert decoded.endswith("<p>été</p>")


def test_declared_language() -> None:
    assert declared_language('<!doctype html><html class="no-js" lang="fr-BE">') == "fr"
    assert declared_language("<html><body>") is None


def test_fragment_of_a_feed() -> None:
    html = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    found = article_from_fragment(html, "https://site.example/x", "Brumelec lève 12 millions d’euros")
    assert isinstance(found, Article)
    assert all(paragraph in found.text for paragraph in PARAGRAPHS)
    assert isinstance(article_from_fragment("<p>Lire la suite</p>", "https://site.example/x", "t"), NoArticle)


def test_the_front_page_declared_for_every_article_is_not_its_address() -> None:
    html = page().replace("https://www.lavigie.example/brumelec-12-millions", "https://www.lavigie.example/")
    assert article(html, "https://www.lavigie.example/a").url == "https://www.lavigie.example/a"


def test_a_page_saved_to_disk_has_the_address_it_declares() -> None:
    assert article(page(), "file:///tmp/brumelec.html").url == "https://www.lavigie.example/brumelec-12-millions"
