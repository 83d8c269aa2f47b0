"""Whole articles of our own words: which deals come out, with which fields, and what never does."""

from __future__ import annotations

from datetime import date

import pytest

from extractors.deals.extract import find_deals, trace_deals
from extractors.deals.knowledge import default_knowledge
from extractors.values import Article, DealMention


def deals(text: str, title: str = "", published: date | None = date(2025, 6, 16)) -> tuple[DealMention, ...]:
    return find_deals(Article("a", title, text, published), default_knowledge())


def facts(mentions: tuple[DealMention, ...]) -> list[tuple[str, str, int | None]]:
    return [(m.kind, m.company, int(m.amount.value) if m.amount else None) for m in mentions]


def test_title_and_text_tell_one_deal() -> None:
    (deal,) = deals(
        "La start-up lyonnaise Nuvéa, qui vend des robots dotés d'intelligence artificielle, a levé 12 millions d'euros "
        "en série A. Le tour de table est mené par Partech, avec la participation d'Elaia et de Bpifrance.",
        "Nuvéa lève 12 M€ pour ses robots",
    )
    assert (deal.kind, deal.company, deal.round, deal.status, deal.role) == (
        "funding",
        "Nuvéa",
        "series-a",
        "announced",
        "news",
    )
    assert deal.lead == ("Partech",)
    assert set(deal.investors) == {"Partech", "Elaia", "Bpifrance"}
    assert deal.ai


def test_a_start_up_taken_up_again_and_an_earlier_round_apart() -> None:
    found = deals(
        "Nuvéa vient de réunir 20 millions de dollars auprès de Sequoia.\n"
        "En 2022, la jeune pousse avait déjà levé 4 millions d'euros.",
        "Nuvéa réunit 20 millions de dollars",
    )
    assert facts(found) == [("funding", "Nuvéa", 20_000_000), ("funding", "Nuvéa", 4_000_000)]
    assert [deal.role for deal in found] == ["news", "background"]
    assert found[1].date == "2022"


def test_a_valuation_is_no_amount_and_a_conversion_goes_beside() -> None:
    (deal,) = deals(
        "Nuvéa a levé 500 millions de dollars (460 millions d'euros), ce qui la valorise 3 milliards de dollars.",
        "Nuvéa lève 500 millions de dollars",
    )
    assert deal.amount is not None
    assert deal.alt is not None
    assert deal.valuation is not None
    assert (deal.alt.value, deal.alt.currency) == (460_000_000, "EUR")
    assert deal.valuation.value == 3_000_000_000


def test_an_acquisition_and_its_price_told_apart() -> None:
    (deal,) = deals(
        "Le groupe Safran rachète la PME Nuvéa. Prix convenu : 220 millions d'euros.", "Safran s'offre Nuvéa"
    )
    assert facts((deal,)) == [("acquisition", "Nuvéa", 220_000_000)]
    assert deal.investors == ("Safran",)


def test_a_rumour_is_told_as_one() -> None:
    (deal,) = deals(
        "Selon des sources proches du dossier, Nuvéa serait en passe de lever 40 millions d'euros.",
        "Nuvéa lèverait 40 millions d'euros",
    )
    assert deal.status == "rumoured"


def test_items_of_a_list_are_deals_of_their_own() -> None:
    found = deals(
        "• Nuvéa (robots, Lyon) : 12 M€ en série A.\n• Orféo (musique, Lille) : 3 M€.\n• Tandelis (santé, Brest) : 1 M€.",
        "Levées de fonds : le bilan de la semaine",
    )
    assert facts(found) == [
        ("funding", "Nuvéa", 12_000_000),
        ("funding", "Orféo", 3_000_000),
        ("funding", "Tandelis", 1_000_000),
    ]
    assert {deal.role for deal in found} == {"news"}


def test_tranches_are_one_deal_with_the_total() -> None:
    found = deals(
        "Google injecte 2 milliards de dollars dans Anthropic. Le financement se divise en deux temps : "
        "500 millions maintenant et 1,5 milliard plus tard.",
        "Google injecte 2 milliards de dollars dans Anthropic",
    )
    assert facts(found) == [("funding", "Anthropic", 2_000_000_000)]


