"""Lines in order, pairs that match."""

from random import Random

import pytest

from evoclass.contracts.bench import QuietBench
from evoclass.contracts.exercise import ExerciseContract
from evoclass.contracts.lessons import parser_for, sample_exercise, sample_lesson
from evoclass.model import plain_text
from evoclass_order.match import MatchQuestion
from evoclass_order.order import OrderQuestion

LOOP = """\
:::{{order}} loop
Put the training step in order.
{options}

```python
for batch in data:
    loss = compute(batch)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
```

```python distractors
    loss.forward()
```
:::
"""

LIST = """\
:::{order} recipe
Order the recipe.

1. Load the base.
2. Freeze it.
3. Train the *head*.

- Delete the base.
:::
"""

PAIRS = """\
:::{match} freezing
| Call | Effect | Why |
|---|---|---|
| `eval()` | Statistics stand still | Buffers are no parameters. |
| `requires_grad_(False)` | No gradients | |
| `no_grad()` | No gradients | |
| | Nothing at all | |
:::
"""


@pytest.mark.usefixtures("third_language")
class TestOrder(ExerciseContract):
    exercise = OrderQuestion
    package = "evoclass_order"
    sample = LOOP.format(options="")
    wrong = {"order": ["l2", "l1", "l3", "l4", "l5"]}


@pytest.mark.usefixtures("third_language")
class TestIndentedOrder(ExerciseContract):
    exercise = OrderQuestion
    package = "evoclass_order"
    sample = LOOP.format(options=":indent:")
    wrong = {"order": ["l1:0", "l2:1", "l3:1", "l4:1", "l5:0"]}


@pytest.mark.usefixtures("third_language")
class TestMatch(ExerciseContract):
    exercise = MatchQuestion
    package = "evoclass_order"
    sample = PAIRS
    wrong = {"match": {"1": "r2", "2": "r2", "3": "r2"}}


async def order(source, answer):
    exercise = sample_exercise(source, parser_for(OrderQuestion)).exercise
    return await exercise.grade({"order": answer}, QuietBench("en", ["evoclass_order"]))


async def match(answer):
    exercise = sample_exercise(PAIRS, parser_for(MatchQuestion)).exercise
    return await exercise.grade({"match": answer}, QuietBench("en", ["evoclass_order"]))


def test_the_form_never_shows_the_right_order():
    exercise = sample_exercise(LIST, parser_for(OrderQuestion)).exercise
    for seed in range(50):
        (field,) = exercise.shuffled(Random(seed)).form()
        assert [option.key for option in field.items[:3]] != ["l1", "l2", "l3"]
        assert sorted(option.key for option in field.items) == ["l1", "l2", "l3", "l4"]
    assert field.optional
    assert exercise.prompt is not None


def test_the_prompt_has_no_list_and_no_code():
    block = sample_exercise(LIST, parser_for(OrderQuestion))
    assert [plain_text(part.text) for part in block.prompt] == ["Order the recipe."]
    block = sample_exercise(LOOP.format(options=""), parser_for(OrderQuestion))
    assert [plain_text(part.text) for part in block.prompt] == ["Put the training step in order."]


def test_indentation_is_shown_unless_it_is_asked_for():
    def shown(options):
        (field,) = sample_exercise(LOOP.format(options=options), parser_for(OrderQuestion)).exercise.form()
        return {option.key: plain_text(option.text) for option in field.items}

    assert shown("")["l2"] == "    loss = compute(batch)"
    assert shown(":indent:")["l2"] == "loss = compute(batch)"


@pytest.mark.parametrize(
    ("answer", "score", "words", "option"),
    [
        (["l1", "l2", "l3", "l4", "l5", "l6"], 0.9, "does not belong", "l6"),
        (["l1", "l2", "l4", "l3", "l5"], 0.8, "Right up to here (2)", "l4"),
        (["l2", "l1"], 0.2, "Something else comes first", "l2"),
        (["l1", "l2"], 0.4, "something is missing", ""),
    ],
)
async def test_partial_credit(answer, score, words, option):
    verdict = await order(LOOP.format(options=""), answer)
    assert (round(verdict.score, 6), verdict.passed) == (score, False)
    assert words in plain_text(verdict.feedback[0].text)
    assert verdict.feedback[0].option == option


@pytest.mark.parametrize(
    ("answer", "options"),
    [
        (["l1", "l6", "l2", "l4", "l3", "l5"], ["l6", "l4"]),
        (["l6", "l2", "l1"], ["l6", "l2"]),
        (["l1", "l2", "l6"], ["l6"]),
    ],
)
async def test_a_misplaced_line_is_remarked_on_beside_one_that_does_not_belong(answer, options):
    verdict = await order(LOOP.format(options=""), answer)
    assert [feedback.option for feedback in verdict.feedback] == options


async def test_indentation_is_graded_line_by_line():
    verdict = await order(LOOP.format(options=":indent:"), ["l1:0", "l2:1", "l3:1", "l4:2", "l5:1"])
    (feedback,) = verdict.feedback
    assert feedback.option == "l4"
    assert verdict.score == 0.9


async def test_lines_that_may_change_places():
    source = LOOP.format(options=":any: 2 3")
    assert (await order(source, ["l1", "l3", "l2", "l4", "l5"])).passed
    assert not (await order(source, ["l3", "l1", "l2", "l4", "l5"])).passed


async def test_equal_lines_are_interchangeable():
    source = ":::{order} twins\n```python\nx += 1\ny = x\nx += 1\n```\n:::\n"
    assert (await order(source, ["l3", "l2", "l1"])).passed


@pytest.mark.parametrize("answer", [[], ["l9"], ["l1", "l1"], "l1", [1], None])
async def test_what_is_no_order_is_no_attempt(answer):
    assert not (await order(LIST, answer)).valid


async def test_pairs_with_the_same_right_side_are_interchangeable():
    verdict = await match({"1": "r1", "2": "r3", "3": "r2"})
    assert verdict.passed
    assert plain_text(verdict.feedback[0].text) == "Buffers are no parameters."


async def test_match_partial_credit():
    verdict = await match({"1": "r1", "2": "r4"})
    assert verdict.score == pytest.approx(1 / 3)
    assert [(feedback.option, feedback.good) for feedback in verdict.feedback] == [
        ("1", True),
        ("2", False),
        ("3", False),
    ]


def test_match_form():
    exercise = sample_exercise(PAIRS, parser_for(MatchQuestion)).exercise
    (field,) = exercise.form()
    assert [option.key for option in field.left] == ["1", "2", "3"]
    assert sorted(option.key for option in field.right) == ["r1", "r2", "r4"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (":::{order} o\n1. one\n:::\n", "E064"),
        (":::{order} o\n1. one\n2. two\n:indent:\n:::\n", "E065"),
        (":::{order} o\n1. one\n2. two\n:any: 1\n:::\n", "E024"),
        (":::{order} o\n1. one\n2. two\n:any: 1 3\n:::\n", "E024"),
        (":::{match} m\nno table\n:::\n", "E066"),
        (":::{match} m\n| a |\n|---|\n| b |\n:::\n", "E066"),
        (":::{match} m\n| a | b |\n|---|---|\n| c | |\n| d | e |\n:::\n", "E067"),
        (":::{match} m\n| a | b |\n|---|---|\n| c | d |\n:::\n", "E064"),
        (":::{match} m\n| a | b |\n|---|---|\n| c | d |\n| c | e |\n:::\n", "E048"),
    ],
)
def test_faults(body, code):
    assert [problem.code for problem in sample_lesson(body).problems] == [code]
