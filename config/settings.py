"""Settings of one installation, from the environment (`VEILLE_*`) or a `.env` file. Secrets only from there."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from config.errors import ConfigError
from config.reach import AllowedHosts
from config.wording import in_french


class Settings(BaseSettings):
    """Everything an operator may set. Times in seconds, sizes in bytes, unless the name says otherwise."""

    model_config = SettingsConfigDict(env_prefix="VEILLE_", env_file=".env", extra="ignore")

    data_dir: Path = Field(Path("veille-data"), description="database, Prefect home")
    database_url: str | None = Field(None, description="SQLAlchemy URL; default: SQLite in data_dir")
    config_dir: Path | None = Field(None, description="the user's own feeds, rules, lexicons, on top of ours")
    outbox_dir: Path = Field(Path("outbox"), description="where mails go as .eml files when no SMTP host is set")

    smtp_host: str | None = None
    smtp_port: int = 587
    smtp_security: Literal["none", "starttls", "tls"] = "starttls"
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None
    smtp_timeout: float = 30.0
    mail_from: str = "veille-ia@localhost"
    mail_to: Annotated[list[str], NoDecode] = Field(default_factory=list, description="comma-separated addresses")
    mail_unsubscribe: str | None = Field(None, pattern=r"^(https://|mailto:)\S+$", description="List-Unsubscribe")
    operator_to: Annotated[list[str], NoDecode] = Field(
        default_factory=list, description="who is told that feeds fail or that mails are lost; default: mail_to"
    )
    health_days: int = Field(3, ge=1, description="how many days feeds fail, or news fail to come, before that is told")

    user_agent: str = "VeilleIA/0.1 (+https://github.com/veille-ia/veille-ia; press monitor, one visit a day)"
    host_delay: float = Field(1.0, ge=0, description="between two requests to one host")
    hosts_at_once: int = Field(32, ge=1, le=128)
    connect_timeout: float = Field(10.0, gt=0)
    fetch_deadline: float = Field(30.0, gt=0, description="for one whole request, redirects and body included")
    max_feed_bytes: int = Field(10_000_000, gt=0)
    max_page_bytes: int = Field(5_000_000, gt=0)
    max_feed_entries: int = Field(500, gt=0)
    respect_robots: bool = True
    allow_hosts: Annotated[list[str], NoDecode] = Field(
        default_factory=list, description="hosts, host:port or networks outside the public internet that may be asked"
    )
    wayback_url: str = Field("https://web.archive.org", description="the Web Archive, or a copy of its interfaces")

    relevance_threshold: float = Field(1.0, description="see config/lexicon/relevance.yaml for the weights")
    alert_confidence: float = Field(0.5, ge=0, le=1)
    alert_window_days: int = Field(7, ge=1, description="older articles never alert")
    page_batch: int = Field(40, ge=1, le=500, description="pages a task")
    workers: int = Field(2, ge=1, le=32)
    feed_seconds: float = Field(20.0, gt=0, description="longest that parsing one feed may take")
    page_seconds: float = Field(30.0, gt=0, description="longest that reading one page may take")
    retry_days: int = Field(3, ge=0, description="how long a page that failed is tried again")
    web_tokens: SecretStr | None = Field(None, description="who may sign in and decide: name:token, comma-separated")
    web_user_header: str | None = Field(None, description="header in which a reverse proxy names the signed-in person")
    web_proxies: Annotated[list[str], NoDecode] = Field(
        default_factory=lambda: ["127.0.0.1", "::1"], description="addresses whose word about that header is taken"
    )

    timezone: str = "Europe/Paris"
    language: Literal["fr", "en"] = "fr"

    @field_validator("mail_to", "operator_to", "allow_hosts", "web_proxies", mode="before")
    @classmethod
    def _split_addresses(cls, value: object) -> object:
        return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value

    @field_validator("allow_hosts")
    @classmethod
    def _hosts(cls, value: list[str]) -> list[str]:
        AllowedHosts.parse(value)
        return value

    @field_validator("config_dir")
    @classmethod
    def _there(cls, value: Path | None) -> Path | None:
        # A misspelt folder would be passed over, and with it every rule and feed of the user's own.
        if value is not None and not value.is_dir():
            raise ValueError(f"{value} n'est pas un dossier ; créez-le, ou corrigez le chemin")
        return value

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"fuseau horaire inconnu : {value!r} ; exemple : Europe/Paris") from error
        return value

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str | None) -> str | None:
        if value is None:
            return None
        if value.startswith(("postgres://", "postgresql://")):
            return "postgresql+psycopg://" + value.split("://", 1)[1]
        if not value.startswith(("sqlite:///", "postgresql+psycopg://")):
            raise ValueError("écrivez sqlite:///FICHIER ou postgresql://NOM@HÔTE/BASE")
        return value

    @property
    def database(self) -> str:
        """The SQLAlchemy URL in force."""
        return self.database_url or f"sqlite:///{self.data_dir / 'veille.db'}"


def load_settings(**overrides: object) -> Settings:
    """Read the settings; keyword arguments win over the environment.

    Raises:
        ConfigError: names the `VEILLE_` variable at fault and what is expected.
    """
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = "VEILLE_" + "_".join(str(part) for part in first["loc"][:1]).upper()
        raise ConfigError(f"{name} : {in_french(first)}") from error
