"""Money: every form of the French-language press, and what is not money."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest
from babel.numbers import format_compact_currency, format_currency
from hypothesis import given
from hypothesis import strategies as st

from extractors.deals.amounts import find_amounts
from extractors.deals.elided import find_elided_amounts

M, MD = 10**6, 10**9

FORMS = [
    ("2 milliards de dollars", 2 * MD, "USD"),
    ("1,5 Md€", Decimal("1.5") * MD, "EUR"),
    ("500 M€", 500 * M, "EUR"),
    ("12,5 M$", Decimal("12.5") * M, "USD"),
    ("16,4 M€", 16_400_000, "EUR"),
    ("100 MEUR", 100 * M, "EUR"),
    ("48 ME", 48 * M, "EUR"),
    ("1,2 MdsE", 1_200 * M, "EUR"),
    ("40 MdUSD", 40 * MD, "USD"),
    ("10 M. EUR", 10 * M, "EUR"),
    ("2 M d'euros", 2 * M, "EUR"),
    ("3 mds d’euros", 3 * MD, "EUR"),
    ("300 k€", 300_000, "EUR"),
    ("800.000 euros", 800_000, "EUR"),
    ("1.250.000 euros", 1_250_000, "EUR"),
    ("1.250 milliard d'euros", 1_250_000_000, "EUR"),
    ("350\u00a0000\u202f€", 350_000, "EUR"),
    ("€15m", 15 * M, "EUR"),
    ("£400m", 400 * M, "GBP"),
    ("$1.2B", 1_200_000_000, "USD"),
    ("$1.2 billion", 1_200_000_000, "USD"),
    ("$350,000", 350_000, "USD"),
    ("US$ 20 millions", 20 * M, "USD"),
    ("EUR 12 millions", 12 * M, "EUR"),
    ("CHF 2,2 millions", 2_200_000, "CHF"),
    ("2,5 mio de francs", 2_500_000, "CHF"),
    ("100’000 francs", 100_000, "CHF"),
    ("1,2 million de francs suisses", 1_200_000, "CHF"),
    ("vingt millions d'euros", 20 * M, "EUR"),
    ("trois cent cinquante mille euros", 350_000, "EUR"),
    ("quatre-vingt-dix millions de yens", 90 * M, "JPY"),
    ("soixante-quinze millions d'euros", 75 * M, "EUR"),
    ("nonante millions d'euros", 90 * M, "EUR"),
    ("mille milliards de dollars", 1000 * MD, "USD"),
    ("un million deux cent mille euros", 1_200_000, "EUR"),
    ("un milliard et demi de dollars", 1_500_000_000, "USD"),
    ("deux milliards et demi de dollars", 2_500_000_000, "USD"),
    ("un demi-milliard d'euros", 500 * M, "EUR"),
    ("trois quarts de milliard d'euros", 750 * M, "EUR"),
    ("deux fois 250 millions d'euros", 500 * M, "EUR"),
    ("2 x 50 M€", 100 * M, "EUR"),
    ("53 millions $", 53 * M, "CAD"),
    ("200 millions de dollars canadiens", 200 * M, "CAD"),
    ("30 M$ CA", 30 * M, "CAD"),
    ("400 millions US", 400 * M, "USD"),
    ("930 millions CAN", 930 * M, "CAD"),
    ("4,35 milliards de dollars de Hong Kong", 4_350 * M, "HKD"),
    ("65 millions de livres sterling", 65 * M, "GBP"),
    ("400 millions de livres", 400 * M, "GBP"),
    ("10 milliards de yuans", 10 * MD, "CNY"),
    ("3 milliards de wons", 3 * MD, "KRW"),
    ("500 millions de roupies", 500 * M, "INR"),
    ("5 milliards de francs CFA", 5 * MD, "XOF"),
    ("5 milliards FCFA", 5 * MD, "XOF"),
    ("20 millions de dirhams", 20 * M, "MAD"),
    ("20 millions de dirhams émiratis", 20 * M, "AED"),
    ("7 millions de dinars", 7 * M, "TND"),
    ("100 millions de nairas", 100 * M, "NGN"),
    ("9 millions de shekels", 9 * M, "ILS"),
    ("95 milliards de couronnes suédoises", 95 * MD, "SEK"),
    ("40 millions de couronnes danoises", 40 * M, "DKK"),
    ("40 milliards de billets verts", 40 * MD, "USD"),
    ("un euro", 1, "EUR"),
    ("trois petits millions d'euros", 3 * M, "EUR"),
]


@pytest.mark.parametrize(("written", "value", "currency"), FORMS)
@pytest.mark.parametrize("sentence", ["{}", "La société lève {} auprès de Nuvea.", "({}),"])
def test_forms(written: str, value: Decimal, currency: str, sentence: str) -> None:
    text = sentence.format(written)
    (found,) = find_amounts(text)
    assert (found.value, found.currency, found.bound, found.high) == (value, currency, "exact", None)
    assert text[found.start : found.end] == written
    assert not found.inherited


@pytest.mark.parametrize(
    "text",
    [
        "un prêt de 25 millions de la BEI et 3 millions d’euros",
        "les 25 millions de novembre, sur 90 millions d’euros",
        "pour 25 millions de titres, 90 millions d’euros en tout",
        "vend pour 25 millions d’actions, sur 90 millions d’euros",
        "25 mil- lions d’euros",
        "25 mil-\nlions d’euros",
    ],
)
def test_money_whatever_follows(text: str) -> None:
    first = find_amounts(text)[0]
    assert (first.value, first.currency) == (Decimal(25_000_000), "EUR")


@pytest.mark.parametrize(
    "text",
    [
        "5 millions d’actions, pour 912 millions d’euros",
        "jusqu’à 160 millions de ses actions pour 912 millions d’euros",
    ],
)
def test_shares_are_counted(text: str) -> None:
    assert [amount.value for amount in find_amounts(text)] == [Decimal(912_000_000)]


@pytest.mark.parametrize(
    "text",
    [
        "un homme de 24 livres",
        "il a lu 24 livres",
        "350 000 GPU",
        "2 milliards d’utilisateurs",
        "3 000 salariés en 2024",
        "10 millions de téléchargements",
        "5 millions de Français",
        "12 % du capital",
        "un modèle de 70B paramètres",
        "GPT-4 et Claude 3.5",
        "la version 2.5 sort à 18 h 30",
        "âgée de 32 ans",
        "plusieurs centaines de millions d'euros",
        "quelques millions d'euros",
        "des milliards de dollars",
        "leur acteur 12 heures",
        "400 millions de livres audio",
        "5 millions d'utilisateurs, contre 3 millions il y a un an",
    ],
)
def test_not_money(text: str) -> None:
    assert find_amounts(text) == []


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("près de 30 M€", "about"),
        ("environ 30 M€", "about"),
        ("un montant d’environ 30 M€", "about"),
        ("quelque 30 M€", "about"),
        ("autour de 30 M€", "about"),
        ("30 M€ environ", "about"),
        ("une trentaine de millions d'euros", "about"),
        ("un peu moins de 30 M€", "about"),
        ("plus de 30 M€", "at_least"),
        ("plus d’un million d'euros", "at_least"),
        ("au moins 30 M€", "at_least"),
        ("dépasse 30 M€", "at_least"),
        ("au-delà du milliard de dollars", "at_least"),
        ("la barre des 30 M€", "at_least"),
        ("jusqu’à 30 M€", "at_most"),
        ("un maximum de 30 M€", "at_most"),
        ("une levée maximale de 30 M€", "at_most"),
        ("30 M€ au plus", "at_most"),
        ("une levée de 30 M€", "exact"),
        ("elle vaut désormais 30 M€ et près de Lyon", "exact"),
        ("prs de 30 M€", "about"),
        ("jusqu'a 30 M€", "at_most"),
        ("jusquâ€™Ã\u00a0 30 M€", "at_most"),
    ],
)
def test_bounds(text: str, bound: str) -> None:
    assert [amount.bound for amount in find_amounts(text)] == [bound]


@pytest.mark.parametrize(
    ("text", "low", "high", "currency"),
    [
        ("entre 40 et 50 millions de dollars", 40 * M, 50 * M, "USD"),
        ("entre 800 millions et 1 milliard d'euros", 800 * M, MD, "EUR"),
        ("de 1,5 à 2 Md$", 1_500 * M, 2 * MD, "USD"),
        ("de 1,5 2 Md$", 1_500 * M, 2 * MD, "USD"),
        ("de 800 à 1,2 milliard d'euros", 800 * M, 1_200 * M, "EUR"),
        ("3 à 5 M€", 3 * M, 5 * M, "EUR"),
        ("entre 500 000 et 3 millions d'euros", 500_000, 3 * M, "EUR"),
        ("de 250 k€ à 1,5 M€", 250_000, 1_500_000, "EUR"),
        ("40-50 M€", 40 * M, 50 * M, "EUR"),
        ("3 ou 4 millions d'euros", 3 * M, 4 * M, "EUR"),
        ("deux à trois millions d'euros", 2 * M, 3 * M, "EUR"),
    ],
)
def test_ranges(text: str, low: int, high: int, currency: str) -> None:
    (found,) = find_amounts(text)
    assert (found.value, found.high, found.currency, found.bound) == (low, high, currency, "range")


@pytest.mark.parametrize("text", ["passe de 5 à 10 millions d'euros", "porter son capital de 5 à 10 millions d'euros"])
def test_a_change_is_two_amounts(text: str) -> None:
    assert [(a.value, a.bound) for a in find_amounts(text)] == [(5 * M, "exact"), (10 * M, "exact")]


@pytest.mark.parametrize(
    ("text", "currencies"),
    [
        ("500 millions maintenant et jusqu’à 1,5 milliard de dollars ensuite", ["USD", "USD"]),
        ("Elle lève 5 millions d'euros. Il y a un an, elle avait pris 2 millions.", ["EUR", "EUR"]),
        ("Un prêt de 10 M€ (11 M$), plus 3 millions de fonds propres", ["EUR", "USD", "EUR"]),
        ("20 M pour Nuvea, 5 M€ pour Orfeo", ["EUR", "EUR"]),
        ("Dix milliards, vraiment ?", [None]),
        ("20 M pour Nuvea", []),
        (
            "1. Nuvea, 7 millions d'euros\n2. Orfeo, 5 millions de dollars\n3. Talmont, 3 millions",
            ["EUR", "USD", "EUR"],
        ),
    ],
)
def test_inherited_currency(text: str, currencies: list[str | None]) -> None:
    assert [amount.currency for amount in find_amounts(text)] == currencies


def test_a_currency_told_before_is_inherited_rather_than_one_told_after() -> None:
    text = "Nuvea vaut 41 millions de francs.\nUn fonds y a mis 9 millions.\nOrfeo a levé 7 M$, Talmont 8 M$."
    assert [amount.currency for amount in find_amounts(text)] == ["CHF", "CHF", "USD", "USD"]


def test_a_value_behind_a_sum_makes_no_range() -> None:
    text = "récolter 1,1 milliard de dollars à 19 milliards de valorisation"
    assert [(a.value, a.high) for a in find_amounts(text)] == [(1_100 * M, None), (19_000 * M, None)]


@pytest.mark.parametrize(
    ("text", "currencies"),
    [
        ("Nuvea vaut 1 milliard US.\nElle a eu 600 000 $ d'aides, puis 25 millions.", ["USD", "CAD", "CAD"]),
        ("Nuvea vaut 1 milliard US, Orfeo 3 millions.", ["USD", "USD"]),
        ("Nuvea vaut 150 millions américains.\nOrfeo a reçu 3 millions.", ["USD", "USD"]),
        (
            "Ubion paie 3 millions de dollars.\nElle avait levé 300 millions d'euros, et 2 milliards US.",
            ["CAD", "EUR", "USD"],
        ),
    ],
)
def test_an_outlet_of_quebec_counts_in_its_own_dollar(text: str, currencies: list[str]) -> None:
    assert [amount.currency for amount in find_amounts(text, "La Presse")] == currencies


@pytest.mark.parametrize(
    ("text", "currency"),
    [("53 millions $, dont 13 M$ publics", "CAD"), ("145 millions $, sur une valeur d'un milliard d'euros", "USD")],
)
def test_the_bare_dollar_of_quebec(text: str, currency: str) -> None:
    assert find_amounts(text)[0].currency == currency


@pytest.mark.parametrize(
    ("text", "currencies"),
    [
        ("À Alger, Nuvea lève 7 millions de dinars.", ["DZD"]),
        ("Nuvea lève 7 millions de dinars.", ["TND"]),
        ("Au Cameroun, Nuvea lève 7 millions FCFA.\nAu Sénégal, Orfeo lève 5 millions FCFA.", ["XAF", "XOF"]),
        ("À Oslo, Nuvea lève 7 millions de couronnes, soit 6 millions d'euros.", ["NOK", "EUR"]),
        ("À Alger, Nuvea lève 7 millions de dinars tunisiens.", ["TND"]),
        ("Cameroun : 1,5 milliard de F CFA\nSénégal : 2 milliards de F CFA", ["XAF", "XOF"]),
        ("Alger signe une convention de 180 millions de dinars.", ["DZD"]),
        ("À Tunis, Nuvéa lève 3 millions de dinars.", ["TND"]),
        ("Abou Dabi promet 3 milliards de dirhams.", ["AED"]),
        ("Le marocain Nuvéa lève 3 millions de dirhams auprès d’un fonds d’Abou Dabi.", ["MAD"]),
        ("15 milliards FCFA (24,8 millions $) pour un fonds de Dakar", ["XOF", "USD"]),
    ],
)
def test_a_word_of_several_currencies(text: str, currencies: list[str]) -> None:
    assert [amount.currency for amount in find_amounts(text)] == currencies


@pytest.mark.parametrize(
    ("text", "currencies"),
    [
        ("Nuvéa a levé 96 millions US. Orféo obtient 50 millions canadiens, puis 22 millions.", ["USD", "CAD", "CAD"]),
        ("Nuvéa obtient 27 millions. Il lui restait 3 millions. Orféo valait 650 millions US.", ["CAD", "CAD", "USD"]),
        ("Nuvéa vise 300 millions ou 2 millions. Orféo a payé 300 millions américains.", ["USD", "CAD", "USD"]),
        ("Nuvéa lève 500 millions américains, contre 300 en 2024 et 40 millions ailleurs.", ["USD", "USD"]),
    ],
)
def test_an_outlet_of_quebec_needs_no_word_for_its_own_dollar(text: str, currencies: list[str]) -> None:
    assert [amount.currency for amount in find_amounts(text, "Les Affaires")] == currencies


def test_euros_beside_the_dollar_of_quebec() -> None:
    text = "Investissement Québec perd 4 millions de dollars ; Nuvéa avait payé 300 millions d'euros."
    assert [amount.currency for amount in find_amounts(text, "La Presse")] == ["CAD", "EUR"]
    assert [amount.currency for amount in find_amounts(text, "Le Monde")] == ["USD", "EUR"]


def test_a_price_behind_a_sum_is_no_range() -> None:
    told = find_amounts("Nuvéa levait 900 millions à 9,9 milliards d'euros.")
    assert [(amount.value, amount.bound) for amount in told] == [(900 * M, "exact"), (9_900 * M, "exact")]
    assert [amount.bound for amount in find_amounts("Un plan de 500 millions à 3 milliards d'euros.")] == ["range"]


def test_inheritance_is_told() -> None:
    stated, left_out = find_amounts("Elle lève 5 millions d'euros, puis 2 millions.")
    assert (stated.inherited, left_out.inherited) == (False, True)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("Nuvea mettra jusqu’à 10 milliards d'euros, et Orfeo jusqu’à 5.", [5 * MD]),
        ("Le commerce (381 millions d'euros), la fintech (318) suit", [318 * M]),
        ("Nuvea a réuni 3 M€, Orfeo 2,7, Basalte rien", [2_700_000]),
        ("Elle a levé 5 M€ en 2023, emploie 30 personnes et cède 25 % du capital", []),
        ("Le 12 mars, 5 M€", []),
        ("Trente personnes, 5.", []),
    ],
)
def test_elided_amounts(text: str, values: list[int]) -> None:
    found = find_elided_amounts(text, find_amounts(text))
    assert [amount.value for amount in found] == values
    assert all(amount.inherited for amount in found)


# Not fr_CA with its own dollar or the American one: it prints a bare sign, and one amount cannot tell which is meant.
PRINTED = [
    (locale, currency)
    for locale in ("fr_FR", "fr_CH", "fr_BE", "fr_CA")
    for currency in ("EUR", "USD", "CAD", "GBP", "CHF", "JPY")
    if (locale, currency) not in {("fr_CA", "CAD"), ("fr_CA", "USD")}
]


@pytest.mark.parametrize(("locale", "currency"), PRINTED)
@pytest.mark.parametrize("value", [Decimal("1234567.5"), Decimal("350000"), Decimal("12500000"), Decimal("1500000000")])
def test_what_babel_prints_is_read(value: Decimal, currency: str, locale: str) -> None:
    long = format_currency(value, currency, locale=locale)
    short = format_compact_currency(value, currency, locale=locale, fraction_digits=1)
    rounded = Decimal(str(round(float(value), -5 if value < 10**9 else -8))) if value >= 10**6 else value
    digits = 0 if currency == "JPY" else 2
    assert [(round(a.value, digits), a.currency) for a in find_amounts(long)] == [(round(value, digits), currency)]
    (brief,) = find_amounts(short)
    assert brief.currency == currency
    assert abs(brief.value - rounded) <= rounded / 10


@given(
    st.integers(1, 999),
    st.integers(2, 9),
    st.sampled_from(["{} M€", "{} millions de dollars", "entre {} et 10000 Md€", "£{}m"]),
)
def test_scaled_text_gives_scaled_amounts(number: int, factor: int, form: str) -> None:
    (one,) = find_amounts(form.format(number))
    many = find_amounts(form.format(number * factor))
    assert many[0].value == one.value * factor
    assert many[0].currency == one.currency


TWINS = {"'": "’", " ": "\u00a0"}


@pytest.mark.parametrize(("written", "value", "currency"), FORMS)
def test_typographic_twins_read_the_same(written: str, value: Decimal, currency: str) -> None:
    twin = "".join(TWINS.get(letter, letter) for letter in written)
    assert [(a.value, a.currency) for a in find_amounts(twin)] == [(value, currency)]


PIECES = [*"0123456789 .,'-€$Mdkmb()\néà", "million ", "milliards ", "d'euros ", "un ", "cent ", "de ", "entre "]


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_spans_are_in_the_text_in_order(text: str) -> None:
    found = find_amounts(text)
    assert all(0 <= a.start < a.end <= len(text) for a in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert all(not text[a.start].isspace() and not text[a.end - 1].isspace() for a in found)


@pytest.mark.parametrize("text", ["Nuvéa lève3,5millions d’euros", "un tour de3,5 millions d’euros", "Nuvéa lève3,5M€"])
def test_a_sum_glued_to_the_word_before_it(text: str) -> None:
    assert [(amount.value, amount.currency) for amount in find_amounts(text)] == [(Decimal(3_500_000), "EUR")]


@pytest.mark.parametrize(
    ("text", "currencies"),
    [
        ("Lever des centaines de millions de dollars, à une valeur de 2 milliards.", ["USD"]),
        ("une levée de fonds de 12 millions d?euros", ["EUR"]),
        ("À Hong Kong, Orfeo lève 4,8 milliards de dollars locaux (619 millions de dollars)", ["HKD", "USD"]),
        ("Le fonds de Dubaï a pris 20 % du tangérois Orfeo pour 9 millions de dirhams. Le Maroc s'en félicite.", ["MAD"]),
    ],
)  # fmt: skip
def test_a_currency_told_elsewhere_or_otherwise(text: str, currencies: list[str | None]) -> None:
    assert [amount.currency for amount in find_amounts(text)] == currencies


@pytest.mark.parametrize(("outlet", "currency"), [("Agence Ecofin", "USD"), ("La Presse", "CAD"), ("", "CAD")])
def test_millions_with_a_sign_behind_them_are_of_the_outlet(outlet: str, currency: str) -> None:
    (amount,) = find_amounts("Nuvea mobilise 12 millions $ auprès d'Elaia.", outlet)
    assert amount.currency == currency
