"""`alerts.yaml` as a user writes it: what it means, and complaints that name file, line and field."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from alerts.outlets import open_outlets
from alerts.timing import QuietHours, Rhythm
from alerts.watchlist import find_watch, load_watches
from config.errors import ConfigError
from config.settings import Settings


def settings(folder: Path | None = None, **more: Any) -> Settings:
    return Settings(_env_file=None, config_dir=folder, **more)  # type: ignore[call-arg]


def written(folder: Path, text: str) -> Settings:
    (folder / "alerts.yaml").write_text(text, encoding="utf-8")
    return settings(folder, mail_to=["a@example.org"])


def test_without_any_file_there_is_the_daily_mail() -> None:
    (watch,) = load_watches(settings(mail_to=["a@example.org", "b@example.org"], language="en"))
    assert (watch.id, watch.channel, watch.to) == ("mail", "mail", ("a@example.org", "b@example.org"))
    assert (watch.language, watch.timezone, watch.rhythm) == ("en", "Europe/Paris", Rhythm())


def test_everything_that_a_watch_may_say(tmp_path: Path) -> None:
    found = written(
        tmp_path,
        """
watches:
  - id: sante
    name: La santé en Suisse romande
    to: [Zoé <z@example.org>, y@example.org]
    language: en
    timezone: Europe/Zurich
    rhythm: weekly
    day: friday
    at: 18:30            # without quotes YAML reads a number
    quiet: {from: "20h", to: "07:15", weekends: true}
    most_per_day: 2
    unsubscribe: https://example.org/stop
    only:
      kinds: [funding, acquisition]
      status: announced
      countries: [CH, FR]
      min_amount: 5_000_000
      companies: [Nabla]
      investors: [Bpifrance]
      sectors: [santé]
      text: ["essai clinique*"]
      or_unknown: true
