"""Points measured on made-up articles where the right ones are plain; the files they are written to; the command."""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Sequence
from dataclasses import replace
from math import exp, log
from pathlib import Path
from typing import Any

import pytest
import yaml

from cli import main
from config.documents import PACKAGE_DIR
from config.errors import ConfigError
from evaluation.fitting import RAREST, fit
from evaluation.invented import invented, with_invented_names
from evaluation.labelled import labelled_from_json
from evaluation.ledger import Ledger, Lesson, Names
from evaluation.lessons import Lessons, Teacher, as_read
from evaluation.truths import Told, Truth, told_by_examples
from evaluation.weighing import Measured, keeping_promises, points_yaml, share_right, weigh
from extractors.deals.extract import trace_deals
from extractors.deals.judge import DECISIONS, Judge
from extractors.deals.knowledge import DealKnowledge, default_knowledge
from extractors.deals.points import Points
from flows import weighing as flow
from flows.weighing import weigh_folders, write_points

COMPANIES = ("Nuvéa", "Orféo", "Tandelis", "Brumelec", "Cavalio", "Pertuis Robotics", "Velmora", "Sicalia", "Mondrane")
FUNDS = ("Alven Fictif", "Solvane Capital", "Kermor Ventures", "Baltine Partners")
VERBS = ("lève", "a levé", "récolte", "boucle un tour de table de")


def deal(company: str, value: int | None, role: str = "news", **more: Any) -> dict[str, Any]:
    amount = value and {"value": value * 1_000_000, "currency": "EUR", "bound": "exact"}
    held = {"kind": "funding", "company": company, "amount": amount, "status": "announced", "role": role, "ai": True}
    return held | more


def article(number: int) -> dict[str, Any]:
    """News of a company that raises from a fund, then a sum that it raised before, then one that is no deal."""
    company, fund = COMPANIES[number % len(COMPANIES)], FUNDS[number % len(FUNDS)]
    now, then = 11 + number, 2 + number % 7
    text = (
        f"La start-up {company} {VERBS[number % len(VERBS)]} {now} millions d’euros auprès de {fund}.\n"
        f"Fondée à Lille, {company} édite un logiciel d’intelligence artificielle.\n"
        f"En 2021, {company} avait déjà levé {then} millions d’euros.\n"
        "Le marché devrait peser 900 millions d’euros."
    )
    return {
        "id": f"a{number:02}",
        "title": f"{company} {VERBS[number % len(VERBS)]} {now} millions d’euros",
        "text": text,
        "published": "2026-11-17",
        "outlet": "La Vigie",
        "language": "fr",
        "relevant": True,
        "deals": [
            deal(company, now, investors=[fund], lead=[fund] if number % 2 else []),
            deal(company, then, "background", date="2021"),
        ],
    }


ARTICLES = [article(number) for number in range(12)]
LABELLED = [labelled_from_json(json.dumps(held).encode()) for held in ARTICLES]


@pytest.fixture(scope="module")
def measured() -> dict[Any, Measured]:
    return weigh(LABELLED, default_knowledge(), fewest=12)


def notes(told: Told, points: Points | None = None, *, forced: bool = True, lessons: Lessons | None = None) -> Lessons:
    """What one article teaches, on top of these lessons."""
    lessons = lessons if lessons is not None else Lessons()
    teacher = Teacher.of(dict.fromkeys(DECISIONS, points or Points({})), told, lessons, forced=forced)
    trace_deals(told.article, replace(default_knowledge(), judge=teacher))
    return lessons


def right_cues(lesson: Lesson) -> set[str]:
    return {cue for option, right in zip(lesson.options, lesson.right, strict=True) if right for cue in option}


# The fit


def ledger(*lessons: Lesson, weights: Sequence[float] = ()) -> Ledger:
    held = Ledger()
    for lesson, weight in zip(lessons, weights or [1.0] * len(lessons), strict=True):
        held.add(*lesson, weight)
    return held