@pytest.mark.parametrize(
    "text",
    [
        "Nuvéa vise un chiffre d'affaires de 30 millions d'euros cette année.",
        "Le marché mondial de l'intelligence artificielle pèsera 500 milliards de dollars en 2030.",
        "Les start-up françaises ont levé 8 milliards d'euros l'an dernier.",
        "Meta écope d'une amende de 251 millions d'euros.",
        "Le ministre lève le voile sur son plan. Il investit le terrain.",
        "Nuvéa a passé une commande de 10 millions d'euros de GPU.",
        "L'abonnement coûte 20 euros par mois.",
        "",
        "Bonjour.",
    ],
)
def test_other_money_is_no_deal(text: str) -> None:
    assert deals(text) == ()


def test_the_trace_says_why_an_amount_was_refused() -> None:
    article = Article("a", "", "Nuvéa vise un chiffre d'affaires de 30 millions d'euros.", date(2025, 6, 16))
    trace = trace_deals(article, default_knowledge())
    assert any("not_deals.turnover" in reason for reason in trace.refused)


def test_a_sum_beyond_any_round_is_nobodys() -> None:
    """A plan of a decade may be so large; a round, a loan or a listing never was."""
    told = "La société d'intelligence artificielle Nuvéa a levé {} de dollars auprès d'investisseurs."
    assert facts(deals(told.format("40 milliards"))) == [("funding", "Nuvéa", 40_000_000_000)]
    assert deals(told.format("630 milliards")) == ()


def test_a_company_that_has_itself_bought_is_bought() -> None:
    (deal,) = deals(
        "La start-up lyonnaise Talvéa, spécialiste de la vision par ordinateur, s'est fait racheter par Google. Le montant de "
        "la transaction n'a pas été dévoilé.",
        "Talvéa se fait racheter par Google",
    )
    assert (deal.kind, deal.company, deal.investors) == ("acquisition", "Talvéa", ("Google",))


def test_what_an_operation_values_a_company_at_is_not_raised() -> None:
    (deal,) = deals(
        "La start-up d'IA Orféo a levé 45 millions d'euros auprès d'Index Ventures. L'opération la valorise 200 millions.",
        "Orféo lève 45 millions",
    )
    assert deal.valuation is not None
    assert (deal.amount and deal.amount.value, deal.valuation.value) == (45_000_000, 200_000_000)


def test_a_round_stays_beside_the_total_that_it_makes_up() -> None:
    found = deals(
        "Un an après sa série A de 10 millions d'euros, Talvéa obtient une rallonge de 4 millions auprès d'Omnes. De quoi "
        "porter à 14 millions le total levé par la start-up d'IA depuis sa création.",
        "Une rallonge de 4 millions pour Talvéa",
    )
    told = [(int(m.amount.value) if m.amount else None, m.role, m.cumulative) for m in found]
    assert sorted(told, key=str) == [
        (10_000_000, "background", False),
        (14_000_000, "background", True),
        (4_000_000, "news", False),
    ]


def test_a_round_that_dates_the_news_is_not_the_news() -> None:
    found = deals(
        "Neuf mois après l'amorçage (3 M€), Nuvéa referme une série A de 18 millions d'euros auprès de Balderton, son nouvel "
        "actionnaire, et d'Elaia, l'investisseur historique.",
        "Nuvéa solde sa série A",
    )
    told = {int(m.amount.value): m.role for m in found if m.amount}
    assert told == {3_000_000: "background", 18_000_000: "news"}


def test_a_total_to_the_right_of_a_sum_is_another_sums() -> None:
    first, _ = deals(
        "Amazon a remis 4 milliards de dollars dans Anthropic, portant son investissement total à 8 milliards.",
        "Amazon remet au pot",
    )
    assert (first.company, first.cumulative) == ("Anthropic", False)


@pytest.mark.parametrize("before", ["La start-up d'IA", "Le spécialiste de l'IA", "La pépite de l'IA"])
def test_the_trade_is_no_part_of_the_name(before: str) -> None:
    (deal,) = deals(f"{before} Orféo lève 20 millions d'euros.", "Orféo fait le plein")
    assert deal.company == "Orféo"


