"""`evoclass report`: how questions went, over the files of many learners, some of them hostile."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Callable, Iterable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from classroom import Learner, answer, claim, solved, typed, write_course
from evoclass.errors import NotFoundError
from evoclass.i18n import Catalog
from evoclass.learner import config, progressfile
from evoclass.learner.event import Clock, Event, Verb
from evoclass.learner.session import Session
from evoclass.learner.store import Store
from evoclass.learner.trail import Attempt, Trail
from evoclass.model import Callout, Paragraph, plain_text
from evoclass.pluginhost.plugins import Plugins
from evoclass.reading.library import Library
from evoclass.reading.markup import Parser
from evoclass.testing import sample_exercise
from evoclass_author.beside import Beside
from evoclass_author.questionstats import QuestionStats
from evoclass_author.report import Report

START = datetime(2026, 9, 1, 10, tzinfo=UTC)

CLOCK = Clock()


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return write_course(tmp_path / "course")


@pytest.fixture
def work(tmp_path: Path, course: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Learner]:
    """Return what lets a learner work and export progress into the folder of the class."""

    def worked(name: str, steps: Callable[[Session], Any], *options: str) -> Learner:
        learner = Learner(tmp_path / f"home-{name}", course, monkeypatch)
        learner.work(steps)
        monkeypatch.setenv("EVOCLASS_HOME", str(learner.home))
        (tmp_path / "class").mkdir(exist_ok=True)
        exported = typed("progress", "export", tmp_path / "class" / f"{name}.evoprogress", *options)
        assert exported.exit_code == 0
        monkeypatch.setenv("EVOCLASS_HOME", str(tmp_path / "teacher"))
        return learner

    return worked


def report(course: Path, *words: object) -> Result:
    return typed("report", *words, "--content", course)


def figures(course: Path, *words: object) -> dict[str, dict[str, Any]]:
    document = json.loads(report(course, *words, "--json").stdout)
    return {row["question"]: row for row in document["questions"]}


def made(
    path: Path,
    rows: Iterable[tuple[str, str, dict[str, Any]]],
    name: str = "me",
    lesson: str = "sums",
) -> Path:
    """Write a progress file of these verbs, questions and payloads, ten seconds apart."""
    path.parent.mkdir(exist_ok=True)
    events = [
        Event(
            CLOCK.next(), START + timedelta(seconds=10 * n), name, "course", lesson, "en", block, verb, load
        )
        for n, (verb, block, load) in enumerate(rows)
    ]
    progressfile.write(path, events, name)
    return path


def said(value: object, *, passed: bool = False) -> dict[str, Any]:
    return {"answer": {"choice": value}, "score": float(passed), "passed": passed}


def test_shares_wrong_options_hints_and_solutions(course: Path, work: Callable[..., Learner]) -> None:
    def wrong_then_right(session: Session) -> None:
        answer(session, "even", "b")
        answer(session, "even", "b")
        session.answers.hint("even")
        answer(session, "even", "a")
        answer(session, "next", 3.0)

    work("anna", solved)
    work("luca", wrong_then_right)
    work("eva", lambda session: (session.answers.reveal("even"), answer(session, "even", "a")))
    found = figures(course, "class")
    even = found["even"]
    assert (even["learners"], even["right_at_once"], even["passed"]) == (3, 0.333, 0.667)
    assert (even["solution_seen"], even["hinted"], even["mean_tries"]) == (0.333, 0.333, 1.67)
    assert even["wrong"] == [{"answer": "5, the odd one", "learners": 1}]
    assert (Path(even["file"]).as_posix(), even["line"]) == ("course/en/01-sums.md", 12)
    assert found["next"]["wrong"] == [{"answer": "3", "learners": 1}]
    assert found["next"]["drawn"] is True
    text = report(course, "class").stdout
    assert "01-sums.md:12" in text
    assert "1 × 5, the odd one" in text
    assert "  next · each learner has other values\n" in text
    assert "fewer than 10 learners" in text
    assert "anna" not in text


def test_numbers_that_were_typed_are_written_as_the_language_does(
    course: Path, work: Callable[..., Learner]
) -> None:
    work("luca", lambda session: answer(session, "next", 3.25))
    assert "1 × 3.25\n" in report(course, "class").stdout
    assert "1 × 3,25\n" in report(course, "class", "--lang", "it").stdout
    assert "“3,25” (1)" in report(course, "class", "--lang", "it", "--plain").stdout.replace(
        "«", "“"
    ).replace("»", "”")
    document = json.loads(report(course, "class", "--lang", "it", "--json").stdout)
    wrong = next(row["wrong"] for row in document["questions"] if row["question"] == "next")
    assert wrong == [{"answer": "3.25", "learners": 1}]  # for programs


def test_files_of_one_learner_count_once(course: Path, work: Callable[..., Learner], tmp_path: Path) -> None:
    anna = work("anna", lambda session: answer(session, "even", "a"))
    os.rename(tmp_path / "class" / "anna.evoprogress", tmp_path / "class" / "anna-monday.evoprogress")
    work("anna", lambda session: answer(session, "word", "sub"))
    work("anna", lambda session: None, "--pseudonym")
    anna("submit", "1", "-o", tmp_path / "class")
    work("other", lambda session: answer(session, "even", "b"))
    assert len(list((tmp_path / "class").iterdir())) == 4
    found = json.loads(report(course, "class", "class/other.evoprogress", "--json").stdout)
    assert found["learners"] == 2
    by = {row["question"]: row for row in found["questions"]}
    assert (by["even"]["learners"], by["even"]["right_at_once"]) == (2, 0.5)
    assert (by["word"]["learners"], by["word"]["mean_tries"]) == (1, 1.0)


def test_pseudonyms_and_names_are_nowhere(course: Path, tmp_path: Path) -> None:
    made(tmp_path / "class" / "a.evoprogress", [(Verb.ANSWERED, "even", said("b"))], "Annalisa")
    for form in ((), ("--csv",), ("--json",), ("--plain",)):
        assert "Annalisa" not in report(course, "class", *form).stdout


def test_the_table_fits_and_is_there_in_both_languages_and_as_sentences(course: Path, tmp_path: Path) -> None:
    lesson = course / "en" / f"02-{'long' * 12}.md"
    lesson.write_text(
        (course / "en" / "01-sums.md").read_text().replace("id: sums", "id: long").replace("r: 1", "r: 2")
    )
    for place in range(1200):
        rows = [(Verb.ANSWERED, "even", said("bc"[place % 2]))] * 3
        made(tmp_path / "class" / f"{place}.evoprogress", [*rows, (Verb.EXPERIENCED, "even", {})])
    made(tmp_path / "class" / "long.evoprogress", [(Verb.ANSWERED, "word", {**said("x")})], lesson="long")
    for language, word in (("en", "at once"), ("it", "subito")):
        text = report(course, "class", "--lang", language).stdout
        assert word in text
        assert max(map(len, text.splitlines())) <= 80
        assert "600 × 5, the odd one" in text
        assert "0%" in text
    plain = report(course, "class", "--plain").stdout.splitlines()
    assert plain[0] == "Sums. Learners: 1200."
    assert plain[1].startswith("even, 01-sums.md line 12: 0% of 1200 right at once, 0% in the end.")
    assert "“5, the odd one” (600)" in plain[1]


def test_the_hardest_come_first(course: Path, work: Callable[..., Learner]) -> None:
    work("anna", lambda session: (answer(session, "even", "a"), answer(session, "word", "sub")))
    rows = list(csv.DictReader(io.StringIO(report(course, "class", "--csv").stdout)))
    assert [row["question"] for row in rows] == ["even", "word"]
    rows = list(csv.DictReader(io.StringIO(report(course, "class", "--csv", "--hardest").stdout)))
    assert [row["question"] for row in rows] == ["word", "even"]
    assert report(course, "class", "--hardest").stdout.splitlines()[2] == "  word"
    assert report(course, "class", "--csv", "--json").exit_code == 2


def test_what_is_gone_or_changed_is_told(course: Path, work: Callable[..., Learner]) -> None:
    work("anna", solved)
    lesson = course / "en" / "01-sums.md"
    text = lesson.read_text()
    lesson.write_text(text[: text.index(":::{text} word")] + text[text.index("```{lab}") :])
    said = report(course, "class").stdout
    assert "Sums: questions that are no longer there: 1, with the number of learners: word (1)." in said
    assert "Sums: 1 of 1 learner had another text of the lesson" in said
    lesson.unlink()
    (course / "it" / "01-sums.md").unlink()
    (course / "en" / "02-else.md").write_text(text.replace("id: sums", "id: else"))
    said = report(course, "class").stdout
    assert "course/sums (1)" in said
    assert "Nobody has answered" in said


def test_files_that_cannot_be_read_are_named_and_the_others_go_on(course: Path, tmp_path: Path) -> None:
    good = made(tmp_path / "class" / "good.evoprogress", [(Verb.ANSWERED, "even", said("b"))])
    data = good.read_bytes()
    for name, content in {
        "cut": data[:-40],
        "flipped": data.replace(b"even", b"evil"),
        "newer": data.replace(b'"version":1', b'"version":9'),
        "noise\x1b[31m": os.urandom(2000),
        "deep": b'{"a":' * 100_000,
        "empty": b"",
        "database": b"SQLite format 3\0" + os.urandom(500),
    }.items():
        (tmp_path / "class" / f"{name}.evoprogress").write_bytes(content)
    os.mkfifo(tmp_path / "class" / "pipe.evoprogress")
    result = report(course, "class")
    assert result.exit_code == 1
    assert "01-sums.md:12" in result.stdout
    assert result.stderr.count("Left out:") == 8
    assert "\x1b" not in result.stderr
    assert len(json.loads(report(course, "class", "--json").stdout)["left_out"]) == 8
    with pytest.raises(NotFoundError):
        report(course, tmp_path / "course")


def test_hostile_events_neither_break_it_nor_reach_terminal_or_spreadsheet(
    course: Path, tmp_path: Path
) -> None:
    loads: list[tuple[str, str, dict[str, Any]]] = [
        (Verb.ANSWERED, "word", {"answer": {"text": "=1+1\x1b[31m\n@x"}, "score": 0, "passed": False}),
        (Verb.ANSWERED, "word", {"answer": {"text": {"a": ["b"]}}, "score": 0, "passed": False}),
        (Verb.ANSWERED, "word", {"answer": {"text": "x" * 100_000}, "score": 0, "passed": False}),
        (Verb.ANSWERED, "even", {"answer": {"choice": {"a": 1}}, "score": 5, "passed": False}),
        (Verb.ANSWERED, "even", {"answer": {"choice": [["b"], "b", "zz"]}, "score": -1, "passed": False}),
        (Verb.ANSWERED, "even", {"answer": [], "score": "x", "passed": 1}),
        (Verb.ANSWERED, "double", {"answer": {"code": None}, "score": 0, "passed": False}),
        (Verb.ANSWERED, "next", {"answer": {"number": ["x"]}, "score": 0, "passed": False}),
        (Verb.EXPERIENCED, "\x1b[2J=gone", {"solution": "x"}),
        (Verb.VOIDED, "even", {"a": {"b": {"c": {}}}}),
        ("\x1b[31m", "even", {}),
    ]
    file = made(tmp_path / "class" / "x.evoprogress", loads, "=evil\x1b[31m")
    text = file.read_text()
    assert "1b" in text
    for form in ((), ("--csv",), ("--json",), ("--plain",), ("--hardest",)):
        result = report(course, "class", *form)
        assert result.exit_code == 0
        assert "\x1b" not in result.stdout + result.stderr
    found = figures(course, "class")
    assert found["even"]["wrong"] == [{"answer": "5, the odd one", "learners": 1}]
    assert {row["answer"][:4] for row in found["word"]["wrong"]} >= {"=1+1", "xxxx"}
    assert max(len(row["answer"]) for row in found["word"]["wrong"]) <= 60
    cells = [cell for row in csv.reader(io.StringIO(report(course, "class", "--csv").stdout)) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


def test_what_is_wrong_in_an_answer_of_several_parts(parser: Parser) -> None:
    options = "- [x] a dog\n- [x] a cat\n- [ ] a car\n- [ ] a cup"
    chosen = sample_exercise(f":::{{multiple}} pets\nWhich?\n\n{options}\n:::\n", parser)
    pairs = sample_exercise(
        "::::{match} pairs\nMatch.\n\n| a | b |\n|---|---|\n| one | 1 |\n| two | 2 |\n::::\n", parser
    )
    order = sample_exercise(":::{order} steps\nSort.\n\n1. first\n2. second\n:::\n", parser)
    left = {option.key: option for option in pairs.exercise.form()[0].left}  # type: ignore[attr-defined]
    right = dict(pairs.exercise.solution()["match"])  # type: ignore[arg-type]
    first, second = left
    for block, name, value, wanted in (
        (chosen, "choice", ["a", "c"], {"a car"}),
        (chosen, "choice", ["a"], set()),
        (pairs, "match", {first: right[first], second: right[first]}, {"two → 1"}),
        (order, "order", ["b", "a"], set()),
    ):
        stats = QuestionStats()
        attempt = Attempt({name: value}, 0.0, False, True, START, "en", {})
        stats.take(Trail([attempt, attempt]), block)
        assert set(stats.wrong) == wanted
        assert set(stats.wrong.values()) <= {1}


def test_a_lesson_that_was_opened_by_itself_is_found(course: Path, work: Callable[..., Learner]) -> None:
    alone = course / "en" / "01-sums.md"
    work("anna", lambda session: claim(session, "double", "x", 0.0))
    file = made(Path("class") / "b.evoprogress", [(Verb.ANSWERED, "even", said("b"))])
    events = progressfile.read(file).events
    moved = [Event(e.id, e.time, e.learner, f"file:/home/b/{alone.name}", *list(_rest(e))) for e in events]
    progressfile.write(file, moved, "me")
    assert figures(course, "class")["even"]["learners"] == 1


def _rest(event: Event) -> Iterable[Any]:
    return (event.lesson, event.language, event.block, event.verb, event.payload)


def test_the_figures_stand_behind_their_questions_in_the_preview(
    course: Path, tmp_path: Path, evoclass_home: Path
) -> None:
    made(tmp_path / "class" / "a.evoprogress", [(Verb.ANSWERED, "even", said("b"))])
    file, plugins = course / "it" / "01-sums.md", Plugins()
    library = Library([course], Parser(plugins))
    found = Report(library, "it")
    found.read([tmp_path / "class" / "a.evoprogress"], lambda done, total: None)
    with closing(Store(evoclass_home / "preview.db")) as store:
        beside = Beside(found, Catalog("it", ("evoclass_author",)))
        session = Session.preview(library, store, plugins, config.Settings(), file, "it", beside)
        for _ in range(2):
            place = next(n for n, block in enumerate(session.lesson.blocks) if block.id == "even")
            note = session.lesson.blocks[place + 1]
            assert isinstance(note, Callout)
            (line,) = note.children
            assert isinstance(line, Paragraph)
            assert plain_text(line.text).startswith("even: Persone: 1. Giuste subito: 0%")
            assert "5, the odd one" in plain_text(line.text)
            assert sum(isinstance(block, Callout) for block in session.lesson.blocks) == 1
            file.write_text(file.read_text().replace("# Sums", "# Somme\n\nAncora."))
            session.reload()  # as after a save
