"""Archives on the web, against a real server that throttles, drops connections and lies about its counts."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from httpsite import HttpSite, Reply
from pastsite import PastSite, Post

from sources.archives import feedpages, wayback, webpages
from sources.archives.feedpages import FeedPagesSource
from sources.archives.opening import open_archive, settled_spec
from sources.archives.sitemap import SitemapSource
from sources.archives.values import ArchiveError, ArchiveSource, Capture, Item, Miss, Story, Window
from sources.archives.wayback import WaybackSource, manners
from sources.archives.wordpress import WordPressSource
from sources.client import PoliteClient
from sources.policy import Policy

TODAY = dt.date(2024, 6, 1)
NOW = dt.datetime(2024, 6, 1, tzinfo=dt.UTC)
WINDOW = Window(dt.date(2024, 1, 1), dt.date(2024, 3, 1))
POSTS = [Post(number, dt.date(2023, 12, 20) + dt.timedelta(days=4 * number)) for number in range(23)]
WANTED = [post.number for post in POSTS if WINDOW.holds(post.day)]
THROTTLED = Reply("slow down", 429, headers={"Retry-After": "0"})
BROKEN = Reply("x" * 500, cut=20)


@pytest.fixture
def past(site: HttpSite) -> PastSite:
    return PastSite(site, POSTS)


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webpages, "PAGES", 4)


def _everything(source: ArchiveSource, window: Window = WINDOW) -> list[Item]:
    return [item for part in source.plan(window) for item in source.read(part, window)]


def _numbers(items: list[Item]) -> list[int]:
    return [int(item.url.rsplit("-", 1)[1]) for item in items if not isinstance(item, Miss)]


# WordPress


def test_wordpress_gives_the_posts_of_every_month_once(past: PastSite, client: PoliteClient) -> None:
    source = WordPressSource(past.site.url("/"), client, TODAY)
    assert [part.key for part in source.plan(WINDOW)] == ["2024-01-01", "2024-02-01"]
    items = _everything(source)
    assert _numbers(items) == WANTED
    story = items[0]
    assert isinstance(story, Story)
    assert (story.title, story.published) == ("L’article 3", dt.date(2024, 1, 1))
    assert story.link == past.site.url("/article-3")


@pytest.mark.parametrize("total", [0, 1, 5, 10_000])
def test_wordpress_counts_are_not_believed(
    past: PastSite, client: PoliteClient, monkeypatch: pytest.MonkeyPatch, total: int
) -> None:
    monkeypatch.setattr("sources.archives.wordpress._PER_PAGE", 3)
    past.lying_total = total
    assert _numbers(_everything(WordPressSource(past.site.url(), client, TODAY))) == WANTED


def test_wordpress_that_throttles_and_drops_connections_is_read_whole(past: PastSite, client: PoliteClient) -> None:
    past.tempers["/wp-json/wp/v2/posts"] = [THROTTLED, BROKEN]
    assert _numbers(_everything(WordPressSource(past.site.url(), client, TODAY))) == WANTED


def test_a_teaser_sends_for_the_page(site: HttpSite, client: PoliteClient) -> None:
    PastSite(site, [Post(1, dt.date(2024, 1, 5), teaser=True)])
    (page,) = _everything(WordPressSource(site.url(), client, TODAY))
    assert isinstance(page, Capture)
    assert page.day == dt.date(2024, 1, 5)


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_closed_wordpress_says_what_to_do(past: PastSite, client: PoliteClient, status: int) -> None:
    past.tempers["/wp-json/wp/v2/posts"] = [Reply("{}", status)] * 5
    with pytest.raises(ArchiveError, match=rf"\({status}\) ; essayez sitemap:"):
        list(WordPressSource(past.site.url(), client, TODAY).plan(WINDOW))


def test_a_month_that_fails_is_an_error_of_its_part(past: PastSite, client: PoliteClient) -> None:
    source = WordPressSource(past.site.url(), client, TODAY)
    first, second = source.plan(WINDOW)
    past.tempers["/wp-json/wp/v2/posts"] = [Reply("oops", 500)] * 3
    with pytest.raises(ArchiveError, match="page 1 de 2024-01-01"):
        list(source.read(first, WINDOW))
    assert _numbers(list(source.read(second, WINDOW))) == [n for n in WANTED if POSTS[n].day.month == 2]


def test_a_month_without_posts(past: PastSite, client: PoliteClient) -> None:
    empty = Window(dt.date(2022, 1, 1), dt.date(2022, 2, 1))
    assert _everything(WordPressSource(past.site.url(), client, TODAY), empty) == []


# sitemaps


def test_a_sitemap_tree_is_walked_from_robots_txt(past: PastSite, client: PoliteClient) -> None:
    past.sitemaps()
    source = SitemapSource(past.site.url("/"), client)
    parts = list(source.plan(WINDOW))
    assert all(part.size <= 4 for part in parts)
    assert [part.key for part in parts] == [part.key for part in source.plan(WINDOW)]
    found = _numbers(_everything(source))
    assert found == sorted(set(found))
    assert set(WANTED) <= set(found)
    assert not {0, 1, 2} & set(found)  # touched before the window began


def test_one_sitemap_may_be_named(past: PastSite, client: PoliteClient) -> None:
    past.sitemaps(compressed=False)
    found = _numbers(_everything(SitemapSource(past.site.url("/map-2024-2.xml.gz"), client)))
    assert found == [post.number for post in POSTS if (post.day.year, post.day.month) == (2024, 2)]


def test_a_sitemap_that_fails_is_told_and_the_rest_done(past: PastSite, client: PoliteClient) -> None:
    past.sitemaps()
    past.site.add("/map-2024-1.xml.gz", Reply("<html>maintenance</html>"))
    items = _everything(SitemapSource(past.site.url(), client))
    assert [(item.reason, item.transient) for item in items if isinstance(item, Miss)] == [("bad_content", True)]
    assert set(_numbers(items)) >= {post.number for post in POSTS if (post.day.year, post.day.month) == (2024, 2)}


def test_news_dates_and_dated_addresses_bound_the_window(site: HttpSite, client: PoliteClient) -> None:
    urls = {
        "/2023/05/01/old-1": "",
        "/2024/02/10/in-2": "",
        "/2024/05/10/late-3": "",
        "/news-4": "<news:news><news:publication_date>2024-02-01T10:00:00+01:00</news:publication_date></news:news>",
        "/news-5": "<news:news><news:publication_date>2024-04-01</news:publication_date></news:news>",
        "/undated-6": "",
    }
    body = "".join(f"<url><loc>{site.url(path)}</loc>{more}</url>" for path, more in urls.items())
    names = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
    site.add("/sitemap.xml", Reply(f"<urlset {names}>{body}</urlset>"))
    for path in urls:
        site.add(path, Reply("<p>page</p>"))
    assert _numbers(_everything(SitemapSource(site.url("/sitemap.xml"), client))) == [2, 4, 6]


def test_a_site_without_sitemap(site: HttpSite, client: PoliteClient) -> None:
    with pytest.raises(ArchiveError, match="404"):
        list(SitemapSource(site.url(), client).plan(WINDOW))


def test_an_index_that_names_itself_ends(site: HttpSite, client: PoliteClient) -> None:
    loop = f"<sitemapindex><sitemap><loc>{site.url('/sitemap.xml')}</loc></sitemap></sitemapindex>"
    site.add("/sitemap.xml", Reply(loop))
    assert list(SitemapSource(site.url("/sitemap.xml"), client).plan(WINDOW)) == []
    assert len(site.asked("/sitemap.xml")) == 1


def test_an_entity_bomb_is_not_expanded(site: HttpSite, client: PoliteClient) -> None:
    entities = '<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
    )
    site.add("/sitemap.xml", Reply(f"<!DOCTYPE x [{entities}]><urlset><url><loc>&j;</loc></url></urlset>"))
    assert list(SitemapSource(site.url("/sitemap.xml"), client).plan(WINDOW)) == []


def test_robots_of_the_site_are_obeyed_for_pages(past: PastSite, client: PoliteClient) -> None:
    past.sitemaps()
    robots = f"User-agent: *\nDisallow: /article-5\nSitemap: {past.site.url('/index.xml')}"
    past.site.add("/robots.txt", Reply(robots, 200, "text/plain"))
    items = _everything(SitemapSource(past.site.url(), client))
    assert [item.reason for item in items if isinstance(item, Miss)] == ["robots"]


# Wayback


@pytest.fixture
def archive(policy: Policy, past: PastSite) -> Iterator[WaybackSource]:
    with PoliteClient(replace(manners(policy), host_delay=0.0)) as client:
        yield WaybackSource("www.example.org/tech", client, TODAY, past.site.url())


def test_wayback_resumes_its_lists_and_reads_raw_captures(past: PastSite, archive: WaybackSource) -> None:
    items = _everything(archive)
    assert _numbers(items) == WANTED
    page = items[0]
    assert isinstance(page, Capture)
    assert page.url == past.site.url("/article-3")  # its own address, not the archive's
    assert page.day == dt.date(2024, 1, 1)
    assert past.asked[f"/web/20240101120000id_/{past.site.url('/article-3')}"] == 1


def test_wayback_that_throttles_is_waited_for(past: PastSite, archive: WaybackSource) -> None:
    past.tempers["/cdx/search/cdx"] = [THROTTLED]
    past.tempers[f"/web/20240105120000id_/{past.site.url('/article-4')}"] = [THROTTLED, BROKEN]
    assert _numbers(_everything(archive)) == WANTED


def test_a_month_whose_list_fails_is_read_later(past: PastSite, archive: WaybackSource) -> None:
    past.tempers["/cdx/search/cdx"] = [Reply("[[", 200, "application/json")] * 3
    parts = list(archive.plan(WINDOW))
    assert parts[0].key == "2024-01-01:list"
    past.tempers.clear()
    assert _numbers([item for part in parts for item in archive.read(part, WINDOW)]) == WANTED


@pytest.mark.parametrize("answer", ["{}", "null", "[[1],[2,3]]", '[["urlkey"],["a"]]', "[[],[],[]]"])
def test_odd_lists_stop_nothing(past: PastSite, archive: WaybackSource, answer: str) -> None:
    past.tempers["/cdx/search/cdx"] = [Reply(answer, 200, "application/json")] * 2
    parts = list(archive.plan(WINDOW))
    assert all(part.key.endswith(":list") for part in parts)


def test_a_list_without_end_is_cut(past: PastSite, archive: WaybackSource, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wayback, "_MOST_ANSWERS", 3)
    endless = [
        Reply(json.dumps([["urlkey", "timestamp", "original"], [], [f"key{n}"]]), 200, "application/json")
        for n in range(50)
    ]
    past.tempers["/cdx/search/cdx"] = endless
    assert [part.key for part in archive.plan(WINDOW)] == ["2024-01-01:list", "2024-02-01:list"]


def test_wayback_is_asked_slowly(policy: Policy) -> None:
    assert manners(policy).host_delay == 3.0
    assert manners(policy).throttle_pause >= 60


def test_wayback_wants_a_host(client: PoliteClient) -> None:
    with pytest.raises(ArchiveError, match="un hôte est attendu"):
        WaybackSource("nowhere", client, TODAY)
    with pytest.raises(ArchiveError, match="--from"):
        list(WaybackSource("a.example", client, TODAY).plan(Window()))


# feeds


def test_a_feed_is_paged_back_to_the_beginning_of_the_window(
    past: PastSite, client: PoliteClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feedpages, "_PAGES_A_PART", 1)
    source = FeedPagesSource(past.site.url("/feed"), client, NOW)
    # The newest of the first ten is of 17 March, their oldest of February: all pages but none beyond the 23 articles.
    assert [part.args["pages"] for part in source.plan(WINDOW)] == [[1], [2], [3]]
    assert sorted(_numbers(_everything(source))) == WANTED


def test_a_feed_that_ignores_paging_is_read_once(site: HttpSite, client: PoliteClient) -> None:
    past = PastSite(site, POSTS[:5])
    for page in range(2, 5):
        site.add(f"/feed?paged={page}", past._feed(1))
    parts = list(FeedPagesSource(site.url("/feed"), client, NOW).plan(Window()))
    assert [part.args["pages"] for part in parts] == [[1]]


def test_a_feed_that_is_none(site: HttpSite, client: PoliteClient) -> None:
    site.add("/feed", Reply("<html><title>Accueil</title></html>"))
    with pytest.raises(ArchiveError, match="Accueil"):
        list(FeedPagesSource(site.url("/feed"), client, NOW).plan(WINDOW))


# opening


@pytest.mark.parametrize("spec", ["", "files", "files:", "ftp:x", "warc: "])
def test_a_source_that_is_not_understood(policy: Policy, spec: str) -> None:
    with pytest.raises(ArchiveError, match="GENRE:LIEU"), open_archive(spec, policy, NOW):
        pass


def test_a_local_source_is_known_by_its_whole_path() -> None:
    assert settled_spec("files:./x").startswith("files:/")
    assert settled_spec("sitemap:www.example.org") == "sitemap:www.example.org"


@pytest.mark.parametrize("kind", ["wordpress", "sitemap", "feed"])
def test_an_unreachable_host_is_one_clear_line(policy: Policy, kind: str) -> None:
    with open_archive(f"{kind}:http://127.0.0.1:9/", policy, NOW) as source, pytest.raises(ArchiveError) as told:
        list(source.plan(WINDOW))
    assert "127.0.0.1" in str(told.value)
    assert "\n" not in str(told.value)
