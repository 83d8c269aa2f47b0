"""The API: its schema holds for whatever is asked, pages continue, answers carry tags."""

from __future__ import annotations

from pathlib import Path

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from newsroom import Newsroom
from schemathesis.specs.openapi.checks import positive_data_acceptance
from webdesk import fill, settings

from storage.database import open_database
from web.app import make_app


def test_answers_hold_to_their_schema(tmp_path: Path) -> None:
    db = open_database(f"sqlite:///{tmp_path / 'veille.db'}")
    fill(Newsroom(db))
    headers = {"Host": "127.0.0.1"}
    app = make_app(db, settings(web_tokens=None))
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", app, headers=headers)
    tried = []
    for found in schema.get_all_operations():
        operation = found.ok()

        @given(case=operation.as_strategy())
        @hypothesis_settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
        def holds(case: schemathesis.Case) -> None:
            # No schema can say which cursors are ours.
            case.call_and_validate(headers=headers, excluded_checks=[positive_data_acceptance])

        holds()
        tried.append(operation.path)
    assert "/api/v1/deals" in tried
    assert "/deals.xlsx" in tried


def test_pages_continue_until_the_end(client: TestClient) -> None:
    seen: list[str] = []
    address = "/api/v1/deals?limit=2&scope=all&sort=name"
    while address:
        answer = client.get(address).json()
        seen += [deal["id"] for deal in answer["deals"]]
        address = answer["next"]
    assert len(seen) == len(set(seen)) == 4


def test_amounts_are_numbers_and_days_are_iso(client: TestClient) -> None:
    (deal,) = client.get("/api/v1/deals?company=tilleul").json()["deals"]
    assert deal["amount"] == {"value": 1.5e9, "high": None, "currency": "USD", "bound": "exact"}
    assert deal["amount_eur"]["value"] > 1e9
    assert deal["first_published"] == "2026-03-10"


def test_an_answer_that_did_not_change_is_not_sent_again(client: TestClient) -> None:
    for path in ("/api/v1/deals", "/api/v1/trends", "/deals.atom"):
        tag = client.get(path).headers["etag"]
        assert client.get(path, headers={"If-None-Match": f'W/"x", {tag}'}).status_code == 304
        assert client.get(path, headers={"If-None-Match": '"x"'}).status_code == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/deals?after=x", 400),
        ("/api/v1/deals?kind=vol", 422),
        ("/api/v1/deals?limit=0", 422),
        ("/api/v1/deals?q=%00", 422),
        ("/api/v1/deals/personne", 404),
        ("/api/v1/rien", 404),
        ("/deals.csv?since=hier", 422),
    ],
)
def test_what_makes_no_sense_is_refused_in_json(client: TestClient, path: str, status: int) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert answer.json()["detail"]
