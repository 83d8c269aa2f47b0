"""The list of feeds: ours is sound, the user's lies on top of it, and every mistake is named with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.errors import ConfigError
from sources.errors import OpmlError
from sources.feedlist import load_feeds
from sources.opml import read_opml, write_opml
from sources.subscribing import subscribe
from sources.urls import clean_url
from sources.values import Feed


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    return tmp_path


def write(folder: Path, text: str) -> Path:
    (folder / "feeds.yaml").write_text(text, encoding="utf-8")
    return folder


def by_id(folder: Path | None) -> dict[str, Feed]:
    return {feed.id: feed for feed in load_feeds(folder)}


def test_ours() -> None:
    feeds = load_feeds(None)
    enabled = [feed for feed in feeds if feed.enabled]
    assert len(enabled) >= 40
    assert {feed.language for feed in enabled} == {"fr"}
    assert {"FR", "BE", "CH", "CA-QC"} <= {feed.country for feed in enabled}
    assert {"SN", "MA", "CM"} & {feed.country for feed in enabled}
    assert all(feed.url.startswith("https://") and clean_url(feed.url) == feed.url for feed in feeds)
    assert all(feed.site and feed.themes and feed.name for feed in feeds)


def test_adds_overrides_and_switches_off(mine: Path) -> None:
    write(
        mine,
        """
feeds:
  - {id: ma-lettre, name: Ma lettre, url: "https://lettre.example/feed", themes: [ia], paywall: no, full_text: true}
  - {id: maddyness, enabled: false}
  - {id: numerama, url: "https://www.numerama.com/autre/feed/"}
