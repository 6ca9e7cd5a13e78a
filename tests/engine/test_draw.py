"""Questions with drawn values: the same for one learner, different for another, new ones for a new try."""

from random import Random

import pytest

from evoclass.contracts.lessons import sample_lesson
from evoclass.directive import OptionLine
from evoclass.model import Fault, plain_text
from evoclass.reading.arithmetic import ArithmeticFault, evaluate, shown
from evoclass.reading.draw import Draws
from evoclass.reading.variants import personal

QUESTION = """\
before

:::{number} weights
:draw: features in [256, 512, 1024]
:draw: classes in 3..12
:where: classes != 7
:let: total = features * classes + classes
How many weights does `nn.Linear({{features}}, {{classes}})` have?

:answer: {{total}}
:hint: {{features}} × {{classes}} and then {{classes}} more.
:::
"""

CHALLENGE = """\
::::{challenge} head
:draw: n in 1..1000
{{n}} images.

:::{number} double
:answer: {{2 * n}}
:::

:::{choice} half
Half of {{n}}?

- [x] {{n / 2:.1f}}
- [ ] {{n}}
:::
::::
"""


def seeds(learner):
    return lambda block_id: f"{learner}/{block_id}"


def text(lesson):
    return [plain_text(block.prompt[0].text) for block in lesson.exercises if block.prompt]


@pytest.mark.parametrize(
    ("language", "prose"),
    [("en", "A rate of 0.25, 1e-05 and 1234 steps."), ("it", "A rate of 0,25, 1e-05 and 1234 steps.")],
)
def test_a_value_can_be_written_as_the_language_writes_numbers(language, prose):
    question = """\
:::{number} rate
:draw: rate in [0.25]
A rate of {{rate:n}}, {{rate / 25000:n}} and {{1234:n}} steps.

:answer: {{rate}}
:::
"""
    lesson = sample_lesson(question, language=language)
    assert not lesson.problems
    assert text(lesson) == [prose]


def test_values_stand_everywhere():
    lesson = sample_lesson(QUESTION)
    assert not lesson.problems
    block = lesson.exercises[0]
    prompt = plain_text(block.prompt[0].text)
    features, classes = map(int, prompt.split("(")[1].split(")")[0].split(", "))
    assert features in (256, 512, 1024)
    assert 3 <= classes <= 12
    assert classes != 7
    assert block.exercise.target == features * classes + classes
    assert plain_text(block.hints[0]).startswith(f"{features} × {classes}")
    assert (block.line, block.number, block.prompt[0].line) == (10, 1, 15)


def test_the_same_learner_sees_the_same_values():
    lesson = sample_lesson(QUESTION)
    first, again = personal(lesson, seeds("anna")), personal(personal(lesson, seeds("ben")), seeds("anna"))
    assert text(first) == text(again)


def test_learners_see_different_values():
    lesson = sample_lesson(QUESTION)
    assert len({text(personal(lesson, seeds(str(learner))))[0] for learner in range(20)}) > 5


def test_both_languages_draw_the_same_values():
    english = sample_lesson(QUESTION)
    italian = sample_lesson(
        QUESTION.replace("How many weights does", "Quanti pesi ha").replace(" have?", "?"), language="it"
    )
    answers = [personal(lesson, seeds("anna")).exercises[0].exercise.target for lesson in (english, italian)]
    assert answers[0] == answers[1]


def test_steps_of_a_challenge_share_values():
    lesson = sample_lesson(CHALLENGE)
    assert not lesson.problems
    mine = personal(lesson, seeds("anna"))
    (steps,) = mine.blocks
    n = int(plain_text(steps.intro[0].text).split()[0])
    assert [step.id for step in steps.steps] == ["head/double", "head/half"]
    assert steps.steps[0].exercise.target == 2 * n
    assert plain_text(steps.steps[1].prompt[0].text) == f"Half of {n}?"
    assert plain_text(steps.steps[1].exercise.items[0].text) == f"{n / 2:.1f}"
    assert steps != lesson.blocks[0]


