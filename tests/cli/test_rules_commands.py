"""The verbs for rule authors as they type them: what is printed, exit codes, a folder of their own."""

from __future__ import annotations

import json
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from newsroom import Newsroom

from cli import main
from extractors.knowledge import load_knowledge
from extractors.read import read_article
from extractors.values import Article
from storage.database import open_database

ARTICLE = {
    "id": "brumelec",
    "outlet": "La Vigie",
    "published": "2026-11-17",
    "title": "Brumelec <blink>lève</blink> 12 millions d’euros & recrute",
    "text": "La jeune pousse lilloise Brumelec lève 12 millions d’euros auprès de Partech pour son intelligence "
    "artificielle. Elle vise un chiffre d’affaires de 5 millions d’euros <script>alert(1)</script> en 2027.",
}
POCKET = """\
kind: funding
says: Nos tournures
rules:
  - id: funding.pocketed
    says: "« X repart avec 10 millions en poche »"
    trigger: ["poche"]
    patterns: ["repart* ~ avec {amount} ~ en poche"]
    company: [subject]
    grade: 0.9
    examples: ["[company Nuvéa] repart avec [amount 3 M€] en poche.", "[company Orféo] repart avec [amount 5 M€] en poche."]
    counter_examples: ["Nuvéa repart du salon."]
"""
VERB = "classes:\n  raise:\n    says: recevoir de l'argent frais\n    er: [engouffr]\n"
POCKETED = "La start-up Nuvéa, spécialiste de l’intelligence artificielle, repart du salon avec 3 M€ en poche."
GULPED = "La start-up Nuvéa, spécialiste de l’intelligence artificielle, engouffre cette fois 10 M€ en France."


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    load_knowledge.cache_clear()


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of the user's own, in force, empty."""
    folder = tmp_path / "mine"
    for name in ("rules", "lexicon"):
        (folder / name).mkdir(parents=True)
    monkeypatch.setenv("VEILLE_CONFIG_DIR", str(folder))
    return folder


class Typed:
    """What a command printed, and how it ended."""

    def __init__(self, out: str, err: str, code: int) -> None:
        self.out, self.err, self.code = out.replace("\N{NO-BREAK SPACE}", " "), err, code


