"""Challenges of questions of any type."""

from evoclass.contracts.lessons import sample_lesson
from evoclass.model import Fault, Paragraph, Steps, plain_text

SOURCE = """\
::::{challenge} head
:title: Adapt the head
A story, and :::

:::{number} in
How many in?
:answer: 512
:::

:::{choice} out
How many out?

- [x] 7
- [ ] 1000
:::
::::
"""


def test_steps_of_different_types():
    lesson = sample_lesson(SOURCE)
    assert not lesson.problems
    (steps,) = lesson.blocks
    assert isinstance(steps, Steps)
    assert [step.exercise.kind for step in steps.steps] == ["number", "choice"]
    assert [step.number for step in steps.steps] == [1, 2]
    assert plain_text(steps.intro[0].text) == "A story, and :::"
    assert lesson.exercises == steps.steps


def test_a_broken_step_is_reported_and_the_others_stay():
    lesson = sample_lesson(SOURCE.replace(":answer: 512\n", ""))
    assert [problem.code for problem in lesson.problems] == ["E022"]
    (steps,) = lesson.blocks
    assert [step.id for step in steps.steps] == ["head/out"]
    assert isinstance(steps.intro[1], Fault)


def test_labs_and_callouts_may_stand_in_the_story():
    story = SOURCE.replace("A story, and :::", ":::{tip}\nx\n:::\n\n```{lab} a.py\nx = 1\n```\n")
    lesson = sample_lesson(story)
    assert not lesson.problems
    assert [type(block).__name__ for block in lesson.blocks[0].intro] == ["Callout", "Lab"]
    assert lesson.labs[0].file == "a.py"


def test_a_challenge_in_a_challenge_is_refused():
    inner = ":::{challenge} inner\n:::\n"
    lesson = sample_lesson(SOURCE.replace("A story, and :::\n", inner))
    assert [problem.code for problem in lesson.problems] == ["E026"]
    assert isinstance(lesson.blocks[0].intro[0], Fault)


def test_prose_after_a_challenge_is_prose():
    lesson = sample_lesson(SOURCE + "\nAfter.\n")
    assert isinstance(lesson.blocks[1], Paragraph)