def test_a_round_after_which_something_came_is_recalled() -> None:
    found = deals(
        "Deux ans après avoir levé 145 millions de dollars, Nuvéa remet ça. La licorne parisienne, qui a dopé sa "
        "plateforme à l'IA, aurait sécurisé 200 millions auprès d'Iconiq, à en croire Sifted.",
        "Nuvéa, nouvelle levée",
    )
    told = {int(m.amount.value): (m.role, m.status) for m in found if m.amount}
    assert told == {145_000_000: ("background", "announced"), 200_000_000: ("news", "rumoured")}


def test_what_a_fund_aimed_at_is_no_deal() -> None:
    (deal,) = deals(
        "Elaia annonce le premier closing de son fonds à 120 millions d'euros, avec un objectif de 200 millions. Il "
        "soutiendra des start-up d'IA.",
        "Elaia clôture son cinquième fonds",
    )
    assert facts((deal,)) == [("fund", "Elaia", 120_000_000)]


def test_what_a_title_says_was_reached_is_no_round() -> None:
    (deal,) = deals(
        "La pépite suédoise Orféo, star du code par IA, a bouclé une série B de 330 M$ menée par CapitalG.",
        "Orféo atteint les 6,6 milliards",
    )
    assert facts((deal,)) == [("funding", "Orféo", 330_000_000)]
    assert deal.role == "news"


def test_a_value_behind_post_money_belongs_to_the_round() -> None:
    (deal,) = deals(
        "L'allemand Orféo lève 300 millions de dollars en série B pour son IA. Post-money : 3,25 milliards.",
        "Orféo lève 300 M$",
    )
    assert deal.valuation is not None
    assert deal.valuation.value == 3_250_000_000


def test_a_cheque_for_a_company_buys_nothing() -> None:
    (deal,) = deals(
        "Un chèque de 12 millions d'euros pour Nuvéa : la start-up toulousaine, qui développe une IA, a convaincu Airbus "
        "Ventures et Partech.",
        "Un chèque de 12 millions pour Nuvéa",
    )
    assert facts((deal,)) == [("funding", "Nuvéa", 12_000_000)]


def test_what_a_company_was_worth_once_is_not_what_it_is_bought_for() -> None:
    (deal,) = deals(
        "Adobe dément être en discussions pour racheter Orféo. L'éditeur d'IA avait été valorisé 1 milliard de dollars lors "
        "de sa dernière levée, en 2024.",
        "Pas de rachat d'Orféo par Adobe",
    )
    assert (facts((deal,)), deal.status) == ([("acquisition", "Orféo", None)], "cancelled")


def test_what_the_whole_is_worth_is_no_price_of_a_part() -> None:
    (deal,) = deals(
        "Le fonds Partech acquiert la majorité d'Orféo, qui édite un assistant d'IA. L'opération valorise la société 180 M€.",
        "Orféo change de mains",
    )
    assert facts((deal,)) == [("acquisition", "Orféo", None)]
    assert deal.valuation is not None
    assert deal.valuation.value == 180_000_000


def test_who_endows_a_laboratory_invests_in_it() -> None:
    (deal,) = deals(
        "Xavier Niel, Rodolphe Saadé et Eric Schmidt ont doté Orféo, laboratoire de recherche en IA à but non lucratif, de "
        "près de 300 millions d'euros.",
        "Orféo, le labo à 300 millions",
    )
    assert facts((deal,)) == [("funding", "Orféo", 300_000_000)]
    assert deal.investors == ("Xavier Niel", "Rodolphe Saadé", "Eric Schmidt")


def test_each_laureate_has_its_own_grant() -> None:
    found = deals(
        "Parmi les lauréats de l'appel à projets figurent Nuvéa, qui recevra 3,4 millions d'euros, et Orféo, doté de 2,1 "
        "millions, pour leurs travaux sur l'IA de confiance.",
        "France 2030 : dix lauréats",
    )
    assert facts(found) == [("grant", "Nuvéa", 3_400_000), ("grant", "Orféo", 2_100_000)]


