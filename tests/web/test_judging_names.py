"""Names that may be one, judged in the page: who may, what it does, what is written down, what stays."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient
from newsroom import NOW, Newsroom, money, reading, telling
from webdesk import TOKEN, client_of, csrf_of, settings

from storage.alias_decisions import AliasDesk, alias_decisions, judged_pairs
from storage.browse import Browse, deal_page
from storage.database import Database
from storage.errors import DecisionError
from storage.news import AlertRules
from storage.organisations import apply_aliases
from storage.watches import WatchRule
from web.app import make_app

RULES = AlertRules(0.5, 7, NOW)


@pytest.fixture
def told(newsroom: Newsroom) -> Database:
    newsroom.tell(
        a=reading(telling("Onde", money(20e6), investors=("Lacune Capital",))),
        b=reading(telling("Onde Argent", money(20e6), investors=("Lacune",))),
        c=reading(telling("Buis", money(5e6), investors=("Lacune Capital",))),
    )
    return newsroom.db


@pytest.fixture
def paul(told: Database) -> TestClient:
    """Somebody signed in."""
    client = client_of(make_app(told, settings()))
    assert client.post("/signin", data={"token": TOKEN}).status_code == 303
    return client


def _judge(client: TestClient, verb: str, **fields: str) -> int:
    csrf = fields.pop("csrf", None) or csrf_of(client.get("/names"))
    return client.post("/names/decisions", data={"csrf": csrf, "verb": verb, **fields}).status_code


def _companies(db: Database, **wanted: str) -> list[str]:
    return sorted(deal.company for deal in deal_page(db, Browse(**wanted)).deals)  # type: ignore[arg-type]


def test_an_accepted_alias_joins_deals_at_once_and_survives_the_lexicon(paul: TestClient, told: Database) -> None:
    assert "Onde Argent" in paul.get("/names").text
    old = {deal.id for deal in deal_page(told, Browse(company="onde")).deals}
    assert _judge(paul, "accept", alias="Onde Argent", main="Onde") == 303
    (deal,) = deal_page(told, Browse(company="onde")).deals
    assert (len(deal.mentions), deal.id in old) == (2, True)
    page = paul.get("/names").text
    assert "Onde Argent → Onde, par claire" in page
    assert 'value="Onde Argent"' not in page, "what was judged is not asked again"
    apply_aliases(told, {}, NOW)  # as every run does with what the lexicon lists
    assert len(deal_page(told, Browse(company="onde")).deals) == 1
    assert _judge(paul, "undo", number="1") == 303
    assert len(deal_page(told, Browse(company="onde")).deals) == 2
    (decision,) = alias_decisions(told)
    assert (decision.decided_by, decision.undone_by, judged_pairs(told)) == ("claire", "claire", frozenset())


def test_an_alias_of_an_investor_is_found_under_the_other_name(paul: TestClient, told: Database) -> None:
    assert _companies(told, investor_id="lacune") == ["Onde Argent"]
    assert _judge(paul, "accept", alias="Lacune Capital", main="Lacune") == 303
    assert _companies(told, investor_id="lacune") == ["Buis", "Onde", "Onde Argent"]


def test_a_refused_pair_is_not_asked_again(paul: TestClient, told: Database) -> None:
    assert _judge(paul, "refuse", alias="Onde Argent", main="Onde") == 303
    assert 'value="Onde Argent"' not in paul.get("/names").text
    assert len(deal_page(told, Browse(company="onde")).deals) == 2
    assert _judge(paul, "accept", alias="Onde", main="Onde Argent") == 422, "judged: it must be undone first"
    assert _judge(paul, "undo", number="1") == 303
    assert 'value="Onde Argent"' in paul.get("/names").text


def test_strangers_and_forms_from_elsewhere_decide_nothing(paul: TestClient, told: Database) -> None:
    stranger = client_of(make_app(told, settings()))
    assert _judge(stranger, "accept", alias="Onde Argent", main="Onde", csrf="x") == 401
    assert 'name="verb"' not in stranger.get("/names").text
    assert _judge(paul, "accept", alias="Onde Argent", main="Onde", csrf="0" * 64) == 403
    assert _judge(paul, "rename", alias="Onde Argent", main="Onde") == 403
    csrf = csrf_of(paul.get("/names"))
    fields = {"csrf": csrf, "verb": "accept", "alias": "Onde Argent", "main": "Onde"}
    assert paul.post("/names/decisions", data=fields, headers={"Origin": "https://evil.example"}).status_code == 403
    for wrong in ({"alias": "Onde", "main": "ONDE"}, {"alias": "", "main": "Onde"}):
        assert _judge(paul, "accept", **wrong) == 422
    assert _judge(paul, "undo", number="x") == _judge(paul, "undo", number="7") == 422
    assert alias_decisions(told) == []


def test_chains_and_circles_of_aliases_lead_to_one_name(told: Database) -> None:
    desk = AliasDesk(told, "claire", {"onde": "ondeargent"}, RULES, (WatchRule(),))
    desk.decide("accept", "Buis", "Onde")
    assert [deal.company for deal in deal_page(told, Browse(company_id="ondeargent")).deals] != []
    assert len(deal_page(told, Browse(company_id="onde")).deals) == 0, "the lexicon's alias leads on"
    with pytest.raises(DecisionError, match="déjà"):
        desk.decide("accept", "Onde Argent", "Onde")
    assert _companies(told, company_id="ondeargent") != []
