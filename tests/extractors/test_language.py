"""Languages by text, with what feed and page declare as a prior and never as the last word."""

import pytest

from extractors.language import detect_language

FRENCH = "La start-up a levé dix millions d'euros auprès de plusieurs fonds, et elle compte recruter cette année."
TEXTS = {
    "fr": FRENCH,
    "en": "The company said on Tuesday that it has raised twenty million dollars from a group of investors.",
    "es": "La empresa española ha levantado veinte millones de euros en una ronda en la que han participado fondos.",
    "it": "L'azienda italiana ha raccolto venti milioni di euro per la sua intelligenza artificiale, secondo la stampa.",
    "de": "Das Startup hat zwanzig Millionen Euro eingesammelt, um seine künstliche Intelligenz auszubauen.",
    "nl": "Het bedrijf heeft twintig miljoen euro opgehaald om zijn kunstmatige intelligentie verder te ontwikkelen.",
    "pt": "A empresa portuguesa levantou vinte milhões de euros para a sua inteligência artificial, disse o fundador.",
}


@pytest.mark.parametrize(("code", "text"), TEXTS.items())
def test_each_language_by_its_words_alone(code: str, text: str) -> None:
    assert detect_language(text) == code


@pytest.mark.parametrize("code", [code for code in TEXTS if code != "fr"])
def test_a_french_feed_does_not_make_foreign_text_french(code: str) -> None:
    assert detect_language(TEXTS[code] * 3, ["fr", "fr"]) == code


def test_the_declared_language_decides_when_there_is_nothing_else() -> None:
    assert detect_language("OpenAI GPT-5", ["fr"]) == "fr"
    assert detect_language("12 345", [None, "fr-CA"]) == "fr"
    assert detect_language("12 345") is None


def test_links_and_addresses_are_not_words() -> None:
    assert detect_language("https://www.the-company-of-the-year.example/and/the/news " + FRENCH) == "fr"


def test_lost_accents_do_not_hide_french() -> None:
    stripped = FRENCH.translate(str.maketrans("éèêàâîôûç", "eeeaaiouc"))
    assert detect_language(stripped) == "fr"


def test_the_same_text_always_gets_the_same_answer() -> None:
    short = "Deal de 5 M$ pour Scale"
    assert len({detect_language(short, ["fr"]) for _ in range(20)}) == 1
