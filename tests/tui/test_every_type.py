"""Every question type from beginning to end in the app: hint, wrong answer, right answer, another try, solution."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from evoclass.contracts.bench import InterpreterBench
from evoclass.exercise import Value
from evoclass.pluginhost.plugins import Plugins
from evoclass_author.scaffold import make_course
from evoclass_tui.widgets.question import Question
from tui.stage import OpenStage, Stage

WRONG: dict[str, dict[str, Value]] = {
    "one-is-right": {"choice": "b"},
    "several-are-right": {"choice": ["a"]},
    "with-drawn-values": {"number": -1.0},
    "in-a-word": {"text": "cooking"},
    "of-a-batch": {"shape": "(N, 7)"},
    "in-code": {"blank1": "requires_grad_", "blank2": "train"},
    "the-training-step": {"order": ["l1", "l5"]},
    "what-does-what": {"match": {"1": "r2", "2": "r2", "3": "r3"}},
    "what-it-prints": {"output": "100480\n5"},
    "build-a-network/write-it": {"code": "def network(inputs, outputs): ..."},
    "build-a-network/mend-it": {"code": "def accuracy(guesses, labels):\n    return 1"},
    "build-a-network/look-back": {
        "text": "one two three four five six seven eight nine ten",
        "criteria": ["a"],
    },
}
"""A wrong or half right answer to each question."""

PARTIAL = {
    "several-are-right",
    "of-a-batch",
    "in-code",
    "the-training-step",
    "what-does-what",
    "what-it-prints",
    "build-a-network/look-back",
}
"""Where that answer gets partial credit."""


async def answer(stage: Stage, question: Question, values: Mapping[str, Value]) -> None:
    """Fill a question in and have it checked."""
    for widget in question.fields:
        assert widget is not None
        widget.show_value(values[widget.field.name])
        assert widget.value == values[widget.field.name]
    question.check()
    assert question.busy
    await stage.until(lambda: not question.busy)


async def shown(stage: Stage, name: str) -> Question:
    """Scroll to a question."""
    reader = stage.screen.reader
    reader.go_to(name)
    await stage.until(lambda: any(found.holds(name) for found in reader.questions))
    question = reader.question(name)
    question.build()
    await stage.pilot.pause()
    return question


async def hinted(stage: Stage, question: Question) -> None:
    question.post_message(Question.HintWanted(question))
    await stage.until(lambda: stage.session.state.exercise(question.block.id).hints == 1)


async def retried(stage: Stage, name: str) -> Question:
    question = stage.screen.reader.question(name)
    question.post_message(Question.RetryWanted(question))
    await stage.until(lambda: not stage.screen.reader.question(name).done)
    return await shown(stage, name)


async def revealed(stage: Stage, question: Question, solution: Mapping[str, Value]) -> None:
    question.post_message(Question.RevealWanted(question))
    await stage.until(lambda: question.remarks.solution == solution)


@pytest.mark.slow
async def test_every_type_is_hinted_at_answered_wrong_and_right_and_revealed(
    open_stage: OpenStage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_course(tmp_path / "c", "One of each", "", ["en"])
    async with open_stage(content=tmp_path / "c", lesson="one-of-each") as stage:
        bench = InterpreterBench()
        monkeypatch.setattr(stage.session.answers, "bench", lambda: bench)
        kinds = set()
        for name in [block.id for block in stage.session.lesson.exercises]:
            question = await shown(stage, name)
            kinds.add(question.block.exercise.kind)
            if question.block.hints:
                await hinted(stage, question)

            await answer(stage, question, WRONG[name])
            state = stage.session.state.exercise(name)
            assert (state.passed, state.attempts) == (False, 1)
            assert (0 < state.score < 1) == (name in PARTIAL), (name, state.score)
            assert question.remarks.verdict is not None
            assert question.remarks.verdict.feedback, name

            await answer(stage, question, await question.block.exercise.solve(bench))
            state = stage.session.state.exercise(name)
            assert (state.passed, state.score) == (True, 1.0), name

            question = await retried(stage, name)
            await revealed(stage, question, await question.block.exercise.solve(bench))
            state = stage.session.state.exercise(name)
            assert (state.revealed, state.passed) == (False, True), name  # it was passed before
        assert kinds == set(Plugins().exercises)


async def test_after_the_last_attempt_the_solution_is_shown_in_every_round(
    open_stage: OpenStage, tmp_path: Path
) -> None:
    (tmp_path / "01-tries.md").write_text(
        "---\nid: tries\nnumber: 1\ntitle: Tries\nlanguage: en\n---\n\n"
        ":::{number} five\nHow many?\n:answer: 5\n:tries: 2\n:::\n",
        encoding="utf-8",
    )
    async with open_stage(content=tmp_path, lesson="tries") as stage:
        for _ in range(2):
            question = await shown(stage, "five")
            await answer(stage, question, {"number": 1.0})
            assert question.remarks.solution is None
            await answer(stage, question, {"number": 2.0})
            await stage.until(lambda question=question: question.remarks.solution == {"number": 5.0})
            assert question.done
            await retried(stage, "five")
