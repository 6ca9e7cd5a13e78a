"""What a learner has done in a lesson: as data, in plain sentences, as Markdown."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from course import opened
from evoclass.exercise import Answer
from evoclass.i18n import Catalog
from evoclass.learner.event import Verb
from evoclass.learner.figurefolder import KeptFigure
from evoclass.learner.lessonend import lesson_end
from evoclass.learner.progress import RUNS_KEPT, RunRecord
from evoclass.learner.recap import Recap, recap
from evoclass.learner.recapfile import write_recap
from evoclass.learner.recapmarkdown import as_markdown
from evoclass.learner.recapwords import counted
from evoclass.learner.session import Session
from evoclass.model import CodeBlock, Span, plain_text
from evoclass.plain.recap import recap_lines
from evoclass.protocol import Exit
from pngs import png

LESSON = """\
---
format: 1
id: adding
number: 1
title: "Adding <b>"
language: en
objectives:
  - Nothing is said of this
  - text: Measure
    shown_by: [train.py, other.py, half]
    evidence: You measured {live}`accuracy:.1%` with {live}`count:,` *images*
  - text: Climb
    shown_by: [bigger]
---

## First part

```{lab} train.py
accuracy, count = 0.93, 1210
```

```{lab} other.py
accuracy = 0.1
```

:::{number} half
:draw: a in 2..4000
What is half of {{2 * a}}?
:answer: {{a}}
:hint: Halve it.
:::

## Second part

:::{choice} pick
Pick the first.

- [x] `first`
- [ ] second
:::

:::{multiple} several
Pick two.

- [x] one.
- [x] two.
- [ ] three
:::

::::{challenge} bigger
:title: Bigger sums

:::{number} ten
What is 5 + 5?
:answer: 10
:::