""",
    )
    ours, all_of_them = by_id(None), by_id(mine)
    assert len(all_of_them) == len(ours) + 1
    assert all_of_them["ma-lettre"] == Feed(
        "ma-lettre", "Ma lettre", "https://lettre.example/feed", themes=("ia",), full_text=True
    )
    assert not all_of_them["maddyness"].enabled
    assert all_of_them["maddyness"].url == ours["maddyness"].url
    assert all_of_them["numerama"].url.endswith("/autre/feed/")
    assert all_of_them["numerama"].name == "Numerama"


@pytest.mark.parametrize("text", ["", "# rien\n", "feeds:\n", "feeds: []\n"])
def test_an_empty_list_changes_nothing(mine: Path, text: str) -> None:
    assert load_feeds(write(mine, text)) == load_feeds(None)


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("feeds:\n- id: a\n  name: A\n  url: https://a.example/f\n- id: a\n  enabled: false\n", 5, "est déjà ligne 2"),
        (("feeds:\n- id: a\n  name: A\n  url: https://a.example/f\n- id: b\n  name: B\n  url: http://www.a.example/f\n"
         "- id: c\n  name: C\n  url: http://a.example/f/?utm_source=x\n"), 10, "a l'adresse du flux 'a'"),
        ("feeds:\n- id: mien\n  name: M\n  url: https://www.maddyness.com/feed\n", 4, "'maddyness'"),
        ("feeds:\n- id: a\n  name: A\n", 2, "lui faut `name` et `url`"),
        ("feeds:\n- id: a\n  name: A\n  url: ftp://a.example/f\n", 4, "pas une adresse http(s)"),
        ("feeds:\n- id: A b\n  name: A\n  url: https://a.example/f\n", 2, "id"),
        ("feeds:\n- id: a\n  nom: A\n  url: https://a.example/f\n", 3, "nom"),
        ("feeds:\n- id: a\n  name: A\n  url: https://a.example/f\n  paywall: peut-être\n", 5, "paywall"),
        ("feeds:\n  a: 1\n", 2, "liste"),
        ("flux: []\n", 1, "feeds:"),
        ("feeds:\n- id: [\n", None, "YAML"),
    ],
)  # fmt: skip
def test_mistakes_are_named_with_their_line(mine: Path, text: str, line: int | None, says: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_feeds(write(mine, text))
    assert caught.value.file == mine / "feeds.yaml"
    assert line is None or caught.value.line == line
    assert says in str(caught.value)


def test_opml_there_and_back() -> None:
    feeds = load_feeds(None)
    there = write_opml(feeds)
    back = read_opml(there)
    assert list(back.feeds) == feeds
    assert back.refused == ()


def test_opml_of_other_readers() -> None:
    back = read_opml(
        """<?xml version="1.0" encoding="ISO-8859-1"?><opml version="1.0"><head/><body>
        <outline text="Économie"><outline text="Le &lt;b&gt;Fil&lt;/b&gt;" xmlurl="https://lefil.example/feed"
            htmlUrl="https://lefil.example/"/><outline title="Le Fil" xmlUrl="https://lefil.example/tech"/></outline>
        <outline text="Piège" xmlUrl="javascript:alert(1)"/>
        <outline text="" xmlUrl="https://sans-nom.example/feed" category="/Tech/IA,Start-up" language="fr-CA"/>
        <outline text="dossier vide"/></body></opml>""".encode("iso-8859-1")
    )
    assert [(feed.id, feed.name, feed.themes) for feed in back.feeds] == [
        ("le-fil", "Le Fil", ("economie",)),
        ("le-fil-2", "Le Fil", ("economie",)),
        ("sans-nom-example", "sans-nom.example", ("tech", "ia", "start-up")),
    ]
    assert len(back.refused) == 1
    assert "Piège" in back.refused[0]


@pytest.mark.parametrize(
    "hostile",
    [
        b"",
        b"not xml",
        b"<html/>",
        b'<!DOCTYPE opml [<!ENTITY x SYSTEM "file:///etc/passwd">]><opml><body><outline text="&x;" xmlUrl="http://a.fr"/></body></opml>',
        b'<!DOCTYPE opml SYSTEM "http://127.0.0.1:1/x.dtd"><opml><body/></opml>',
        b"<opml><body>" + b"<outline>" * 50_000,
        b" " * 10_000_001,
    ],
)
def test_hostile_opml_is_refused(hostile: bytes) -> None:
    with pytest.raises(OpmlError):
        read_opml(hostile)


def test_subscribing_keeps_what_stands_there(mine: Path) -> None:
    write(mine, "# à moi\nfeeds:\n- id: a  # le premier\n  name: A\n  url: https://a.example/f\n")
    offered = [
        Feed(
            "a", "Autre A", "https://autre.example/f", site="https://autre.example/", themes=("ia",), paywall="partial"
        ),
        Feed("x", "Maddyness", "http://www.maddyness.com/feed/?utm_source=opml"),
        Feed("b", "B: l'été", "https://b.example/f", enabled=False),
    ]
    done = subscribe(mine, offered)
    assert [feed.id for feed in done.added] == ["a-2", "b"]
    assert [feed.id for feed in done.known] == ["x"]
    assert done.path.read_text(encoding="utf-8").startswith("# à moi\nfeeds:\n- id: a  # le premier\n")
    after = by_id(mine)
    assert after["a-2"].themes == ("ia",)
    assert after["b"].name == "B: l'été"
    assert not after["b"].enabled
    assert subscribe(mine, offered).added == ()


@pytest.mark.parametrize("before", [None, "", "# rien\n", "feeds:\n", "feeds: []\n"])
def test_subscribing_to_an_empty_list(mine: Path, before: str | None) -> None:
    folder = mine / "neuf"
    if before is not None:
        folder.mkdir()
        write(folder, before)
    subscribe(folder, [Feed("b", "B", "https://b.example/f")])
    assert by_id(folder)["b"].name == "B"


def test_subscribing_to_a_list_in_another_form_changes_nothing(mine: Path) -> None:
    text = 'feeds: [{id: a, name: A, url: "https://a.example/f"}]\n'
    write(mine, text)
    with pytest.raises(ConfigError, match="bloc"):
        subscribe(mine, [Feed("b", "B", "https://b.example/f")])
    assert (mine / "feeds.yaml").read_text(encoding="utf-8") == text
    assert [path.name for path in mine.iterdir()] == ["feeds.yaml"]
