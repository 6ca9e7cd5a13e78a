"""A sitting of reviews: new values, the lessons' pages untouched, what was missed asked again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from evoclass.disk import paths
from evoclass.learner import config
from evoclass.learner.askable import due_today
from evoclass.learner.event import day_of, now
from evoclass.learner.memory import Question
from evoclass.learner.reviewing import Review
from evoclass.learner.session import Session
from evoclass.learner.store import Store
from evoclass.model import ExerciseBlock, plain_text
from evoclass.pluginhost.plugins import Plugins
from evoclass.reading.library import Library
from evoclass.reading.markup import Parser

PLUGINS = Plugins()

COURSE = """---
id: sums
title: Sums
language: en
---
"""

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
:hint: Add it to itself.
:::

:::{reflect} why
Why?
:answer: Because.
:::

::::{challenge} shop
:title: The shop

The shop sells apples.

:::{number} apples
How many are 2 and 3?
:answer: 5
:::
::::
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "course"
    made.mkdir()
    (made / "index.md").write_text(COURSE, encoding="utf-8")
    (made / "01-own.md").write_text(LESSON, encoding="utf-8")
    return made


Days = Callable[[float], None]


@pytest.fixture
def ago(monkeypatch: pytest.MonkeyPatch) -> Days:
    """Let the clock show a time some days ago."""

    def set_back(days: float) -> None:
        def then() -> datetime:
            return now() - timedelta(days=days)

        monkeypatch.setattr("evoclass.learner.store.now", then)
        monkeypatch.setattr("evoclass.learner.askable.now", then)

    return set_back


def opened(kind: type[Session], folder: Path, *reference: str) -> Session:
    store = Store(paths.progress_file())
    library = Library([folder], Parser(PLUGINS))
    settings = config.load(paths.config_file())
    if kind is Review:
        return Review(library, store, PLUGINS, settings, "en")
    return Session.open(library, store, PLUGINS, settings, *reference, "en")


def sitting(folder: Path) -> Review:
    found = opened(Review, folder)
    assert isinstance(found, Review)
    return found


def right(session: Session, block_id: str) -> dict[str, object]:
    return dict(session.answers.exercise(block_id).exercise.solution())


async def learn(folder: Path) -> Session:
    """Answer everything in the lesson."""
    session = opened(Session, folder, "own")
    for block in session.lesson.exercises:
        await session.answers.submit(block.id, right(session, block.id))
    return session


def prompt(block: ExerciseBlock | None) -> str:
    assert block is not None
    return plain_text(block.prompt[0].text)


async def test_what_was_learnt_is_asked_days_later_with_new_values(folder: Path, ago: Days) -> None:
    ago(5)
    lesson = await learn(folder)
    assert sitting(folder).left == 0
    before = prompt(lesson.answers.exercise("double"))
    ago(0)
    review = sitting(folder)
    assert {question.block for question in review.plan.sitting()} == {"double", "shop/apples"}
    asked = {}
    while (block := review.next()) is not None:
        asked[block.id] = prompt(block)
        assert (await review.answers.submit(block.id, right(review, block.id))).passed
        if block.id == "shop/apples":
            assert [plain_text(part.text) for part in review.story] == ["The shop sells apples."]
        assert review.challenge == ("The shop" if block.id == "shop/apples" else "")
        review.settle()
    assert asked["double"] != before
    assert (review.remembered, review.missed) == (2, [])
    review.store.close()
    assert sitting(folder).left == 0
    # The page is as the learner left it.
    page = opened(Session, folder, "own")
    assert page.state == lesson.state
    assert prompt(page.answers.exercise("double")) == before


CHOICE = """---
id: own
number: 1
title: Own
language: en
---

:::{choice} pick
Which?

- [x] one
- [ ] two
- [ ] three
- [ ] four
- [ ] none of these

