"""A press of many hosts on loopback, for the speed of daily runs: each answer takes its time, pages are as the press's.

`python -m benchmarks.press_hosts FEEDS ARTICLES SECONDS` serves in a process of its own, which costs little of the
machine that is measured, and prints where; it ends with its standard input.
"""

from __future__ import annotations

import asyncio
import html
import random
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from benchmarks.pages import ONE_IN, articles, page

SIZES = (30_000, 60_000, 120_000, 250_000)


def host(number: int) -> str:
    """The loopback address that host `number` answers at."""
    return f"127.0.0.{number + 2}"


def bodies(feeds: int, each: int) -> Iterator[bytes]:
    """The pages, feed after feed: the same at every run, and no two of one text."""
    chance = random.Random(11)
    for number, (title, text) in enumerate(articles(feeds * each)):
        if number % ONE_IN:  # those that tell deals stay as they were written
            text = "\n".join(_reworded(paragraph, chance) for paragraph in text.split("\n"))
        yield page(f"{title} ({number})", f"{text}\nArticle numéro {number}.", chance.choice(SIZES), seed=number)


def _reworded(paragraph: str, chance: random.Random) -> str:
    """The same words in another order: paragraphs come back in many articles, which must not pass for copies."""
    words = paragraph.split(" ")
    chance.shuffle(words)
    return " ".join(words)


class Press:
    """Everything on show, by host and path."""

    def __init__(self, feeds: int, each: int, port: int, seconds: float) -> None:
        self._seconds = seconds
        self._shown: dict[tuple[str, str], tuple[bytes, str]] = {}
        now, pages = datetime.now(UTC), bodies(feeds, each)
        for feed in range(feeds):
            items = []
            for number in range(each):
                path = f"/2026/11/article-{number}.html"
                self._shown[host(feed), path] = next(pages), "text/html; charset=utf-8"
                link, day = f"http://{host(feed)}:{port}{path}", format_datetime(now - timedelta(minutes=number))
                title = html.escape(f"Titre {number} du journal {feed}")
                items.append(f"<item><title>{title}</title><link>{link}</link><pubDate>{day}</pubDate></item>")
            channel = f'<rss version="2.0"><channel><title>{feed}</title>{"".join(items)}</channel></rss>'
            self._shown[host(feed), "/feed.xml"] = channel.encode(), "application/rss+xml"

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, any number of requests."""
        address = writer.get_extra_info("sockname")[0]
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                path = head.split(b" ", 2)[1].decode("latin-1")
                await asyncio.sleep(self._seconds)
                body, kind = self._shown.get((address, path), (b"", "text/plain"))
                status = b"200 OK" if body else b"404 Not Found"
                tag = f'"{len(body)}"'.encode()
                if body and b"if-none-match: " + tag in head.lower():
                    status, body = b"304 Not Modified", b""
                length = str(len(body)).encode()
                writer.write(b"HTTP/1.1 %b\r\nContent-Type: %b\r\n" % (status, kind.encode()))
                writer.write(b"ETag: %b\r\nContent-Length: %b\r\n\r\n" % (tag, length) + body)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()


async def _serve(feeds: int, each: int, seconds: float) -> None:
    # The same port at every address, known before there is anything to show.
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await press.answer(reader, writer)

    first = await asyncio.start_server(answer, host(0), 0)
    port = first.sockets[0].getsockname()[1]
    press = Press(feeds, each, port, seconds)
    for number in range(1, feeds):
        await asyncio.start_server(press.answer, host(number), port)
    print(port, flush=True)
    await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))
