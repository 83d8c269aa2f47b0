"""The lexicon of organisations: what ships, how it is looked up and found, how a user adds to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.errors import ConfigError
from extractors.deals.organisations import TYPES, Organisations, name_key

SHIPPED = Organisations.load(None)


def found(text: str, lexicon: Organisations = SHIPPED) -> list[str]:
    return [text[k.start : k.end] for k in lexicon.find(text)]


def test_the_shipped_list_is_broad() -> None:
    assert len(SHIPPED.entries) >= 800
    assert {entry.type for entry in SHIPPED.entries} == set(TYPES)
    assert sum(entry.ai for entry in SHIPPED.entries) >= 200
    assert all(
        entry.country is None or (len(entry.country) == 2 and entry.country.isupper()) for entry in SHIPPED.entries
    )


def test_every_name_and_alias_is_found_by_lookup() -> None:
    for entry in SHIPPED.entries:
        for written in (entry.name, *entry.aliases):
            assert SHIPPED.lookup(written) is not None, written


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("MISTRAL AI", "Mistral AI"),
        ("mistral", "Mistral AI"),
        ("l'Oréal", "L'Oréal"),
        ("L’OREAL SA", "L'Oréal"),
        ("a16z", "Andreessen Horowitz"),
        ("BEI", "Banque européenne d'investissement"),
        ("Epopee Gestion", "Épopée Gestion"),
        ("JPMorgan", "JPMorgan Chase"),
    ],
)
def test_lookup(written: str, name: str) -> None:
    organisation = SHIPPED.lookup(written)
    assert organisation is not None
    assert organisation.name == name


@pytest.mark.parametrize("written", ["Mistrale", "Groupe Mistral", "", "  ", "Holding Orange", "Anthropique"])
def test_lookup_refuses_what_is_not_listed(written: str) -> None:
    assert SHIPPED.lookup(written) is None


def test_groupe_and_holding_tell_firms_apart() -> None:
    assert len({name_key(name) for name in ("Duval", "Groupe Duval", "Duval Holding")}) == 3
    assert name_key("Duval SAS") == name_key("Duval")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Amazon, la BEI, evroc, W.IN.G et e-Peas.", ["Amazon", "BEI", "evroc", "W.IN.G", "e-Peas"]),
        ("auprès de Lightspeed Venture Partners", ["Lightspeed Venture Partners"]),
        ("la Caisse de dépôt et placement du Québec", ["Caisse de dépôt et placement du Québec"]),
        ("les Etats-Unis et l’Oréal", ["Etats-Unis"]),
        ("L’Oréal et 360Learning", ["L’Oréal", "360Learning"]),
        ("H lève, Orange aussi", ["H", "Orange"]),
        ("une orange, un side project, la dust, le poolside", []),
        ("plan H, vitamine H-2", ["H"]),
        ("leur fit est bon, un large choix", []),
        ("le FIT a prêté", ["FIT"]),
        ("la Fit a prêté", []),
        ("Amazonie et Metaphore", []),
    ],
)
def test_find(text: str, names: list[str]) -> None:
    assert found(text) == names


def test_an_empty_lexicon_knows_nothing() -> None:
    assert found("Mistral AI et Amazon", Organisations.empty()) == []
    assert Organisations.empty().lookup("Amazon") is None


def user_file(folder: Path, text: str) -> Path:
    (folder / "lexicon").mkdir()
    (folder / "lexicon" / "organisations.yaml").write_text(text, encoding="utf-8")
    return folder


def test_a_user_adds_and_replaces(tmp_path: Path) -> None:
    folder = user_file(
        tmp_path,
        "groups:\n  - type: fund\n    country: FR\n    names:\n      - Basaltea Ventures\n"
        "      - {name: Snips, country: US, aliases: [Snips Voice]}\n",
    )
    lexicon = Organisations.load(folder)
    assert found("Basaltea Ventures et Snips Voice", lexicon) == ["Basaltea Ventures", "Snips Voice"]
    snips = lexicon.lookup("Snips")
    assert snips is not None
    assert (snips.type, snips.country) == ("fund", "US")
    assert len(lexicon.entries) == len(SHIPPED.entries) + 1


def test_ids_in_other_registers() -> None:
    mistral, google = SHIPPED.lookup("Mistral"), SHIPPED.lookup("Google")
    assert mistral is not None
    assert google is not None
    assert (mistral.siren, google.wikidata) == ("952418325", "Q95")


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("groups:\n  - type: fonds\n    names: [A]\n", 2, "type"),
        ("groups:\n  - type: fund\n    names:\n      - Basaltea\n      - BASALTEA\n", 5, "already on line 4"),
        ("groups:\n  - type: fund\n    names:\n      - {name: A, colour: red}\n", 4, "colour"),
        ("groups:\n  - type: fund\n    names:\n      - {name: A, wikidata: 95}\n", 4, "wikidata"),
        ('groups:\n  - type: fund\n    names:\n      - {name: A, siren: "952418326"}\n', 4, "SIREN"),
    ],
)
def test_mistakes_are_told_with_their_line(tmp_path: Path, text: str, line: int, says: str) -> None:
    with pytest.raises(ConfigError, match=says) as caught:
        Organisations.load(user_file(tmp_path, text))
    assert caught.value.line == line
