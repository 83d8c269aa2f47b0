"""Press pages as the daily run meets them: an article in the middle of menus, related links, scripts and banners."""

from __future__ import annotations

import html
import json
import random
from pathlib import Path

CORPUS = Path(__file__).resolve().parent.parent / "tests" / "corpus" / "articles"
# One page in so many tells deals; the feeds of the press at large are no denser.
ONE_IN = 10

# Invented. What most of the press is about: people, places, dates, figures, now and then a sum, and no deal.
_NEUTRAL_FILE = Path(__file__).with_name("neutral.txt")
NEUTRAL = tuple(part.replace("\n", " ").strip() for part in _NEUTRAL_FILE.read_text(encoding="utf-8").split("\n\n"))
_LINKS = (
    "Nos conseils pour un jardin économe en eau",
    "Météo : retour des orages ce week-end",
    "Les recettes de saison du chef",
    "Immobilier : les prix ville par ville",
    "Le portrait : une libraire au bout du monde",
    "Séries : que regarder ce soir",
    "Élections : le calendrier complet",
    "Transports : ce qui change au 1er juillet",
)
_TEASER = (
    '<article class="teaser"><a href="/article/{number}"><img src="/img/{image}.jpg" alt="" loading="lazy" width="320" '
    'height="180"><h3>{link}</h3></a><span class="tag">À lire aussi</span></article>'
)


def deal_articles() -> list[tuple[str, str]]:
    """Title and text of the corpus's articles."""
    read = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(CORPUS.glob("*.json"))]
    return [(article["title"], article["text"]) for article in read]


def articles(count: int, seed: int = 7) -> list[tuple[str, str]]:
    """Title and text of `count` articles: one in `ONE_IN` tells deals, the others are 3 to 6 KB of neutral press."""
    chance = random.Random(seed)
    telling = deal_articles()
    chance.shuffle(telling)
    found = []
    for number in range(count):
        if number % ONE_IN == 0:
            found.append(telling[number // ONE_IN % len(telling)])
        else:
            paragraphs = chance.sample(NEUTRAL, chance.randint(7, len(NEUTRAL)))
            found.append((paragraphs[0].split(".")[0], "\n\n".join(paragraphs)))
    return found


def page(title: str, text: str, size: int, seed: int) -> bytes:
    """The article in a page of about `size` bytes: half of the rest is script and style, half links and teasers."""
    chance = random.Random(seed)
    body = "".join(f"<p>{html.escape(part)}</p>\n" for part in text.split("\n") if part.strip())
    menu = "".join(f'<li class="nav-item"><a href="/rubrique/{n}">Rubrique {n}</a></li>' for n in range(60))
    state = json.dumps({"items": [{"id": n, "score": chance.random()} for n in range(max(1, (size - 20_000) // 90))]})
    teasers: list[str] = []
    while sum(map(len, teasers)) < (size - 20_000) // 2:
        link = chance.choice(_LINKS)
        teasers.append(_TEASER.format(number=chance.randrange(10**6), image=chance.randrange(999), link=link))
    side, foot = "".join(teasers[::2]), "".join(teasers[1::2])
    return f"""<!doctype html><html lang="fr"><head><meta charset="utf-8">
<title>{html.escape(title)} | La Gazette</title>
<meta property="og:title" content="{html.escape(title)}"><meta property="og:site_name" content="La Gazette">
<meta property="article:published_time" content="2025-06-18T08:00:00+02:00"><style>.nav-item{{float:left}}</style>
<script>window.__STATE__={state};</script></head><body>
<div id="cookie-banner" role="dialog"><p>Nous et nos partenaires utilisons des cookies pour mesurer l'audience.</p>
<button>Accepter</button><button>Refuser</button></div><header><nav><ul>{menu}</ul></nav></header>
<main><article><h1>{html.escape(title)}</h1><p class="byline">Par la rédaction, le 18 juin 2025</p>
{body}</article><aside class="related"><h2>À lire aussi</h2>{side}</aside></main>
<section class="most-read"><h2>Les plus lus</h2>{foot}</section>
<footer><ul>{menu}</ul><p>Mentions légales – Abonnements – Contact</p></footer></body></html>""".encode()
