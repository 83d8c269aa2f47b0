"""Rules as files: validated with file and line, added to by the user, woken by their triggers."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.errors import ConfigError
from extractors.deals.examples import check_rules, parse_example
from extractors.deals.knowledge import DealKnowledge, default_knowledge
from extractors.deals.rules import Rules
from extractors.deals.words import Words

GOOD = """\
kind: funding
says: essai
rules:
  - id: funding.mine
    says: "« X décroche la timbale : 10 millions »"
    trigger: ["timbale"]
    patterns: ["décroch* la timbale ~ {amount}"]
    company: [subject]
    examples: ["[company Nuvéa] décroche la timbale : [amount 3 M€]", "La start-up [company Orféo] décroche la timbale, [amount 5 M€]"]
    counter_examples: ["Nuvéa décroche la lune."]
"""


def write(folder: Path, text: str) -> Path:
    (folder / "rules").mkdir()
    (folder / "rules" / "mine.yaml").write_text(text, encoding="utf-8")
    return folder


def test_every_example_comes_out_and_no_counter_example() -> None:
    assert check_rules(default_knowledge()) == []


def test_shipped_rules_have_distinct_ids_and_say_what_they_do() -> None:
    rules = default_knowledge().rules.all
    assert len({rule.id for rule in rules}) == len(rules) > 30
    assert all(len(rule.text.examples) >= 2 and rule.text.counter_examples for rule in rules)


def test_the_user_adds_a_rule(tmp_path: Path) -> None:
    knowledge = DealKnowledge.load(write(tmp_path, GOOD))
    assert "funding.mine" in {rule.id for rule in knowledge.rules.all}
    assert [p for p in check_rules(knowledge) if p.rule == "funding.mine"] == []


def test_the_user_takes_the_place_of_a_shipped_rule(tmp_path: Path) -> None:
    text = GOOD.replace("funding.mine", "funding.raise")
    rules = Rules.load(write(tmp_path, text), Words.load(None))
    (mine,) = [rule for rule in rules.all if rule.id == "funding.raise"]
    assert mine.file.parent.parent == tmp_path


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ('{amount}"]\n    company', '{montant}"]\n    company', 7, "unknown slot"),
        ('trigger: ["timbale"]', 'trigger: ["<timbale>"]', 6, "unknown class"),
        ("    company: [subject]\n", "", 7, "say under `company`"),
        ('    counter_examples: ["Nuvéa décroche la lune."]\n', "", 4, "counter_examples"),
        ("kind: funding", "kind: levée", 1, "kind"),
        ("id: funding.mine", "id: Mine", 4, "id"),
        ("company: [subject]", "company: [sujet]", 8, "company"),
    ],
)
def test_a_wrong_rule_names_file_and_line(tmp_path: Path, old: str, new: str, line: int, says: str) -> None:
    folder = write(tmp_path, GOOD.replace(old, new))
    with pytest.raises(ConfigError) as error:
        Rules.load(folder, Words.load(None))
    assert says in str(error.value)
    assert error.value.file == folder / "rules" / "mine.yaml"
    assert error.value.line == line


def test_one_id_twice_in_a_file_is_refused(tmp_path: Path) -> None:
    body = GOOD.split("rules:\n")[1]
    with pytest.raises(ConfigError, match="stands twice"):
        Rules.load(write(tmp_path, GOOD + body), Words.load(None))


def test_marks_of_an_example() -> None:
    text, marks = parse_example("[company Nuvéa] lève [amount 3 M€].")
    assert text == "Nuvéa lève 3 M€."
    assert [(m.slot, text[m.start : m.end]) for m in marks] == [("company", "Nuvéa"), ("amount", "3 M€")]
