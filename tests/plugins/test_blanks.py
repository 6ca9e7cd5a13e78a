"""Gaps in code."""

import pytest

from evoclass.contracts.bench import QuietBench
from evoclass.contracts.exercise import ExerciseContract
from evoclass.contracts.lessons import parser_for, sample_exercise, sample_lesson
from evoclass.model import CodeBlock, plain_text
from evoclass_answer.blanks import BlanksQuestion

SAMPLE = """
        :::{blanks} freeze
        Freeze the base and make a head.

        ```python
        base.____(False)
        head = nn.Linear(____, len('____x'))  # not a gap: a____b
        ```

        :blank: requires_grad_
        :why: The underscore means: in place.
        :blank: 512 | base.num_features
        :::
        """


@pytest.mark.usefixtures("third_language")
class TestBlanks(ExerciseContract):
    exercise = BlanksQuestion
    package = "evoclass_answer"
    sample = SAMPLE
    wrong = {"blank1": "eval", "blank2": "512"}


async def verdict(first, second):
    block = sample_exercise(SAMPLE, parser_for(BlanksQuestion))
    return await block.exercise.grade(
        {"blank1": first, "blank2": second}, QuietBench("en", ["evoclass_answer"])
    )


def test_gaps_are_numbered_in_the_prompt():
    block = sample_exercise(SAMPLE, parser_for(BlanksQuestion))
    (code,) = [part for part in block.prompt if isinstance(part, CodeBlock)]
    assert code.code == "base.__1__(False)\nhead = nn.Linear(__2__, len('____x'))  # not a gap: a____b\n"
    assert [field.label for field in block.exercise.form()] == ["__1__", "__2__"]


@pytest.mark.parametrize("second", ["512", " 512 ", "base.num_features", "base . num_features", "0x200"])
async def test_alternatives_and_spellings(second):
    assert (await verdict("requires_grad_", second)).passed


async def test_partial_credit_and_feedback_by_gap():
    given = await verdict("requires_grad_", "")
    assert (given.score, given.passed) == (0.5, False)
    assert [(feedback.field, feedback.good, plain_text(feedback.text)) for feedback in given.feedback] == [
        ("blank1", True, "The underscore means: in place."),
        ("blank2", False, "Still open."),
    ]


async def test_quotes_may_differ():
    source = ":::{blanks} q\n```python\nprint(____)\n```\n:blank: \"a \\| b\" | 'c'\n:::\n"
    exercise = sample_exercise(source, parser_for(BlanksQuestion)).exercise
    bench = QuietBench("en", ["evoclass_answer"])
    assert (await exercise.grade({"blank1": "'a | b'"}, bench)).passed
    assert (await exercise.grade({"blank1": '"c"'}, bench)).passed


@pytest.mark.parametrize(
    ("body", "code", "line"),
    [
        ("no code\n:blank: x\n", "E061", 1),
        ("```python\n____\n```\n", "E063", 3),
        ("```python\n____\n```\n:blank: a\n:blank: b\n", "E063", 3),
        ("```python\n____\n```\n:blank:\n", "E062", 5),
    ],
)
def test_faults(body, code, line):
    lesson = sample_lesson(f":::{{blanks}} b\n{body}:::\n")
    assert [(problem.code, problem.line - 7) for problem in lesson.problems] == [(code, line)]
