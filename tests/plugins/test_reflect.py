"""Free texts that learners judge themselves."""

import pytest

from evoclass.contracts.bench import QuietBench
from evoclass.contracts.exercise import ExerciseContract
from evoclass.contracts.lessons import parser_for, sample_exercise, sample_lesson
from evoclass.exercise import Choice, Text
from evoclass.model import plain_text
from evoclass_reflect.reflect import ReflectQuestion

SAMPLE = """
        :::{reflect} why-freeze
        When would you not freeze the base?

        - [ ] I name the amount of data.
          > Freezing pays when there is little.
        - [ ] I name the distance of the tasks.

        :words: 5
        :lines: 8
        :criteria: What does your text say?
        :answer: With many images of another kind, such as X-rays.
        :::
        """


@pytest.mark.usefixtures("third_language")
class TestReflect(ExerciseContract):
    exercise = ReflectQuestion
    package = "evoclass_reflect"
    sample = SAMPLE
    wrong = {"text": "I would never do that.", "criteria": ["a"]}


async def verdict(answer, source=SAMPLE):
    exercise = sample_exercise(source, parser_for(ReflectQuestion)).exercise
    return await exercise.grade(answer, QuietBench("en", ["evoclass_reflect"]))


def test_form():
    text, criteria = sample_exercise(SAMPLE, parser_for(ReflectQuestion)).exercise.form()
    assert isinstance(text, Text)
    assert text.lines == 8
    assert isinstance(criteria, Choice)
    assert (criteria.multiple, criteria.label) == (True, "What does your text say?")


async def test_too_few_words_are_no_attempt():
    given = await verdict({"text": "Too few.", "criteria": ["a", "b"]})
    assert not given.valid
    assert "at least 5 words; you have 2" in plain_text(given.feedback[0].text)


async def test_the_score_is_the_learners_own():
    given = await verdict({"text": "one two three four five", "criteria": ["a"]})
    assert (given.score, given.passed) == (0.5, False)
    assert [(feedback.option, feedback.good) for feedback in given.feedback] == [("a", True), ("", False)]
    assert (await verdict({"text": "one two three four five", "criteria": ["b", "a"]})).passed


async def test_who_passes_sees_the_model_answer():
    given = await verdict({"text": "one two three four five", "criteria": ["b", "a"]})
    shown = plain_text(given.feedback[-1].text)
    assert shown == "One possible answer: With many images of another kind, such as X-rays."
    half = await verdict({"text": "one two three four five", "criteria": ["a"]})
    assert not any("X-rays" in plain_text(feedback.text) for feedback in half.feedback)


async def test_without_criteria_a_text_is_enough():
    source = ":::{reflect} r\nWhat did you learn?\n:answer: Much.\n:::\n"
    assert (await verdict({"text": "x"}, source)).passed


def test_the_model_answer_must_be_long_enough():
    lesson = sample_lesson(":::{reflect} r\n:answer: Much.\n:words: 3\n:::\n")
    assert [problem.code for problem in lesson.problems] == ["E098"]
