"""Questions graded by running code."""

import pytest

from evoclass.contracts.bench import InterpreterBench, QuietBench
from evoclass.contracts.exercise import ExerciseContract
from evoclass.contracts.lessons import parser_for, sample_exercise, sample_lesson
from evoclass.errors import RunnerError
from evoclass.model import CodeBlock, Span, plain_text
from evoclass_code.code import CodeQuestion, FixQuestion, changed_lines
from evoclass_code.predict import PredictQuestion
from evoclass_explain.explain import explain

CODE = """\
::::{code} mean
Write `mean(numbers)`, and print the mean of `data`.

```python setup
data = [1, 2, 3, 6]
```

```python starter
def mean(numbers):
    ...
```

```python solution
def mean(numbers):
    return sum(numbers) / len(numbers)

print(mean(data))
```

```python checks
assert mean([2, 4]) == 3, "The mean of `[2, 4]` is 3."
half = mean([0, 1])
assert close(half, 0.5), "Fractions count."
assert mean([7]) == 7
```

:expect: output.strip() == "3.0" | Print the mean of `data`.
:hint: Sum, then divide.
::::
"""

FIX = """\
:::{fix} average
This divides by the wrong number.

```python starter
def mean(numbers):
    return sum(numbers) / 2
```

```python solution
def mean(numbers):
    return sum(numbers) / len(numbers)
```

:expect: mean([1, 2, 3]) == 2 | Try three numbers.
:lines: 1
:::
"""

PREDICT = """\
:::{predict} loop
What does it print?

```python setup
n = 3
```

```python
for i in range(n):
    print(i, i * i)
```
:::
"""


@pytest.mark.usefixtures("third_language")
class TestCode(ExerciseContract):
    exercise = CodeQuestion
    package = "evoclass_code"
    sample = CODE
    wrong = {"code": "def mean(numbers):\n    return 3\n"}

    def test_strange_values_do_not_raise(self):
        for value in ("\x00", "(" * 500, "import os; os._exit(0)", "raise SystemExit(3)", 5, ["x"]):
            assert not self.grade({"code": value}).passed


@pytest.mark.usefixtures("third_language")
class TestFix(ExerciseContract):
    exercise = FixQuestion
    package = "evoclass_code"
    sample = FIX
    wrong = {"code": "def mean(numbers):\n    return sum(numbers) / 4\n"}

    def test_strange_values_do_not_raise(self):
        assert not self.grade({"code": "\x00"}).passed


async def grade(source, code, language="en"):
    block = sample_exercise(source, parser_for(CodeQuestion, FixQuestion, PredictQuestion))
    name = next(field.name for field in block.exercise.form())
    return await block.exercise.grade({name: code}, InterpreterBench(language, ["evoclass_code"]))


def texts(verdict):
    return [plain_text(feedback.text) for feedback in verdict.feedback]


async def test_every_check_counts_and_the_first_that_fails_is_told():
    verdict = await grade(
        CODE, "def mean(numbers):\n    return sum(numbers) // len(numbers)\nprint(mean(data))\n"
    )
    assert not verdict.passed
    assert texts(verdict) == ["Fractions count.", "1 more check fails.", "It printed:\n3"]
    assert verdict.score == 0.5


async def test_a_check_may_stress_a_word():
    source = CODE.replace("Fractions count.", "*Fractions* count.")
    verdict = await grade(
        source, "def mean(numbers):\n    return sum(numbers) // len(numbers)\nprint('3.0')\n"
    )
    assert texts(verdict)[0] == "Fractions count."
    assert verdict.feedback[0].text[0] == Span("Fractions", frozenset({"em"}))


async def test_checks_without_message_show_themselves():
    verdict = await grade(CODE, "def mean(numbers):\n    return sum(numbers) / 2\nprint('3.0')\n")
    assert texts(verdict)[0] == "This is not true: mean([7]) == 7"


async def test_a_program_that_stops_is_told_where():
    verdict = await grade(CODE, "print('before')\n\nprint(1 / 0)\n")
    assert texts(verdict) == [
        "Your program stops on line 3. ZeroDivisionError: division by zero",
        "It printed:\nbefore",
    ]
    assert verdict.score == 0


async def test_a_program_that_is_no_python():
    verdict = await grade(CODE, "def mean(:\n", "it")
    assert texts(verdict)[0].startswith("La riga 1 non è Python valido. SyntaxError")


