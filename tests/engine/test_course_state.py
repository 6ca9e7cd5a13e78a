"""The log of a course is folded once, then fed: what is known always equals what the log says."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course import opened
from evoclass.learner.coursestate import CourseState
from evoclass.learner.progress import fold
from evoclass.learner.session import Session
from evoclass.learner.store import Store, Verb

MORE = "---\nformat: 1\nid: more\nnumber: 2\ntitle: More\nlanguage: en\n---\n\n# More\n"


def reads(session: Session) -> list[str]:
    """Return what will be asked of the log from now on, as far as it is the log of a whole lesson or course."""
    asked: list[str] = []

    def note(statement: str) -> None:
        if (
            statement.startswith("SELECT * FROM event")
            and "verb =" not in statement
            and "id >" not in statement
        ):
            asked.append(statement)

    session.store._connection.set_trace_callback(note)
    return asked


async def test_the_log_is_read_once_however_much_is_answered(course: Path) -> None:
    (course / "en" / "02-more.md").write_text(MORE)
    session = opened(course)
    asked = reads(session)
    for choice in "ba":
        await session.answers.submit("two-and-two", {"choice": choice})
        assert session.standing.marks["adding"] == "started"
    assert not session.is_new
    for entry in (*session.course.lessons, *session.course.lessons):
        session.open_entry(session.course, entry)
        assert "adding" in session.standing.marks
    assert session.state.exercise("two-and-two").attempts == 0
    session.go("adding")
    assert session.state.exercise("two-and-two").attempts == 2
    assert asked == []


async def test_a_lesson_begun_earlier_is_parsed_once(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (course / "en" / "02-more.md").write_text(MORE)
    opened(course).go("more")
    session = opened(course)
    parsed: list[object] = []
    real = session.library.open
    monkeypatch.setattr(session.library, "open", lambda path: parsed.append(path) or real(path))
    for _ in range(3):
        assert session.standing.marks == {"adding": "started", "more": "started"}
    assert len(parsed) == 1


async def test_what_another_window_does_in_another_lesson_is_on_the_map(course: Path) -> None:
    (course / "en" / "02-more.md").write_text(MORE)
    ours, theirs = opened(course), opened(course)
    assert ours.standing.marks["more"] == "new"
    theirs.go("more")
    ours.catch_up()
    assert ours.standing.marks["more"] == "started"


async def test_an_answer_counts_for_the_lesson_it_was_given_in(
    course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (course / "en" / "02-more.md").write_text(MORE)
    session = opened(course)
    exercise = type(session.answers.exercise("two-and-two").exercise)
    real, graded = exercise.grade, asyncio.Event()

    async def slowly(*args: Any) -> Any:
        await graded.wait()
        return await real(*args)

    monkeypatch.setattr(exercise, "grade", slowly)
    check = asyncio.create_task(session.answers.submit("two-and-two", {"choice": "a"}))
    await asyncio.sleep(0)
    session.go("more")
    graded.set()
    assert (await check).passed
    assert "two-and-two" not in session.state.exercises
    session.go("adding")
    assert session.state.exercise("two-and-two").passed
    assert fold(session.store.events("sums", "adding")).exercise("two-and-two").passed


DEEDS = st.tuples(
    st.sampled_from(["adding", "more"]),
    st.sampled_from(["one", "two"]),
    st.sampled_from(
        [
            (Verb.INITIALIZED, {}),
            (Verb.RESPONDED, {"answer": {"choice": "b"}}),
            (Verb.ANSWERED, {"answer": {"choice": "a"}, "score": 1.0, "passed": True}),
            (Verb.ANSWERED, {"answer": {"choice": "b"}, "score": 0.5, "passed": False}),
            (Verb.ASKED, {"hint": 1}),
            (Verb.EXPERIENCED, {}),
            (Verb.VOIDED, {}),
            (Verb.INTERACTED, {"source": "x = 1\n"}),
            (Verb.INTERACTED, {"cursor": [1, 2]}),
            (Verb.PROGRESSED, {}),
            (Verb.ATTENDED, {"seconds": 2.5}),
        ]
    ),
    st.booleans(),
)


@given(st.lists(DEEDS, max_size=12), st.integers(0, 12))
@settings(max_examples=15, deadline=None, derandomize=True)
def test_what_was_fed_equals_what_the_log_says(deeds: list[tuple[Any, ...]], begin: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = (Store(Path(folder) / "progress.db") for _ in range(2))
        state: CourseState | None = None
        for place, (lesson, block, (verb, payload), here) in enumerate(deeds):
            if place == begin:
                ours.seen(events := ours.events("c"))
                state = CourseState("c", events)
            news = ours.news("c") if here and state is not None else []
            event = (ours if here else theirs).append(verb, course="c", lesson=lesson, block=block, **payload)
            if here and state is not None:
                for one in (*news, event):
                    state.take(one)
        for one in ours.news("c") if state is not None else []:
            state.take(one)
        if state is not None:
            assert state.lessons.keys() == {event.lesson for event in ours.events("c")}
            assert state.lessons == {name: fold(ours.events("c", name)) for name in state.lessons}
        ours.close()
        theirs.close()
