"""A course with a question of each sort that teachers meet, and learners who work in it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from evoclass.cli import cli
from evoclass.learner import config
from evoclass.learner.event import now
from evoclass.learner.reviewing import Review
from evoclass.learner.session import Session
from evoclass.learner.store import Store, Verb
from evoclass.pluginhost.plugins import Plugins
from evoclass.reading.library import Library
from evoclass.reading.markup import Parser

LESSON = """\
---
format: 1
id: sums
number: 1
title: "Sums"
language: en
minutes: 5
---

# Sums

:::{choice} even
:shuffle:
Which number is even?

- [x] 4
  > Yes.
- [ ] 5, the odd one
  > Odd.
- [ ] 7
  > Odd too.

:hint: Halve it.
:::

:::{number} next
:draw: n in 10..99
What comes after {{n}}?
:answer: {{n + 1}}
:::

:::{text} word
What does + do?
:answer: add
:::

```{lab} sum.py
total = 2 + 2
```

::::{code} double
Write `double(x)`.
:seconds: 3

```python starter
def double(x):
    ...
```

```python solution
def double(x):
    return 2 * x
```

```python checks
assert double(2) == 4, "Twice two is four."
assert double(-1) == -2, "Twice minus one is minus two."
```
::::
"""

RIGHT = "def double(x):\n    return x + x\n"


def write_course(folder: Path) -> Path:
    """Write the course in two languages, and return its folder."""
    for language in ("en", "it"):
        (folder / language).mkdir(parents=True, exist_ok=True)
        text = LESSON.replace("language: en", f"language: {language}")
        (folder / language / "01-sums.md").write_text(text, encoding="utf-8")
    return folder


class Learner:
    """Somebody with a machine of their own."""

    def __init__(self, home: Path, course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.home, self._course, self._monkeypatch = home, course, monkeypatch

    def work(self, steps: Callable[[Session], Any], language: str = "en", *, days_ago: float = 0) -> None:
        """Open the lesson and do what `steps` does."""
        with self._at_work(days_ago) as (library, store, plugins):
            steps(Session.open(library, store, plugins, config.Settings(), "1", language))

    def review(self, steps: Callable[[Review], Any], language: str = "en") -> None:
        """Begin a review of what is due, and do what `steps` does."""
        with self._at_work(0) as (library, store, plugins):
            steps(Review(library, store, plugins, config.Settings(), language))

    @contextmanager
    def _at_work(self, days_ago: float) -> Iterator[tuple[Library, Store, Plugins]]:
        self.home.mkdir(exist_ok=True)
        plugins = Plugins()
        with pytest.MonkeyPatch.context() as clock, closing(Store(self.home / "progress.db")) as store:
            clock.setattr("evoclass.learner.store.now", lambda: now() - timedelta(days=days_ago))
            yield Library([self._course], Parser(plugins)), store, plugins

    def __call__(self, *words: object) -> Result:
        """Type `evoclass …` on this machine."""
        self._monkeypatch.setenv("EVOCLASS_HOME", str(self.home))
        return typed(*words, "--content", self._course)


def typed(*words: object) -> Result:
    """Call `evoclass …` in this process; errors that the command line would print are raised."""
    return CliRunner().invoke(cli, [str(word) for word in words], catch_exceptions=False)


def answer(session: Session, block: str, value: object) -> None:
    """Check an answer of one field as the learner's program does."""
    (field,) = session.answers.exercise(block).exercise.form()
    asyncio.run(session.answers.submit(block, {field.name: value}))


def claim(session: Session, block: str, value: object, score: float) -> None:
    """Log an answer with a score, without any check."""
    (field,) = session.answers.exercise(block).exercise.form()
    session.log(Verb.ANSWERED, block, answer={field.name: value}, score=score, passed=score == 1)


def solved(session: Session) -> None:
    """Answer every question rightly at once."""
    for block in session.lesson.exercises:
        if not block.exercise.runs_code:
            asyncio.run(session.answers.submit(block.id, block.exercise.solution()))
    claim(session, "double", RIGHT, 1.0)


def solution(session: Session, block: str) -> Mapping[str, Any]:
    """Return the right answer with this learner's own values."""
    return session.answers.exercise(block).exercise.solution()
