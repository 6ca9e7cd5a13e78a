"""Guesses before a run: how they are read, kept and compared, and what `check` says of them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from evoclass.curves import Curve
from evoclass.i18n import Catalog
from evoclass.learner.event import Event
from evoclass.learner.guesses import (
    compared,
    given,
    got_better,
    guess_of,
    guesses_said,
    heights,
    measured,
    said,
    standing,
    trouble,
)
from evoclass.learner.progress import LessonState, RunRecord, fold
from evoclass.lint.drift import drift
from evoclass.lint.guesses import unanswered
from evoclass.lint.lesson import check_lesson
from evoclass.model import Fault, Guess, Lesson
from evoclass.pluginhost.plugins import Plugins
from evoclass.protocol import Exit
from evoclass.reading.blocktext import block_text
from evoclass.reading.guesses import counts, measure
from evoclass.reading.markup import Parser
from evoclass.reading.spots import spots

HEAD = "---\nid: guesses\nnumber: 1\ntitle: Guesses\nlanguage: {language}\n---\n"
LAB = (
    '```{lab} walk.py\n:watch: loss\nrate = 0.1  # not 1.0\nloss = 2.0\nright = 0.625\nprint("done")\n```\n\n'
)
NUMBER = ":lab: walk.py\n:value: 100 * right\n:range: 0..100\n:unit: %\n\nHow many?"
OPTIONS = (
    ":lab: walk.py\n:when: right > 0.7\n:when: right > 0.3\n\nWhere?\n\n- [ ] high\n- [ ] middle\n- [ ] low"
)
CURVE = ":lab: walk.py\n:curve: loss\n:range: 0..8\n\nHow?"


def lesson(*bodies: str, language: str = "en", lab: str = LAB) -> Lesson:
    text = "".join(f":::{{guess}} g{place}\n{body}\n:::\n\n" for place, body in enumerate(bodies, 1))
    return Parser(Plugins()).lesson((HEAD.format(language=language) + text + lab).encode(), Path("01-g.md"))


def guess(body: str) -> Guess:
    [found] = lesson(body).guesses
    return found


def problem(body: str) -> tuple[str, str, int]:
    """Return code, variant and line of the only problem of a guess."""
    read = lesson(body)
    [found] = check_lesson(read, Parser(Plugins()))
    return found.code, str(found.fields.get("variant", "")), found.line


def event(verb: str, when: float, block: str = "g1", **payload: Any) -> Event:
    time = datetime.fromtimestamp(when, UTC)
    return Event(f"{when}", time, "me", "course", "guesses", "en", block, verb, payload)


def run(start: float, found: Any, block: str = "g1") -> Event:
    record = {
        "file": "walk.py",
        "code": "",
        "runner": "cpu",
        "exit": {"type": "exit", "reason": "finished", "code": 0, "seconds": 1.0},
        "output": "",
        "time": start,
    }
    return event("attempted", start + 1, "walk.py", run=record, measured={block: found})


def made(when: float, value: Any, block: str = "g1") -> Event:
    return event("predicted", when, block, guess=value)


# ------------------------------------------------------------------------------------------------ the directive


def test_the_three_things_to_guess() -> None:
    number, option, curve = guess(NUMBER), guess(OPTIONS), guess(CURVE)
    assert (number.asks, number.low, number.high, number.unit) == ("number", 0, 100, "%")
    assert measure(number) == "float(100 * right)"
    assert [item.key for item in option.options] == ["a", "b", "c"]
    for right, key in ((0.8, "a"), (0.5, "b"), (0.1, "c")):
        assert eval(measure(option), {"right": right}) == key
    assert (curve.asks, curve.curve, measure(curve)) == ("curve", "loss", "")
    assert not lesson(NUMBER).exercises


def test_the_solution_of_a_guess_is_prose_that_no_search_finds() -> None:
    read = lesson(f":solution: A *crossbill*, and {{live}}`right`.\n{NUMBER}")
    [paragraph] = read.guesses[0].explanation
    assert paragraph in read.walk()
    assert "right" in read.live
    assert not any("crossbill" in block_text(spot.block) for spot in spots(read))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (":lab: walk.py\n\nHow?", ("E117", "", 7)),
        (NUMBER.replace(":unit: %", ":curve: loss"), ("E117", "", 7)),
        (NUMBER + "\n\n- [ ] a\n- [ ] b", ("E117", "", 7)),
        (NUMBER.replace("0..100", "100..0"), ("E117", "range", 10)),
        (NUMBER.replace("0..100", "0..100 log"), ("E117", "range", 10)),
        (NUMBER.replace("0..100", "0..1e400"), ("E117", "range", 10)),
        (NUMBER.replace("100 * right", "100 *"), ("E117", "expression", 9)),
        (NUMBER.replace(":lab: walk.py\n", ""), ("E022", "", 7)),
        (OPTIONS.replace(":when: right > 0.7\n:when: right > 0.3\n", ""), ("E117", "when", 7)),
        (OPTIONS.replace("- [ ] middle\n- [ ] low", ""), ("E117", "options", 7)),
        (OPTIONS.replace("- [ ] middle", "- [x] middle"), ("E117", "ticked", 15)),
        (NUMBER.replace("\n\nHow many?", ""), ("E117", "empty", 7)),
        (NUMBER.replace("walk.py", "wakl.py"), ("E118", "", 8)),
        (CURVE.replace(":curve: loss", ":curve: right"), ("E118", "curve", 9)),
        (f":with: rate = 0.1\n{NUMBER}", ("E118", "idle", 8)),
        (f":without: rate = 1.0\n{NUMBER}", ("E118", "idle", 8)),
        (f":solution:\n{NUMBER}", ("W071", "", 8)),
        (f":solution: One.\n:solution: Two.\n{NUMBER}", ("E021", "", 9)),
    ],
)
def test_what_an_author_gets_wrong(body: str, expected: tuple[str, str, int]) -> None:
    assert problem(body) == expected


@pytest.mark.parametrize(
    ("body", "told"),
    [(NUMBER, ["W074"]), (CURVE, ["W074"]), (f":with: rate = 1.0\n{NUMBER}", [])],
)
def test_a_guess_below_its_lab_is_told_unless_it_is_about_a_changed_program(
    body: str, told: list[str]
) -> None:
    parser = Parser(Plugins())
    text = f"{HEAD.format(language='en')}{LAB}:::{{guess}} g1\n{body}\n:::\n"
    read = parser.lesson(text.encode(), Path("01-g.md"))
    assert [(found.code, found.line) for found in check_lesson(read, parser)] == [(code, 15) for code in told]


def test_a_guess_inside_a_question_is_refused() -> None:
    inside = f"::::{{choice}} c\nWhat?\n\n:::{{guess}} g\n{NUMBER}\n:::\n\n- [x] a\n- [ ] b\n::::\n"
    read = Parser(Plugins()).lesson((HEAD.format(language="en") + LAB + inside).encode(), Path("01-g.md"))
    assert "E026" in {problem.code for problem in read.problems}


def test_two_guesses_with_one_id_are_refused() -> None:
    text = f":::{{guess}} g\n{NUMBER}\n:::\n\n" * 2
    read = Parser(Plugins()).lesson((HEAD.format(language="en") + LAB + text).encode(), Path("01-g.md"))
    assert [block.problem.code for block in read.walk() if isinstance(block, Fault)] == ["E018"]


@pytest.mark.parametrize(
    ("option", "code", "counted"),
    [
        (":with: rate = 1.0", "rate=1.0", True),
        (":with: rate = 1.0", "rate = 1.05", False),
        (":with: rate = 1.0", "# rate = 1.0", False),
        (":with: rate = 1.0", "x = 1  # rate = 1.0", False),
        (":with: f('a # b', 2)", 'f("a # b",  2)', True),
        (":without: step()", "step()", False),
        (":without: step()", "# step()", True),
        (":with: a()\n:without: b()", "a(); b()", False),
    ],
)
def test_which_programs_a_guess_is_about(option: str, code: str, counted: bool) -> None:
    assert counts(guess(f"{option}\n{NUMBER}"), code) is counted


def test_a_translation_keeps_what_is_guessed() -> None:
    source = lesson(NUMBER, OPTIONS)
    same = lesson(
        NUMBER.replace("How many?", "Quanti?"),
        OPTIONS.replace("Where", "Dove")
        .replace("high", "alto")
        .replace("middle", "medio")
        .replace("low", "basso"),
        language="it",
    )
    assert [each.code for each in drift(source, same)] == []
    explained = lesson(f":solution: Many, 62.\n{NUMBER}")
    translated = lesson(f":solution: Tanti: 62.\n{NUMBER}", language="it")
    assert [each.code for each in drift(explained, translated)] == []
    assert "E085" in {each.code for each in drift(explained, lesson(NUMBER, language="it"))}
    mistaken = lesson(f":solution: Tanti: 63.\n{NUMBER}", language="it")
    assert [each.code for each in drift(explained, mistaken)] == ["W094"]
    other = lesson(NUMBER.replace("0..100", "0..10"), language="it")
    assert {"E085", "E083"} <= {each.code for each in drift(source, other)}


# ------------------------------------------------------------------------------------------------------ the runs


def test_what_a_run_gives() -> None:
    number, option, curve = guess(NUMBER), guess(OPTIONS), guess(CURVE)
    assert measured(number, {measure(number): "62.5"}, {}) == 62.5
    assert measured(number, {measure(number): "nan"}, {}) == "nan"
    assert measured(number, {measure(number): "many"}, {}) is None
    assert measured(number, {}, {}) is None
    assert measured(option, {measure(option): "b"}, {}) == "b"
    assert measured(option, {measure(option): "z"}, {}) is None
    points = Curve([(1, 8.0), (2, float("nan")), (3, 0.0)])
    assert measured(curve, {}, {"loss": points}) == [(1, 8.0), (3, 0.0)]
    assert measured(curve, {}, {"loss": Curve()}) is None
    assert measured(curve, {}, {}) is None


@pytest.mark.parametrize(
    ("reason", "code", "source", "found"),
    [
        ("finished", 0, "rate = 1.0", {"g1": 62.5}),
        ("finished", 1, "rate = 1.0", {}),
        ("stopped", 0, "rate = 1.0", {}),
        ("finished", 0, "rate = 0.1", {}),
    ],
)
def test_only_a_finished_run_of_the_changed_program_counts(
    reason: Any, code: int, source: str, found: dict[str, float]
) -> None:
    read = lesson(f":with: rate = 1.0\n{NUMBER}")
    ending = Exit(reason=reason, code=code, seconds=1.0)
    record = RunRecord("walk.py", source, "cpu", ending, "", live={measure(read.guesses[0]): "62.5"})
    assert given(read, record, {}) == found


def test_a_noisy_curve_is_seen_as_a_whole() -> None:
    swinging = [(step, 4.0 + (3.0 if step % 2 else -3.0)) for step in range(101)]
    assert heights(guess(CURVE), swinging) == pytest.approx([0.5] * 5, abs=0.08)
    falling = [(step, 8.0 - step * 0.08) for step in range(101)]
    assert heights(guess(CURVE), falling) == pytest.approx([1, 0.75, 0.5, 0.25, 0], abs=0.05)
    assert heights(guess(CURVE), [(3, 99.0)]) == [1.0] * 5
    logarithmic = guess(CURVE.replace("0..8", "0.01..100 log"))
    assert heights(logarithmic, [(0, 1.0), (9, 0.0)])[0::4] == [0.5, 0.0]


# ------------------------------------------------------------------------------------------------------- the log


def state(events: Iterable[Event]) -> LessonState:
    return fold(events)


def test_the_guess_before_the_first_run_stays_and_each_run_measures_anew() -> None:
    after = state([made(1, 30.0), made(2, 40.0), run(3, 62.5), run(6, 50.0)]).guess("g1")
    assert after.own is not None
    assert after.own.value == 40.0
    assert after.measured == 50.0
    later = state([made(2, 40.0), run(3, 62.5), made(5, 60.0), run(6, 50.0)]).guess("g1")
    assert later.own is not None
    assert later.own.value == 40.0
    assert later.newest is not None
    assert later.newest.value == 60.0
    assert later.newest.late


def test_a_guess_made_while_the_program_ran_comes_after_the_run() -> None:
    after = state([made(3.5, 40.0), run(3, 62.5)]).guess("g1")
    assert after.own is None
    assert after.newest is not None
    assert after.newest.late


def test_a_lesson_that_begins_anew_forgets_and_brings_back_guesses() -> None:
    events = [made(1, 40.0), run(2, 62.5), event("voided", 5, "")]
    assert not state(events).guesses
    back = state([*events, event("resumed", 6, "")]).guess("g1")
    assert back.own is not None
    assert back.measured == 62.5


@pytest.mark.parametrize("value", [None, True, "", [], [1], {"a": 1}, [["x"]]])
def test_a_guess_of_a_strange_shape_changes_nothing(value: Any) -> None:
    assert not state([made(1, value)]).guess("g1").guesses


@pytest.mark.parametrize("value", [None, True, "", [], [[1]], [["a", 1]], [[1, "a"]], [[1, 2.0]] * 300, {}])
def test_a_measurement_of_a_strange_shape_changes_nothing(value: Any) -> None:
    assert state([run(1, value)]).guess("g1").measured is None


def looked(when: float, block: str = "g1") -> Event:
    return event("predicted", when, block, looked=True)


def test_a_guess_after_a_look_at_the_result_does_not_count() -> None:
    say, asked = Catalog("en"), guess(NUMBER)
    before = state([made(1, 40.0), looked(2)]).guess("g1")
    assert before.told
    assert before.own is not None
    assert standing(asked, before, say) == ["You said 40%. When walk.py has run, what it gave appears here."]
    after = state([looked(1), looked(5), made(6, 60.0)]).guess("g1")
    assert after.own is None
    assert after.looked == 1
    assert standing(asked, after, say) == ["After you had seen the result, you said 60%."]
    later = state([looked(1), made(6, 60.0), run(7, 62.5)]).guess("g1")
    assert standing(asked, later, say) == [
        "After you had seen the result: You said 60%, it was 62.5%: 2.5 points more than you said."
    ]
    assert standing(asked, state([looked(1)]).guess("g1"), say) == [
        "You have seen the result. A guess from now on comes after that."
    ]
    assert not state([event("predicted", 1, looked="yes")]).guess("g1").told


def test_many_guesses_are_bounded_and_the_one_that_counts_stays() -> None:
    after = state([made(1, 40.0), run(2, 62.5), *(made(10 + n, float(n)) for n in range(99))]).guess("g1")
    assert after.own is not None
    assert after.own.value == 40.0
    assert len(after.guesses) <= 21


# --------------------------------------------------------------------------------------------------- in sentences


@pytest.mark.parametrize(
    ("body", "value", "found", "english", "italian"),
    [
        (
            NUMBER,
            40.0,
            62.5,
            "You said 40%, it was 62.5%: 22.5 points more than you said.",
            "La tua previsione: 40%. Il risultato: 62,5%, cioè 22,5 punti in più.",
        ),
        (
            NUMBER,
            41.0,
            40.0,
            "You said 41%, it was 40%: 1 point less than you said.",
            "La tua previsione: 41%. Il risultato: 40%, cioè 1 punto in meno.",
        ),
        (
            NUMBER,
            40.0,
            40.01,
            "You said 40%, and so it was.",
            "La tua previsione: 40%. Ed è andata proprio così.",
        ),
        (
            NUMBER.replace(":unit: %", ":unit: s").replace("0..100", "0..2"),
            0.5,
            1.25,
            "You said 0.5 s, it was 1.25 s: 0.75 s more than you said.",
            "La tua previsione: 0,5 s. Il risultato: 1,25 s, cioè 0,75 s in più.",
        ),
        (
            NUMBER.replace(":unit: %", ":unit: minute | minutes"),
            1.0,
            3.0,
            "You said 1 minute, it was 3 minutes: 2 minutes more than you said.",
            "La tua previsione: 1 minute. Il risultato: 3 minutes, cioè 2 minutes in più.",
        ),
        (
            NUMBER.replace(":unit: %\n", "").replace("0..100", "1e-12..1 log"),
            0.5,
            4.4e-8,
            "You said 0.5, it was 4.4e-08: you said 11400000 times as much.",
            "La tua previsione: 0,5. Il risultato: 4,4e-08, cioè 11400000 volte più piccolo.",
        ),
        (
            NUMBER.replace(":unit: %\n", "").replace("0..100", "1e-12..1 log"),
            0.01,
            0.025,
            "You said 0.01, it was 0.025: 2.5 times as large as you said.",
            "La tua previsione: 0,01. Il risultato: 0,025, cioè 2,5 volte tanto.",
        ),
        (NUMBER, 40.0, "nan", "You said 40%, it was nan.", "La tua previsione: 40%. Il risultato: nan."),
        (
            OPTIONS,
            "a",
            "b",
            "You said “high”, it was “middle”.",
            "La tua previsione: «high». Il risultato: «middle».",
        ),
        (
            OPTIONS,
            "b",
            "b",
            "You said “middle”, and so it was.",
            "La tua previsione: «middle». Ed è andata proprio così.",
        ),
        (
            CURVE,
            ["8", "4", "2", "0", "0"],
            [(0, 8.0), (100, 8.0)],
            "You drew top, middle, low, bottom, bottom; the run gave top, top, top, top, top."
            " On average the two are 65% of the height apart.",
            "La tua curva: massimo, medio, basso, minimo, minimo. Quella dell'esecuzione:"
            " massimo, massimo, massimo, massimo, massimo. Distanza media: 65% dell'altezza.",
        ),
    ],
)
def test_a_guess_is_told_beside_what_came(
    body: str, value: Any, found: Any, english: str, italian: str
) -> None:
    assert compared(guess(body), value, found, Catalog("en")) == english
    assert compared(guess(body), value, found, Catalog("it")) == italian


def test_how_a_guess_stands_from_before_the_run_to_after_it() -> None:
    say, asked = Catalog("en"), guess(NUMBER)
    told = lambda *events: standing(asked, state(events).guess("g1"), say)  # noqa: E731
    assert told() == []
    assert told(made(1, 40.0)) == ["You said 40%. When walk.py has run, what it gave appears here."]
    assert told(run(1, 62.5)) == ["The run gave 62.5%. A guess from now on comes after the run."]
    assert told(run(1, 62.5), made(5, 60.0)) == [
        "After the run: You said 60%, it was 62.5%: 2.5 points more than you said."
    ]
    assert len(told(made(1, 40.0), run(2, 62.5), made(5, 60.0))) == 2


def test_the_recap_tells_each_guess_before_a_run() -> None:
    read = lesson(NUMBER, NUMBER.replace("How many?", "And now?"), OPTIONS, CURVE)
    events = [
        *(made(1, 10.0), run(2, 60.0), made(5, 55.0, "g2"), run(6, 60.0, "g2")),
        *(made(8, "a", "g3"), run(9, "b", "g3")),
        *(run(11, [[0, 1.0]], "g4"), made(15, ["0", "0", "0", "0", "0"], "g4")),
    ]
    assert guesses_said(read, state(events), Catalog("en")) == [
        "How many? You said 10%, it was 60%: 50 points more than you said.",
        "And now? You said 55%, it was 60%: 5 points more than you said.",
        "Where? You said “high”, it was “middle”.",
    ]
    assert guesses_said(read, LessonState(), Catalog("it")) == []


@pytest.mark.parametrize(
    ("away", "told"),
    [
        ([50, 50, 50, 5, 5], ""),
        (
            [50, 50, 50, 5, 5, 5],
            "Your guesses came nearer: first 50% of the range away from what the runs gave",
        ),
        ([5, 5, 5, 10, 10, 10], "first 5% of the range away from what the runs gave, later 10%"),
        ([7, 7, 7, 3, 3, 3], "On average your guesses were 5% of the range away from what the runs gave"),
        ([20, 20, 20, 24, 24, 24], "On average your guesses were 22% of the range away"),
    ],
)
def test_that_guesses_came_nearer_is_said_of_enough_of_them_and_of_a_clear_difference(
    away: list[int], told: str
) -> None:
    found = got_better([(float(time), far / 100) for time, far in enumerate(away)], Catalog("en"))
    assert told in found
    assert bool(found) == bool(told)
    read = lesson(*[NUMBER] * len(away))
    events = [
        event
        for place, far in enumerate(away, 1)
        for event in (made(2.0 * place, 100.0 - far, f"g{place}"), run(2.0 * place, 100.0, f"g{place}"))
    ]
    assert len(guesses_said(read, state(events), Catalog("it"))) == len(away) + bool(told)


def test_a_number_has_as_many_digits_as_its_range_is_worth() -> None:
    for low, high, shown in ((0, 100, "15.7"), (-20, 60, "15.7"), (0, 30, "15.71"), (0, 1000, "16")):
        asked = guess(NUMBER.replace("0..100", f"{low}..{high}").replace("%", "points"))
        assert said(asked, 15.714, Catalog("en")) == f"{shown} points"


def test_what_is_no_guess_is_told() -> None:
    say = Catalog("en")
    assert guess_of(guess(NUMBER), 101.0) is None
    assert trouble(guess(NUMBER), "many", say) == "Type a number from 0% to 100%."
    assert trouble(guess(NUMBER), 100, say) == ""
    assert trouble(guess(OPTIONS), None, say) == "Choose an option first."
    assert guess_of(guess(OPTIONS), "z") is None
    assert guess_of(guess(CURVE), ["9", "0", "0", "0", "0"]) is None


# ------------------------------------------------------------------------------------------- check --run, plain mode


def test_a_guess_that_no_run_answers_is_reported() -> None:
    read = lesson(NUMBER, OPTIONS, CURVE, NUMBER)
    found = {"g1": None, "g2": None, "g3": None, "g4": 400.0}
    told = [(each.code, each.fields["variant"]) for each in unanswered(read, found, set())]  # type: ignore[arg-type]
    assert told == [("E119", ""), ("E119", "option"), ("E119", "curve"), ("E119", "range")]
    assert not list(unanswered(read, found, {"walk.py"}))  # type: ignore[arg-type]


def command(course: Path, *words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "evoclass", *words]
    return subprocess.run(line, input=typed, capture_output=True, text=True, timeout=120, cwd=course)


def with_guess(course: Path, value: str = "total", solution: str = "") -> None:
    """Put a guess before the lab of the first lesson, in both languages."""
    for page in course.glob("*/01-*.md"):
        options = f":lab: sum.py\n:value: {value}\n:range: 0..10\n"
        options += f":solution: {solution}\n" if solution else ""
        asked = f":::{{guess}} how-much\n{options}\nHow much?\n:::\n\n"
        page.write_text(page.read_text().replace("```{lab}", f"{asked}```{{lab}}"))


def test_check_runs_the_lab_and_misses_the_value(course: Path) -> None:
    with_guess(course)
    assert command(course, "check", "--trust", "--run", "en/01-adding.md").returncode == 0
    for page in course.glob("*/01-*.md"):
        page.write_text(page.read_text().replace(":value: total", ":value: totals"))
    said = command(course, "check", "--trust", "--run", "en/01-adding.md")
    assert said.returncode == 1
    assert "does not give `totals` as a number" in said.stdout


@pytest.mark.usefixtures("without_torch")
def test_plain_mode_asks_keeps_and_compares(course: Path) -> None:
    with_guess(course)
    said = command(
        course,
        "learn",
        "1",
        "--plain",
        "--trust",
        "--content",
        ".",
        "--lang",
        "en",
        typed="twelve\n!\n12\n1.5\n\nq\n",
    )
    lines = said.stdout.splitlines()
    assert "A guess before you run sum.py; it is not graded." in lines, said.stderr
    assert lines.count("Type a number from 0 to 10.") == 2
    assert "Only a run of sum.py tells that." in lines
    assert "Your guess is kept. It is not graded." in lines
    assert "You said 1.5, it was 4: 2.5 more than you said." in lines
    assert not any(line.startswith("  float(") for line in lines)
    again = command(
        course, "learn", "1", "--plain", "--trust", "--content", ".", "--lang", "it", typed="\nq\n"
    )
    assert "La tua previsione: 1,5. Il risultato: 4, cioè 2,5 in più." in again.stdout
    progress = command(course, "progress", "--content", ".", "--json")
    assert '"total": 3' in progress.stdout


@pytest.mark.usefixtures("without_torch")
@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("1.5\n\nq\n", "You said 1.5, it was 4: 2.5 more than you said."),
        ("\n\nq\n", "The run gave 4. A guess from now on comes after the run."),
    ],
    ids=["guessed", "not guessed"],
)
def test_plain_mode_explains_after_the_run(course: Path, typed: str, told: str) -> None:
    with_guess(course, solution="Because *two* and two are four.")
    line = ("learn", "1", "--plain", "--trust", "--content", ".", "--lang", "en")
    said = command(course, *line, typed=typed)
    lines = said.stdout.splitlines()
    assert lines.count("Enter goes on without, ! tells the result.") == 1, said.stderr
    assert lines.index("Because two and two are four.") == lines.index(told) + 1
    # The next time, the result is known at once.
    again = command(course, *line, typed="n\nq\n").stdout.splitlines()
    asked = again.index("How much?")
    assert "Because two and two are four." in again[asked:]
    assert "Enter goes on without." in again[asked:]


@pytest.mark.usefixtures("without_torch")
def test_plain_mode_shows_the_result_to_who_asks(course: Path) -> None:
    with_guess(course, solution="Because two and two are four.")
    line = ("learn", "1", "--plain", "--trust", "--content", ".", "--lang", "en")
    said = command(course, *line, typed="?\n!\nn\nq\n").stdout.splitlines()
    assert "Only a run of sum.py tells that." in said
    assert said.count("Because two and two are four.") == 1
    again = command(course, *line, typed="3\nn\nq\n").stdout.splitlines()
    assert "You have seen the result. A guess from now on comes after that." in again


@pytest.mark.usefixtures("without_torch")
def test_plain_mode_compares_after_each_run_and_explains_once(course: Path) -> None:
    with_guess(course, solution="Because two and two are four.")
    line = ("learn", "1", "--plain", "--trust", "--content", ".", "--lang", "en")
    lines = command(course, *line, typed="1.5\n\n:r\n\n\nq\n").stdout.splitlines()
    told = [place for place, said in enumerate(lines) if said.startswith("You said 1.5, it was 4")]
    assert len(told) == 3  # after the run, at the guess when it is heard again, after another run
    assert lines.count("Because two and two are four.") == 2
    assert lines.index("Because two and two are four.", told[0] + 2) == told[1] + 1
