"""Short mails that tell no deal: nothing found today, and what is wrong with the installation. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from alerts.formatting import Language, day, weekday
from alerts.headers import header_text
from alerts.mail import RenderedMail, environment

_WORDS: dict[Language, dict[str, str]] = {
    "fr": {
        "nothing": "Veille IA : rien de nouveau ce {day}",
        "nothing_failed": "Veille IA : rien de nouveau ce {day}, {failed} flux en échec",
        "read": "{articles} nouveaux articles lus dans {feeds} flux, dont {relevant} sur l’argent de l’IA : "
        "aucune opération nouvelle.",
        "failed": "Flux en échec : {names}.",
        "health": "Veille IA : {n} chose(s) à voir",
        "feed": "Le flux {subject} échoue depuis le {since}{detail}.",
        "feed_never": "Le flux {subject} échoue depuis toujours{detail}.",
        "volume": "Très peu d’articles nouveaux depuis le {since} : {subject}, quand la période la plus maigre du mois "
        "précédent en donnait {detail}.",
        "no_run": "Aucun passage depuis le {since}.",
        "dead": "Le message {subject} a été abandonné{detail}.",
        "do_feed": "« veille feeds check » essaie les flux et dit pourquoi ils échouent.",
        "do_volume": "« veille feeds check » montre ce que donne chaque flux ; vérifiez le réseau de la machine.",
        "do_no_run": "Vérifiez cron, systemd ou « veille serve » ; « veille doctor » aide.",
        "do_dead": "« veille alerts list --state dead » les montre, « veille alerts retry » les renvoie.",
        "once": "Chaque panne est dite une fois.",
    },
    "en": {
        "nothing": "Veille IA: nothing new this {day}",
        "nothing_failed": "Veille IA: nothing new this {day}, {failed} feeds failing",
        "read": "{articles} new articles read from {feeds} feeds, {relevant} of them about money in AI: no new deal.",
        "failed": "Failing feeds: {names}.",
        "health": "Veille IA: {n} thing(s) to look at",
        "feed": "The feed {subject} has been failing since {since}{detail}.",
        "feed_never": "The feed {subject} has never worked{detail}.",
        "volume": "Very few new articles since {since}: {subject}, where the leanest such stretch of the month before "
        "had {detail}.",
        "no_run": "No run since {since}.",
        "dead": "The message {subject} was given up{detail}.",
        "do_feed": "“veille feeds check” tries the feeds and says why they fail.",
        "do_volume": "“veille feeds check” shows what each feed gives; check the machine’s network.",
        "do_no_run": "Check cron, systemd or “veille serve”; “veille doctor” helps.",
        "do_dead": "“veille alerts list --state dead” shows them, “veille alerts retry” sends them again.",
        "once": "Each failure is told once.",
    },
}


def render_note(note: Mapping[str, object], *, language: Language, timezone: str) -> RenderedMail:
    """A note as a mail; `note` is what `storage.health` and `flows.phases` queued."""
    fields: dict[str, Any] = dict(note)
    if fields["about"] == "nothing":
        title, lines = _nothing(fields, language)
    else:
        title, lines = _health(fields["troubles"], language, timezone)
    context = {"language": language, "subject": title, "lines": lines}
    return RenderedMail(
        subject=header_text(title),
        html=environment().get_template("note.html.j2").render(context),
        text=environment().get_template("note.txt.j2").render(context),
        brief="\n".join(header_text(line, 400) for line in lines),
    )


def _nothing(note: Mapping[str, Any], language: Language) -> tuple[str, list[str]]:
    words = _WORDS[language]
    failed: Sequence[str] = note["failed"]
    when = weekday(dt.date.fromisoformat(note["day"]), language)
    title = words["nothing_failed" if failed else "nothing"].format(day=when, failed=len(failed))
    lines = [words["read"].format(**{name: note[name] for name in ("articles", "feeds", "relevant")})]
    if failed:
        lines.append(words["failed"].format(names=", ".join(failed)))
    return title, lines


def _health(troubles: Sequence[Mapping[str, str]], language: Language, timezone: str) -> tuple[str, list[str]]:
    words = _WORDS[language]
    lines: list[str] = []
    for one in troubles:
        template = "feed_never" if one["about"] == "feed" and not one["since"] else one["about"]
        detail = one["detail"] if one["about"] == "volume" else f" ({one['detail']})" if one["detail"] else ""
        since = _day(one["since"], language, timezone) if one["since"] else ""
        lines.append(words[template].format(subject=one["subject"], since=since, detail=detail))
    remedies = dict.fromkeys(words[f"do_{one['about']}"] for one in troubles)
    return words["health"].format(n=len(troubles)), [*lines, *remedies, words["once"]]


def _day(moment: str, language: Language, timezone: str) -> str:
    when = dt.datetime.fromisoformat(moment)
    return day(when.astimezone(ZoneInfo(timezone)).date() if when.tzinfo else when.date(), language)