def lessons_of(*pairs: tuple[dict[str, float], dict[str, float]]) -> list[tuple[Ledger, float]]:
    return [(ledger(*[Lesson(pair, (True, False)) for pair in pairs]), 1.0)]


def test_a_cue_that_always_speaks_for_the_right_choice_gets_points() -> None:
    found = fit(lessons_of(*[({"right": 1.0, "both": 1.0}, {"wrong": 1.0, "both": 1.0})] * 20), 1.0)
    assert found["right"] > 1
    assert found["wrong"] == pytest.approx(-found["right"])
    assert found["both"] == pytest.approx(0)


def test_the_fit_is_where_no_small_step_makes_the_answers_likelier() -> None:
    chance = random.Random(3)
    lessons = [
        Lesson(
            tuple({c: chance.choice([1.0, 0.3]) for c in chance.sample("abcdefgh", 4)} for _ in range(4)),
            (True, chance.random() < 0.3, False, False),
        )
        for _ in range(200)
    ]
    weights = [chance.choice([1.0, 0.35]) for _ in lessons]
    found = fit([(ledger(*lessons, weights=weights), 2.0)], 4.0)

    def cost(points: dict[str, float]) -> float:
        total = 2.0 * sum(x * x for x in points.values())
        for lesson, weight in zip(lessons, weights, strict=True):
            shares = [exp(Points(points).score(option)) for option in lesson.options]
            total -= 2.0 * weight * log(sum(s for s, r in zip(shares, lesson.right, strict=True) if r) / sum(shares))
        return total

    for cue in found:
        for step in (-0.02, 0.02):
            assert cost(found | {cue: found[cue] + step}) > cost(found)


def test_near_points_only_what_the_answers_ask_for_is_moved() -> None:
    """A cue that tells nothing apart stays where it is, one that is not met too; a new one is measured."""
    held = lessons_of(*[({"new": 1.0, "old": 1.0}, {"old": 1.0}) for _ in range(40)])
    found = fit(held, 4.0, near={"old": 1.5, "never met": -0.7})
    assert found["old"] == pytest.approx(1.5)
    assert found["never met"] == -0.7
    assert found["new"] > 0.5
    far, close = (fit(held, stiffness, near={"new": 3.0})["new"] for stiffness in (1000.0, 1.0))
    assert far == pytest.approx(3.0, abs=0.01)
    assert close > far


def test_rare_cues_keep_what_they_count_near_points() -> None:
    """What a cue that is too rare to be measured counts already is not put on another's account."""
    pairs = [({"common": 1.0, f"rare{n}": 1.0}, {"other": 1.0}) for n in range(12)]
    alone = fit(lessons_of(*pairs), 1.0)
    beside = fit(lessons_of(*pairs), 1.0, near={f"rare{n}": 5.0 for n in range(12)})
    assert 0 < beside["common"] < alone["common"] / 3
    assert beside["rare3"] == 5.0


def test_rare_cues_are_left_out_and_what_cannot_teach_is_passed_over() -> None:
    lessons = lessons_of(*[({"often": 1.0}, {})] * RAREST, *[({"rare": 1.0}, {})] * (RAREST - 1))
    assert set(fit(lessons, 1.0)) == {"often"}
    assert fit([], 1.0) == {}
    undecided = ledger(*[Lesson(({"x": 1.0}, {}), (True, True))] * 20)
    assert fit([(undecided, 1.0)], 1.0) == {"x": 0.0}
    unknown = ledger(*[Lesson(({"x": 1.0}, {}), (False, False))] * 20)
    assert fit([(unknown, 1.0)], 1.0) == {}


def test_the_fit_does_not_hang_on_the_order_of_cues() -> None:
    pairs = [({f"c{i % 5}": 0.3, "any": 1.0, f"d{i % 3}": 1.0}, {f"d{i % 4}": 1.0}) for i in range(60)]
    turned = [tuple(dict(reversed(cues.items())) for cues in pair) for pair in pairs]
    assert fit(lessons_of(*pairs), 1.0) == fit(lessons_of(*turned), 1.0)  # type: ignore[arg-type]


