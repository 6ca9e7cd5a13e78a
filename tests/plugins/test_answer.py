"""Number and text."""

import pytest

from evoclass import lint
from evoclass.contracts.bench import QuietBench
from evoclass.contracts.exercise import ExerciseContract
from evoclass.contracts.lessons import parser_for, sample_exercise, sample_lesson
from evoclass.exercise import Number
from evoclass.i18n import Catalog
from evoclass.model import plain_text
from evoclass_answer.number import NumberQuestion
from evoclass_answer.text import TextQuestion


@pytest.mark.usefixtures("third_language")
class TestNumber(ExerciseContract):
    exercise = NumberQuestion
    package = "evoclass_answer"
    sample = """
        :::{number} size
        How many?
        :answer: 512
        :unit: MB
        :::
        """
    wrong = {"number": 511.0}


@pytest.mark.usefixtures("third_language")
class TestText(ExerciseContract):
    exercise = TextQuestion
    package = "evoclass_answer"
    sample = """
        :::{text} name
        What is it called?
        :answer: Fine-tuning
        :accept: fine tuning
        :::
        """
    wrong = {"text": "freezing"}


@pytest.mark.usefixtures("third_language")
class TestCodeText(ExerciseContract):
    exercise = TextQuestion
    package = "evoclass_answer"
    sample = """
        :::{text} snippet
        Which line?
        :answer: `new_layer = torch.nn.Linear(512, 7)`
        :accept: new_layer = nn.Linear(in_features=512, out_features=7)
        :fold: code
        :::
        """
    wrong = {"text": "new_layer = torch.nn.Linear(7, 512)"}


async def verdict(source, name, value, language="en"):
    block = sample_exercise(source, parser_for(NumberQuestion, TextQuestion))
    return await block.exercise.grade({name: value}, QuietBench(language, ["evoclass_answer"]))


@pytest.mark.parametrize("value", [512, 512.0, "512", " 512 ", "512 MB", "512mb", "5.12e2", "512,0", "+512"])
async def test_ways_to_write_a_number(value):
    assert (await verdict(TestNumber.sample, "number", value)).passed


@pytest.mark.parametrize("value", ["", "many", None, "5 12", "0x200", float("nan"), float("inf")])
async def test_what_is_no_number_is_no_attempt(value):
    assert not (await verdict(TestNumber.sample, "number", value)).valid


@pytest.mark.parametrize(
    ("answer", "value", "language", "passed"),
    [
        ("1216", "1.216", "it", True),
        ("1.216", "1.216", "it", True),
        ("1216", "1,216", "it", False),
        ("1200", "1.200", "it", True),
        ("1200", "1.2", "it", False),
        ("1216", "1.216 MB", "it", True),
        ("1216", "1.216", "en", False),
        ("1216", "1,216", "en", True),
    ],
)
async def test_a_point_between_thousands_is_one_where_people_write_it_so(answer, value, language, passed):
    source = TestNumber.sample.replace("512", answer).replace(":reply: 1024", ":reply: 99")
    field = Number(name="number", unit="MB")
    given = field.read(value, Catalog(language))
    assert (await verdict(source, "number", given, language)).passed is passed


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (500, "Too small."),
        (600, "Too large."),
        (-512, "the sign"),
        (51.2, "decimal point"),
        (5120, "decimal point"),
    ],
)
async def test_nudges(value, words):
    (feedback,) = (await verdict(TestNumber.sample, "number", value)).feedback
    assert words in plain_text(feedback.text)


@pytest.mark.parametrize(
    ("answer", "tolerance", "unit", "value", "word"),
    [
        # Too few digits is no decimal point in the wrong place.
        ("0.3333333333", "0", "", 0.333, "more_digits"),
        ("0.3333333333", "0", "", 0.34, "too_large"),
        ("0.6666666667", "0", "", 0.66, "more_digits"),
        ("0.6666666667", "0", "", 0.67, "more_digits"),
        ("8967", "0", "", 8970, "more_digits"),
        ("8967", "0", "", 9000, "too_large"),
        ("8967", "0", "", 8968, "too_large"),
        ("8967", "0", "", 8966, "too_small"),
        ("8967", "0", "", -8967, "wrong_sign"),
        ("8967", "0", "", -8970, "wrong_sign"),
        ("8967", "0", "", 89.67, "power_of_ten"),
        ("8967", "0", "", 89670, "power_of_ten"),
        ("0.3333333333", "0", "kg", 33.3, "power_of_ten"),
        ("0.032", "5%", "", 0.33, "power_of_ten"),
        ("99.99", "0.5", "", 1000, "power_of_ten"),
        ("100.01", "0.5", "", 9.999, "power_of_ten"),
        ("0.032", "5%", "", 3.2, "percent"),
        ("3.2", "0", "%", 0.032, "percent"),
        ("3.2", "0", "%", 320, "power_of_ten"),
        ("320", "0", "", 3.2, "power_of_ten"),
        ("3.2", "0", "", 320, "power_of_ten"),
        ("-2.5", "0.1", "", 2.55, "wrong_sign"),
        ("0", "0", "", 1, "too_large"),
        ("0", "0", "", -1, "too_small"),
        ("10", "0", "", 9.99, "too_small"),
        ("1e300", "0", "", 1e-300, "too_small"),
        ("5", "0", "", 0, "too_small"),
        # A tolerance larger than the answer makes no number a tenth of it.
        ("1", "5", "", 70, "too_large"),
    ],
)
async def test_what_a_near_miss_is_told(answer, tolerance, unit, value, word):
    unit_line = f":unit: {unit}" if unit else ""
    source = f"""
        :::{{number}} n
        :answer: {answer}
        :tolerance: {tolerance}
        {unit_line}
        :::
        """
    for given in (value, repr(value)):
        (feedback,) = (await verdict(source, "number", given)).feedback
        wanted = QuietBench("en", ["evoclass_answer"]).text(f"number.{word}")
        assert plain_text(feedback.text) == wanted


