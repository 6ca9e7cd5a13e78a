"""Single and multiple choice."""

import pytest

from evoclass.contracts.bench import QuietBench
from evoclass.contracts.exercise import ExerciseContract
from evoclass.contracts.lessons import parser_for, sample_exercise
from evoclass.model import plain_text
from evoclass_choice.choice import MultipleChoice, SingleChoice

BODY = """
    Which?

    - [x] Right.
      > Yes.
    - [ ] Wrong.
      > No.
    - [{}] Third.
      > Third feedback.
    :::
"""


@pytest.mark.usefixtures("third_language")
class TestSingleChoice(ExerciseContract):
    exercise = SingleChoice
    package = "evoclass_choice"
    sample = "    :::{choice} which" + BODY.format(" ")
    wrong = {"choice": "b"}


@pytest.mark.usefixtures("third_language")
class TestMultipleChoice(ExerciseContract):
    exercise = MultipleChoice
    package = "evoclass_choice"
    sample = "    :::{multiple} which" + BODY.format("x")
    wrong = {"choice": ["a", "b"]}


async def grade(source, answer):
    block = sample_exercise(source, parser_for(SingleChoice, MultipleChoice))
    return await block.exercise.grade({"choice": answer}, QuietBench("en", ["evoclass_choice"]))


@pytest.mark.parametrize(("answer", "passed", "text"), [("a", True, "Yes."), ("b", False, "No.")])
async def test_feedback_stands_under_the_option(answer, passed, text):
    verdict = await grade(TestSingleChoice.sample, answer)
    (feedback,) = verdict.feedback
    assert verdict.passed is passed
    assert (feedback.option, feedback.good, plain_text(feedback.text)) == (answer, passed, text)


@pytest.mark.parametrize(
    ("answer", "score"),
    [
        (["a", "c"], 1.0),
        (["c", "a"], 1.0),
        (["a"], 0.5),
        (["a", "b"], 0.0),
        (["b"], 0.0),
        (["a", "b", "c"], 0.5),
    ],
)
async def test_partial_credit(answer, score):
    verdict = await grade(TestMultipleChoice.sample, answer)
    assert (verdict.score, verdict.passed) == (score, score == 1)


async def test_missing_options_are_not_given_away():
    verdict = await grade(TestMultipleChoice.sample, ["a"])
    assert [feedback.option for feedback in verdict.feedback] == ["a", ""]


async def test_two_answers_to_a_single_choice_are_none():
    assert not (await grade(TestSingleChoice.sample, ["a", "b"])).valid


def test_the_multiple_option_makes_a_choice_multiple():
    source = "    :::{choice} which\n    :multiple:" + BODY.format("x")
    block = sample_exercise(source, parser_for(SingleChoice))
    assert block.exercise.form()[0].multiple
    assert block.exercise.solution() == {"choice": ["a", "c"]}
