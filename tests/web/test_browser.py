"""A real browser: a newcomer's way to a spreadsheet, the keyboard alone, a phone, contrast, and nothing from elsewhere."""

from __future__ import annotations

import importlib.resources
import io
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from newsroom import Newsroom
from playwright.sync_api import Browser, Page, sync_playwright
from webdesk import ARGUMENTS, CHROMIUM, HOSTILE, TOKEN, fill, served

from storage.database import open_database

# The rules that people who audit pages use, from the package index.
AXE = (importlib.resources.files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
JUDGED = """axe.run({resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa',
  'best-practice']}).then(found => found.violations.map(one => [one.impact, one.id, one.nodes[0].html]))"""
# Every text against what is behind it, as WCAG computes it: 4.5, or 3 where it is large.
CONTRAST = """() => {
  const canvas = document.createElement('canvas'); canvas.width = canvas.height = 1;
  const paint = canvas.getContext('2d', {willReadFrequently: true});
  const rgba = css => { paint.clearRect(0, 0, 1, 1); paint.fillStyle = css; paint.fillRect(0, 0, 1, 1);
    return [...paint.getImageData(0, 0, 1, 1).data]; };
  const lum = c => { const [r, g, b] = c.map(v => { v /= 255; return v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; });
    return .2126 * r + .7152 * g + .0722 * b; };
  const behind = node => { for (; node; node = node.parentElement) {
      const c = rgba(getComputedStyle(node).backgroundColor); if (c[3] > 250) return c; }
    return [255, 255, 255, 255]; };
  const poor = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode.parentElement;
    if (!walk.currentNode.textContent.trim() || !node.checkVisibility()) continue;
    const style = getComputedStyle(node), back = behind(node), front = rgba(style.color);
    const ink = front.slice(0, 3).map((v, i) => v * style.opacity + back[i] * (1 - style.opacity));
    const [a, b] = [lum(ink), lum(back.slice(0, 3))].sort((x, y) => y - x);
    const size = parseFloat(style.fontSize), large = size >= 24 || (size >= 18.6 && style.fontWeight >= 700);
    if ((a + .05) / (b + .05) < (large ? 3 : 4.5)) poor.push(walk.currentNode.textContent.trim().slice(0, 40));
  }
  return poor;
}"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    db = open_database(f"sqlite:///{tmp_path_factory.mktemp('browser') / 'veille.db'}")
    fill(Newsroom(db))
    with served(db) as url:
        yield url
    db.dispose()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium here: apt-get install chromium")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page that may not complain, nor ask anybody else for anything."""
    context = browser.new_context(accept_downloads=True, **getattr(request, "param", {}))
    opened = context.new_page()
    complaints: list[str] = []
    asked: list[str] = []
    opened.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("dialog", lambda dialog: (complaints.append(dialog.message), dialog.dismiss()))
    opened.on("request", lambda one: asked.append(one.url))
    yield opened
    context.close()
    assert complaints == []
    assert asked
    assert [url for url in asked if not url.startswith(address)] == []


def _paths(address: str, page: Page) -> list[str]:
    page.goto(f"{address}/")
    deals = [link.get_attribute("href") or "" for link in page.locator("tbody th a").all()]
    return ["/", *deals, "/companies/orme", "/investors/bpifrance", "/trends", "/articles", "/articles/1", "/feeds",
            "/runs", "/rules", "/names", "/signin"]  # fmt: skip


@pytest.mark.parametrize("page", [{"java_script_enabled": False}], indirect=True)
def test_a_newcomer_finds_a_deal_and_takes_a_spreadsheet_home(page: Page, address: str, tmp_path: Path) -> None:
    page.goto(f"{address}/")
    page.get_by_label("Mots").fill("vingt millions")
    page.get_by_role("button", name="Appliquer").click()
    assert "q=vingt" in page.url
    page.get_by_role("link", name="Orme", exact=True).first.click()
    assert page.locator("h1").inner_text().startswith("Orme lève 2")
    assert page.locator("blockquote mark").count() == 2
    page.go_back()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="XLSX").click()
    file = tmp_path / "deals.xlsx"
    waiting.value.save_as(file)
    rows = list(openpyxl.load_workbook(io.BytesIO(file.read_bytes())).active.iter_rows(values_only=True))
    assert [row[3] for row in rows[1:]] == ["Orme"]


def test_the_keyboard_alone_filters_signs_in_and_decides(page: Page, address: str) -> None:
    page.goto(f"{address}/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "q"
    page.keyboard.type("tilleul")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=tilleul**")
    assert page.locator("tbody th").all_inner_texts() == ["Tilleul"]
    page.goto(f"{address}/signin")
    page.locator("#token").focus()
    page.keyboard.type(TOKEN)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/")
    page.goto(f"{address}/?company=fr%C3%AAne")
    page.locator("tbody th a").press("Enter")
    page.locator("#d-note").focus()
    page.keyboard.type("à rappeler")
    page.keyboard.press("Enter")
    page.wait_for_url("**#decisions")
    assert "note par claire" in page.locator(".decisions").inner_text()
    outline = page.locator("#d-note").evaluate("node => (node.focus(), getComputedStyle(node).outlineStyle)")
    assert outline != "none"


@pytest.mark.parametrize(
    "page",
    [
        {"viewport": {"width": width, "height": 800}, "color_scheme": scheme}
        for width in (360, 1280)
        for scheme in ("light", "dark")
    ],
    indirect=True,
    ids=lambda value: f"{value['viewport']['width']}-{value['color_scheme']}",
)
def test_every_page_fits_and_can_be_read(page: Page, address: str) -> None:
    page.goto(f"{address}/signin")
    page.fill("#token", TOKEN)
    page.press("#token", "Enter")
    page.wait_for_url(f"{address}/")
    for path in _paths(address, page):
        page.goto(f"{address}{path}")
        page.evaluate("[...document.querySelectorAll('details')].slice(0, 8).forEach(one => { one.open = true; })")
        if path != "/rules":  # hundreds of the same, which take it long
            assert _violations(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        assert page.evaluate(CONTRAST) == [], path
        unnamed = page.evaluate(
            "[...document.querySelectorAll('a, button, input:not([type=hidden]), select')]"
            ".filter(node => !(node.labels?.length || node.textContent.trim() || node.ariaLabel)).map(node => node.outerHTML)"
        )
        assert unnamed == [], path
        for landmark in ("banner", "main", "contentinfo", "navigation"):
            assert page.get_by_role(landmark).count() >= 1, (path, landmark)
        assert page.evaluate("[...document.images].every(image => image.naturalWidth > 0)"), path


def test_the_judge_of_pages_sees_what_is_wrong(page: Page, address: str) -> None:
    page.goto(f"{address}/rules")
    assert _violations(page) == []
    page.evaluate("""() => {
        const main = document.querySelector('main');
        main.insertAdjacentHTML('afterbegin', '<img src="/static/icon.svg"><input><p>pâle</p>');
        main.querySelector('p').style.color = '#bbbbbb';
    }""")
    assert {"image-alt", "label", "color-contrast"} <= {name for _, name, _ in _violations(page)}


def _violations(page: Page) -> list[list[str]]:
    page.evaluate(AXE)
    found: list[list[str]] = page.evaluate(JUDGED)
    return found


def test_hostile_titles_are_words_in_a_browser_too(page: Page, address: str) -> None:
    page.goto(f"{address}/articles")
    assert HOSTILE in page.locator("tbody").inner_text()
    assert page.locator("script, [onload]").count() == 0
