"""The numbers that a lesson expects of its labs: read, checked after a run, and measured with other seeds."""

from __future__ import annotations

from pathlib import Path

import pytest

from course import opened
from evoclass import lint
from evoclass.commands.check import seed_table
from evoclass.contracts.lessons import sample_lesson
from evoclass.errors import Problem
from evoclass.i18n import Catalog
from evoclass.inspecting.expectations import expected, operands
from evoclass.lint.drift import drift
from evoclass.lint.expectations import reseeded, seed_of
from evoclass.lint.labruns import Measured
from evoclass.model import Lesson
from evoclass.pluginhost.plugins import Plugins
from evoclass.protocol import Exit, Expected
from evoclass.reading.markup import Parser
from evoclass.runner import Limits, Runner
from evoclass.running.bench import RunnerBench
from evoclass.running.expectations import unexpected

pytestmark = pytest.mark.usefixtures("without_torch")

PLUGINS = Plugins()
PARSER = Parser(PLUGINS)

LABS = """
```{lab} train.py
:expect: 0.60 <= accuracy <= 0.75
:expect: 0.30 <= accuracy <= 0.45
:expect: chance < accuracy and len(losses) > 3
:expect: speed > 1
:expect: losses < 2
:expect: accuracy is about 0.7
seed = 42
accuracy = 0.41 + (seed - 42) / 10
chance = 0.14
losses = [2.0, 1.0]
```

```{lab} main.py
:expect: 0.60 <= accuracy <= 0.75
def main():
    accuracy = 0.68

main()
```
"""


async def checked(text: str, seeds: int = 1) -> tuple[Lesson, list[Problem], list[Measured]]:
    lesson = sample_lesson(text, PARSER)
    runner: Runner = PLUGINS.runners["local-cpu"]()
    measured: list[Measured] = []

    async def ready() -> Runner:
        return runner

    bench = RunnerBench(Catalog("en"), ready, Limits())
    try:
        problems = await lint.check_run(lesson, bench, runner, seeds=seeds, measure=measured.append)
    finally:
        await runner.close()
    return lesson, problems, measured


async def test_a_run_is_held_to_what_its_lesson_expects() -> None:
    lesson, problems, _ = await checked(LABS)
    line = lesson.labs[0].line
    assert [
        (problem.code, problem.line, lint.describe(problem, Catalog("en"))[0]) for problem in problems
    ] == [
        ("E104", line + 1, "`accuracy` is 0.41; the lesson expects `0.60 <= accuracy <= 0.75`."),
        (
            "E104",
            line + 3,
            "The lesson expects `chance < accuracy and len(losses) > 3`, but after the run of `train.py`: "
            "chance = 0.14, accuracy = 0.41, len(losses) = 2.",
        ),
        ("E104", line + 4, "The lesson expects `speed > 1`, but `train.py` has no `speed`."),
        (
            "E104",
            line + 5,
            "`losses < 2` cannot be evaluated after the run of `train.py`: "
            "TypeError: '<' not supported between instances of 'list' and 'int'",
        ),
    ]


async def test_other_seeds_are_tried_and_told() -> None:
    lab = (
        "```{lab} train.py\n:expect: accuracy < 0.5\nseed = 42\naccuracy = seed / 100\nprint(__file__)\n```\n"
    )
    lesson, problems, measured = await checked(
        lab.replace("42", "48") + lab.replace("train", "other"), seeds=3
    )
    [problem] = problems
    assert lint.describe(problem, Catalog("en"))[0] == (
        "With seed 50, the run of `train.py` ends with accuracy = 0.5; the lesson expects `accuracy < 0.5`."
    )
    assert problem.line == lesson.labs[0].line + 1
    found = [(lesson, each) for each in measured if each.lab.file == "train.py"]
    assert list(seed_table(found, Catalog("en"))) == [
        f"-:{problem.line}: train.py: accuracy < 0.5",
        "    seed      48    49    50",
        "    accuracy  0.48  0.49  0.5",
    ]


