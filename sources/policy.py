"""How we behave towards servers: the handful of numbers that the client and its parts obey."""

from __future__ import annotations

from dataclasses import dataclass, field

from config.reach import AllowedHosts
from config.settings import Settings


@dataclass(frozen=True, slots=True)
class Policy:
    """Limits and manners of fetching. Times in seconds, sizes in bytes after decompression.

    `deadline` bounds the time spent on one fetch, its redirects and retries included; waiting for one's turn at a
    busy host does not count. `patience` is the longest a fetch waits because a host asked for a pause; a longer
    pause makes it fail at once, so that it is tried again by the next run. `strikes` failures to answer in a row
    and a host is left alone for `dead_host_pause` (ten minutes: Media Cloud's figure, as is `throttle_pause`).
    `feed_seconds` is the longest that parsing one feed may take.
    `allowed_hosts` are the exceptions to "public internet, ports 80 and 443".
    """

    user_agent: str
    host_delay: float = 1.0
    hosts_at_once: int = 32
    connect_timeout: float = 10.0
    deadline: float = 30.0
    max_feed_bytes: int = 10_000_000
    max_page_bytes: int = 5_000_000
    max_feed_entries: int = 500
    feed_seconds: float = 20.0
    respect_robots: bool = True
    max_redirects: int = 5
    retries: int = 2
    retry_pause: float = 0.5
    crawl_delay_cap: float = 10.0
    patience: float = 5.0
    throttle_pause: float = 30.0
    strikes: int = 4
    dead_host_pause: float = 600.0
    allowed_hosts: AllowedHosts = field(default_factory=AllowedHosts)

    @classmethod
    def from_settings(cls, settings: Settings) -> Policy:
        """The policy that an installation's settings ask for."""
        return cls(
            user_agent=settings.user_agent,
            host_delay=settings.host_delay,
            hosts_at_once=settings.hosts_at_once,
            connect_timeout=settings.connect_timeout,
            deadline=settings.fetch_deadline,
            max_feed_bytes=settings.max_feed_bytes,
            max_page_bytes=settings.max_page_bytes,
            max_feed_entries=settings.max_feed_entries,
            feed_seconds=settings.feed_seconds,
            respect_robots=settings.respect_robots,
            allowed_hosts=AllowedHosts.parse(settings.allow_hosts),
        )
