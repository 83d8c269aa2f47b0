"""Settings come from the environment, and a wrong one names its variable."""

from pathlib import Path

import pytest

from config.errors import ConfigError
from config.settings import load_settings


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_defaults_need_nothing() -> None:
    settings = load_settings()
    assert settings.database == "sqlite:///veille-data/veille.db"
    assert settings.smtp_host is None


def test_addresses_are_split(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VEILLE_MAIL_TO", "a@example.org, b@example.org,")
    assert load_settings().mail_to == ["a@example.org", "b@example.org"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("VEILLE_TIMEZONE", "Europe/Pariss"),
        ("VEILLE_DATABASE_URL", "mysql://x"),
        ("VEILLE_SMTP_PORT", "smtp"),
        ("VEILLE_ALERT_CONFIDENCE", "2"),
    ],
)
def test_a_wrong_setting_names_its_variable(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError, match=name):
        load_settings()


def test_postgresql_urls_take_our_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VEILLE_DATABASE_URL", "postgres://veille@localhost/veille")
    assert load_settings().database == "postgresql+psycopg://veille@localhost/veille"


def test_the_password_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VEILLE_SMTP_PASSWORD", "tres-secret")
    assert "tres-secret" not in repr(load_settings())


def test_a_dot_env_file_is_read(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("VEILLE_LANGUAGE=en\n")
    assert load_settings().language == "en"