def test_a_condition_that_cannot_be_read_is_told_without_a_run() -> None:
    lesson = sample_lesson(
        LABS + "```{lab} idle.py\n:expect: accuracy:.2f\n:expect: 1 < 2\n:expect: x > 0, x < 2\nx = 1\n```\n",
        PARSER,
    )
    found = [problem for problem in lint.check_lesson(lesson, PARSER) if problem.code == "E105"]
    idle = lesson.labs[2].line
    assert [(problem.line, problem.fields.get("variant")) for problem in found] == [
        (lesson.labs[0].line + 6, None),
        (idle + 1, None),
        (idle + 2, "idle"),
        (idle + 3, "idle"),
    ]


@pytest.mark.parametrize(
    ("condition", "compared"),
    [
        ("0.6 <= accuracy <= 0.75", ["accuracy"]),
        ("not (a > 1 or b.item() < -2)", ["a", "b.item()"]),
        ("abs(a - b) < 1 / 3", ["abs(a - b)"]),
        ("all(x > 0 for x in losses)", ["losses"]),
        ("min(losses, key=lambda x: -x) > best", ["min(losses, key=lambda x: -x)", "best"]),
        ("ready", ["ready"]),
    ],
)
def test_the_values_that_are_told_are_those_compared(condition: str, compared: list[str]) -> None:
    assert operands(condition) == compared


def test_values_are_short_and_on_one_line() -> None:
    found = expected("a < b == c", {"a": 0.123456789, "b": "x\n" * 500, "c": 1234567890}, {})
    assert not found.holds
    assert found.error.startswith("TypeError")
    found = expected("a > 1 and b == c", {"a": 0.123456789, "b": "x\n" * 500, "c": 1234567890}, {})
    assert found.values["a"] == "0.123457"
    assert found.values["c"] == "1234567890"
    assert len(found.values["b"]) == 200
    assert "\n" not in found.values["b"]


def test_a_seed_is_replaced_where_it_stands() -> None:
    code = 'name = "è"; seed = 7  # seed = 7\nif name:\n    seed = 8\nseed = 9\nseed = True\n'
    assert seed_of(code) == 7
    assert reseeded(code, 3) == code.replace("seed = 7  #", "seed = 10  #").replace("seed = 9", "seed = 12")
    assert seed_of("seed = -1\nseed = 1.5\nseed: int = 3\ndef f():\n    seed = 2") is None


def test_a_translation_expects_the_same() -> None:
    italian = LABS.replace("0.60 <= accuracy", "0.50 <= accuracy", 1)
    other = sample_lesson(italian, PARSER, "it")
    found = list(drift(sample_lesson(LABS, PARSER), other))
    assert [(problem.code, problem.fields["option"]) for problem in found] == [("E085", "expect")]


def test_a_learner_is_told_in_one_sentence() -> None:
    results = (
        Expected(expression="a < 1", values={"a": "2"}),
        Expected(expression="b < 1", values={"b": "0"}, holds=True),
        Expected(expression="c < 1", missing="c", error="no c"),
    )
    finished, stopped = (
        Exit(reason="finished", code=0, seconds=1.0),
        Exit(reason="stopped", code=130, seconds=1.0),
    )
    assert unexpected(results, finished, Catalog("it")) == [
        "Dopo questa esecuzione a = 2; la lezione si aspetta a < 1."
    ]
    assert unexpected(results, stopped, Catalog("it")) == []


def test_only_the_lessons_own_program_is_held_to_it(course: Path) -> None:
    lesson = course / "en" / "01-adding.md"
    lesson.write_text(lesson.read_text().replace(":watch: total", ":expect: total == 4"))
    session = opened(course)
    session.permission.give()
    desk = session.desk
    assert desk.program("sum.py").expect == ("total == 4",)
    desk.edit("sum.py", "total = 5")
    assert desk.program("sum.py").expect == ()