:::{text} plus
Which operator adds?
:answer: +
:::
::::
"""


@pytest.fixture
def session(course: Path) -> Session:
    (course / "en" / "01-adding.md").write_text(LESSON)
    (course / "it" / "01-adding.md").unlink()
    return opened(course)


def ran(session: Session, file: str, live: Mapping[str, str], code: int = 0, **more: Any) -> None:
    ended = Exit(reason="error" if code else "finished", code=code, seconds=0.1)
    record = RunRecord(file=file, code="", runner="x", exit=ended, output="", live=dict(live), **more)
    session.log(Verb.ATTEMPTED, file, run=msgspec.to_builtins(record))


async def answered(session: Session, block: str, *values: object) -> None:
    name = session.answers.exercise(block).exercise.form()[0].name
    for value in values:
        answer: Answer = {name: value}  # type: ignore[dict-item]
        await session.answers.submit(block, answer)


def solution(session: Session, block: str) -> Any:
    return next(iter(session.answers.exercise(block).exercise.solution().values()))


def outcomes(found: Recap) -> dict[str, str]:
    return {question.id: question.outcome for question in found.questions}


def test_what_is_shown_comes_from_the_program_as_the_lesson_has_it(session: Session) -> None:
    def said() -> str:
        return plain_text(recap(session).objectives[1].said)

    ran(session, "train.py", {"accuracy:.1%": "20.0%", "count:,": "5"})
    assert said() == "You measured 20.0% with 5 images"
    run = RunRecord("train.py", "", "x", Exit(reason="finished", code=0, seconds=0.1), "")
    run.live.update({"accuracy:.1%": "93.0%", "count:,": "1,210"})
    session.log(Verb.ATTEMPTED, "train.py", run=msgspec.to_builtins(run), unchanged=True)
    ran(session, "train.py", {"accuracy:.1%": "14.0%", "count:,": "7"})
    assert said() == "You measured 93.0% with 1,210 images"


async def test_each_question_is_told_as_it_went(session: Session) -> None:
    assert not lesson_end(session).begun
    assert set(outcomes(recap(session)).values()) == {"open"}
    await answered(session, "pick", "a")
    await answered(session, "several", ["a"], ["a", "b"], ["a", "c"])
    await answered(session, "bigger/ten", 9.0)
    session.answers.reveal("bigger/plus")
    session.answers.hint("half")
    await answered(session, "half", solution(session, "half"))
    found = recap(session, 90)
    assert outcomes(found) == {
        "half": "later",
        "pick": "first",
        "several": "later",
        "bigger/ten": "wrong",
        "bigger/plus": "seen",
    }
    tries = {question.id: (question.tries, question.hints) for question in found.questions}
    assert tries["several"] == (2, 0)  # what came after it was practice
    assert tries["half"] == (1, 1)
    assert [question.id for question in found.open] == ["bigger/ten"]
    assert (found.answers, found.seconds) == (6, 90)
    end = lesson_end(session)
    assert (end.begun, end.done, end.first_open, end.following) == (True, False, "bigger/ten", None)


async def test_an_objective_claims_what_its_questions_and_runs_show(session: Session) -> None:
    shares = lambda: [objective.share for objective in recap(session).objectives]  # noqa: E731
    assert shares() == ["unsaid", "none", "none"]
    ran(session, "train.py", {"accuracy:.1%": "93.0%", "count:,": "1,210"})
    assert shares() == ["unsaid", "some", "none"]
    measured = recap(session).objectives[1]
    assert plain_text(measured.said) == "You measured 93.0% with 1,210 images"
    assert dict(measured.labs) == {"train.py": "ran", "other.py": "unrun"}
    ran(session, "other.py", {}, code=1)
    assert dict(recap(session).objectives[1].labs)["other.py"] == "failed"
    ran(session, "other.py", {})
    await answered(session, "half", solution(session, "half"))
    await answered(session, "bigger/ten", 10.0)
    assert shares() == ["unsaid", "all", "some"]
    session.answers.reveal("bigger/plus")
    assert shares()[2] == "some"  # a solution that was read shows nothing


async def test_the_sentence_needs_all_values_of_complete_runs(session: Session) -> None:
    def said() -> str:
        return plain_text(recap(session).objectives[1].said)

    ran(session, "train.py", {"accuracy:.1%": "93.0%"})
    assert said() == ""
    ran(session, "train.py", {"accuracy:.1%": "94.0%", "count:,": "7"}, code=1)
    assert said() == ""
    ran(session, "train.py", {"accuracy:.1%": "95.0%", "count:,": "7"})
    assert said() == "You measured 95.0% with 7 images"
    ran(session, "train.py", {"accuracy:.1%": "96.0%"})
    assert said() == ""  # not the values of two runs in one sentence


def test_numbers_are_written_as_the_lessons_language_does(session: Session, course: Path) -> None:
    italian = LESSON.replace("language: en", "language: it").replace("You measured", "Hai misurato")
    (course / "it" / "01-adding.md").write_text(italian)
    session.switch("it")
    ran(session, "train.py", {"accuracy:.1%": "93.0%", "count:,": "1,210"})
    assert plain_text(recap(session).objectives[1].said) == "Hai misurato 93,0% with 1.210 images"


async def test_a_corrected_answer_is_told_with_the_values_it_was_given_for(session: Session) -> None:
    asked, right = session.lesson.find("half"), solution(session, "half")
    text = plain_text(asked.prompt[0].text)  # type: ignore[union-attr]
    await answered(session, "half", 1.0)
    assert recap(session).corrections == ()  # nothing is given away before it is done
    session.answers.retry("half")
    assert plain_text(session.lesson.find("half").prompt[0].text) != text  # type: ignore[union-attr]
    await answered(session, "half", solution(session, "half"))
    (correction,) = recap(session).corrections
    assert correction.text == text
    words = [plain_text(row[0]) for row in (correction.wrong, correction.right)]  # type: ignore[arg-type]
    assert words == ["1", f"{right:g}"]


async def test_a_correction_of_a_step_tells_the_story_with_the_values_of_its_time(course: Path) -> None:
    story = (
        "A tray holds {{n}} plates[^1].\n\n"
        "```{lab} tray.py\nplates = 1\n```\n\n- {{2 * n}} forks\n\n"
        ":::{number} ten\nHow many more forks than plates?\n:answer: {{n}}"
    )
    text = LESSON.replace(":title: Bigger sums", ":title: Bigger sums\n:draw: n in 3..4000")
    text = text.replace(":::{number} ten\nWhat is 5 + 5?\n:answer: 10", story)
    (course / "en" / "01-adding.md").write_text(f"{text}\n[^1]: Clean ones.\n")
    (course / "it" / "01-adding.md").unlink()
    session = opened(course)
    right = solution(session, "bigger/ten")
    await answered(session, "bigger/ten", right + 1, right)
    (correction,) = recap(session).corrections
    assert correction.story == f"A tray holds {right:g} plates. {2 * right:g} forks"
    lines = list(recap_lines(recap(session), session.catalog))
    at = lines.index(f"  {correction.story}")
    assert lines[at + 1] == "  How many more forks than plates?"
    await answered(session, "bigger/plus", "-", "+")
    lines = list(recap_lines(recap(session), session.catalog))
    assert "  Which operator adds?" in lines
    assert lines.count(f"  {correction.story}") == 1  # the second step does not tell it again


async def test_a_corrected_number_is_written_as_the_language_does(session: Session, course: Path) -> None:
    italian = LESSON.replace("language: en", "language: it")
    (course / "it" / "01-adding.md").write_text(italian)
    session.switch("it")
    await answered(session, "half", 1.25, solution(session, "half"))
    (correction,) = recap(session).corrections
    assert plain_text(correction.wrong[0]) == "1,25"  # type: ignore[arg-type]


async def test_picked_options_are_told_in_words(session: Session) -> None:
    await answered(session, "pick", "b", "a")
    await answered(session, "several", ["c"], ["a", "b"])
    pick, _ = recap(session).corrections
    assert [plain_text(row) for row in (*pick.wrong, *pick.right) if not isinstance(row, CodeBlock)] == [
        "second",
        "first",
    ]
    lines = "\n".join(recap_lines(recap(session), session.catalog))
    assert "- Question 3: 2 tries" in lines
    assert "  You first answered: three" in lines
    assert "one; two." in lines


async def test_a_text_that_learners_judge_themselves_has_no_right_answer(course: Path) -> None:
    asked = ":::{reflect} why\nWhy?\n\n- [ ] I say why.\n\n:answer: Because.\n:::\n"
    (course / "en" / "01-adding.md").write_text(f"{LESSON}\n{asked}")
    (course / "it" / "01-adding.md").unlink()
    session = opened(course)
    criterion = session.answers.exercise("why").exercise.form()[1].options[0].key  # type: ignore[attr-defined]
    for ticked in ([], [criterion]):
        await session.answers.submit("why", {"text": "It adds.", "criteria": ticked})
    found = recap(session)
    assert outcomes(found)["why"] == "later"
    assert not found.corrections


MORE = """\
:::{reflect} why
Why do we add?

