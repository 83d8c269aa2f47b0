"""Early refusal: it loses no deal that the full path finds, and spares most of what the press prints."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.pages import page
from extractors.early import EarlyGate, load_gate, visible_text
from extractors.read import read_article
from extractors.values import Article

CORPUS = Path(__file__).parents[1] / "corpus"
LABELLED = [
    article
    for path in sorted(CORPUS.rglob("*.json"))
    if isinstance(article := json.loads(path.read_text(encoding="utf-8")), dict) and "text" in article
]
GARDEN = (
    "Les jardiniers de la ville ont planté mille tulipes sur la place du marché. Elles seront en fleur au printemps, "
    "et les habitants sont invités à choisir les couleurs. Une fête est prévue dans le parc avec les écoles."
)


@pytest.fixture(scope="module")
def gate() -> EarlyGate:
    return load_gate()


def test_no_deal_of_the_labelled_articles_is_lost(gate: EarlyGate) -> None:
    """Neither as bare text nor in a page of the press, and no article that is relevant."""
    lost, told = [], 0
    for labelled in LABELLED:
        reading = read_article(Article(labelled["id"], labelled["title"], labelled["text"], None))
        if not (reading.relevance.relevant or any(deal.ai for deal in reading.deals)):
            continue
        if not (labelled["relevant"] or any(deal["ai"] for deal in labelled["deals"])):
            continue  # read as of AI wrongly: the gate knows better
        told += 1
        bare = gate.refuse_text(f"{labelled['title']}\n{labelled['text']}")
        whole = gate.refuse_page(page(labelled["title"], labelled["text"], 40_000, seed=told))
        if bare or whole:
            lost.append((labelled["id"], bare, whole))
    assert told > 400
    assert lost == []


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (GARDEN, "no_money"),
        (GARDEN + " Le budget atteint deux millions d'euros.", "no_ai"),
        (GARDEN + " L'intelligence artificielle aide à arroser.", "no_money"),
        (GARDEN + " La start-up d'IA a levé deux millions d'euros.", None),
        (GARDEN + " Scale AI lève 2 M$.", None),
        (GARDEN + " J'ai payé deux millions d'euros.", "no_ai"),
        (
            GARDEN + " Elle boucle une levée de fonds, un tour de table et une augmentation de capital d'un million.",
            None,
        ),
        ("Mistral AI lève 600 M€ auprès de General Catalyst", None),
        ("The company raised $20 million for artificial intelligence, said the founders in the press.", "not_french"),
        ("", "not_french"),
    ],
)
def test_what_passes_and_what_does_not(gate: EarlyGate, text: str, why: str | None) -> None:
    assert gate.refuse_text(text) == why


def test_words_of_scripts_menus_and_styles_do_not_count(gate: EarlyGate) -> None:
    body = f"<html><nav><a>IA</a><a>Levées de fonds en millions</a></nav><script>intelligence artificielle, 3 millions</script><p>{GARDEN}</p>"
    assert gate.refuse_page(body.encode()) == "no_money"
    assert "tulipes" in visible_text(body.encode())
    assert "artificielle" not in visible_text(body.encode())


@pytest.mark.parametrize(
    "body",
    [
        f"<p>{GARDEN} La pépite d’IA lève 3 millions</p>".encode("utf-16"),
        f"<P>{GARDEN} L&rsquo;IA l&egrave;ve 3 millions d&#39;euros</P>".encode(),
        f"<p>{GARDEN} L'IA lève 3 M€</p>".encode("cp1252"),
        f"<script>never closed <p>{GARDEN} L'IA lève 3 millions d'euros</p>".encode(),
        f'<script type="application/ld+json">{{"articleBody": "{GARDEN} L\'IA lève 3 millions d\'euros"}}</script>'.encode(),
        f"<p>{GARDEN} L'IA lÃ¨ve 3 millions</p>".encode(),
    ],
)
def test_a_page_in_doubt_passes(gate: EarlyGate, body: bytes) -> None:
    assert gate.refuse_page(body) is None


def test_any_bytes_are_answered(gate: EarlyGate) -> None:
    for body in (b"", b"<", b">", b"<<<<>>>>", bytes(range(256)) * 40, b"<script" * 2000, b"<!--" * 2000):
        gate.refuse_page(body)


def test_an_analysts_own_word_of_ai_opens_the_gate(tmp_path: Path) -> None:
    shipped = (Path(__file__).parents[2] / "config" / "lexicon" / "relevance.yaml").read_text(encoding="utf-8")
    own = tmp_path / "lexicon" / "relevance.yaml"
    own.parent.mkdir()
    own.write_text(
        shipped.replace("intelligence artificielle,", "intelligence artificielle, zorglub,"), encoding="utf-8"
    )
    text = GARDEN + " La société de zorglub lève un million d'euros."
    assert load_gate().refuse_text(text) == "no_ai"
    assert load_gate(tmp_path).refuse_text(text) is None