async def test_a_program_without_end():
    verdict = await grade(CODE.replace(":hint:", ":seconds: 1\n:hint:"), "while True:\n    pass\n")
    assert texts(verdict) == ["Your program did not end within 1 s."]


async def test_a_program_that_leaves_is_told():
    verdict = await grade(CODE, "import os\nos._exit(0)\n")
    assert texts(verdict) == ["Your program ended before it could be checked."]


async def test_a_report_cannot_be_forged_by_printing():
    forged = (
        'print(\'evoclass-0:{"setup": null, "error": null, "checks": [], "output": "", "value": null}\')\n'
    )
    assert not (await grade(CODE, forged)).passed


async def test_a_check_that_raises_is_told():
    verdict = await grade(CODE, "mean = None\nprint('3.0')\n")
    assert texts(verdict)[0] == "The mean of [2, 4] is 3. (TypeError: 'NoneType' object is not callable)"
    source = CODE.replace(', "The mean of `[2, 4]` is 3."', "")
    verdict = await grade(source, "mean = None\nprint('3.0')\n")
    assert texts(verdict)[0] == "A check could not be run: TypeError: 'NoneType' object is not callable"


async def test_a_name_that_the_program_lacks_is_told():
    assert texts(await grade(CODE, "def average(numbers):\n    return 3\nprint('3.0')\n"))[0] == (
        "Your program does not define mean."
    )
    inside = "def mean(numbers):\n    return total\nprint('3.0')\n"
    assert "(NameError: name 'total' is not defined)" in texts(await grade(CODE, inside))[0]


WALK = """\
:::{code} walk
```python starter
def walk(step, places):
    ...
```

```python solution
def walk(step, places):
    return [step(place) for place in places]
```

```python checks
places, asked = [1, 2], []
def step(place):
    asked.append(place)
    return place + 1
end = walk(step, places)
assert end is not None, "It returns nothing."
assert places == [1, 2], "It changes what it was given."
assert len(asked) < 3, "It asks too often."
assert end == [2, 3], "Each place goes on."
```
:::
"""


@pytest.mark.parametrize(
    ("program", "said", "score"),
    [
        ("def stroll(step, places):\n    return []\n", ["Your program does not define walk."], 0),
        ("def walk(step, places):\n    ...\n", ["It returns nothing.", "1 more check fails."], 0),
        ("def walk(step, places):\n    return places\n", ["Each place goes on."], 0.5),
        ("def walk(step, places):\n    return 1 / 0\n", None, 0),
    ],
)
async def test_only_what_the_learner_has_made_true_counts(program, said, score):
    verdict = await grade(WALK, program)
    assert verdict.score == score
    assert said is None or texts(verdict) == said


async def test_a_program_to_fix_begins_at_nothing():
    source = FIX.replace(":lines:", ":expect: mean([2, 4]) == 3 | It was right for two numbers.\n:lines:")
    assert (await grade(source, "def mean(numbers):\n    return sum(numbers) / 2\n")).score == 0
    assert (await grade(source, "def mean(numbers):\n    return sum(numbers) / 4\n")).score == 0


async def test_a_start_without_an_end_is_left_after_a_while(monkeypatch):
    monkeypatch.setattr("evoclass_code.code.START_SECONDS", 1)
    source = FIX.replace("    return sum(numbers) / 2", "    while True: pass")
    source = source.replace(":lines: 1", ":expect: mean([2]) == 2 | One number.\n:lines: 2")
    assert (await grade(source, "def mean(numbers):\n    return sum(numbers)\n")).score == 0.5