# What an article teaches


def test_each_decision_is_noted_with_its_right_answer() -> None:
    told = Told.of(LABELLED[1])
    found = notes(told).of
    # three sums of the text and one of the title; the market's is nobody's
    assert [lesson.right[-1] for lesson in found["recipient"]] == [False, False, False, True]
    assert all(any(cue.startswith("funding|") for cue in right_cues(lesson)) for lesson in found["kind"])
    assert sorted(lesson.right[0] for lesson in found["news"]) == [False, True]
    assert [lesson.right for lesson in found["lead"]] == [(True, False)]
    assert any(lesson.right[0] for lesson in found["investor"])
    assert all(lesson.right[0] for lesson in found["ai"])
    assert "title:first" in right_cues(found["topic"][0])
    assert all("announced|any" in right_cues(lesson) or lesson.right[0] for lesson in found["status"])


def test_labels_the_other_way_round_turn_the_points() -> None:
    """The same sentences, but the fund is labelled as who receives."""
    found = {}
    for who in ("company", "fund"):
        lessons = Lessons()
        for labelled in LABELLED:
            told = Told.of(labelled)
            if who == "fund":
                given = told.truths[0]
                told = replace(told, truths=(replace(given, company=(given.investors or ())[0]),))
            notes(told, lessons=lessons)
        found[who] = fit([(lessons.of["recipient"], 1.0)], 3.0, rarest=5)
    assert found["company"]["subject:receives"] > 0.1
    assert found["fund"]["subject:receives"] < 0
    assert found["company"]["slot:investor"] < found["fund"]["slot:investor"]


def test_what_is_a_matter_of_opinion_teaches_nothing() -> None:
    told = Told.of(LABELLED[0])
    given = told.truths[0]
    valued = notes(replace(told, truths=(replace(given, valuation=given.amount),))).of["recipient"]
    assert all(lesson.right[-1] for lesson in valued)
    bought = replace(
        told.article, title="Rachat", text="Le groupe Orféo rachète la start-up Nuvéa, spécialiste de l’IA."
    )
    sold = Truth("Nuvéa", kind="acquisition", role="news", status="announced", ai=True, investors=("Orféo",))
    sure = notes(Told(bought, (sold,))).of["bare"]
    assert any(lesson.right[0] for lesson in sure)
    opinion = notes(Told(bought, (replace(sold, optional=True),))).of["bare"]
    assert len(opinion) < len(sure)
    assert not any(lesson.right[0] for lesson in opinion)


def test_examples_of_rules_teach_who_receives_but_not_that_rules_are_right() -> None:
    examples = list(told_by_examples(default_knowledge().rules.all))
    assert len(examples) > 50
    cues: set[str] = set()
    for example in examples[:20]:
        found = notes(example).of
        assert not any(found[decision] for decision in ("topic", "news", "status", "ai"))
        cues |= {cue for lesson in found["recipient"] for option in lesson.options for cue in option}
    assert any(cue.startswith("seen:ruled") for cue in cues)
    assert not any(cue.startswith("ruled") for cue in cues)


def test_an_example_that_points_would_break_counts_until_they_keep_it() -> None:
    """Two hundred articles say that a sum "for" somebody is nobody's; a rule promises that after "chèque" it is not."""
    said = Lesson(({"for": 1.0}, {"none": 1.0}), (False, True))
    promise = Lesson(({"for": 1.0, "seen:ruled": 1.0}, {"none": 1.0}), (True, False))
    names = Names()
    articles, examples = Ledger(names), Ledger(names)
    for _ in range(200):
        articles.add(*said)
    for _ in range(9):
        examples.add(*promise)
    lessons = [(articles, 1.0), (examples, 1.0)]
    taught = fit(lessons, 1.0)
    assert share_right("recipient", as_read(examples), Points(taught)) == 0.0
    kept = keeping_promises("recipient", [*lessons, (as_read(examples), 0.0)], examples, taught, 15.0)
    assert share_right("recipient", as_read(examples), Points(kept)) == 1.0
    assert share_right("recipient", articles, Points(kept)) == 1.0


