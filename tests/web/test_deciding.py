"""Who may decide, what keeps others from deciding in their name, and what is written down."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select
from webdesk import TOKEN, DealId, client_of, csrf_of, settings

from config.errors import ConfigError
from storage.database import Database
from storage.deal_tables import OutboxRow
from storage.decisions import list_decisions
from web.app import make_app
from web.server import is_loopback, must_close


def _decide(client: TestClient, deal_id: str, verb: str, **fields: str) -> int:
    csrf = fields.pop("csrf", None) or csrf_of(client.get(f"/deals/{deal_id}"))
    return client.post(f"/deals/{deal_id}/decisions", data={"csrf": csrf, "verb": verb, **fields}).status_code


def test_a_signed_in_person_decides_and_it_is_written_down(
    claire: TestClient, deal_id: DealId, filled: Database
) -> None:
    orme = deal_id("Orme")
    assert _decide(claire, orme, "correct", field="amount", value="30 M€") == 303
    assert _decide(claire, orme, "note", text="<b>vu</b>") == 303
    assert _decide(claire, orme, "confirm") == 303
    page = claire.get(f"/deals/{orme}").text
    assert "30\u00a0M€" in page
    assert "&lt;b&gt;vu&lt;/b&gt;" in page
    written = list_decisions(filled, orme)
    assert [(one.verb, one.decided_by) for one in written] == [
        ("confirm", "claire"), ("note", "claire"), ("correct", "claire"),
    ]  # fmt: skip
    assert _decide(claire, orme, "undo", number=str(written[-1].id)) == 303
    assert "30\u00a0M€" not in claire.get("/").text


def test_a_decision_tells_every_watch_that_wants_it(filled: Database, deal_id: DealId, tmp_path: Path) -> None:
    (tmp_path / "alerts.yaml").write_text(
        "watches:\n- {id: mail, enabled: false}\n"
        "- {id: dettes, name: Dettes, channel: mail, to: [d@exemple.fr], only: {kinds: [debt]}}\n"
    )
    app = make_app(filled, settings(config_dir=tmp_path, alert_window_days=36_500, alert_confidence=0.99))
    headers = {"Authorization": f"Bearer {TOKEN}"}
    for company in ("Orme", "Frêne"):
        answer = client_of(app).post(f"/deals/{deal_id(company)}/decisions", data={"verb": "confirm"}, headers=headers)
        assert answer.status_code == 303
    with filled.reading() as session:
        rows = session.exec(select(OutboxRow.channel, OutboxRow.deal_id).where(OutboxRow.channel != "mail")).all()
        mailed = session.exec(select(OutboxRow).where(OutboxRow.channel == "mail", OutboxRow.event == "new")).all()
    assert rows == [("dettes", deal_id("Frêne"))]
    assert {row.run_id is None for row in mailed} <= {False}, "the switched-off watch hears of nothing new"


def test_merging_splitting_and_rejecting(claire: TestClient, deal_id: DealId, filled: Database) -> None:
    orme, frene = deal_id("Orme"), deal_id("Frêne")
    assert _decide(claire, orme, "merge", other=frene) == 303
    assert claire.get("/api/v1/totals").json()["count"] == 3
    assert _decide(claire, orme, "undo", number="1") == 303
    mark = claire.get(f"/api/v1/deals/{orme}").json()["record"]["mentions"][0]["mark"]
    assert _decide(claire, orme, "split", mark=mark) == 303
    assert claire.get("/api/v1/totals").json()["count"] == 5
    assert _decide(claire, frene, "reject", text="un chiffre d’affaires") == 303
    assert claire.get("/api/v1/totals").json()["count"] == 4


def test_what_cannot_be_decided_is_said_on_the_page(claire: TestClient, deal_id: DealId) -> None:
    orme = deal_id("Orme")
    csrf = csrf_of(claire.get(f"/deals/{orme}"))
    answer = claire.post(f"/deals/{orme}/decisions", data={"csrf": csrf, "verb": "merge", "other": "personne"})
    assert answer.status_code == 422
    assert "pas d&#39;opération personne" in answer.text


def test_others_cannot_decide(client: TestClient, deal_id: DealId, filled: Database) -> None:
    orme = deal_id("Orme")
    assert _decide(client, orme, "reject", csrf="x") == 401
    assert 'name="verb"' not in client.get(f"/deals/{orme}").text
    assert client.post("/signin", data={"token": "autre-jeton-0123456789"}).status_code == 403
    assert list_decisions(filled) == []


def test_forms_from_elsewhere_are_refused(claire: TestClient, deal_id: DealId, filled: Database) -> None:
    orme = deal_id("Orme")
    csrf = csrf_of(claire.get(f"/deals/{orme}"))
    address = f"/deals/{orme}/decisions"
    assert _decide(claire, orme, "reject", csrf="0" * 64) == 403
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}):
        assert claire.post(address, data={"csrf": csrf, "verb": "reject"}, headers=headers).status_code == 403
    assert claire.post(address, json={"csrf": csrf, "verb": "reject"}).status_code == 403
    assert claire.post(address, data={"csrf": csrf, "verb": "x" * 70_000}).status_code == 403
    assert list_decisions(filled) == []


def test_a_forged_session_is_nobody(client: TestClient) -> None:
    assert client.post("/signin", data={"token": TOKEN}).status_code == 303
    name, expires, salt, signature = client.cookies["veille_session"].split(".")
    for forged in (
        f"{b'root'.hex()}.{expires}.{salt}.{signature}",
        f"{name}.9999999999.{salt}.{signature}",
        "é",
        "...",
    ):
        client.cookies.clear()
        answer = client.get("/", headers={"Cookie": f"veille_session={forged}".encode()})
        assert "Session de" not in answer.text


def test_sessions_end(claire: TestClient) -> None:
    page = claire.get("/")
    assert "Session de claire" in page.text
    assert "HttpOnly" in claire.post("/signin", data={"token": TOKEN}).headers["set-cookie"]
    assert claire.post("/signout", data={"csrf": csrf_of(claire.get("/"))}).status_code == 303
    assert "Session de" not in claire.get("/").text


def test_too_many_tries_and_too_many_decisions_are_refused(claire: TestClient, deal_id: DealId) -> None:
    orme = deal_id("Orme")
    csrf = csrf_of(claire.get(f"/deals/{orme}"))
    tried = [_decide(claire, orme, "note", csrf=csrf, text="") for _ in range(31)]
    assert tried == [422] * 30 + [429]
    assert [claire.post("/signin", data={"token": "x"}).status_code for _ in range(9)][-1] == 429


def test_a_program_decides_with_a_bearer_token(client: TestClient, deal_id: DealId, filled: Database) -> None:
    orme = deal_id("Orme")
    headers = {"Authorization": f"Bearer {TOKEN}"}
    answer = client.post(f"/deals/{orme}/decisions", data={"verb": "confirm"}, headers=headers)
    assert answer.status_code == 303
    assert list_decisions(filled)[0].decided_by == "claire"


def test_a_proxy_is_believed_only_from_its_address(filled: Database) -> None:
    app = make_app(filled, settings(web_tokens=None, web_user_header="X-Remote-User"), closed=True)
    headers = {"X-Remote-User": "paul"}
    assert "Session de paul" in client_of(app).get("/", headers=headers).text
    stranger = client_of(app, "10.0.0.9").get("/", headers=headers)
    assert (stranger.status_code, stranger.headers["location"]) == (303, "/signin")


def test_a_closed_dashboard_shows_nothing(filled: Database) -> None:
    client = client_of(make_app(filled, settings(), closed=True))
    for path in ("/", "/trends", "/articles/1", "/charts/months.svg"):
        assert client.get(path).headers["location"].startswith("/signin")
    for path in ("/api/v1/deals", "/deals.csv", "/api/v1/openapi.json"):
        assert client.get(path).status_code == 401
    assert client.get("/static/veille.css").status_code == 200
    assert client.get("/deals.csv", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 200


def test_it_refuses_to_listen_elsewhere_without_authentication() -> None:
    nobody = settings(web_tokens=None)
    assert [is_loopback(host) for host in ("127.0.0.1", "::1", "localhost", "0.0.0.0", "::", "192.168.1.4", "x")] == [
        True, True, True, False, False, False, False,
    ]  # fmt: skip
    assert must_close(nobody, "127.0.0.1") is False
    with pytest.raises(ConfigError, match="VEILLE_WEB_TOKENS"):
        must_close(nobody, "0.0.0.0")
    assert must_close(settings(), "0.0.0.0") is True
    assert must_close(settings(web_tokens=None, web_user_header="X-User"), "0.0.0.0") is True
    with pytest.raises(ConfigError, match="trop court"):
        must_close(settings(web_tokens="claire:court"), "127.0.0.1")
