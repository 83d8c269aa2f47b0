"""Trying feeds once, for `veille feeds check`: nothing is stored."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from config.errors import ConfigError
from config.settings import Settings
from sources.client import PoliteClient
from sources.feedlist import load_feeds
from sources.feeds.fetching import fetch_feed
from sources.policy import Policy
from sources.values import Feed, FeedResult, Validators


def check_feeds(settings: Settings, ids: Sequence[str] = ()) -> list[tuple[Feed, FeedResult]]:
    """Fetch the feeds named by `ids` (all that are switched on, when empty), many hosts at once.

    Raises:
        ConfigError: an id is not in `feeds.yaml`.
    """
    feeds = load_feeds(settings.config_dir)
    known = {feed.id: feed for feed in feeds}
    missing = [feed_id for feed_id in ids if feed_id not in known]
    if missing:
        raise ConfigError(f"aucun flux de ce nom : {', '.join(missing)} ; `veille feeds list` les donne tous")
    chosen = [known[feed_id] for feed_id in ids] or [feed for feed in feeds if feed.enabled]
    now = datetime.now(UTC)
    with (
        PoliteClient(Policy.from_settings(settings)) as client,
        ThreadPoolExecutor(settings.hosts_at_once) as pool,
    ):
        results = pool.map(lambda feed: fetch_feed(client, feed, Validators(), now), chosen)
        return list(zip(chosen, results, strict=True))