:last: 1
:::
"""


async def test_options_come_in_another_order_and_their_page_keeps_its_own(folder: Path, ago: Days) -> None:
    (folder / "01-own.md").write_text(CHOICE, encoding="utf-8")

    def order(block: ExerciseBlock | None) -> list[str]:
        assert block is not None
        return [option.key for option in block.exercise.form()[0].options]

    found = []
    for days in (40, 30, 20, 10, 0):
        ago(days)
        if not found:
            assert order((await learn(folder)).answers.exercise("pick")) == list("abcde")
        review = sitting(folder)
        review.ask_more()
        found.append(order(review.next()))
        await review.answers.submit("pick", right(review, "pick"))
        review.store.close()
    # Each is one of 24 orders: all five are the same once in 300,000.
    assert len({"".join(each) for each in found}) > 1
    assert {each[-1] for each in found} == {"e"}
    assert order(opened(Session, folder, "own").answers.exercise("pick")) == list("abcde")


async def test_a_sitting_says_how_long_it_takes_itself(folder: Path, ago: Days) -> None:
    many = "".join(f":::{{number}} q{number}\nTwo?\n:answer: 2\n:::\n\n" for number in range(30))
    front = CHOICE[: CHOICE.index(":::{choice}")]
    (folder / "01-own.md").write_text(front + many, encoding="utf-8")
    ago(5)
    lesson = await learn(folder)
    coming = (await due_today(lesson)).coming(day_of(now()) - timedelta(days=5), lesson.catalog)
    assert coming == "Questions to review in 2 days: 20, about 13 min."
    ago(0)
    review = sitting(folder)
    assert review.plan.said(review.catalog) == "Questions due for review: 20, about 13 min"
    assert (review.left, review.minutes) == (10, 7)
    while (block := review.next()) is not None:
        await review.answers.submit(block.id, right(review, block.id))
        review.settle()
    review.store.close()
    again = sitting(folder)
    again.ask_more()
    assert (len(again.plan.due), again.left, again.minutes) == (10, 10, 7)


async def test_what_is_missed_comes_again_and_is_due_tomorrow(folder: Path, ago: Days) -> None:
    ago(5)
    await learn(folder)
    ago(0)
    review = sitting(folder)
    seen: list[str] = []
    prompts: list[str] = []
    while (block := review.next()) is not None:
        seen.append(block.id)
        if block.id == "double":
            prompts.append(prompt(block))
            await review.answers.submit(block.id, {"number": -1.0})
        await review.answers.submit(block.id, right(review, block.id))
        review.settle()
    assert seen.count("double") == 2
    assert seen[-1] == "double"
    assert len(set(prompts)) == 2
    assert (review.remembered, [question.block for question in review.missed]) == (1, ["double"])
    review.store.close()
    ago(-1)
    assert [question.block for question in sitting(folder).plan.sitting()] == ["double"]


async def test_a_question_that_is_left_stays_due(folder: Path, ago: Days) -> None:
    ago(5)
    await learn(folder)
    ago(0)
    review = sitting(folder)
    while review.next() is not None:
        review.settle()
    assert (review.remembered, review.missed) == (0, [])
    assert sitting(folder).left == 2


async def test_a_seen_solution_is_earned_back(folder: Path, ago: Days) -> None:
    ago(5)
    session = opened(Session, folder, "own")
    await session.answers.solve("double")
    assert not session.state.exercise("double").passed
    session.store.close()
    ago(0)
    review = sitting(folder)
    block = review.next()
    assert block is not None
    await review.answers.submit("double", right(review, "double"))
    review.store.close()
    assert opened(Session, folder, "own").state.exercise("double").passed


async def test_a_hint_counts_and_the_page_keeps_its_own(folder: Path, ago: Days) -> None:
    ago(5)
    await learn(folder)
    ago(0)
    review = sitting(folder)
    while (block := review.next()) is not None:
        if block.id == "double":
            assert len(review.answers.hint("double")) == 1
        await review.answers.submit(block.id, right(review, block.id))
        review.settle()
    assert [question.block for question in review.missed] == ["double"]
    assert opened(Session, folder, "own").state.exercise("double").hints == 0
    assert sitting(folder).memory.traces[Question("sums", "own", "double")].recalls == ["good", "hard"]


async def test_a_lesson_that_lost_a_question_asks_the_others(folder: Path, ago: Days) -> None:
    ago(5)
    await learn(folder)
    ago(0)
    file = folder / "01-own.md"
    file.write_text(LESSON.replace("{number} double", "{number} triple"), encoding="utf-8")
    assert [question.block for question in sitting(folder).plan.sitting()] == ["shop/apples"]


async def test_the_command_asks_and_counts(folder: Path, ago: Days) -> None:
    ago(5)
    await learn(folder)

    def evoclass(*words: str, typed: str = "") -> str:
        command = [sys.executable, "-m", "evoclass", *words, "--content", str(folder)]
        ended = subprocess.run(
            command, input=typed, capture_output=True, text=True, timeout=120, env=os.environ
        )
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    document = json.loads(evoclass("review", "--json"))
    assert document["due"] == 2
    said = evoclass("review", "--lang", "it", typed="4\n5\n\n4\n5\n\n")
    assert "Domande: 2," in said
    assert "Sfida: The shop\n\nThe shop sells apples.\n\nPasso 1\n" in said
    assert "Ricordate al primo colpo: 1 su 2." in said or "Ricordate al primo colpo: 0 su 2." in said
    assert "left" in evoclass("review", "--lang", "en").lower() or "nothing" in evoclass("review").lower()
