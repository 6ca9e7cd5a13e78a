"""A plugin that fails in one step of a challenge costs that step, and not those after it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

import pytest

from evoclass import hookimpl
from evoclass.directive import Directive
from evoclass.exercise import Answer, Bench, Exercise, Field, Number, Verdict
from evoclass_tui.widgets.question import Question
from evoclass_tui.widgets.steps import LockedStep, StepsBox
from tui.stage import OpenStage, Stage

LESSON = """---
id: steps
number: 1
title: Steps
language: en
---

::::{challenge} climb
Climb.

:::{number} first
One?
:answer: 1
:::

:::{faulty} second
Two?
:::

:::{number} third
Three?
:answer: 3
:::
::::
"""


class Faulty(Exercise):
    """Fails where the test says."""

    kind = "faulty"
    where: ClassVar[str] = ""

    @classmethod
    def parse(cls, block: Directive) -> Faulty:
        return cls()

    def form(self) -> Sequence[Field]:
        if self.where == "form":
            raise RuntimeError("form went wrong")
        return (Number(name="x"),)

    async def grade(self, answer: Answer, bench: Bench) -> Verdict:
        raise RuntimeError("grade went wrong")

    def solution(self) -> Answer:
        raise RuntimeError("solution went wrong")


class Plugin:
    @hookimpl
    def register_exercises(self) -> list[type[Exercise]]:
        return [Faulty]


async def pass_first(stage: Stage) -> None:
    question = stage.screen.reader.question("climb/first")
    question.build()
    await stage.pilot.pause()
    for widget in question.fields:
        assert widget is not None
        widget.show_value(1.0)
    question.check()
    await stage.until(lambda: question.done)


def lesson_in(folder: Path) -> Path:
    folder.mkdir()
    (folder / "01-steps.md").write_text(LESSON, encoding="utf-8")
    return folder


def open_ids(stage: Stage) -> set[str]:
    return {question.block.id for question in stage.screen.reader.query(Question)}


async def test_a_step_that_cannot_be_drawn_is_passed_over(
    open_stage: OpenStage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Faulty, "where", "form")
    options: dict[str, Any] = {"content": lesson_in(tmp_path / "course"), "lesson": "1"}
    async with open_stage(plugins=(Plugin(),), **options) as stage:
        assert open_ids(stage) == {"climb/first"}
        await pass_first(stage)
        await stage.until(lambda: "climb/third" in open_ids(stage))
        assert not stage.screen.reader.query(LockedStep)
        box = stage.screen.reader.query_one(StepsBox)
        texts = "\n".join(line.text for prose in box.query(".-fault, Prose") for line in prose.make_lines(70))
        assert "form went wrong" in texts


async def test_a_step_that_cannot_be_graded_says_so_and_opens_the_next(
    open_stage: OpenStage, tmp_path: Path
) -> None:
    options: dict[str, Any] = {"content": lesson_in(tmp_path / "course"), "lesson": "1"}
    async with open_stage(plugins=(Plugin(),), **options) as stage:
        await pass_first(stage)
        await stage.until(lambda: "climb/second" in open_ids(stage))
        assert "climb/third" not in open_ids(stage)
        question = stage.screen.reader.question("climb/second")
        question.check()
        await stage.until(lambda: "climb/third" in open_ids(stage))
        assert "grade went wrong" in question.remarks.trouble
        assert stage.app.is_running
        assert not stage.session.state.exercise("climb/second").done
