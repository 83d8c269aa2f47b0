"""Every page in both languages: what stands in it, and that strangers' words stay words."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest
import yaml
from fastapi.testclient import TestClient
from lxml import html
from newsroom import Newsroom, money, reading, telling
from webdesk import DealId, client_of, settings

import web
from alerts.formatting import mended, typeset
from web.app import make_app

PAGES = ("/", "/trends", "/articles", "/articles/1", "/feeds", "/runs", "/rules", "/signin", "/companies/orme",
         "/investors/bpifrance", "/nulle-part")  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_pages_are_whole_labelled_and_safe(client: TestClient, path: str, language: str) -> None:
    answer = client.get(path, params={"lang": language})
    assert answer.status_code == (404 if path == "/nulle-part" else 200)
    page = html.fromstring(answer.text)
    assert page.get("lang") == language
    assert len(page.xpath("//main")) == len(page.xpath("//h1")) == 1
    assert not page.xpath("//script | //*[@style] | //style")
    assert "49" not in page.xpath("string(//title)")
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    for control in page.xpath("//main//input[not(@type='hidden')] | //main//select"):
        assert page.xpath("//label[@for=$id] | //label[.//input[@id=$id]]", id=control.get("id")), control.get("name")
    levels = [int(heading.tag[1]) for heading in page.xpath("//h1 | //h2 | //h3")]
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "unsafe" not in answer.headers["content-security-policy"]


def test_a_deal_shows_its_sentences_with_fields_marked(client: TestClient, deal_id: DealId) -> None:
    answer = client.get(f"/deals/{deal_id('Orme')}")
    page = html.fromstring(answer.text)
    marks = [mark.text for mark in page.xpath("//blockquote//mark")]
    assert marks == ["Orme", "Orme"]
    assert page.xpath("//blockquote//mark/span/text()") == ["Entreprise", "Entreprise"]
    text = page.text_content()
    assert "20\u00a0M€" in text
    assert "21\u00a0M€" in text
    assert "«\u00a0On apprend que" in text
    assert "Fonds Élan" in text
    assert "(chef de file)" in text


def test_foreign_money_is_shown_in_euros_too(client: TestClient, deal_id: DealId) -> None:
    text = html.fromstring(client.get(f"/deals/{deal_id('Tilleul')}").text).text_content()
    assert "1,5\u00a0Md$" in text
    assert "au taux BCE du" in text


def test_hostile_titles_and_names_render_as_text(client: TestClient, deal_id: DealId) -> None:
    for path in ("/", f"/deals/{deal_id('Orme')}", "/articles", "/trends", f"/deals/{deal_id('cmd')}"):
        answer = client.get(path)
        assert answer.status_code == 200
        page = html.fromstring(answer.text)
        assert not page.xpath("//script | //*[@onload] | //a[starts-with(@href, 'javascript')]")
    assert "<script>alert(1)</script>" in html.fromstring(client.get("/articles").text).text_content()


def test_the_filter_is_the_address(client: TestClient) -> None:
    page = html.fromstring(client.get("/?kind=acquisition&min=1 000 000&sort=largest").text)
    assert page.xpath("//table//tbody//th//text()") == ["Tilleul"]
    assert page.xpath("//select[@name='kind']/option[@selected]/@value") == ["acquisition"]
    assert all("kind=acquisition" in link for link in page.xpath("//*[@class='downloads']//@href"))


def test_fields_that_make_no_sense_are_named_and_left_out(client: TestClient) -> None:
    page = html.fromstring(client.get("/?kind=vol&since=hier&company=orme").text)
    assert page.xpath("string(//*[@role='alert'])").strip().endswith("Nature, Depuis le")
    assert page.xpath("//table//tbody//th//text()") == ["Orme"]


def test_a_page_that_did_not_change_is_not_sent_again(client: TestClient) -> None:
    tag = client.get("/").headers["etag"]
    again = client.get("/", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("chart", ["months", "kinds", "rounds"])
def test_charts_are_svg_of_both_themes_with_a_table_behind(client: TestClient, chart: str) -> None:
    light, dark = (client.get(f"/charts/{chart}.svg?theme={theme}") for theme in ("light", "dark"))
    assert light.headers["content-type"] == "image/svg+xml"
    assert b"<svg" in light.content
    assert light.content != dark.content
    page = html.fromstring(client.get("/trends").text)
    assert page.xpath("//picture//img[@alt][contains(@src, $name)]", name=chart)
    assert len(page.xpath("//table[contains(@class, 'figures')]")) == 3


def test_feeds_that_fail_come_first(client: TestClient) -> None:
    page = html.fromstring(client.get("/feeds").text)
    assert page.xpath("//tbody//th/text()") == ["panne", "gazette"]
    assert "trop lent" in page.text_content()


def test_other_names_for_this_machine_are_not_answered(client: TestClient) -> None:
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 404
    assert client.get("/", headers={"Host": "localhost:8765"}).status_code == 200


def test_both_languages_have_all_words() -> None:
    french, english = (
        yaml.safe_load((Path(web.__file__).parent / "words" / f"{language}.yaml").read_text("utf-8"))
        for language in ("fr", "en")
    )
    assert french.keys() == english.keys()
    for key, value in french.items():
        if isinstance(value, dict):
            assert value.keys() == english[key].keys()
    for text in map(str, french.values()):
        assert "« " not in text
        assert " »" not in text
        assert " ;" not in text


def test_an_investor_named_only_in_recalled_deals_has_a_page_with_them(newsroom: Newsroom) -> None:
    newsroom.tell(a=reading(telling("Orme", money(5e6), role="background", investors=("Rive",))))
    page = client_of(make_app(newsroom.db, settings())).get("/investors/rive").text
    assert ">Orme</a>" in page
    assert "tout, rappels compris" in page


def test_what_the_press_wrote_is_spaced_as_french_wants_it() -> None:
    told = "« Orme » : 20 millions d'euros, 12 % de plus ; vrai ? Oui !"
    shown = typeset(told)
    assert len(shown) == len(told)
    assert shown.replace("\u00a0", " ") == told
    assert re.search(r"« | [»:;?!%]| millions", shown) is None
    assert typeset("le 5 mai et le 1er juin") == "le 5\u00a0mai et le 1er\u00a0juin"
    assert typeset("http://orme.example/a :b, 3 milles") == "http://orme.example/a :b, 3 milles"


def test_misread_letters_are_shown_as_they_were_meant() -> None:
    told = "À l’instar d’Orme, l’œuvre a coûté 5,25\u00a0M€ – « déjà »"
    assert mended(told.encode().decode("latin-1")) == told
    assert mended("lâ€™Å“uvre a coÃ»tÃ© 5Â\u00a0M€") == "l’œuvre a coûté 5\u00a0M€"
    for sound in (told, "annoncé»…", "Ångström, ÂGE, « â »…"):
        assert mended(sound) == sound
