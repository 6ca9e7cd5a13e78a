"""Arithmetic in lessons, such as `{{features * 7 + 7}}`.  The language is closed: reading a lesson never runs code."""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from evoclass.pattern import pattern
from evoclass.reading.budget import Budget, TooMuch

MAX_BITS = 4096
"""Largest whole number that an expression may reach, in bits."""

MAX_TEXT = 2000
"""Longest text that an expression may be or give."""

MAX_ELEMENTS = 1000
"""Most elements of a list, including those of nested lists."""

MAX_PLACES = 100
"""Most digits to which a number may be rounded or written, and the widest field."""

BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}
UNARY: dict[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Not: operator.not_,
}
COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda left, right: left in right,
    ast.NotIn: lambda left, right: left not in right,
}


class ArithmeticFault(ValueError):
    """An expression that is outside the little language, or has no value."""


def _round(number: Any, places: Any = None) -> Any:
    if isinstance(places, int) and abs(places) > MAX_PLACES:
        raise ArithmeticFault(f"a number is rounded to {MAX_PLACES} places at most")
    return round(number) if places is None else round(number, places)


def _prod(numbers: Any) -> Any:
    """Multiply, and give up as soon as the product is larger than a number may be."""
    product: Any = 1
    for number in numbers:
        product = _small(_binary(ast.Mult(), product, number))
    return product


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abs": abs,
    "ceil": math.ceil,
    "exp": math.exp,
    "float": float,
    "floor": math.floor,
    "gcd": math.gcd,
    "int": int,
    "len": len,
    "log": math.log,
    "log2": math.log2,
    "max": max,
    "min": min,
    "prod": _prod,
    "round": _round,
    "sqrt": math.sqrt,
    "str": str,
    "sum": sum,
}
CONSTANTS = {"e": math.e, "pi": math.pi}


def evaluate(expression: str, names: Mapping[str, Any], budget: Budget | None = None) -> Any:
    """Return the value of `expression`.

    Raises ArithmeticFault with the reason in words, and TooMuch where it takes more steps than `budget` has.
    """
    tree = _tree(expression.strip())
    if isinstance(tree, str):
        raise ArithmeticFault(tree)
    try:
        return _value(tree, names, budget or Budget(0))
    except (ArithmeticFault, TooMuch):
        raise
    except (
        ArithmeticError,
        ValueError,
        TypeError,
        IndexError,
        KeyError,
        RecursionError,
        MemoryError,
    ) as error:
        raise ArithmeticFault(str(error) or type(error).__name__) from None


@lru_cache(maxsize=2048)
def _tree(expression: str) -> ast.expr | str:
    """Return the syntax tree of an expression; if it cannot be parsed, return the reason."""
    if len(expression) > MAX_TEXT:
        return "the expression is too long"
    try:
        return ast.parse(expression, mode="eval").body
    except SyntaxError as error:
        return error.msg
    except (ValueError, RecursionError, MemoryError) as error:
        return str(error) or type(error).__name__


_FORM = pattern(r"(?:.?[<>=^])?[-+ ]?z?#?0?(\d{0,9})[_,]?(?:\.(\d{1,9}))?[A-Za-z%]?", re.DOTALL)


def shown(value: Any, form: str = "") -> str:
    """Return a value as prose and code show it: floats without the noise of their last bits.

    Raises ArithmeticFault when the format does not fit.
    """
    try:
        if form:
            sizes = _FORM.fullmatch(form)
            if sizes is None:
                raise ArithmeticFault(f"{form!r} is not a format")
            if any(int(size or 0) > MAX_PLACES for size in sizes.groups()):
                raise ArithmeticFault(f"a format may have {MAX_PLACES} places at most")
            text = format(value, form)
        elif isinstance(value, float):
            text = f"{value:.12g}"
        else:
            text = str(value)
    except ArithmeticFault:
        raise
    except (ValueError, TypeError, OverflowError) as error:
        raise ArithmeticFault(str(error)) from None
    return _short(text)