- [ ] I say what.
- [ ] I say why.

:criteria: What does your text say?
:answer: To know how much there is.
:::

:::{order} sum
Put it in order.

1. Write both numbers down.
2. Add them up.
:::

"""


async def test_rows_of_an_answer_read_as_one_sentence(session: Session, course: Path) -> None:
    lesson = LESSON.replace("::::{challenge} bigger", f"{MORE}::::{{challenge}} bigger")
    (course / "en" / "01-adding.md").write_text(lesson)
    session = opened(course)
    question = session.answers.exercise("why").exercise
    text, criteria = question.form()
    for ticked in ([], question.solution()[criteria.name]):
        await session.answers.submit("why", {text.name: "Two make one.", criteria.name: ticked})
    rows = solution(session, "sum")
    await answered(session, "sum", rows[::-1], rows)
    said = "\n".join(recap_lines(recap(session), session.catalog))
    assert "Two make one" not in said  # learners judge it themselves
    assert "You first answered: Add them up; Write both numbers down." in said


async def test_the_story_of_a_challenge_is_told_once(session: Session, course: Path) -> None:
    lesson = LESSON.replace(":title: Bigger sums\n", ":title: Bigger sums\n\nA long story.\n")
    (course / "en" / "01-adding.md").write_text(lesson)
    session = opened(course)
    await answered(session, "bigger/ten", 9.0, 10.0)
    await answered(session, "bigger/plus", "-", "+")
    assert "\n".join(recap_lines(recap(session), session.catalog)).count("A long story.") == 1


async def test_a_question_type_that_fails_costs_its_own_row(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    await answered(session, "pick", "b", "a")
    await answered(session, "half", 1.0, solution(session, "half"))

    def fails(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(type(session.answers.exercise("pick").exercise), "form", fails)
    found = recap(session)
    assert outcomes(found)["pick"] == "later"
    assert [correction.question.id for correction in found.corrections] == ["half"]


def test_notes_stand_in_the_order_of_the_lesson(session: Session) -> None:
    session.log(Verb.COMMENTED, "gone", note="Where was it?")
    session.log(Verb.COMMENTED, "pick", note="second")
    session.log(Verb.COMMENTED, "half", note="first")
    assert lesson_end(session).begun
    notes = [(note.place, note.text) for note in recap(session).notes]
    assert notes == [("First part", "first"), ("Second part", "second"), ("", "Where was it?")]


def test_nothing_in_it_acts(session: Session) -> None:
    ran(session, "train.py", {"accuracy:.1%": "<img src=x>", "count:,": "`*[a](javascript:b)*\x1b[31m"})
    session.log(Verb.COMMENTED, "pick", note="# head\n- item\n1. one\n<script>\n$x$\n> q\x1b]0;t\x07")
    text = as_markdown(recap(session), session.catalog, {})
    for sign in ("<", "\x1b", "\x07", "$", " [a](", "\n# head", "- - item", "- > q", "- 1. one"):
        assert sign not in text.removeprefix("# 1 Adding")
    assert "\\# head" in text
    assert "# 1 Adding &#60;b&#62;" in text
    assert "\x1b" not in "\n".join(recap_lines(recap(session), session.catalog))


def test_figures_lie_beside_the_file(session: Session, tmp_path: Path) -> None:
    picture = png(4, 3)
    session.figures.put([picture])
    kept = KeptFigure(number=2, digest=hashlib.sha256(picture).hexdigest(), title="Loss *now*")
    lost = KeptFigure(number=3, digest="0" * 64)
    ran(session, "train.py", {}, figures=(kept, lost))
    file = tmp_path / "my recap.md"
    assert write_recap(file, recap(session), session.catalog, session.figures) == 1
    assert (tmp_path / "my recap-train-2.png").read_bytes() == picture
    assert "![Loss \\*now\\*](my%20recap-train-2.png)" in file.read_text()


def test_guesses_are_told_where_there_are_any(session: Session) -> None:
    found = recap(session)
    assert "Your guesses" not in as_markdown(found, session.catalog, {})
    told = as_markdown(with_guess(found, "Your guesses were closer each time."), session.catalog, {})
    assert "## Your guesses\n\n- Your guesses were closer each time." in told


def with_guess(found: Recap, sentence: str) -> Recap:
    return replace(found, guesses=(sentence,))


def evoclass(course: Path, *words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "evoclass", *words, "--content", str(course)]
    return subprocess.run(
        command,
        input=typed,
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "LANG": "C.UTF-8"},
    )


@pytest.mark.parametrize(
    ("language", "open_ones", "said"),
    [
        ("en", (1, 2, 3, 4), "Still open: questions 1 to 4."),
        ("en", (1, 2, 4, 5, 6, 9), "Still open: questions 1, 2, 4 to 6, 9."),
        ("it", (2, 4, 5, 6), "Ancora da fare: domande 2, da 4 a 6."),
        ("en", (3,), "Still open: question 3."),
    ],
)
async def test_questions_that_follow_each_other_are_told_as_a_range(
    session: Session, language: str, open_ones: tuple[int, ...], said: str
) -> None:
    made = recap(session)
    asked = tuple(
        replace(made.questions[0], id=f"q{number}", number=number, challenge="", outcome="open")
        for number in open_ones
    )
    (_, _, line) = counted(replace(made, questions=asked), Catalog(language))
    assert plain_text(line) == said
    links = [span.href for span in line if isinstance(span, Span) and span.href]
    assert links[0] == f"#q{open_ones[0]}"


async def test_the_command_prints_and_writes(session: Session, course: Path, tmp_path: Path) -> None:
    before = evoclass(course, "recap", "1")
    assert before.returncode == 2
    assert "not done anything in Adding" in before.stderr
    assert "Start with: evoclass learn" in evoclass(course, "recap").stderr
    await answered(session, "pick", "b", "a")
    ran(session, "train.py", {"accuracy:.1%": "93.0%", "count:,": "1,210"})
    session.store.close()
    one = evoclass(course, "recap", "1")
    assert "You passed 1 of 5 questions, 0 of them at the first try" in one.stdout
    assert "- ◐ Measure\n  - You measured **93.0%** with **1,210** images\n" in one.stdout
    assert "Still open: questions 1, 3; “Bigger sums”, steps 1, 2." in one.stdout
    whole = evoclass(course, "recap")
    assert whole.stdout.startswith("# SUM1 · Sums\n")
    assert "## ◐ 1 Adding &#60;b&#62;\n" in whole.stdout
    assert "- You measured **93.0%** with **1,210** images" in whole.stdout
    document = json.loads(evoclass(course, "recap", "1", "--json").stdout)
    assert document["objectives"][1]["shown"] == "some"
    assert document["corrections"] == [{"question": "pick", "story": "", "wrong": "second", "right": "first"}]
    assert json.loads(evoclass(course, "recap", "--json").stdout)[0]["lessons"][0] == document
    file = tmp_path / "one.md"
    assert f"{file} is written." in evoclass(course, "recap", "1", "--output", str(file)).stdout
    assert file.read_text() == one.stdout
    nowhere = evoclass(course, "recap", "1", "-o", str(tmp_path / "no" / "x.md"))
    assert nowhere.returncode == 2
    assert "cannot be written: No such file" in nowhere.stderr
    # Looking changes nothing.
    assert evoclass(course, "recap", "1").stdout == one.stdout


def test_plain_mode_ends_with_it(session: Session, course: Path) -> None:
    ended = evoclass(course, "learn", "1", "--plain", "--trust", typed="n\nn\n1\n\nb\na\n\n\n\n")
    lines = ended.stdout.splitlines()
    assert "Heading level 2: What you have done so far" in lines
    assert "- Not shown yet: Measure" in lines
    assert "  You have not run train.py yet." in lines
    assert "- Question 2: 2 tries" in lines
    assert lines[-1].startswith("End of the lesson")


async def test_an_answer_whose_values_the_log_does_not_say_is_not_corrected(session: Session) -> None:
    course, lesson = session.place_in_log
    for block, answer in (("half", {"number": -1.0}), ("pick", {"choice": "b"})):
        session.take(
            session.store.append(
                Verb.ANSWERED,
                course=course,
                lesson=lesson,
                language="en",
                block=block,
                answer=answer,
                score=0.0,
                passed=False,
            )
        )
        await session.answers.submit(block, dict(session.answers.exercise(block).exercise.solution()))
    found = recap(session)
    assert [question.id for question in found.laboured] == ["half", "pick"]
    assert [correction.question.id for correction in found.corrections] == ["pick"]


def test_runs_are_counted_beyond_those_that_are_kept(session: Session) -> None:
    for _ in range(RUNS_KEPT + 5):
        ran(session, "train.py", {})
    assert recap(session).runs == RUNS_KEPT + 5
