"""Adding feeds to the user's own `feeds.yaml` without touching what stands there, comments included."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import yaml

from config.documents import read_yaml
from config.errors import ConfigError
from sources.feedlist import FILE_NAME, load_feeds
from sources.opml import free_id
from sources.urls import canonical_url
from sources.values import Feed


@dataclass(frozen=True, slots=True)
class Subscribed:
    """Which of the offered feeds were written to `path`, and which were in the list already."""

    path: Path
    added: tuple[Feed, ...]
    known: tuple[Feed, ...]


def subscribe(user_dir: Path, offered: Sequence[Feed]) -> Subscribed:
    """Append to `user_dir/feeds.yaml` the offered feeds whose address is not in the list yet.

    An id that another feed has gets a number. The file is replaced whole or not at all.

    Raises:
        ConfigError: the present list is not valid, or the file cannot be written.
    """
    present = load_feeds(user_dir)
    addresses = {canonical_url(feed.url) for feed in present}
    ids = {feed.id for feed in present}
    added: list[Feed] = []
    known: list[Feed] = []
    for feed in offered:
        address = canonical_url(feed.url)
        if address in addresses:
            known.append(feed)
            continue
        feed = replace(feed, id=free_id(feed.id, ids))
        addresses.add(address)
        ids.add(feed.id)
        added.append(feed)
    path = user_dir / FILE_NAME
    if added:
        _append(path, added)
    return Subscribed(path, tuple(added), tuple(known))


def _append(path: Path, feeds: Sequence[Feed]) -> None:
    try:
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        has_items = bool(before.strip()) and bool((read_yaml(path).data or {}).get("feeds"))
        # Without items there is nothing to keep but comments: an empty `feeds:` would otherwise stand there twice.
        kept = (
            before
            if has_items
            else "".join(line for line in before.splitlines(keepends=True) if line.lstrip().startswith("#"))
            + "feeds:\n"
        )
        indent = _item_indent(kept)
        listed = yaml.safe_dump([_as_yaml(feed) for feed in feeds], allow_unicode=True, sort_keys=False, width=1000)
        text = kept.rstrip("\n") + "\n" + "".join(f"{indent}{line}\n" for line in listed.splitlines())
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".yaml.new")
        draft.write_text(text, encoding="utf-8")
        _check(draft, path)
        draft.replace(path)
    except OSError as error:
        raise ConfigError(f"ne peut être écrit : {error}", path) from error


def _check(draft: Path, path: Path) -> None:
    try:
        read_yaml(draft)
    except ConfigError as error:
        draft.unlink()
        raise ConfigError(
            "des flux ne peuvent s'ajouter qu'à une liste écrite avec un bloc `- id: …` par flux", path
        ) from error


def _item_indent(text: str) -> str:
    """The indentation that the file's list items have; two spaces for a new list."""
    for line in text.splitlines():
        if line.lstrip().startswith("- "):
            return line[: len(line) - len(line.lstrip())]
    return "  "


def _as_yaml(feed: Feed) -> dict[str, object]:
    values: dict[str, object] = {"id": feed.id, "name": feed.name, "url": feed.url}
    optional = {"site": feed.site, "country": feed.country, "language": feed.language, "themes": list(feed.themes)}
    values |= {key: value for key, value in optional.items() if value}
    if feed.paywall != "no":
        values["paywall"] = feed.paywall
    if not feed.enabled:
        values["enabled"] = False
    if feed.full_text:
        values["full_text"] = True
    return values