@pytest.fixture
def veille(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):  # type: ignore[no-untyped-def]
    def typed(*arguments: str) -> Typed:
        monkeypatch.setattr(sys, "argv", ["veille", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        return Typed(printed.out, printed.err, ended.value.code if isinstance(ended.value.code, int) else 0)

    return typed


@pytest.mark.parametrize(
    "command",
    ["rules list", "rules show", "rules check", "rules diff", "rules weigh", "explain", "why-not", "evaluate"],
)
def test_every_help_has_an_example(veille, command: str) -> None:  # type: ignore[no-untyped-def]
    shown = veille(*command.split(), "--help")
    assert shown.code == 0
    assert f"veille {command}" in shown.out.partition("Exemple")[2]


def test_list_and_show(veille) -> None:  # type: ignore[no-untyped-def]
    listed = veille("rules", "list").out
    for expected in ("funding.raise", "levée de fonds", "parts.lead_by", "complément", "not_deals.revenue"):
        assert expected in listed
    shown = veille("rules", "show", "funding.raise").out
    file, line = next(row for row in shown.splitlines() if "funding.yaml:" in row).strip().rsplit(":", 1)
    assert "id: funding.raise" in Path(file).read_text().splitlines()[int(line) - 1]
    for expected in ("<raise> ~ {amount}", "[company Nuvéa] lève [amount 12 millions d'euros]", "lève le voile"):
        assert expected in shown
    assert "rules list" in veille("rules", "show", "funding.absent").err


def test_check_of_the_shipped_rules(veille) -> None:  # type: ignore[no-untyped-def]
    done = veille("rules", "check")
    assert done.code == 0, done.out
    assert "tout va bien" in done.out


def test_check_names_file_and_line_of_an_example_that_fails(veille, mine: Path) -> None:  # type: ignore[no-untyped-def]
    wrong = POCKET.replace("[company Orféo] repart", "[company Orféo] s'en va")
    (mine / "rules" / "mine.yaml").write_text(wrong)
    done = veille("rules", "check")
    assert done.code == 1
    assert f"{mine / 'rules' / 'mine.yaml'}:10: funding.pocketed" in done.out
    assert "ne s'applique pas à son propre exemple" in done.out


def test_check_tries_examples_against_all_rules(veille, mine: Path) -> None:  # type: ignore[no-untyped-def]
    """A rule of the user's that takes every sum spoils our examples: that is told with our file and line."""
    greedy = POCKET.replace('"repart* ~ avec {amount} ~ en poche"', '"{amount}"').replace('["poche"]', '["{amount}"]')
    (mine / "rules" / "mine.yaml").write_text(greedy.replace("grade: 0.9", "grade: 1.0"))
    done = veille("rules", "check")
    assert done.code == 1
    assert "not_deals.yaml:" in done.out


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("rules/mine.yaml", POCKET.replace("{amount} ~ en", "{montant} ~ en"), 7),
        ("rules/mine.yaml", POCKET.replace("kind: funding", "kind: argent"), 1),
        ("rules/mine.yaml", POCKET + "  - id: [\n", 13),
        ("lexicon/cues-words.yaml", VERB.replace("er:", "eur:"), 4),
        ("lexicon/cues.yaml", "status:\n  rumoured:\n    anywhere: ['{montant}']\n", 3),
        ("lexicon/cues.yaml", "status:\n  perhaps: {}\n", 2),
    ],
)
def test_a_file_that_does_not_load_is_refused_by_file_and_line(  # type: ignore[no-untyped-def]
    veille, mine: Path, name: str, text: str, line: int
) -> None:
    (mine / name).write_text(text)
    done = veille("rules", "check")
    assert done.code == 2
    assert f"{mine / name}:{line}:" in done.err.replace("\n", "")
    assert veille("why-not", "Nuvéa lève 3 M€").code == 2


def test_check_tells_of_files_that_nothing_reads(veille, mine: Path) -> None:  # type: ignore[no-untyped-def]
    (mine / "rules" / "mine.yml").write_text(POCKET)
    (mine / "lexicon" / "organisation.yaml").write_text("groups: []\n")
    done = veille("rules", "check")
    assert "mine.yml" in done.err
    assert "organisation.yaml" in done.err


def test_a_verb_of_the_users_makes_a_deal_appear(veille, mine: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "a.txt").write_text(GULPED)
    assert json.loads(veille("extract", "a.txt", "--format", "jsonl").out)["deals"] == []
    load_knowledge.cache_clear()
    (mine / "lexicon" / "cues-words.yaml").write_text(VERB)
    (deal,) = json.loads(veille("extract", "a.txt", "--format", "jsonl").out)["deals"]
    assert (deal["company"], deal["amount"]["value"], deal["rules"]) == ("Nuvéa", 10_000_000, ["funding.raise"])


def test_a_rule_of_the_users_makes_a_deal_appear_and_replaces_ours(veille, mine: Path) -> None:  # type: ignore[no-untyped-def]
    (mine / "rules" / "mine.yaml").write_text(POCKET)
    assert "par funding.pocketed" in veille("why-not", POCKETED).out
    replaced = POCKET.replace("funding.pocketed", "funding.raise")
    (mine / "rules" / "mine.yaml").write_text(replaced)
    assert f"{mine / 'rules' / 'mine.yaml'}:4" in veille("rules", "show", "funding.raise").out
    assert "par funding.raise" in veille("why-not", POCKETED).out