def test_a_ledger_gives_back_what_it_was_given() -> None:
    lessons = [
        Lesson(({}, {"a": 1.0, "b": 0.25}, {"b": 1.0}), (False, True, False)),
        Lesson(({"c": 0.3},), (True,)),
        Lesson(({"a": 1.0}, {}), (True, True)),
    ]
    held = ledger(*lessons)
    assert list(held) == lessons
    assert [scores for scores, *_ in held.scores(Points({"a": 2.0, "b": 4.0}))] == [[0.0, 3.0, 4.0], [0.0], [2.0, 0.0]]
    assert list(held.taking([2, 0], 0.5)) == [lessons[2], lessons[0]]
    assert list(held.renamed({"a": "x", "b": "b", "c": "a"}.__getitem__))[1:] == [
        Lesson(({"a": 0.3},), (True,)),
        Lesson(({"x": 1.0}, {}), (True, True)),
    ]
    assert list(held) == lessons


def test_invented_names_are_the_same_everywhere() -> None:
    told = Told.of(LABELLED[5])  # Pertuis Robotics
    other = with_invented_names(told)
    name = other.truths[0].company
    assert name not in (told.truths[0].company, "")
    assert [len(word) for word in name.split()] == [7, 8]
    assert other.article.text.count(name) == told.article.text.count("Pertuis Robotics")
    assert "Pertuis" not in other.article.title + other.article.text
    assert other.truths[0].investors == told.truths[0].investors
    assert invented("Nuvéa") == invented("Nuvéa") != "Nuvéa"
    assert with_invented_names(Told(told.article, ())).article == told.article


# All points


def test_points_choose_right_where_the_articles_are_plain(measured: dict[Any, Measured]) -> None:
    assert set(measured) == set(DECISIONS)
    for decision in ("recipient", "kind", "news", "investor", "topic"):
        found = measured[decision]
        assert found.points is not None
        assert found.after >= 0.95, decision
    news = measured["news"].points or {}
    assert news["recalled"] < 0 < news["title"]
    receives = measured["recipient"].points or {}
    # What a rule is worth as such ("ruled:") is lessened here by the examples of rules, which outnumber the articles.
    says = ("slot:company", "subject:receives", "nobody:veto:market")
    assert receives["pays"] < 0 < min(receives[cue] for cue in says)
    for found in measured.values():
        assert all(abs(x) >= 0.05 and x == round(x, 2) for x in (found.points or {}).values())
        assert not any(cue.startswith("seen:") for cue in found.points or {})


def test_on_too_few_decisions_the_points_in_force_stay(measured: dict[Any, Measured], tmp_path: Path) -> None:
    few = {d: replace(m, points=None) if d == "ai" else m for d, m in measured.items()}
    written = write_points(few, tmp_path, None)
    assert tmp_path / "points" / "ai.yaml" not in written
    assert Judge.load(tmp_path).ais == Judge.load(None).ais


def test_near_the_points_in_force_nothing_is_lost_and_what_they_miss_is_corrected() -> None:
    knowledge = default_knowledge()
    steps: list[tuple[int, int]] = []
    near = weigh(LABELLED, knowledge, lambda done, total: steps.append((done, total)), fewest=12, near=True)
    assert steps[-1][0] == steps[-1][1]
    for decision, found in near.items():
        if found.points is None:
            continue
        assert found.after >= found.before, decision
        held = knowledge.judge.points(decision).by_cue
        kept = [cue for cue, points in held.items() if abs(found.points.get(cue, 0.0) - points) < 0.2]
        assert len(kept) > 0.95 * len(held), decision


def test_articles_in_another_language_are_passed_over() -> None:
    knowledge = default_knowledge()
    bare = replace(knowledge, rules=replace(knowledge.rules, all=()))
    found = weigh([replace(LABELLED[0], language="en")], bare)
    assert all(m.points is None and m.decisions == 0 for m in found.values())


