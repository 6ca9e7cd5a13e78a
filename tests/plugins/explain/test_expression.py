"""The failed expression, taken apart."""

from __future__ import annotations

import ast

import pytest

from evoclass.worker.operands import operands
from evoclass_explain.expression import Expression, closed, is_plain, text


@pytest.mark.parametrize(
    ("source", "pieces"),
    [
        ("F.loss(model(x), y)", ["F", "model(x)", "y"]),
        ("a + b", ["a", "b"]),
        ("a -= b", ["a", "b"]),
        ("torch.cat([a, b], dim=n)", ["torch", "a", "b", "n"]),
        ("x[i]", ["x[i]", "x"]),
        ("0 < x < 2", ["0", "x", "2"]),
        ("not w", ["w"]),
        ("w", ["w"]),
        ("for x in", []),
        ("while w: pass", []),
    ],
)
def test_what_stands_in_it_directly(source: str, pieces: list[str]) -> None:
    assert [ast.unparse(piece) for piece in Expression(source).pieces] == pieces


@pytest.mark.parametrize(
    ("source", "pair"),
    [
        ("a @ b", ("a", "b")),
        ("torch.add(a, b)", ("a", "b")),
        ("a.add(b)", ("a", "b")),
        ("f(*a, b)", None),
        ("f(a, b, c)", None),
        ("a < b < c", None),
    ],
)
def test_two_things_that_are_combined(source: str, pair: tuple[str, str] | None) -> None:
    found = Expression(source).pair
    assert (found and tuple(map(ast.unparse, found))) == pair


def test_arguments_by_place_and_by_name() -> None:
    expression = Expression("F.loss(p, target=y)")
    assert text(expression.argument(0)) == "p"
    assert text(expression.argument(1, "target")) == "y"
    assert expression.argument(1, "weight") is None
    assert Expression("F.loss(*both)").argument(0) is None


def test_text_that_a_method_can_stand_behind() -> None:
    assert closed(Expression("a + b").node) == "(a + b)"
    assert closed(Expression("model(x)").node) == "model(x)"
    assert closed(Expression(" + ".join("a" * 40)).node) == ""
    assert closed(None) == ""


def test_names_without_calls() -> None:
    assert is_plain(Expression("model.layers[0].weight").node)
    assert not is_plain(Expression("model(x).weight").node)


def test_operands_come_from_left_to_right_and_once() -> None:
    values = {"labels": [1], "x": [2], "model": [3], "w": [4]}
    found = operands("loss(model(x), labels) + w * x", values, {})
    assert [operand.name for operand in found] == ["model", "x", "labels", "w"]


def test_a_number_that_python_does_not_read_is_no_fault_of_ours() -> None:
    from evoclass.protocol import ErrorReport
    from evoclass_explain import explain_error

    text = f"mat1 and mat2 shapes cannot be multiplied ({'9' * 5000}x99 and 1280x7)"
    assert explain_error(ErrorReport(type="RuntimeError", text=text, line=1), "en") is None