def test_cues_and_names_of_the_users_add_to_ours(veille, mine: Path) -> None:  # type: ignore[no-untyped-def]
    sentence = "À en croire radio moquette, Cerf-Volant lève 3 M€ auprès de Grand Large."
    assert "annoncé" in veille("why-not", "Nuvéa lève 3 M€, dit radio moquette").out
    (mine / "lexicon" / "cues.yaml").write_text("status:\n  rumoured:\n    anywhere: ['radio moquette']\n")
    (mine / "lexicon" / "organisations.yaml").write_text(
        "groups:\n- type: company\n  ai: true\n  names: [Cerf-Volant]\n- type: fund\n  names: [Grand Large]\n"
    )
    assert "selon des sources" in veille("why-not", "Nuvéa lève 3 M€, dit radio moquette").out
    # ours are still there
    assert "selon des sources" in veille("why-not", "Selon nos informations, Nuvéa lève 3 M€").out
    shown = veille("why-not", sentence).out
    assert "IA             oui" in shown
    assert "Grand Large" in shown


def test_why_not(veille) -> None:  # type: ignore[no-untyped-def]
    shown = veille("why-not", GULPED, "--most", "1")
    assert shown.code == 0
    for expected in ("« 10 M€ » (somme : 10 M€)", "aucune règle ne prend cette somme", "il manque"):
        assert expected in shown.out
    assert shown.out.count("motif :") == 1


def test_explain_prints_fields_spans_rules_and_refusals(veille, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "a.json").write_text(json.dumps(ARTICLE))
    (tmp_path / "b.json").write_text("{")
    done = veille("explain", "a.json", "b.json")
    assert done.code == 0
    for expected in (
        "langue fr · pertinent",
        "montant        12 M€  ← funding.raise",
        "Brumelec <blink>lève</blink> [montant 12 millions d’euros] & recrute",
        "auprès de [investisseur Partech]",
        "✗ 5 millions d’euros : ce n'est pas une opération : chiffre d'affaires",
    ):
        assert expected in done.out
    assert "b.json : pas du JSON" in done.err
    assert veille("explain", "b.json").code == 1


