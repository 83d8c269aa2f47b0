"""Stored texts, streamed again."""

from __future__ import annotations

from dataclasses import replace

from newsroom import TODAY, Newsroom, reading, telling

from storage.texts import stored_articles


def test_every_french_article_once_with_its_text_and_day(newsroom: Newsroom) -> None:
    french = {f"a{n:03}": reading(telling(f"Orme {n}"), title=f"Affaire {n}") for n in range(205)}
    english = replace(reading(telling("Oak")), language="en", deals=())
    newsroom.publish(**french, b=replace(english, article=replace(english.article, language="en")))
    found = list(stored_articles(newsroom.db))
    assert len(found) == 205
    assert {a.text for a in found} == {one.article.text for one in french.values()}
    assert {(a.published, a.language) for a in found} == {(TODAY, "fr")}
    assert len({a.id for a in found}) == 205
    assert found[7].title == "Affaire 7"


def test_an_empty_database(newsroom: Newsroom) -> None:
    assert list(stored_articles(newsroom.db)) == []
