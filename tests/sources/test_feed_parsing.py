"""One feed in four formats gives one value; broken feeds give what can be had, and say what could not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sources.feeds import ParsedFeed, parse_feed
from sources.values import Entry, Feed, Reason

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
FEED = Feed("fil", "Le Fil", "https://lefil.example/feed", country="FR")
SAME = Path(__file__).parent / "feeds_same"

EXPECTED = (
    Entry(
        feed_id="fil",
        url="https://lefil.example/ondine?utm_source=rss",
        canonical_url="https://lefil.example/ondine",
        title="L’éditeur Ondine lève 12 M€ & recrute",
        published=datetime(2026, 11, 23, 6, 30, tzinfo=UTC),
        summary="Un tour mené par Quai Neuf.",
        content_html="<p>Le texte entier d’Ondine.</p>",
        author="Anne Morel",
        language="fr",
    ),
    Entry(
        feed_id="fil",
        url="https://lefil.example/marche",
        canonical_url="https://lefil.example/marche",
        title="Le marché en 2027",
        published=datetime(2026, 11, 22, 18, tzinfo=UTC),
        summary="Une prévision.",
        author="Anne Morel",
        language="fr",
    ),
)


def parse(body: bytes | str, content_type: str = "application/rss+xml", limit: int = 50) -> ParsedFeed:
    raw = body.encode() if isinstance(body, str) else body
    return parse_feed(raw, content_type, FEED, "https://lefil.example/feed", NOW, limit)


def rss(*items: str, head: str = "<link>https://lefil.example/</link>") -> str:
    return f'<rss version="2.0"><channel><title>Le Fil</title>{head}{"".join(items)}</channel></rss>'


def item(number: int = 1, **parts: str) -> str:
    values = {"title": f"Titre {number}", "link": f"https://lefil.example/{number}", "pubDate": "2026-11-22"} | parts
    return "<item>" + "".join(f"<{name}>{value}</{name}>" for name, value in values.items() if value) + "</item>"


@pytest.mark.parametrize("name", ["rss.xml", "atom.xml", "rdf.xml", "feed.json"])
def test_same_feed_in_every_format(name: str) -> None:
    parsed = parse((SAME / name).read_bytes(), "text/plain")
    without_layout = tuple(
        replace(
            entry,
            title=entry.title.replace("\xa0", " "),
            content_html="<p>Le texte entier d’Ondine.</p>"
            if "Le texte entier" in (entry.content_html or "")
            else None,
        )
        for entry in parsed.entries
    )
    assert without_layout == EXPECTED
    assert (parsed.reason, parsed.set_aside, parsed.language, parsed.complete) == (None, (), "fr", True)


@pytest.mark.parametrize(
    ("body", "reason", "detail"),
    [
        ("", Reason.EMPTY, "vide"),
        (" \n\t", Reason.EMPTY, "vide"),
        ("\ufeff", Reason.EMPTY, "vide"),
        ("<!DOCTYPE html><html><head><title>Un instant…</title></head>", Reason.NOT_A_FEED, "Un instant…"),
        ("<html><body><p>Bonjour &eacute;</p><br></body></html>", Reason.NOT_A_FEED, "HTML"),
        ("Service indisponible", Reason.NOT_A_FEED, "ni RSS"),
        ("<urlset><url><loc>https://x.fr/</loc></url></urlset>", Reason.NOT_A_FEED, "ni RSS"),
        ('{"error": 404}', Reason.NOT_A_FEED, "JSON"),
        ('{"version": "https://jsonfeed.org/version/1.1", "items": [{"id"', Reason.NOT_A_FEED, "coupé"),
        ("[" * 100_000, Reason.NOT_A_FEED, "ni RSS"),
        ('{"a":' * 100_000, Reason.NOT_A_FEED, "JSON"),
        ('<rss version="2.0"><channel><item><title>Tit', Reason.BAD_CONTENT, "coupé en route"),
        (
            '<feed xmlns="http://www.w3.org/\u00a0a\u00a0b/Atom"><entry/></feed>',
            Reason.BAD_CONTENT,
            "son lecteur",
        ),
    ],
)
def test_what_is_no_feed(body: str, reason: Reason, detail: str) -> None:
    parsed = parse(body)
    assert parsed.reason is reason
    assert detail in parsed.detail
    assert parsed.entries == ()


def test_a_feed_without_entries_is_a_feed() -> None:
    assert parse(rss()) == ParsedFeed()


def test_truncated_keeps_whole_entries_and_says_so() -> None:
    whole = rss(item(1), item(2), item(3))
    parsed = parse(whole[: whole.index("Titre 3") + 3])
    assert [entry.title for entry in parsed.entries] == ["Titre 1", "Titre 2"]
    assert [one.reason for one in parsed.set_aside] == ["unreadable"]
    assert not parsed.complete
    assert "coupé en route : 2 éléments gardés" in parsed.detail


def test_ill_formed_is_repaired() -> None:
    body = rss(
        item(1, title="R&D : lev&eacute;e de fonds <b>record</b>", link="https://lefil.example/?a=1&b=2"),
        item(2, title="Deux\x00 \x0b&nbsp;fois"),
        "<item><title>Sans fin<link>https://lefil.example/3</link></item>",
        item(4, **{"dc:creator": "Anne Morel"}),
    )
    parsed = parse(body)
    assert parsed.complete
    assert parsed.detail == "XML réparé"
    titles = [entry.title for entry in parsed.entries]
    assert titles[0].startswith("R&D : levée de fonds")
    assert titles[1].replace("\xa0", "").split() == ["Deux", "fois"]
    assert titles[-1] == "Titre 4"
    assert parsed.entries[0].url == "https://lefil.example/?a=1&b=2"
    assert parsed.entries[-1].author == "Anne Morel"


@pytest.mark.parametrize(
    ("encoded_as", "declared", "content_type"),
    [
        ("cp1252", "UTF-8", "application/rss+xml"),
        ("cp1252", "UTF-8", "application/rss+xml; charset=utf-8"),
        ("iso-8859-1", "ISO-8859-1", "text/xml"),
        ("utf-8", "ISO-8859-1", "text/xml; charset=iso-8859-1"),
        ("utf-16", "UTF-16", "text/xml"),
        ("utf-8-sig", "UTF-8", "text/xml"),
    ],
)
def test_encodings(encoded_as: str, declared: str, content_type: str) -> None:
    text = f'<?xml version="1.0" encoding="{declared}"?>\n' + rss(item(title="Levée à Besançon : l'été déjà là"))
    parsed = parse(text.encode(encoded_as), content_type)
    assert [entry.title for entry in parsed.entries] == ["Levée à Besançon : l'été déjà là"]


@pytest.mark.parametrize(
    ("broken", "url", "problems"),
    [
        (item(title=""), "https://lefil.example/1", ("no_title",)),
        (item(link="/a/b"), "https://lefil.example/a/b", ("relative_link",)),
        (item(pubDate=""), "https://lefil.example/1", ("no_date",)),
        (item(pubDate="demain peut-être"), "https://lefil.example/1", ("bad_date",)),
        (item(pubDate="Thu, 01 Jan 1970 00:00:00 GMT"), "https://lefil.example/1", ("bad_date",)),
        (item(pubDate="Mon, 23 Nov 2099 00:00:00 GMT"), "https://lefil.example/1", ("future_date",)),
        (item(link="", guid="https://lefil.example/g"), "https://lefil.example/g", ()),
        (item(link="javascript:x", guid="https://lefil.example/g"), "https://lefil.example/g", ()),
    ],
)
def test_mended_entries(broken: str, url: str, problems: tuple[str, ...]) -> None:
    parsed = parse(rss(broken))
    assert [(entry.url, entry.problems) for entry in parsed.entries] == [(url, problems)]


def test_dates_kept_after_mending() -> None:
    parsed = parse(
        rss(
            item(1, pubDate="lundi 23 novembre 2026 à 7h30"),
            item(2, pubDate="2099-01-01T00:00:00Z"),
            item(3, pubDate="31 février 2026"),
        )
    )
    assert [entry.published for entry in parsed.entries] == [datetime(2026, 11, 23, 6, 30, tzinfo=UTC), NOW, None]


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (item(link=""), "no_link"),
        (item(link="", guid="tag:lefil,2026:1"), "no_link"),
        (item(link="", guid="12345"), "no_link"),
        (item(link="javascript:alert(1)"), "bad_link"),
        (item(link="data:text/html,x"), "bad_link"),
        (item(link="file:///etc/passwd"), "bad_link"),
    ],
)
def test_entries_without_usable_link_are_set_aside(broken: str, reason: str) -> None:
    parsed = parse(rss(broken, item(2)))
    assert [(one.feed_id, one.reason) for one in parsed.set_aside] == [("fil", reason)]
    assert "Titre 1" in parsed.set_aside[0].detail
    assert [entry.title for entry in parsed.entries] == ["Titre 2"]


def test_duplicates_are_folded() -> None:
    twice = [
        item(1),
        item(2, link="http://m.lefil.example/1/?utm_medium=x"),
        item(3, link="https://www.lefil.example/1"),
    ]
    parsed = parse(rss(*twice, head=""))
    assert [entry.title for entry in parsed.entries] == ["Titre 1", "Titre 2"]
    assert [one.reason for one in parsed.set_aside] == ["duplicate"]


def test_relative_links_of_atom_start_from_the_feed_or_its_base() -> None:
    body = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>F</title><link href="https://elsewhere.example/"/>'
        '<entry><title>Un</title><link href="un"/></entry>'
        '<entry xml:base="https://lefil.example/base/"><title>Deux</title><link href="deux"/></entry></feed>'
    )
    assert [e.url for e in parse(body).entries] == ["https://lefil.example/un", "https://lefil.example/base/deux"]


def test_limits() -> None:
    many = parse(rss(*(item(n) for n in range(70))), limit=50)
    assert len(many.entries) == 50
    assert many.set_aside[0].reason == "too_many_entries"
    assert "70" in many.set_aside[0].detail
    assert len(parse(rss(item(title="mot " * 5000))).entries[0].title) <= 500


@pytest.mark.parametrize(
    "odd",
    [
        rss(item(title="a&#0;b&#x1;c&#xD800;d&#x110000;e&eacute;")),
        rss(item()).replace("<title>", "<dc:>x</dc:><title>"),
        "<rdf:RDF><item><title>Titre 1</title><link>https://lefil.example/1</link></item></rdf:RDF>",
    ],
)
def test_found_by_fuzzing(odd: str) -> None:
    """Each of these once raised."""
    assert parse(odd).reason in (None, Reason.NOT_A_FEED)


HEAD = '<rss version="2.0"><channel><item><title>'


@pytest.mark.parametrize(
    "hostile",
    [
        rss(f"<item><link>https://lefil.example/1</link><author>{'a' * 300_000}</author></item>"),
        rss("<item/>" * 60_000),
        rss("".join(f"<item><link>/{n}</link></item>" for n in range(30_000))),
        "<!DOCTYPE rss ["
        + "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 20))
        + "]>"
        + rss(item(title="&e19;")),
        '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + rss(item(title="&x;")),
        *(HEAD + piece * 100_000 for piece in ("<", "<a>", "&", "&a", "&amp;lt;", "<![CDATA[", "<!--", "<item>", "<a b='")),
    ],
    ids=lambda body: body[:20] + body[-20:],
)  # fmt: skip
def test_hostile_feeds_end_soon_and_leak_nothing(hostile: str) -> None:
    """Each of these kept feedparser alone busy for long, or is a known attack: it is enough that this returns."""
    parsed = parse(hostile)
    assert len(parsed.entries) <= 50
    assert "root:" not in repr(parsed)
