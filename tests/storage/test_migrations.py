"""Databases of every released version, with data in them, brought to this one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from newsroom import NOW, Newsroom, money, reading, telling
from sqlalchemy import create_engine, text

from storage import migrations
from storage.database import open_database
from storage.mentions import mark_companies
from storage.migrations import migrate, revisions
from storage.queries import find_deal, list_deals
from storage.values import DealFilter, Resolution

RELEASED = revisions()[:-1]
# Written by hand: what a version's own code wrote stays the same, whatever the models become.
ROWS = """
INSERT INTO run (id, kind, state, owner, lease_seconds, lease_until, started_at, rule_version, error)
VALUES (1, 'daily', 'done', 'x', 600, '2026-03-09 05:30:00', '2026-03-09 05:30:00', '', '');
INSERT INTO article (id, canonical_url, outlet, title, text, published, first_seen, language, paywalled, source, state,
    score, reasons, rule_version, run_id)
VALUES (1, 'https://gazette.example/late', 'G', 'T', 'Orme.', '2026-03-09', '2026-03-09 05:30:00', 'fr', {no}, 'page',
        'relevant', 1, '[]', '', 1),
       (2, 'https://gazette.example/early', 'G', 'T', 'Orme.', NULL, '2026-03-08 05:30:00', 'fr', {no}, 'page',
        'relevant', 1, '[]', '', 1),
       (3, 'https://gazette.example/other', 'G', 'T', 'Orme.', '2026-03-09', '2026-03-09 05:30:00', 'fr', {no}, 'page',
        'relevant', 1, '[]', '', 1);
INSERT INTO deal (id, company_key, company, kind, investors, lead, amount, status, role, cumulative, ai, confidence,
    first_published, day, mention_count, redirect_to, created_at, created_run_id, changed_at)
VALUES ('kept', 'orme', 'Orme', 'funding', '[]', '[]', '{amount}', 'announced', 'news', {no}, {yes}, 0.9,
        '2026-03-08', '2026-03-08', 2, NULL, '2026-03-09 05:30:00', 1, '2026-03-09 05:30:00'),
       ('merged', 'orme', 'Orme', 'funding', '[]', '[]', '{amount}', 'announced', 'news', {no}, {yes}, 0.9,
        '2026-03-08', '2026-03-08', 0, 'kept', '2026-03-09 05:30:00', 1, '2026-03-09 05:30:00'),
       ('fund', 'orme', 'Orme', 'fund', '[]', '[]', NULL, 'announced', 'news', {no}, {yes}, 0.9,
        '2026-03-09', '2026-03-09', 1, NULL, '2026-03-09 05:30:00', 1, '2026-03-09 05:30:00');
INSERT INTO mention (id, article_id, position, company_key, company, kind, investors, lead, amount, status, role,
    cumulative, ai, evidence, rules, confidence, deal_id)
VALUES (1, 1, 0, 'orme', 'Orme', 'funding', '[]', '[]', '{amount}', 'announced', 'news', {no}, {yes}, '[]', '[]', 0.9, 'kept'),
       (2, 2, 0, 'orme', 'Orme', 'funding', '[]', '[]', '{amount}', 'announced', 'news', {no}, {yes}, '[]', '[]', 0.9, 'kept'),
       (3, 3, 0, 'orme', 'Orme', 'fund', '[]', '[]', NULL, 'announced', 'news', {no}, {yes}, '[]', '[]', 0.9, 'fund');
INSERT INTO outbox (channel, deal_id, event, fingerprint, told, changes, created_at, run_id)
VALUES ('mail', 'merged', 'new', '', '{{"status": "announced", "amount": {amount}, "lead": []}}', '[]',
        '2026-03-09 05:30:00', 1);
"""
# From this version on the first telling of a deal bears its id.
OWN_IDS = ("0002", "UPDATE mention SET own_id = deal_id WHERE id IN (2, 3)")
AMOUNT = '{"value": "20000000", "currency": "EUR", "bound": "exact"}'


def _of_version(url: str, revision: str, folder: Path) -> None:
    """A database as the version that ended with `revision` left it."""
    shutil.copytree(migrations.FOLDER, folder, ignore=shutil.ignore_patterns("__pycache__"))
    for later in revisions()[revisions().index(revision) + 1 :]:
        next((folder / "versions").glob(f"{later}_*.py")).unlink()
    engine = create_engine(url)
    migrate(engine, folder=folder)
    yes, no = ("true", "false") if engine.dialect.name == "postgresql" else ("1", "0")
    with engine.begin() as connection:
        for statement in ROWS.format(amount=AMOUNT, yes=yes, no=no).split(";\n"):
            if statement.strip():
                connection.execute(text(statement.replace(":", r"\:")))
        if revision >= OWN_IDS[0]:
            connection.execute(text(OWN_IDS[1]))
        if engine.dialect.name == "postgresql":
            for table in ("run", "article", "mention"):
                connection.execute(text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), 10)"))
    engine.dispose()


@pytest.mark.parametrize("revision", RELEASED)
def test_deals_keep_their_ids_and_nothing_is_told_again(database_url: str, revision: str, tmp_path: Path) -> None:
    _of_version(database_url, revision, tmp_path / "then")
    db = open_database(database_url)
    everything = DealFilter(include_all=True)
    before = {deal.id: len(deal.mentions) for deal in list_deals(db, everything)}
    assert before == {"kept": 2, "fund": 1}
    newsroom = Newsroom(db)
    with db.transaction() as session:
        mark_companies(session, {"orme"}, NOW)
    done = newsroom.resolve()
    assert (done.created, done.queued_new) == ((), ("fund",)), "the other was told under an id merged since"
    assert {deal.id: len(deal.mentions) for deal in list_deals(db, everything)} == before
    later = newsroom.tell(new=reading(telling("Orme", money(20e6))))
    assert (later.created, later.queued_new) == ((), ())
    found = find_deal(db, "merged")
    assert found is not None
    assert (found.id, len(found.mentions)) == ("kept", 3)
    assert newsroom.resolve() == Resolution()
    db.dispose()


@pytest.mark.parametrize("revision", RELEASED)
def test_a_failing_migration_leaves_the_data_of_an_old_version(
    database_url: str, revision: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _of_version(database_url, revision, tmp_path / "then")
    engine = create_engine(database_url)
    broken = tmp_path / "broken"
    shutil.copytree(migrations.FOLDER, broken, ignore=shutil.ignore_patterns("__pycache__"))
    last = next((broken / "versions").glob(f"{revisions()[-1]}_*.py"))
    last.write_text(last.read_text() + "\n    raise RuntimeError('no room')\n")
    with pytest.raises(migrations.MigrationError, match="no room"):
        migrate(engine, folder=broken)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == revision
        assert connection.execute(text("SELECT count(*) FROM mention")).scalar_one() == 3
    engine.dispose()
