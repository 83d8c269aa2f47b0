"""A WARC of press pages to measure backfills on, the same at every run."""

from __future__ import annotations

import io
import random
from collections.abc import Iterator
from pathlib import Path

from fastwarc.warc import ArchiveIterator, WarcRecordType
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from benchmarks.pages import NEUTRAL, deal_articles, page
from extractors.early import load_gate

DEALS, AI, AI_AND_SUMS, MONEY = 0.03, 1 / 10, 1 / 50, 1 / 6
# Invented: what the press says of AI when no money changes hands.
OF_AI = tuple(
    part.replace("\n", " ").strip()
    for part in Path(__file__).with_name("of_ai.txt").read_text(encoding="utf-8").split("\n\n")
)


def build(target: Path, pages: int, seed: int = 5, crawling: int = 0) -> None:
    """Write a WARC of so many press pages.

    Args:
        crawling: of so many pages one has a tag of 40,000 attributes; 0: none.
    """
    chance = random.Random(seed)
    gate = load_gate()
    of_ai = [part for part in NEUTRAL if "intelligence artificielle" in part]
    plain = [part for part in NEUTRAL if part not in of_ai and gate.refuse_text(part * 2) == "no_money"]
    of_money = [part for part in NEUTRAL if part not in of_ai and part not in plain]
    telling = deal_articles()
    with target.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        for number in range(pages):
            if chance.random() < DEALS:
                title, text = chance.choice(telling)
                text += f"\n\nArticle numéro {number}."
            else:
                parts = chance.sample(plain, min(len(plain), chance.randint(5, 9)))
                about = chance.random()
                if about < AI_AND_SUMS:
                    parts += [chance.choice(of_ai), chance.choice(of_money)]
                elif about < AI_AND_SUMS + AI:
                    parts += chance.sample((*OF_AI, *of_ai), 2)
                elif about < AI_AND_SUMS + AI + MONEY:
                    parts += chance.sample(of_money, 1)
                title, text = f"{parts[0].split('.')[0]} ({number})", "\n\n".join(parts)
            body = page(title, text, chance.choice((30_000, 60_000, 120_000, 250_000)), seed=number)
            if crawling and number % crawling == crawling // 2:
                attributes = " ".join(f"a{count}=1" for count in range(40_000))
                body = page(*telling[number % len(telling)], 30_000, seed=number)
                body = body.replace(b"<article>", f"<article {attributes}>".encode(), 1)
            http = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1")
            record = writer.create_warc_record(
                f"https://gazette.example/{number}",
                "response",
                payload=io.BytesIO(body),
                http_headers=http,
                warc_headers_dict={"WARC-Date": "2025-06-18T08:00:00Z"},
            )
            writer.write_record(record)


def bodies(warc: Path) -> Iterator[bytes]:
    """The pages of a WARC."""
    with warc.open("rb") as stream:
        for record in ArchiveIterator(stream, record_types=WarcRecordType.response):
            yield record.reader.read()
