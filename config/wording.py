"""In French, what pydantic finds wrong with a value: the complaints that a settings or YAML file can draw."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

# By pydantic's type of error; {…} from its context, {input} what was written.
_FRENCH = {
    "missing": "manque",
    "extra_forbidden": "clé inconnue",
    "string_type": "un texte est attendu, pas {input}",
    "string_too_short": "trop court",
    "string_too_long": "trop long : au plus {max_length} caractères",
    "string_pattern_mismatch": "{input} ne répond pas au modèle {pattern}",
    "bool_type": "true ou false est attendu, pas {input}",
    "bool_parsing": "true ou false est attendu, pas {input}",
    "int_type": "un nombre entier est attendu, pas {input}",
    "int_parsing": "un nombre entier est attendu, pas {input}",
    "int_from_float": "un nombre entier est attendu, pas {input}",
    "float_type": "un nombre est attendu, pas {input}",
    "float_parsing": "un nombre est attendu, pas {input}",
    "greater_than": "{input} est trop petit : plus de {gt} est attendu",
    "greater_than_equal": "{input} est trop petit : au moins {ge} est attendu",
    "less_than": "{input} est trop grand : moins de {lt} est attendu",
    "less_than_equal": "{input} est trop grand : au plus {le} est attendu",
    "literal_error": "{input} n'est pas une des valeurs attendues : {expected}",
    "enum": "{input} n'est pas une des valeurs attendues : {expected}",
    "list_type": "une liste est attendue",
    "dict_type": "des clés et leurs valeurs sont attendues",
    "model_type": "des clés et leurs valeurs sont attendues",
    "value_error": "{error}",
}
# Longer values are cut: the line is named, the file is at hand.
_SHOWN = 60


def in_french(error: ErrorDetails) -> str:
    """One complaint in words; pydantic's own for a type without words here."""
    pattern = _FRENCH.get(error["type"])
    if pattern is None:
        return error["msg"]
    written = repr(error["input"])
    written = written if len(written) <= _SHOWN else written[:_SHOWN] + "…"
    context = {name: _listed(value) for name, value in error.get("ctx", {}).items()}
    return pattern.format(**{"input": written, "error": error["msg"], **context})


def _listed(value: object) -> str:
    return str(value).replace(" or ", " ou ")
