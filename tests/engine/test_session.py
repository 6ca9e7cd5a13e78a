"""One learner in one lesson: what is asked, what is remembered, what a language switch keeps."""

from __future__ import annotations

from pathlib import Path

import pytest

from evoclass.disk import paths
from evoclass.errors import NotFoundError
from evoclass.learner import config
from evoclass.learner.session import Session
from evoclass.learner.store import Store
from evoclass.pluginhost.plugins import Plugins
from evoclass.protocol import ErrorReport, Exit, Frame, Operand, Output
from evoclass.reading.library import Library
from evoclass.reading.markup import Parser
from evoclass.runner import Limits
from evoclass.running.recording import Recording

PLUGINS = Plugins()


def open_session(course: Path, reference: str | Path | None = None, language: str | None = "en") -> Session:
    library = Library([course], Parser(PLUGINS))
    session = Session.open(
        library, Store(paths.progress_file()), PLUGINS, config.load(paths.config_file()), reference, language
    )
    session.trust.grant_for_now(course)
    return session


async def test_answers_survive_and_are_graded_again_in_the_other_language(course: Path) -> None:
    session = open_session(course)
    verdict = await session.answers.submit("two-and-two", {"choice": "b"})
    assert not verdict.passed
    session.answers.draft("bigger/plus", {"text": "pl"})
    again = open_session(course, language="it")
    assert again.lesson.language == "it"
    assert again.state.exercise("two-and-two").answer == {"choice": "b"}
    assert again.state.exercise("bigger/plus").draft == {"text": "pl"}
    verdicts = await again.answers.regrade()
    (feedback,) = verdicts["two-and-two"].feedback
    assert "Uno di troppo." in "".join(getattr(item, "text", "") for item in feedback.text)
    assert again.state.exercise("two-and-two").attempts == 1


async def test_a_reveal_opens_the_next_step_but_is_no_pass(course: Path) -> None:
    session = open_session(course)
    answer = session.answers.reveal("bigger/ten")
    verdict = await session.answers.submit("bigger/ten", answer)
    assert verdict.passed
    assert session.state.exercise("bigger/ten").done
    assert not session.state.exercise("bigger/ten").passed
    assert (session.answers.done, session.answers.total) == (0, 3)


def test_hints_come_one_at_a_time_and_end(course: Path) -> None:
    session = open_session(course)
    assert [len(session.answers.hint("two-and-two")) for _ in range(4)] == [1, 2, 2, 2]
    assert open_session(course).state.exercise("two-and-two").hints == 2


def test_edits_are_kept_until_reset_and_never_leak_into_the_lesson(course: Path) -> None:
    session = open_session(course)
    session.desk.edit("sum.py", "total = 7\n")
    again = open_session(course, language="it")
    assert again.desk.code("sum.py") == "total = 7\n"
    assert again.desk.edited("sum.py")
    assert again.desk.program("sum.py").file.read_text() == "total = 7\n"
    assert "Cambiami" in again.desk.reset("sum.py")
    assert not open_session(course).desk.edited("sum.py")
    assert "Change me" in open_session(course).desk.code("sum.py")


def test_it_opens_where_the_learner_left_off(course: Path) -> None:
    session = open_session(course)
    session.reached("two-and-two")
    session.studied(12.0)
    session.switch("it")
    again = open_session(course, language=None)
    assert (again.lesson.id, again.language) == ("adding", "it")
    assert (again.state.block, again.state.seconds) == ("two-and-two", 12.0)


def test_the_language_of_the_last_visit_is_kept_without_a_setting(course: Path) -> None:
    open_session(course, language="it")
    assert open_session(course, language=None).language == "it"


def test_a_run_comes_back_with_its_values(course: Path) -> None:
    session = open_session(course)
    recording = Recording(session.desk.program("sum.py"), "local-cpu")
    recording.take(Output(text="total 4\r\n"))
    recording.take(Frame(sequence=1, cause="end", live={"total": "4"}))
    error = ErrorReport(
        type="RuntimeError", text="shapes", line=2, operands=(Operand(name="x", shape=(5, 6)),)
    )
    recording.take(error)
    recording.take(Exit(reason="error", code=1, seconds=0.2))
    session.desk.record(recording)
    run = open_session(course).state.last_run
    assert run is not None
    assert (run.output, run.live, run.exit.reason) == ("total 4\r\n", {"total": "4"}, "error")
    assert run.error == error


@pytest.mark.parametrize(
    ("options", "arguments"),
    [
        ("", ()),
        (":arguments: --epochs 3\n", ("--epochs", "3")),
        (":arguments: --name 'two words' \"\"\n:arguments: -h --\n", ("--name", "two words", "", "-h", "--")),
        (":arguments: caff\xe8 a\\ b $HOME *.py\n", ("caff\xe8", "a b", "$HOME", "*.py")),
    ],
)
def test_a_lab_s_program_finds_its_arguments(course: Path, options: str, arguments: tuple[str, ...]) -> None:
    [file] = [path for path in course.rglob("*.md") if "Two and two." in path.read_text()]
    file.write_text(file.read_text().replace(":seconds: 20\n", options, 1))
    program = open_session(course).desk.program("sum.py")
    assert program.arguments == arguments


async def test_marks_of_the_course_map(course: Path) -> None:
    session = open_session(course)
    assert session.standing.marks == {"adding": "started"}
    await session.answers.submit("two-and-two", {"choice": "a"})
    session.answers.reveal("bigger/ten")
    await session.answers.submit("bigger/plus", {"text": "+"})
    assert session.standing.marks == {"adding": "done"}


def test_a_single_file_and_a_name_that_does_not_exist(course: Path) -> None:
    session = open_session(course, course / "it" / "01-adding.md")
    assert session.lesson.id == "adding"
    with pytest.raises(NotFoundError, match="adding"):
        session.go("no-such-lesson")
    with pytest.raises(NotFoundError, match=r"sum\.py"):
        session.desk.lab("other.py")


def test_a_lab_can_lower_limits_and_not_raise_them(course: Path) -> None:
    lesson = course / "en" / "01-adding.md"
    options = ":memory: 500\n:processes: 8\n:files: 5000\n:file-size: 1\n:output: 2\n"
    lesson.write_text(lesson.read_text().replace(":seconds: 20\n", f":seconds: 20\n{options}"))
    session = open_session(course)
    mega = 2**20
    lowered = Limits(seconds=20, memory=500 * mega, processes=8, files=1024, file_size=mega, output=2 * mega)
    assert session.desk.limits("sum.py") == lowered
    session.settings = session.settings.changed(limits=Limits(seconds=5, memory=mega, processes=2))
    limits = session.desk.limits("sum.py")
    assert (limits.seconds, limits.memory, limits.processes) == (5, mega, 2)
    assert (limits.file_size, limits.output) == (mega, 2 * mega)