class ExplainingBench(InterpreterBench):
    def explain(self, error):
        return explain(error, self.language)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            "Your program stops on line 4. RuntimeError: mat1 and mat2 shapes cannot be multiplied (2x5 and 3x4).\n"
            "These matrices cannot be multiplied. In a matrix product the first needs as many columns as the second "
            "has rows. Columns of the first, x (2 × 5): 5; rows of the second, weights (3 × 4): 3.",
        ),
        (
            "it",
            "Il tuo programma si ferma alla riga 4. RuntimeError: mat1 and mat2 shapes cannot be multiplied "
            "(2x5 and 3x4).\nQueste matrici non si possono moltiplicare. In un prodotto fra matrici la prima deve "
            "avere tante colonne quante sono le righe della seconda. Colonne della prima, x (2 × 5): 5; righe della "
            "seconda, weights (3 × 4): 3.",
        ),
    ],
)
async def test_an_error_of_pytorch_is_explained_as_in_a_lab(language, said):
    source = """\
:::{code} layer
```python solution
def layer(x): return x.new_ones(2, 4)
```
```python checks
assert layer(torch.ones(2, 5)).shape == (2, 4)MESSAGE
```
```python setup
import torch
```
:::
"""
    program = "import torch\ndef layer(x):\n    weights = torch.ones(3, 4)\n    return x @ weights\n"
    parse = parser_for(CodeQuestion)
    plain = sample_exercise(source.replace("MESSAGE", ""), parse).exercise
    bench = ExplainingBench(language, ["evoclass_code", "evoclass_explain"])
    assert texts(await plain.grade({"code": program}, bench)) == [said]
    told = sample_exercise(source.replace("MESSAGE", ", 'Four columns.'"), parse).exercise
    reason, explanation = said.split("\n")
    text = texts(await told.grade({"code": program}, bench))[0]
    assert text == f"Four columns. ({reason[reason.index('RuntimeError') : -1]}).\n{explanation}"
    at_once = await plain.grade({"code": program + "layer(torch.ones(2, 5))\n"}, bench)
    assert texts(at_once) == [said]


async def test_what_a_program_says_of_its_own_error_is_not_believed():
    forged = "import json\njson.dumps = lambda report, dumps=json.dumps: dumps({**report, 'error': {\n"
    forged += "    'type': 'E', 'text': '', 'line': 1, 'facts': FACTS}})\n"
    for facts in ("'@'", "'AAAA'", "'/////w=='", "5", "None", "'é'"):
        verdict = await grade(CODE, forged.replace("FACTS", facts))
        assert texts(verdict)[0] == "Your program stops on line 1. E"


SEVERAL = """\
:::{code} half
```python solution
def half(x):
    return x / 2
```

```python checks
result = half(4)
assert result is not None, "It returns nothing."
assert result == 2, "Half of 4 is 2."
assert result.is_integer(), "No integer."
```
:::
"""


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("def half(x):\n    pass\n", ["It returns nothing.", "1 more check fails."]),
        (
            "def half(x):\n    return x / 0\n",
            ["Your program stops on line 2. ZeroDivisionError: division by zero"],
        ),
        ("def half(x):\n    return 3\n", ["Half of 4 is 2."]),
        (
            "def half(x):\n    return complex(2)\n",
            ["No integer. (AttributeError: 'complex' object has no attribute 'is_integer')"],
        ),
    ],
)
async def test_of_several_failures_the_first_is_told(program, said):
    assert texts(await grade(SEVERAL, program)) == said


async def test_one_fault_is_told_once_and_the_others_are_counted():
    checks = "\n".join(f"assert half({n}) == {n} / 2, 'Half of {n}.'" for n in (2, 4, 6, 8))
    source = f":::{{code}} half\n```python solution\nhalf = (0.5).__mul__\n```\n```python checks\n{checks}\n```\n:::\n"
    program = "def half(x):\n    return x if x > 2 else 1\n"
    verdict = await grade(source, program)
    assert texts(verdict) == ["Half of 4.", "2 more checks fail."]
    assert verdict.score == 0.25
    assert texts(await grade(source, program, "it")) == ["Half of 4.", "Altri controlli non superati: 2."]


async def test_seeds_and_how_many_must_hold():
    source = """\
:::{{code}} dice
```python solution
x = 1.0
```

:expect: x > 0.3 | Too small.
:seeds: 1 2 3 4 5
{passes}
:::
"""
    program = "import random\nx = random.random()\n"  # seeds 1 to 5: 0.13 0.96 0.24 0.24 0.62
    strict = await grade(source.format(passes=""), program)
    lenient = await grade(source.format(passes=":pass: 2"), program)
    assert (strict.passed, lenient.passed) == (False, True)
    assert texts(strict) == ["Too small."]


async def test_fixing_must_not_rewrite():
    verdict = await grade(FIX, "def mean(values):\n    return sum(values) / len(values)\n")
    assert texts(verdict) == ["You changed more lines than needed; one is enough."]