def test_what_a_company_now_looks_for_is_planned() -> None:
    found = deals(
        "Orféo a déjà levé 14 millions d'euros depuis sa création. La start-up d'IA cherche aujourd'hui 30 millions pour "
        "s'implanter aux États-Unis.",
        "Orféo, la start-up qui fait parler les machines",
    )
    assert [m.status for m in found if m.amount and m.amount.value == 30_000_000] == ["planned"]


def test_a_new_share_price_is_no_purchase_besides_the_sum() -> None:
    found = deals(
        "Nuvéa a fixé le prix de son introduction à la Bourse de Paris à 18 euros par action, ce qui lui permet de lever 75 "
        "millions d'euros. Le groupe conçoit des puces pour l'IA.",
        "IPO : Nuvéa fixe son prix",
    )
    assert [m.kind for m in found if m.amount is None] == []


def test_who_values_a_company_is_not_what_is_valued() -> None:
    (deal,) = deals(
        "La start-up d'IA Nuvéa a levé 10 millions d'euros auprès d'Elaia. Le fonds la valorise 90 millions d'euros.",
        "Nuvéa lève 10 M€",
    )
    assert deal.valuation is not None
    assert int(deal.valuation.value) == 90_000_000


def test_what_an_extension_brings_a_round_to_is_not_the_sum_of_its_parts() -> None:
    found = deals(
        "La start-up d'IA Nuvéa a levé 5 millions d'euros auprès d'Elaia. Au printemps, elle en avait obtenu 9 auprès de "
        "Partech.",
        "Nuvéa : une rallonge porte la série A à 14 millions d'euros",
    )
    assert {5_000_000, 9_000_000} <= {value for _, _, value in facts(found)}


def test_a_noun_that_the_name_explains_stands_for_no_other() -> None:
    found = deals(
        "La start-up d'IA Nuvéa a levé 5 millions d'euros auprès d'Elaia. Le pionnier, Orféo, avait levé 60 millions de "
        "dollars en 2023.",
        "Nuvéa lève 5 M€",
    )
    assert ("funding", "Orféo", 60_000_000) in facts(found)


def test_a_round_named_a_sentence_later_is_the_deals() -> None:
    (deal,) = deals(
        "La start-up d'IA Nuvéa a levé 10 millions d'euros. Partech mène cette série A, avec Elaia.", "Nuvéa lève 10 M€"
    )
    assert deal.round == "series-a"


def test_a_round_that_takes_up_another_is_not_that_of_the_sum_behind_it() -> None:
    found = deals(
        "La start-up d'IA Nuvéa a levé 10 millions d'euros. À l'issue de cette série B, elle emploie 30 personnes, contre dix "
        "en 2022, quand elle avait levé 2 millions d'euros.",
        "Nuvéa lève 10 M€",
    )
    rounds = {int(m.amount.value): m.round for m in found if m.amount}
    assert rounds == {10_000_000: "series-b", 2_000_000: None}


def test_a_denied_round_is_called_off() -> None:
    (deal,) = deals(
        "La start-up d'IA Nuvéa dément la rumeur qui courait depuis lundi. Son patron assure ne chercher aucun investisseur.",
        "Non, Nuvéa ne va pas lever 200 millions d'euros",
    )
    assert deal.status == "cancelled"


def test_equity_and_aid_of_one_financing_are_two_deals() -> None:
    told = deals(
        "La start-up Nuvéa lève 16 millions d'euros et reçoit dans le même temps une subvention de 8 millions d'euros.",
        "24 millions d'euros pour la start-up Nuvéa",
    )
    assert sorted(facts(told)) == [("funding", "Nuvéa", 16_000_000), ("grant", "Nuvéa", 8_000_000)]