@pytest.mark.parametrize(
    ("answer", "tolerance", "told"),
    [
        ("{{1 / n}}", "0", True),
        ("{{1 / n}}", "1%", False),
        ("{{round(1 / n, 3)}}", "0", False),
        ("{{10000000 * n}}", "0", False),
        ("{{n / 2}}", "0", False),
        ("0.123456789", "0", True),
        ("0.123456789", "0.00001", False),
    ],
)
def test_a_number_that_nobody_can_type(answer, tolerance, told):
    parser = parser_for(NumberQuestion)
    body = f"""
        :::{{number}} n
        :draw: n in [3, 7]
        One of {{{{n}}}}?
        :answer: {answer}
        :tolerance: {tolerance}
        :::
        """
    problems = lint.check_lesson(sample_lesson(body, parser), parser)
    assert [problem.code for problem in problems] == ["W070"] * told


@pytest.mark.parametrize(
    ("tolerance", "value", "passed"),
    [("0.5", 10.5, True), ("0.5", 10.51, False), ("5%", 10.5, True), ("5%", 9.49, False), ("0", 10.0, True)],
)
async def test_tolerance(tolerance, value, passed):
    source = f"""
        :::{{number}} n
        :answer: 10
        :tolerance: {tolerance}
        :::
        """
    assert (await verdict(source, "number", value)).passed is passed


@pytest.mark.parametrize("value", ["fine-tuning", " FINE  TUNING ", "Fine tuning"])
async def test_folding(value):
    assert (await verdict(TestText.sample, "text", value)).passed


async def test_accents():
    source = """
        :::{text} t
        :answer: perché
        :fold: case accents
        :::
        """
    assert (await verdict(source, "text", "Perche")).passed
    strict = source.replace("case accents", "spaces")
    nearly = await verdict(strict, "text", "Perche")
    assert not nearly.passed
    assert "Nearly" in plain_text(nearly.feedback[0].text)


@pytest.mark.parametrize(
    "value",
    [
        "new_layer=torch.nn.Linear( 512,7 )",
        "new_layer = torch.nn.Linear(512, 7)  # the head",
        "new_layer = nn.Linear(in_features=512, out_features=7)",
        "new_layer = nn.Linear(out_features=7, in_features=512)",
    ],
)
async def test_code_is_compared_as_python(value):
    assert (await verdict(TestCodeText.sample, "text", value)).passed


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("new_layer = torch.nn.Linear(7, 512)", "Check its arguments"),
        ("new_layer = nn.Linear(out_features=512, in_features=7)", "Check its arguments"),
        ("x = torch.nn.Linear(512, 7)", "Check the name"),
        ("new_layer = torch.nn.Conv2d(512, 7)", "That's not it."),
        ("import torch", "That's not it."),
    ],
)
async def test_a_slip_in_code_is_told_without_the_answer(value, told):
    answer = await verdict(TestCodeText.sample, "text", value)
    assert not answer.passed
    said = plain_text(answer.feedback[0].text)
    assert told in said
    assert "512" not in said


async def test_broken_code_is_said_to_be():
    answer = await verdict(TestCodeText.sample, "text", "new_layer = torch.nn.Linear(512, 7")
    assert "not valid Python" in plain_text(answer.feedback[0].text)


# ------------------------------------------------------------------------------------------------- replies

SIZE = """
:::{number} size
How many?
:answer: 512
:reply: 1280 | That is the size of `Lite0`.
:reply: 0.3 | A share is no count.
:::
"""


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("1280", "That is the size of Lite0."),
        ("1 280", "That is the size of Lite0."),
        (1280.0, "That is the size of Lite0."),
        ("0,30", "A share is no count."),
        ("1281", "Too large."),
    ],
)
async def test_a_wrong_number_that_the_author_expects_has_its_own_reply(given, said):
    graded = await verdict(SIZE, "number", given)
    assert not graded.passed
    assert [plain_text(feedback.text) for feedback in graded.feedback] == [said]


@pytest.mark.parametrize("reply", ["1280", "1280 |", "many | No."])
def test_a_reply_without_number_or_words_is_told_with_its_line(reply):
    lesson = sample_lesson(
        SIZE.replace("1280 | That is the size of `Lite0`.", reply), parser_for(NumberQuestion)
    )
    assert [problem.code for problem in lesson.problems] in (["E023"], ["E024"])
