"""Names of organisations and people, with and without the lexicon; what carries a capital and is no name."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.deals.names import find_enumerations, find_names
from extractors.deals.normalise import normalise
from extractors.deals.organisations import Organisations

SHIPPED, EMPTY = Organisations.load(None), Organisations.empty()


def names(text: str, lexicon: Organisations = EMPTY) -> list[str]:
    return [name.name for name in find_names(text, lexicon)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Le tour est mené par le fonds Basaltea.", ["Basaltea"]),
        ("Nuvéa lève 3 M€ auprès d’Orfeo Capital.", ["Nuvéa", "Orfeo Capital"]),
        ("la start-up lyonnaise Foovea", ["Foovea"]),
        ("le géant américain Orbalia", ["Orbalia"]),
        ("l’Américain Orbalia et le Lyonnais Foovea", ["Orbalia", "Foovea"]),
        ("L’ex-patron d’Orbalia Éric Durand investit", ["Orbalia", "Éric Durand"]),
        ("Foovea, branche d’Orbalia Gestion, apporte 5 M€", ["Foovea", "Orbalia Gestion"]),
        ("mené par La Bottega", ["La Bottega"]),
        ("Orbalia et Circle of Angels suivent", ["Orbalia", "Circle of Angels"]),
        (
            "xOrb, eFoovea, 720Learning, 7Y Capital, O.RB.A et i-Foov",
            ["xOrb", "eFoovea", "720Learning", "7Y Capital", "O.RB.A", "i-Foov"],
        ),
        ("auprès d’Orb.ai et de 720 Capital", ["Orb.ai", "720 Capital"]),
        ("« Foovea » lève, (Orbalia) aussi", ["Foovea", "Orbalia"]),
        ("Selon Orbalia, Camille Durand part", ["Orbalia", "Camille Durand"]),
        ("la Banque tropicale d’investissement prête", ["Banque tropicale d'investissement"]),
        ("Mme Talmont, directrice générale d’Orfeo", ["Talmont", "Orfeo"]),
        ("Marie-Claude Talmont et Anne-Lise Gautier", ["Marie-Claude Talmont", "Anne-Lise Gautier"]),
        ("Chez Foovea, on recrute. Foovea-t-elle ?", ["Foovea", "Foovea"]),
        (
            "la région Brulmonde, la famille Talmont et le canton de Brulmont",
            ["région Brulmonde", "famille Talmont", "canton de Brulmont"],
        ),
        (
            "avec le gouvernement wallon et le fonds souverain norvégien",
            ["gouvernement wallon", "fonds souverain norvégien"],
        ),
        ("le ministre de l’Économie et le ministère de la Santé", ["ministère de la Santé"]),
        ("le gouvernement fédéral, la Région et l’État belge paient", ["gouvernement fédéral", "Région", "État belge"]),
        ("le chef de l’État signe un prêt garanti par l’Etat", []),
        ("la fondation Foovea. Depuis, Foovea publie tout.", ["Foovea", "Foovea"]),
        ("auprès de finance&orbalia.brussels et de Foovea.org", ["finance&orbalia.brussels", "Foovea.org"]),
        ("Il rachète la start-up Plume et l’éditeur Calcul Ouvert", ["Plume", "Calcul Ouvert"]),
        ("Il dirige Nuage. Depuis, Nuage grandit : il croit en Nuage", ["Nuage", "Nuage", "Nuage"]),
        ("Le Nuage grossit, la Plume tombe et la Bourse de Foovea monte", ["Foovea"]),
        ("3 M€ pour Bulle & Orbite, de Metz, et Camille & Cie", ["Bulle & Orbite", "Camille & Cie"]),
        (
            "La Brasserie de la Foove, à Metz, vend la Fromagerie de l'Orbe",
            ["Brasserie de la Foove", "Fromagerie de l'Orbe"],
        ),
        ("Clef d'Orbe lève. À Metz, Clef d'Orbe recrute", ["Clef d'Orbe", "Clef d'Orbe"]),
        ("Foovea d'Orbe lève. À Metz, Foovea recrute", ["Foovea", "Orbe", "Foovea"]),
        ("l'éditeur Foovea 21 (11 M€), de Metz", ["Foovea 21"]),
    ],
)
def test_names_that_no_lexicon_has(text: str, expected: list[str]) -> None:
    assert names(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Le Studio lève. Pour Le Studio, rien ne change.", ["Le Studio", "Le Studio"]),
        ("À Laval, Le Studio des Lumières lève. Le Studio des Lumières recrute.", ["Le Studio des Lumières"] * 2),
        ("La jeune pousse Sillage lève 3 M€. Sillage recrute.", ["Sillage", "Sillage"]),
        ("La start-up Orbite 9 lève 3 M€. Orbite 9 recrute.", ["Orbite 9", "Orbite 9"]),
        ("3 M€ pour Grain d’Écume. Grain d’Écume recrute.", ["Grain d'Écume", "Grain d'Écume"]),
        ("Ardoise Ventures lève 3 M€ avec Thérèse Capital.", ["Ardoise Ventures", "Thérèse Capital"]),
        ("Le studio lève. À la Bourse de Paris, la Bourse de Paris monte.", []),
        ("Son modèle, Le Chat, plaît. Le Chat répond.", []),
    ],
)
def test_names_made_of_ordinary_words(text: str, expected: list[str]) -> None:
    assert names(text) == expected


def test_a_title_gives_names_away_for_its_text() -> None:
    assert [n.name for n in find_names("Orbalia 3 repère les fuites.", EMPTY, "La patronne d'Orbalia 3")] == [
        "Orbalia 3"
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Valorisation : 5 M€. En juin, la concurrence recule.",
        "Fondée en 2019, la société recrute. Elle vise Paris, Lyon et New York.",
        "ChatGPT et GPT-4 tournent sur des GPU H100.",
        "Le PDG parle d’IA, de SaaS et d’ARR. Lundi, le CAC 40 a reculé.",
        "L’entreprise. D’autres suivent. C’est fait. Aujourd’hui, rien.",
        "Les Français et les Lyonnais hésitent. Un Américain rit.",
        "Une série A de 5 M€, des séries B et C.",
        "LA LEVÉE DE LA SEMAINE",
        "Exclusif - en Hauts-de-France, on investit 90 milliards de francs CFA au T2",
        "Le tour atteint 125M$, $180M, 40 MdUSD et 3 MEUR.",
        "Investir dans le calcul coûte. Interrogé, il se tait.",
    ],
)
@pytest.mark.parametrize("lexicon", [SHIPPED, EMPTY])
def test_not_names(text: str, lexicon: Organisations) -> None:
    assert names(text, lexicon) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("À Brulmont, Foovea agrandit son campus.", ["Foovea"]),
        ("Foovea construit une usine de puces à Brulmont. Brulmont attend.", ["Foovea"]),
        ("Le maire de Brulmont salue Foovea.", ["Foovea"]),
        ("Foovea ouvre à Brulmont, dans le Finistère, un centre de calcul.", ["Foovea"]),
        ("À Foovea de jouer : l'éditeur lève 5 M€.", ["Foovea"]),
        ("Orbalia vend son logiciel à Foovea, en juin.", ["Orbalia", "Foovea"]),
        ("La start-up Foovea a un site à Foovea.", ["Foovea", "Foovea"]),
    ],
)
def test_a_name_that_the_text_uses_as_a_place_is_none(text: str, expected: list[str]) -> None:
    assert names(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("la start-up Foovea", ("company", "start-up", False)),
        ("le fonds américain Foovea", ("fund", "fonds", False)),
        ("la banque Foovea", ("bank", "banque", False)),
        ("Foovea, éditeur de logiciels", ("company", "editeur", False)),
        ("Camille Durand", ("person", "", False)),
        ("M. Foovea", ("person", "m.", False)),
        ("Foovea Ventures", ("fund", "", False)),
        ("Foovea Robotics", ("company", "", False)),
        ("une filiale de Foovea", ("unknown", "", True)),
        ("le patron de Foovea", ("unknown", "", True)),
        ("des ex-Foovea", ("unknown", "", True)),
        ("auprès de Foovea", ("unknown", "", False)),
    ],
)
def test_what_the_words_around_tell(text: str, expected: tuple[str, str, bool]) -> None:
    (name,) = find_names(text, EMPTY)
    assert (name.type, name.descriptor, name.owner) == expected


def test_a_surname_is_the_persons_named_before() -> None:
    assert [n.type for n in find_names("Camille Durand part. Pour Durand, c’est fini.", EMPTY)] == ["person", "person"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("auprès de BNP Paribas Outremer", [("BNP Paribas Outremer", False)]),
        ("Amazon et Google Eric Schmidt", [("Amazon", True), ("Google", True), ("Eric Schmidt", True)]),
        ("Nvidia Blackwell", [("Nvidia", True)]),
        ("Partech France Biotechnologie", [("Partech France Biotechnologie", False)]),
        ("la France", [("France", True)]),
        ("evroc et Dust", [("evroc", True), ("Dust", True)]),
        ("Petit Bleu (1,5 M€), des crèches", [("Petit Bleu", False)]),
        ("Le Studio Bleu lève 4 M€. Le Studio Bleu recrute", [("Le Studio Bleu", False), ("Le Studio Bleu", False)]),
        ("Le Studio Bleu lève 4 M€. Bleu recrute", [("Bleu", True), ("Bleu", True)]),
        ("l'israélien Run:ai et Humans&, deux labos", [("Run:ai", True), ("Humans&", True)]),
    ],
)
def test_known_names_inside_longer_ones(text: str, expected: list[tuple[str, bool]]) -> None:
    assert [(n.name, n.known is not None) for n in find_names(text, SHIPPED)] == expected


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("auprès d’Aba, Beba et Ceba", [["Aba", "Beba", "Ceba"]]),
        ("Aba (France), Beba ainsi que le fonds Ceba", [["Aba", "Beba", "Ceba"]]),
        ("Aba, filiale de Deba, Beba et du family office Ceba", [["Aba", "Beba", "Ceba"]]),
        ("Aba rachète Beba et Ceba", [["Beba", "Ceba"]]),
        ("Aba lève, Beba suit", []),
        ("Aba de Beba", []),
        ("Aba.\nBeba et Ceba", [["Beba", "Ceba"]]),
    ],
)
def test_enumerations(text: str, runs: list[list[str]]) -> None:
    found = find_enumerations(text, find_names(text, EMPTY))
    assert [[name.name for name in run] for run in found] == runs


def test_an_enumeration_may_be_long() -> None:
    members = [f"Bab{'a' * n}" for n in range(1, 40)]
    text = "auprès de " + ", ".join(members[:-1]) + " et " + members[-1]
    (run,) = find_enumerations(text, find_names(text, EMPTY))
    assert [name.name for name in run] == members


PIECES = [
    "Foovea",
    "Mistral AI",
    "Éric",
    "Durand",
    " ",
    ", ",
    " et ",
    ". ",
    "d’",
    "l'",
    "«\u00a0",
    " »",
    "\n",
    "le fonds ",
    "Banque ",
    "de ",
    "(",
    ")",
    "X",
    "é",
    "-",
    "5 M€ ",
    "IA",
]


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_spans_are_the_names_in_order(text: str) -> None:
    found = find_names(text, SHIPPED)
    for name in found:
        assert " ".join(normalise(text)[name.start : name.end].split()) == name.name
    assert all(a.end <= b.start for a, b in pairwise(found))


@pytest.mark.parametrize(
    "twin", [lambda t: t.replace("'", "’"), lambda t: t.replace(" ", "\u00a0"), lambda t: t.replace("\u00a0", "\u202f")]
)
def test_typographic_twins_give_the_same_names(twin: object) -> None:
    text = "L'ex-patron d'Orbalia Eric Durand mise sur la start-up Foovea, avec le fonds Basaltea et La Bottega."
    assert names(twin(text)) == names(text)  # type: ignore[operator]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Foovea 9 lève 4 millions d’euros. Foovea 9, née à Zurich, recrute.", ["Foovea 9", "Foovea 9"]),
        ("Foovea 9 a levé des fonds.", ["Foovea 9"]),
        ("• Foovea 3D – 15 M€", ["Foovea 3D"]),
        ("Orbalia 173, Foovea 486", ["Orbalia", "Foovea"]),
        ("Foovea 12 millions d’euros", ["Foovea"]),
        ("Foovea 2,7 et Orbalia 3", ["Foovea", "Orbalia"]),
        ("• foovea.health – 24 M€", ["foovea.health"]),
        ("payée par 4foov ; 4foov recrute", ["4foov", "4foov"]),
        ("une usine à 12heures de Paris", []),
        ("une coentreprise baptisée Campus IA", ["Campus IA"]),
        ("son concurrent danois Foovea \u00c3\u00a9tait rachet\u00c3\u00a9", ["Foovea"]),
        ("Soixante tours de table en un mois", []),
        ("La banque So- fovea et la fin- tech Orbalia", ["Sofovea", "Orbalia"]),
    ],
)
def test_numbers_small_letters_and_damage(text: str, expected: list[str]) -> None:
    assert names(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Foovea et Mille Brumes repartent avec 3 M€", ["Foovea", "Mille Brumes"]),
        ("Petite Brume | logiciels | 5 M€", ["Petite Brume"]),
        ("le site de vente de Grand Talus", ["Grand Talus"]),
        ("Grands patrons et Petits actionnaires débattent", []),
        ("Rebaptisé Foovea, le fonds grandit", ["Foovea"]),
        ("M Ventures, bras financier d'Orbalia", ["M Ventures", "Orbalia"]),
        ("au véhicule 212 Founders", ["212 Founders"]),
        ("Brume to Orb recevait 1 M€", ["Brume to Orb"]),
        ("porté par Plaid'IA", ["Plaid'IA"]),
        ("la société 4D Orbite passe sous contrôle", ["4D Orbite"]),
        ("le patron, Felix Van de Maele", ["Felix Van de Maele"]),
        ("figure de Brulmont-les-Pins, il a misé", []),
        ("Voici.\nLe Studio – 4 millions d'euros", ["Le Studio"]),
        ("Foovea Seed 4, centré sur l'IA", ["Foovea Seed 4"]),
        ("le ghanéen mFoovea et dOrbalia", ["mFoovea", "Orbalia"]),
    ],
)
def test_what_belongs_to_a_name(text: str, expected: list[str]) -> None:
    assert names(text) == expected
