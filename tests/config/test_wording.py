"""What is wrong with a value is said in French, whatever pydantic calls it."""

from __future__ import annotations

from typing import Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from config.errors import ConfigError
from config.settings import load_settings
from config.wording import in_french


class Shelf(BaseModel):
    model_config = ConfigDict(extra="forbid")
    id: str = Field(pattern="^[a-z]+$", max_length=5)
    places: int = Field(ge=1, le=9)
    state: Literal["open", "shut"] = "open"
    books: list[str] = []

    @field_validator("id")
    @classmethod
    def _not_full(cls, value: str) -> str:
        if value == "full":
            raise ValueError("cette étagère est pleine")
        return value


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"id": "a"}, "manque"),
        ({"id": "a", "places": 1, "x": 1}, "clé inconnue"),
        ({"id": "A", "places": 1}, "'A' ne répond pas au modèle ^[a-z]+$"),
        ({"id": "a", "places": 0}, "0 est trop petit : au moins 1 est attendu"),
        ({"id": "a", "places": "dix"}, "un nombre entier est attendu, pas 'dix'"),
        ({"id": "a", "places": 1, "state": "ajar"}, "'ajar' n'est pas une des valeurs attendues : 'open' ou 'shut'"),
        ({"id": "a", "places": 1, "books": "b"}, "une liste est attendue"),
        ({"id": "full", "places": 1}, "cette étagère est pleine"),
        ({"id": "abcdef" * 50, "places": 1}, "trop long : au plus 5 caractères"),
    ],
)
def test_words(given: dict[str, object], says: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Shelf.model_validate(given)
    assert in_french(caught.value.errors()[0]) == says


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("VEILLE_SMTP_PORT", "beaucoup", "VEILLE_SMTP_PORT : un nombre entier est attendu, pas 'beaucoup'"),
        ("VEILLE_SMTP_SECURITY", "ssl", "VEILLE_SMTP_SECURITY : 'ssl' n'est pas une des valeurs attendues"),
        ("VEILLE_TIMEZONE", "Lune", "VEILLE_TIMEZONE : fuseau horaire inconnu : 'Lune'"),
        ("VEILLE_DATABASE_URL", "mysql://root:secret@h/x", "VEILLE_DATABASE_URL : écrivez sqlite:///FICHIER"),
    ],
)
def test_settings(monkeypatch: pytest.MonkeyPatch, variable: str, value: str, says: str) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(ConfigError) as caught:
        load_settings(_env_file=None)
    assert str(caught.value).startswith(says)
    assert "secret" not in str(caught.value)
