"""Drawn values within bounds: no expression, format, range or condition hangs, fills memory or raises anything else."""

import time

import pytest

from evoclass.contracts.lessons import sample_lesson
from evoclass.directive import OptionLine
from evoclass.lint.lesson import check_text
from evoclass.model import ExerciseBlock
from evoclass.reading.arithmetic import MAX_ELEMENTS, ArithmeticFault, evaluate, shown
from evoclass.reading.draw import Draws
from evoclass.reading.variants import personal
from evoclass_tui.completion import complete

DOUBLING = "".join(f":let: a{n} = [a{n - 1}, a{n - 1}]\n" for n in range(1, 41))

BOMBS = {
    "rounding down": "{{round(7, -10**9)}}",
    "rounding": "{{round(7.5, 10**18)}}",
    "width": "{{a:>2000000000}}",
    "many widths": "{{a:>200000000}} " * 5,
    "precision": "{{1.0:.2000000000f}}",
    "format of a list": "{{[1, 2]:>99999999}}",
    "power": "{{10 ** 10 ** 10}}",
    "powers": "{{2 ** 4000 * 2 ** 4000 * 2 ** 4000}}",
    "factors": "{{prod([" + "2 ** 4000, " * 100 + "])}}",
    "float": "{{2.0 ** 100000}}",
    "negative power": "{{(-8) ** 0.5}}",
    "division": "{{1 / 0}}",
    "logarithm": "{{log(0)}}",
    "digits": "{{" + "9" * 5000 + "}}",
    "text": "{{'" + "x" * 3000 + "'}}",
    "brackets": "{{" + "(" * 500 + "a" + ")" * 500 + "}}",
    "signs": "{{" + "-" * 1900 + "a}}",
    "long": "{{a" + " + a" * 2000 + "}}",
    "character": "{{27:c}}",
    "conversion": "{{int('9' + '9' * 5)}}",
    "attribute": "{{a.__class__}}",
    "call": "{{print(a)}}",
    "comprehension": "{{[x for x in [1]]}}",
    "nothing": "{{}} {{ }}",
}

DRAWS = {
    "doubling": f":let: a0 = 1\n{DOUBLING}:let: z = a40\n",
    "comparing": f":let: a0 = 1\n{DOUBLING}:where: a40 == a40\n",
    "huge range": ":draw: b in 1..10**1000\n",
    "tiny steps": ":draw: b in 1..2 step 1e-320\n",
    "float range": ":draw: b in 0..1e308 step 1e-300\n",
    "mixed range": ":draw: b in 0..10**400 step 0.5\n",
    "backwards": ":draw: b in 2..1\n",
    "no step": ":draw: b in 1..2 step 0\n",
    "text range": ":draw: b in 'a'..'z'\n",
    "empty list": ":draw: b in []\n",
    "infinite": ":draw: b in 0..1e999\n",
    "list of lists": ":draw: b in [" + "[1, 2, 3], " * 600 + "]\n",
    "never": "".join(f":draw: b{n} in 1..10000\n" for n in range(200)) + ":where: 1 > 2\n",
    "hardly ever": ":draw: b in 1..10000\n:draw: c in 1..10000\n:where: b == c + 9999\n",
}


@pytest.mark.parametrize("hole", BOMBS.values(), ids=BOMBS)
def test_no_hole_is_a_bomb(hole):
    look(f":::{{number}} q\n:draw: a in 1..2\n:answer: 1\n\nWhat is {hole}?\n:::\n")


@pytest.mark.parametrize("draws", DRAWS.values(), ids=DRAWS)
def test_no_draw_is_a_bomb(draws):
    look(f":::{{number}} q\n:draw: a in 1..2\n{draws}:answer: 1\n\nWhat is {{{{a}}}}?\n:::\n")


def look(source: str) -> None:
    before = time.process_time()
    lesson = sample_lesson(source)
    assert all(
        problem.code[:3] in ("E11", "E03", "W03", "W07")
        for problem in [*lesson.problems, *check_text(lesson)]
    )
    personal(lesson, lambda name: f"anna {name}")
    assert time.process_time() - before < 20  # the bombs of before took minutes, or all memory


def test_a_condition_that_cannot_hold_ends_soon_for_very_many_questions():
    never = "".join(f":draw: b{n} in 1..10000\n" for n in range(100)) + ":where: b0 > b1 + 9990\n"
    source = "".join(
        f":::{{number}} q{n}\n{never}:answer: 1\n\nWhat is {{{{b0}}}}?\n:::\n\n" for n in range(100)
    )
    look(source)


def test_a_range_is_never_a_list():
    draws = Draws((OptionLine("draw", "a in 1..10000", 1),))
    assert [draws.values(seed)["a"] for seed in ("anna", "ben", "clara")] == [
        Draws((OptionLine("draw", "a in 1 .. 10000 step 1", 1),)).values(seed)["a"]
        for seed in ("anna", "ben", "clara")
    ]


def test_bounds_are_met_exactly():
    assert len(evaluate("[" + "1, " * 300 + "]", {})) == 300
    with pytest.raises(ArithmeticFault, match=str(MAX_ELEMENTS)):
        evaluate("[a, a]", {"a": (1,) * 501})
    assert len(evaluate("[a, a]", {"a": (1,) * 500})) == 2
    assert shown(7, ">100").endswith("7")
    with pytest.raises(ArithmeticFault):
        shown(7, ">101")
    assert shown(1 / 3, ".100f").startswith("0.333")
    with pytest.raises(ArithmeticFault):
        shown(1 / 3, ".101f")
    assert evaluate("round(12345, -2)", {}) == 12300
    assert evaluate("round(2.567, 1)", {}) == 2.6
    with pytest.raises(ArithmeticFault):
        evaluate("round(7, -101)", {})
    assert evaluate("2 ** 2000", {}) == 2**2000
    with pytest.raises(ArithmeticFault):
        evaluate("2 ** 2000 * 2 ** 2000 * 2 ** 2000", {})


def test_drawn_text_brings_no_lines_and_no_control_characters():
    lesson = sample_lesson(
        ":::{number} q\n:draw: a in [27]\n:answer: 1\n\nA {{a:c}} {{'x\\ny'}} {{'\\x9b'}}.\n:::\n"
    )
    (block,) = lesson.blocks
    assert isinstance(block, ExerciseBlock)
    assert "\x1b" not in repr(block.prompt)
    assert block.end_line == 13


def test_tab_looks_for_the_last_word_from_its_end():
    def seconds(count: int) -> float:
        before = time.process_time()
        complete("9" * count + "." * count + " " + "x" * count + "ä.b" * count, (), {})
        return time.process_time() - before

    assert complete("print(mod", ("model = 1",), {}).offers == ("model",)
    assert complete("3mod", ("model = 1",), {}).insert == "el"
    assert min(seconds(80_000) for _ in range(3)) < 12 * max(min(seconds(20_000) for _ in range(3)), 0.005)
