"""The page after the last lesson: it counts as none, and shows what the runs of all lessons gave."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import msgspec
import pytest

from course import opened
from evoclass import lint
from evoclass.i18n import Catalog
from evoclass.layout.page import layout
from evoclass.learner.courserecap import course_recap
from evoclass.learner.event import Verb
from evoclass.learner.lessonend import lesson_end
from evoclass.learner.progress import RunRecord
from evoclass.learner.recapmarkdown import course_as_markdown
from evoclass.learner.session import Session
from evoclass.model import Drawing, plain_text
from evoclass.plain.speech import spoken
from evoclass.pluginhost.plugins import Plugins
from evoclass.protocol import Exit, Frame
from evoclass.reading.library import Library
from evoclass.reading.markup import Parser
from evoclass.running.recording import Recording

SECOND = """\
---
format: 1
id: counting
number: 2
title: Counting
language: en
minutes: 20
---

You counted {live}`count`.

```{lab} count.py
count = 3
```
"""

END = """\
---
format: 1
title: How far you came
language: en
---

The sum was {live}`adding#total / 2:.2f`, the count {live}`counting#count`.

:::{ladder} What came out
| Lesson | We | You |
|---|---:|---:|
| Adding | 2 | {live}`adding#total / 2:.2f` |
| Counting | 3–4 | {live}`counting#count` |
| Nothing | | |
:::
"""


@pytest.fixture
def course(course: Path) -> Path:
    (course / "en" / "02-counting.md").write_text(SECOND)
    (course / "en" / "end.md").write_text(END)
    return course


@pytest.fixture
def session(course: Path) -> Session:
    return opened(course)


def ran(session: Session, lesson: str, live: Mapping[str, str]) -> None:
    record = RunRecord(
        file="lab.py",
        code="",
        runner="x",
        exit=Exit(reason="finished", code=0, seconds=0.1),
        output="",
        live=dict(live),
    )
    place = session.course.id, lesson
    session.log_at(place, Verb.ATTEMPTED, "lab.py", run=msgspec.to_builtins(record))


def problems(folder: Path, file: str = "") -> list[tuple[str, str, str, int]]:
    checker = lint.Checker(Parser(Plugins()))
    found = checker.file(folder / file) if file else checker.libraries([Library([folder], Parser(Plugins()))])
    return [
        (
            problem.code,
            str(problem.fields.get("variant", "")),
            str(problem.fields.get("near", "")),
            problem.line,
        )
        for problem in found
        if problem.code.startswith("E")
    ]


def evoclass(course: Path, *words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "evoclass", *words, "--content", str(course)]
    return subprocess.run(
        command,
        input=typed,
        capture_output=True,
        text=True,
        timeout=240,
        env={**os.environ, "LANG": "C.UTF-8"},
    )


def test_it_comes_after_the_last_lesson_and_counts_as_none(session: Session) -> None:
    course = session.course
    assert course.ids == ("adding", "counting")
    assert (course.minutes, len(course.lessons)) == (25, 2)
    after = course.beside("counting", 1)
    assert after is course.end is not None
    assert (after.id, after.title, after.problem) == ("end", "How far you came", None)
    before = course.beside("end", -1)
    assert before is not None
    assert before.id == "counting"
    assert course.beside("end", 1) is None
    assert course.entry("end") is None
    session.go("counting")
    assert lesson_end(session).following is after
    session.open_entry(course, after)
    assert session.at_end
    assert not lesson_end(session).begun
    assert session.standing.said(session.catalog)[0] == "0 of 2 lessons done"
    assert "end" not in session.standing.marks


def test_a_course_without_one_ends_with_its_last_lesson(course: Path) -> None:
    (course / "en" / "end.md").unlink()
    session = opened(course)
    assert session.course.end is None
    assert session.course.beside("counting", 1) is None
    assert list(session.course.pages) == list(session.course.lessons)


def run_through(session: Session, value: str, source: str = "", *, code: int = 0) -> None:
    if source:
        session.desk.edit("sum.py", source)
    recording = Recording(session.desk.program("sum.py"), "local-cpu")
    recording.take(Frame(sequence=1, cause="end", live={"total / 2:.2f": value}))
    recording.take(Exit(reason="error" if code else "finished", code=code, seconds=0.1))
    session.desk.record(recording)


def test_a_program_that_was_left_broken_says_nothing_of_the_learner(course: Path) -> None:
    session = opened(course)
    session.trust.grant(course)

    def looked_back() -> str | None:
        session.go("end")
        shown = session.live.get("adding#total / 2:.2f")
        [ladder] = course_recap(session, session.course).ladders
        assert ladder.rungs[0].own == shown
        session.go("adding")
        return shown

    session.go("adding")
    run_through(session, "9.00", "total = 18\n")
    assert looked_back() == "9.00"  # it never ran otherwise
    session.desk.reset("sum.py")
    run_through(session, "1.00", code=1)
    assert looked_back() == "9.00"
    run_through(session, "2.00")
    run_through(session, "0.00", "total = 0  # broken\n")
    assert session.live["total / 2:.2f"] == "0.00"  # on the lesson's own page
    assert looked_back() == "2.00"
    session.store.close()
    session = opened(course)
    assert looked_back() == "2.00"


def test_it_shows_the_values_of_the_lessons_runs(session: Session, course: Path) -> None:
    ran(session, "adding", {"total / 2:.2f": "2.50"})
    session.go("end")
    assert session.live == {"adding#total / 2:.2f": "2.50"}
    ran(session, "counting", {"count": "7"})
    assert session.live["counting#count"] == "7"
    # None of them is asked of a run of the page's own, and the log keeps each only with its lesson.
    assert session.lesson.live == ()
    session.store.close()
    assert opened(course).lesson_state("end") is not None
    again = opened(course)
    again.go("end")
    assert again.live == {"adding#total / 2:.2f": "2.50", "counting#count": "7"}


def test_a_learner_comes_back_to_it(session: Session, course: Path) -> None:
    session.go("end")
    session.store.close()
    from evoclass.disk import paths
    from evoclass.learner.config import Settings
    from evoclass.learner.store import Store

    plugins = Plugins()
    library = Library([course], Parser(plugins))
    again = Session.open(library, Store(paths.progress_file()), plugins, Settings(), None, "en")
    assert again.lesson.id == "end"


def ladder(session: Session) -> Drawing:
    return next(block for block in session.lesson.walk() if isinstance(block, Drawing))


@pytest.mark.parametrize("width", [84, 40, 20])
def test_a_ladder_draws_one_number_above_the_other(session: Session, width: int) -> None:
    session.go("end")
    live = {"adding#total / 2:.2f": "2.00"}
    lines = layout((ladder(session),), width, live=live)
    texts = ["".join(segment.text for segment in line.segments) for line in lines]
    assert max(map(len, texts)) <= width
    assert texts[0] == "What came out"
    bars = [text for text in texts if text.rstrip().endswith(("2", "2.00", "3–4", "—"))]
    assert [bar.count("█") for bar in bars[:2]] == [bars[0].count("█")] * 2  # the same number, as long a bar
    assert "▒" in bars[2]  # a range
    assert not any(sign in bars[3] for sign in "█▒")  # no run yet
    assert bars[3].endswith("—")
    assert sum("█" in text for text in texts) == 3  # a row without numbers has no bar


def test_plain_mode_and_exports_say_it_in_words(session: Session, course: Path, tmp_path: Path) -> None:
    session.go("end")
    said = list(spoken((ladder(session),), {"counting#count": "7"}, Catalog("en")))
    assert said[0] == "What came out."
    assert "Row 2. Lesson: Counting; We: 3–4; You: 7." in said
    page = tmp_path / "end.html"
    made = evoclass(course, "export", "end", "--to", "html", "-o", str(page))
    assert made.returncode == 0, made.stderr
    assert "<strong>What came out</strong>" in page.read_text()
    assert "counting#count" not in page.read_text()


def test_a_missing_lesson_or_value_is_reported(course: Path) -> None:
    assert problems(course) == []
    page = course / "en" / "end.md"
    page.write_text(
        END.replace("counting#count`.", "countin#count`.").replace("adding#total / 2", "adding#totals", 1)
    )
    line = END.split("\n").index(":::{ladder} What came out") - 1
    wanted = [("E120", "", "counting", line), ("E120", "value", "total / 2:.2f", line)]
    assert sorted(problems(course)) == sorted(problems(course, "en/end.md")) == sorted(wanted)


def test_keys_of_a_lesson_are_none_of_its(course: Path) -> None:
    (course / "en" / "end.md").write_text(END.replace("format: 1", "format: 1\nnumber: 3"))
    assert problems(course) == [("E008", "", "", 3)]


@pytest.mark.parametrize(
    "body", ["18%, 26%", "| a | b |\n|---|---|\n| 1 | 2 |", "| a | b | c |\n|---|---|---|\n\nmore"]
)
def test_a_ladder_is_one_table_of_three_columns(course: Path, body: str) -> None:
    (course / "en" / "end.md").write_text(
        f"---\ntitle: End\nlanguage: en\n---\n\n:::{{ladder}}\n{body}\n:::\n"
    )
    assert problems(course) == [("E121", "", "", 6)]


def test_plain_mode_goes_on_to_it(session: Session, course: Path) -> None:
    ran(session, "adding", {"total / 2:.2f": "2.50"})
    session.store.close()
    ended = evoclass(course, "learn", "2", "--plain", "--trust", typed="n\n")
    assert "Next: How far you came" in ended.stdout
    page = evoclass(course, "learn", "end", "--plain").stdout
    assert "The sum was 2.50, the count —." in page
    assert page.rstrip().endswith("End of the course.")
    assert "How far you came" in evoclass(course, "lessons").stdout
    assert "How far you came" not in evoclass(course, "progress").stdout


def test_the_recap_of_a_course_tells_the_ladder_and_what_is_ahead(session: Session) -> None:
    ran(session, "adding", {"total / 2:.2f": "2.50"})
    found = course_recap(session, session.course)
    (told,) = found.ladders
    assert told.title == "What came out"
    assert [(rung.name, rung.measured, rung.own) for rung in told.rungs] == [
        ("Adding", "2", "2.50"),
        ("Counting", "3–4", ""),
        ("Nothing", "", ""),
    ]
    assert [lesson.lesson.id for lesson in found.lessons] == ["adding"]
    assert [entry.id for entry in found.untouched] == ["counting"]
    assert (found.runs, found.answers) == (1, 0)


def test_the_command_writes_it_and_replaces_no_file(session: Session, course: Path, tmp_path: Path) -> None:
    ran(session, "adding", {"total / 2:.2f": "2.50"})
    session.store.close()
    text = evoclass(course, "recap").stdout
    assert "## What came out\n\n| Lesson | We | You |\n| --- | ---: | ---: |\n| Adding | 2 | 2.50 |\n" in text
    assert "### What you have shown\n\n- Add two numbers" not in text  # nothing is claimed for it
    assert text.endswith("## Still ahead of you\n\n- 2 Counting (about 20 min)\n")
    document = json.loads(evoclass(course, "recap", "--json").stdout)[0]
    assert document["ladder"][1] == {"name": "Counting", "measured": "3–4", "own": None}
    assert document["not_begun"] == ["counting"]
    file = tmp_path / "mine.md"
    file.write_text("my own words")
    for words in (("recap",), ("recap", "1"), ("notes",)):
        kept = evoclass(course, *words, "--output", str(file))
        assert kept.returncode == 2
        assert "is there already and was kept" in kept.stderr
        assert file.read_text() == "my own words"
    file.unlink()
    assert evoclass(course, "recap", "--output", str(file)).returncode == 0
    assert file.read_text() == text
    for words in (("recap",), ("recap", "1")):
        printed = json.loads(evoclass(course, *words, "--json").stdout)
        file.unlink()
        assert f"{file} is written." in evoclass(course, *words, "--json", "--output", str(file)).stdout
        assert json.loads(file.read_text()) == printed


GUESS = """
:::{guess} NUMBER
:lab: FILE
:value: VALUE
:range: 0..10

