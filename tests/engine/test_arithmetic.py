"""The little language of drawn values: what it computes, and where exactly its bounds are."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from evoclass.reading.arithmetic import (
    CONSTANTS,
    FUNCTIONS,
    MAX_BITS,
    MAX_ELEMENTS,
    MAX_PLACES,
    MAX_TEXT,
    ArithmeticFault,
    evaluate,
    shown,
)
from evoclass.reading.budget import Budget, TooMuch


def value(expression: str, **names: Any) -> Any:
    return evaluate(expression, names)


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        ("True", True),
        ("False", False),
        ("not False", True),
        ("1 < 2 < 3", True),
        ("1 < 3 < 3", False),
        ("2 == 2 != 3", True),
        ("1 <= 1 >= 1 > 0", True),
        ("1 > 1", False),
        ("2 in (1, 2)", True),
        ("2 not in (1, 2)", False),
        ("0 or 5", 5),
        ("3 or 1 / 0", 3),
        ("0 and 1 / 0", 0),
        ("2 and 3", 3),
        ("0 or 0", 0),
        ("1 if 2 > 1 else 1 / 0", 1),
        ("1 / 0 if 2 < 1 else 4", 4),
        ("7 // 2 + 7 % 2 - -1", 5),
        ("2 ** 10", 1024),
        ("2.5 ** 2", 6.25),
        ("4 ** 0.5", 2.0),
        ("10000 * 10000", 100_000_000),
        ("10000 + 10000", 20_000),
        ("-2 ** 2", -4),
        ("(4, 5, 6)[1]", 5),
        ("max(1, 9, 3) + min(2, 1)", 10),
        ("round(2.567, 2)", 2.57),
        ("round(2.5)", 2),
        ("pi", math.pi),
        ("e", math.e),
    ],
)
def test_what_it_computes(expression: str, wanted: Any) -> None:
    found = value(expression)
    assert found == wanted
    assert type(found) is type(wanted)


def test_names_come_before_constants() -> None:
    assert value("e", e=2) == 2
    assert set(CONSTANTS) & set(FUNCTIONS) == set()


# ------------------------------------------------------------------------------------------------- the bounds


def test_the_largest_whole_number() -> None:
    assert value("a", a=2**MAX_BITS - 1).bit_length() == MAX_BITS
    assert value("a + 0", a=2**MAX_BITS - 1) == 2**MAX_BITS - 1
    with pytest.raises(ArithmeticFault, match="too large"):
        value("a + 1", a=2**MAX_BITS - 1)


@pytest.mark.parametrize(("base", "bits"), [(2, 2), (-2, 2), (7, 3), (1, 1), (0, 1)])
def test_a_power_is_refused_by_its_size_before_it_is_computed(base: int, bits: int) -> None:
    most = MAX_BITS // bits
    assert value(f"a ** {most}", a=base) == base**most
    with pytest.raises(ArithmeticFault, match="too large"):
        value(f"a ** {most + 1}", a=base)
    with pytest.raises(ArithmeticFault):
        value(f"a ** -{most + 1}", a=base)


def test_the_longest_expression_and_the_longest_text() -> None:
    assert value("1" + " " * (MAX_TEXT - 3) + "+1") == 2
    with pytest.raises(ArithmeticFault, match="too long"):
        value("1" + " " * (MAX_TEXT - 2) + "+1")
    assert shown("x" * MAX_TEXT) == "x" * MAX_TEXT
    with pytest.raises(ArithmeticFault, match="too long"):
        shown("x" * (MAX_TEXT + 1))
    half = "x" * (MAX_TEXT // 2)
    assert value("a + a", a=half) == 2 * half
    with pytest.raises(ArithmeticFault, match="too long"):
        value("a + a + 'x'", a=half)


@pytest.mark.parametrize("sign", ["", "-"])
def test_the_most_places(sign: str) -> None:
    value(f"round(1.5, {sign}{MAX_PLACES})")
    with pytest.raises(ArithmeticFault, match="places at most"):
        value(f"round(1.5, {sign}{MAX_PLACES + 1})")


@pytest.mark.parametrize("form", [".{n}f", ">{n}", "0{n}", "_>+{n},.1f"])
def test_the_widest_format(form: str) -> None:
    assert shown(1, form.format(n=MAX_PLACES))
    with pytest.raises(ArithmeticFault, match="places at most"):
        shown(1, form.format(n=MAX_PLACES + 1))


@pytest.mark.parametrize("form", ["{}", ">>>3", "d d", "!r", ".f2"])
def test_what_is_no_format(form: str) -> None:
    with pytest.raises(ArithmeticFault):
        shown(1, form)


def test_the_longest_list() -> None:
    most = "(" + "0," * 900 + ")"
    assert len(value(most)) == 900
    row = tuple(range(MAX_ELEMENTS))
    assert value("a if True else 0", a=row) == row
    assert len(value("(a, )", a=row)) == 1
    with pytest.raises(ArithmeticFault, match="elements at most"):
        value("(a, 0)", a=row)
    with pytest.raises(ArithmeticFault, match="elements at most"):
        value("(a, a, a)", a=row)


def test_the_bounds_are_those_of_the_documentation() -> None:
    page = Path(__file__).parents[2] / "docs" / "lesson-format.md"
    told = " ".join(page.read_text(encoding="utf-8").split())
    assert f"at most {MAX_TEXT:,} characters, a whole number {MAX_BITS:,} bits" in told
    assert f"a list {MAX_ELEMENTS:,} elements, a format {MAX_PLACES} places" in told


def test_an_empty_list_counts_as_one() -> None:
    assert value("((), ())") == ((), ())


# -------------------------------------------------------------------------------------------------- its price


def test_a_product_ends_as_soon_as_it_is_too_large() -> None:
    passed: list[int] = []

    class Noted(int):
        def __rmul__(self, other: int) -> int:
            passed.append(other)
            return int(other) * int(self)

    with pytest.raises(ArithmeticFault, match="too large"):
        evaluate("prod(row)", {"row": tuple(Noted(2**1000) for _ in range(900))})
    assert len(passed) < 10
    assert evaluate("prod((2, 3, 0.5))", {}) == 3.0
    assert evaluate("prod(())", {}) == 1


def spent(expression: str, **names: Any) -> int:
    budget = Budget.of(100_000)
    evaluate(expression, names, budget)
    return 100_000 - budget.left


@pytest.mark.parametrize(
    ("expression", "steps"),
    [
        ("1", 1),
        ("1 + 1", 3),
        ("-a", 2),
        ("(1, 2, 3)", 4),
        ("1 < 2", 5),  # three nodes, and each side has an element
        ("row == row", 23),
        ("sum(row)", 12),
        ("row[1]", 3),
        ("str(2 ** 320)", 4 + 1 + 320 // 32),  # dividing a long number takes as long as it has words
        ("1 if True else 1 + 1 + 1", 3),
    ],
)
def test_each_node_and_each_element_that_is_looked_at_costs_a_step(expression: str, steps: int) -> None:
    assert spent(expression, a=1, row=tuple(range(10))) == steps


def test_an_expression_that_outgrows_its_budget_is_given_up() -> None:
    with pytest.raises(TooMuch):
        evaluate("1 + 1", {}, Budget.of(2))


# --------------------------------------------------------------------------------------------------- its words


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("b", "there is no 'b'"),
        ("1 / 0", "division by zero"),
        ("1e308 * 10", "not finite"),
        ("(-1) ** 0.5", "not real"),
        ("'a' * 3", "only numbers can be multiplied"),
        ("3 * 'a'", "only numbers can be multiplied"),
        ("'%s' % 1", "only numbers can be multiplied"),
        ("(1,) + (2,)", "lists cannot be added"),
        ("(1, 2)[2]", "out of range"),
        ("'a' < 1", "not supported"),
        ("f(1)", "only numbers, names"),
        ("max(1, key=2)", "only numbers, names"),
        ("[x for x in (1, 2)]", "only numbers, names"),
        ("a.b", "only numbers, names"),
        ("1 +", "invalid syntax"),
        ("1 is 1", "only numbers, names"),
    ],
)
def test_what_it_cannot_do_it_says(expression: str, words: str) -> None:
    with pytest.raises(ArithmeticFault, match=words.replace("(", r"\(").replace(")", r"\)")):
        value(expression, a=1)


@pytest.mark.parametrize("error", [RecursionError(), ValueError("too deep"), MemoryError()])
def test_whatever_python_raises_has_words(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any) -> Any:
        raise error

    monkeypatch.setitem(FUNCTIONS, "sqrt", fails)
    with pytest.raises(ArithmeticFault, match=str(error) or type(error).__name__):
        value("sqrt(4)")
    nested = "(" * 900 + "1" + ")" * 900
    with pytest.raises(ArithmeticFault, match=r"\w"):
        value(nested)


@pytest.mark.parametrize(("number", "text"), [(0.1 + 0.2, "0.3"), (1e20, "1e+20"), (5, "5"), (True, "True")])
def test_numbers_are_shown_without_noise(number: Any, text: str) -> None:
    assert shown(number) == text
