"""Feeds: visiting them (`fetch_feed`) and reading what they hold (`parse_feed`, pure).

RSS 0.9x, 1.0, 2.0 and Atom go through lxml (repair and limits) and then feedparser; JSON Feed has a reader here.
May touch: the client of this room. Nothing else.
"""

from sources.feeds.fetching import fetch_feed
from sources.feeds.parsed import ParsedFeed
from sources.feeds.parsing import parse_feed

__all__ = ["ParsedFeed", "fetch_feed", "parse_feed"]
