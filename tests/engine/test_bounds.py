"""Reading within bounds: whatever a lesson is made of, twice as much of it takes twice as long, and bombs end."""

import gc
import math
import time
from itertools import pairwise

import pytest

from constructs import CONSTRUCTS, HEAD, NESTED, text
from evoclass.lint.lesson import check_text
from evoclass.lint.python import code_difference
from evoclass.model import ExerciseBlock, Fault, ListBlock, Paragraph, plain_text
from evoclass.pluginhost.plugins import Plugins
from evoclass.reading.livevalue import format_of
from evoclass.reading.markup import Parser
from evoclass.reading.normalcode import normal_code

PARSER = Parser(Plugins())

GROWTH = 2.5
"""Most that the time may grow where the size doubles, from the smallest text to the largest."""

JUMP = 3.2
"""The same from one size to the next, where a larger text may not fit into a cache; squares would grow by four."""

UNSEEN = 0.04
"""Seconds below which a time says nothing of growth."""

SLACK = 1.25
"""What eight times as much may take, in parts of eight times as long, to pass at first sight."""

TRIES = 12
"""Most rounds of measuring: what grows too fast does so in each of them."""


@pytest.fixture(autouse=True)
def frozen():
    """Leave what other tests have made out of the collections: they would take longer than what is measured."""
    gc.collect()
    gc.freeze()


def cost(source: str) -> float:
    """Return the processor seconds of reading and checking a lesson, as nothing else had disturbed it."""
    gc.collect()
    gc.disable()
    try:
        before = time.process_time()
        check_text(PARSER.lesson(source))
        return time.process_time() - before
    finally:
        gc.enable()


def growth(name: str, size: int) -> list[float]:
    """Return by how much the time grows each time that the size doubles, up to eight times `size`.

    What takes no time does not grow.  Where eight times as much takes no longer than eight times as long, nothing
    between them is measured.
    """
    texts = [text(name, size * factor) for factor in (1, 2, 4, 8)]
    least, most = cost(texts[0]), cost(texts[-1])
    if most <= SLACK * 8 * max(least, UNSEEN / 4):
        return [(most / max(least, UNSEEN / 4)) ** (1 / 3)]
    times = [least, cost(texts[1]), cost(texts[2]), most]

    def ratios() -> list[float]:
        pairs = pairwise(times)
        return [after / max(before, UNSEEN) if after > UNSEEN else 1.0 for before, after in pairs]

    for _ in range(TRIES):  # another process may have taken the memory bus: the least of several is the truth
        if grows_well(ratios()):
            break
        times = [min(known, cost(source)) for known, source in zip(times, texts, strict=True)]
    return ratios()


def grows_well(found: list[float]) -> bool:
    """Whether neither the whole growth nor a single step of it is too much."""
    return math.prod(found) ** (1 / len(found)) <= GROWTH and max(found) <= JUMP


@pytest.mark.parametrize("name", CONSTRUCTS)
def test_twice_as_much_takes_twice_as_long(name):
    piece = CONSTRUCTS[name][1]
    inside_a_line = "\n" not in piece
    size = 800 if inside_a_line else 125
    while size > 1 and len(piece) * 8 * size > 60_000:
        size //= 2
    found = growth(name, size)
    assert grows_well(found), [round(ratio, 1) for ratio in found]


@pytest.mark.parametrize("name", NESTED)
@pytest.mark.parametrize("depth", [50, 400, 3000])
def test_nested_text_is_read_or_is_a_fault(name, depth):
    opening, closing = NESTED[name]
    math = "$" if closing.startswith("}") else ""
    lesson = PARSER.lesson(f"{HEAD}{math}{opening * depth}x{closing * depth}{math}\n\nAfter.\n")
    first, after = lesson.blocks[:2]
    assert isinstance(first, Paragraph) or (isinstance(first, Fault) and first.problem.code == "E035")
    assert isinstance(after, Paragraph)
    assert plain_text(after.text) == "After."


def test_a_block_that_is_too_much_is_a_fault_and_the_others_stay():
    hostile = "[" * 15_000
    lesson = PARSER.lesson(f"{HEAD}Before.\n\n{hostile}\n\n> - {hostile}\n> - Beside.\n\nAfter.\n")
    assert [(problem.code, problem.line) for problem in lesson.problems] == [("E035", 10), ("E035", 12)]
    before, fault, quote, after = lesson.blocks
    assert isinstance(fault, Fault)
    assert (plain_text(before.text), plain_text(after.text)) == ("Before.", "After.")
    (items,) = quote.children
    assert isinstance(items.items[0][0], Fault)
    assert plain_text(items.items[1][0].text) == "Beside."


