"""Every question type from beginning to end in plain mode: hint, wrong answer, right answer, solution."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from string import ascii_lowercase

import pytest

from evoclass.contracts.bench import InterpreterBench
from evoclass.disk import paths
from evoclass.exercise import Choice, Field, Match, Number, Order, Value
from evoclass.learner import config
from evoclass.learner.session import Session
from evoclass.learner.store import Store
from evoclass.model import ExerciseBlock, plain_text
from evoclass.plain.console import Console, Leave
from evoclass.plain.frontend import PlainFrontEnd
from evoclass.pluginhost.plugins import Plugins
from evoclass.reading.library import Library
from evoclass.reading.markup import Parser
from evoclass_author.scaffold import make_course

PLUGINS = Plugins()


class Script(Console):
    """A learner who types what stands in a list."""

    def __init__(self) -> None:
        super().__init__()
        self.typed: Iterator[str] = iter(())
        self.said: list[str] = []

    interactive = False

    def say(self, *lines: str) -> None:
        self.said += lines

    def ask(self, question: str) -> str:
        self.said.append(question)
        try:
            return next(self.typed)
        except StopIteration:
            raise Leave from None

    def _line(self) -> str:
        return self.ask("")


def keyed(field: Field, value: Value) -> list[str]:
    """Return the lines that a learner types for a value."""
    match field, value:
        case Choice(options=options), _:
            keys = value if isinstance(value, list) else [value]
            return [
                " ".join(ascii_lowercase[place] for place, option in enumerate(options) if option.key in keys)
            ]
        case Order(items=items, indent=indent), list():
            places = {item.key: str(number) for number, item in enumerate(items, 1)}
            parts = [key.partition(":") for key in value]
            return [" ".join(places[key] + "+" * int(level or 0) * indent for key, _, level in parts)]
        case Match(left=left, right=right), dict():
            letters = {option.key: ascii_lowercase[place] for place, option in enumerate(right)}
            return [
                " ".join(f"{number}{letters[value[option.key]]}" for number, option in enumerate(left, 1))
            ]
        case Number(), _:
            return [f"{value:g}"]
    lines = str(value).split("\n")
    many = getattr(field, "lines", 2 if not hasattr(field, "placeholder") else 1) > 1
    return [*lines, "."] if many else lines


WRONG: dict[str, list[str]] = {
    "one-is-right": [],
    "with-drawn-values": ["-1"],
    "in-a-word": ["cooking"],
    "of-a-batch": ["(N, 7)"],
    "in-code": ["requires_grad_", "train"],
    "the-training-step": ["1 2"],
    "what-does-what": ["1a 2a 3a"],
    "what-it-prints": ["5", "."],
    "build-a-network/write-it": ["def network(inputs, outputs): ...", "."],
    "build-a-network/mend-it": ["def accuracy(g, l): return 1", "."],
}
"""A wrong or half right answer by question."""


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str) -> Session:
    make_course(tmp_path / "c", "One of each", "", [language])
    settings = config.load(paths.config_file()).changed(learner="me")
    library = Library([tmp_path / "c"], Parser(PLUGINS))
    opened = Session.open(
        library, Store(paths.progress_file(), "me"), PLUGINS, settings, "one-of-each", language
    )
    monkeypatch.setattr(opened.answers, "bench", lambda: InterpreterBench(language))
    opened.trust.grant(tmp_path / "c")
    return opened


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "it"])
async def test_every_type_is_answered(session: Session, language: str) -> None:
    console = Script()
    front_end = PlainFrontEnd(session, {}, console)
    kinds = set()
    for block in session.lesson.exercises:
        kinds.add(block.exercise.kind)
        fields = list(block.exercise.form())
        solution = await block.exercise.solve(session.answers.bench())
        lines = [line for field in fields for line in keyed(field, solution[field.name])]
        wrong = WRONG.get(block.id, [])
        hints = ["?"] if block.hints else []
        console.typed = iter([*hints, *wrong, *lines])
        console.said.clear()
        await front_end.questions.ask(block)
        state = session.state.exercise(block.id)
        assert state.passed, (block.id, lines, console.said)
        assert state.attempts == 1 + bool(wrong), (block.id, console.said)
        assert state.hints == len(hints)
        right = session.catalog("plain.right" if block.exercise.reviewed else "plain.done")
        assert right in console.said, (block.id, console.said)
        if hints:
            assert plain_text(block.hints[0]) in " ".join(console.said).replace("—", "{}")
        assert next(console.typed, None) is None
    assert kinds == set(PLUGINS.exercises)


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en"])
async def test_every_solution_is_told_and_counts_as_revealed(session: Session) -> None:
    console = Script()
    front_end = PlainFrontEnd(session, {}, console)
    for block in session.lesson.exercises:
        console.typed = iter(["!"])
        console.said.clear()
        await front_end.questions.ask(block)
        state = session.state.exercise(block.id)
        assert (state.revealed, state.passed) == (True, False)
        assert _first_words(block) in "\n".join(console.said), (block.id, console.said)


def _first_words(block: ExerciseBlock) -> str:
    """Return a piece of the solution that must be seen."""
    for field in block.exercise.form():
        value = block.exercise.solution()[field.name]
        if isinstance(field, Choice):
            keys = value if isinstance(value, list) else [value]
            return next(plain_text(option.text) for option in field.options if option.key in keys)
        if isinstance(field, Order) and isinstance(value, list):
            return next(
                plain_text(item.text) for item in field.items if item.key == value[0].partition(":")[0]
            )
        if isinstance(field, Match) and isinstance(value, dict):
            return plain_text(field.left[0].text)
        if isinstance(field, Number) and isinstance(value, float):
            return f"{value:g}"
        return str(value).split("\n")[0]
    return ""


TRIES = """---
id: tries
number: 1
title: Tries
language: en
---

:::{number} five
How many?
:answer: 5
:tries: 2
:solution: Count the fingers of a hand.
:::
"""


async def test_after_the_last_attempt_the_solution_is_shown_and_the_lesson_goes_on(tmp_path: Path) -> None:
    (tmp_path / "01-tries.md").write_text(TRIES, encoding="utf-8")
    settings = config.load(paths.config_file()).changed(learner="me")
    library = Library([tmp_path], Parser(PLUGINS))
    session = Session.open(library, Store(paths.progress_file(), "me"), PLUGINS, settings, "tries", "en")
    console = Script()
    console.typed = iter(["not a number", "1", "2", "5"])
    await PlainFrontEnd(session, {}, console).questions.ask(session.answers.exercise("five"))
    said = "\n".join(console.said)
    assert said.index("last attempt") < said.index("  5") < said.index("Count the fingers")
    assert next(console.typed) == "5"
    assert session.state.exercise("five").revealed
