"""Options in another order for each learner."""

from random import Random

import pytest

from evoclass.contracts.lessons import parser_for, sample_exercise, sample_lesson
from evoclass_choice.choice import MultipleChoice, SingleChoice

SOURCE = """\
:::{{choice}} which
{options}
- [x] one
- [ ] two
- [ ] three
- [ ] four
- [ ] none of these
:::
"""


def orders(options, method="shuffled"):
    exercise = sample_exercise(
        SOURCE.format(options=options), parser_for(SingleChoice, MultipleChoice)
    ).exercise
    shuffled = [getattr(exercise, method)(Random(seed)) for seed in range(30)]
    return ["".join(option.key for option in each.form()[0].options) for each in shuffled]


def test_without_shuffle_the_authors_order_stays():
    assert set(orders("")) == {"abcde"}


def test_shuffled_but_the_last_stays_last():
    found = orders(":shuffle:\n:last: 1")
    assert len(set(found)) > 10
    assert {order[-1] for order in found} == {"e"}
    assert all(sorted(order) == list("abcde") for order in found)


@pytest.mark.parametrize("options", ["", ":shuffle:"])
def test_a_review_brings_another_order_in_any_case(options):
    found = orders(options + "\n:last: 1", "reordered")
    assert len(set(found)) > 10
    assert {order[-1] for order in found} == {"e"}


def test_a_review_leaves_an_order_that_has_a_meaning():
    assert set(orders(":shuffle: no", "reordered")) == {"abcde"}


def test_shuffling_again_gives_the_same():
    exercise = sample_exercise(SOURCE.format(options=":shuffle:"), parser_for(SingleChoice)).exercise
    once = exercise.shuffled(Random("anna"))
    assert once.shuffled(Random("anna")) == once
    assert once.solution() == exercise.solution()


def test_last_must_fit():
    lesson = sample_lesson(SOURCE.format(options=":last: 6"))
    assert [problem.code for problem in lesson.problems] == ["E024"]