def test_an_option_that_is_too_much_costs_its_question():
    question = ":::{choice} a\nWhat?\n\n- [x] %s\n- [ ] no\n:::\n\n"
    lesson = PARSER.lesson(HEAD + question % ("[" * 15_000) + question % "yes")
    fault, block = lesson.blocks
    assert isinstance(fault, Fault)
    assert (fault.problem.code, fault.problem.line, fault.end_line) == ("E035", 11, 13)
    assert isinstance(block, ExerciseBlock)


def test_of_a_lesson_that_is_too_large_the_beginning_is_read(monkeypatch):
    monkeypatch.setattr("evoclass.reading.budget.MOST", 800_000)
    lesson = PARSER.lesson(HEAD + "- a\n\nb\n\n" * 20_000)
    assert isinstance(lesson.blocks[0], ListBlock)
    assert isinstance(lesson.blocks[-1], Fault)
    (problem,) = lesson.problems
    assert (problem.code, problem.fields["variant"]) == ("E035", "rest")
    assert problem.line == lesson.blocks[-1].line > 1_000


@pytest.mark.parametrize(
    "block",
    [
        "a: &a [x, x]\nb: &b [*a, *a]\nobjectives: [*b, *b]\n",
        "title: &t A\n",
        "a: {<<: {b: 1}}\n",
        "<<: {title: A}\n",
        "objectives: *a\n",
    ],
)
def test_aliases_and_merge_keys_of_yaml_are_refused(block):
    (problem,) = PARSER.lesson(f"---\nid: a\n{block}---\n").problems
    assert (problem.code, problem.fields["variant"]) == ("E007", "alias")
    assert 3 <= problem.line <= 4


def test_an_alias_bomb_ends():
    levels = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))
    bomb = f"---\na0: &a0 [x]\n{levels}---\n"
    assert PARSER.lesson(bomb).problems[0].code == "E007"
    assert PARSER.course(bomb).problems[0].code == "E007"


@pytest.mark.parametrize(
    "block",
    ["# long\n" * 50_000, "a: b\n" * 50_000, "objectives:\n" + "  - a\n" * 50_000],
    ids=lambda block: block[:4],
)
def test_front_matter_has_a_size_of_its_own(block):
    assert PARSER.lesson(f"---\nid: a\n{block}---\n").problems[0].code == "E039"
    assert PARSER.course(f"---\nid: a\n{block}---\n").problems[0].code == "E039"


def test_trying_drawn_questions_has_a_budget_of_its_own():
    few, many = (PARSER.lesson(text("drawn questions", count)) for count in (300, 3000))
    assert not many.problems

    def check(lesson):
        before = time.process_time()
        assert not check_text(lesson)
        return time.process_time() - before

    assert min(check(many) for _ in range(2)) < 5 * min(check(few) for _ in range(2))


def test_notes_that_are_too_much_are_a_fault_like_any_other_block(monkeypatch):
    monkeypatch.setattr("evoclass.reading.budget.MOST", 30_000)
    lesson = PARSER.lesson(f"{HEAD}See[^n].\n\n[^n]: {'`a` ' * 2000}\n\n{'text ' * 3000}\n")
    problem = lesson.blocks[-1].problem
    assert (problem.code, problem.line) == ("E035", 10)


NAMES = {
    "directives": (":::{nonsens}\n:::\n", ""),
    "options": (":datta: x\n", ":::{lab} a.py\n"),
    "slips": ("  :zeconds: x\n", ":::{choice} a\n\nWhat?\n\n"),
    "data": ("a b ", ":::{lab} a.py\n:data: "),
    "commands": ("$\\abcd{}$ ", ""),
}


@pytest.mark.parametrize("name", NAMES)
def test_names_that_are_searched_for_count(name, monkeypatch):
    monkeypatch.setattr("evoclass.reading.budget.MOST", 60_000)
    piece, before = NAMES[name]
    text = "".join(piece.replace("{}", chr(97 + n % 26) + chr(97 + n // 26)) for n in range(600))
    lesson = PARSER.lesson(f"{HEAD}{before}{text}\nx = 1\n:::\n")
    assert "E035" in [problem.code for problem in lesson.problems]


def test_braces_without_an_end_are_looked_for_once():
    braces = "{{" * 20_000
    question = ":::{choice} q\n:draw: n in [1, 2]\n\nWhat?\n\n~~~text\n%s\n~~~\n\n- [x] {{n}}\n- [ ] b\n:::\n"
    assert cost(HEAD + question % braces) < 1


@pytest.mark.parametrize("terms", [300, 1200, 3000])
def test_a_deep_expression_ends_no_check(terms):
    total = "+".join(["x"] * terms)
    lesson = PARSER.lesson(f"{HEAD}:::{{lab}} a.py\nassert ({total}, 'x')\n:::\n\n{{live}}`{total}:.2f`\n")
    assert {problem.code for problem in check_text(lesson)} & {"W069", "E050"}
    assert normal_code(total)
    format_of(f"{total}:.2f")
    assert code_difference(f"a = 1\n{total}", f"a = 1\n\n{total} - 1") is not None
