"""A course with many lessons: what is done and left, what builds on what, where a learner begins and comes back."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from course import write_course
from evoclass import cli
from evoclass.i18n import Catalog
from evoclass.learner.session import Session
from evoclass.learner.standing import duration
from evoclass.learner.workspace import Workspace
from evoclass.lint.course import check_course
from evoclass.lint.needs import circles
from evoclass.plain import PlainFrontEnd
from evoclass.plain.console import Console, Leave
from evoclass.pluginhost.plugins import Plugins
from evoclass.reading.library import Library
from evoclass.reading.markup import Parser
from manylessons import write_many

PARSER = Parser(Plugins())


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """The folder of a course of twelve lessons."""
    return write_many(tmp_path / "many")


def begin(content: Path, lesson: str | None = None) -> Session:
    space = Workspace(content=content, asked_language="en")
    return Session.open(space.library, space.store, space.plugins, space.settings, lesson, "en")


async def take(session: Session, *lessons: int) -> None:
    """Answer all questions of these lessons."""
    for number in lessons:
        session.go(f"lesson-{number}")
        for more, name in enumerate(("first", "second"), 1):
            await session.answers.submit(f"{name}-{number}", {"number": str(number + more)})


def listed(capsys: pytest.CaptureFixture[str], *words: str | Path) -> str:
    with pytest.raises(SystemExit) as ended:
        cli.run([str(word) for word in words])
    assert not ended.value.code
    return capsys.readouterr().out


# ------------------------------------------------------------------------------------------------------- the lists


def test_the_list_says_what_is_done_what_is_left_and_what_builds_on_what(
    many: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    session = begin(many)
    asyncio.run(take(session, 1, 2))
    session.go("lesson-3")
    session.store.close()
    said = listed(capsys, "lessons", "--content", many, "--lang", "en").splitlines()
    assert said[1] == "  2 of 12 lessons done · 7 h in all, 5 h 50 min left"
    assert said[2].startswith("  ●   1  Tensors: numbers in shape  30 min · en it")
    assert "builds on ● 2, ◐ 3" in said[5]
    assert said[5].startswith("  ○   4")
    document = json.loads(listed(capsys, "lessons", "--content", many, "--json"))
    assert document[0]["lessons"][3]["needs"] == ["lesson-2", "lesson-3"]


def test_progress_counts_the_questions_of_the_lesson_and_the_lessons_of_the_course(
    many: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    session = begin(many)
    asyncio.run(take(session, 2))
    session.go("lesson-1")
    asyncio.run(session.answers.submit("first-1", {"number": "2"}))
    session.store.close()
    said = listed(capsys, "progress", "--content", many, "--lang", "en").splitlines()
    assert said[:2] == ["MANY · Learning by doing", "  1 of 12 lessons done · 7 h in all, 6 h 20 min left"]
    assert said[2].startswith("  ◐ 1 Tensors: numbers in shape: questions passed: 1 of 2")
    assert said[3].startswith("  ● 2 Gradients: which way is down: questions passed: 2 of 2")
    (course,) = json.loads(listed(capsys, "progress", "--content", many, "--json"))["courses"]
    assert (course["done"], course["lessons"], course["minutes"], course["minutes_left"]) == (1, 12, 420, 380)


def test_lists_read_no_lesson_whose_questions_are_known(
    many: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    session = begin(many)
    asyncio.run(take(session, 1, 2, 3))
    assert session.standing.done == 3
    session.store.close()
    read: list[Path | None] = []
    real = Parser.lesson

    def note(self: Parser, text: str | bytes, path: Path | None = None, *more: Path) -> object:
        read.append(path)
        return real(self, text, path, *more)

    monkeypatch.setattr(Parser, "lesson", note)
    for command in ("lessons", "progress"):
        assert "3 of 12" in listed(capsys, command, "--content", many, "--lang", "en")
    assert read == []
    changed = many / "en" / "00002-lesson.md"
    changed.write_text(changed.read_text().replace("second-2", "other-2"))
    assert "2 of 12" in listed(capsys, "progress", "--content", many, "--lang", "en")
    assert read == [changed]


@pytest.mark.parametrize(
    ("minutes", "said"), [(5, "5 min"), (60, "1 h"), (95, "1 h 35 min"), (100_020, "1667 h")]
)
def test_times_as_people_say_them(minutes: int, said: str) -> None:
    assert duration(minutes, Catalog("en")) == said


# ------------------------------------------------------------------------------------------------------ what it needs


def changed(folder: Path, number: int, needs: str, languages: tuple[str, ...] = ("en", "it")) -> None:
    for language in languages:
        path = folder / language / f"{number:05}-lesson.md"
        lines = [line for line in path.read_text().split("\n") if not line.startswith("needs:")]
        path.write_text("\n".join(lines).replace("minutes:", f"{needs}\nminutes:", 1))


def problems(folder: Path) -> Iterator[tuple[str, str, object]]:
    for problem in check_course(Library([folder], PARSER)):
        if problem.code != "W089":
            assert problem.path is not None
            yield (
                problem.code,
                problem.path.parent.name,
                problem.fields.get("variant") or problem.fields.get("circle"),
            )


def test_a_generated_course_has_no_problem(many: Path) -> None:
    assert list(problems(many)) == []


@pytest.mark.parametrize(
    ("number", "needs", "expected"),
    [
        (3, "needs: [nothing-of-ours]", ("E092", None)),
        (3, "needs: [leson-1]", ("E092", "near")),
        (3, "needs:\n  - lesson-3", ("E093", "itself")),
        (1, "needs: [lesson-2]", ("E093", "lesson-1 → lesson-2 → lesson-1")),
    ],
)
def test_check_knows_the_lessons_of_the_course(
    many: Path, number: int, needs: str, expected: tuple[str, str | None]
) -> None:
    changed(many, number, needs)
    code, how = expected
    assert set(problems(many)) == {(code, "en", how), (code, "it", how)}


def test_both_languages_build_on_the_same(many: Path) -> None:
    changed(many, 4, "needs: [lesson-1]", ("it",))
    assert list(problems(many)) == [("E088", "it", None)]


def test_circles_in_a_chain_of_any_length() -> None:
    chain = {str(number): [str(number + 1)] for number in range(20_000)}
    assert circles(chain) == []
    assert len(circles(chain | {"20000": ["0"]})[0]) == 20_001
    assert circles({"a": ["b", "c"], "b": ["a"], "c": ["b"]}) == [["a", "b"]]


# ----------------------------------------------------------------------------------------------- coming and coming back


def test_a_newcomer_begins_at_the_course_page_and_a_returning_learner_does_not(many: Path) -> None:
    session = begin(many)
    assert (session.lesson.id, session.at_course_page) == ("lesson-1", True)
    session.store.close()
    assert begin(many).at_course_page
    assert not begin(many, "3").at_course_page
    session = begin(many)
    session.studied(30)
    session.store.close()
    session = begin(many)
    assert (session.lesson.id, session.at_course_page) == ("lesson-3", False)


def test_a_lesson_from_elsewhere_does_not_lose_the_place_in_the_course(many: Path, tmp_path: Path) -> None:
    session = begin(many, "5")
    session.studied(30)
    elsewhere = write_course(tmp_path / "elsewhere")
    session.go(elsewhere / "en" / "01-adding.md")
    session.store.close()
    assert begin(many).lesson.id == "lesson-5"


class Typed(Console):
    """A console with a person who types these lines."""

    interactive = True  # type: ignore[assignment]

    def __init__(self, *lines: str) -> None:
        super().__init__()
        self.lines, self.said = list(lines), ""

    def say(self, *lines: str) -> None:
        self.said += "\n".join((*lines, ""))

    def ask(self, question: str) -> str:
        self.said += f"{question}\n"
        if not self.lines:
            raise Leave
        return self.lines.pop(0)


def test_plain_mode_begins_at_the_course_page_and_goes_on_to_the_next_lesson(many: Path) -> None:
    session = begin(many)
    # Enter begins; a section, an answer, the next section, an answer; Enter goes on to Lesson 2.
    console = Typed("", "2", "", "3", "", "q")
    PlainFrontEnd(session, {}, console).run()
    first, _, second = console.said.partition("Lesson 1 of 12.")
    assert "Every lesson runs real code." in first
    assert "0 of 12 lessons done\n7 h in all" in first
    assert "Enter opens Lesson 1, Tensors: numbers in shape (about 30 min), q quits" in first
    assert "Enter opens Lesson 2, Gradients: which way is down (about 40 min), q quits" in second
    assert "Lesson 2 of 12." in second
    assert "1 Tensors: numbers in shape (done)" in second
    assert session.lesson.id == "lesson-2"