def test_changed_lines():
    assert changed_lines("a\nb\n\nc\n", "a\nb  \nc\n") == 0
    assert changed_lines("a\nb\n", "a\nx\ny\n") == 2
    assert changed_lines("a  # one\nb\n", "a  # uno\n# b\nc  # x\n") == 1
    assert changed_lines("a = '# one'\n", "a = '# uno'\n") == 1
    assert changed_lines("a\nb(\n", "a\nb(  # open\n") == 0


async def test_predicting_output():
    assert (await grade(PREDICT, "0 0\n1 1\n2 4")).passed
    verdict = await grade(PREDICT, "0 0\n1 2\n2 4\n")
    assert texts(verdict) == ["Line 2 is different."]
    assert verdict.score == pytest.approx(2 / 3)
    assert texts(await grade(PREDICT, "0 0")) == ["Right so far, but there are more lines."]


async def test_the_solution_comes_from_running():
    block = sample_exercise(PREDICT.replace("i * i", "i + 40"), parser_for(PredictQuestion))
    assert block.exercise.solution() == {"output": ""}
    assert await block.exercise.solve(InterpreterBench()) == {"output": "0 40\n1 41\n2 42"}
    assert block.exercise.solution() == {"output": "0 40\n1 41\n2 42"}
    assert (await block.exercise.grade({"output": "0 40\n1 41\n2 42"}, QuietBench())).passed


def test_hidden_code_is_not_in_the_prompt():
    block = sample_exercise(PREDICT, parser_for(PredictQuestion))
    assert [part.code for part in block.prompt if isinstance(part, CodeBlock)] == [
        "for i in range(n):\n    print(i, i * i)\n"
    ]
    block = sample_exercise(CODE, parser_for(CodeQuestion))
    assert not any(isinstance(part, CodeBlock) for part in block.prompt)


async def test_predicting_a_value():
    source = ":::{predict} v\n```python\nx = [1, 2.04]\n```\n:value: tuple(x)\n:tolerance: 0.05\n:::\n"
    assert (await grade(source, "(1, 2)")).passed
    assert (await grade(source, "( 1,2.05 )")).passed
    assert not (await grade(source, "(1, 3)")).passed


async def test_a_prediction_of_a_broken_program_is_an_error_of_the_author():
    source = ":::{predict} v\n```python\nprint(1 / 0)\n```\n:::\n"
    with pytest.raises(RunnerError, match="ZeroDivisionError"):
        await grade(source, "1")


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("python solution", "python solutoin", "E077"),
        ("python checks", "python setup", "E078"),
        ("return sum(numbers) / len(numbers)", "return sum(numbers", "E079"),
        (":expect: output.strip()", ":expect: output.strip(", "E024"),
        (":hint:", ":seeds: many\n:hint:", "E024"),
        (":hint:", ":pass: 2\n:hint:", "E024"),
        (":hint:", ":seconds: 0\n:hint:", "E024"),
    ],
)
def test_faults_of_code(old, new, code):
    assert old in CODE
    assert [problem.code for problem in sample_lesson(CODE.replace(old, new)).problems] == [code]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (":::{code} c\n```python\nx\n```\n:::\n", "E068"),
        (":::{code} c\n```python solution\nx\n```\n:::\n", "E068"),
        (":::{fix} c\n```python solution\nx\n```\n:expect: x\n:::\n", "E068"),
        (":::{predict} c\nnothing\n:::\n", "E061"),
        (":::{predict} c\n```python\nx = 1\n```\n:::\n", "E059"),
    ],
)
def test_parts_that_are_missing(body, code):
    assert [problem.code for problem in sample_lesson(body).problems] == [code]


def test_what_an_author_should_mend():
    block = sample_exercise(FIX.replace(":lines: 1", ":lines: 1").replace("/ 2", "/ len(numbers)"))
    assert [problem.code for problem in block.exercise.check(block)] == ["E074"]
    block = sample_exercise(
        ":::{code} c\n```python solution\nx = 1\n```\n```python checks\nprint(x)\n```\n:::\n"
    )
    assert [problem.code for problem in block.exercise.check(block)] == ["W069"]


def test_lines_of_long_programs_are_counted_without_comparing_each_with_each() -> None:
    assert changed_lines("x = 1\n" * 20_000, "x = 1\n" * 19_999 + "y = 2\n") == 1
    assert changed_lines("x = 1\n" * 20_000, "x = 1\n" * 20_002) == 2