How many NAME?
:::
"""


NAMES = ("how-many", "again", "at-last")


@pytest.fixture
def guessing(course: Path) -> Path:
    """The course with three guesses at the end of each of its two lessons, and none after it."""
    for name, file, value in (("01-adding", "sum.py", "total"), ("02-counting", "count.py", "count")):
        page = course / "en" / f"{name}.md"
        asked = GUESS.replace("FILE", file).replace("VALUE", value).replace("NAME", value)
        three = "".join(asked.replace("NUMBER", name) for name in NAMES)
        page.write_text(f"{page.read_text()}\n{three}")
    return course


def guessed(session: Session, lesson: str, value: float, name: str = "how-many") -> None:
    session.log_at((session.course.id, lesson), Verb.PREDICTED, name, guess=value)


def gave(session: Session, lesson: str, file: str, found: float) -> None:
    ended = Exit(reason="finished", code=0, seconds=0.1)
    record = RunRecord(file=file, code="", runner="x", exit=ended, output="", time=time.time())
    run, measured = msgspec.to_builtins(record), dict.fromkeys(NAMES, found)
    session.log_at((session.course.id, lesson), Verb.ATTEMPTED, file, run=run, measured=measured)


def test_guesses_of_all_lessons_are_told_together(guessing: Path) -> None:
    session = opened(guessing)
    for name in NAMES:
        guessed(session, "counting", 1.0, name)  # made before those of the lesson that comes first
    gave(session, "counting", "count.py", 7.0)
    found = course_recap(session, session.course)
    assert found.guesses == ""  # there are none later than they
    assert found.lessons[0].guesses == ("How many count? You said 1, it was 7: 6 more than you said.",) * 3
    for name in NAMES:
        guessed(session, "adding", 3.0, name)
    assert course_recap(session, session.course).guesses == ""  # no run has answered it
    gave(session, "adding", "sum.py", 4.0)
    guessed(session, "adding", 4.0)  # after the run: it counts for nothing
    found = course_recap(session, session.course)
    assert found.guesses == (
        "Your guesses came nearer: first 60% of the range away from what the runs gave, later 10%."
    )
    text = course_as_markdown(found, session.catalog)
    assert text.count("Your guesses came nearer") == 1
    assert text.index("Your guesses came nearer") < text.index("Adding")
    assert "### Your guesses\n\n- How many total? You said 3, it was 4: 1 more than you said.\n" in text


def test_the_bundled_course_has_one_in_both_languages() -> None:
    content = Path(__file__).parents[2] / "content"
    library = Library([content], Parser(Plugins()))
    for language in ("en", "it"):
        (course,) = library.courses(language)
        assert course.end is not None
        assert course.end.language == language
        page = library.open(course.end.path)
        assert {item.place[0] for item, _ in page.recalled} <= set(course.ids)
        assert any(isinstance(block, Drawing) for block in page.walk())
        assert plain_text(page.blocks[0].text)  # type: ignore[union-attr]
