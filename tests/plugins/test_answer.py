"""Number and text."""

import pytest

from evoclass.contracts.bench import QuietBench
from evoclass.contracts.exercise import ExerciseContract
from evoclass.contracts.lessons import parser_for, sample_exercise
from evoclass.model import plain_text
from evoclass_answer.number import NumberQuestion, read_number
from evoclass_answer.text import TextQuestion


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


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1 000 000", 1e6),
        ("14'000", 14e3),
        ("−3", -3),
        ("1e-3", 0.001),
        (".5", 0.5),
        (",5", 0.5),
        ("1,5", 1.5),
    ],
)
def test_read_number(text, number):
    assert read_number(text) == number


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
        ("new_layer = torch.nn.Linear(7, 512)", "Look at what stands in its parentheses"),
        ("new_layer = nn.Linear(out_features=512, in_features=7)", "Look at what stands in its parentheses"),
        ("x = torch.nn.Linear(512, 7)", "Look at the name"),
        ("new_layer = torch.nn.Conv2d(512, 7)", "Not this."),
        ("import torch", "Not this."),
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