def test_the_choice_of_nobody_needs_more_than_the_most() -> None:
    lesson = ledger(Lesson(({"a": 1.0}, {"b": 1.0}, {"none": 1.0}), (True, False, False)))
    assert share_right("recipient", lesson, Points({"a": 0.5, "b": 0.4, "none": 0.6})) == 1.0
    assert share_right("topic", lesson, Points({"a": 0.5, "b": 0.4, "none": 0.6})) == 0.0
    assert share_right("recipient", lesson, Points({"a": 0.5, "none": 3.0})) == 0.0


# The files


def test_files_are_whole_and_count_alone(measured: dict[Any, Measured], tmp_path: Path) -> None:
    written = write_points(measured, tmp_path, None)
    assert sorted(path.name for path in tmp_path.rglob("*")) == sorted([path.name for path in written] + ["points"])
    judge, shipped = Judge.load(tmp_path), Judge.load(None)
    for decision, found in measured.items():
        if found.points is None:
            continue
        in_force = {cue: x for cue, x in judge.points(decision).by_cue.items() if x}
        assert in_force == found.points, decision
        held = yaml.safe_load((tmp_path / "points" / f"{decision}.yaml").read_text("utf-8"))
        ours = yaml.safe_load((PACKAGE_DIR / "points" / f"{decision}.yaml").read_text("utf-8"))
        assert held["says"] == ours["says"]
        assert list(held["points"]) == sorted(held["points"])
        assert set(shipped.points(decision).by_cue) <= set(held["points"])


def test_the_shipped_files_are_in_the_form_that_is_written() -> None:
    for path in (PACKAGE_DIR / "points").glob("*.yaml"):
        held = yaml.safe_load(path.read_text("utf-8"))
        assert points_yaml(held["says"], held["points"]) == path.read_text("utf-8")
    assert yaml.safe_load(points_yaml("« a » : b", {})) == {"says": "« a » : b", "points": {}}


def test_a_cue_of_the_users_overrides_ours(tmp_path: Path) -> None:
    (tmp_path / "points").mkdir()
    file = tmp_path / "points" / "news.yaml"
    file.write_text("says: Le nôtre\npoints: {recalled: -9, own: 1.5}\n")
    mine, ours = Judge.load(tmp_path).news.by_cue, Judge.load(None).news.by_cue
    assert (mine["recalled"], mine["own"]) == (-9, 1.5)
    assert {cue: x for cue, x in mine.items() if cue not in ("recalled", "own")} == {
        cue: x for cue, x in ours.items() if cue != "recalled"
    }
    write_points({"news": Measured({"title": 1.0}, 40, 0.5, 0.6)}, tmp_path, tmp_path)
    assert yaml.safe_load(file.read_text())["says"] == "Le nôtre"
    assert Judge.load(tmp_path).news.by_cue["recalled"] == 0


def test_breaking_off_leaves_every_file_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "points").mkdir()
    file = tmp_path / "points" / "news.yaml"
    before = "says: Le nôtre\npoints: {own: 1.5}\n"
    file.write_text(before)

    def break_off(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", break_off)
    with pytest.raises(KeyboardInterrupt):
        write_points({"news": Measured({"title": 1.0}, 40, 0.5, 0.6)}, tmp_path, None)
    assert file.read_text() == before
    assert list(file.parent.iterdir()) == [file]


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "points").write_text("")
    with pytest.raises(ConfigError, match="points: ne peut être écrit"):
        write_points({"news": Measured({"title": 1.0}, 40, 0.5, 0.6)}, tmp_path, None)


# The command


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "annotes"
    folder.mkdir()
    for held in ARTICLES:
        (folder / f"{held['id']}.json").write_text(json.dumps(held), encoding="utf-8")
    return folder