""",
    )
    watch = find_watch(found, "sante")
    assert watch.rhythm == Rhythm("weekly", dt.time(18, 30), 4)
    assert watch.quiet == QuietHours(dt.time(20), dt.time(7, 15), weekends=True)
    assert (watch.to, watch.language, watch.timezone) == (
        ("Zoé <z@example.org>", "y@example.org"),
        "en",
        "Europe/Zurich",
    )
    assert (watch.most_per_day, watch.unsubscribe) == (2, "https://example.org/stop")
    wanted = watch.rule.wanted
    assert (wanted.kinds, wanted.status) == (frozenset({"funding", "acquisition"}), frozenset({"announced"}))
    assert (wanted.min_amount, wanted.or_unknown, wanted.text) == (Decimal(5_000_000), True, ("essai clinique*",))
    assert [one.id for one in load_watches(found)] == ["mail", "sante"]


def test_a_known_id_changes_only_what_it_says(tmp_path: Path) -> None:
    found = written(tmp_path, "watches:\n  - {id: mail, rhythm: daily, at: '09:00'}\n")
    watch = find_watch(found, "mail")
    assert (watch.rhythm, watch.to, watch.name) == (Rhythm("daily", dt.time(9)), ("a@example.org",), "Veille IA")
    assert load_watches(written(tmp_path, "watches:\n  - {id: mail, enabled: false}\n")) == []


WRONG = [
    ("watches:\n  - id: a\n    rythm: daily\n", 3, "rythm : clé inconnue"),
    ("watches:\n  - id: a\n    rhythm: hourly\n", 3, "rhythm : 'hourly' n'est pas une des valeurs attendues"),
    ("watches:\n  - id: a\n    to: [x@y.example, nobody]\n", 3, "to : 'nobody' n'est pas une adresse"),
    ("watches:\n  - id: a\n    at: 25:00\n", 3, "at : .*une heure comme"),
    ("watches:\n  - id: a\n    timezone: Europe/Pariss\n", 3, "timezone : .*fuseau horaire inconnu"),
    ("watches:\n  - id: a\n    only:\n      kinds: [funding, sale]\n", 4, r"only.kinds.1 : 'sale'"),
    ("watches:\n  - id: a\n    only:\n      min_amount: much\n", 4, r"only.min_amount"),
    ("watches:\n  - id: a\n    only:\n      countries: [France]\n", 4, r"only.countries.0 : 'France'"),
    (
        "watches:\n  - id: a\n    only:\n      sectors: [sanité]\n",
        4,
        r"only.sectors : 'sanité' inconnu ; connus : .*santé",
    ),
    ("watches:\n  - id: a\n    quiet: {from: '20:00'}\n", 3, "quiet : donnez `from` et `to`"),
    ("watches:\n  - id: a\n    most_per_day: 0\n", 3, "most_per_day : 0 est trop petit"),
    ("watches:\n  - {id: a, channel: atom}\n", 2, "file : manque"),
    ("watches:\n  - id: a\n    channel: webhook\n    to: env:HOOK\n", 2, "secret : manque"),
    (
        "watches:\n  - id: a\n    channel: webhook\n    to: env:HOOK\n    secret: hunter2\n",
        5,
        "secret : 'hunter2' ne répond pas",
    ),
    (
        "watches:\n  - id: a\n    channel: apprise\n    to: slack://token\n",
        4,
        "to : 'slack://token' : une telle adresse tient un secret",
    ),
    ("watches:\n  - id: a\n    rhythm: weekly\n    when_nothing: true\n", 4, "when_nothing"),
    ("watches:\n  - id: a\n  - id: a\n", 3, "id : la veille 'a' est déjà ligne 2"),
    ("watches:\n  - id: exploitation\n", 2, "id : 'exploitation' est pris"),
    ("watches:\n  - id: A B\n", 2, "id : 'A B' ne répond pas"),
    ("watch:\n  - id: a\n", 1, "une seule clé est attendue"),
    ("watches: 3\n", 1, "doit tenir une liste"),
]


@pytest.mark.parametrize(("text", "line", "says"), WRONG)
def test_complaints_name_file_line_and_field(tmp_path: Path, text: str, line: int, says: str) -> None:
    with pytest.raises(ConfigError, match=says) as caught:
        load_watches(written(tmp_path, text))
    assert (caught.value.file, caught.value.line) == (tmp_path / "alerts.yaml", line)
    assert "\n" not in str(caught.value)


def test_an_unknown_watch_is_told_with_those_there_are() -> None:
    with pytest.raises(ConfigError, match=r"aucune veille 'x'.*en vigueur : mail"):
        find_watch(settings(), "x")


def test_secrets_come_from_the_environment_or_files_and_are_not_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "key").write_text("s3cret\n")
    found = written(
        tmp_path,
        f"watches:\n  - id: hook\n    channel: webhook\n    to: env:VEILLE_HOOK\n    secret: file:{tmp_path / 'key'}\n",
    )
    with pytest.raises(ConfigError, match="veille 'hook' : env:VEILLE_HOOK est vide ou n'est pas réglé"):
        open_outlets(found)
    monkeypatch.setenv("VEILLE_HOOK", "https://hooks.example/T0KEN")
    hook = next(outlet for outlet in open_outlets(found) if outlet.watch.id == "hook")
    assert hook.channel.recipients == ("env:VEILLE_HOOK",)
    assert "T0KEN" not in repr(hook)
    assert "s3cret" not in repr(hook)
    (tmp_path / "key").unlink()
    with pytest.raises(ConfigError, match="ne peut être lu"):
        open_outlets(found)


def test_an_apprise_address_that_it_does_not_know_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VEILLE_CHAT", "nonsense://x")
    found = written(tmp_path, "watches:\n  - {id: chat, channel: apprise, to: 'env:VEILLE_CHAT'}\n")
    with pytest.raises(ConfigError, match="Apprise ne reconnaît pas l'adresse que tient env:VEILLE_CHAT"):
        open_outlets(found)