def test_questions_without_draws_stay_as_they_are():
    lesson = sample_lesson(":::{number} n\n{{x}}\n:answer: 1\n:::\n")
    assert [problem.code for problem in lesson.problems] == ["W039"]
    assert text(personal(lesson, seeds("anna"))) == ["{{x}}"]


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("in [256, 512, 1024]", "of [1]", "E110", 4),
        ("in [256, 512, 1024]", "in []", "E110", 4),
        ("in [256, 512, 1024]", "in [1,", "E110", 4),
        ("3..12", "12..3", "E110", 5),
        ("3..12", "1..1000000", "E110", 5),
        ("classes != 7", "classes > 100", "E112", 4),
        ("classes != 7", "klasses != 7", "E110", 6),
        ("features * classes", "open('x')", "E110", 7),
        ("{{total}}", "{{totals}}", "E111", 10),
        ("{{total}}", "{{total:q}}", "E111", 10),
        (":answer: {{total}}", ":answer: x{{total}}", "E023", 10),
    ],
)
def test_faults(old, new, code, line):
    assert old in QUESTION
    lesson = sample_lesson(QUESTION.replace(old, new))
    assert [(problem.code, problem.line - 7) for problem in lesson.problems] == [(code, line)]
    assert isinstance(lesson.blocks[1], Fault)


def test_drawn_ids_are_claimed_once():
    lesson = sample_lesson(QUESTION + QUESTION)
    assert [problem.code for problem in lesson.problems] == ["E018"]


@pytest.mark.parametrize(
    ("body", "code", "line"),
    [
        (":hnit: x\n\nWhat?\n\n- [x] {{n}}\n- [ ] b\n", "E020", 3),
        ("\nWhat?\n\n1. [x] {{n}}\n2. [ ] b\n", "E044", 6),
        ("\nWhat?\n\n| a | b |\n|---|---|\n| {{n}} |\n\n- [x] {{n}}\n- [ ] b\n", "W042", 8),
        ("\nWhat?\n\n  :hint: x\n\n- [x] {{n}}\n- [ ] b\n", "E027", 6),
    ],
)
def test_slips_in_a_drawn_question_are_told_once_and_where_they_are(body, code, line):
    lesson = sample_lesson(f":::{{choice}} q\n:draw: n in [1, 2]\n{body}:::\n")
    assert [(problem.code, problem.line - 7) for problem in lesson.problems] == [(code, line)]


def test_values_too_long_for_words_are_no_edge_to_tell():
    many = ", ".join(["pi"] * 150)
    assert Draws((OptionLine("draw", f"x in [[{many}], [1]]", 1),)).edges()[0][0] == "x = (1,)"


def test_ranges():
    def pool(spec):
        draws = Draws((OptionLine("draw", f"x in {spec}", 1),))
        return sorted({draws.values(str(seed))["x"] for seed in range(200)})

    assert pool("1..4") == [1, 2, 3, 4]
    assert pool("2..10 step 4") == [2, 6, 10]
    assert [round(value, 6) for value in pool("0.1..0.5 step 0.1")] == [0.1, 0.2, 0.3, 0.4, 0.5]
    assert pool("['a', 'b']") == ["a", "b"]


def test_draws_do_not_depend_on_the_machine():
    assert Random("anna/x").random() == pytest.approx(0.0010087037)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("1 + 2 * 3", 7),
        ("2 ** 10", 1024),
        ("7 // 2", 3),
        ("-(3 % 2)", -1),
        ("max(1, n)", 5),
        ("n if n > 3 else 0", 5),
        ("1 < n <= 5", True),
        ("[1, 2, 3][1]", 2),
        ("round(sqrt(2), 3)", 1.414),
        ("'a' in ['a']", True),
        ("n == 5 and not n == 6", True),
        ("prod([2, 3])", 6),
    ],
)
def test_arithmetic(expression, value):
    assert evaluate(expression, {"n": 5}) == value


@pytest.mark.parametrize(
    "expression",
    [
        "__import__('os')",
        "().__class__",
        "n.real",
        "9 ** 9 ** 9",
        "10 ** 4000",
        "'a' * 10",
        "'%s' % 1",
        "[1] + [2]",
        "(lambda: 1)()",
        "[x for x in [1]]",
        "f'{n}'",
        "1 / 0",
        "n[0]",
        "log(-1)",
        "exp(1000)",
        "int('x')",
        "unknown",
        "1 +",
        "",
        "(" * 300 + ")" * 300,
        "-" * 5000 + "1",
        "1 .__class__",
        "min(1, key=2)",
        "(-1) ** 0.5",
    ],
)
def test_arithmetic_is_closed(expression):
    with pytest.raises(ArithmeticFault):
        evaluate(expression, {"n": 5})


def test_numbers_are_shown_without_noise():
    assert (shown(0.1 + 0.2), shown(1e-5), shown(3), shown(2.5, ".2f")) == ("0.3", "1e-05", "3", "2.50")