def typed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    monkeypatch.setattr(sys, "argv", ["veille", "rules", "weigh", *arguments])
    knowledge = default_knowledge()
    monkeypatch.setattr(DealKnowledge, "load", lambda *_: knowledge)
    with pytest.raises(SystemExit) as ended:
        main()
    printed = capsys.readouterr()
    return ended.value.code if isinstance(ended.value.code, int) else 0, printed.out, printed.err


def test_the_command_measures_the_same_again(  # type: ignore[no-untyped-def]
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys, measured: dict[Any, Measured]
) -> None:
    (folder / "broken.json").write_text("{")
    (folder / "locked.json").symlink_to(tmp_path / "absent")
    more = tmp_path / "encore"
    more.mkdir()
    (more / "english.json").write_text(json.dumps(ARTICLES[0] | {"language": "en"}))
    code, out, err = typed(monkeypatch, capsys, str(folder), str(more), "--out", str(tmp_path / "out"))
    assert code == 0, err
    assert "broken.json : not a labelled article" in err
    assert "locked.json : No such file" in err
    assert f"mesuré sur {len(ARTICLES)} articles en français" in out
    write_points(measured, tmp_path / "here", None)
    written = sorted((tmp_path / "out" / "points").iterdir())
    assert f"{len(written)} fichiers écrits dans {tmp_path / 'out' / 'points'}" in out
    assert out.count("trop peu") == len(DECISIONS) - len(written) + 1
    for path in written:
        assert path.read_text() == (tmp_path / "here" / "points" / path.name).read_text(), path.name


def test_what_is_written_where(  # type: ignore[no-untyped-def]
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys, measured: dict[Any, Measured]
) -> None:
    monkeypatch.setattr(flow, "weigh", lambda *_, **__: measured)
    code, out, _ = typed(monkeypatch, capsys, str(folder), "--dry-run")
    assert code == 0
    assert "rien n'est écrit" in out
    for expected in ("recipient.yaml", "justes avant", "justes après", "12 articles"):
        assert expected in out
    mine = tmp_path / "mine"
    mine.mkdir()
    monkeypatch.setenv("VEILLE_CONFIG_DIR", str(mine))
    assert typed(monkeypatch, capsys, str(folder), "--dry-run")[0] == 0
    assert not list(mine.iterdir())
    code, out, _ = typed(monkeypatch, capsys, str(folder))
    assert code == 0
    assert f"écrits dans {mine / 'points'}" in out
    assert (mine / "points" / "recipient.yaml").is_file()


def test_without_a_place_to_write_nothing_is_begun(  # type: ignore[no-untyped-def]
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    monkeypatch.delenv("VEILLE_CONFIG_DIR", raising=False)
    monkeypatch.setattr(flow, "weigh", pytest.fail)
    code, _, err = typed(monkeypatch, capsys, str(folder))
    assert code == 2
    assert "--out" in err
    assert "VEILLE_CONFIG_DIR" in err


def test_a_folder_named_twice_counts_twice(tmp_path: Path) -> None:
    for held in ARTICLES[:2]:
        (tmp_path / f"{held['id']}.json").write_text(json.dumps(held))
    bare = replace(default_knowledge(), rules=replace(default_knowledge().rules, all=()))
    readings: list[int] = []
    once, twice = (
        weigh_folders([tmp_path] * times, bare, lambda done, total: readings.append(total)) for times in (1, 2)
    )
    assert (once.articles, twice.articles) == (2, 4)
    assert set(readings) == {20}, "each is read ten times, not twenty"
    assert twice.measured["topic"].decisions == 2 * once.measured["topic"].decisions > 0


def test_a_folder_without_labelled_articles_in_french(tmp_path: Path) -> None:
    for held, told in (({"id": "x"}, "x.json : not a labelled article"), (ARTICLES[0] | {"language": "en"}, "")):
        (tmp_path / "x.json").write_text(json.dumps(held))
        with pytest.raises(ConfigError, match=f"aucun article annoté en français.*{told}"):
            weigh_folders([tmp_path], default_knowledge(), lambda done, total: None)
