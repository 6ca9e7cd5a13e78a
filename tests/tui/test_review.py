"""The screen of a review: questions one after the other, over the lesson."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from textual.widgets import Input, Static

from evoclass.contracts.bench import InterpreterBench
from evoclass.learner.answers import Answers
from evoclass.learner.event import now
from evoclass_tui.screens.review import ReviewScreen
from evoclass_tui.testing import OpenedApp, open_app

LESSON = """---
id: own
number: 1
title: Own values
language: en
---

:::{number} double
:draw: n in 1..9999
Twice {{n}}?
:answer: {{2 * n}}
:solution: Each number counts twice.
:::

:::{number} half
Half of 10?
:answer: 5
:::
"""

Opened = Callable[[], AbstractAsyncContextManager[OpenedApp]]


@pytest.fixture
async def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Opened:
    """Open the lesson, of which everything was learnt five days ago."""
    with monkeypatch.context() as past:
        past.setattr("evoclass.learner.store.now", lambda: now() - timedelta(days=5))
        async with open_app(LESSON, folder=tmp_path) as app:
            session = app.pilot.app.session
            for block in session.lesson.exercises:
                await session.answers.submit(block.id, dict(block.exercise.solution()))

    @asynccontextmanager
    async def again() -> AsyncIterator[OpenedApp]:
        async with open_app(LESSON, folder=tmp_path) as app:
            yield app

    return again


def answer(app: OpenedApp) -> str:
    """Return the right answer to the question that is asked."""
    screen = app.pilot.app.screen
    assert isinstance(screen, ReviewScreen)
    block = screen._review.lesson.exercises[0]
    return f"{block.exercise.solution()['number']:g}"


async def asked(app: OpenedApp, place: str) -> None:
    """Wait for a question, and for the cursor in it."""
    await app.until(place)
    await app.until(lambda: app.pilot.app.screen._reader.focused_question is not None)


async def begin(app: OpenedApp) -> None:
    await app.pilot.app.lesson_screen.dialogs.action_review()
    await asked(app, "question 1 of 2")


async def typed(app: OpenedApp, text: str) -> None:
    await app.press(*text, "enter")


async def test_the_window_says_what_is_due(opened: Opened) -> None:
    async with opened() as app:
        await app.until("Questions due for review: 2")
        await app.press("ctrl+o")
        await app.until(lambda: app.text.count("Questions due for review: 2"))


async def test_the_key_of_the_foot_leads_on_from_a_field_too(opened: Opened) -> None:
    async with opened() as app:
        await begin(app)
        assert isinstance(app.pilot.app.focused, Input)
        await app.press("ctrl+n")  # as the foot says
        await asked(app, "question 2 of 2")


async def test_a_sitting_goes_from_question_to_question(opened: Opened) -> None:
    async with opened() as app:
        await begin(app)
        assert "^N leave it for another day" in app.text
        await typed(app, answer(app))
        await app.until("Next question")
        await app.until("n next question · Esc close")
        assert "another day" not in app.text
        await app.press("n")  # as the foot says
        await asked(app, "question 2 of 2")
        assert "^N leave it for another day" in app.text
        assert "Next question" not in app.text
        assert "Check" in app.text
        await typed(app, answer(app))
        await app.until("Next question")
        await app.press("enter")
        await app.until("Remembered at once: 2 of 2.")
        assert "n next question · Esc close" not in app.text
        await app.press("enter")
        await app.until(lambda: not isinstance(app.pilot.app.screen, ReviewScreen))
    async with opened() as app:
        await app.pilot.app.lesson_screen.dialogs.action_review()  # nothing is due: what comes next is asked
        await app.until("question 1 of 2")
        assert app.pilot.app.screen._review.plan.due == ()


async def test_more_asks_what_is_not_due_too(opened: Opened) -> None:
    async with opened() as app:
        await begin(app)
        await typed(app, answer(app))
        await app.until("Next question")
        await app.press("escape")
        await app.until(lambda: not isinstance(app.pilot.app.screen, ReviewScreen))
        await app.pilot.app.lesson_screen.dialogs.action_review()
        await asked(app, "question 1 of 1")
        await app.press("escape", "escape")
        await app.until(lambda: not isinstance(app.pilot.app.screen, ReviewScreen))
        await app.pilot.app.lesson_screen.dialogs.action_review(more=True)
        await asked(app, "question 1 of 2")


async def test_a_missed_question_comes_again(opened: Opened) -> None:
    async with opened() as app:
        await begin(app)
        await typed(app, "77777")
        await app.until("Not yet")
        await app.press(*["backspace"] * 5)
        await typed(app, answer(app))
        await app.until("Next question")
        await app.press("enter")
        await app.until("question 2 of 3")


async def test_what_is_left_stays_due(opened: Opened) -> None:
    async with opened() as app:
        await begin(app)
        await app.press("escape", "n")
        await app.until("question 2 of 2")
        await app.press("escape", "escape")
        await app.until(lambda: not isinstance(app.pilot.app.screen, ReviewScreen))
        assert app.pilot.app.session.state.exercise("double").passed
    async with opened() as app:
        await app.until("Questions due for review: 2")


async def test_in_a_small_window_the_title_and_the_keys_stay(tmp_path: Path, opened: Opened) -> None:
    async with open_app(LESSON, folder=tmp_path, size=(60, 18), language="it") as app:
        await app.pilot.app.lesson_screen.dialogs.action_review()
        await app.until("domanda 1 di 2")
        screen = app.pilot.app.screen
        for part in screen.query(Static):
            assert part.region.bottom <= 18
        await app.until("Esc")


LONG = """---
id: own
number: 1
title: Many options
language: en
---

:::{multiple} many
Which of these are even?

- [ ] one, which is written with a single stroke and stands at the beginning of all counting
- [x] two, the smallest of all primes and the only one that is even
- [ ] three, as many as a triangle has corners and as Gaul has parts
- [x] four, the first that is no prime, and the number of seasons
- [ ] five, as many as there are fingers on a hand
:::
"""


async def test_in_a_small_window_a_long_question_begins_with_its_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as past:
        past.setattr("evoclass.learner.store.now", lambda: now() - timedelta(days=5))
        async with open_app(LONG, folder=tmp_path) as app:
            answers = app.pilot.app.session.answers
            await answers.submit("many", dict(answers.exercise("many").exercise.solution()))
    async with open_app(LONG, folder=tmp_path, size=(70, 20)) as app:
        await app.pilot.app.lesson_screen.dialogs.action_review()
        await asked(app, "question 1 of 1")
        await app.pilot.pause()
        assert "Which of these are even?" in app.text
        await app.press(*["down"] * 4)
        await app.until("fingers on a hand")  # the page follows the cursor


PROGRAM = """---
id: own
number: 1
title: A program
language: en
---

:::{code} one
Set `x` to one, and nothing else, in one line above the comments that stand in the editor.

```python starter
# 1
# 2
# 3
```

```python solution
x = 1
```

:expect: x == 1 | One.
:solution: A name stands left of the sign.
:::
"""


async def test_in_a_small_window_a_right_program_leads_to_what_is_said_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Answers, "bench", lambda self: InterpreterBench())
    async with open_app(PROGRAM, folder=tmp_path, size=(60, 18)) as app:
        await app.pilot.app.session.answers.submit("one", {"code": "x = 1"})
        await app.pilot.app.lesson_screen.dialogs.action_review()
        await asked(app, "question 1 of 1")
        await app.press("ctrl+s")
        await app.until("Not yet")
        await app.press(*"x=1", "enter", "ctrl+s")
        await app.until("Next question")
        await app.until("A name stands left of the sign.")
