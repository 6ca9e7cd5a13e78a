"""The values of a question stay with the answer that was given to them, wherever progress comes from."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from evoclass.learner import progressfile
from evoclass.learner.config import Settings
from evoclass.learner.progress import LONGEST_DRAW, LessonState
from evoclass.learner.session import Session
from evoclass.learner.store import Store, Verb
from evoclass.model import Steps, plain_text
from evoclass.pluginhost.plugins import Plugins
from evoclass.reading.library import Library
from evoclass.reading.markup import Parser

PLUGINS = Plugins()

LESSON = (
    """---
id: own
number: 1
title: Own values
language: en
---
"""
    + "".join(
        f"""
:::{{number}} q{number}
:draw: n in 1..10000
:draw: m in 1..10000
Twice {{{{n}}}} and {{{{m}}}}?
:answer: {{{{2 * n + m}}}}
:::
"""
        for number in range(3)
    )
    + """
::::{challenge} story
:draw: n in 1..10000
:draw: m in 1..10000
There are {{n}} and {{m}}.

:::{number} one
How many is {{n}} and {{m}} and one?
:answer: {{n + m + 1}}
:::

:::{number} two
How many is {{n}} and {{m}} and two?
:answer: {{n + m + 2}}
:::
::::
"""
)


def on(machine: Path, lessons: Path) -> Session:
    """Open the lesson on a machine."""
    machine.mkdir(exist_ok=True)
    library = Library([lessons], Parser(PLUGINS))
    return Session.open(library, Store(machine / "progress.db"), PLUGINS, Settings(), "own", "en")


def values(session: Session) -> dict[str, str]:
    """Return the text of each question, which has its values."""
    said = {
        block.id: plain_text(block.prompt[0].text)  # type: ignore[union-attr]
        for block in session.lesson.exercises
    }
    story = session.lesson.find("story")
    assert isinstance(story, Steps)
    return {**said, "story": plain_text(story.intro[0].text)}  # type: ignore[union-attr]


async def right(session: Session, *questions: str) -> None:
    for name in questions:
        answer = dict(session.answers.exercise(name).exercise.solution())
        assert (await session.answers.submit(name, answer)).passed


def both_ways(first: Path, second: Path) -> None:
    """Merge the progress of two machines on each of them."""
    for machine in (first, second):
        with closing(Store(machine / "progress.db")) as store:
            progressfile.write(machine / "file", store.events(), "me")
    for here, there in ((first, second), (second, first)):
        with closing(Store(here / "progress.db")) as store:
            store.merge(progressfile.read(there / "file").events)


async def test_what_is_answered_keeps_its_values_and_new_questions_agree(tmp_path: Path) -> None:
    lessons, home, school = tmp_path / "lessons", tmp_path / "home", tmp_path / "school"
    lessons.mkdir()
    (lessons / "01-own.md").write_text(LESSON)
    there = on(home, lessons)
    await right(there, "q0", "story/one")
    there.answers.draft("q2", {"value": 7.0})
    here = on(school, lessons)
    await right(here, "q1")
    before, between = values(there), values(here)
    assert all(before[name] != between[name] for name in before)
    both_ways(home, school)
    for machine in (home, school):
        session = on(machine, lessons)
        assert values(session) == {**before, "q1": between["q1"]}
        verdicts = await session.answers.regrade()
        assert {name for name, verdict in verdicts.items() if verdict.passed} == {"q0", "q1", "story/one"}
        assert session.answers.done == 3
        session.store.close()


async def test_a_new_try_on_either_machine_draws_the_same(tmp_path: Path) -> None:
    lessons, home, school = tmp_path / "lessons", tmp_path / "home", tmp_path / "school"
    lessons.mkdir()
    (lessons / "01-own.md").write_text(LESSON)
    there, here = on(home, lessons), on(school, lessons)
    for session in (there, here):
        await right(session, "q0")
        session.answers.retry("q0")
        await right(session, "q0")
    answered = values(here)["q0"]
    both_ways(home, school)
    again = [on(machine, lessons) for machine in (home, school)]
    assert [values(session)["q0"] for session in again] == [answered, answered]
    for session in again:
        session.answers.retry("q0")
    assert values(again[0])["q0"] == values(again[1])["q0"] != answered


COIN = """---
id: own
number: 1
title: Own values
language: en
---

:::{number} coin
:draw: n in [1, 2]
Twice {{n}}?
:answer: {{2 * n}}
:::

:::{choice} side
:shuffle:
Which?
- [x] this
- [ ] that
:::

:::{number} fixed
Twice two?
:answer: 4
:::
"""


async def test_a_new_try_looks_new_also_at_the_next_opening(tmp_path: Path) -> None:
    lessons, home = tmp_path / "lessons", tmp_path / "home"
    lessons.mkdir()
    (lessons / "01-own.md").write_text(COIN)
    session = on(home, lessons)
    for _ in range(12):
        before = session.lesson.exercises
        for block in before:
            session.answers.retry(block.id)
        shown = session.lesson.exercises
        assert [new == old for new, old in zip(shown, before, strict=True)] == [False, False, True]
        session.store.close()
        session = on(home, lessons)
        assert session.lesson.exercises == shown
    session.store.close()


async def test_a_question_on_the_page_is_graded_by_the_values_that_it_shows(tmp_path: Path) -> None:
    lessons, home, school = tmp_path / "lessons", tmp_path / "home", tmp_path / "school"
    lessons.mkdir()
    (lessons / "01-own.md").write_text(LESSON)
    there = on(home, lessons)
    await right(there, "q0")
    here = on(school, lessons)
    shown = values(here)
    both_ways(home, school)
    await right(here, "q1")
    here.answers.retry("q1")
    now = values(here)
    assert {**now, "q1": ""} == {**shown, "q1": ""}
    await right(here, "q0")
    assert values(on(school, lessons))["q0"] == shown["q0"]


def test_what_is_no_draw_is_passed_over(tmp_path: Path) -> None:
    state = LessonState()
    with closing(Store(tmp_path / "log.db")) as store:
        for draw in (7, None, "x" * LONGEST_DRAW):
            state.take(store.append(Verb.RESPONDED, course="c", lesson="l", block="q", answer={}, draw=draw))
    assert state.draws == {}
    assert state.exercises["q"].draft == {}
