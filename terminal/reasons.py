"""In French, why a feed, a page or an item gave nothing: the words for the reasons that the tables count by."""

from __future__ import annotations

from collections.abc import Mapping

_FRENCH = {
    # Feeds and pages (`sources.values.Reason`).
    "damaged": "endommagé",
    "nested": "une archive dans l'archive",
    "unknown_kind": "genre inconnu",
    "no_http": "pas une réponse HTTP",
    "too_many_files": "trop de plans de site",
    "timeout": "trop lent",
    "unreachable": "injoignable",
    "tls": "certificat refusé",
    "http_4xx": "refusé ou introuvable",
    "gone": "retiré",
    "throttled": "trop de demandes",
    "http_5xx": "serveur en panne",
    "too_large": "trop gros",
    "bad_redirect": "redirection fautive",
    "robots": "interdit par robots.txt",
    "challenge": "barrière anti-robots",
    "not_a_feed": "pas un flux",
    "empty": "vide",
    "bad_encoding": "encodage illisible",
    "bad_content": "ni page ni texte",
    "bad_url": "adresse fautive",
    "address": "adresse hors de l'internet public",
    "too_costly": "trop coûteux à lire",
    # Pages that were had, without an article in them (`extractors.values.NoArticle`), or that our own code fails on.
    "no_text": "pas de texte",
    "too_short": "texte trop court",
    "bad_html": "HTML illisible",
    "not_html": "pas du HTML",
    "paywall": "péage",
    "defect": "défaut de Veille IA",
    # What was mended in an entry.
    "no_date": "sans date",
    "bad_date": "date illisible",
    "future_date": "date à venir",
    "no_title": "sans titre",
    "relative_link": "lien relatif",
    # What could not be an entry.
    "no_link": "sans lien",
    "bad_link": "lien fautif",
    "unreadable": "illisible",
    "duplicate": "en double",
    "too_many_entries": "éléments en trop",
}


def in_french(reason: str | None) -> str:
    """The words for a reason; a reason without words comes back as it is, none as nothing."""
    return _FRENCH.get(reason or "", reason or "")


def counted(reasons: Mapping[str, int]) -> str:
    """` (lien relatif 13, sans date 1)`, the most frequent first; nothing when there is none."""
    if not reasons:
        return ""
    ordered = sorted(reasons.items(), key=lambda item: (-item[1], in_french(item[0])))
    return " (" + ", ".join(f"{in_french(reason)} {count}" for reason, count in ordered) + ")"
