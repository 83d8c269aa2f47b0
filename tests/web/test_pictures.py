"""Every page over a database as readers have it, in both themes and widths: nothing cut, nothing over something else.

The database is that of `veille demo`, with a past behind it: the labelled corpus under the names of the demo's invented
outlets, since none of its texts is a press article. The commands are those that a reader would type; server and
browser are real.

Set VEILLE_SCREENSHOTS to a folder to keep the pictures (those in `docs/images` were made so).
"""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from webdesk import ARGUMENTS, CHROMIUM, TOKEN

from demo.press import OUTLETS

pytestmark = pytest.mark.slow

TOP = Path(__file__).parents[2]
# Wants chromium-l10n; without it, days to choose are shown as in English.
FRENCH = {
    "LANGUAGE": "fr",
    "LANG": "fr_FR.UTF-8",
    "LC_ALL": "fr_FR.UTF-8",
}  # of what the browser itself draws, as days to choose
WIDTHS = {"large": 1280, "etroit": 390}
TALLEST = {"large": 1800, "etroit": 2200}  # of a picture: the catalogue of rules alone is forty times that
SCHEMES = {"clair": "light", "sombre": "dark"}
# Words that lie on others, that their box hides, and spaces where French forbids a line to end.
FLAWS = """() => {
  const found = [], boxes = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode() && boxes.length < 1500) {
    const node = walk.currentNode, parent = node.parentElement, text = node.textContent;
    if (!text.trim() || !parent.checkVisibility() || parent.closest('caption, .skip, option, select')) continue;
    const style = getComputedStyle(parent);
    if (style.overflowX !== 'visible' && parent.scrollWidth > parent.clientWidth + 1) found.push('hidden: ' + text);
    const own = !parent.closest('blockquote, .text, code, .rule ul, [lang]:not(html)');
    if (own && /\\S [:;!?»%€$](?=\\s|$)|« /.test(text.replace(/\\n/g, ' '))) found.push('space: ' + text.trim());
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects())
      if (box.width > 1 && box.right > 0) boxes.push([box, node]);
  }
  for (let i = 0; i < boxes.length; i++)
    for (let j = i + 1; j < boxes.length; j++) {
      const [a, one] = boxes[i], [b, two] = boxes[j];
      if (one === two) continue;
      const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (wide > 2 && high > Math.min(a.height, b.height) / 2) found.push(one.textContent + ' on ' + two.textContent);
    }
  return found;
}"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Of `veille web` over the demo's database and the past."""
    place = tmp_path_factory.mktemp("pictures")
    port = _free_port()
    environment = os.environ | {
        "VEILLE_DATABASE_URL": f"sqlite:///{place / 'essai' / 'donnees' / 'veille.db'}",
        "VEILLE_DATA_DIR": str(place / "essai" / "donnees"),
        "VEILLE_WEB_TOKENS": f"claire:{TOKEN}",
    }

    def veille(*arguments: str) -> list[str]:
        return [sys.executable, "-m", "cli", *arguments]

    subprocess.run(veille("demo", "--keep", str(place / "essai")), cwd=TOP, check=True, stdout=subprocess.DEVNULL)
    past = place / "passe.jsonl"
    past.write_text("".join(f"{json.dumps(article)}\n" for article in _past()), "utf-8")
    subprocess.run(
        veille("backfill", "--plain", "--source", f"files:{past}"), cwd=TOP, env=environment, check=True,
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    server = subprocess.Popen(veille("web", "--port", str(port)), cwd=TOP, env=environment)
    address = f"http://127.0.0.1:{port}"
    try:
        _until_answered(address)
        yield address
    finally:
        server.terminate()
        server.wait(30)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium here: apt-get install chromium")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=CHROMIUM, args=[*ARGUMENTS, "--lang=fr-FR"], env={**os.environ, **FRENCH}
        )
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def pages(address: str) -> dict[str, str]:
    """The pages by the name of their pictures: the deal that most outlets tell, its company, who pays."""
    deals = httpx.get(f"{address}/api/v1/deals", params={"limit": 500}).json()["deals"]
    most = max(deals, key=lambda deal: (deal["sources"], len(deal["investors"])))
    told = httpx.get(f"{address}/api/v1/articles", params={"state": "relevant"}).json()["articles"]
    body = httpx.get(f"{address}/trends").text
    active = re.findall(r'href="(/investors/[^"?]+)"', body)
    return {
        "operations": "/",
        "operation": f"/deals/{most['id']}",
        "entreprise": f"/companies/{most['company']}",
        "investisseur": active[0],
        "tendances": "/trends",
        "articles": "/articles",
        "article": f"/articles/{next(one['id'] for one in told if one['deals'])}",
        "flux": "/feeds",
        "passages": "/runs",
        "regles": "/rules",
        "noms": "/names",
        "session": "/signin",
    }


@pytest.mark.parametrize("theme", SCHEMES)
@pytest.mark.parametrize("size", WIDTHS)
def test_every_page_is_whole(browser: Browser, address: str, pages: dict[str, str], size: str, theme: str) -> None:
    width = WIDTHS[size]
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=SCHEMES[theme],
        locale="fr-FR",  # type: ignore[arg-type]
    )
    page = context.new_page()
    page.goto(f"{address}/signin")
    flaws = {}
    for name, path in sorted(pages.items(), key=lambda one: one[0] != "session"):
        page.goto(f"{address}{path}")
        if name == "regles":
            page.locator("details.rule").first.evaluate("node => { node.open = true; }")
        if found := page.evaluate(FLAWS):
            flaws[name] = found
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        keep(page, f"{name}-{size}-{theme}.png", width, TALLEST[size])
        if name == "session":
            page.fill("#token", TOKEN)
            page.press("#token", "Enter")
            page.wait_for_url(f"{address}/")
    context.close()
    assert flaws == {}


def keep(page: Page, name: str, width: int, tallest: int) -> None:
    """The picture, where somebody wants it."""
    if folder := os.environ.get("VEILLE_SCREENSHOTS"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        tall = min(page.evaluate("document.documentElement.scrollHeight"), tallest)
        clip = {"x": 0, "y": 0, "width": width, "height": tall}
        page.screenshot(path=str(Path(folder) / name), full_page=True, clip=clip)  # type: ignore[arg-type]


def _past() -> Iterator[dict[str, object]]:
    """Articles of ten years, under outlets that nobody takes for the press."""
    names = [outlet.name for outlet in OUTLETS]
    for number, file in enumerate(sorted((TOP / "tests" / "corpus" / "articles").glob("*.json"))):
        article = json.loads(file.read_text("utf-8"))
        yield {
            "url": f"https://presse.example/{file.stem}",
            "outlet": names[number % len(names)],
            "title": article["title"],
            "text": article["text"],
            "published": article["published"],
        }


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _until_answered(address: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            httpx.get(f"{address}/api/v1/totals").raise_for_status()
        except httpx.TransportError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit("the server did not answer")
