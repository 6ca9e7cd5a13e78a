"""A learner's own values, limited attempts, solutions that a run finds out."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from evoclass.contracts.bench import InterpreterBench
from evoclass.disk import paths
from evoclass.errors import NotTrustedError
from evoclass.learner import config
from evoclass.learner.session import Session
from evoclass.learner.store import Store
from evoclass.model import plain_text
from evoclass.pluginhost.plugins import Plugins
from evoclass.protocol import ErrorReport
from evoclass.reading.library import Library
from evoclass.reading.markup import Parser

PLUGINS = Plugins()

LESSON = """---
id: own
number: 1
title: Own values
language: en
---

:::{number} double
:draw: n in 1..1000
Twice {{n}}?
:answer: {{2 * n}}
:tries: 2
:::

:::{choice} order
Which?
:shuffle:

- [x] a
- [ ] b
- [ ] c
- [ ] d
- [ ] e
:::

:::{predict} printed
What?

```python
print(6 * 7)
```
:::
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "lessons" / "01-own.md"
    path.parent.mkdir()
    path.write_text(LESSON, encoding="utf-8")
    return path


def opened(file: Path, learner: str = "me") -> Session:
    settings = config.load(paths.config_file()).changed(learner=learner)
    library = Library([file.parent], Parser(PLUGINS))
    return Session.open(library, Store(paths.progress_file(), learner), PLUGINS, settings, "own", "en")


def prompt(session: Session) -> str:
    return plain_text(session.answers.exercise("double").prompt[0].text)


def order(session: Session) -> list[str]:
    return [option.key for option in session.answers.exercise("order").exercise.form()[0].options]


def test_values_and_order_stay_until_a_new_try(file: Path) -> None:
    first = opened(file)
    again = opened(file)
    assert (prompt(first), order(first)) == (prompt(again), order(again))
    seen = {prompt(again)}
    orders = {tuple(order(again))}
    for _ in range(5):
        again.answers.retry("double")
        again.answers.retry("order")
        seen.add(prompt(again))
        orders.add(tuple(order(again)))
    assert len(seen) > 3
    assert len(orders) > 2
    assert (prompt(opened(file)), order(opened(file))) == (prompt(again), order(again))


def test_learners_have_values_of_their_own(file: Path) -> None:
    assert len({prompt(opened(file, f"learner {number}")) for number in range(6)}) > 3


def test_the_preview_in_another_session_does_not_change_them(file: Path) -> None:
    session = opened(file)
    before = prompt(session)
    session.reload()
    session.switch("it")
    assert prompt(session) == before


async def test_attempts_run_out(file: Path) -> None:
    session = opened(file)
    verdict = await session.answers.submit("double", {"number": -1.0})
    assert plain_text(verdict.feedback[-1].text) == "Attempts left: 1."
    assert not session.state.exercise("double").revealed
    await session.answers.submit("double", {"number": "nothing"})
    assert session.state.exercise("double").attempts == 1
    verdict = await session.answers.submit("double", {"number": -1.0})
    assert "here is the solution" in plain_text(verdict.feedback[-1].text)
    state = session.state.exercise("double")
    assert (state.revealed, state.passed) == (True, False)


async def test_a_right_answer_needs_no_attempts(file: Path) -> None:
    session = opened(file)
    verdict = await session.answers.submit("double", session.answers.exercise("double").exercise.solution())
    assert verdict.passed
    assert verdict.feedback == ()


async def test_a_solution_that_a_run_found_is_remembered(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session = opened(file)
    monkeypatch.setattr(session.answers, "bench", lambda: InterpreterBench())
    assert await session.answers.solve("printed") == {"output": "42"}
    state = opened(file).state.exercise("printed")
    assert (state.revealed, state.solution) == (True, {"output": "42"})
    session.answers.retry("printed")
    assert opened(file).state.exercise("printed").solution is None


def test_code_of_a_question_needs_trust(file: Path) -> None:
    file.write_text(LESSON.replace("6 * 7", "6 * 8"), encoding="utf-8")  # what no test has run yet
    session = opened(file)
    with pytest.raises(NotTrustedError):
        asyncio.run(session.answers.submit("printed", {"output": "48"}))


def test_the_bench_of_a_lesson_explains_errors_in_the_learners_language(file: Path) -> None:
    error = ErrorReport(type="NameError", text="name 'maen' is not defined", line=1)
    for language, title in (("en", "Nothing here is called `maen`"), ("it", "Qui niente si chiama `maen`")):
        session = opened(file)
        session.speak(language)
        explanation = session.answers.bench().explain(error)
        assert explanation is not None
        assert explanation.title == title
