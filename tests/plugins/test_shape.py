"""Tensor shapes."""

import pytest

from evoclass.contracts.bench import QuietBench
from evoclass.contracts.exercise import ExerciseContract
from evoclass.contracts.lessons import parser_for, sample_exercise, sample_lesson
from evoclass.model import plain_text
from evoclass_answer.shape import ShapeQuestion, read_shape


@pytest.mark.usefixtures("third_language")
class TestShape(ExerciseContract):
    exercise = ShapeQuestion
    package = "evoclass_answer"
    sample = """
        :::{shape} features
        What is the shape of `base(images)`?
        :answer: (N, 512)
        :::
        """
    wrong = {"shape": "(512, N)"}


async def verdict(answer, value, language="en"):
    source = f":::{{shape}} s\n:answer: {answer}\n:::\n"
    block = sample_exercise(source, parser_for(ShapeQuestion))
    return await block.exercise.grade({"shape": value}, QuietBench(language, ["evoclass_answer"]))


@pytest.mark.parametrize(
    ("answer", "value"),
    [
        ("(N, 512)", "(N, 512)"),
        ("(N, 512)", "n,512"),
        ("(N, 512)", "[batch, 512]"),
        ("(N, 512)", "batch_size × 512"),
        ("(N, 512)", "B x 512"),
        ("(32, 3)", "torch.Size([32, 3])"),
        ("(32, 3)", "32x3"),
        ("(32, 3)", "32×3"),
        ("(32, 3)", "`(32, 3)`"),
        ("(7,)", "(7,)"),
        ("(7,)", "7"),
        ("()", "()"),
        ("()", "torch.Size([])"),
        ("(N, 7 * 7 * 512)", "(N, 25088)"),
        ("(N, C, H/2, W/2)", "(B, C, H / 2, W // 2)"),
        ("(N, T, 2*D)", "(a, b, c + c)"),
    ],
)
async def test_right_ways_to_write_it(answer, value):
    assert (await verdict(answer, value)).passed


@pytest.mark.parametrize(
    ("answer", "value", "score"),
    [
        ("(N, 512)", "(N, 256)", 0.5),
        ("(N, N)", "(A, B)", 0.5),
        ("(N, M)", "(A, A)", 0.5),
        ("(N, M)", "(M, N)", 0.0),
        ("(N, 3, 8, 8)", "(N, 8, 8, 3)", 0.5),
        ("(N, 512)", "(1009, 512)", 0.5),
        ("(N, 512)", "(N, 512, 1)", 0.0),
        ("(N, H/2)", "(N, H)", 0.5),
        ("()", "(1,)", 0.0),
    ],
)
async def test_wrong_shapes_get_credit_by_axis(answer, value, score):
    given = await verdict(answer, value)
    assert given.valid
    assert not given.passed
    assert given.score == score


@pytest.mark.parametrize(
    "value", ["", "(", "many", "(a b)(c", "(1.5,)", "1 2 3 x", "(f(x),)", "('a',)", "," * 40]
)
async def test_what_is_no_shape_is_no_attempt(value):
    given = await verdict("(N, 512)", value)
    assert not given.passed
    if value not in ("many", "1 2 3 x"):
        assert not given.valid


async def test_feedback_is_by_axis():
    given = await verdict("(N, 3, 8)", "(N, 8, 8)")
    assert [(feedback.good, plain_text(feedback.text)) for feedback in given.feedback] == [
        (True, "Axis 0: N is right."),
        (False, "Axis 1: not 8."),
        (True, "Axis 2: 8 is right."),
    ]


async def test_number_of_axes():
    (feedback,) = (await verdict("(N, 3, 8)", "(N, 3)")).feedback
    assert "more axes" in plain_text(feedback.text)
    (feedback,) = (await verdict("(N, 3)", "(N, 3, 8)")).feedback
    assert "fewer axes" in plain_text(feedback.text)


def test_an_answer_that_is_no_shape_is_a_problem():
    lesson = sample_lesson(":::{shape} s\n:answer: 5.5\n:::\n")
    assert [(problem.code, problem.line) for problem in lesson.problems] == [("E024", 9)]


def test_read_shape_is_bounded():
    assert read_shape("1," * 1000) is None
    assert read_shape("1" * 1000) is None
    assert read_shape("1/0") is not None