class Page(HTMLParser):
    """Tags, addresses and text of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.marked: list[tuple[str, str]] = []
        self.text = ""
        self._in = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("src", "href")]
        self._in = dict(attrs).get("class") or "" if tag == "mark" else ""

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._in:
            self.marked.append((self._in, data))


def test_explain_html_is_self_contained_and_escaped(veille, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    nasty = ARTICLE | {"id": '"><img src=x onerror=alert(1)>'}
    (tmp_path / "a.json").write_text(json.dumps(nasty))
    assert veille("explain", "a.json", "--html", "out.html").code == 0
    written = (tmp_path / "out.html").read_text()
    page = Page()
    page.feed(written)
    assert not {"script", "img", "link", "iframe", "b"} & set(page.tags)
    assert page.links == []
    assert "url(" not in written
    assert "prefers-color-scheme: dark" in written
    for expected in ("<script>alert(1)</script>", "<blink>lève</blink>", nasty["id"]):
        assert expected in page.text
    assert ("company", "Brumelec") in page.marked
    assert ("amount", "12 millions d’euros") in page.marked
    assert ("investors", "Partech") in page.marked


def test_explain_html_that_cannot_be_written(veille, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "a.json").write_text(json.dumps(ARTICLE))
    done = veille("explain", "a.json", "--html", "absent/out.html")
    assert done.code == 2
    assert "absent/out.html" in done.err


LABEL = {
    "kind": "funding",
    "company": "Brumelec",
    "investors": ["Partech"],
    "status": "announced",
    "role": "news",
    "ai": True,
}


def test_evaluate(veille, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    right = LABEL | {"amount": {"value": 12_000_000, "currency": "EUR", "bound": "exact"}}
    wrong = LABEL | {"company": "Orféo", "amount": {"value": 7_000_000, "currency": "EUR", "bound": "exact"}}
    folder = tmp_path / "labelled"
    folder.mkdir()
    labelled = ARTICLE | {"language": "fr", "relevant": True, "deals": [right, wrong]}
    (folder / "a.json").write_text(json.dumps(labelled))
    (folder / "b.json").write_text(json.dumps(ARTICLE))
    done = veille("evaluate", "labelled", "--format", "json")
    assert done.code == 0
    found = json.loads(done.out)
    assert found["figures"]["deals"] == {
        "precision": 1.0, "recall": 0.5, "f1": 0.6667, "tp": 1, "predicted": 1, "gold": 2,
    }  # fmt: skip
    (missed,) = [group for group in found["errors"] if group["side"] == "missed"]
    assert (missed["cause"], missed["count"], missed["examples"][0]["expected"]["company"]) == ("unread", 1, "Orféo")
    assert "b.json" in found["refused"][0]["file"]
    assert "b.json : not a labelled article: language" in done.err
    table = veille("evaluate", "labelled").out
    for expected in ("opérations", "0.667", "Manquées", "montant non lu dans le texte", "Orféo, 7 M€"):
        assert expected in table
    (folder / "a.json").unlink()
    assert veille("evaluate", "labelled").code == 2


def test_diff_against_the_shipped_rules(veille, mine: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "a.json").write_text(json.dumps(ARTICLE))
    (corpus / "b.txt").write_text(POCKETED)
    (corpus / "c.txt").write_text("This one is in English and tells of nothing that anybody would want to read here.")
    assert "2 articles lus : aucune différence" in veille("rules", "diff", "--corpus", "corpus").out
    load_knowledge.cache_clear()
    (mine / "rules" / "mine.yaml").write_text(POCKET)
    done = veille("rules", "diff", "--corpus", "corpus")
    assert "+ Nuvéa, levée de fonds, 3 M€ (funding.pocketed)" in done.out
    assert "1 opérations apparaissent, 0 changent, 0 disparaissent" in done.out


def test_diff_against_a_folder_and_a_revision(veille, mine: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    def git(*arguments: str) -> None:
        settings = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
        subprocess.run(["git", "-C", str(mine), *settings, *arguments], check=True, capture_output=True)

    (tmp_path / "b.txt").write_text(POCKETED)
    (mine / "rules" / "mine.yaml").write_text(POCKET)
    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "ours")
    other = tmp_path / "other"
    (other / "rules").mkdir(parents=True)
    (other / "rules" / "x.yaml").write_text(POCKET.replace("grade: 0.9", "grade: 0.9\n    sets: {cumulative: true}"))
    done = veille("rules", "diff", "--corpus", "b.txt", "--against", "other")
    assert "~ Nuvéa, levée de fonds, 3 M€ : cumul oui → non" in done.out
    assert "aucune différence" in veille("rules", "diff", "--corpus", "b.txt", "--against", "HEAD").out
    load_knowledge.cache_clear()
    (mine / "rules" / "mine.yaml").unlink()
    done = veille("rules", "diff", "--corpus", "b.txt", "--against", "HEAD")
    assert "- Nuvéa, levée de fonds, 3 M€ (funding.pocketed)" in done.out
    for unknown in ("absent", "--upload-pack=x", "HEAD:rules"):
        done = veille("rules", "diff", "--corpus", "b.txt", f"--against={unknown}")
        assert done.code == 2
        assert unknown in done.err.replace("\n", "")


def test_diff_against_rules_that_do_not_load(veille, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "b.txt").write_text(POCKETED)
    (tmp_path / "other" / "rules").mkdir(parents=True)
    (tmp_path / "other" / "rules" / "x.yaml").write_text(POCKET.replace("{amount} ~ en", "{montant} ~ en"))
    done = veille("rules", "diff", "--corpus", "b.txt", "--against", "other")
    assert done.code == 2
    assert "x.yaml:7" in done.err.replace("\n", "")


def test_diff_of_the_stored_articles(  # type: ignore[no-untyped-def]
    veille, mine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path / 'veille.db'}"
    monkeypatch.setenv("VEILLE_DATABASE_URL", url)
    database = open_database(url)
    Newsroom(database).publish(a=read_article(Article("a", "", POCKETED)))
    database.dispose()
    (mine / "rules" / "mine.yaml").write_text(POCKET)
    done = veille("rules", "diff")
    assert "+ Nuvéa, levée de fonds, 3 M€ (funding.pocketed)" in done.out
    assert "1 articles lus" in done.out