def _value(node: ast.expr, names: Mapping[str, Any], budget: Budget) -> Any:
    budget.spend(1)
    match node:
        case ast.Constant(value=bool() | int() | float() | str() as value):
            return _small(value)
        case ast.Name(id=name):
            if name in names:
                return names[name]
            if name in CONSTANTS:
                return CONSTANTS[name]
            raise ArithmeticFault(f"there is no {name!r}")
        case ast.BinOp(left=left, op=op, right=right) if type(op) in BINARY:
            return _small(_binary(op, _value(left, names, budget), _value(right, names, budget)))
        case ast.UnaryOp(op=op, operand=operand) if type(op) in UNARY:
            return UNARY[type(op)](_value(operand, names, budget))
        case ast.BoolOp(op=op, values=values):
            result: Any = None
            for part in values:
                result = _value(part, names, budget)
                if bool(result) == isinstance(op, ast.Or):
                    return result
            return result
        case ast.Compare(left=left, ops=ops, comparators=comparators) if all(
            type(op) in COMPARE for op in ops
        ):
            first = _value(left, names, budget)
            for comparison, part in zip(ops, comparators, strict=True):
                second = _value(part, names, budget)
                budget.spend(_elements(first) + _elements(second))
                if not COMPARE[type(comparison)](first, second):
                    return False
                first = second
            return True
        case ast.IfExp(test=test, body=body, orelse=orelse):
            return _value(body if _value(test, names, budget) else orelse, names, budget)
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            return _small(tuple(_value(element, names, budget) for element in elements))
        case ast.Subscript(value=value, slice=index):
            return _value(value, names, budget)[_value(index, names, budget)]
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if name in FUNCTIONS:
            given = [_value(argument, names, budget) for argument in arguments]
            budget.spend(sum(map(_weight, given)))
            return _small(FUNCTIONS[name](*given))
    raise ArithmeticFault("only numbers, names, arithmetic, comparisons and simple functions are allowed")


def _binary(op: ast.operator, left: Any, right: Any) -> Any:
    number = (int, float)
    if isinstance(op, (ast.Mult, ast.Mod)) and not (isinstance(left, number) and isinstance(right, number)):
        raise ArithmeticFault("only numbers can be multiplied")
    if isinstance(op, ast.Pow) and isinstance(left, int) and isinstance(right, int):
        if abs(right) * max(left.bit_length(), 1) > MAX_BITS:
            raise ArithmeticFault("the number is too large")
    elif isinstance(op, ast.Add) and isinstance(left, tuple):
        raise ArithmeticFault("lists cannot be added")
    return BINARY[type(op)](left, right)


def _small(value: Any) -> Any:
    if isinstance(value, int) and value.bit_length() > MAX_BITS:
        raise ArithmeticFault("the number is too large")
    if isinstance(value, float) and not math.isfinite(value):
        raise ArithmeticFault("the number is not finite")
    if isinstance(value, complex):
        raise ArithmeticFault("the number is not real")
    if isinstance(value, str):
        return _short(value)
    if isinstance(value, tuple) and _elements(value) > MAX_ELEMENTS:
        raise ArithmeticFault(f"a list may have {MAX_ELEMENTS} elements at most")
    return value


def _short(text: str) -> str:
    if len(text) > MAX_TEXT:
        raise ArithmeticFault("the text is too long")
    return text


def _weight(value: Any) -> int:
    """Return the cost of a value in a function, in steps: more for a long number, which `str` and `gcd` divide."""
    if isinstance(value, tuple):
        return max(sum(map(_weight, value)), 1)
    return 1 + value.bit_length() // 32 if isinstance(value, int) else 1


def _elements(value: Any) -> int:
    """Return how many elements a value has, including those of nested lists; counting stops soon after the limit."""
    if not isinstance(value, tuple):
        return 1
    count = 0
    for element in value:
        count += _elements(element)
        if count > MAX_ELEMENTS:
            break
    return max(count, 1)