def test_three_purses_of_one_financing_are_three_deals() -> None:
    told = deals(
        "La start-up Nuvéa a réuni 11 millions d'euros. Elle a levé 4 millions d'euros en capital. "
        "La start-up Nuvéa a reçu une subvention de 3,5 millions d'euros. "
        "Nuvéa a obtenu un prêt de 3,5 millions d'euros.",
        "La start-up Nuvéa réunit 11 millions d'euros",
    )
    assert sorted((deal.kind, int(deal.amount.value)) for deal in told if deal.amount) == [
        ("debt", 3_500_000),
        ("funding", 4_000_000),
        ("grant", 3_500_000),
    ]


def test_the_purses_of_a_financing_may_be_bare_numbers() -> None:
    told = deals("La start-up Nuvéa réunit 14 millions d'euros : 6 en capital, apportés par Elaia, et 8 en dette.")
    assert ("debt", "Nuvéa", 8_000_000) in facts(told)


def test_a_sum_converted_in_the_title_is_that_of_the_text() -> None:
    (deal,) = deals(
        "La start-up Nuvéa a levé 380 millions de yuans, soit 50 millions d'euros, auprès de Partech.",
        "La start-up Nuvéa lève 50 millions d'euros",
    )
    assert deal.amount is not None
    assert deal.alt is not None
    assert (deal.amount.currency, deal.alt.currency) == ("CNY", "EUR")


def test_a_place_may_stand_before_a_conversion() -> None:
    (deal,) = deals(
        "Microsoft investit 400 millions de dollars en Suisse, soit 330 millions de francs, dans un datacenter."
    )
    assert deal.alt is not None
    assert deal.alt.currency == "CHF"


def test_what_a_fund_still_aims_at_gives_way_to_what_it_raised() -> None:
    told = deals(
        "Elaia annonce le lancement d'un fonds, avec un objectif de 150 millions d'euros. "
        "Le fonds a déjà réuni 75 millions d'euros.",
        "Elaia lance un fonds",
    )
    assert [int(deal.amount.value) for deal in told if deal.amount] == [75_000_000]


@pytest.mark.parametrize("price", ["un euro symbolique", "l'euro symbolique", "1 euro symbolique"])
def test_a_symbolic_price_is_one(price: str) -> None:
    assert facts(deals(f"Safran a racheté Orféo pour {price}.", "Safran rachète Orféo")) == [
        ("acquisition", "Orféo", 1)
    ]


def test_a_single_coin_is_no_price() -> None:
    (deal,) = deals("Safran a racheté Orféo, dont le jeton vaut un euro.", "Safran rachète Orféo")
    assert deal.amount is None


def test_a_noun_with_a_verb_of_its_own_does_not_explain_the_backer_before_it() -> None:
    found = deals(
        "Nuvéa débute en Bourse. Basée à Shanghai et soutenue par Safran et Google, l'entreprise a récolté 4,8 milliards "
        "de dollars hongkongais.",
        "Nuvéa entre en Bourse",
    )
    assert [deal.company for deal in found if deal.amount] == ["Nuvéa"]


def test_of_those_who_build_together_the_first_named_commits() -> None:
    (deal,) = deals(
        "Microsoft et l'émirati Orféo ont promis en mai 2024 un milliard de dollars pour un centre de données au Kenya."
    )
    assert (deal.kind, deal.company) == ("infrastructure", "Microsoft")


def test_a_participle_stands_far_behind_its_auxiliary() -> None:
    found = facts(deals("La start-up Nuvéa avait jusque-là reçu un peu plus de 70 millions d'euros."))
    assert found == [("funding", "Nuvéa", 70_000_000)]


def test_a_sum_whose_scale_is_left_out_behind_en() -> None:
    found = facts(deals("En mars, Nuvéa avait levé 500 millions d'euros, tandis qu'Orféo en récoltait 486 en janvier."))
    assert ("funding", "Orféo", 486_000_000) in found


def test_a_name_in_capitals_is_the_same_name() -> None:
    article = Article(
        "a",
        "HYDRALGA renforce ses moyens",
        "Hydralga, éditeur de logiciels fondés sur l'intelligence artificielle, lève 6 millions d'euros auprès d'Alven. "
        "En 2021, HYDRALGA avait déjà récolté 2 millions d'euros.",
        None,
    )
    assert {deal.company for deal in find_deals(article, default_knowledge())} == {"Hydralga"}
